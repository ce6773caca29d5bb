"""The same outlook under each scenario, side by side on the same scales."""

from __future__ import annotations

from analysis.charts.drawing import Chart, Figure, Source
from analysis.charts.drawing.fans import axis_values, coverage, ends, how, panel_of, paths, sentence, table, title
from analysis.charts.drawing.style import grid, heading
from analysis.figures.lines import needs, shown_in
from simulation.vocabulary import school_years

PLACE = "chart of the outlook"
WIDTHS = {2: 330, 3: 235, 4: 190}
"""Width of a panel, by scenarios in a row."""
MOST = 4
"""Scenarios in a row; more go into further rows, of the lead figure only."""


def draw(source: Source) -> Figure | None:
    """A row for each figure and a column for each scenario; None for one scenario alone."""
    titles = source.titles
    if len(titles) < 2:
        return None
    lines = shown_in(PLACE)[: None if len(titles) <= MOST else 1]
    found = {(p, n): there for p in lines for n in titles if (there := paths(source, p, n)) is not None}
    if not found:
        return None
    columns, years = min(MOST, len(titles)), ends(found.values())
    beside = [(line, there) for (line, _), there in found.items()]
    rows, sentences, numbers = [], [], []
    by_line = {line: {titles[n]: there for (p, n), there in found.items() if p is line} for line, _ in beside}
    for line, of in by_line.items():
        ticks, above = axis_values(line, beside), heading(f"{line.heading} ({coverage(line)})")
        drawn = [panel_of(line, name, there, ticks, years, WIDTHS[columns]) for name, there in of.items()]
        rows.append(grid(drawn, columns=columns, bounds="flush", row=100, column=120, title=above))
        sentences += [sentence(name, line, there) for name, there in of.items()]
        numbers += [row for name, there in of.items() for row in table(line, there, Scenario=name)]
    return source.figure(
        title(*next(iter(by_line.items()))),
        (f"Scenarios side by side{source.coverage}, {school_years(*years)}.", how(found.values(), source.differ)),
        sentences,
        "Scenarios share their random draws; how far they differ is seen better in paired differences than here.",
        {"vconcat": rows, "spacing": 34},
        numbers,
        24 * columns + 12,
        named=False,
    )


CHART = Chart("scenarios", "How does the outlook look under each scenario?", draw, needs(shown_in(PLACE)))
