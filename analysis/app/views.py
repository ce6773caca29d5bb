"""Results as the page shows them: tables from the comparison's own words, and small charts of differences by year."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from analysis.app.jobs import next_look
from analysis.app.reading import address
from analysis.figures.lines import shown_in
from analysis.figures.naming import speaking
from analysis.figures.rounding import between, place_of, points, round_step, scale_of, shown, step
from analysis.figures.words import WORDS, pairs_of_runs
from analysis.studies.compare.brief import answers, headline
from analysis.studies.compare.difference import difference
from analysis.studies.compare.report import caveats, note, one_policy, side_by_side
from simulation.vocabulary import school_year

if TYPE_CHECKING:
    from analysis.app.jobs import Job
    from analysis.figures.lines import Line
    from analysis.figures.tables import Table
    from analysis.studies.compare.study import ByYear
    from analysis.studies.compare.summing import Comparison

WIDTH, HEIGHT = 340, 180
LEFT, RIGHT, TOP, BOTTOM = 78, 12, 10, 26


@dataclass(frozen=True)
class Panel:
    """A chart of one figure for one policy, as coordinates."""

    policy: str
    text: str
    """Text alternative."""
    band: str
    wide: str
    """What the evidence allows, drawn light behind the band; empty where nothing is drawn."""
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


UNTOLD = ("cannot tell", "the same", "too few pairs")
"""What can be said of a difference that is drawn grey; so is what is too small."""


def results(job: Job) -> dict[str, object]:
    """Everything that the results' template shows."""
    found, shown_always = job.found, {**head(job), "link": address(job.form)}
    if found is None:
        return {
            **shown_always,
            "several": False,
            "reach": [],
            "tables": [],
            "said": [],
            "answers": [],
            "note": "",
            "charts": [],
            "beside": [],
        }
    several = len(found.outcomes) > 1
    tables = [(outcome.policy.title, one_policy(found, outcome)) for outcome in found.outcomes]
    return {
        **shown_always,
        "several": several,
        "beside": _beside(found) if several else [],
        "reach": [
            _marked(table, [(row.get("full") and "more") or "first" for row in table.rows]) for table in found.reach
        ],
        "tables": [{**_marked(table, [_mark(row) for row in table.rows]), "title": title} for title, table in tables],
        "said": [f"{headline(found, outcome)}." for outcome in found.outcomes],
        "answers": _answers(found),
        "caveats": caveats(found),
        "so_far": so_far(job),
        "note": note(found),
        "charts": charts(job),
        "drawn": found.is_drawn,
    }


def _beside(found: Comparison) -> list[tuple[str, Table]]:
    """The policies in one table: what would be noticed of any, and money; the other figures in one behind it."""
    every = found.over_all
    noticed = {i for i in every if any(difference(found, o, i).matters for o in found.outcomes)}
    first = [i for i in every if i in noticed or found.line_of(i).unit == "GBP"]
    rest = [i for i in every if i not in first]
    parts = (
        (first, "beside", "The policies side by side"),
        (rest, "others", "Side by side: what would not be noticed"),
    )
    return [(id_, side_by_side(found.only(cells), title)) for cells, id_, title in parts if cells]


def _answers(found: Comparison) -> list[tuple[str, list[tuple[str, list[str]]]]]:
    """The answer on one page, as everywhere else: of each policy its title, then each question with its sentences."""
    return [
        (outcome.policy.title, [(WORDS["brief"][name], said) for name, said in answers(found, outcome).items()])
        for outcome in found.outcomes
    ]


def _marked(table: Table, marks: list[str]) -> dict[str, object]:
    """A table for the template, with a mark for each row."""
    parts = {"title": table.title, "columns": table.columns, "rows": table.rows, "note": table.note}
    return {**parts, "marks": dict(enumerate(marks))}


def _mark(row: Mapping[str, str]) -> str:
    """How a row of differences looks: whether it goes on from the one above, and whether anything can be told."""
    untold = row["words"] in UNTOLD or "too small" in row["words"]
    return f"{'more' if row['figure'].startswith('  ') else 'first'} {'unclear' if untold else 'told'}"


def so_far(job: Job) -> str:
    """What the words rest on, such as ``So far, from 8 of 50 pairs of runs; looked at again after 12``."""
    pairs = pairs_of_runs(job.wanted)
    if job.looked == job.wanted:
        return f"From all {pairs}." if job.wanted > 1 else f"From {pairs}."
    if job.over:
        return f"From the {job.looked} of {pairs} that there are."
    again = min(next_look(job.looked), job.wanted)
    return f"So far, from {job.looked} of {pairs}; looked at again after {again}."


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
    """Charts of the figures that the page draws and that differ from the base in some year."""
    assert job.arriving is not None
    assert job.found is not None
    lines, years = job.arriving.lines, job.arriving.years[1:]
    drawn = []
    with speaking(job.arriving.naming):
        asked = shown_in("page")
    for line in asked:
        of = [policy[lines.index(line)] for policy in job.by_year] if line in lines else []
        if any(np.any(np.nan_to_num(p.statistics.difference) != 0) for p in of):
            drawn.append(_chart(line, years, of, [o.policy.title for o in job.found.outcomes], job.found.level))
    return drawn


def _chart(line: Line, years: list[int], of: list[ByYear], titles: list[str], level: float) -> Chart:
    ends = [end for p in of for both in (_band(p, level), _wide(p)) if both is not None for end in both]
    low, high = float(np.min([0.0, *map(np.min, ends)])), float(np.max([0.0, *map(np.max, ends)]))
    # On a scale as small as the difference itself, what nobody would notice looks like news.
    worth = max(line.worth_telling(float(np.max(np.nan_to_num(p.statistics.base)))) for p in of)
    if line.unit != "GBP":  # all that is spent is told
        low, high = min(low, -worth), max(high, worth)
    ticks = _ticks(low, high)
    bounds = min(low, ticks[0]), max(high, ticks[-1])
    panels = [_panel(line, years, p, title, level, bounds, ticks) for p, title in zip(of, titles, strict=True)]
    return Chart(line.label, "£" if line.unit == "GBP" else points(line.unit), panels)


Ends = tuple[np.ndarray, np.ndarray]
"""Lower and upper ends, an entry per year."""


def _band(by_year: ByYear, level: float) -> Ends:
    """What is drawn dark: chance alone, or where nothing is drawn the interval of the mean."""
    p = by_year.statistics
    mean, half = np.nan_to_num(p.difference), np.nan_to_num(p.half_width(level))
    if not by_year.is_drawn:
        return mean - half, mean + half
    low, high = np.nan_to_num(by_year.ranges).T
    return np.maximum(mean - by_year.chance, low), np.minimum(mean + by_year.chance, high)


def _wide(by_year: ByYear) -> Ends | None:
    """What is drawn light: what the evidence allows; None where nothing is drawn."""
    low, high = np.nan_to_num(by_year.ranges).T if by_year.is_drawn else (None, None)
    return None if low is None or high is None else (low, high)


def _panel(
    line: Line, years: list[int], by_year: ByYear, title: str, level: float, bounds: tuple[float, float],
    ticks: list[float],
) -> Panel:  # fmt: skip
    p, (low, high) = by_year.statistics, bounds
    across = (WIDTH - LEFT - RIGHT) / max(1, len(years) - 1)

    def x(i: int) -> float:
        return round(LEFT + (i * across if len(years) > 1 else (WIDTH - LEFT - RIGHT) / 2), 1)

    def y(value: float) -> float:
        return round(TOP + (high - value) / ((high - low) or 1.0) * (HEIGHT - TOP - BOTTOM), 1)

    known = [i for i in range(len(years)) if math.isfinite(p.difference[i])]

    def area(ends: Ends | None) -> str:
        if ends is None:
            return ""
        upper = [f"{x(i)},{y(float(ends[1][i]))}" for i in known]
        return " ".join([*upper, *(f"{x(i)},{y(float(ends[0][i]))}" for i in reversed(known))])

    middle = [(x(i), y(float(p.difference[i]))) for i in known]
    size = max(abs(low), abs(high))
    place = place_of(max(abs(ticks[1] - ticks[0]), 1e-12))  # and no tick is rounded away
    labels = [
        (y(t), shown(t, min(place, place_of(abs(t)) if t else place), line.unit, sign=True), t == 0) for t in ticks
    ]
    ends = [(x(0), school_year(years[0]), "start"), (x(len(years) - 1), school_year(years[-1]), "end")]
    return Panel(
        title, _told(line, years, by_year, title, level, size), area(_band(by_year, level)), area(_wide(by_year)),
        " ".join(f"{a},{b}" for a, b in middle), middle, labels, ends if len(years) > 1 else ends[:1],
    )  # fmt: skip


def _told(line: Line, years: list[int], by_year: ByYear, title: str, level: float, size: float) -> str:
    p = by_year.statistics
    known = [i for i in range(len(years)) if math.isfinite(p.difference[i])]
    if not known:
        return f"{line.label}: no figure yet for {title}."
    i = known[-1]
    unit = f" {points(line.unit)}" if scale_of(line.unit)[1] else ""
    place = step(float(p.error[i]), line.unit, size)
    value = shown(float(p.difference[i]), place, line.unit, sign=True)
    span = ""
    low, high = _wide(by_year) or _band(by_year, level)
    if high[i] > low[i]:
        ends = between(float(low[i]), float(high[i]), place, line.unit)
        span = f", the evidence allows {ends}" if by_year.is_drawn else f", {100 * level:g}% interval {ends}"
    return (
        f"{line.label}, {title} less the base, by school year from {school_year(years[0])} to {school_year(years[-1])}: "
        f"{value}{unit} in {school_year(years[i])}{span}."
    )


def _ticks(low: float, high: float) -> list[float]:
    """Three to six round numbers about the range, 0 among them."""
    width = round_step(((high - low) or 1.0) / 3)
    first, last = math.floor(low / width + 1e-9), math.ceil(high / width - 1e-9)
    return [k * width for k in range(first, max(last, first + 1) + 1)]
