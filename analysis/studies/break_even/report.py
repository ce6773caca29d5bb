"""Break-even for reading: a sentence, a table, and records for programs."""

from __future__ import annotations

import math
from typing import Any

from analysis.figures.rounding import NONE, plain
from analysis.figures.tables import Table, columns
from analysis.figures.words import capital, listed, pairs_of_runs
from analysis.studies.break_even.study import SURE, BreakEven, Point
from analysis.studies.value.report import likely, pounds


def sentence(found: BreakEven) -> str:
    """What the goal needs, how sure that is, and how it stands today, in words."""
    figure, title = found.varied, found.policy
    aim = f"To {found.goal.words}, {title} needs"
    what = figure.words
    ends = f"{figure.said(found.values[0])} to {figure.said(found.values[-1])}"
    if not found.met:
        best = max(found.points, key=lambda point: point.score.mean)
        said = (
            f"No value of {what} from {ends} is enough to {found.goal.words}: the nearest, {figure.said(best.value)}, "
            f"does so with a chance of {likely(best.chance)}"
        )
    elif found.met == [(found.values[0], found.values[-1])]:
        said = f"Every value of {what} from {ends} is enough, on average, to {found.goal.words}"
    else:
        said = (
            f"{aim} on average {listed([_stretch(found, *one) for one in found.met], 'or')}, where the figure is {what}"
        )
    sure = found.sure()
    if found.met:
        said += (
            f"; with a chance of {likely(SURE)}, {listed([_stretch(found, *one) for one in sure], 'or')}"
            if sure
            else f"; no value from {ends} does so with a chance of {likely(SURE)}"
        )
    return f"{said}. {_today(found)}"


def _stretch(found: BreakEven, low: float, high: float) -> str:
    figure, first, last = found.varied, found.values[0], found.values[-1]
    if low == first:
        return f"{figure.said(high)} or less"
    if high == last:
        return f"{figure.said(low)} or more"
    return f"between {figure.said(low)} and {figure.said(high)}"


def _today(found: BreakEven) -> str:
    figure = found.varied
    by = f" (grade {figure.grade})" if figure.grade else ""
    if not found.values[0] <= figure.value <= found.values[-1]:
        return f"In the policy it is {figure.said(figure.value)}{by}."
    chance = likely(found.chance(figure.value))
    return f"In the policy it is {figure.said(figure.value)}{by}, at which the goal is met with a chance of {chance}."


def table(found: BreakEven) -> Table:
    """A row for each value that was tried."""
    rows = [
        {
            "value": found.varied.said(point.value),
            "shown": _shown(found, point),
            "half": _half(found, point),
            "chance": likely(point.chance),
        }
        for point in found.points
    ]
    headings = {
        "value": capital(found.varied.words),
        "shown": found.goal.shown_as,
        "half": "Mean\n±",
        "chance": "Chance that the\ngoal is met",
    }
    comparison = found.comparison
    up = "" if comparison.base.scale == 1 else " Amounts are taken up to all of its schools."
    note = (
        f"Compared with {found.base}, on the same draws at every value. {capital(comparison.base.system)}.{up} "
        f"{capital(pairs_of_runs(comparison.done))} for each, seed {comparison.base.seed}."
    )
    return Table(
        f"{found.policy}: what it takes to {found.goal.words}",
        columns(headings, ("shown", "half", "chance")),
        rows,
        records(found),
        note,
    )


def _amount(found: BreakEven, value: float) -> str:
    if math.isnan(value):
        return NONE
    if found.goal.is_money:
        return pounds(value)
    rounded = float(f"{value:.2g}")
    return f"{'−' if rounded < 0 else ''}{plain(abs(rounded))}"


def _shown(found: BreakEven, point: Point) -> str:
    return _amount(found, found.goal.told(point.score.mean))


def _half(found: BreakEven, point: Point) -> str:
    factor = abs(found.goal.told(1.0) - found.goal.told(0.0))
    return _amount(found, point.score.half * factor)


def records(found: BreakEven) -> list[dict[str, Any]]:
    """A record for each value that was tried, then one that has what was found, with nothing rounded."""
    figure, comparison = found.varied, found.comparison
    of = {"policy": found.policy, "base": found.base, "goal": found.goal.text, "path": figure.path, "unit": figure.unit}
    tried = [
        {
            **of,
            "value": point.value,
            "shown": found.goal.told(point.score.mean),
            "score": point.score.record(),
            "chance": point.chance,
        }
        for point in found.points
    ]
    inside = found.values[0] <= figure.value <= found.values[-1]
    whole = {
        **of, "value_in_policy": figure.value, "chance_in_policy": found.chance(figure.value) if inside else None, "grade": figure.grade,
        "met_on_average": [list(one) for one in found.met], f"met_with_{100 * SURE:g}%": [list(one) for one in found.sure()],
        "sentence": sentence(found), "pairs": comparison.done, "failed_runs": len(comparison.failures),
    }  # fmt: skip
    return [*tried, whole]
