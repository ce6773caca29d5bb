"""Break-even: a policy is run at several values of one of its figures, on the same draws, and held against a goal at each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from analysis.errors import UserError
from analysis.figures.estimates import Estimate
from analysis.figures.naming import naming_of, speaking
from analysis.runs.plan import Options, plan
from analysis.studies.compare import study
from analysis.studies.compare.summing import Asked, Comparison
from analysis.studies.goal import Goal, goal
from analysis.studies.value.value import means, of_draws
from analysis.studies.varied import Varied, varied
from scenarios.resolve import base_of, load
from scenarios.scenario import Scenario

Unread = str | Path | Mapping[str, Any]
"""A scenario by its name, its path or its keys."""
STEPS = 7
"""Values that the figure is tried at."""
SURE = 0.9
"""A chance that is sure enough to plan by."""


@dataclass(frozen=True)
class Point:
    """What one value of the figure comes to."""

    value: float
    score: Estimate
    """How far the mean is on the right side of the goal, with half its interval."""
    chance: float
    """That the goal is met: over draws of what is not known, and what the runs leave open about the mean."""


@dataclass(frozen=True, repr=False)
class BreakEven:
    """What a goal needs of a figure."""

    goal: Goal
    varied: Varied
    policy: str
    base: str
    points: tuple[Point, ...]
    comparison: Comparison
    """Of all that was run, in the order of the points."""

    def __repr__(self) -> str:
        return f"<BreakEven of {self.policy}: {self.goal.text}, {self.varied.path}>"

    @property
    def values(self) -> list[float]:
        """Of the figure."""
        return [point.value for point in self.points]

    @property
    def met(self) -> list[tuple[float, float]]:
        """The stretches of the figure over which the mean meets the goal."""
        return stretches(self.values, [point.score.mean for point in self.points])

    def chance(self, value: float) -> float:
        """That the goal is met at a value within those tried."""
        return float(np.interp(value, self.values, [point.chance for point in self.points]))

    def sure(self) -> list[tuple[float, float]]:
        """The stretches over which the goal is met with the chance :data:`SURE` at least."""
        return stretches(self.values, [point.chance for point in self.points], SURE)


def break_even(
    policy: Unread, text: str, path: str, options: Options, *, base: Unread | None = None,
    low: float | None = None, high: float | None = None, steps: int = STEPS, rate: float | None = None,
) -> BreakEven:  # fmt: skip
    """What the goal ``text`` needs of ``path`` in a policy, varied from ``low`` to ``high`` (None: as far as its range goes).

    ``base`` is the scenario to compare with; None for the one at the end of what the policy extends. Raise
    ``scenarios.InputError`` for scenarios and paths that cannot be used, and :exc:`UserError` for goals and ends that cannot.
    """
    whole = load(policy, options.context)
    under = found_under(whole, base, options)
    figure = varied(whole, under, path, low, high)
    values = figure.values(steps)
    arms = [
        replace(
            figure.at(policy, value, f"{whole.name}-{i + 1}", options.context),
            title=f"{whole.title}, at {figure.said(value)}",
        )
        for i, value in enumerate(values)
    ]
    first = plan(under, options)
    with speaking(naming_of(first.system)):
        aim = goal(text, [first.setup])
        asked = Asked(measures=aim.measures, all_years=True, accounts=True)
        found = study.carry_out([under, *arms], options, asked)
        points = tuple(_point(found, i, value, aim, rate) for i, value in enumerate(values))
    return BreakEven(aim, figure, whole.title, under.title, points, found)


def found_under(policy: Scenario, base: Unread | None, options: Options) -> Scenario:
    """What a policy is held against: ``base``, or the scenario at the end of what it extends. Raise :exc:`UserError` if it extends none."""
    if base is not None:
        return load(base, options.context)
    if policy.root is None:
        raise UserError(policy.name, "it extends no scenario that it could be held against", "Name one with --base.")
    return base_of(policy, options.context)


def _point(found: Comparison, i: int, value: float, aim: Goal, rate: float | None) -> Point:
    outcome = found.outcomes[i]
    score, pairs = aim.score(found, outcome, rate)
    draws = None if outcome.doubt.draws is None else outcome.doubt.draws[pairs]
    inputs = [replace(one, values=one.values[pairs]) for one in outcome.doubt.inputs]
    return Point(value, means(score, draws), float(of_draws(score, draws, inputs).above().mean()))


def spans(points: Sequence[Point]) -> tuple[list[float], list[float]]:
    """Ends of the intervals of the means; the means themselves where there are none."""
    halves = [0.0 if np.isnan(point.score.half) else point.score.half for point in points]
    return (
        [p.score.mean - h for p, h in zip(points, halves, strict=True)],
        [p.score.mean + h for p, h in zip(points, halves, strict=True)],
    )


def stretches(along: Sequence[float], high: Sequence[float], level: float = 0.0) -> list[tuple[float, float]]:
    """The stretches of ``along``, which rises, where straight lines through the points are at or above ``level``, in order."""
    found: list[tuple[float, float]] = []
    start = along[0] if high[0] >= level else None
    for (a, y), (b, z) in zip(zip(along, high, strict=True), list(zip(along, high, strict=True))[1:], strict=False):
        if (y >= level) == (z >= level):
            continue
        at = a + (b - a) * (level - y) / (z - y)
        if start is None:
            start = at
        else:
            found.append((start, at))
            start = None
    return found if start is None else [*found, (start, along[-1])]
