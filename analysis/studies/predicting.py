"""What a figure that is published of a world like those of the runs would lie within, nine times in ten.

Runs differ by chance and by what is drawn of the parameters, and what is published has an error of its own. Beyond both, a model is wrong in
ways that no draw holds. How far is not judged here but measured: by what the same runs miss other figures by, those that are held
beside (Kennedy & O'Hagan, "Bayesian calibration of computer models", JRSS B 63 (2001), call it the model's discrepancy).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from analysis.figures.estimates import FEWEST_FOR_INTERVAL, NINETY, critical
from analysis.figures.rounding import SHARE_UNITS
from scenarios.targets import NORMAL
from simulation.numerics import logit

if TYPE_CHECKING:
    from scenarios.targets import Point

PREDICTED = 0.9
"""What predictive intervals hold."""
BORROWED = 2
"""Figures of other measures that count beside a measure's own (judgement): enough for a measure without any of its own."""
HALF_OF_NORMAL = 0.6744897501960817
"""Standard deviations that half of the values of a normal distribution lie within."""


@dataclass(frozen=True)
class Departures:
    """How far runs are from what is published, measure by measure, in log-odds of shares and logarithms of all else.

    The size of a measure's departures is that of its own figures and of :data:`BORROWED` typical ones of all measures together: the median
    of all without sign, as a standard deviation, so that one measure that is far off does not speak for the others.
    """

    own: Mapping[str, tuple[float, ...]]
    """By measure: the departure of each of its figures."""

    @classmethod
    def of(cls, held: Iterable[tuple[Point, Sequence[float]]]) -> Departures:
        """Of figures, each with what runs have of it; those of which a run has nothing, or all, tell no size and are left out."""
        own: dict[str, tuple[float, ...]] = {}
        for point, values in held:
            published, mean = (point.low + point.high) / 2, _mean(values)
            if _slope(point.unit, mean) and _slope(point.unit, published):
                own[point.measure] = (
                    *own.get(point.measure, ()),
                    _on_line(point.unit, mean) - _on_line(point.unit, published),
                )
        return cls(own)

    @cached_property
    def typical(self) -> float:
        """The standard deviation of a normal distribution of which half is as near as half of all departures are."""
        return float(np.median([abs(one) for some in self.own.values() for one in some])) / HALF_OF_NORMAL

    def half(self, point: Point, mean: float) -> float:
        """Half of what nine in ten departures lie within, in the unit of ``point``, about a ``mean`` of runs; 0 if nothing is held.

        By Student's t, with a degree of freedom for each figure that counts.
        """
        if not self.own:
            return 0.0
        own = self.own.get(point.measure, ())
        count = BORROWED + len(own)
        size = math.sqrt((BORROWED * self.typical**2 + math.fsum(one**2 for one in own)) / count)
        return float(critical(count + 1, PREDICTED)) * size * _slope(point.unit, mean)


def _mean(values: Sequence[float]) -> float:
    return math.fsum(values) / len(values) if values else 0.0


def _slope(unit: str, value: float) -> float:
    """By how much a figure moves for a small departure from ``value``; 0 where it cannot."""
    return max(value * (1 - value), 0.0) if unit in SHARE_UNITS else max(value, 0.0)


def _on_line(unit: str, value: float) -> float:
    return logit(value) if unit in SHARE_UNITS else math.log(value)


def predictive(
    target: Point, values: Sequence[float], departures: Departures | None = None
) -> tuple[float, float] | None:
    """What nine in ten figures published of such worlds lie within; None for fewer than eight runs.

    A new run's spread by Student's t, the published figure's error, and the model's ``departures`` from figures beside it: half-widths add
    up as squares.
    """
    n = len(values)
    if n < FEWEST_FOR_INTERVAL:
        return None
    mean = _mean(values)
    worlds = float(critical(n, PREDICTED)) * math.sqrt(float(np.var(values, ddof=1)) * (1 + 1 / n))
    half = math.hypot(
        worlds, NINETY * target.half / NORMAL, 0.0 if departures is None else departures.half(target, mean)
    )
    low, high = mean - half, mean + half
    return (max(low, 0.0), min(high, 1.0)) if target.unit in SHARE_UNITS else (low, high)


def holds(target: Point, within: tuple[float, float] | None) -> bool | None:
    """Whether what is published of ``target`` lies within an interval, with a part of it at least; None without one."""
    return None if within is None else target.low <= within[1] and within[0] <= target.high
