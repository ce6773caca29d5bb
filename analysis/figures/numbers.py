"""Numbers for reading, by their unit."""

from __future__ import annotations

import math

SHARE_UNITS = ("share", "probability", "rate")
"""Units of measures whose values are fractions of 1 and are shown as percentages."""


def number(value: float | None, unit: str = "") -> str:
    """A value for reading: shares as percentages, large numbers rounded and with thousands separators.

    ``0.0861, "share"`` → ``8.6%``; ``468123.4, "people"`` → ``468,123``; ``12.64, "years"`` → ``12.6``.
    """
    if value is None or math.isnan(value):
        return "–"
    if unit in SHARE_UNITS:
        return f"{100 * value:.1f}%"
    if unit == "GBP":
        return f"£{value:,.0f}"
    return f"{value:,.0f}" if abs(value) >= 100 or value == int(value) else f"{value:,.1f}"
