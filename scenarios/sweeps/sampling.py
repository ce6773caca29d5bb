"""Points in the unit cube, and what each coordinate stands for under a distribution.

A sample is the same for the same seed, and longer samples of a kind begin with the shorter ones: draws can be added to a
finished sweep without making the old ones void.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from simulation.draws import Decision, Key

METHODS = ("latin-hypercube", "sobol", "random")
BLOCK = 64
"""Draws of a Latin hypercube: more are taken as further hypercubes of this many, so that old ones stay."""


def unit_points(method: str, draws: int, factors: int, seed: int) -> np.ndarray:
    """``draws`` points in the open unit cube of ``factors`` dimensions, shape (draws, factors).

    ``latin-hypercube`` (McKay, Beckman & Conover 1979) puts one point of each block of 64 into each of 64 slices of every
    factor; ``sobol`` is scipy's scrambled Sobol sequence, best with a power of two; ``random`` is independent uniforms.
    Raise :exc:`ValueError` for another method.
    """
    if method == "sobol":
        return _sobol(draws, factors, seed)
    if method not in METHODS:
        raise ValueError(f"sampling must be one of {', '.join(METHODS)}, got {method!r}")
    points = np.empty((draws, factors))
    ids = np.arange(draws, dtype=np.uint64)
    for factor in range(factors):
        u = Key(seed).uniform(Decision.SWEEP_POINT, 0, ids, factor)
        if method == "random":
            points[:, factor] = u
            continue
        whole = np.arange(-(-draws // BLOCK) * BLOCK, dtype=np.uint64)
        order = Key(seed).uniform(Decision.SWEEP_ORDER, 0, whole, factor).reshape(-1, BLOCK)
        slices = np.argsort(np.argsort(order, axis=1, kind="stable"), axis=1, kind="stable").ravel()[:draws]
        points[:, factor] = (slices + u) / BLOCK
    return points


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
    def ends(self) -> tuple[float, float] | None:
        """The least and the most that it can give; None if it has no bounds."""
        return None if self.kind == "normal" else (self.arguments[0], self.arguments[-1])

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

    return mean + spread * normals(u)


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
