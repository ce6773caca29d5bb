"""Which of many inputs matter, and which share of an outcome's variance each explains: designs, and what their outcomes say.

Elementary effects, in few runs: Morris, *Technometrics* 33 (1991), with the mean of absolute effects of Campolongo, Cariboni & Saltelli,
*Environmental Modelling & Software* 22 (2007). Four levels, steps of two thirds of the range, each input moved once in every trajectory.

Sobol's indices, of each input by itself and with all others: Saltelli's design of (inputs + 2) × rows (Saltelli et al., *Computer Physics
Communications* 181, 2010) and Jansen's estimators (ibid. 117, 1999). Chance is an input like others that nobody lists: B has its
own in each row, and A shares its with the points made from it. What no input explains is then what chance does.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

LEVELS = 4
STEP = LEVELS / (2 * (LEVELS - 1))
"""Two thirds."""


def trajectories(u: np.ndarray) -> np.ndarray:
    """Trajectories × (inputs + 1) × inputs, points of the unit cube, from uniforms of shape trajectories × 3 inputs."""
    count, inputs = len(u), u.shape[1] // 3
    found = np.empty((count, inputs + 1, inputs))
    for t, row in enumerate(u):
        start, way, order = row.reshape(3, inputs)
        lower = np.minimum((start * LEVELS / 2).astype(int), LEVELS // 2 - 1) / (LEVELS - 1)
        upward = way < 0.5
        here = np.where(upward, lower, lower + STEP)
        found[t, 0] = here
        for i, j in enumerate(np.argsort(order, kind="stable"), 1):
            here = here.copy()
            here[j] += STEP if upward[j] else -STEP
            found[t, i] = here
    return found


@dataclass(frozen=True)
class Effects:
    """Elementary effects, an entry for each input: change of the outcome per width of the input's range."""

    mean: np.ndarray
    size: np.ndarray
    """Mean of absolute effects: how much it matters."""
    spread: np.ndarray
    """Standard deviation: how far its effect hangs on the others, or on chance."""
    error: np.ndarray
    """Standard error of :attr:`size`; NaN for one trajectory."""


def effects(points: np.ndarray, outcomes: np.ndarray) -> Effects:
    """Effects from trajectories and the outcome at each of their points: trajectories × (inputs + 1)."""
    moves = np.diff(points, axis=1)
    which = np.abs(moves).argmax(axis=2)
    step = np.take_along_axis(moves, which[..., None], axis=2)[..., 0]
    each = np.empty((len(points), points.shape[2]))
    np.put_along_axis(each, which, np.diff(outcomes, axis=1) / step, axis=1)
    n = len(each)
    sizes = np.abs(each)
    several = n > 1
    spread = each.std(axis=0, ddof=1) if several else np.full(each.shape[1], np.nan)
    error = sizes.std(axis=0, ddof=1) / np.sqrt(n) if several else np.full(each.shape[1], np.nan)
    return Effects(each.mean(axis=0), sizes.mean(axis=0), spread, error)


BLOCKS = 16
"""Parts of the rows that are left out in turn for errors."""


def design(u: np.ndarray) -> np.ndarray:
    """Rows × (inputs + 2) × inputs from points of the unit cube of twice as many dimensions: A, B, and A with one input of B's."""
    inputs = u.shape[1] // 2
    a, b = u[:, :inputs], u[:, inputs:]
    found = np.repeat(a[:, None, :], inputs + 2, axis=1)
    found[:, 1] = b
    for j in range(inputs):
        found[:, 2 + j, j] = b[:, j]
    return found


@dataclass(frozen=True)
class Indices:
    """Shares of the variance, an entry for each input, with standard errors."""

    first: np.ndarray
    """By the input alone."""
    total: np.ndarray
    """By the input with all that it does together with others."""
    first_error: np.ndarray
    total_error: np.ndarray
    variance: float
    """Of the outcome."""


def indices(outcomes: np.ndarray) -> Indices:
    """Indices from the outcome at each point of :func:`design`: rows × (inputs + 2)."""
    first, total = _jansen(outcomes)
    parts = np.array_split(np.arange(len(outcomes)), min(BLOCKS, len(outcomes)))
    without = np.array([_jansen(np.delete(outcomes, part, axis=0)) for part in parts if len(part) < len(outcomes) - 1])
    n = len(without)
    errors = np.sqrt((n - 1) * without.var(axis=0)) if n > 1 else np.full((2, outcomes.shape[1] - 2), np.nan)
    return Indices(first, total, errors[0], errors[1], float(outcomes[:, :2].var()))


def _jansen(outcomes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    a, b, mixed = outcomes[:, :1], outcomes[:, 1:2], outcomes[:, 2:]
    variance = float(outcomes[:, :2].var())
    if variance == 0:
        return np.zeros(mixed.shape[1]), np.zeros(mixed.shape[1])
    first = 1 - ((b - mixed) ** 2).mean(axis=0) / (2 * variance)
    return first, ((a - mixed) ** 2).mean(axis=0) / (2 * variance)
