"""Rounding to what is known: no digit below the standard error of the mean that is shown."""

from __future__ import annotations

import math

from analysis.figures.numbers import SHARE_UNITS

WHOLE = ("people", "posts", "schools", "pupils", "trusts", "FTE", "people, schools or clusters")
"""Units of things that are counted: in whole numbers from ten on, with one decimal at most below."""
FINEST = {"GBP": 1.0, **dict.fromkeys(WHOLE, 0.1), **dict.fromkeys(SHARE_UNITS, 0.0001)}
FINEST_OTHER = 0.0001
MILLIONS = 100_000.0
"""Place from which sums of money are shown in millions."""


def step(error: float, unit: str, size: float) -> float:
    """The place to round a mean to: that of the first significant digit of its standard error, or the unit's finest.

    ``size`` is the largest of the numbers shown with it. 0 and NaN as error: the finest place of the unit.
    """
    finest = 1.0 if unit in WHOLE and size >= 10 else FINEST.get(unit, FINEST_OTHER)
    if not error > 0 or not math.isfinite(error):
        return finest
    return max(finest, 10.0 ** math.floor(math.log10(error) + 1e-9))


def shown(value: float, place: float, unit: str, sign: bool = False) -> str:
    """``value`` rounded to ``place`` for reading: ``-0.0124, 0.001, "share"`` as ``−1.2%``; a difference has its sign."""
    if math.isnan(value):
        return "–"
    if value == 0:
        return "£0" if unit == "GBP" else "0" if sign or unit not in SHARE_UNITS else "0%"
    factor, end = (100.0, "" if sign else "%") if unit in SHARE_UNITS else (1.0, "")
    if unit == "GBP" and place >= MILLIONS:
        factor, end = 1e-6, "m"
    place *= factor
    decimals = max(0, -math.floor(math.log10(place) + 1e-9))
    rounded = round(round(value * factor / place) * place, decimals)
    if rounded == 0:
        end = end.replace("m", "")
    mark = "−" if rounded < 0 else "+" if sign and rounded > 0 else ""
    return f"{mark}{'£' if unit == 'GBP' else ''}{abs(rounded):,.{decimals}f}{end}"


def between(low: float, high: float, place: float, unit: str) -> str:
    """The two ends of the interval of a difference: ``−12 to +3``."""
    ends = [shown(end, place, unit, sign=True) for end in (low, high)]
    return ends[0] if ends[0] == ends[1] else " to ".join(ends)
