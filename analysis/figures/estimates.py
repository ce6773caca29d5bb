"""Estimates and their intervals: of one mean, of paired differences, of many at once, and of what parameters add to chance.

Everything that holds many figures at once works on arrays with a row per replicate and a column per cell (a measure, for
some people and posts, in some year). NaN marks a replicate in which a cell has no value; a pair counts where both of its
runs have one. Intervals are Student's; they hold chance alone, not doubt about the figures that went in.

Intervals that hold all at once, for tables that show many policies, measures and years: the critical value is that of the
largest of all studentised differences (max-t), found by resampling. The differences of a pair, centred, keep or change
their sign together, for all cells at once, so that cells that move together are not paid for twice. It never goes below
Student's value for one cell, nor above Bonferroni's for all of them, which takes its place where there are too few pairs
to resample. Single-step, so that words can follow the interval that is shown. Westfall & Young, Resampling-Based Multiple
Testing (1993); Wu, "Jackknife, bootstrap and other resampling methods in regression analysis", Annals of Statistics 14
(1986), for the signs.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from simulation.draws import Decision, Key

LEVEL = 0.95
"""Confidence of the interval of one mean."""
NINETY = 1.6448536269514722
"""Standard deviations that nine of ten values of a normal distribution lie within."""
RUNS_LEVEL = 90
"""Central interval of runs that is shown beside a mean, in per cent."""
FEWEST_RUNS = 10
"""With fewer runs the interval is that of all runs: quantiles of so few say nothing."""
RESAMPLES = 2000
FEWEST_PAIRS = 30
"""Pairs from which signs are resampled; with fewer, Bonferroni's value holds and costs little."""


FEWEST_FOR_INTERVAL = 8
"""Pairs from which a difference has an interval: from fewer, the spread of so few says nothing of chance."""


def critical(count: np.ndarray | int, level: float) -> np.ndarray:
    """Student's critical value of a two-sided interval at ``level`` from so many values; NaN for fewer than two."""
    from scipy.special import stdtrit  # what scipy.stats calls, without the second that loading that takes

    count = np.asarray(count)
    return np.where(count > 1, stdtrit(np.maximum(count - 1, 1), 0.5 + level / 2), np.nan)


def critical_of_pairs(count: np.ndarray | int, level: float) -> np.ndarray:
    """The same for differences of pairs; NaN for fewer than :data:`FEWEST_FOR_INTERVAL`."""
    return np.where(np.asarray(count) >= FEWEST_FOR_INTERVAL, critical(count, level), np.nan)


# One mean --------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Estimate:
    """A mean over replicates and half the width of its interval; NaN where there is none."""

    mean: float
    half: float

    @property
    def low(self) -> float:
        """Lower end of the interval."""
        return self.mean - self.half

    @property
    def high(self) -> float:
        """Upper end of the interval."""
        return self.mean + self.half

    def __neg__(self) -> Estimate:
        return Estimate(-self.mean, self.half)

    def record(self) -> dict[str, float | None]:
        """For JSON: mean, low and high; None for what there is not."""
        return {
            name: value if math.isfinite(value) else None
            for name, value in (("mean", self.mean), ("low", self.low), ("high", self.high))
        }


def estimate(values: Sequence[float]) -> Estimate:
    """Mean and interval of independent replicates; NaN without values, and no interval for fewer than two."""
    n = len(values)
    if n == 0 or any(math.isnan(v) for v in values):
        return Estimate(math.nan, math.nan)
    mean = math.fsum(values) / n
    variance = math.fsum((v - mean) ** 2 for v in values) / max(n - 1, 1)
    return Estimate(mean, float(critical(n, LEVEL)) * math.sqrt(variance / n))


def ratio(above: Sequence[float], below: Sequence[float]) -> Estimate:
    """Ratio of two means over the same replicates, with the interval of the delta method.

    Without an interval for ``below`` that leaves out 0, the ratio could be anything: NaN then.
    """
    divisor = estimate(below)
    if not len(below) or math.isnan(divisor.half) or abs(divisor.mean) <= divisor.half:
        return Estimate(math.nan, math.nan)
    value = math.fsum(above) / math.fsum(below)
    off = estimate([a - value * b for a, b in zip(above, below, strict=True)])
    return Estimate(value, off.half / abs(divisor.mean))


def tails(runs: int, level: float = RUNS_LEVEL) -> tuple[float, float]:
    """The quantiles that the central interval of so many runs ends at, ``level`` in per cent; 0 and 1 for few runs."""
    tail = 0.5 - level / 200 if runs >= FEWEST_RUNS else 0.0
    return tail, 1 - tail


def central(values: np.ndarray, level: float = RUNS_LEVEL) -> tuple[float, float]:
    """The ends of the central interval of runs, ``level`` in per cent; of all runs if there are few."""
    low, high = np.quantile(values, tails(len(values), level))
    return float(low), float(high)


# Paired differences ----------------------------------------------------------------------------------------------------


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
    draws: np.ndarray
    """Draws that these are of, which are what errors are told from; integers, as many as pairs where nothing is drawn."""
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
        """Half the width of the interval for each difference, at ``level`` (such as 0.9)."""
        return critical_of_pairs(self.draws, level) * self.error


def by_draw(values: np.ndarray, draws: np.ndarray) -> np.ndarray:
    """Rows of replicates as one row for each draw of what is not known: independent, and of the same mean in every column.

    ``draws`` has the number of each row's draw. Replicates that share a draw are no independent evidence: with x̄ the mean
    over all n rows, the row of one of D draws is x̄ + (D / n) Σ (x − x̄) over its own. The variance of these rows over D is the
    error of x̄ as clusters have it (Liang & Zeger 1986, linear case, with the factor D / (D − 1)). NaN are left out column by column.
    """
    _, place = np.unique(draws, return_inverse=True)
    if len(values) == 0 or place.max(initial=-1) + 1 == len(values):
        return values
    there = ~np.isnan(values)
    own = np.arange(place.max() + 1)[:, None] == place
    some = (own @ there.astype(float)) > 0
    n, count = np.maximum(there.sum(axis=0), 1), some.sum(axis=0)
    mean = mean_and_variance(values)[0]
    away = own @ np.where(there, values - mean, 0.0)
    return np.where(some, mean + away * (count / n), np.nan)


def paired(base: np.ndarray, policy: np.ndarray, draws: np.ndarray | None = None) -> Paired:
    """Compare runs of a base and of a policy that share their draws row by row.

    ``draws`` has for each row the number of the draw of what is not known that it takes; None where each is by itself.
    Raise :exc:`ValueError` unless both have the same shape.
    """
    if base.shape != policy.shape:
        raise ValueError(f"pairs need as many runs and cells on both sides, not {base.shape} and {policy.shape}")
    counts = ~np.isnan(base) & ~np.isnan(policy)
    b, p = np.where(counts, base, np.nan), np.where(counts, policy, np.nan)
    pairs, same = counts.sum(axis=0), ~(np.where(counts, p - b, 0.0) != 0).any(axis=0)
    if draws is not None:
        b, p = by_draw(b, draws), by_draw(p, draws)
    n = (~np.isnan(b)).sum(axis=0)
    b_mean, b_variance = mean_and_variance(b)
    p_mean, p_variance = mean_and_variance(p)
    difference, variance = mean_and_variance(p - b)
    some = np.maximum(n, 1)
    return Paired(
        base=b_mean,
        policy=p_mean,
        base_error=np.sqrt(b_variance / some),
        policy_error=np.sqrt(p_variance / some),
        difference=difference,
        error=np.sqrt(variance / some),
        unpaired_error=np.sqrt((b_variance + p_variance) / some),
        pairs=pairs,
        draws=n,
        same=(pairs > 0) & same,
    )


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


# Many differences at once ----------------------------------------------------------------------------------------------


def simultaneous_half_widths(differences: np.ndarray, level: float, seed: int) -> np.ndarray:
    """Half the width of the interval of each column's mean, such that all hold together at ``level``.

    ``differences`` has a row per pair and a column per cell of the family. Columns that do not vary, or have too few values
    for an interval, are no risk and do not count; their width is 0 or NaN.
    """
    _, variance = mean_and_variance(differences)
    n = (~np.isnan(differences)).sum(axis=0)
    error = np.sqrt(variance / np.maximum(n, 1))
    error = np.where(n >= FEWEST_FOR_INTERVAL, error, np.nan)
    at_risk = error > 0
    if not at_risk.any():
        return error
    most = critical(n, 1 - (1 - level) / at_risk.sum())
    if at_risk.sum() == 1 or n[at_risk].min() < FEWEST_PAIRS:
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


# Chance and parameters -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Spread:
    """What a table of draws of parameters by replicates says."""

    mean: float
    monte_carlo_error: float | None
    """Standard error of the mean that is due to chance; None with fewer than two replicates."""
    parameter_spread: float | None
    """Standard deviation between draws once chance is taken out; None with one draw, or with one replicate, which
    cannot tell the two apart."""
    draws: int
    replicates: int


def components(values: np.ndarray) -> Spread:
    """Where the spread of results comes from: chance, which more replicates reduce, and parameters that are not known.

    ``values`` has shape (draws, replicates), all of them finite. Every draw of parameters is run with the same
    replicates, and a replicate's random numbers are the same under every draw. So a value is a mean, plus what the draw
    does to it, plus what the replicate does, plus a rest: the two-way random-effects model without interaction (Searle,
    Casella & McCulloch, *Variance Components*, 1992, section 4.3). With D draws and R replicates, MS_R / (D R) is the
    variance of the mean due to chance, and (MS_D - MS_E) / R that between draws, where MS_E is the mean square of the
    rest; below 0 it is taken as 0.
    """
    draws, replicates = values.shape
    mean = math.fsum(values.ravel()) / values.size
    by_draw, by_replicate = values.mean(axis=1), values.mean(axis=0)
    error = spread = None
    if replicates > 1:
        error = math.sqrt(float(by_replicate.var(ddof=1)) / replicates)
    if draws > 1 and replicates > 1:
        rest = values - by_draw[:, None] - by_replicate[None, :] + mean
        ms_rest = float((rest**2).sum()) / ((draws - 1) * (replicates - 1))
        ms_draws = replicates * float(by_draw.var(ddof=1))
        spread = math.sqrt(max(0.0, (ms_draws - ms_rest) / replicates))
    return Spread(mean, error, spread, draws, replicates)
