"""What published figures leave of parameters, by an emulator of the figures: density, mode, curvature, draws."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analysis.studies.calibrate.emulator import Emulator
from analysis.studies.calibrate.observed import Observed
from analysis.studies.calibrate.sampler import Chains, sample

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
