"""Where appointees come from: the same school, its cluster or trust, the neighbourhood, elsewhere, or outside."""

from __future__ import annotations

from analysis.charts.drawing import Chart, Figure, Source
from analysis.charts.drawing.bars import by_role
from analysis.charts.drawing.style import grid
from analysis.figures.estimates import FEWEST_RUNS
from analysis.figures.words import WORDS, posts

MEASURE, BY = "appointments_by_ring", ("role", "ring")


def draw(source: Source) -> Figure | None:
    """A panel for each role, a bar for each ring: its share of posts filled, and posts a year."""
    found = by_role(source, MEASURE, BY, WORDS["rings"], ("Post", "Filled from"), "posts")
    if found is None:
        return None
    role, filled = found.roles[0], posts(found.roles[0])
    inside = found.shares.get((role, "own_school"))
    if inside is None:
        message = f"Where {source.roles[role]} come from"
    elif found.runs < FEWEST_RUNS:
        message = f"Posts filled from within the school: {inside.span()} of {filled}"
    else:
        lead = "Most" if inside.low > 0.5 else "Fewer than half of" if inside.high < 0.5 else "About half of"
        message = f"{lead} {filled} are filled from within the school: {inside.span()}"
    return source.figure(
        message,
        found.subtitle("Share of posts filled, by where the person worked the year before, and posts a year", source),
        [f"Posts of {source.roles[role]} filled from: {told}." for role, told in found.told.items()],
        "A neighbourhood is the schools near one another that share no cluster or trust.",
        grid(found.panels, columns=2, row=30, column=20),
        found.table,
        88,
    )


CHART = Chart("origins", "Where do those come from who fill a post?", draw, ((MEASURE, BY),))
