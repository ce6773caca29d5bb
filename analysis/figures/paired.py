"""Differences between paired runs: mean, standard error, interval, and what pairing gained.

Everything here works on arrays with a row per replicate and a column per cell (a measure, for some people and posts, in
some year). NaN marks a replicate in which a cell has no value; a pair counts where both of its runs have one.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Paired:
    """What ``n`` pairs of runs say about each cell; arrays of one entry per cell, NaN where there is none."""

    base: np.ndarray
    """Mean of the base."""
    policy: np.ndarray
    """Mean of the policy."""
    base_error: np.ndarray
    """Standard error of the base's mean."""
    policy_error: np.ndarray
    """Standard error of the policy's mean."""
    difference: np.ndarray
    """Mean of policy − base over pairs."""
    error: np.ndarray
    """Standard error of that mean."""
    unpaired_error: np.ndarray
    """Standard error that as many runs with independent seeds would give."""
    pairs: np.ndarray
    """Pairs that count; integers."""
    same: np.ndarray
    """Whether every pair's difference is exactly 0."""

    @property
    def variance_ratio(self) -> np.ndarray:
        """Variance of an unpaired difference over that of a paired one: pairing saves so many times the runs.

        NaN where the difference does not vary: then pairing saves more than can be measured.
        """
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.where(self.error > 0, (self.unpaired_error / self.error) ** 2, np.nan)

    @property
    def pairing_failed(self) -> np.ndarray:
        """Where the ratio is below 1: runs with independent seeds would have told more.

        The standard error is that of the paired difference all the same. It is the larger of the two there, and the
        smaller one holds only for runs that do not share their draws.
        """
        return self.variance_ratio < 1

    def half_width(self, level: float) -> np.ndarray:
        """Half the width of Student's interval for each difference, at ``level`` (such as 0.9)."""
        return critical(self.pairs, level) * self.error


def paired(base: np.ndarray, policy: np.ndarray) -> Paired:
    """Compare runs of a base and of a policy that share their draws row by row.

    Raise :exc:`ValueError` unless both have the same shape.
    """
    if base.shape != policy.shape:
        raise ValueError(f"pairs need as many runs and cells on both sides, not {base.shape} and {policy.shape}")
    counts = ~np.isnan(base) & ~np.isnan(policy)
    b, p = np.where(counts, base, np.nan), np.where(counts, policy, np.nan)
    n = counts.sum(axis=0)
    b_mean, b_variance = mean_and_variance(b)
    p_mean, p_variance = mean_and_variance(p)
    difference, variance = mean_and_variance(p - b)
    some = np.maximum(n, 1)
    return Paired(
        b_mean, p_mean, np.sqrt(b_variance / some), np.sqrt(p_variance / some), difference, np.sqrt(variance / some),
        np.sqrt((b_variance + p_variance) / some), n, (n > 0) & ~(np.where(counts, p - b, 0.0) != 0).any(axis=0),
    )  # fmt: skip


def mean_and_variance(values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Mean and sample variance of each column, without its NaN; NaN where there are no values, or too few.

    Exact for equal values: their mean is the value and their variance 0.
    """
    counts = ~np.isnan(values)
    n = counts.sum(axis=0)
    origin = np.nan_to_num(values[np.argmax(counts, axis=0), np.arange(values.shape[1])]) if len(values) else 0.0
    shifted = np.where(counts, values - origin, 0.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = shifted.sum(axis=0) / n
        squares = np.where(counts, shifted - mean, 0.0) ** 2
        return mean + origin, np.where(n > 1, squares.sum(axis=0) / (n - 1), np.nan)


def critical(pairs: np.ndarray, level: float) -> np.ndarray:
    """Student's critical value of a two-sided interval at ``level`` from so many pairs; NaN for fewer than two."""
    from scipy.special import stdtrit  # what scipy.stats calls, without the second that loading that takes

    return np.where(pairs > 1, stdtrit(np.maximum(pairs - 1, 1), 0.5 + level / 2), np.nan)
