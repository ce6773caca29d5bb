"""The validation card: how far simulated figures lie from published ones, in tolerances."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from analysis.charts.drawing import Chart, Figure, Source
from analysis.charts.drawing.style import BLACK, DARK_BLUE, DARK_GREY, ORANGE, PALE_BLUE, data, layered
from analysis.studies.validate import Card, readable

FURTHEST = 4.0
"""Tolerances at which the axis ends; figures beyond stand at its end, as a triangle that points out."""


def draw(source: Source) -> Figure | None:
    """A row for each figure: distance from what is published, beside the band in which it is close enough."""
    import altair as alt

    if not source.validation:
        return None
    rows, table, sentences = [], [], []
    for line in source.validation:
        card = Card(**line)
        words = readable(card)
        at = _off(line, card.simulated)
        ends = [_off(line, v) for v in (card.interval_low, card.interval_high)]
        rows.append({
            "row": f"{card.number}. {words['target']}", "at": _cut(at), "low": _cut(ends[0] if ends[0] is not None else at),
            "high": _cut(ends[1] if ends[1] is not None else at), "inside": card.inside, "shape": _shape(at, card.inside),
            "text": f"{words['published']}  |  {words['simulated']}{'' if card.inside else '   outside'}",
        })  # fmt: skip
        table.append({
            "No.": card.number, "Target": words["target"], "Published": words["published"], "Tolerance": words["tolerance"],
            "Simulated": words["simulated"], "95% interval": words["interval"], "Within tolerance": "yes" if card.inside else "no",
            "Evidence": " ".join(card.sources),
        })  # fmt: skip
        sentences.append(
            f"{words['target']}: published {words['published']}, simulated {words['simulated']}, "
            f"{'within' if card.inside else 'outside'} tolerance {words['tolerance']}."
        )
    met, runs = (
        sum(bool(line["inside"]) for line in source.validation),
        max(line["replicates"] for line in source.validation),
    )
    message = f"{met} of {len(rows)} simulated figures are within tolerance of what is published"
    subtitle = source.stamped(
        "Distance of the simulated mean from the published figure or interval, in tolerances; the model's base year, England.",
        f"Shaded: close enough. Blue circle: within tolerance. Orange diamond: outside; triangle: further than the axis. Bars: 95% interval of the mean of "
        f"{'one run' if runs == 1 else f'{runs:,} runs'}. Right: published | simulated.",
    )
    return Figure(
        message, subtitle, " ".join([message + ".", *subtitle, *sentences]),
        "The model was fitted to some of these figures; meeting them does not show that it foretells others.",
        _chart(alt, rows), table, 96,
    )  # fmt: skip


def _off(line: Mapping[str, Any], value: float | None) -> float | None:
    """Distance from the published interval in tolerances, below it negative; 0 inside it."""
    if value is None:
        return None
    return (max(value - line["published_high"], 0.0) - max(line["published_low"] - value, 0.0)) / line["tolerance"]


def _shape(off: float | None, inside: bool) -> str:
    """The mark of a figure; one that lies beyond the axis points there."""
    if off is not None and abs(off) > FURTHEST:
        return "triangle-right" if off > 0 else "triangle-left"
    return "circle" if inside else "diamond"


def _cut(value: float | None) -> float | None:
    return None if value is None else max(-FURTHEST, min(FURTHEST, value))


def _chart(alt: Any, rows: list[dict[str, Any]]) -> Any:
    width = 330
    scale = alt.Scale(domain=[-FURTHEST - 0.2, FURTHEST + 0.2], nice=False)
    axis = alt.Axis(
        title="tolerances below or above what is published", values=list(range(-4, 5)), grid=True, format="d"
    )
    labels = alt.Axis(title=None, labelLimit=560)
    y = alt.Y("row:N", sort=[r["row"] for r in rows], axis=labels, scale=alt.Scale(padding=0.3))
    base = alt.Chart(data(rows))
    colour = alt.ColorValue(ORANGE, condition={"test": "datum.inside", "value": DARK_BLUE})
    shape = alt.Shape("shape:N", scale=None)
    band = alt.Chart(data([{"a": -1, "b": 1}])).mark_rect(color=PALE_BLUE, opacity=0.6)
    layers = [
        band.encode(x=alt.X("a:Q", scale=scale, axis=axis), x2=alt.X2("b:Q")),
        alt.Chart(data([{"x": 0}])).mark_rule(color=DARK_GREY).encode(x=alt.X("x:Q", scale=scale, axis=axis)),
        base.mark_rule(strokeWidth=2).encode(
            x=alt.X("low:Q", scale=scale, axis=axis), x2=alt.X2("high:Q"), y=y, color=colour
        ),
        base.mark_point(filled=True, size=95, opacity=1, stroke=BLACK, strokeWidth=0.5).encode(
            x=alt.X("at:Q", scale=scale, axis=axis), y=y, color=colour, shape=shape
        ),
    ]
    layers += [
        base.transform_filter(f"datum.inside == {str(inside).lower()}")
        .mark_text(align="left", dx=10, fontSize=12, color=DARK_GREY, fontWeight="normal" if inside else "bold")
        .encode(x=alt.XValue(width), y=y, text=alt.Text("text:N"))
        for inside in (True, False)
    ]
    return layered(layers, width=width, height=22 * len(rows), title=None)


CHART = Chart("validation", "Does the model reproduce what is published?", draw)
