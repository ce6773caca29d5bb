"""The outlook: how key measures go on, school year by school year, with the spread between runs as fans."""

from __future__ import annotations

from analysis.charts.drawing import Chart, Figure, Source
from analysis.charts.drawing.fans import PANELS, axis_values, ends, how, panel_of, paths, sentence, table, title
from analysis.charts.drawing.style import grid


def draw(source: Source) -> Figure | None:
    """A panel for each measure, of the first scenario that has runs."""
    if not source.scenarios:
        return None
    scenario = source.scenarios[0]
    found = {p: there for p in PANELS if (there := paths(source, p, scenario["name"])) is not None}
    if not found:
        return None
    years = ends(found.values())
    panels, sentences, rows = [], [], []
    for panel, there in found.items():
        ticks = axis_values([p.drawn for q, p in found.items() if (q.axis or q) == (panel.axis or panel)], panel)
        panels.append(panel_of(panel, "", there, ticks, years))
        sentences.append(sentence("", panel, there))
        rows += table(panel, there)
    lead = next(iter(found))
    message = title(lead, {source.titles[scenario["name"]]: found[lead]})
    subtitle = source.stamped(
        f"{source.titles[scenario['name']]}{source.coverage}, {source.period(*years)}.",
        how(min(len(there.values) for there in found.values())),
    )
    columns = min(2, len(panels))
    return Figure(
        message, subtitle, " ".join([*subtitle, *sentences]),
        "Runs differ by chance alone; doubt about parameters and about the model comes on top.",
        grid(panels, columns=columns, row=30, column=30), rows, 46 * columns,
    )  # fmt: skip


CHART = Chart("outlook", "What will happen if nothing new is done?", draw, tuple(p.need for p in PANELS))
