"""Random-walk Metropolis, many chains side by side, with steps shaped by the curvature at the mode.

Steps are 2.38 / √parameters times the shape (Gelman, Roberts & Gilks 1996); their length is tuned while chains warm up and then
stays. Chains are long enough when split R-hat (Gelman et al., Bayesian Data Analysis, 3rd edition, 11.4) of every parameter
is below 1.01. A step of a chain costs one prediction of the emulator.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from simulation.draws import Decision, Key
from simulation.numerics import normals


def uniforms(seed: int, stage: int, first: int, members: int, coordinates: int) -> np.ndarray:
    """Draws in (0, 1) of members ``first`` and on, shape (members, coordinates), keyed so that stopping and going on changes none."""
    agents = np.repeat(np.arange(first, first + members, dtype=np.uint64), coordinates)
    subs = np.tile(np.arange(coordinates, dtype=np.uint64), members)
    drawn = Key(seed).uniform(Decision.CALIBRATE, stage, agents, subs)
    return drawn.reshape(members, coordinates)


def scores(seed: int, stage: int, first: int, members: int, coordinates: int) -> np.ndarray:
    """The same as standard normal scores."""
    return normals(uniforms(seed, stage, first, members, coordinates).ravel()).reshape(members, coordinates)


Density = Callable[[np.ndarray], np.ndarray]
"""Log density of rows of scores, up to a constant."""
AIM = 0.25
"""Share of steps that are to be taken."""
MIXED = 1.01
BLOCK = 500
"""Steps whose random numbers are drawn at once."""
THIN = 10
"""One state in so many is kept."""


@dataclass(frozen=True)
class Chains:
    """What chains have visited."""

    states: np.ndarray
    """Shape (kept, chains, parameters)."""
    taken: float
    """Share of steps that were taken."""
    r_hat: float
    """The worst of all parameters."""

    def draws(self, count: int) -> np.ndarray:
        """So many states, evenly spaced over all chains."""
        states = self.states.reshape(-1, self.states.shape[-1])
        return states[np.linspace(0, len(states) - 1, count).round().astype(np.int64)]


def walk(
    density: Density,
    start: np.ndarray,
    shape: np.ndarray,
    steps: int,
    seed: int,
    stage: int,
    warm_up: int,
) -> tuple[np.ndarray, float]:
    """States kept after ``warm_up`` steps, shape (kept, chains, parameters), and the share of steps that were taken.

    ``start`` has a row a chain; ``shape`` is a factor of the covariance of steps, one for all chains or one for each.
    Random numbers are those of ``stage``.
    """
    state, chains, p = start.copy(), *start.shape
    now, kept, taken, length = density(state), [], 0, 2.38 / np.sqrt(p)
    for begin in range(0, warm_up + steps, BLOCK):
        count = min(BLOCK, warm_up + steps - begin)
        z = scores(seed, stage, begin, count, chains * p).reshape(count, chains, p)
        u = np.log(uniforms(seed, stage + 1, begin, count, chains))
        moves = np.einsum("cij,scj->sci", shape, z) if shape.ndim == 3 else z @ shape.T
        here = 0
        for i in range(count):
            other = state + length * moves[i]
            there = density(other)
            yes = u[i] < there - now
            state, now = np.where(yes[:, None], other, state), np.where(yes, there, now)
            here += int(yes.sum())
            if begin + i >= warm_up and (begin + i - warm_up) % THIN == 0:
                kept.append(state)
        if begin + count <= warm_up:
            length *= float(np.exp(np.clip(here / (count * chains) - AIM, -0.5, 0.5) * 2))
        else:
            taken += here
    return np.array(kept), taken / max(1, chains * steps)


def sample(
    density: Density, start: np.ndarray, shape: np.ndarray, seed: int, stage: int, steps: int, most: int
) -> Chains:
    """Chains from the rows of ``start`` that go on, by ``steps`` at a time, until they agree or there are ``most``."""
    states, taken = walk(density, start, shape, steps, seed, stage, steps // 2)
    done = 1
    while (r_hat := split_r_hat(states)) >= MIXED and done * steps < most:
        shape = np.linalg.cholesky(np.cov(states.reshape(-1, states.shape[-1]).T) + 1e-9 * np.eye(start.shape[1]))
        more, taken = walk(density, states[-1], shape, 2 * steps, seed, stage + 2 * done, steps // 2)
        states = more if done == 1 else np.concatenate([states, more])
        done += 2
    return Chains(states, taken, r_hat)


def split_r_hat(states: np.ndarray) -> float:
    """The worst split R-hat of any parameter, from states of shape (kept, chains, parameters)."""
    half = len(states) // 2
    parts = np.concatenate([states[:half], states[half : 2 * half]], axis=1)
    within = parts.var(axis=0, ddof=1).mean(axis=0)
    between = parts.mean(axis=0).var(axis=0, ddof=1)
    return float(np.sqrt((half - 1) / half + between / np.maximum(within, 1e-300)).max())
