"""Estimates for reading: rounded to what chance leaves certain."""

from __future__ import annotations

import math

from analysis.figures.intervals import Estimate
from analysis.figures.numbers import SHARE_UNITS

NONE = "–"
MOST_DECIMALS = 4


def decimals(half: float) -> int:
    """Decimals down to the first digit that chance leaves uncertain."""
    if math.isnan(half) or half <= 0:
        return 1
    return min(MOST_DECIMALS, max(0, -math.floor(math.log10(half))))


def spelt(found: Estimate, unit: str, signed: bool = False, interval: bool = True) -> str:
    """An estimate with half its interval, shares as percentages: ``86.1% ± 0.4``; no digit below the uncertain one."""
    if math.isnan(found.mean):
        return NONE
    scale, sign = (100.0, "%") if unit in SHARE_UNITS else (1.0, "")
    half = found.half * scale
    places = decimals(half)
    mean = round(found.mean * scale, places) + 0.0
    shown = f"{mean:+,.{places}f}" if signed and mean != 0 else f"{mean:,.{places}f}"
    if not interval or math.isnan(half):
        return shown + (sign if not signed else "")
    return f"{shown}{'' if signed else sign} ± {half:,.{places}f}"


def large(found: Estimate, signed: bool = True) -> str:
    """A count or an amount with half its interval, both rounded to the first digit that chance leaves uncertain."""
    if math.isnan(found.mean):
        return NONE
    if math.isnan(found.half) or found.half <= 0:
        return f"{found.mean:+,.0f}" if signed else f"{found.mean:,.0f}"
    unit = 10.0 ** max(0, math.floor(math.log10(found.half)))
    mean, half = round(found.mean / unit) * unit, math.ceil(found.half / unit) * unit
    return f"{mean:+,.0f} ± {half:,.0f}" if signed else f"{mean:,.0f} ± {half:,.0f}"
