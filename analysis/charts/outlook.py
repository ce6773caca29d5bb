"""The outlook: how key figures go on, school year by school year, with the spread between runs as fans."""

from __future__ import annotations

from analysis.charts.drawing import Chart, Figure, Source
from analysis.charts.drawing.fans import axis_values, ends, how, panel_of, paths, sentence, table, title
from analysis.charts.drawing.style import grid
from analysis.figures.doubt import doubts_in, which_in_a_line
from analysis.figures.lines import needs, shown_in
from simulation.vocabulary import school_years

PLACE = "chart of the outlook"


def draw(source: Source) -> Figure | None:
    """A panel for each figure, of the first scenario that has runs."""
    if (lead := source.lead) is None:
        return None
    found = {line: there for line in shown_in(PLACE) if (there := paths(source, line, lead.name)) is not None}
    if not found:
        return None
    years = ends(found.values())
    first = next(iter(found))
    columns = min(2, len(found))
    panels = [panel_of(line, there, axis_values(line, found.items()), years) for line, there in found.items()]
    return source.figure(
        title(first, found[first]),
        (f"{lead.title}{source.coverage}, {school_years(*years)}.", *lead.assumes, how(found.values(), source.differ)),
        [sentence("", line, there) for line, there in found.items()],
        which_in_a_line(doubts_in(source.manifest["scenarios"])),
        grid(panels, columns=columns, row=30, column=30),
        [row for line, there in found.items() for row in table(line, there)],
        46 * columns,
        named=False,
    )


CHART = Chart("outlook", "What will happen if nothing new is done?", draw, needs(shown_in(PLACE)))
