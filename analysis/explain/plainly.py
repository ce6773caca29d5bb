"""Identifiers and units in plain words: figures of programmes, parameters of the model, and values with their units.

Whatever readers see in a report, a workbook or a deck is said with these; the path by which something is set stands beside
its words only where it is marked as what to write in a file.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from analysis.explain.effects import odds
from analysis.figures.rounding import SHARE_UNITS, percent, plain, pounds
from analysis.figures.words import WORDS, capital
from simulation.parameters import declared
from simulation.programmes.channels import CHANNELS

EFFECTS = ("effects.", "side_effects.")
ALONE = "leaves "
"""How what a programme is said to leave alone is named among its figures."""


def figure_words(path: str, programme: Mapping[str, Any] | None = None) -> str:
    """A figure of a programme by its path: ``Share who complete it``; of an effect its name, and what it changes if it is known.

    ``programme`` is the programme as it was resolved.
    """
    if path.startswith(ALONE):
        return f"Leaves alone {WORDS['outcomes'].get(path.removeprefix(ALONE).removesuffix(' alone'), '')}".strip()
    if path.startswith(EFFECTS):
        name = capital(path.partition(".")[2].replace("_", " "))
        channel = ((programme or {}).get("effects") or {}).get(path, {}).get("channel")
        return f"{name} ({CHANNELS[channel].words})" if channel in CHANNELS else name
    known = WORDS["figures"].get(path) or WORDS["settings"].get(path) or path.replace(".", ": ").replace("_", " ")
    return capital(known.removeprefix("the "))


def parameter_words(path: str) -> str:
    """A parameter of the model by its path, as its declaration says what it means."""
    base = path.partition("[")[0]
    known = declared().get(base)
    return capital(base.replace(".", ": ").replace("_", " ") if known is None else known.meaning.rstrip("."))


def value_words(value: float, unit: str) -> str:
    """A value with its unit: ``62%``, ``£1,600``, ``15% lower odds``, ``0.15 standard deviations``."""
    if unit == "log-odds":
        told = odds(value)
        return (
            f"{told} the odds" if told.endswith("times") else "no change in the odds" if not value else f"{told} odds"
        )
    if unit in SHARE_UNITS:
        return percent(value)
    if unit == "GBP":
        return pounds(value) if value == round(value) else f"£{plain(value)}"
    return f"{plain(value)} {unit_words(unit)}".strip()


def range_words(value: float, low: float, high: float, unit: str) -> str:
    """A value with the ends of its range, the unit once: ``0.1 standard deviations (0 to 0.3)``; no range where it is none."""
    said, *ends = (value_words(one, unit) for one in (value, low, high))
    words = f" {unit_words(unit)}"
    least, most = (end.removesuffix(words) for end in ends)
    return said if low == high else f"{said} ({least} to {most})"


def unit_words(unit: str) -> str:
    """A unit behind a number or over a column, in words: ``GBP`` is ``pounds``, a share ``per cent``."""
    if unit in SHARE_UNITS:
        return "per cent"
    return {"GBP": "pounds", "number": "", "log-odds": "log of the odds", "SD": "standard deviations"}.get(
        unit, WORDS["units"].get(unit, unit.replace("_", " ")).strip()
    )


def published_value(value: str, unit: str) -> str:
    """A published figure with its unit: ``86%``, ``800 pounds``."""
    if unit in ("percent", "%"):
        return f"{value}%"
    return f"{value} {unit_words(unit)}".strip()
