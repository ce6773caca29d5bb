"""Where people go: what those who give up a post do next, role by role, with counts."""

from __future__ import annotations

from analysis.charts.drawing import Chart, Figure, Source
from analysis.charts.drawing.bars import by_role
from analysis.charts.drawing.source import Spread
from analysis.charts.drawing.style import grid
from analysis.figures.estimates import FEWEST_RUNS
from analysis.figures.words import WORDS, capital

MEASURE, BY = "leader_destinations", ("role", "destination")
DESTINATIONS = WORDS["destinations"]


def draw(source: Source) -> Figure | None:
    """A panel for each role, a bar for each destination: its share of those who give up the post, and people a year."""
    nouns = {label: noun for label, (noun, _) in DESTINATIONS.items()}
    found = by_role(source, MEASURE, BY, nouns, ("Role given up", "Then"), "people")
    if found is None:
        return None
    what = "Share of those who give up a post in a school, by what they do next, and people a year"
    return source.figure(
        _title(source.roles[found.roles[0]], {d: s for (r, d), s in found.shares.items() if r == found.roles[0]}),
        found.subtitle(what, source),
        [f"{capital(source.roles[role])} who give up their post: {told}." for role, told in found.told.items()],
        "Somebody who takes the same role in another school has given up a post and counts here.",
        grid(found.panels, columns=2, row=30, column=20),
        found.table,
        88,
    )


def _title(role: str, shares: dict[str, Spread]) -> str:
    """What the lead ``role``, in the plural, does most, if the runs agree that it is the most."""
    (first, top), *rest = sorted(shares.items(), key=lambda item: -item[1].middle)
    who, do = f"{role} who give up a post", DESTINATIONS[first][1]
    if top.runs >= FEWEST_RUNS and all(top.low > s.high for _, s in rest):
        return f"{capital(who)} most often {do}: {top.span()} of them do"
    if top.runs == 1:
        return f"In the one run, {who} most often {do}: {top.span()} of them do"
    if not rest:
        return f"All {who} {do}"
    (second, next_to), *_ = rest
    together = "Most" if top.low + next_to.low > 0.5 else "Many"
    return f"{together} {who} {do} or {DESTINATIONS[second][1]}; which is more common differs between runs"


CHART = Chart("flows", "Where do people go who give up a post?", draw, ((MEASURE, BY),))
