"""NEW: what the chart shows, in one line."""

from __future__ import annotations

from analysis.charts.drawing import Chart, Figure, Source
from analysis.charts.drawing.bars import Bar, bars
from analysis.charts.drawing.source import POOLED, how_read
from analysis.charts.drawing.style import grid
from analysis.figures.words import ROLES, capital
from simulation.vocabulary import school_years

MEASURE, BY = "leaver_rate", ("role",)


def draw(source: Source) -> Figure | None:
    """A bar for each role in the first scenario; None where the results do not hold the measure by role."""
    if (lead := source.lead) is None:
        return None
    found = {role: s for (role,), s in source.spreads(lead.name, MEASURE, BY, POOLED, lead.years).items()}
    rows = [Bar(capital(words), found[role], found[role].span()) for role, words in ROLES.items() if role in found]
    if not rows:
        return None
    runs = min(row.spread.runs for row in rows)
    return source.figure(
        f"{rows[0].label} who leave state-funded schools in a year: {rows[0].text}",
        (
            f"Leavers out of those in post a year before{source.coverage}; {school_years(*lead.years)}; {lead.title}.",
            f"Bars end at the middle of the runs. {how_read(runs, 'Lines')}",
        ),
        [f"By role: {'; '.join(f'{row.label.lower()} {row.text}' for row in rows)}."],
        "",
        grid([bars(rows, "", max(row.spread.high for row in rows), width=320)], columns=1),
        [
            {"Role": row.label, "Share": row.spread.middle, "From": row.spread.low, "To": row.spread.high}
            for row in rows
        ],
        60,
    )


CHART = Chart("new-chart", "NEW?", draw, ((MEASURE, BY),))
