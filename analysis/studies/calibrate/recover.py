"""Whether a calibration finds what is known: on figures that the emulator gives, and on figures that runs give.

Simulation-based calibration (Talts et al. 2018, arXiv 1804.06788): parameters are drawn from what is believed beforehand, figures
from them, and the rank of each parameter among draws from its posterior must be uniform. That a check can fail is shown beside it:
the same draws made 20% too narrow must be caught.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from analysis.studies.calibrate.fit import Fit, Observed
from analysis.studies.calibrate.runs import Runner, Stage, filled
from analysis.studies.calibrate.sampler import scores, walk

if TYPE_CHECKING:
    from analysis.studies.calibrate.study import Calibration

REPETITIONS = 500
RANKS = 20
"""Draws of each repetition and one: each rank is a bin."""
NARROW = 0.8
ALARM = 1e-3
"""How often ranks that are uniform are called otherwise."""
TRUTHS, RUNS_EACH = 20, 25


@dataclass(frozen=True)
class Ranks:
    """Ranks of known parameters among draws of their posterior."""

    counts: np.ndarray
    """Shape (parameters, ranks)."""
    p_value: float
    """Of the least uniform parameter, times their number; at most 1."""

    @property
    def uniform(self) -> bool:
        """Whether the ranks are what chance gives."""
        return self.p_value >= ALARM


@dataclass(frozen=True)
class Recovery:
    """How often 90% intervals hold what is known."""

    covered: np.ndarray
    """Shape (truths, parameters)."""

    @property
    def share(self) -> float:
        """Of all intervals."""
        return float(self.covered.mean())

    @property
    def error(self) -> float:
        """Standard error of the share, truths being independent and parameters not."""
        return float(self.covered.mean(axis=1).std(ddof=1) / np.sqrt(len(self.covered)))


def ranks(fit: Fit, seed: int) -> tuple[Ranks, Ranks]:
    """Ranks as they are, and of draws made 20% narrower."""
    truth = scores(seed, 500, 0, REPETITIONS, fit.emulator.centre.size - len(fit.emulator.pairs))
    states = _posteriors(fit, truth, seed)
    middle = states.mean(axis=0)
    drawn = states[:: max(1, len(states) // (RANKS - 1))][: RANKS - 1]
    return _ranks(truth, drawn), _ranks(truth, middle + NARROW * (drawn - middle))


def _posteriors(fit: Fit, truth: np.ndarray, seed: int) -> np.ndarray:
    """States of a chain for each truth, whose figures are drawn as the fit believes they come about."""
    mean, variance = fit.predict(truth)
    total = variance + fit.observed.variance
    figures = mean + np.sqrt(total) * scores(seed, 501, 0, len(truth), mean.shape[1])
    return _chains(fit, figures, np.zeros(mean.shape[1]), truth, seed)


def _chains(fit: Fit, figures: np.ndarray, noise: np.ndarray, about: np.ndarray, seed: int) -> np.ndarray:
    """States of chains, one for each row of ``figures``, which have chance of variance ``noise`` of their own."""
    gap = 10 * about.shape[1]  # steps between two draws
    own = Observed(figures, figures, fit.observed.variance + noise, np.ones(figures.shape[1]))
    each = replace(fit, observed=own)
    one = replace(fit, observed=Observed(figures[0], figures[0], fit.observed.variance + noise, own.weight))
    shape = np.stack([one.shape(row) for row in about])
    start = about + 1.5 * np.einsum("cij,cj->ci", shape, scores(seed, 502, 0, *about.shape))
    return walk(each.density, start, shape, (RANKS - 1) * gap, seed, 510, 5 * gap)[0]


def _ranks(truth: np.ndarray, drawn: np.ndarray) -> Ranks:
    from scipy.stats import chi2

    rank = (drawn < truth).sum(axis=0)
    counts = np.stack([np.bincount(column, minlength=RANKS) for column in rank.T])
    due = len(truth) / RANKS
    p_values = chi2.sf(((counts - due) ** 2 / due).sum(axis=1), RANKS - 1)
    return Ranks(counts, float(min(1.0, p_values.min() * len(p_values))))


def recover(found: Calibration, runner: Runner, truths: int = TRUTHS, runs_each: int = RUNS_EACH) -> Recovery:
    """How often 90% intervals hold parameters drawn from what is believed beforehand, from what runs with these give.

    ``runs_each`` runs of a sample are taken for each truth, and their mean for its figures.
    """
    from analysis.studies.calibrate.fit import fitted

    plan, to_fit = found.plan, fitted(found.points)
    truth = scores(plan.seed, 520, 0, truths, len(plan.free))
    stage = Stage("recover", 40, np.repeat(plan.cells(truth), runs_each, axis=0))
    figures = filled(runner.figures(stage), found.points).reshape(truths, runs_each, -1).mean(axis=1)[:, to_fit]
    of_samples = replace(found.fit, bias=np.zeros(len(to_fit)), bias_variance=np.zeros(len(to_fit)))
    exact = replace(of_samples, observed=replace(found.fit.observed, variance=np.zeros(len(to_fit))))
    noise = found.noise[to_fit] / runs_each
    states = _chains(exact, figures, noise, truth, plan.seed)
    low, high = np.quantile(states, [0.05, 0.95], axis=0)
    return Recovery((low <= truth) & (truth <= high))
