"""How long new heads stay, beside what is published for England."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from analysis.charts.drawing import Chart, Figure, Source
from analysis.charts.drawing.source import POOLED, how_read
from analysis.charts.drawing.style import DARK_BLUE, DARK_GREY, MIDDLE_BLUE, ORANGE, data, grid, heading, layered
from analysis.figures.rounding import span
from analysis.figures.words import capital, count, role_words, said
from simulation.vocabulary import school_years

MEASURE, BY = "retention_new_to_post", ("phase", "years")
NEED = (MEASURE, ("phase", "role", "years"))
PHASES = ("primary", "secondary")
"""Phases of England that have a panel; a context without any of them has one for each of its own."""
FURTHEST = 5
"""Years after taking up the post that are shown."""


@dataclass(frozen=True)
class Published:
    """A published point: the interval that its sources span, and the rows of evidence they are."""

    low: float
    high: float
    sources: tuple[str, ...]

    @property
    def text(self) -> str:
        """The interval for reading."""
        return span(self.low, self.high, "share")


def draw(source: Source) -> Figure | None:
    """A panel for each phase: the interval of the runs for each year after taking up the post, and published points."""
    if (lead := source.lead) is None:
        return None
    years, heads = (lead.years[0] - 1, lead.years[1]), role_words("head")
    phases = [phase for phase in source.labels("phase") if phase in PHASES] or list(source.labels("phase"))
    found = {
        (phase, int(k)): s
        for (phase, k), s in source.spreads(lead.name, MEASURE, BY, POOLED, years, role="head").items()
        if phase in phases and int(k) <= FURTHEST
    }
    if not found:
        return None
    published = _published() if lead.system == "england" else {}
    least = min([s.low for s in found.values()] + [p.low for p in published.values()])
    panels, sentences, table = [], [], []
    for phase in phases:
        words = capital(f"{said('phase', phase)} {heads}")
        of = {k: s for (p, k), s in found.items() if p == phase}
        if not of:
            continue
        points = {k: point for (p, k), point in published.items() if p == phase and k in of}
        bars = [{"year": k - 0.12 * bool(points), "low": s.low, "high": s.high} for k, s in of.items()]
        marks = [
            {"year": k + 0.12, "low": p.low, "high": p.high, "middle": (p.low + p.high) / 2, "text": p.text.replace("% to", " to")}
            for k, p in points.items()
        ]  # fmt: skip
        panels.append(_panel(words, bars, marks, least))
        told = []
        for k, s in of.items():
            point = points.get(k)
            told.append(f"{count(k, 'year')} {s.span()}{f' (published {point.text})' if point else ''}")
            simulated = {"Simulated middle": s.middle, "Simulated from": s.low, "Simulated to": s.high}
            ends = {"Published from": point.low if point else None, "Published to": point.high if point else None}
            evidence = " ".join(point.sources) if point else ""
            table.append({"Of whom": words, "Years after": k, **simulated, **ends, "Evidence": evidence})
        sentences.append(f"{words} still in post or higher: {'; '.join(told)}.")
    (phase, last), s = max(found.items(), key=lambda item: (item[0][0] == phases[0], item[0][1]))
    beside = (
        " Orange diamonds: published for England." if published else " No published figures are held for this system."
    )
    return source.figure(
        f"{s.span()} of new {said('phase', phase)} {heads} are still in post or higher after {count(last, 'year')}",
        (
            (
                f"New {heads} under 50 still in post or higher in the same phase, any school{source.coverage}; all cohorts seen in "
                f"{school_years(*years)}; {lead.title}."
            ),
            how_read(min(s.runs for s in found.values()), source.differ, "Blue bars") + beside,
        ),
        sentences,
        "Published figures are of past cohorts; the simulated ones are of the years named.",
        grid(panels, columns=2, column=40),
        table,
        96,
    )


def _published() -> dict[tuple[str, int], Published]:
    """Published points by phase and years: the targets, and evidence of three years for which there is no target."""
    from scenarios.evidence import evidence
    from scenarios.targets import targets

    found = {}
    for point in targets("england"):
        where = dict(point.where)
        if point.measure == MEASURE and where.get("role") == "head":
            found[where["phase"], int(where["years"])] = Published(point.low, point.high, tuple(point.sources))
    held = evidence()
    for phase in PHASES:
        name = f"head_ret3_{phase}_latest"
        if name in held and (phase, 3) not in found:
            value = held[name].number / 100
            found[phase, 3] = Published(value, value, (name,))
    return found


def _panel(title: str, bars: list[dict[str, Any]], marks: list[dict[str, Any]], least: float) -> Any:
    import altair as alt

    across = alt.Axis(values=list(range(1, FURTHEST + 1)), format="d", grid=False)
    scale = alt.Scale(domain=[0.5, FURTHEST + 0.6], nice=False)
    x = alt.X("year:Q", title="years after taking up the post", scale=scale, axis=across)
    up: dict[str, Any] = {
        "axis": alt.Axis(title=None, format=".0%", tickCount=5),
        "scale": alt.Scale(domain=[0.4 if least > 0.4 else 0.0, 1.0], nice=False, zero=False),
    }
    y, y2 = alt.Y("low:Q", **up), alt.Y2("high:Q")
    layers = [alt.Chart(data(bars)).mark_rule(strokeWidth=12, color=MIDDLE_BLUE).encode(x=x, y=y, y2=y2)]
    ends = alt.Chart(data(bars)).mark_tick(orient="horizontal", size=12, thickness=2, color=DARK_BLUE)
    layers += [ends.encode(x=x, y=alt.Y(f"{end}:Q", **up)) for end in ("low", "high")]
    if marks:
        base, middle = alt.Chart(data(marks)), alt.Y("middle:Q", **up)
        diamond: dict[str, Any] = {"shape": "diamond", "filled": True, "size": 110, "color": ORANGE, "opacity": 1}
        text = base.mark_text(align="left", dx=-5, dy=-14, fontSize=12, color=DARK_GREY)
        layers += [
            base.mark_rule(strokeWidth=2, color=ORANGE).encode(x=x, y=y, y2=y2),
            base.mark_point(**diamond, stroke=DARK_GREY, strokeWidth=1).encode(x=x, y=middle),
            text.encode(x=x, y=middle, text=alt.Text("text:N")),
        ]
    return layered(layers, width=420, height=230, title=heading(title))


CHART = Chart("retention", "How long do new heads stay, and does the model meet what is published?", draw, (NEED,))
