"""Results as the page shows them: tables from the comparison's own words, and small charts of differences by year."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from analysis.figures.rounding import SHARE_UNITS, between, round_step, shown, step
from analysis.studies.compare.report import SHORT, closing, headings, note, table
from simulation.vocabulary import school_year

if TYPE_CHECKING:
    from analysis.app.jobs import Job
    from analysis.figures.estimates import Paired
    from analysis.figures.lines import Line

CHARTED = (
    "heads_leaving",
    "head_posts_vacant",
    "promoted_to_head",
    "new_heads_retained_3",
    "wellbeing",
    "cost_of_programmes",
)
"""Figures that are drawn, by name of line."""
WIDTH, HEIGHT = 340, 180
LEFT, RIGHT, TOP, BOTTOM = 62, 12, 10, 26


@dataclass(frozen=True)
class Panel:
    """A chart of one figure for one policy, as coordinates."""

    policy: str
    text: str
    """Text alternative."""
    band: str
    line: str
    dots: list[tuple[float, float]]
    ticks: list[tuple[float, str, bool]]
    """Height, label, and whether it is zero."""
    years: list[tuple[float, str, str]]
    """Place, label and anchor."""


@dataclass(frozen=True)
class Chart:
    """A figure with a panel for each policy, drawn to one scale."""

    title: str
    unit: str
    panels: list[Panel]


def results(job: Job) -> dict[str, object]:
    """Everything that the results' template shows."""
    found = job.found
    shared = head(job)
    if found is None:
        return {**shared, "tables": [], "said": [], "note": "", "charts": [], "headings": {}}
    names = {
        **headings(found),
        "interval": f"{100 * found.level:g}% interval",
        "words": "Can be said",
        "ratio": "Pairing saves",
    }
    names["figure"] = names["figure"].replace("\n", " ")
    tables = [{"title": o.policy.title, "name": o.policy.name, "rows": table(found, o)} for o in found.outcomes]
    doubt, *said = closing(found)
    return {
        **shared, "tables": tables, "said": [*said, doubt], "note": note(found), "headings": names,
        "charts": charts(job), "unclear": SHORT,
    }  # fmt: skip


def head(job: Job) -> dict[str, object]:
    """What the line of progress shows."""
    return {"job": job, "percent": round(100 * job.pairs / max(1, job.wanted)), "time_left": time_left(job.left)}


def time_left(seconds: float | None) -> str:
    """Time in words, roughly; nothing for None."""
    if seconds is None:
        return ""
    if seconds < 1.5:
        return "about a second"
    return f"about {seconds:.0f} seconds" if seconds < 100 else f"about {seconds / 60:.0f} minutes"


def charts(job: Job) -> list[Chart]:
    """Charts of the figures in :data:`CHARTED` that have any."""
    assert job.arriving is not None
    assert job.found is not None
    lines, years = job.arriving.lines, job.arriving.years[1:]
    drawn = []
    for name in CHARTED:
        number = next((i for i, line in enumerate(lines) if line.name == name), None)
        if number is None:
            continue
        of = [policy[number] for policy in job.by_year]
        if not any(np.isfinite(p.difference).any() and np.any(np.nan_to_num(p.difference) != 0) for p in of):
            continue
        drawn.append(_chart(lines[number], years, of, [o.policy.title for o in job.found.outcomes], job.found.level))
    return drawn


def _chart(line: Line, years: list[int], of: list[Paired], titles: list[str], level: float) -> Chart:
    halves = [np.nan_to_num(p.half_width(level)) for p in of]
    ends = [np.nan_to_num(p.difference) + sign * half for p, half in zip(of, halves, strict=True) for sign in (-1, 1)]
    low, high = float(np.min([0.0, *map(np.min, ends)])), float(np.max([0.0, *map(np.max, ends)]))
    ticks = _ticks(low, high)
    low, high = min(low, ticks[0]), max(high, ticks[-1])
    panels = [
        _panel(line, years, p, half, title, level, (low, high), ticks)
        for p, half, title in zip(of, halves, titles, strict=True)
    ]
    unit = "percentage points" if line.unit in SHARE_UNITS else "£" if line.unit == "GBP" else line.unit
    return Chart(line.label, unit, panels)


def _panel(
    line: Line, years: list[int], p: Paired, half: np.ndarray, title: str, level: float, bounds: tuple[float, float],
    ticks: list[float],
) -> Panel:  # fmt: skip
    low, high = bounds
    across = (WIDTH - LEFT - RIGHT) / max(1, len(years) - 1)

    def x(i: int) -> float:
        return round(LEFT + (i * across if len(years) > 1 else (WIDTH - LEFT - RIGHT) / 2), 1)

    def y(value: float) -> float:
        return round(TOP + (high - value) / ((high - low) or 1.0) * (HEIGHT - TOP - BOTTOM), 1)

    known = [i for i in range(len(years)) if math.isfinite(p.difference[i])]
    upper = [f"{x(i)},{y(float(p.difference[i] + half[i]))}" for i in known]
    lower = [f"{x(i)},{y(float(p.difference[i] - half[i]))}" for i in reversed(known)]
    middle = [(x(i), y(float(p.difference[i]))) for i in known]
    size = max(abs(low), abs(high))
    place = 10.0 ** math.floor(math.log10(max(abs(ticks[1] - ticks[0]), 1e-12)) + 1e-9)
    labels = [(y(t), shown(t, min(place, _finest(t)), line.unit, sign=True), t == 0) for t in ticks]
    ends = [(x(0), school_year(years[0]), "start"), (x(len(years) - 1), school_year(years[-1]), "end")]
    return Panel(
        title, _told(line, years, p, half, title, level, size), " ".join([*upper, *lower]),
        " ".join(f"{a},{b}" for a, b in middle), middle, labels, ends if len(years) > 1 else ends[:1],
    )  # fmt: skip


def _finest(value: float) -> float:
    """The place of the first digit of a tick, so that no tick is rounded away."""
    return 10.0 ** math.floor(math.log10(abs(value)) + 1e-9) if value else math.inf


def _told(line: Line, years: list[int], p: Paired, half: np.ndarray, title: str, level: float, size: float) -> str:
    known = [i for i in range(len(years)) if math.isfinite(p.difference[i])]
    if not known:
        return f"{line.label}: no figure yet for {title}."
    i = known[-1]
    points = " percentage points" if line.unit in SHARE_UNITS else ""
    place = step(float(p.error[i]), line.unit, size)
    value = shown(float(p.difference[i]), place, line.unit, sign=True)
    span = ""
    if half[i] > 0:
        ends = between(float(p.difference[i] - half[i]), float(p.difference[i] + half[i]), place, line.unit)
        span = f", {100 * level:g}% interval {ends}"
    return (
        f"{line.label}, {title} less the base, by school year from {school_year(years[0])} to {school_year(years[-1])}: "
        f"{value}{points} in {school_year(years[i])}{span}."
    )


def _ticks(low: float, high: float) -> list[float]:
    """Three to six round numbers about the range, 0 among them."""
    width = round_step(((high - low) or 1.0) / 3)
    first, last = math.floor(low / width + 1e-9), math.ceil(high / width - 1e-9)
    return [k * width for k in range(first, max(last, first + 1) + 1)]
