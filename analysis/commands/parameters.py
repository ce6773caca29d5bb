"""``headway parameters``: what a scenario can change, with value, range and grade of evidence."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any

import typer

from analysis.options import SCENARIO, JsonOption, argument

if TYPE_CHECKING:
    from scenarios.evidence import Citation

MOST_IN_FULL = 3
"""Parameters found up to which each is told in full."""


def parameters(
    words: Annotated[
        list[str] | None, argument("[WORD...]", "Only those whose name or meaning has all of these words.")
    ] = None,
    scenario: Annotated[
        str, typer.Option(metavar="NAME", help="The scenario whose values are shown.", **SCENARIO)
    ] = "england",
    as_json: JsonOption = False,
) -> None:
    """List what a scenario can change: parameters and figures of programmes, with value, range and grade.

    Of up to three, everything that is known is told: meaning, unit, axes, every cell, sources.
    """
    import scenarios
    from analysis.output.terminal import print_paragraphs, print_table
    from scenarios.parameter_table import parameter_rows

    loaded = scenarios.load(scenario)
    rows = parameter_rows(loaded, " ".join(words or ()))
    if as_json or len(rows) > MOST_IN_FULL:
        shown = [{**row, "value": row["value"] if as_json else _span(row["value"])} for row in rows]
        headings = {"name": "Name", "value": "Value", "unit": "Unit", "low": "Least", "high": "Most", "grade": "Grade"}
        print_table(shown, as_json, headings=headings)
    else:
        print_paragraphs([_in_full(row, loaded.cites) for row in rows])


def _cells(value: Any, start: str = "") -> dict[str, float]:
    """Every cell of a table by its labels, one after the other."""
    if not isinstance(value, dict):
        return {start: value}
    found: dict[str, float] = {}
    for label, inner in value.items():
        found |= _cells(inner, f"{start}, {label}" if start else label)
    return found


def _span(value: Any) -> str:
    """A number, or the span of a table."""
    from analysis.figures.rounding import plain

    cells = list(_cells(value).values())
    low, high = min(cells), max(cells)
    return plain(low) if low == high else f"{plain(low)} to {plain(high)}"


def _in_full(row: dict[str, Any], cites: Mapping[str, Citation]) -> str:
    from analysis.explain.words import published
    from analysis.figures.rounding import plain
    from scenarios.cites import backing
    from scenarios.parameter_files import GRADES

    cells = _cells(row["value"])
    where = "levers: or uncertainties:" if row["under"] == "levers or uncertainties" else f"{row['under']}:"
    lines = [
        row["name"],
        f"  {row['meaning']}",
        f"  unit: {row['unit']}; from {plain(row['low'])} to {plain(row['high'])}; a scenario sets it under {where}",
    ]
    lines += [f"  {f'{label}: ' if label else 'value: '}{plain(value)}" for label, value in cells.items()]
    if row["grade"]:
        lines.append(f"  evidence: {row['grade']}, {GRADES[row['grade']]}")
    lines += [f"  source: {published(backing(source, cites))}" for source in filter(None, row["source"].split(", "))]
    return "\n".join(lines)
