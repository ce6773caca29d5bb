"""Rows with an interval each, beside zero: how differences are drawn wherever a chart has some."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from analysis.charts.drawing.style import DARK_BLUE, DARK_GREY, MIDDLE_GREY, data, heading, layered
from analysis.figures.estimates import NINETY
from analysis.figures.rounding import NONE, SHARE_UNITS, points, scale_of
from analysis.studies.compare.difference import TOO_SMALL, Difference, Verdict, difference
from analysis.studies.compare.doubted import CHANCE

if TYPE_CHECKING:
    from analysis.studies.compare.summing import Comparison

ROW = 38
"""Height of a row."""
MOST = 6
"""Policies in one chart."""


@dataclass(frozen=True)
class Drawn(Difference):
    """A difference ready to draw and to tell."""

    label: str
    """Of its row."""
    text: str
    """What the evidence allows, for reading, or where nothing is drawn its interval; rounded to what is known."""
    chance: float
    """Half of what chance alone would spread nine futures of ten over; NaN where it cannot be told apart."""

    @property
    def name(self) -> str:
        """Its label in one line."""
        return self.label.replace("\n", " ")

    @property
    def said(self) -> str:
        """What is drawn of it, in words."""
        why = "" if self.matters or self.verdict is Verdict.SAME else TOO_SMALL if self.too_small else self.short
        return f"{self.name} {self.text}{f' ({why})' if why else ''}"

    @property
    def told(self) -> bool:
        """Whether more than chance is seen: its interval leaves out zero."""
        return self.verdict.is_told

    def ends(self, factor: float = 1.0, alone: bool = False) -> tuple[float, float]:
        """The ends of what is drawn light, or ``alone`` of what is drawn dark, times ``factor``; the mean twice without any.

        Light: what the evidence allows; dark: chance. Where nothing is drawn both are its interval.
        """
        low, high = self.span
        if math.isnan(low):
            low = high = self.mean
        if self.is_drawn and alone:  # no part is drawn beyond the whole
            half = 0.0 if math.isnan(self.chance) else self.chance
            low, high = max(self.mean - half, low), min(self.mean + half, high)
        return factor * low, factor * high

    def record(self, **first: str) -> dict[str, Any]:
        """A row of a figure's table: percentages for shares, so that it reads as the picture does."""
        factor, _ = scale_of(self.line.unit)
        names = (("Interval from", "Interval to"), self.mean_span)
        ends = {name: None if math.isnan(end) else factor * end for name, end in zip(*names, strict=True)}
        if self.is_drawn:
            ends |= {"Evidence allows from": factor * self.low, "Evidence allows to": factor * self.high}
        numbers = {"Base": factor * self.base, "Policy": factor * self.policy, "Difference": factor * self.mean, **ends}
        told = {"Pairs": self.pairs, "Can be told": "yes" if self.told else "no"}
        told["Large enough to notice"] = "yes" if self.matters else "no"
        return {**first, "Unit": points(self.line.unit), **numbers, **told}


def drawn(found: Comparison, line: int, label: str, outcome: int) -> Drawn | None:
    """The difference that policy ``outcome`` makes to ``line`` over all years, or in the only one; None if not there."""
    cells = [i for i, c in enumerate(found.cells) if c.line == line]
    cell = next((i for i in cells if found.cells[i].year is None), cells[0] if cells else None)
    if cell is None:
        return None
    d = difference(found, found.outcomes[outcome], cell)
    if math.isnan(d.mean):
        return None
    interval = d.interval()
    interval = d.spelt if interval == NONE else interval + (" pts" if d.line.unit in SHARE_UNITS else "")
    text = "the same" if d.verdict is Verdict.SAME else interval
    parts = found.outcomes[outcome].doubt.parts(cell)
    chance = math.nan if parts is None else NINETY * parts.spread * math.sqrt(parts.shares[CHANCE])
    return Drawn(**vars(d), label=label, text=text, chance=chance)


def legend(found: Comparison) -> str:
    """How to read the rows."""
    if found.is_drawn:
        return (
            "Light bars: what the evidence allows, nine futures of ten, chance in it. Dark bars: chance alone. Blue diamond: the "
            "mean differs by more than all figures' errors at once, and enough to notice. Grey circle: too small to notice, or no "
            "difference can be told."
        )
    return (
        f"Bars: {100 * found.level:g}% intervals that hold for all differences at once. Blue diamond: more than chance, and large "
        f"enough to notice. Grey circle: {TOO_SMALL}, or no difference can be told."
    )


def panel(
    rows: Sequence[Drawn], title: str, what: str | list[str], width: int = 230, like: Sequence[Drawn] = (),
    labels: bool = True,
) -> Any:  # fmt: skip
    """Differences of one unit, a row each; their text stands to the right. The scale also holds those of ``like``.

    Rows have their names unless the panel stands to the right of one with the same rows (``labels``).
    """
    import altair as alt

    factor, name = axis_of([*rows, *like])
    records, order = [], [r.label for r in rows]
    for r in rows:
        (low, high), (least, most) = r.ends(factor, alone=True), r.ends(factor)
        bars = {"mean": factor * r.mean, "low": low, "high": high, "from": least, "to": most}
        records.append({"row": r.label, **bars, "told": r.matters, "text": r.text})
    # No scale is smaller than a difference that would be noticed: what is too small looks small.
    noticed = [sign * factor * r.worth for r in rows for sign in (-1, 1) if r.line.unit != "GBP" and r.worth > 0]
    least, most = domain([end for r in (*rows, *like) for end in r.ends(factor)] + noticed, 0.06)
    values = ticks(least, most, width)
    axis = alt.Axis(title=name, grid=True, values=values, format=",~f", domain=False, ticks=False, labelFlush=False)
    scale = alt.Scale(domain=[least, most], nice=False, zero=False)
    y = alt.Y("row:N", sort=order, axis=None, scale=alt.Scale(paddingInner=0.2, paddingOuter=0.3))
    base, colour, shape = alt.Chart(data(records)), *told_apart()
    zero = alt.Chart(data([{"x": 0}])).mark_rule(color=DARK_GREY, strokeWidth=1.5).encode(x=alt.X("x:Q"))
    # Both have the axis: where nothing is drawn, there is no light bar.
    x, first = (alt.X(f"{end}:Q", axis=axis, scale=scale) for end in ("from", "low"))
    bar = base.mark_rule(strokeWidth=6, opacity=0.55).encode(x=first, x2=alt.X2("high:Q"), y=y, color=colour)
    light = base.mark_rule(strokeWidth=11, opacity=0.25).encode(x=x, x2=alt.X2("to:Q"), y=y, color=colour)
    mark = base.mark_point(filled=True, size=95, opacity=1).encode(x=alt.X("mean:Q"), y=y, color=colour, shape=shape)
    texts = [
        base.transform_filter(f"datum.told == {str(told).lower()}")
        .mark_text(align="left", dx=8, fontSize=12, color=DARK_GREY, fontWeight="bold" if told else "normal")
        .encode(x=alt.XValue(width), y=y, text=alt.Text("text:N"))
        for told in sorted({r.matters for r in rows})
    ]
    layers = [
        zero,
        *([light] if any(r.is_drawn for r in rows) else []),
        bar,
        mark,
        *texts,
        *(row_labels(order, y) if labels else []),
    ]
    lines = max(label.count("\n") for label in order) + 1
    return layered(layers, width=width, height=max(ROW, 17 * lines + 6) * len(rows) + 8, title=heading(title, what))


def told_apart() -> tuple[Any, Any]:
    """Colour and shape of what matters, and of the rest."""
    import altair as alt

    colour = alt.ColorValue(MIDDLE_GREY, condition={"test": "datum.told", "value": DARK_BLUE})
    return colour, alt.ShapeValue("circle", condition={"test": "datum.told", "value": "diamond"})


def domain(values: Sequence[float], room: float) -> tuple[float, float]:
    """The ends of an axis with zero and all values on it, and a share of ``room`` at both ends."""
    low, high = min(0.0, *values), max(0.0, *values)
    room = room * (high - low) or 1.0
    return low - room, high + room


def ticks(low: float, high: float, width: int) -> list[float]:
    """Round values from ``low`` to ``high`` with zero among them, as many as have room for their labels in ``width``."""
    unit = 10.0 ** math.floor(math.log10(high - low)) / 10
    for size in (unit * factor for factor in (1, 2, 4, 5, 10, 20, 40, 50, 100)):
        found = [round(k * size, 12) for k in range(math.ceil(low / size), math.floor(high / size) + 1)]
        longest = max(len(f"{value:,.10f}".rstrip("0").rstrip(".")) for value in found)
        if len(found) <= 6 and (len(found) - 1) * (6.7 * longest + 10) <= width * (found[-1] - found[0]) / (high - low):
            break
    return found


def row_labels(labels: Sequence[str], y: Any) -> list[Any]:
    """Names of rows left of a panel, each in the middle of its row however many lines it has."""
    import altair as alt

    by_lines: dict[int, list[dict[str, str]]] = {}
    for label in labels:
        by_lines.setdefault(label.count("\n"), []).append({"row": label})
    look: dict[str, Any] = {
        "align": "right",
        "baseline": "middle",
        "dx": -8,
        "lineBreak": "\n",
        "lineHeight": 15,
        "fontSize": 12.5,
    }
    return [
        alt.Chart(data(rows))
        .mark_text(**look, dy=-7.5 * breaks, color=DARK_GREY)
        .encode(x=alt.XValue(0), y=y, text=alt.Text("row:N"))
        for breaks, rows in sorted(by_lines.items())
    ]


def axis_of(rows: Sequence[Drawn]) -> tuple[float, str]:
    """What to multiply values by for an axis, and its title."""
    unit = rows[0].line.unit
    if unit == "GBP":
        largest = max(max(map(abs, r.ends())) for r in rows)
        return (1e-6, "£ million") if largest >= 1e5 else (1.0, "£")
    return scale_of(unit)[0], points(unit)
