"""Where people go: what those who give up a post do next, role by role, with counts."""

from __future__ import annotations

from analysis.charts.drawing import Chart, Figure, Source
from analysis.charts.drawing.numbers import FEWEST, Spread, how_read, span
from analysis.charts.drawing.roles import by_role
from analysis.charts.drawing.style import grid
from analysis.figures.words import DESTINATIONS, ROLES, capital

MEASURE, BY = "leader_destinations", ("role", "destination")


def draw(source: Source) -> Figure | None:
    """A panel for each role, a bar for each destination: its share of those who give up the post, and people a year."""
    found = by_role(
        source,
        MEASURE,
        BY,
        {label: noun for label, (noun, _) in DESTINATIONS.items()},
        ("Role given up", "Then"),
        "people",
    )
    if found is None:
        return None
    shares, roles, runs = found.shares, found.roles, found.runs
    sentences = [f"{capital(ROLES[role])} who give up their post: {told}." for role, told in found.told.items()]
    message = _title(roles[0], {d: s for (r, d), s in shares.items() if r == roles[0]})
    subtitle = source.stamped(
        f"Share of those who give up a post in a school, by what they do next, and people a year"
        f"{source.coverage}; {source.period(*found.years)}; {source.titles[found.scenario['name']]}.",
        f"Bars end at the middle of the runs. {how_read(runs, 'Lines')}",
    )
    return Figure(
        message, subtitle, " ".join([message + ".", *subtitle, *sentences]),
        "Somebody who takes the same role in another school has given up a post and counts here.",
        grid(found.panels, columns=2, row=30, column=20), found.table, 88,
    )  # fmt: skip


def _title(role: str, shares: dict[str, Spread]) -> str:
    """What the lead role does most, if the runs agree that it is the most."""
    ranked = sorted(shares.items(), key=lambda item: -item[1].middle)
    (first, top), *rest = ranked
    who = f"{ROLES[role]} who give up a post"
    if top.runs >= FEWEST and all(top.low > s.high for _, s in rest):
        return f"{who[0].upper()}{who[1:]} most often {DESTINATIONS[first][1]}: {span(top.low, top.high, 'share')} of them do"
    if top.runs == 1:
        return (
            f"In the one run, {who} most often {DESTINATIONS[first][1]}: {span(top.low, top.high, 'share')} of them do"
        )
    if not rest:
        return f"All {who} {DESTINATIONS[first][1]}"
    together = "Most" if top.low + rest[0][1].low > 0.5 else "Many"
    return f"{together} {who} {DESTINATIONS[first][1]} or {DESTINATIONS[rest[0][0]][1]}; which is more common differs between runs"


CHART = Chart("flows", "Where do people go who give up a post?", draw, ((MEASURE, BY),))
