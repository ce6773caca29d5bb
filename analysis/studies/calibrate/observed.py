"""Published figures as a fit has them: what is observed, and how far from it a model that is right may be.

Figures are taken as they are, and not as logits or logarithms: a run of a sample is so full of chance that the logarithm of a
share in it has another mean than that of the whole, while the mean of the share itself is that of many runs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

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
