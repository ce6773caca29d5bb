"""Sensitivity for reading: a table for each figure, a sentence, and records for programs."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from analysis.figures.lines import Line
from analysis.figures.rounding import NONE, percent, points, scale_of
from analysis.figures.tables import Table, columns
from analysis.figures.words import capital, count, listed, lower
from analysis.studies.sensitivity.inputs import Varying
from analysis.studies.sensitivity.study import MORRIS, Sensitivity
from simulation.vocabulary import school_years

MOST = 12
"""Inputs that a table shows."""
NAMED = 3
"""Inputs that a sentence names at most."""
SURE = 2.0
"""Standard errors by which an effect must be beyond what chance does, or an index beyond none, to be named."""
GRADES = {"A": "a trial", "B": "a matched comparison", "C": "a survey", "D": "a claim", "J": "a judgement"}
CHANCE = "Chance alone: the same world in another year of luck"


def ranked(found: Sensitivity, i: int) -> list[int]:
    """Inputs of line ``i``, those first that matter most."""
    sizes = found.effects[i].size[:-1] if found.method == MORRIS else found.indices[i].total
    return np.argsort(-sizes, kind="stable").tolist()


def told(found: Sensitivity, i: int) -> list[int]:
    """Those of them that stand out: beyond what other chance does, or beyond none."""
    if found.method == MORRIS:
        e = found.effects[i]
        floor = e.size[-1]
        return [j for j in ranked(found, i) if e.size[j] > 0 and e.size[j] - SURE * e.error[j] > floor]
    x = found.indices[i]
    return [j for j in ranked(found, i) if x.total[j] > SURE * x.total_error[j] and x.total[j] > 0]


def _amount(value: float, line: Line, sign: bool = False) -> str:
    if math.isnan(value):
        return NONE
    factor, is_share = scale_of(line.unit)
    rounded = float(f"{abs(value) * factor:.2g}")
    mark = "−" if value < 0 else "+" if sign and value > 0 else ""
    pound = "£" if line.unit == "GBP" else ""
    return f"{mark}{pound}{rounded:,.10g}{' points' if is_share else ''}"


def what(found: Sensitivity, line: Line) -> str:
    """The figure, as what is told is about it: its level, or what the policy changes in it."""
    when = f"{school_years(found.first, found.last)}, {line.over.value}"
    if found.policy is None:
        return f"{line.label}, {when}"
    return f"Effect of {found.policy.title} on: {lower(line.label)}, {when}"


def tables(found: Sensitivity) -> list[Table]:
    """A table for each figure."""
    return [table(found, i) for i in range(len(found.lines))]


def table(found: Sensitivity, i: int) -> Table:
    """What the figure ``i`` hinges on, most first, with the grade of the evidence for each."""
    line = found.lines[i]
    some = ranked(found, i)[:MOST]
    rows: list[dict[str, str]] = []
    if found.method == MORRIS:
        e = found.effects[i]
        for j in [*some, len(found.inputs)]:
            one = found.inputs[j] if j < len(found.inputs) else None
            rows.append({
                "input": CHANCE if one is None else _cell(one), "size": _amount(e.size[j], line), "error": _amount(e.error[j], line),
                "mean": "" if one is None else _amount(e.mean[j], line, True), "spread": _amount(e.spread[j], line), "grade": "" if one is None else one.grade,
            })  # fmt: skip
        headings = {
            "input": "What is varied",
            "size": "Moves it\nby",
            "error": "±",
            "mean": "On\naverage",
            "spread": "Spread",
            "grade": "Grade",
        }
        note = (
            f"Moves it by: mean size of the change as the input goes through its whole range, in {points(line.unit)}; spread: how far that "
            "hangs on the others, or on chance. What is not beyond chance alone cannot be told from it."
        )
    else:
        x = found.indices[i]
        for j in some:
            one = found.inputs[j]
            rows.append({
                "input": _cell(one), "first": _share(x.first[j]), "first_error": _share(x.first_error[j]), "total": _share(x.total[j]),
                "total_error": _share(x.total_error[j]), "grade": one.grade,
            })  # fmt: skip
        headings = {
            "input": "What is varied",
            "first": "By\nitself",
            "first_error": "±",
            "total": "With\nothers",
            "total_error": "±",
            "grade": "Grade",
        }
        note = "Shares of the variance that each input explains by itself, and with all that it does together with others; the rest is chance."
    grades = listed(f"{name}: {words}" for name, words in GRADES.items())
    sampled = "" if found.base.scale == 1 else " Counts and amounts are those of the sample."
    scope = f"{capital(found.base.system)}. {count(len(found.inputs), 'input')}, {found.runs:,} runs, seed {found.seed}.{sampled}"
    return Table(
        what(found, line),
        columns(headings, set(headings) - {"input", "grade"}),
        rows,
        records(found, i),
        f"{note} Grades: {grades}. {scope}",
    )


def _cell(one: Varying) -> str:
    """What is varied, in words, over the path by which a file or ``--of`` names it."""
    return f"{capital(one.words)}\n{one.name}"


def _share(value: float) -> str:
    return NONE if math.isnan(value) else percent(round(max(value, 0.0), 2))


def sentence(found: Sensitivity, i: int) -> str:
    """What the figure hinges on, in words."""
    line, names = found.lines[i], told(found, i)
    label = what(found, line)
    if not names:
        return f"{label}: of {count(len(found.inputs), 'input')}, none stands out from chance in these runs."
    each = []
    for j in names[:NAMED]:
        one = found.inputs[j]
        if found.method == MORRIS:
            each.append(
                f"{lower(one.words)} (grade {one.grade}: {_amount(found.effects[i].size[j], line)} over its range)"
            )
        else:
            each.append(f"{lower(one.words)} (grade {one.grade}: {_share(found.indices[i].total[j])} of the variance)")
    weak = [j for j in names[:NAMED] if found.inputs[j].grade == "J"]
    judged = (
        f" {capital(count(len(weak), 'of these is a judgement', 'of these are judgements'))}, where evidence would tell most."
        if weak
        else ""
    )
    return f"{label} hinges most on {listed(each)}.{judged}"


def records(found: Sensitivity, i: int) -> list[dict[str, Any]]:
    """A record for each input, with nothing rounded; None for what there is not."""
    line = found.lines[i]
    of = {
        "base": found.base.name, "policy": None if found.policy is None else found.policy.name, "line": line.name, "unit": line.unit,
        "method": found.method, "runs": found.runs,
    }  # fmt: skip
    made = []
    for place, j in enumerate(ranked(found, i), 1):
        one = found.inputs[j]
        numbers = _numbers(found, i, j)
        made.append({
            **of, "rank": place, "input": one.name, "meaning": one.words, "grade": one.grade, "low": one.low, "high": one.high,
            **{name: None if math.isnan(value) else float(value) for name, value in numbers.items()}, "stands_out": j in told(found, i),
        })  # fmt: skip
    if found.method == MORRIS:
        numbers = _numbers(found, i, len(found.inputs))
        made.append(
            {**of, "input": "chance", **{name: None if math.isnan(v) else float(v) for name, v in numbers.items()}}
        )
    return made


def _numbers(found: Sensitivity, i: int, j: int) -> dict[str, float]:
    if found.method == MORRIS:
        e = found.effects[i]
        return {"mean_size": e.size[j], "error": e.error[j], "mean_effect": e.mean[j], "spread": e.spread[j]}
    x = found.indices[i]
    return {"first": x.first[j], "first_error": x.first_error[j], "total": x.total[j], "total_error": x.total_error[j]}
