"""Where appointees come from: the same school, its cluster or trust, the neighbourhood, elsewhere, or outside."""

from __future__ import annotations

from analysis.charts.drawing import Chart, Figure, Source
from analysis.charts.drawing.numbers import FEWEST, how_read, span
from analysis.charts.drawing.roles import by_role
from analysis.charts.drawing.style import grid
from analysis.figures.words import RINGS, ROLES

MEASURE, BY = "appointments_by_ring", ("role", "ring")


def draw(source: Source) -> Figure | None:
    """A panel for each role, a bar for each ring: its share of posts filled, and posts a year."""
    found = by_role(source, MEASURE, BY, RINGS, ("Post", "Filled from"), "posts")
    if found is None:
        return None
    shares, roles, runs = found.shares, found.roles, found.runs
    sentences = [f"Posts of {ROLES[role]} filled from: {told}." for role, told in found.told.items()]
    inside = shares.get((roles[0], "own_school"))
    if inside is None:
        message = f"Where {ROLES[roles[0]]} come from"
    else:
        lead = "Most" if inside.low > 0.5 else "Fewer than half of" if inside.high < 0.5 else "About half of"
        posts = f"{roles[0].replace('_', ' ')} posts"
        message = f"{lead} {posts} are filled from within the school: {span(inside.low, inside.high, 'share')}"
        if runs < FEWEST:
            message = f"Posts filled from within the school: {span(inside.low, inside.high, 'share')} of {posts}"
    subtitle = source.stamped(
        f"Share of posts filled, by where the person worked the year before, and posts a year{source.coverage}; "
        f"{source.period(*found.years)}; {source.titles[found.scenario['name']]}.",
        f"Bars end at the middle of the runs. {how_read(runs, 'Lines')}",
    )
    return Figure(
        message, subtitle, " ".join([message + ".", *subtitle, *sentences]),
        "A neighbourhood is the schools near one another that share no cluster or trust.",
        grid(found.panels, columns=2, row=30, column=20), found.table, 88,
    )  # fmt: skip


CHART = Chart("origins", "Where do those come from who fill a post?", draw, ((MEASURE, BY),))
