"""Points in the unit cube, and what each coordinate stands for under a distribution.

A sample is the same for the same seed, and a sample that is made longer begins with what it was: draws can be added to a
finished sweep without making the old ones void.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from simulation.draws import Decision, Key

MOST_SPREADS = 3.0
"""Standard deviations at which a normal distribution ends on either side: a design that is possible is so at any number of draws."""
METHODS = ("latin-hypercube", "sobol", "random")


def unit_points(method: str, draws: int, factors: int, seed: int, first: int | None = None) -> np.ndarray:
    """``draws`` points in the open unit cube of ``factors`` dimensions, shape (draws, factors).

    ``latin-hypercube`` (McKay, Beckman & Conover 1979) puts one point into each of as many slices of every factor as there are
    points. A sample that had ``first`` points is made longer by halving all slices and filling those that are empty (Sallaberry,
    Helton & Hora 2008), so it is a hypercube again at twice as many points, four times, and so on; see
    :func:`is_balanced`. ``sobol`` is scipy's scrambled Sobol sequence, best with a power of two; ``random`` is independent
    uniforms. Raise :exc:`ValueError` for another method.
    """
    if method == "sobol":
        return _sobol(draws, factors, seed)
    if method not in METHODS:
        raise ValueError(f"sampling must be one of {', '.join(METHODS)}, got {method!r}")
    points = np.empty((draws, factors))
    ids = np.arange(draws, dtype=np.uint64)
    for factor in range(factors):
        u = Key(seed).uniform(Decision.SWEEP_POINT, 0, ids, factor)
        points[:, factor] = u if method == "random" else _hypercube(u, first or draws, seed, factor)
    return points


def _hypercube(u: np.ndarray, first: int, seed: int, factor: int) -> np.ndarray:
    """One coordinate of a Latin hypercube that began with ``first`` points; ``u`` says where in its slice each point lies."""

    def in_any_order(slices: np.ndarray, start: int) -> np.ndarray:
        ids = np.arange(start, start + len(slices), dtype=np.uint64)
        order = np.argsort(Key(seed).uniform(Decision.SWEEP_ORDER, 0, ids, factor), kind="stable")
        turned = np.empty_like(slices)
        turned[order] = slices
        return turned

    slices, points, n = in_any_order(np.arange(first), 0), np.empty(0), first
    while True:
        new, within = slices[len(points) :], u[len(points) : n]
        points = np.append(points, (new[: len(within)] + within) / n)
        if len(points) == len(u):
            return np.minimum(points, 1 - 2.0**-53)
        upper = np.floor(2 * u[:n]).astype(np.int64)
        u = np.append(2 * u[:n] - upper, u[n:])  # within the half that each point is in; exact
        slices = 2 * slices + upper
        slices = np.append(slices, in_any_order(np.setdiff1d(np.arange(2 * n), slices), n))
        n *= 2


def is_balanced(method: str, draws: int, first: int) -> bool:
    """Whether a sample of so many draws, which began with ``first``, has the property that its method promises."""
    times = draws / first if method == "latin-hypercube" else float(draws)
    return method not in ("latin-hypercube", "sobol") or (times >= 1 and math.log2(times).is_integer())


def _sobol(draws: int, factors: int, seed: int) -> np.ndarray:
    from scipy.stats import qmc

    # A power of two at least, because the sequence is balanced only then; the first ones are the same however many.
    rounds = max(0, math.ceil(math.log2(max(draws, 1))))
    points = qmc.Sobol(factors, scramble=True, rng=seed).random_base2(rounds)[:draws]
    return np.clip(points, 2.0**-53, 1 - 2.0**-53)


@dataclass(frozen=True)
class Distribution:
    """What is believed of a number: a kind and its arguments."""

    kind: str
    arguments: tuple[float, ...]

    @property
    def ends(self) -> tuple[float, float]:
        """The least and the most that it can give."""
        if self.kind == "normal":
            mean, spread = self.arguments
            return mean - MOST_SPREADS * spread, mean + MOST_SPREADS * spread
        return self.arguments[0], self.arguments[-1]

    def at(self, u: np.ndarray) -> np.ndarray:
        """Values at the quantiles ``u``."""
        return DISTRIBUTIONS[self.kind].quantile(u, *self.arguments)


@dataclass(frozen=True)
class Kind:
    """A kind of distribution that a design can name."""

    arguments: tuple[str, ...]
    """What its arguments are, in order."""
    quantile: Callable[..., np.ndarray]
    rule: Callable[..., bool]
    due: str

    def wrong(self, *arguments: float) -> str | None:
        """What is wrong with arguments, if anything is."""
        return None if self.rule(*arguments) else self.due


def _uniform(u: np.ndarray, low: float, high: float) -> np.ndarray:
    return low + u * (high - low)


def _log_uniform(u: np.ndarray, low: float, high: float) -> np.ndarray:
    return np.exp(np.log(low) + u * (np.log(high) - np.log(low)))


def _triangular(u: np.ndarray, low: float, mode: float, high: float) -> np.ndarray:
    turn = (mode - low) / (high - low)
    rising = low + np.sqrt(u * (high - low) * (mode - low))
    falling = high - np.sqrt((1 - u) * (high - low) * (high - mode))
    return np.where(u < turn, rising, falling)


def _normal(u: np.ndarray, mean: float, spread: float) -> np.ndarray:
    from simulation.numerics import normals

    return mean + spread * np.clip(normals(u), -MOST_SPREADS, MOST_SPREADS)


DISTRIBUTIONS = {
    "uniform": Kind(("least", "most"), _uniform, lambda low, high: low < high, "the least must be below the most"),
    "log_uniform": Kind(
        ("least", "most"),
        _log_uniform,
        lambda low, high: 0 < low < high,
        "both must be above 0, the least below the most",
    ),
    "triangular": Kind(
        ("least", "likeliest", "most"),
        _triangular,
        lambda low, mode, high: low <= mode <= high and low < high,
        "they must be in this order",
    ),
    "normal": Kind(
        ("mean", "standard deviation"),
        _normal,
        lambda _mean, spread: spread > 0,
        "the standard deviation must be above 0",
    ),
}
"""Distributions by name."""
