"""The page of measures, written from their declarations: ``python -m simulation.census.reference`` renews it."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

from simulation.census.dimensions import DIMENSIONS, PLACES
from simulation.census.measure import Counted, Kind, Measure, measures
from simulation.structure import ENGLAND

PAGE = Path("docs/reference/measures.md")
"""Where the page stands, from the root of the project."""

_HOW = {
    Kind.COUNT: "a sum",
    Kind.RATIO: "sums of numerator over sums of denominator",
    Kind.MEDIAN: "a median",
}

_NAMED_BY = {
    "region": "the regions of the register",
    "local_authority": "the local authorities of a register that has 2 to 25 of them, in order of name; no others are told apart",
    "programme": "the programmes of the scenario, in order of name",
    **{
        axis: f"those of the context; in England {', '.join(f'`{word}`' for word in words)}"
        for axis, words in ENGLAND.axes.items()
    },
}

_HEAD = """\
# Measures

What the simulated census publishes each year, each by its definition. This page is written from the declarations in
`simulation/census/measures/` by `python -m simulation.census.reference`.

A row of results is a year, a measure, a code along each dimension, a value and a base (what a rate, share or mean is out
of, or the number of cases of a median). `all` means summed over, or that the measure has no such dimension. Shares and
rates are fractions of 1. The year is that of the census at which the measure is taken: people who left between the
censuses of 2026 and 2027 are in the row of 2027. Rates have no row where there is nobody to measure, and no measure has a
row while the model's past is too short to know it. Real amounts are summed as whole numbers of 1/1,048,576, so that no
number depends on the order of people or schools. Fifths by disadvantage are fifths of the schools of a phase.

People are seen if they are in service in a school; central teams of trusts are not.
"""


def _dimensions() -> list[str]:
    lines = ["## Dimensions", "", "| dimension | labels |", "|---|---|"]
    for name, words in DIMENSIONS.items():
        shown = ", ".join(f"`{word}`" for word in words) or _NAMED_BY[name]
        lines.append(f"| `{name}` | {shown} |")
    return lines


def _entry(measure: Measure) -> list[str]:
    axes = ", ".join(f"`{a}`" + (" (and all)" if a in measure.totals else "") for a in measure.axes) or "none"
    places = ", ".join(f"`{place}`" for place in PLACES if place in measure.places) or "the whole only"
    how = _HOW[measure.kind]
    if measure.across:
        how += f"; the base is the same along `{measure.across}`"
    return [
        f"### `{measure.name}`",
        "",
        f"**{measure.title}**, in {measure.unit}: {how}.",
        "",
        measure.definition,
        "",
        f"- Axes: {axes}",
        f"- Places: {places}",
        f"- Source: {measure.source}",
        *([f"- Counted, as targets say it: `{_counted(measure.counted)}`"] if measure.counted else []),
        "",
    ]


def _counted(counted: Counted) -> str:
    plain = Counted(counted.what, counted.event)
    values = {field.name: getattr(counted, field.name) for field in fields(Counted)}
    said = {n: value for n, value in values.items() if n in ("what", "event") or value != getattr(plain, n)}
    return "{" + ", ".join(f"{name}: {value}" for name, value in said.items()) + "}"


def measures_page() -> str:
    """The page as Markdown."""
    lines = [_HEAD, *_dimensions(), "", "## Measures by name", ""]
    for measure in measures().values():
        lines += _entry(measure)
    return "\n".join(lines).rstrip() + "\n"


if __name__ == "__main__":
    PAGE.write_text(measures_page(), encoding="utf-8")
