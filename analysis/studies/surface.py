"""How an outcome goes with what is drawn: a regression that knows how little it knows, for decisions under doubt.

Bayesian linear regression on standardised inputs (Bishop, *Pattern Recognition and Machine Learning*, 2006, chapter 3): coefficients are
normal around 0, and how widely is averaged over a grid of ridge penalties by the evidence for each, one under which
nothing acts among them. So what few pairs cannot show comes out as not known and is not made up, and chance, which nobody can
learn, is left in the residual. Strong, Oakley & Brennan (*Medical Decision Making* 34, 2014) value information by such a regression.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

PENALTIES = 10.0 ** np.arange(-6, 3.5, 0.5)
"""Ridge penalties that are weighed, as multiples of the number of rows."""
BENDS = 4
"""Rows for each coefficient from which squares of the inputs are taken in."""


@dataclass(frozen=True)
class Surface:
    """An outcome's mean as a function of inputs."""

    rows: np.ndarray
    """Inputs, a row for each draw."""
    outcome: np.ndarray

    @cached_property
    def _scale(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        spread = self.rows.std(axis=0)
        some = spread > 1e-12 * (1 + np.abs(self.rows).max(axis=0, initial=0.0))
        return self.rows.mean(axis=0), np.where(some, spread, 1.0), some

    def _features(self, rows: np.ndarray) -> np.ndarray:
        mean, spread, some = self._scale
        z = ((rows - mean) / spread)[:, some]
        return np.hstack([z, z**2 - 1]) if len(self.rows) >= BENDS * 2 * z.shape[1] else z

    @cached_property
    def _fit(self) -> tuple[np.ndarray, np.ndarray, list[tuple[float, float, float, np.ndarray, np.ndarray]]]:
        """Mean of the features, right singular vectors, and for each penalty its weight, noise, prior, means and variances."""
        x = self._features(self.rows)
        middle = x.mean(axis=0)
        y = self.outcome - self.outcome.mean()
        n = len(y)
        u, s, v = np.linalg.svd(x - middle, full_matrices=False)
        aim, total = u.T @ y, float(y @ y)
        made, evidence = [], []
        for penalty in (*(n * PENALTIES), np.inf):
            ratio = s**2 / penalty
            left = total - float((ratio / (1 + ratio) * aim**2).sum())
            noise = max(left, 1e-300) / max(n - 1, 1)
            evidence.append(-0.5 * (n - 1) * np.log(max(left, 1e-300)) - 0.5 * float(np.log1p(ratio).sum()))
            means = np.zeros_like(s) if np.isinf(penalty) else s * aim / (s**2 + penalty)
            variances = np.zeros_like(s) if np.isinf(penalty) else noise / (s**2 + penalty)
            made.append((noise, 0.0 if np.isinf(penalty) else noise / penalty, means, variances))
        weights = np.exp(np.array(evidence) - max(evidence))
        weights /= weights.sum()
        return middle, v, [(float(w), *one) for w, one in zip(weights, made, strict=True)]

    def at(self, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Mean outcome at each of ``rows`` without chance, and its standard error."""
        middle, v, fits = self._fit
        away = self._features(rows) - middle
        z = away @ v.T
        beside = np.maximum((away**2).sum(axis=1) - (z**2).sum(axis=1), 0.0)  # where no row of the study has been
        n, base = len(self.outcome), self.outcome.mean()
        mean, square = np.zeros(len(rows)), np.zeros(len(rows))
        for weight, noise, prior, means, variances in fits:
            here = z @ means
            mean += weight * here
            square += weight * (here**2 + z**2 @ variances + beside * prior + noise / n)
        return base + mean, np.sqrt(np.maximum(square - mean**2, 0.0))

    @property
    def explained(self) -> float:
        """Share of the outcome's variance that goes with the inputs, 0 to 1."""
        whole = float(self.outcome.var())
        return min(1.0, float(self.at(self.rows)[0].var()) / whole) if whole > 0 else 0.0

    def above(self, least: float = 0.0, rows: np.ndarray | None = None) -> np.ndarray:
        """The chance that the mean outcome is above ``least`` at each of the rows (its own if None), its error in it."""
        from scipy.special import stdtr

        mean, error = self.at(self.rows if rows is None else rows)
        away = mean - least
        with np.errstate(divide="ignore", invalid="ignore"):
            t = np.where(error > 1e-12 * (1 + np.abs(away)), away / error, np.sign(away) * np.inf)
        return np.where(np.isnan(t), 0.0, stdtr(max(len(self.outcome) - 1, 1), t))
