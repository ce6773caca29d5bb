"""The same outlook under each scenario, side by side on the same scales."""

from __future__ import annotations

from analysis.charts.drawing import Chart, Figure, Source
from analysis.charts.drawing.fans import (
    PANELS,
    axis_values,
    coverage,
    ends,
    how,
    panel_of,
    paths,
    sentence,
    table,
    title,
)
from analysis.charts.drawing.style import grid, heading

WIDTHS = {2: 330, 3: 235, 4: 190}
"""Width of a panel, by scenarios in a row."""
MOST = 4
"""Scenarios in a row; more go into further rows, of the lead measure only."""


def draw(source: Source) -> Figure | None:
    """A row for each measure and a column for each scenario; None for one scenario alone."""
    titles = source.titles
    if len(titles) < 2:
        return None
    panels = PANELS if len(titles) <= MOST else PANELS[:1]
    found = {(p, n): there for p in panels for n in titles if (there := paths(source, p, n)) is not None}
    if not found:
        return None
    columns = min(MOST, len(titles))
    years = ends(found.values())
    rows, sentences, numbers = [], [], []
    for panel in dict.fromkeys(p for p, _ in found):
        of = {name: there for (p, name), there in found.items() if p is panel}
        alike = [p.drawn for (q, _), p in found.items() if (q.axis or q) == (panel.axis or panel)]
        ticks = axis_values(alike, panel)
        drawn = [panel_of(panel, titles[name], there, ticks, years, WIDTHS[columns]) for name, there in of.items()]
        rows.append(
            grid(
                drawn,
                columns=columns,
                bounds="flush",
                row=100,
                column=120,
                title=heading(f"{panel.heading} ({coverage(panel)})"),
            )
        )
        sentences += [sentence(titles[name], panel, there) for name, there in of.items()]
        numbers += [row for name, there in of.items() for row in table(panel, there, Scenario=titles[name])]
    lead = next(iter(found))[0]
    message = title(lead, {titles[name]: there for (p, name), there in found.items() if p is lead})
    subtitle = source.stamped(
        f"Scenarios side by side{source.coverage}, {source.period(*years)}.",
        how(min(len(there.values) for there in found.values())),
    )
    return Figure(
        message, subtitle, " ".join([*subtitle, *sentences]),
        "Scenarios share their random draws; how far they differ is seen better in paired differences than here.",
        {"vconcat": rows, "spacing": 34}, numbers, 24 * columns + 12,
    )  # fmt: skip


CHART = Chart("scenarios", "How does the outlook look under each scenario?", draw, tuple(p.need for p in PANELS))
