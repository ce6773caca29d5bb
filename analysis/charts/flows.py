"""Where people go: what those who give up a post do next, role by role, with counts."""

from __future__ import annotations

from analysis.drawing import Chart, Figure, Source
from analysis.drawing.bars import Bar, bars
from analysis.drawing.labels import DESTINATIONS, DOING, ROLES
from analysis.drawing.numbers import CASES, FEWEST, POOLED, Spread, how_read, span, spreads
from analysis.drawing.style import grid

MEASURE, BY = "leader_destinations", ("role", "destination")


def draw(source: Source) -> Figure | None:
    """A panel for each role, a bar for each destination: its share of those who give up the post, and people a year."""
    if not source.scenarios:
        return None
    scenario = source.scenarios[0]
    years = (scenario["base_year"] + 1, scenario["base_year"] + scenario["years"])
    shares = {s.labels: s for s in spreads(source, scenario["name"], MEASURE, BY, POOLED, years)}
    counts = {s.labels: s for s in spreads(source, scenario["name"], MEASURE, BY, CASES, years)}
    roles = [role for role in ROLES if any(r == role for r, _ in shares)]
    if not roles:
        return None
    most = max(s.high for s in shares.values())
    panels, sentences, table = [], [], []
    for role in roles:
        rows = []
        for destination, words in DESTINATIONS.items():
            share, count = shares.get((role, destination)), counts.get((role, destination))
            if share is None or count is None:
                continue
            rows.append(
                Bar(words, share.middle, share.low, share.high, f"{span(count.low, count.high, 'people')} a year")
            )
            table.append({
                "Role given up": ROLES[role], "Then": words, "Share": share.middle, "Share from": share.low,
                "Share to": share.high, "People a year": count.middle, "People from": count.low, "People to": count.high,
            })  # fmt: skip
        panels.append(bars(rows, ROLES[role], most, "share", width=170, texts=130))
        told = "; ".join(f"{b.label.lower()} {span(b.low, b.high, 'share')}, {b.text}" for b in rows)
        sentences.append(f"{ROLES[role]} who give up their post: {told}.")
    runs = min(s.runs for s in shares.values())
    message = _title(roles[0], {d: s for (r, d), s in shares.items() if r == roles[0]})
    subtitle = source.stamped(
        f"Share of those who give up a post in a school, by what they do next, and people a year"
        f"{source.coverage}; {source.period(*years)}; {source.titles[scenario['name']]}.",
        f"Bars end at the middle of the runs. {how_read(runs, 'Lines')}",
    )
    return Figure(
        message, subtitle, " ".join([message + ".", *subtitle, *sentences]),
        "Somebody who takes the same role in another school has given up a post and counts here.",
        grid(panels, columns=2, row=30, column=20), table, 88,
    )  # fmt: skip


def _title(role: str, shares: dict[str, Spread]) -> str:
    """What the lead role does most, if the runs agree that it is the most."""
    ranked = sorted(shares.items(), key=lambda item: -item[1].middle)
    (first, top), *rest = ranked
    who = f"{ROLES[role].lower()} who give up a post"
    if top.runs >= FEWEST and all(top.low > s.high for _, s in rest):
        return f"Most often, {who} {DOING[first]}: {span(top.low, top.high, 'share')} of them"
    if not rest:
        return f"All {who} {DOING[first]}"
    together = "Most" if top.low + rest[0][1].low > 0.5 else "Many"
    return f"{together} {who} {DOING[first]} or {DOING[rest[0][0]]}; which is more common differs between runs"


CHART = Chart("flows", "Where do people go who give up a post?", draw, ((MEASURE, BY),))
