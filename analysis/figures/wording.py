"""What may be said about a difference: words follow the adjusted interval, and say nothing where it holds zero."""

from __future__ import annotations

import math
from enum import Enum

from analysis.figures.lines import Line
from analysis.figures.rounding import WHOLE

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


def verdict(difference: float, adjusted_half: float, same: bool) -> Verdict:
    """The verdict on a mean difference, given half the width of its adjusted interval.

    Without an interval (NaN: fewer than two pairs) nothing can be told.
    """
    if math.isnan(difference):
        return Verdict.NONE
    if same:
        return Verdict.SAME
    if math.isnan(adjusted_half) or abs(difference) <= adjusted_half:
        return Verdict.CANNOT_TELL
    return Verdict.MORE if difference > 0 else Verdict.LESS


def direction(found: Verdict, line: Line) -> str:
    """The word for a difference that can be told: "more", "fewer", "higher", "less" ..."""
    more = found is Verdict.MORE
    if line.unit in WHOLE:
        return "more" if more else "fewer"
    if line.unit == "GBP":
        return "more" if more else "less"
    return "higher" if more else "lower"


def words(found: Verdict, line: Line) -> str:
    """The verdict on a line in words: ``fewer, better``; whether it is better only where the line says what is."""
    if not found.is_told:
        return UNKNOWN if found is Verdict.CANNOT_TELL else str(found.value)
    judged = {0: "", 1: ", better", -1: ", worse"}[int(found.value) * line.better]
    return direction(found, line) + judged
