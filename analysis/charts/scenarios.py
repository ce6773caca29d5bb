"""Each policy over its base, small panels on the same scales: how far the two differ, year by year."""

from __future__ import annotations

from typing import Any

from analysis.charts.drawing import Chart, Figure, Source
from analysis.charts.drawing.fans import Look, axis_values, beside, coverage, ends, paths, sentence, table
from analysis.charts.drawing.style import DARK_BLUE, DARK_PINK, ORANGE, TURQUOISE, grid, heading
from analysis.figures.estimates import FEWEST_RUNS
from analysis.figures.lines import Line, needs, shown_in
from simulation.vocabulary import school_years

PLACE = "chart of the outlook"
WIDTHS = {1: 360, 2: 330, 3: 235, 4: 190}
"""Width of a panel, by policies in a row."""
MOST = 4
"""Policies in a row; more go into further rows, of the lead figure only."""
COLOURS = (DARK_BLUE, ORANGE, TURQUOISE, DARK_PINK)
"""Of policies, in their order."""


def draw(source: Source) -> Figure | None:
    """A row for each figure and a column for each policy; None for one scenario alone."""
    titles = source.titles
    if len(titles) < 2:
        return None
    (base, first), *policies = titles.items()
    lines = shown_in(PLACE)[: None if len(policies) <= MOST else 1]
    found = {(p, n): there for p in lines for n in titles if (there := paths(source, p, n)) is not None}
    pairs = [(line, n) for line in lines for n, _ in policies if (line, base) in found and (line, n) in found]
    if not pairs:
        return None
    years = ends(found.values())
    of_lines = [(line, there) for (line, _), there in found.items()]
    columns = 2 if len(policies) == 1 else min(MOST, len(policies))
    named, width = len(policies) == 1, WIDTHS[min(MOST, len(policies))]
    by_line: dict[Line, list[Any]] = {}
    for line, name in pairs:
        look = Look(COLOURS[[n for n, _ in policies].index(name) % len(COLOURS)], width, named)
        both = found[line, base], found[line, name]
        panel = beside(line, titles[name], *both, axis_values(line, of_lines), years, look)
        by_line.setdefault(line, []).append(panel)
    panels = [panel for of in by_line.values() for panel in of]
    rows = [
        grid(
            of, columns=columns, bounds="flush", row=70, column=70, title=heading(f"{line.heading} ({coverage(line)})")
        )
        for line, of in by_line.items()
    ]
    few = min(len(there.values) for there in found.values()) < FEWEST_RUNS
    how = f"Grey between solid edges: {first}. Dashed, in its own colour: the policy. Both hold {'all' if few else '90% of'} runs."
    every = [(n, line, there) for (line, n), there in found.items()]
    return source.figure(
        f"With and without: {lines[0].phrase}, and other figures, year by year",
        (f"Each policy over {first}{source.coverage}, {school_years(*years)}.", how),
        [sentence(titles[n], line, there) for n, line, there in every],
        "Scenarios share their random draws; how far they differ is told by paired differences, which is more than bands can show.",
        grid(panels, columns=columns, row=40, column=60) if named else {"vconcat": rows, "spacing": 34},
        [row for n, line, there in every for row in table(line, there, Scenario=titles[n])],
        24 * max(columns, 2) + 36,
        named=False,
    )


CHART = Chart("scenarios", "How does each policy differ from the base, year by year?", draw, needs(shown_in(PLACE)))
