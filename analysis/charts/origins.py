"""Where appointees come from: the same school, its cluster or trust, the neighbourhood, elsewhere, or outside."""

from __future__ import annotations

from analysis.drawing import Chart, Figure, Source
from analysis.drawing.bars import Bar, bars
from analysis.drawing.labels import RINGS, ROLES
from analysis.drawing.numbers import CASES, FEWEST, POOLED, how_read, span, spreads
from analysis.drawing.style import grid

MEASURE, BY = "appointments_by_ring", ("role", "ring")


def draw(source: Source) -> Figure | None:
    """A panel for each role, a bar for each ring: its share of posts filled, and posts a year."""
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
        for ring, words in RINGS.items():
            share, count = shares.get((role, ring)), counts.get((role, ring))
            if share is None or count is None:
                continue
            rows.append(
                Bar(words, share.middle, share.low, share.high, f"{span(count.low, count.high, 'posts')} a year")
            )
            table.append({
                "Post": ROLES[role], "Filled from": words, "Share": share.middle, "Share from": share.low,
                "Share to": share.high, "Posts a year": count.middle, "Posts from": count.low, "Posts to": count.high,
            })  # fmt: skip
        panels.append(bars(rows, ROLES[role], most, "share", width=170, texts=130))
        told = "; ".join(f"{b.label.lower()} {span(b.low, b.high, 'share')}, {b.text}" for b in rows)
        sentences.append(f"Posts of {ROLES[role].lower()} filled from: {told}.")
    inside = shares.get((roles[0], "own_school"))
    runs = min(s.runs for s in shares.values())
    if inside is None:
        message = f"Where {ROLES[roles[0]].lower()} come from"
    else:
        lead = "Most" if inside.low > 0.5 else "A minority" if inside.high < 0.5 else "About half"
        lead = lead if runs >= FEWEST else "Some"
        message = f"{lead} of new appointments of {ROLES[roles[0]].lower()} come from the same school: {span(inside.low, inside.high, 'share')}"
    subtitle = source.stamped(
        f"Share of posts filled, by where the person worked the year before, and posts a year{source.coverage}; "
        f"{source.period(*years)}; {source.titles[scenario['name']]}.",
        f"Bars end at the middle of the runs. {how_read(runs, 'Lines')}",
    )
    return Figure(
        message, subtitle, " ".join([message + ".", *subtitle, *sentences]),
        "A neighbourhood is the schools near one another that share no cluster or trust.",
        grid(panels, columns=2, row=30, column=20), table, 88,
    )  # fmt: skip


CHART = Chart("origins", "Where do those come from who fill a post?", draw, ((MEASURE, BY),))
