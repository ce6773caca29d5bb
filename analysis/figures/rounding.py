"""Numbers for reading, by their unit: no digit below what chance leaves certain, wherever that is known."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from analysis.figures.estimates import Estimate

SHARE_UNITS = ("share", "probability", "rate")
"""Units of measures whose values are fractions of 1 and are shown as percentages."""
WHOLE = ("people", "posts", "schools", "pupils", "trusts", "FTE", "people, schools or clusters")
"""Units of things that are counted: in whole numbers from ten on, with one decimal at most below."""
LASTING = {"hours": 0.1, "hours a week": 0.1, "terms": 0.01, "years": 0.01}
"""Finest places of lengths of time, also where nothing varies."""
FINEST = {"GBP": 1.0, **dict.fromkeys(WHOLE, 0.1), **dict.fromkeys(SHARE_UNITS, 0.0001), **LASTING}
FINEST_OTHER = 0.0001
FINEST_PLACE = 1e-6
"""To which numbers are shown at most where that shows that they are apart."""
MILLIONS = 100_000.0
"""Place from which sums of money are shown in millions."""
MOST_DECIMALS = 4
"""Of an estimate with half its interval."""
NONE = "–"


def scale_of(unit: str) -> tuple[float, str]:
    """What to multiply a value of this unit by to read it, and the sign behind it: shares are percentages."""
    return (100.0, "%") if unit in SHARE_UNITS else (1.0, "")


def points(unit: str) -> str:
    """The unit of a difference in words: shares differ in percentage points."""
    return "percentage points" if unit in SHARE_UNITS else unit


def place_of(value: float) -> float:
    """The place of the first digit of a number above 0: ``0.0123`` → ``0.01``."""
    return 10.0 ** math.floor(math.log10(value) + 1e-9)


def digits(place: float) -> int:
    """Decimals that numbers rounded to ``place`` have."""
    return max(0, -math.floor(math.log10(place) + 1e-9))


def round_step(least: float, factors: Sequence[float] = (1, 2, 5, 10)) -> float:
    """The smallest round number, one of ``factors`` times a power of ten, that is not below ``least``, a positive number."""
    power = 10.0 ** math.floor(math.log10(least))
    return next(factor * power for factor in factors if factor * power >= least * 0.999)


def plain(value: float) -> str:
    """A number with at most three figures after the point and thousands separators: ``1,200``, ``0.05``."""
    return f"{value:,.0f}" if value == int(value) else f"{value:,.3f}".rstrip("0").rstrip(".")


def percent(share: float) -> str:
    """A share as a percentage: ``0.625`` → ``62.5%``."""
    return f"{100 * share:.1f}".removesuffix(".0") + "%"


def pounds(amount: float) -> str:
    """GBP in whole pounds."""
    return f"£{amount:,.0f}"


def two_figures(value: float) -> str:
    """A number above 0 to two significant figures, whole from ten on: ``2,912`` → ``2,900``."""
    place = place_of(value) / 10 if value >= 100 else 1.0 if value >= 10 else 0.1
    return f"{round(value / place) * place:,.{digits(place)}f}"


def money(amount: float) -> str:
    """About so much money, to two significant figures: ``£1.2bn``, ``£84m``, ``£450,000``; ``−£3.1m`` saved."""
    size = float(f"{abs(amount):.2g}")
    power, end = next(((power, end) for power, end in ((1e9, "bn"), (1e6, "m")) if size >= power), (1.0, ""))
    words = two_figures(size / power) if power > 1 or size >= 10 else f"{size:.0f}"
    return f"{'−' if amount < 0 else ''}£{words}{end}"


def number(value: float | None, unit: str = "") -> str:
    """A value of which no error is known: shares as percentages, large numbers rounded and with thousands separators.

    ``0.0861, "share"`` → ``8.6%``; ``468123.4, "people"`` → ``468,123``; ``12.64, "years"`` → ``12.6``.
    """
    if value is None or math.isnan(value):
        return NONE
    if unit in SHARE_UNITS:
        return f"{100 * value:.1f}%"
    if unit == "GBP":
        return pounds(value)
    return f"{value:,.0f}" if abs(value) >= 100 or value == int(value) else f"{value:,.1f}"


def joined(low: str, high: str) -> str:
    """The ends of an interval, or the one that both are."""
    return low if low == high else f"{low} to {high}"


def interval(low: float, high: float, unit: str) -> str:
    """An interval of values of which no error is known: ``155 to 231``, ``8.1 to 9.0%``."""
    low_text, high_text = number(low, unit), number(high, unit)
    return high_text if low_text == high_text else f"{low_text.removesuffix('%')} to {high_text}"


def span(low: float, high: float, unit: str) -> str:
    """An interval rounded to what its width allows: ``155 to 231``, ``8.1% to 9.0%``, ``36% to 44%``."""
    factor, end = scale_of(unit)
    decimals = 0 if high - low >= 0.02 and end else 1 if end or abs(high) < 10 else 0
    before = "£" if unit == "GBP" else ""
    return joined(*(f"{before}{factor * v:,.{decimals}f}{end}" for v in (low, high)))


def two_digits(value: float, unit: str) -> str:
    """A standard error or deviation: ``± 0.12 points``, ``± £34,000``."""
    factor, end = scale_of(unit)
    sign, ending = ("£", "") if unit == "GBP" else ("", " points" if end else "")
    return f"± {sign}{float(f'{factor * value:.2g}'):,.10g}{ending}" if value else "0"


def step(error: float, unit: str, size: float) -> float:
    """The place to round a mean to: that of the first significant digit of its standard error, or the unit's finest.

    ``size`` is the largest of the numbers shown with it. 0 and NaN as error: the finest place of the unit.
    """
    finest = 1.0 if unit in WHOLE and size >= 10 else FINEST.get(unit, FINEST_OTHER)
    return max(finest, place_of(error)) if error > 0 and math.isfinite(error) else finest


def shown(value: float, place: float, unit: str, sign: bool = False) -> str:
    """``value`` rounded to ``place`` for reading: ``-0.0124, 0.001, "share"`` as ``−1.2%``; a difference has its sign."""
    if math.isnan(value):
        return NONE
    if value == 0:
        return "£0" if unit == "GBP" else "0" if sign or unit not in SHARE_UNITS else "0%"
    factor, end = scale_of(unit)
    end = "" if sign else end
    if unit == "GBP" and place >= MILLIONS:
        factor, end = 1e-6, "m"
    place *= factor
    rounded = round(round(value * factor / place) * place, digits(place))
    if rounded == 0:
        end = end.replace("m", "")
    mark = "−" if rounded < 0 else "+" if sign and rounded > 0 else ""
    return f"{mark}{'£' if unit == 'GBP' else ''}{abs(rounded):,.{digits(place)}f}{end}"


def between(low: float, high: float, place: float, unit: str) -> str:
    """The two ends of the interval of a difference: ``−12 to +3``."""
    return joined(*(shown(end, place, unit, sign=True) for end in (low, high)))


def finer(place: float, alike: Callable[[float], bool]) -> float:
    """The place, or the next finer one to which what is apart does not look ``alike``."""
    while place > FINEST_PLACE and alike(place):
        place /= 10
    return place


def spelt(found: Estimate, unit: str, signed: bool = False, interval: bool = True) -> str:
    """An estimate with half its interval, shares as percentages: ``86.1% ± 0.4``; no digit below the uncertain one."""
    if math.isnan(found.mean):
        return NONE
    scale, sign = scale_of(unit)
    sign = "" if signed else sign
    half = found.half * scale
    places = decimals(half)
    mean = round(found.mean * scale, places) + 0.0
    shown = f"{mean:+,.{places}f}" if signed and mean != 0 else f"{mean:,.{places}f}"
    return shown + sign + (f" ± {half:,.{places}f}" if interval and not math.isnan(half) else "")


def decimals(half: float) -> int:
    """Decimals down to the first digit that chance leaves uncertain."""
    if math.isnan(half) or half <= 0:
        return 1
    return min(MOST_DECIMALS, max(0, -math.floor(math.log10(half))))


def large(found: Estimate, signed: bool = True) -> str:
    """A count or an amount with half its interval, both rounded to the first digit that chance leaves uncertain."""
    if math.isnan(found.mean):
        return NONE
    plus = "+" if signed else ""
    if math.isnan(found.half) or found.half <= 0:
        return f"{found.mean:{plus},.0f}"
    unit = 10.0 ** max(0, math.floor(math.log10(found.half)))
    mean, half = round(found.mean / unit) * unit, math.ceil(found.half / unit) * unit
    return f"{mean:{plus},.0f} ± {half:,.0f}"
