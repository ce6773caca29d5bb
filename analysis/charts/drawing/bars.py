"""Bars with the spread between runs, a row for each category; and shares role by role, each with its count a year."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from analysis.charts.drawing.source import CASES, POOLED, Lead, Source, Spread, how_read
from analysis.charts.drawing.style import BLACK, DARK_GREY, MIDDLE_BLUE, data, heading, layered
from analysis.figures.rounding import SHARE_UNITS
from analysis.figures.words import capital
from simulation.vocabulary import school_years


@dataclass(frozen=True)
class Bar:
    """One bar: from zero to the middle of the runs, with the interval of the runs across its end."""

    label: str
    spread: Spread
    text: str


def bars(
    rows: Sequence[Bar], title: str | list[str], most: float, unit: str = "share", *, width: int, texts: int = 105
) -> Any:
    """A panel of horizontal bars on a scale up to ``most``; what each is stands to the right, in ``texts`` units."""
    import altair as alt

    records = [
        {"row": b.label, "middle": b.spread.middle, "low": b.spread.low, "high": b.spread.high, "text": b.text}
        for b in rows
    ]
    scale = alt.Scale(domain=[0, 1.06 * most or 1], nice=False)  # no interval runs into the text
    numbers = ".0%" if unit in SHARE_UNITS else ",.0f"
    axis = alt.Axis(title=None, format=numbers, tickCount=3, grid=True, domain=False, ticks=False, labelFlush=False)
    labels = alt.Axis(title=None, labelPadding=8)
    y = alt.Y("row:N", sort=[b.label for b in rows], axis=labels, scale=alt.Scale(paddingInner=0.35, paddingOuter=0.15))
    base = alt.Chart(data(records))
    bar = base.mark_bar(color=MIDDLE_BLUE).encode(x=alt.X("middle:Q", scale=scale, axis=axis), y=y)
    some = base.transform_filter("datum.high > 0")
    spread = some.mark_rule(color=BLACK, strokeWidth=1.5).encode(x=alt.X("low:Q"), x2=alt.X2("high:Q"), y=y)
    tick = some.mark_tick(color=BLACK, thickness=1.5, size=9)
    ends = [tick.encode(x=alt.X(f"{end}:Q"), y=y) for end in ("low", "high")]
    beside = base.mark_text(align="left", dx=6, fontSize=12, color=DARK_GREY)
    text = beside.encode(x=alt.XValue(width), y=y, text=alt.Text("text:N"))
    # Room to the right of the panel, so that texts do not run into what stands there.
    room = base.mark_point(opacity=0).encode(x=alt.XValue(width + texts), y=y)
    return layered([bar, spread, *ends, text, room], width=width, height=26 * len(rows), title=heading(title))


@dataclass(frozen=True)
class ByRole:
    """A panel of bars for each role, and what is needed to tell of them."""

    lead: Lead
    shares: dict[tuple[str, ...], Spread]
    roles: list[str]
    """Roles that have figures, in order."""
    panels: list[Any]
    told: dict[str, str]
    """The bars of each role in words."""
    table: list[dict[str, Any]]

    @property
    def runs(self) -> int:
        """The fewest runs that any figure rests on."""
        return min(s.runs for s in self.shares.values())

    def subtitle(self, what: str, source: Source) -> tuple[str, str]:
        """What is shown, of whom and when, and how to read it."""
        of = f"{what}{source.coverage}; {school_years(*self.lead.years)}; {self.lead.title}."
        return of, f"Bars end at the middle of the runs. {how_read(self.runs, source.differ, 'Lines')}"


def by_role(
    source: Source, measure: str, by: tuple[str, str], words: Mapping[str, str], heads: tuple[str, str], unit: str
) -> ByRole | None:
    """Shares of ``measure`` in the first scenario by role and by a second dimension, whose labels ``words`` spells out.

    ``heads`` are the table's headings for the two, ``unit`` is what is counted. None if there are no figures.
    """
    if (lead := source.lead) is None:
        return None
    shares, counts = (source.spreads(lead.name, measure, by, how, lead.years) for how in (POOLED, CASES))
    roles = [role for role in source.roles if any(r == role for r, _ in shares)]
    if not roles:
        return None
    most, many = max(s.high for s in shares.values()), capital(unit)
    panels, told, table = [], {}, []
    for role in roles:
        rows, said = [], []
        for label, spelt in words.items():
            if (key := (role, label)) not in shares or key not in counts:
                continue
            share, count = shares[key], counts[key]
            text = f"{count.span(unit)} a year" if count.high else "none"
            rows.append(Bar(capital(spelt), share, text))
            said.append(f"{spelt} {f'{share.span()}, {text}' if share.high else text}")
            ends = {"Share": share.middle, "Share from": share.low, "Share to": share.high}
            counted = {f"{many} a year": count.middle, f"{many} from": count.low, f"{many} to": count.high}
            table.append({heads[0]: capital(source.roles[role]), heads[1]: capital(spelt), **ends, **counted})
        panels.append(bars(rows, capital(source.roles[role]), most, width=170, texts=130))
        told[role] = "; ".join(said)
    return ByRole(lead, shares, roles, panels, told, table)
