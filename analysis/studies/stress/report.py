"""Stress for reading: a table of what is regretted, a sentence for each policy and the box in which it fails, and records for programs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from analysis.explain.plainly import parameter_words, unit_words
from analysis.figures.doubt import figure_words
from analysis.figures.rounding import SHARE_UNITS, WHOLE, percent, plain, scale_of, two_figures
from analysis.figures.tables import Table, columns
from analysis.figures.words import capital, count, listed, lower
from analysis.studies.stress.plan import words as usual_words
from analysis.studies.stress.study import Arm, Coming, Stress
from analysis.studies.value.report import likely, pounds
from scenarios.overrides import parameter_of
from scenarios.programme_files.settings import PREFIX
from simulation.parameters import declared

MORE = 0.1
"""By how much the chance of failing must be higher within a box than over all futures for the box to be told."""


def coming_words(one: Coming) -> str:
    """What futures differ in, before "at 1.2 or more"."""
    path = one.factor.path
    if path.startswith(PREFIX):
        name, _, inner = path.removeprefix(PREFIX).partition(".")
        return figure_words(name, inner)
    known = usual_words(path)
    if known is not None:
        return known
    return lower(parameter_words(path))


def unit_of(one: Coming) -> tuple[str, float]:
    """The unit that its values are told in, and by how much they are multiplied for it."""
    factor, path = one.factor, parameter_of(one.factor.path)
    if factor.way == "times":
        return "times", 1.0
    unit = "" if factor.path.startswith(PREFIX) or path not in declared() else declared()[path].unit
    if unit in SHARE_UNITS or "growth" in unit:
        return ("points" if factor.way == "add" else "per cent"), 100.0
    return ("" if unit == "ratio" else unit_words(unit)), 1.0


def value_words(one: Coming, value: float) -> str:
    """A value of it: ``1.2 times``, ``+0.4 points``, ``+1.3 hours a week``, ``1.05``."""
    factor = one.factor
    if factor.levels and isinstance(factor.values[0], str):
        return str(factor.values[round(value)])
    unit, times = unit_of(one)
    rounded = round(times * value, 2)
    sign = "−" if rounded < 0 else "+" if factor.way == "add" else ""
    told = f"{sign}{plain(abs(rounded))}"
    return f"{told}%" if unit == "per cent" else f"{told} {unit}".strip()


def is_told(arm: Arm) -> bool:
    """Whether there is a box in which it fails that much more than elsewhere."""
    return arm.box is not None and bool(arm.box.sides) and arm.box.within > arm.box.everywhere + MORE


def box_words(found: Stress, arm: Arm) -> str:
    """The box, behind "where": ``pay outside state schools is at 1.05 or more``."""
    box, parts = arm.box, []
    assert box is not None
    for j in box.sides:
        one = found.coming[j]
        low, high = (value_words(one, one.at(float(end))) for end in (box.low[j], box.high[j]))
        if box.low[j] <= 0:
            span = f"{high} or less"
        elif box.high[j] >= 1:
            span = f"{low} or more"
        else:
            span = f"{low} to {high}"
        parts.append(f"{coming_words(one)} is at {span}")
    return listed(parts)


def sentence(found: Stress, arm: Arm) -> str:
    """In how many futures a policy fails the goal, and where, in words."""
    fails = likely(arm.failing)
    said = f"{arm.title} fails to {found.goal.words} in {fails} of {count(found.futures, 'future')}"
    if not is_told(arm):
        return f"{said}; nothing that they differ in tells where."
    box = arm.box
    assert box is not None
    return (
        f"{said}. It fails most where {box_words(found, arm)}: there with a chance of {likely(box.within)}. That is so in "
        f"{percent(round(box.share, 2))} of futures, which hold {percent(round(box.caught, 2))} of its failures."
    )


def choice(found: Stress) -> str:
    """Which arm is regretted least at worst, in words."""
    most = found.regret.max(axis=1)
    best = int(np.argmin(most))
    others = [f"{arm.title} {amount(found, most[i])}" for i, arm in enumerate(found.arms) if i != best]
    if not most.any():
        return "None of them is behind another in any future."
    if most[best] == 0:
        return f"The best in every future: {found.arms[best].title}. At worst behind it: {listed(others)}."
    return (
        f"Regretted least at worst: {found.arms[best].title}, in no future more than {amount(found, most[best])} behind the best; "
        f"{listed(others)}."
    )


def sentences(found: Stress) -> list[str]:
    """The whole answer."""
    return [choice(found), *(sentence(found, arm) for arm in found.arms[1:])]


def amount(found: Stress, score: float) -> str:
    """A difference in scores with its unit: ``£84m``, ``0.4 points``, ``120 people``."""
    line = found.goal.line
    if line is None or line.unit == "GBP":
        return pounds(score)
    factor, share = scale_of(line.unit)
    return f"{two_figures(score * factor) if score else '0'} {'points' if share else unit_words(line.unit)}".strip()


def table(found: Stress) -> Table:
    """A row for the base and each policy."""
    rows = [
        {
            "arm": arm.title,
            "met": "–" if arm.surface is None else likely(1 - arm.failing),
            "worst": "–" if arm.surface is None else likely(float(arm.chance.min())),
            "best": percent(float((found.regret[i] <= 0).mean())),
            "mean": amount(found, float(found.regret[i].mean())),
            "most": amount(found, float(found.regret[i].max())),
        }
        for i, arm in enumerate(found.arms)
    ]
    headings = {
        "arm": "Policy", "met": "Goal met,\nall futures", "worst": "In the worst\nfuture", "best": "Best in",
        "mean": "Regret,\non average", "most": "Regret\nat worst",
    }  # fmt: skip
    base = found.comparison.base
    up = (
        ""
        if base.scale == 1 or (found.goal.line is not None and found.goal.line.unit not in (*WHOLE, "GBP"))
        else " Amounts are taken up to all of its schools."
    )
    differ = listed(
        [
            f"{coming_words(one)} ({value_words(one, one.ends[0])} to {value_words(one, one.ends[1])})"
            for one in found.coming
        ]
    )
    note = (
        f"Regret: how far it is behind the best of these in the same future. Futures differ in {differ}. {capital(base.system)}.{up} "
        f"{count(found.futures, 'future')}, {count(found.replicates, 'pair')} of runs in each, seed {base.seed}."
    )
    return Table(
        f"Whatever comes: to {found.goal.words}", columns(headings, set(headings) - {"arm"}), rows, records(found), note
    )


def records(found: Stress) -> list[dict[str, Any]]:
    """A record for each arm, with nothing rounded: its box, and its score and chance in each future."""
    return [
        {
            "arm": arm.name, "title": arm.title, "goal": found.goal.text, "fails": None if arm.surface is None else arm.failing,
            "regret_mean": float(found.regret[i].mean()), "regret_worst": float(found.regret[i].max()),
            "box": _box(found, arm), "sentence": "" if arm.surface is None else sentence(found, arm),
            "futures": [
                {
                    **{one.factor.column: float(one.values[n]) for one in found.coming},
                    "score": float(arm.score[n]), "chance": None if arm.surface is None else float(arm.chance[n]), "regret": float(found.regret[i, n]),
                }
                for n in range(found.futures)
            ],
        }
        for i, arm in enumerate(found.arms)
    ]  # fmt: skip


def _box(found: Stress, arm: Arm) -> Mapping[str, Any] | None:
    box = arm.box
    if box is None or not is_told(arm):
        return None
    sides = {
        found.coming[j].factor.column: [found.coming[j].at(float(box.low[j])), found.coming[j].at(float(box.high[j]))]
        for j in box.sides
    }
    return {"sides": sides, "chance_within": box.within, "share_of_futures": box.share, "share_of_failures": box.caught}
