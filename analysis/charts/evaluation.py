"""What an evaluation would report, split into what the programme did and who took part, under each reading of the findings."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from analysis.charts.drawing import Chart, Figure, Source
from analysis.charts.drawing.intervals import domain, row_labels
from analysis.charts.drawing.style import (
    BLACK,
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
from analysis.figures.rounding import SHARE_UNITS, points, scale_of, spelt
from analysis.figures.words import capital, finding_words, pairs_of_runs

COLOURS = {"published": DARK_GREY, "gap": LIGHT_BLUE, "effect": DARK_BLUE, "selection": ORANGE}
MOST = 6
"""Findings that are drawn: those with a published difference first."""

Record = Mapping[str, Any]


def draw(source: Source) -> Figure | None:
    """A panel for each finding: the published gap, and under each calibration the simulated gap, effect and selection."""
    told = [e for e in source.others.evaluation if any(f["effect"]["mean"] is not None for f in e["findings"])]
    if not told:
        return None
    findings = [f for f in told[0]["findings"] if f["effect"]["mean"] is not None]
    findings.sort(key=lambda f: f["published"]["difference"] is None)
    panels, sentences, table = [], [], []
    for finding in findings[:MOST]:
        rows, said = _rows([(e, f) for e in told for f in e["findings"] if f["finding"] == finding["finding"]])
        name = finding_words(finding["finding"])
        panels.append(_panel(rows, capital(name), points(finding["unit"])))
        sentences.append(f"{capital(name)}: {'; '.join(said)}.")
        table += [
            {"Finding": name, "Row": r["row"].replace("\n", " "), "From": r["x"], "To": r["x2"], "Shown": r["text"]}
            for r in rows
        ]
    message, each = _title(told, findings[0]), " for each reading" if len(told) > 1 else ""
    subtitle = (
        (
            f"{told[0]['study']}: difference between participants and similar people who did not take part, in points or units; "
            f"{pairs_of_runs(told[0]['replicates'])}{each}."
        ),
        (
            "Simulated gap = effect (what the programme did to the same people) + selection (how they differed anyway); "
            "lines and ± are 95% intervals."
        ),
    )
    return Figure(
        message,
        subtitle,
        " ".join([message + ".", *subtitle, *sentences]),
        "Which reading is true cannot be told from the published findings alone.",
        grid(panels, columns=2, row=30, column=40),
        table,
        96,
    )


def _rows(of: list[tuple[Record, Record]]) -> tuple[list[dict[str, Any]], list[str]]:
    """Bars of one finding, and what they say."""
    unit, published = of[0][1]["unit"], of[0][1]["published"]["difference"]
    factor, _ = scale_of(unit)
    rows, said = [], []
    if published is not None:
        text = f"{factor * published:+.3g}" if published else "0"
        bar = {"x": 0.0, "x2": factor * published, "text": text, "low": None, "high": None}
        rows.append({"row": "Published gap", "kind": "published", **bar})
        said.append(f"published gap {text}")
    for evaluation, finding in of:
        name = (evaluation["calibration"] or "as in its file").replace("-", " ") if len(of) > 1 else ""
        parts = []
        for kind in ("gap", "effect", "selection"):
            found = finding[kind]
            if found["mean"] is None:
                continue
            start = factor * finding["effect"]["mean"] if kind == "selection" else 0.0
            text = _size(found, unit).replace("-", "−")
            low, high = (None if v is None else start + factor * v for v in (found["low"], found["high"]))
            bar = {"x": start, "x2": start + factor * found["mean"], "text": text, "low": low, "high": high}
            rows.append({"row": capital(f"{name}: {kind}" if name else kind), "kind": kind, **bar})
            parts.append(f"{kind} {text}")
        said.append(f"{name}: {', '.join(parts)}" if name else ", ".join(parts))
    return rows, said


def _size(found: Record, unit: str) -> str:
    half = math.nan if found["low"] is None else found["mean"] - found["low"]
    return spelt(Estimate(found["mean"], half), unit, signed=True)


def _title(told: list[Record], finding: Record) -> str:
    """How much of the lead finding's gap is the programme's doing, under each reading."""
    parts = []
    for e in told:
        f = next((f for f in e["findings"] if f["finding"] == finding["finding"]), None)
        if f is None or f["effect"]["mean"] is None:
            continue
        size = f"{_size(f['effect'], f['unit'])} {'points' if f['unit'] in SHARE_UNITS else f['unit']}"
        parts.append(f"{size} if {(e['calibration'] or 'its file').replace('-', ' ')}" if len(told) > 1 else size)
    published, (factor, sign) = finding["published"]["difference"], scale_of(finding["unit"])
    gap = ":" if published is None else f": a published gap of {factor * published:+.3g}{' points' if sign else ''};"
    message = f"{capital(finding_words(finding['finding']))}{gap} the programme's effect is {', but '.join(parts)}"
    return message.replace("-", "−")


def _panel(rows: list[dict[str, Any]], title: str, what: str) -> Any:
    import altair as alt

    for row in rows:
        row["row"] = "\n".join(wrap(row["row"], 28)) if len(row["row"]) > 30 else row["row"]
        row["low"], row["high"] = (row["x2"] if row[end] is None else row[end] for end in ("low", "high"))
    order, width = [r["row"] for r in rows], 200
    y = alt.Y("row:N", sort=order, axis=None, scale=alt.Scale(padding=0.25))
    ends = domain([row[end] for row in rows for end in ("low", "high")], 0.05)
    across: dict[str, Any] = {
        "scale": alt.Scale(domain=list(ends), nice=False),
        "axis": alt.Axis(title=what, tickCount=4, grid=True, domain=False, ticks=False),
    }

    def x(name: str) -> Any:
        return alt.X(f"{name}:Q", **across)

    base = alt.Chart(data(rows))
    kinds = alt.Scale(domain=list(COLOURS), range=list(COLOURS.values()))
    colour = alt.Color("kind:N", scale=kinds, legend=None)
    published = base.transform_filter("datum.kind == 'published'")
    diamond = published.mark_point(shape="diamond", filled=True, size=90, opacity=1, color=DARK_GREY)
    text = base.mark_text(align="left", dx=8, fontSize=12, color=DARK_GREY)
    bar = base.mark_bar(stroke=MIDDLE_GREY, strokeWidth=0.5)
    layers = [
        bar.encode(x=x("x"), x2=alt.X2("x2:Q"), y=y, color=colour),
        base.mark_rule(strokeWidth=1.5, color=BLACK).encode(x=x("low"), x2=alt.X2("high:Q"), y=y),
        alt.Chart(data([{"x": 0}])).mark_rule(color=DARK_GREY).encode(x=x("x")),
        text.encode(x=alt.XValue(width), y=y, text=alt.Text("text:N")),
        base.mark_point(opacity=0).encode(x=alt.XValue(width + 70), y=y),
        diamond.encode(x=x("x2"), y=y),
        *row_labels(order, y),
    ]
    return layered(layers, width=width, height=30 * len(rows), title=heading(title))


CHART = Chart("evaluation", "How much of a reported gap is the programme's doing?", draw)
