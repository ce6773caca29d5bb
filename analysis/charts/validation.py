"""The validation card: how far simulated figures lie from published ones, in halves of these figures' intervals."""

from __future__ import annotations

from typing import Any

from analysis.charts.drawing import Chart, Figure, Source
from analysis.charts.drawing.style import BLACK, DARK_BLUE, DARK_GREY, ORANGE, PALE_BLUE, data, layered
from analysis.errors import UserError
from analysis.studies.validate import Card, readable

FURTHEST = 4.0
"""Halves of intervals at which the axis ends; figures beyond stand at its end, as a triangle that points out."""


def draw(source: Source) -> Figure | None:
    """A row for each figure: distance from what is published, beside the band in which it is close enough."""
    if not source.others.validation:
        return None
    try:
        cards = [Card(**line) for line in source.others.validation]
    except TypeError:
        raise UserError(
            "the validation card", "it is not as this version prints it", "Print it anew with headway validate --json."
        ) from None
    rows, table, sentences = [], [], []
    for card in cards:
        words = readable(card)
        at, low, high = (_off(card, v) for v in (card.simulated, card.interval_low, card.interval_high))
        rows.append({
            "row": f"{card.number}. {words['target']}", "at": _cut(at), "low": _cut(at if low is None else low),
            "high": _cut(at if high is None else high), "inside": card.inside, "shape": _shape(at, card.inside),
            "text": f"{words['published']}  |  {words['simulated']}{'' if card.inside else '   outside'}",
        })  # fmt: skip
        table.append({
            "No.": card.number, "Target": words["target"], "Published": words["published"],
            "95% interval of it": words["reach"], "Simulated": words["simulated"], "95% interval": words["interval"],
            "Inside": "yes" if card.inside else "no", "Within tolerance": words["within"],
            "Evidence": " ".join(card.sources),
        })  # fmt: skip
        sentences.append(
            f"{words['target']}: published {words['published']}, simulated {words['simulated']}, "
            f"{'inside' if card.inside else 'outside'} its interval, {words['reach'].rstrip('*')}."
        )
    met, runs = sum(card.inside for card in cards), max(card.replicates for card in cards)
    return source.figure(
        f"{met} of {len(rows)} simulated figures are inside the interval of what is published",
        (
            "Distance of the simulated mean from what is published, in halves of its 95% interval; the model's base year, England.",
            (
                "Shaded: inside. Blue circle: inside. Orange diamond: outside; triangle: further than the axis. Bars: "
                f"95% interval of the mean of {'one run' if runs == 1 else f'{runs:,} runs'}. Right: published | simulated."
            ),
        ),
        sentences,
        "The model was fitted to some of these figures; those kept out of every fit show how well it foretells others.",
        _chart(rows),
        table,
        96,
    )


def _off(card: Card, value: float | None) -> float | None:
    """Distance from what is published in halves of its interval, below it negative; 0 where sources span it."""
    if value is None:
        return None
    return (max(value - card.published_high, 0.0) - max(card.published_low - value, 0.0)) / (
        card.most - card.published_high
    )


def _shape(off: float | None, inside: bool) -> str:
    """The mark of a figure; one that lies beyond the axis points there."""
    if off is not None and abs(off) > FURTHEST:
        return "triangle-right" if off > 0 else "triangle-left"
    return "circle" if inside else "diamond"


def _cut(value: float | None) -> float | None:
    return None if value is None else max(-FURTHEST, min(FURTHEST, value))


def _chart(rows: list[dict[str, Any]]) -> Any:
    import altair as alt

    width, title = 330, "halves of its interval below or above what is published"
    across: dict[str, Any] = {
        "scale": alt.Scale(domain=[-FURTHEST - 0.2, FURTHEST + 0.2], nice=False),
        "axis": alt.Axis(title=title, values=list(range(-4, 5)), grid=True, format="d"),
    }

    def x(name: str) -> Any:
        return alt.X(f"{name}:Q", **across)

    labels = alt.Axis(title=None, labelLimit=560)
    y = alt.Y("row:N", sort=[r["row"] for r in rows], axis=labels, scale=alt.Scale(padding=0.3))
    base = alt.Chart(data(rows))
    colour = alt.ColorValue(ORANGE, condition={"test": "datum.inside", "value": DARK_BLUE})
    point = base.mark_point(filled=True, size=95, opacity=1, stroke=BLACK, strokeWidth=0.5)
    band = alt.Chart(data([{"a": -1, "b": 1}])).mark_rect(color=PALE_BLUE, opacity=0.6)
    layers = [
        band.encode(x=x("a"), x2=alt.X2("b:Q")),
        alt.Chart(data([{"x": 0}])).mark_rule(color=DARK_GREY).encode(x=x("x")),
        base.mark_rule(strokeWidth=2).encode(x=x("low"), x2=alt.X2("high:Q"), y=y, color=colour),
        point.encode(x=x("at"), y=y, color=colour, shape=alt.Shape("shape:N", scale=None)),
    ]
    for inside in (True, False):
        some = base.transform_filter(f"datum.inside == {str(inside).lower()}")
        weight: Any = "normal" if inside else "bold"
        text = some.mark_text(align="left", dx=10, fontSize=12, color=DARK_GREY, fontWeight=weight)
        layers.append(text.encode(x=alt.XValue(width), y=y, text=alt.Text("text:N")))
    return layered(layers, width=width, height=22 * len(rows), title=None)


CHART = Chart("validation", "Does the model reproduce what is published?", draw)
