"""How sure a mean over replicates is."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

LEVEL = 0.95
"""Confidence of the intervals: they hold chance alone, not doubt about the figures that went in."""


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

    def record(self) -> dict[str, float | None]:
        """For JSON: mean, low and high; None for what there is not."""
        return {
            name: value if math.isfinite(value) else None
            for name, value in (("mean", self.mean), ("low", self.low), ("high", self.high))
        }


def estimate(values: Sequence[float]) -> Estimate:
    """Mean and Student's interval of independent replicates; no interval for fewer than two."""
    n = len(values)
    if n == 0 or any(math.isnan(v) for v in values):
        return Estimate(math.nan, math.nan)
    mean = math.fsum(values) / n
    if n == 1:
        return Estimate(mean, math.nan)
    from scipy.special import stdtrit

    variance = math.fsum((v - mean) ** 2 for v in values) / (n - 1)
    return Estimate(mean, float(stdtrit(n - 1, 0.5 + LEVEL / 2)) * math.sqrt(variance / n))


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
