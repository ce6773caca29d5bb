"""What an evaluation would report, split into what the programme did and who took part, under each reading of the findings."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import Any

from analysis.charts.drawing import Chart, Figure, Source
from analysis.charts.drawing.intervals import row_labels
from analysis.charts.drawing.style import (
    DARK_BLUE,
    DARK_GREY,
    LIGHT_BLUE,
    MIDDLE_GREY,
    ORANGE,
    data,
    grid,
    heading,
    layered,
    wrap,
)
from analysis.figures.estimates import Estimate
from analysis.figures.rounding import SHARE_UNITS, spelt

COLOURS = {"published": DARK_GREY, "gap": LIGHT_BLUE, "effect": DARK_BLUE, "selection": ORANGE}
MOST = 6
"""Findings that are drawn: those with a published difference first."""


def draw(source: Source) -> Figure | None:
    """A panel for each finding: the published gap, and under each calibration the simulated gap, effect and selection."""
    told = [e for e in source.evaluation if any(f["effect"]["mean"] is not None for f in e["findings"])]
    if not told:
        return None
    findings = [f for f in told[0]["findings"] if f["effect"]["mean"] is not None]
    findings.sort(key=lambda f: f["published"]["difference"] is None)
    panels, sentences, table = [], [], []
    for finding in findings[:MOST]:
        of = [(e, f) for e in told for f in e["findings"] if f["finding"] == finding["finding"]]
        rows, said = _rows(of)
        unit = finding["unit"]
        name = _spelt(finding["finding"])
        panels.append(_panel(rows, name[:1].upper() + name[1:], "percentage points" if unit in SHARE_UNITS else unit))
        sentences.append(f"{name[:1].upper()}{name[1:]}: {'; '.join(said)}.")
        table += [
            {"Finding": name, "Row": r["row"].replace("\n", " "), "From": r["x"], "To": r["x2"], "Shown": r["text"]}
            for r in rows
        ]
    first = told[0]
    runs = first["replicates"]
    message = _title(told, findings[0])
    pairs = "one pair of runs" if runs == 1 else f"{runs:,} pairs of runs"
    who = f"{first['study']}: difference between participants and similar people who did not take part, in points or units; "
    parts = (
        "Simulated gap = effect (what the programme did to the same people) + selection (how they differed anyway); "
    )
    subtitle = (
        f"{who}{pairs}{' for each reading' if len(told) > 1 else ''}.",
        f"{parts}lines and ± are 95% intervals.",
    )
    return Figure(
        message, subtitle, " ".join([message + ".", *subtitle, *sentences]),
        "Which reading is true cannot be told from the published findings alone.",
        grid(panels, columns=2, row=30, column=40), table, 96,
    )  # fmt: skip


def _rows(of: list[tuple[Mapping[str, Any], Mapping[str, Any]]]) -> tuple[list[dict[str, Any]], list[str]]:
    """Bars of one finding, and what they say."""
    unit, published = of[0][1]["unit"], of[0][1]["published"]["difference"]
    factor = 100.0 if unit in SHARE_UNITS else 1.0
    rows, said = [], []
    if published is not None:
        text = f"{factor * published:+.3g}" if published else "0"
        rows.append(
            {
                "row": "Published gap",
                "kind": "published",
                "x": 0.0,
                "x2": factor * published,
                "text": text,
                "low": None,
                "high": None,
            }
        )
        said.append(f"published gap {text}")
    for evaluation, finding in of:
        name = (evaluation["calibration"] or "as in its file").replace("-", " ") if len(of) > 1 else ""
        parts = []
        for kind, words in (("gap", "gap"), ("effect", "effect"), ("selection", "selection")):
            found = finding[kind]
            if found["mean"] is None:
                continue
            start = factor * finding["effect"]["mean"] if kind == "selection" else 0.0
            half = math.nan if found["low"] is None else found["mean"] - found["low"]
            text = spelt(Estimate(found["mean"], half), unit, signed=True).replace("-", "−")
            low, high = (None if v is None else start + factor * v for v in (found["low"], found["high"]))
            rows.append({
                "row": f"{name[:1].upper()}{name[1:]}: {words}" if name else words.capitalize(), "kind": kind, "x": start, "x2": start + factor * found["mean"],
                "text": text, "low": low, "high": high,
            })  # fmt: skip
            parts.append(f"{words} {text}")
        said.append(f"{name}: {', '.join(parts)}" if name else ", ".join(parts))
    return rows, said


def _title(told: list[Mapping[str, Any]], finding: Mapping[str, Any]) -> str:
    """How much of the lead finding's gap is the programme's doing, under each reading."""
    parts = []
    for e in told:
        f = next((f for f in e["findings"] if f["finding"] == finding["finding"]), None)
        if f is None or f["effect"]["mean"] is None:
            continue
        name = (e["calibration"] or "its file").replace("-", " ")
        half = math.nan if f["effect"]["low"] is None else f["effect"]["mean"] - f["effect"]["low"]
        size = spelt(Estimate(f["effect"]["mean"], half), f["unit"], signed=True)
        size += " points" if f["unit"] in SHARE_UNITS else f" {f['unit']}"
        parts.append(f"{size} if {name}" if len(told) > 1 else size)
    what = _spelt(finding["finding"])
    points = " points" if finding["unit"] in SHARE_UNITS else ""
    published = finding["published"]["difference"]
    factor = 100.0 if finding["unit"] in SHARE_UNITS else 1.0
    gap = f": a published gap of {factor * published:+.3g}{points}" if published is not None else ""
    return f"{what[:1].upper()}{what[1:]}{gap or ':'}{';' if gap else ''} the programme's effect is {', but '.join(parts)}".replace(
        "-", "−"
    )


def _spelt(finding: str) -> str:
    """The name of a finding in words: ``workload_after_0_years`` as ``workload in the same year``."""
    words = finding.replace("_", " ").replace("wellbeing", "well-being")
    words = re.sub(r" after 0 years$", " in the same year", words)
    return re.sub(r" after 1 years$", " after 1 year", words)


def _panel(rows: list[dict[str, Any]], title: str, what: str) -> Any:
    import altair as alt

    for row in rows:
        row["row"] = "\n".join(wrap(row["row"], 28)) if len(row["row"]) > 30 else row["row"]
        row["low"], row["high"] = (row["x2"] if row[end] is None else row[end] for end in ("low", "high"))
    order, width = [r["row"] for r in rows], 200
    y = alt.Y("row:N", sort=order, axis=None, scale=alt.Scale(padding=0.25))
    axis = alt.Axis(title=what, tickCount=4, grid=True, domain=False, ticks=False)
    least, most = min(0.0, *(r["low"] for r in rows)), max(0.0, *(r["high"] for r in rows))
    room = 0.05 * (most - least) or 1.0
    scale = alt.Scale(domain=[least - room, most + room], nice=False)
    base = alt.Chart(data(rows))
    kinds = list(COLOURS)
    colour = alt.Color("kind:N", scale=alt.Scale(domain=kinds, range=[COLOURS[k] for k in kinds]), legend=None)
    layers = [
        base.mark_bar(stroke=MIDDLE_GREY, strokeWidth=0.5).encode(
            x=alt.X("x:Q", scale=scale, axis=axis), x2=alt.X2("x2:Q"), y=y, color=colour
        ),
        base.mark_rule(strokeWidth=1.5, color="#0B0C0C").encode(
            x=alt.X("low:Q", scale=scale, axis=axis), x2=alt.X2("high:Q"), y=y
        ),
        alt.Chart(data([{"x": 0}])).mark_rule(color=DARK_GREY).encode(x=alt.X("x:Q", scale=scale, axis=axis)),
        base.mark_text(align="left", dx=8, fontSize=12, color=DARK_GREY).encode(
            x=alt.XValue(width), y=y, text=alt.Text("text:N")
        ),
        base.mark_point(opacity=0).encode(x=alt.XValue(width + 70), y=y),
        base.transform_filter("datum.kind == 'published'")
        .mark_point(shape="diamond", filled=True, size=90, opacity=1, color=DARK_GREY)
        .encode(x=alt.X("x2:Q", scale=scale, axis=axis), y=y),
        *row_labels(order, y),
    ]
    return layered(layers, width=width, height=30 * len(rows), title=heading(title))


CHART = Chart("evaluation", "How much of a reported gap is the programme's doing?", draw)
