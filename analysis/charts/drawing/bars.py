"""Bars with the spread between runs, a row for each category; and tables of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from analysis.charts.drawing.style import BLACK, DARK_GREY, MIDDLE_BLUE, data, heading, layered
from analysis.figures.rounding import SHARE_UNITS


@dataclass(frozen=True)
class Bar:
    """One bar: from zero to the middle of the runs, with the interval of the runs across its end."""

    label: str
    middle: float
    low: float
    high: float
    text: str


def bars(
    rows: Sequence[Bar], title: str | list[str], most: float, unit: str, *, width: int = 150, labels: bool = True,
    texts: int = 105,
) -> Any:  # fmt: skip
    """A panel of horizontal bars on a scale up to ``most``; what each is stands to the right, in ``texts`` units."""
    import altair as alt

    records = [{"row": b.label, "middle": b.middle, "low": b.low, "high": b.high, "text": b.text} for b in rows]
    scale = alt.Scale(domain=[0, 1.06 * most or 1], nice=False)  # no interval runs into the text
    axis = alt.Axis(
        title=None, format=".0%" if unit in SHARE_UNITS else ",.0f", tickCount=3, grid=True, domain=False, ticks=False,
        labelFlush=False,
    )  # fmt: skip
    shown = alt.Axis(title=None, labelPadding=8) if labels else None
    y = alt.Y("row:N", sort=[b.label for b in rows], axis=shown, scale=alt.Scale(paddingInner=0.35, paddingOuter=0.15))
    base = alt.Chart(data(records))
    bar = base.mark_bar(color=MIDDLE_BLUE).encode(x=alt.X("middle:Q", scale=scale, axis=axis), y=y)
    some = base.transform_filter("datum.high > 0")
    spread = some.mark_rule(color=BLACK, strokeWidth=1.5).encode(x=alt.X("low:Q"), x2=alt.X2("high:Q"), y=y)
    ends = [
        some.mark_tick(color=BLACK, thickness=1.5, size=9).encode(x=alt.X(f"{end}:Q"), y=y) for end in ("low", "high")
    ]
    text = base.mark_text(align="left", dx=6, fontSize=12, color=DARK_GREY).encode(
        x=alt.XValue(width), y=y, text=alt.Text("text:N")
    )
    # Room to the right of the panel, so that texts do not run into what stands there.
    room = base.mark_point(opacity=0).encode(x=alt.XValue(width + texts), y=y)
    layers = [bar, spread, *ends, text, room]
    return layered(layers, width=width, height=26 * len(rows), title=heading(title))
