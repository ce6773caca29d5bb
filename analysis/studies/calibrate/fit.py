"""What published figures leave of parameters, by an emulator of the figures: density, mode, curvature, draws.

Figures are taken as they are, and not as logits or logarithms: a run of a sample is so full of chance that the logarithm of a
share in it has another mean than that of the whole, while the mean of the share itself is that of many runs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from analysis.studies.calibrate.emulator import Emulator
from analysis.studies.calibrate.sampler import Chains, sample

if TYPE_CHECKING:
    from scenarios.calibration import CalibrationPlan
    from scenarios.targets import Point


@dataclass(frozen=True)
class Observed:
    """Published figures; all arrays have one entry a figure, in the figure's unit."""

    low: np.ndarray
    high: np.ndarray
    """What is published: a value, or the interval that several span, within which all is alike."""
    variance: np.ndarray
    """Of its error, and of what the model is known not to show of it."""
    weight: np.ndarray
    """Of its term in the log likelihood."""

    @property
    def middle(self) -> np.ndarray:
        """The middle of what is published."""
        return (self.low + self.high) / 2

    @property
    def whole_variance(self) -> np.ndarray:
        """Of the middle as one number: an interval is as good as uniform."""
        return self.variance + (self.high - self.low) ** 2 / 12

    def outside(self, simulated: np.ndarray) -> np.ndarray:
        """How far simulated figures lie outside what is published."""
        return np.maximum(np.maximum(self.low - simulated, simulated - self.high), 0.0)

    def likelihood(self, mean: np.ndarray, variance: np.ndarray) -> np.ndarray:
        """Log likelihood of each row of figures of which mean and variance are known, up to a constant."""
        total = self.variance + variance
        return -0.5 * (self.weight * (self.outside(mean) ** 2 / total + np.log(total))).sum(axis=-1)


def fitted(points: Sequence[Point]) -> list[int]:
    """Positions of the figures that may be fitted to."""
    return [i for i, point in enumerate(points) if not point.kept_out]


def observed(points: Sequence[Point], plan: CalibrationPlan) -> Observed:
    """The figures ``points`` as the plan has them: error, or tolerance where none is known, and discrepancy."""
    from scenarios.targets import NORMAL

    lack = [plan.own_discrepancy.get(point.target, plan.discrepancy) * point.slack for point in points]
    error = [point.half / NORMAL for point in points]
    return Observed(
        np.array([point.low for point in points]), np.array([point.high for point in points]),
        np.array(error) ** 2 + np.array(lack) ** 2, np.array([point.weight for point in points]),
    )  # fmt: skip


CHAINS = 4
STEPS = 20_000
"""Of each chain, after half as many to warm up."""
MOST = 320_000


@dataclass(frozen=True)
class Fit:
    """What is believed of parameters once figures are known. Beforehand their scores are standard normal and independent."""

    emulator: Emulator
    observed: Observed
    bias: np.ndarray
    """Of each figure: the whole system less the emulator of samples."""
    bias_variance: np.ndarray
    """How well it is known."""

    def predict(self, scores: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Mean and variance of the mean of every figure of the whole system, at rows of scores."""
        mean, variance = self.emulator.predict(scores)
        return mean + self.bias, variance + self.bias_variance

    def density(self, scores: np.ndarray) -> np.ndarray:
        """Log density of rows of scores, up to a constant."""
        return self.observed.likelihood(*self.predict(scores)) - 0.5 * (scores**2).sum(axis=1)

    def curvature(self, score: np.ndarray) -> np.ndarray:
        """Of minus the log density about a point, by Gauss and Newton: products of first derivatives."""
        variance = self.predict(score[None])[1]
        slopes = self.emulator.slopes(score)
        total = self.observed.variance + (self.observed.high - self.observed.low) ** 2 / 12 + variance[0]
        return np.eye(len(score)) + (slopes * (self.observed.weight / total)) @ slopes.T

    def shape(self, score: np.ndarray) -> np.ndarray:
        """A factor of the covariance that the curvature at a point implies."""
        inverse = np.linalg.inv(self.curvature(score))
        return np.linalg.cholesky((inverse + inverse.T) / 2)

    def mode(self, start: np.ndarray, rounds: int = 60) -> np.ndarray:
        """The likeliest scores, by damped Newton steps from ``start``."""
        at, best, length = start.copy(), float(self.density(start[None])[0]), 1.0
        for _ in range(rounds):
            mean, variance = self.predict(at[None])
            off = np.where(
                mean < self.observed.low, mean - self.observed.low, np.maximum(mean - self.observed.high, 0.0)
            )
            pull = self.emulator.slopes(at) @ (self.observed.weight * off / (self.observed.variance + variance))[0]
            step = np.linalg.solve(self.curvature(at), pull + at)
            other = at - length * step
            there = float(self.density(other[None])[0])
            if there > best:
                at, best, length = other, there, min(1.0, 2 * length)
            elif (length := length / 2) < 1e-6:
                break
        return at

    def sample(self, start: np.ndarray, seed: int, stage: int, steps: int = STEPS, most: int = MOST) -> Chains:
        """Chains from about the mode."""
        mode = self.mode(start)
        shape = self.shape(mode)
        spread = np.linspace(-1, 1, CHAINS)[:, None] * shape.sum(axis=1)
        return sample(self.density, mode + spread, shape, seed, stage, steps, most)
