"""Rows with an interval each, beside zero: how differences are drawn wherever a chart has some."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from analysis.charts.drawing.style import DARK_BLUE, DARK_GREY, MIDDLE_GREY, data, heading, layered
from analysis.figures.rounding import SHARE_UNITS, between, step
from analysis.figures.wording import Verdict, verdict

if TYPE_CHECKING:
    from analysis.charts.drawing.source import Need
    from analysis.figures.lines import Line
    from analysis.studies.compare.summing import Comparison

ROW = 38
"""Height of a row."""


def needs(lines: Iterable[Line]) -> tuple[Need, ...]:
    """What a comparison of these lines reads."""
    return tuple((line.measure, tuple(d for d, _ in line.where)) for line in lines)


@dataclass(frozen=True)
class Difference:
    """One difference of a comparison, ready to draw and to tell."""

    label: str
    """Of its row."""
    unit: str
    mean: float
    half: float
    """Half its interval alone; NaN where there is none."""
    adjusted: float
    """Half the interval that holds together with the others of the chart."""
    verdict: Verdict
    text: str
    """The adjusted interval for reading, rounded to what is known."""
    base: float
    policy: float
    pairs: int

    @property
    def name(self) -> str:
        """Its label in one line."""
        return self.label.replace("\n", " ")

    @property
    def said(self) -> str:
        """What is drawn of it, in words."""
        return f"{self.name} {self.text}{'' if self.told else ' (cannot tell)'}"

    @property
    def told(self) -> bool:
        """Whether more than chance is seen: the adjusted interval leaves out zero."""
        return self.verdict in (Verdict.MORE, Verdict.LESS)


def differences(found: Comparison, line: int, label: str, outcome: int, year: int | None = None) -> Difference | None:
    """The difference that policy ``outcome`` makes to ``line`` over all years (or in ``year``); None if not there."""
    cell = next((i for i, c in enumerate(found.cells) if c.line == line and c.year == year), None)
    if cell is None:  # a comparison of one year has only that year
        cell = next((i for i, c in enumerate(found.cells) if c.line == line and year is None), None)
    if cell is None:
        return None
    of, unit = found.outcomes[outcome], found.lines[line].unit
    s = of.statistics
    mean, half, adjusted = (float(a[cell]) for a in (s.difference, of.half, of.adjusted_half))
    if math.isnan(mean):
        return None
    said = verdict(mean, adjusted, bool(s.same[cell]))
    text = "the same" if said is Verdict.SAME else _interval(mean, adjusted, float(s.error[cell]), unit, said)
    return Difference(
        label, unit, mean, half, adjusted, said, text, float(s.base[cell]), float(s.policy[cell]), int(s.pairs[cell])
    )


def _interval(mean: float, adjusted: float, error: float, unit: str, said: Verdict) -> str:
    """The adjusted interval for reading; if it leaves out zero, so finely that this can be seen."""
    half = 0.0 if math.isnan(adjusted) else adjusted
    ends, largest = (mean - half, mean + half), abs(mean) + half
    if unit == "GBP" and largest >= 1e6:
        return " to ".join(
            dict.fromkeys(f"{'−' if e < 0 else '+'}£{abs(e) / 1e6:,.{2 if largest < 1e8 else 0}f}m" for e in ends)
        )
    place, end = step(error, unit, largest), " pts" if unit in SHARE_UNITS else ""
    text = between(*ends, place, unit)
    while said in (Verdict.MORE, Verdict.LESS) and place > 1e-6 and _holds_zero(text):
        place /= 10
        text = between(*ends, place, unit)
    return text + end


def _holds_zero(text: str) -> bool:
    """Whether an end of an interval is shown as 0."""
    return any(not re.search("[1-9]", end) for end in text.split(" to "))


def record(difference: Difference, **first: str) -> dict[str, Any]:
    """A row of a figure's table: percentages for shares, so that it reads as the picture does."""
    factor = 100.0 if difference.unit in SHARE_UNITS else 1.0
    d = difference

    def end(half: float, sign: int) -> float | None:
        return None if math.isnan(half) else factor * (d.mean + sign * half)

    return {
        **first, "Unit": "percentage points" if factor == 100 else d.unit, "Base": factor * d.base, "Policy": factor * d.policy,
        "Difference": factor * d.mean, "Interval from": end(d.half, -1), "Interval to": end(d.half, 1),
        "Adjusted from": end(d.adjusted, -1), "Adjusted to": end(d.adjusted, 1), "Pairs": d.pairs,
        "Can be told": "yes" if d.told else "no",
    }  # fmt: skip


def legend(level: float) -> str:
    """How to read the rows."""
    return (
        f"Thick bars: {100 * level:g}% interval of each difference. Thin bars: the interval that holds for all of them at "
        "once. Blue diamond: it leaves out zero, so more than chance is seen. Grey circle: no difference can be told."
    )


def panel(
    rows: Sequence[Difference], title: str, what: str | list[str], width: int = 230, like: Sequence[Difference] = (),
    labels: bool = True,
) -> Any:  # fmt: skip
    """Differences of one unit, a row each; their text stands to the right. The scale also holds those of ``like``.

    Rows have their names unless the panel stands to the right of one with the same rows (``labels``).
    """
    import altair as alt

    factor, name = scale_of([*rows, *like])
    lines = max(label.label.count("\n") for label in rows) + 1
    records, labels_of = [], [r.label for r in rows]
    for r in rows:
        half, adjusted = (0.0 if math.isnan(v) else v for v in (r.half, r.adjusted))
        records.append({
            "row": r.label, "mean": factor * r.mean, "low": factor * (r.mean - half), "high": factor * (r.mean + half),
            "from": factor * (r.mean - adjusted), "to": factor * (r.mean + adjusted), "told": r.told, "text": r.text,
        })  # fmt: skip
    ends = [
        factor * (r.mean + sign * (0.0 if math.isnan(r.adjusted) else r.adjusted))
        for r in (*rows, *like)
        for sign in (-1, 1)
    ]
    low, high = min(0.0, *ends), max(0.0, *ends)
    room = 0.06 * (high - low) or 1.0
    axis = alt.Axis(
        title=name, grid=True, values=ticks(low - room, high + room, width), format=",~f", domain=False, ticks=False,
        labelFlush=False,
    )  # fmt: skip
    scale = alt.Scale(domain=[low - room, high + room], nice=False, zero=False)
    y = alt.Y("row:N", sort=labels_of, axis=None, scale=alt.Scale(paddingInner=0.2, paddingOuter=0.3))
    base = alt.Chart(data(records))
    colour = alt.ColorValue(MIDDLE_GREY, condition={"test": "datum.told", "value": DARK_BLUE})
    zero = alt.Chart(data([{"x": 0}])).mark_rule(color=DARK_GREY, strokeWidth=1.5).encode(x=alt.X("x:Q"))
    thin = base.mark_rule(strokeWidth=1.5).encode(
        x=alt.X("from:Q", axis=axis, scale=scale), x2=alt.X2("to:Q"), y=y, color=colour
    )
    thick = base.mark_rule(strokeWidth=6, opacity=0.55).encode(x=alt.X("low:Q"), x2=alt.X2("high:Q"), y=y, color=colour)
    mark = base.mark_point(filled=True, size=95, opacity=1).encode(
        x=alt.X("mean:Q"),
        y=y,
        color=colour,
        shape=alt.ShapeValue("circle", condition={"test": "datum.told", "value": "diamond"}),
    )
    texts = [
        base.transform_filter(f"datum.told == {str(told).lower()}")
        .mark_text(align="left", dx=8, fontSize=12, color=DARK_GREY, fontWeight="bold" if told else "normal")
        .encode(x=alt.XValue(width), y=y, text=alt.Text("text:N"))
        for told in sorted({r.told for r in rows})
    ]
    layers = [zero, thin, thick, mark, *texts, *(row_labels(labels_of, y) if labels else [])]
    return layered(layers, width=width, height=max(ROW, 17 * lines + 6) * len(rows) + 8, title=heading(title, what))


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

    by_lines: dict[int, list[str]] = {}
    for label in labels:
        by_lines.setdefault(label.count("\n"), []).append(label)
    return [
        alt.Chart(data([{"row": label} for label in some]))
        .mark_text(
            align="right", baseline="middle", dx=-8, dy=-7.5 * breaks, lineBreak="\n", lineHeight=15, fontSize=12.5,
            color=DARK_GREY,
        )
        .encode(x=alt.XValue(0), y=y, text=alt.Text("row:N"))
        for breaks, some in sorted(by_lines.items())
    ]  # fmt: skip


def scale_of(rows: Sequence[Difference]) -> tuple[float, str]:
    """What to multiply values by for an axis, and its title."""
    unit = rows[0].unit
    if unit in SHARE_UNITS:
        return 100.0, "percentage points"
    largest = max(abs(r.mean) + (0.0 if math.isnan(r.adjusted) else r.adjusted) for r in rows)
    if unit == "GBP":
        return (1e-6, "£ million") if largest >= 1e5 else (1.0, "£")
    return 1.0, unit
