"""NEW: what the chart shows, in one line."""

from __future__ import annotations

from analysis.charts.drawing import Chart, Figure, Source
from analysis.charts.drawing.bars import Bar, bars
from analysis.charts.drawing.numbers import POOLED, how_read, span, spreads
from analysis.charts.drawing.style import grid
from analysis.figures.labels import ROLES

MEASURE, BY = "leaver_rate", ("role",)


def draw(source: Source) -> Figure | None:
    """A bar for each role in the first scenario; None where the results do not hold the measure by role."""
    if not source.scenarios:
        return None
    scenario = source.scenarios[0]
    years = (scenario["base_year"] + 1, scenario["base_year"] + scenario["years"])
    found = {s.labels[0]: s for s in spreads(source, scenario["name"], MEASURE, BY, POOLED, years)}
    shown = [(words, found[role]) for role, words in ROLES.items() if role in found]
    if not shown:
        return None
    rows = [Bar(words, s.middle, s.low, s.high, span(s.low, s.high, "share")) for words, s in shown]
    first = rows[0]
    message = f"{first.label} who leave state-funded schools in a year: {first.text}"
    subtitle = source.stamped(
        f"Leavers out of those in post a year before{source.coverage}; {source.period(*years)}; "
        f"{source.titles[scenario['name']]}.",
        f"Bars end at the middle of the runs. {how_read(min(s.runs for _, s in shown), 'Lines')}",
    )
    told = "; ".join(f"{row.label.lower()} {row.text}" for row in rows)
    return Figure(
        title=message,
        subtitle=subtitle,
        alt=" ".join([f"{message}.", *subtitle, f"By role: {told}."]),
        note="",
        chart=grid([bars(rows, "", max(row.high for row in rows), "share", width=320)], columns=1),
        data=[{"Role": row.label, "Share": row.middle, "From": row.low, "To": row.high} for row in rows],
        characters=60,
    )


CHART = Chart("new-chart", "NEW?", draw, ((MEASURE, BY),))
