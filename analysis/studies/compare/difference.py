"""One difference of a comparison: its numbers, how they are rounded wherever it is shown, and what may be said about it.

Three things are said of it, each by itself: whether it can be told from chance (words follow the interval, and say nothing
where it holds zero), whether it is large enough to be noticed (:attr:`Difference.matters`), and whether it is good or bad. The
range is one wherever a figure is shown: what the evidence allows or, where nothing is drawn, the interval of its mean, which
holds together with all others of the comparison.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field
from enum import Enum

from analysis.figures.lines import Line
from analysis.figures.rounding import NONE, SHARE_UNITS, WHOLE, between, finer, shown, step
from analysis.studies.compare.summing import Comparison, Outcome

UNKNOWN = "no difference can be told"
TOO_FEW = "too few pairs"
TOO_SMALL = "too small to notice"


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


SHORT = {Verdict.CANNOT_TELL: "cannot tell", Verdict.SAME: "the same"}
"""Verdicts where space is short."""


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
    out_of: float = field(default=math.nan, kw_only=True)
    """Of a rate, how many in a year of the base it is out of; NaN of counts, and where it is not known."""

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
    def worth(self) -> float:
        """The smallest difference that is worth telling, in the line's unit."""
        return self.line.worth_telling(self.base)

    @property
    def size(self) -> float:
        """How many times the smallest difference worth telling it is: for an order of differences in various units."""
        return abs(self.mean) / self.worth if self.worth > 0 else math.inf

    @property
    def matters(self) -> bool:
        """Whether it can be told and is large enough to be noticed."""
        return self.verdict.is_told and self.size >= 1

    @property
    def too_small(self) -> bool:
        """Whether nobody would notice it: it can be told and is small, or whatever it is lies between two that are small."""
        if self.verdict.is_told:
            return self.size < 1
        low, high = self.mean_span
        return self.verdict is Verdict.CANNOT_TELL and max(-low, high) < self.worth

    @property
    def unclear(self) -> bool:
        """Whether it may or may not be large enough to be noticed: nothing can be told, and no interval says that it is small."""
        return self.verdict is Verdict.CANNOT_TELL and not self.too_small

    @property
    def words(self) -> str:
        """What can be said of it: ``fewer, better``, ``higher, too small to notice``; better only where the line says what is."""
        if self.verdict is Verdict.SAME:
            return str(self.verdict.value)
        if not self.verdict.is_told:
            return UNKNOWN if self.short == SHORT[Verdict.CANNOT_TELL] else self.short
        agree = "" if not self.is_drawn or self.low * self.high >= 0 else " on average"
        good = {0: "", 1: ", better", -1: ", worse"}[int(self.verdict.value) * self.line.better]
        return f"{self.direction}{agree}{good}{f', {TOO_SMALL}' if self.too_small else ''}"

    @property
    def short(self) -> str:
        """The same where space is short."""
        if self.verdict.is_told:
            return self.words
        if self.verdict is Verdict.CANNOT_TELL:
            return TOO_FEW if math.isnan(self.adjusted) else TOO_SMALL if self.too_small else SHORT[self.verdict]
        return SHORT.get(self.verdict, str(self.verdict.value))

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
    def mean_span(self) -> tuple[float, float]:
        """The interval of its mean that holds together with all others; NaN where there is none."""
        half = 0.0 if self.same else self.adjusted
        return self._possible(self.mean - half, self.mean + half)

    @property
    def span(self) -> tuple[float, float]:
        """The one range that is shown of it: what the evidence allows, or where nothing is drawn, the interval of its mean."""
        return self._possible(self.low, self.high) if self.is_drawn else self.mean_span

    def _possible(self, low: float, high: float) -> tuple[float, float]:
        """The ends within what is possible: nothing counted falls below none, and no share rises above all."""
        share = self.line.unit in SHARE_UNITS
        if (share or self.line.unit in (*WHOLE, "GBP")) and low < -self.base:
            low = min(self.mean, -self.base)
        if share and high > 1 - self.base:
            high = max(self.mean, 1 - self.base)
        return low, high

    def interval(self) -> str:
        """Its range: ``−12 to +3``; – where there is none. If that of a mean leaves out zero, so finely that this can be seen."""
        place, (low, high) = self.place, self.span
        if math.isnan(low):
            return NONE
        if self.verdict.is_told and not self.is_drawn:
            place = finer(
                place, lambda p: any(not re.search("[1-9]", shown(end, p, self.line.unit)) for end in (low, high))
            )
        return between(low, high, place, self.line.unit)


def difference(found: Comparison, outcome: Outcome, i: int) -> Difference:
    """What the pairs of a policy say about the cell at place ``i``."""
    s = outcome.statistics
    arrays = (
        s.base, s.policy, s.base_error, s.policy_error, s.difference, s.error, outcome.half, outcome.adjusted_half,
        s.unpaired_error, s.variance_ratio,
    )  # fmt: skip
    spread = outcome.doubt.range(i) if outcome.doubt.inputs else (math.nan, math.nan)
    numbers = (*(float(of[i]) for of in arrays), *spread)
    out_of = math.nan if found.out_of is None else float(found.out_of[i])
    return Difference(found.line_of(i), found.cells[i].year, int(s.pairs[i]), bool(s.same[i]), *numbers, out_of=out_of)


def differences(found: Comparison, outcome: Outcome) -> list[Difference]:
    """All of a policy, in the order of the cells."""
    return [difference(found, outcome, i) for i in range(len(found.cells))]
