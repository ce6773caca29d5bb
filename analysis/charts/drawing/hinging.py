"""Bars of what a figure hinges on, each with its error and the grade of its evidence."""

from __future__ import annotations

from typing import Any

from analysis.charts.drawing.figure import Figure
from analysis.charts.drawing.style import BLACK, DARK_GREY, MIDDLE_BLUE, data, grid, heading, layered, wrap
from analysis.figures.rounding import SHARE_UNITS, points
from analysis.figures.words import capital
from analysis.studies.sensitivity.report import CHANCE, ranked, sentence, what
from analysis.studies.sensitivity.study import MORRIS, Sensitivity

MOST, WIDTH = 8, 340


def hinging(found: Sensitivity) -> Figure:
    """A panel for each figure, of at most four."""
    panels, table = [], []
    for i in range(min(len(found.lines), 4)):
        rows = _rows(found, i)
        panels.append(_panel(rows, what(found, found.lines[i]), _unit(found, i)))
        table += [{"Figure": found.lines[i].label, **row} for row in rows]
    by = (
        "change over the whole range of each"
        if found.method == MORRIS
        else "share of the variance, with all that each does together with others"
    )
    subtitle = (
        f"Bars: {by}; lines: one standard error on either side. In brackets: grade of evidence, A (a trial) to D, J a judgement.",
        f"{capital(found.base.system)}; {found.runs:,} runs.",
    )
    said = sentence(found, 0)
    note = "Inputs are varied within the ranges that their evidence allows."
    return Figure(said.partition(" (")[0].rstrip(","), subtitle, " ".join(sentence(found, i) for i in range(len(found.lines))), note,
                  grid(panels, columns=1, row=36), table, 92)  # fmt: skip


def _unit(found: Sensitivity, i: int) -> str:
    return points(found.lines[i].unit) if found.method == MORRIS else "share of variance"


def _rows(found: Sensitivity, i: int) -> list[dict[str, Any]]:
    factor = 100.0 if found.method == MORRIS and found.lines[i].unit in SHARE_UNITS else 1.0
    shown = [(j, f"{capital(found.inputs[j].words)} ({found.inputs[j].grade})") for j in ranked(found, i)[:MOST]]
    if found.method == MORRIS:
        shown.append((len(found.inputs), CHANCE.partition(":")[0]))
    rows = []
    for j, named in shown:
        size, error = _of(found, i, j)
        ends = {"low": factor * max(size - error, 0.0), "high": factor * (size + error)}
        rows.append({"what": named, "size": factor * size, **ends})
    return rows


def _of(found: Sensitivity, i: int, j: int) -> tuple[float, float]:
    if found.method == MORRIS:
        return float(found.effects[i].size[j]), float(found.effects[i].error[j])
    return max(float(found.indices[i].total[j]), 0.0), float(found.indices[i].total_error[j])


def _panel(rows: list[dict[str, Any]], title: str, unit: str) -> dict[str, Any]:
    import altair as alt

    y = alt.Y("what:N", sort=[row["what"] for row in rows], axis=alt.Axis(title=None, labelPadding=8, labelLimit=420))
    x = alt.X("size:Q", axis=alt.Axis(title=unit, tickCount=4, grid=True, domain=False, ticks=False))
    base = alt.Chart(data(rows))
    bar = base.mark_bar(color=MIDDLE_BLUE).encode(x=x, y=y)
    rule = base.mark_rule(color=BLACK, strokeWidth=1.5).encode(x=alt.X("low:Q"), x2=alt.X2("high:Q"), y=y)
    last = base.transform_filter(f"datum.what === '{rows[-1]['what']}'").mark_bar(color=DARK_GREY).encode(x=x, y=y)
    layers = [bar, rule] if rows[-1]["what"] != CHANCE.partition(":")[0] else [bar, last, rule]
    return layered(layers, width=WIDTH, height=24 * len(rows), title=heading(wrap(title, 90)))
