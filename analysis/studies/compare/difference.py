"""One difference of a comparison: its numbers, how they are rounded wherever it is shown, and what may be said about it.

Words follow the adjusted interval, and say nothing where it holds zero.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import Enum

from analysis.figures.lines import Line
from analysis.figures.rounding import NONE, SHARE_UNITS, WHOLE, between, shown, step
from analysis.studies.compare.summing import Comparison, Outcome

UNKNOWN = "no difference can be told"


class Verdict(Enum):
    """What the pairs say about a difference."""

    MORE = 1
    LESS = -1
    CANNOT_TELL = 0
    SAME = "the same in every pair"
    NONE = "no figure"

    @property
    def is_told(self) -> bool:
        """Whether there is a difference by more than chance explains."""
        return self in (Verdict.MORE, Verdict.LESS)


@dataclass(frozen=True)
class Difference:
    """A figure of a policy and of its base, and what their pairs say; NaN for what there is not."""

    line: Line
    year: int | None
    """School year, by the calendar year in which it starts; None for all years together."""
    pairs: int
    same: bool
    """Whether every pair's difference is exactly 0."""
    base: float
    policy: float
    base_error: float
    policy_error: float
    mean: float
    """Policy less base."""
    error: float
    """Standard error of that mean."""
    half: float
    """Half its interval alone."""
    adjusted: float
    """Half the interval that holds together with all others of the comparison."""
    unpaired_error: float
    variance_ratio: float
    low: float
    """What the evidence allows for one future, from here: the 5th percentile over draws, chance in it; NaN where nothing is drawn."""
    high: float
    """The 95th percentile."""

    @property
    def verdict(self) -> Verdict:
        """What can be said, as all intervals of the comparison hold together; without one (fewer than two pairs) nothing."""
        if math.isnan(self.mean):
            return Verdict.NONE
        if self.same:
            return Verdict.SAME
        if math.isnan(self.adjusted) or abs(self.mean) <= self.adjusted:
            return Verdict.CANNOT_TELL
        return Verdict.MORE if self.mean > 0 else Verdict.LESS

    @property
    def words(self) -> str:
        """The verdict in words: ``fewer, better``; whether it is better only where the line says what is."""
        if not self.verdict.is_told:
            return UNKNOWN if self.verdict is Verdict.CANNOT_TELL else str(self.verdict.value)
        agree = "" if math.isnan(self.low) or self.low * self.high >= 0 else " on average"
        return (
            self.direction + agree + {0: "", 1: ", better", -1: ", worse"}[int(self.verdict.value) * self.line.better]
        )

    @property
    def direction(self) -> str:
        """The word for a difference that can be told: "more", "fewer", "higher", "less" ..."""
        return self.towards(self.verdict)

    def towards(self, verdict: Verdict) -> str:
        """The word for more or less of it."""
        more = verdict is Verdict.MORE
        if self.line.unit in WHOLE:
            return "more" if more else "fewer"
        if self.line.unit == "GBP":
            return "more" if more else "less"
        return "higher" if more else "lower"

    @property
    def place(self) -> float:
        """The place that it and its intervals are rounded to."""
        return step(self.error, self.line.unit, abs(self.mean) + (0.0 if math.isnan(self.half) else self.half))

    @property
    def spelt(self) -> str:
        """The difference rounded to what is known, with its sign: ``−0.3 pts``."""
        points = " pts" if self.line.unit in SHARE_UNITS and not math.isnan(self.mean) else ""
        return shown(self.mean, self.place, self.line.unit, sign=True) + points

    @property
    def is_drawn(self) -> bool:
        """Whether more than chance is in its range."""
        return not math.isnan(self.low)

    @property
    def span(self) -> tuple[float, float]:
        """What is shown as its range: what the evidence allows, or where nothing is drawn, its interval alone."""
        return (self.low, self.high) if self.is_drawn else (self.mean - self.half, self.mean + self.half)

    def interval(self, adjusted: bool = False) -> str:
        """Its range, or the ``adjusted`` interval of its mean: ``−12 to +3``; – where there is none."""
        low, high = (self.mean - self.adjusted, self.mean + self.adjusted) if adjusted else self.span
        return NONE if math.isnan(low) else between(low, high, self.place, self.line.unit)


def difference(found: Comparison, outcome: Outcome, i: int) -> Difference:
    """What the pairs of a policy say about the cell at place ``i``."""
    s = outcome.statistics
    arrays = (
        s.base, s.policy, s.base_error, s.policy_error, s.difference, s.error, outcome.half, outcome.adjusted_half,
        s.unpaired_error, s.variance_ratio,
    )  # fmt: skip
    spread = outcome.doubt.range(i) if outcome.doubt.inputs else (math.nan, math.nan)
    numbers = (*(float(of[i]) for of in arrays), *spread)
    return Difference(found.line_of(i), found.cells[i].year, int(s.pairs[i]), bool(s.same[i]), *numbers)


def differences(found: Comparison, outcome: Outcome) -> list[Difference]:
    """All of a policy, in the order of the cells."""
    return [difference(found, outcome, i) for i in range(len(found.cells))]
