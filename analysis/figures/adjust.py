"""Intervals that hold all at once, for tables that show many policies, measures and years.

The critical value is that of the largest of all studentised differences (max-t), found by resampling: the differences
of a pair, centred, keep or change their sign together, for all cells at once, so that cells that move together are not
paid for twice. It never goes below Student's value for one cell, nor above Bonferroni's for all of them, which takes
its place where there are too few pairs to resample. Single-step, so that words can follow the interval that is shown.

Westfall & Young, Resampling-Based Multiple Testing (1993); Wu, "Jackknife, bootstrap and other resampling methods in
regression analysis", Annals of Statistics 14 (1986), for the signs.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from analysis.figures.paired import critical, mean_and_variance
from simulation.draws import Decision, Key

RESAMPLES = 2000
FEWEST = 30
"""Pairs from which signs are resampled; with fewer, Bonferroni's value holds and costs little."""


def simultaneous_half_widths(differences: np.ndarray, level: float, seed: int) -> np.ndarray:
    """Half the width of the interval of each column's mean, such that all hold together at ``level``.

    ``differences`` has a row per pair and a column per cell of the family. Columns that do not vary, or have fewer than
    two values, are no risk and do not count; their width is 0 or NaN.
    """
    _, variance = mean_and_variance(differences)
    n = (~np.isnan(differences)).sum(axis=0)
    error = np.sqrt(variance / np.maximum(n, 1))
    at_risk = error > 0
    if not at_risk.any():
        return error
    most = critical(n, 1 - (1 - level) / at_risk.sum())
    if at_risk.sum() == 1 or n[at_risk].min() < FEWEST:
        return most * error
    value = max_t(differences[:, at_risk], level, signs(len(differences), seed))
    return np.clip(value, critical(n, level), most) * error


@lru_cache(maxsize=4)
def signs(pairs: int, seed: int, resamples: int = RESAMPLES) -> np.ndarray:
    """Signs of each pair in each resample, -1.0 or 1.0: a row per resample. They depend on pair, resample and seed only."""
    key, agents = Key(seed), np.arange(pairs, dtype=np.uint64)
    found = np.empty((resamples, pairs))
    for number in range(resamples):
        found[number] = np.where(key.uniform(Decision.RESAMPLE, number, agents) < 0.5, -1.0, 1.0)
    found.flags.writeable = False
    return found


def max_t(differences: np.ndarray, level: float, sign: np.ndarray) -> float:
    """The ``level`` quantile of the largest studentised mean over columns that vary, rounded up to three decimals."""
    counts = ~np.isnan(differences)
    n = counts.sum(axis=0)
    centred = np.where(counts, differences - mean_and_variance(differences)[0], 0.0)
    squares = (centred**2).sum(axis=0)
    mean = sign @ centred / n
    # A change of sign leaves squares as they are, so the variance follows from the mean.
    variance = np.maximum((squares - n * mean**2) / (n - 1), 1e-12 * squares / n)
    largest = np.abs(mean / np.sqrt(variance / n)).max(axis=1)
    return float(np.ceil(1000 * np.quantile(largest, level, method="higher")) / 1000)
