"""Lines over a number that can be chosen: how likely a policy is worth it, what a goal needs, in which futures it is met."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from analysis.charts.drawing.figure import Figure
from analysis.charts.drawing.style import (
    DARK_BLUE,
    DARK_GREY,
    DARK_PINK,
    ORANGE,
    PALE_BLUE,
    TURQUOISE,
    data,
    grid,
    heading,
    layered,
    wrap,
)
from analysis.figures.words import capital, count, pairs_of_runs
from analysis.studies.break_even.report import sentence
from analysis.studies.break_even.study import BreakEven, spans
from analysis.studies.stress.report import coming_words, unit_of, value_words
from analysis.studies.stress.report import sentence as of_policy
from analysis.studies.stress.study import Coming, Stress
from analysis.studies.value.outcomes import words
from analysis.studies.value.report import curve, pounds, scope
from analysis.studies.value.value import Value

LOOKS = ((DARK_BLUE, [1, 0]), (ORANGE, [8, 3]), (TURQUOISE, [2, 3]), (DARK_PINK, [10, 3, 2, 3]))
"""Colour and dash of each policy, in order."""
SHOWN = ("heads_kept", "head_years_kept", "teacher_years_kept", "vacancy_terms_avoided")
WIDTH, HEIGHT = 360, 190
LETTERS = "ABCD"

Line = tuple[str, Sequence[float], Sequence[float]]
"""Letter, where along, and how high."""


def panel(
    lines: Sequence[Line], title: str, across: str, *, chance: bool,
    band: tuple[Sequence[float], Sequence[float]] | None = None,
    level: float | None = None, at: float | None = None, money: bool = False,
) -> dict[str, Any]:  # fmt: skip
    """Lines over one number; ``chance`` for a scale from 0 to 100%, ``band`` around the first line.

    ``level`` is a goal across, and ``at`` a value that is marked along.
    """
    import altair as alt

    pounds_axis: dict[str, Any] = {
        "format": "$,.3~s",
        "labelExpr": "replace(replace(replace(datum.label, '$', '£'), 'M', 'm'), 'G', 'bn')",
    }
    plain_axis: dict[str, Any] = {"format": ",.3~g"}
    look = alt.Axis(title=across, tickCount=5, grid=False, **(pounds_axis if money and chance else plain_axis))
    x = alt.X("x:Q", axis=look, scale=alt.Scale(nice=False))
    y_scale = alt.Scale(domain=[0, 1], nice=False) if chance else alt.Scale(zero=False)
    shown: dict[str, Any] = {"format": ".0%"} if chance else pounds_axis if money else plain_axis
    y = alt.Y("y:Q", scale=y_scale, axis=alt.Axis(title=None, tickCount=5, grid=True, **shown))
    layers = []
    if band is not None:
        rows = [{"x": a, "low": b, "high": c} for a, b, c in zip(lines[0][1], *band, strict=True)]
        layers.append(
            alt.Chart(data(rows))
            .mark_area(color=PALE_BLUE)
            .encode(x=x, y=alt.Y("low:Q", scale=y_scale), y2=alt.Y2("high:Q"))
        )
    for (letter, along, high), (colour, dash) in zip(lines, LOOKS, strict=False):
        rows = [{"x": float(a), "y": float(b)} for a, b in zip(along, high, strict=True)]
        layers.append(alt.Chart(data(rows)).mark_line(color=colour, strokeDash=dash, strokeWidth=2.5).encode(x=x, y=y))
        if letter:
            end = alt.Chart(data([{**rows[-1], "letter": letter}]))
            layers.append(
                end.mark_text(align="left", dx=6, fontSize=13, fontWeight="bold", color=colour).encode(
                    x=x, y=y, text="letter:N"
                )
            )
    if level is not None:
        layers.append(
            alt.Chart(data([{"y": level}]))
            .mark_rule(color=DARK_GREY, strokeDash=[4, 3])
            .encode(y=alt.Y("y:Q", scale=y_scale))
        )
    if at is not None:
        layers.append(alt.Chart(data([{"x": at}])).mark_rule(color=DARK_GREY).encode(x=x))
    return layered(layers, width=WIDTH, height=HEIGHT, title=heading(wrap(title, WIDTH // 7)))


def _lettered(titles: Iterable[str]) -> str:
    """Which letter stands for which policy."""
    return "; ".join(f"{letter}: {title}" for letter, title in zip(LETTERS, titles, strict=False))


def acceptability(values: Sequence[Value]) -> Figure:
    """How likely each policy is worth it, by what one would pay for one of an outcome."""
    some = list(values)[: len(LOOKS)]
    panels, sentences, table = [], [], []
    for name in SHOWN:
        of = [
            (letter, one.of(name), one.policy.title)
            for letter, one in zip(LETTERS, some, strict=False)
            if name in one.account.gains
        ]
        if not of:
            continue
        top = max(curve(one)[-1] for _, one, _ in of)
        along = np.linspace(0.0, top, 61).tolist()
        lines = [(letter if len(of) > 1 else "", along, [one.chance(pay) for pay in along]) for letter, one, _ in of]
        said = words(name)
        panels.append(
            panel(
                lines,
                f"Chance that it is worth it, per {said.one}",
                "what one would pay for each, GBP",
                chance=True,
                money=True,
            )
        )
        for _, one, title in of:
            half = one.reaches(0.5)
            when = f"as likely as not from {pounds(half)}" if np.isfinite(half) else "at no amount as likely as not"
            sentences.append(f"{title}, per {said.one}: {when}.")
            table += [
                {"Outcome": said.many, "Policy": title, "GBP for each": float(pay), "Chance": one.chance(pay)}
                for pay in along[::6]
            ]
    first, named = some[0], _lettered(one.policy.title for one in some)
    lead = first.of("heads_kept") if "heads_kept" in first.account.gains else first.bought[0]
    half = lead.reaches(0.5)
    title = (
        f"{first.policy.title} is as likely as not to be worth it at {pounds(half)} per {words(lead.outcome).one}"
        if np.isfinite(half)
        else f"At no amount per {words(lead.outcome).one} is {first.policy.title} as likely as not to be worth it"
    )
    subtitle = (scope(first), *([f"{named}."] if len(some) > 1 else []))
    note = "Chance: over draws of what is not known and what the runs leave open about the mean. Costs are those of the programmes, whoever pays."
    return Figure(
        title,
        subtitle,
        " ".join([capital(title) + ".", *sentences]),
        note,
        grid(panels, columns=2, row=40, column=60),
        table,
        88,
    )


def needed(found: BreakEven) -> Figure:
    """What a goal needs: the figure that it is about, and the chance that it is met, over the figure that was varied."""
    goal, varied, points = found.goal, found.varied, found.points
    mean = [goal.told(point.score.mean) for point in points]
    ends = [[goal.told(end) for end in of] for of in spans(points)]
    chance = [point.chance for point in points]
    level = goal.told(0.0)
    inside = varied.value if found.values[0] <= varied.value <= found.values[-1] else None
    unit = {"share": "share", "probability": "chance"}.get(varied.unit, varied.unit)
    across = f"{varied.words} ({unit})"
    panels = [
        panel([("", found.values, mean)], goal.shown_as, across, chance=False, band=(ends[0], ends[1]), level=level, at=inside, money=goal.is_money),
        panel([("", found.values, chance)], "Chance that the goal is met", across, chance=True, level=0.5, at=inside),
    ]  # fmt: skip
    table = [
        {capital(across): point.value, goal.shown_as: m, "From": min(a, b), "To": max(a, b), "Chance": point.chance}
        for point, m, a, b in zip(points, mean, *ends, strict=True)
    ]
    said, comparison = sentence(found), found.comparison
    up = "" if comparison.base.scale == 1 else "; amounts are taken up to all of its schools"
    subtitle = (
        f"{found.policy}, compared with {found.base}. {capital(comparison.base.system)}{up}; {pairs_of_runs(comparison.done)} for each value.",
        "Band: 90% interval of the mean. Dashed: the goal, and an even chance. Upright line: the policy as it is.",
    )
    note = "Chance: over draws of what is not known and what the runs leave open about the mean."
    return Figure(said.partition(". ")[0], subtitle, said, note, grid(panels, columns=2, column=60), table, 92)


STEPS = 21
MOST = 6
"""Panels that are drawn."""


def withstood(found: Stress) -> Figure:
    """A panel for each thing that futures differ in: the chance that the goal is met at its values, whatever the others are."""
    policies = [arm for arm in found.arms if arm.surface is not None][: len(LOOKS)]
    points = np.stack([one.unit for one in found.coming], axis=1)
    panels, table = [], []
    for j, one in enumerate(found.coming[:MOST]):
        along = np.linspace(0.0, 1.0, STEPS)
        lines = []
        for letter, arm in zip(LETTERS, policies, strict=False):
            assert arm.surface is not None
            chances = []
            for share in along:
                there = points.copy()
                there[:, j] = share
                chances.append(float(arm.surface.above(0.0, there).mean()))
            values = [unit_of(one)[1] * one.at(float(share)) for share in along]
            lines.append((letter if len(policies) > 1 else "", values, chances))
            table += [
                {"Policy": arm.title, "Future": capital(coming_words(one)), "Value": value_words(one, one.at(float(share))), "Chance": chance}
                for share, chance in zip(along[::5], chances[::5], strict=True)
            ]  # fmt: skip
        panels.append(panel(lines, capital(coming_words(one)), _across(one), chance=True, level=0.5))
    worst = max(policies, key=lambda arm: arm.failing)
    named = _lettered(arm.title for arm in policies)
    subtitle = (
        f"Chance that the goal is met, over all other things that {count(found.futures, 'future')} differ in. Dashed: an even chance.",
        f"{capital(found.comparison.base.system)}{f'. {named}' if len(policies) > 1 else ''}.",
    )
    note = (
        "Chance: over futures and what the runs leave open about the mean, by a regression on what futures differ in."
    )
    said = " ".join(of_policy(found, arm) for arm in policies)
    return Figure(
        of_policy(found, worst).partition(". ")[0].rstrip("."),
        subtitle,
        said,
        note,
        grid(panels, columns=2, row=40, column=60),
        table,
        88,
    )


def _across(one: Coming) -> str:
    """What the numbers along a panel are."""
    unit = unit_of(one)[0]
    return {"times": "times today's", "add": f"more than today, {unit}"}.get(one.factor.way or "", unit or "its value")
