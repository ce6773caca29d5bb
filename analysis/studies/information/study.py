"""Value of information: pairs of a policy and its base, a decision stated as a price, and what knowing each thing drawn would save it.

A decision is to take an option or to leave it; its net benefit is uncertain. Whoever had to decide today would go by the mean; whoever knew a
figure first would go by the mean given the figure, and would now and then decide otherwise. What that saves on average is
the most that knowing the figure can be worth (expected value of partial perfect information). The mean given the figure is that of a regression
on the draws: Strong, Oakley & Brennan, *Medical Decision Making* 34 (2014), 311-326.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from analysis.errors import UserError
from analysis.figures.doubt import hinge
from analysis.figures.estimates import Estimate
from analysis.figures.naming import naming_of, speaking
from analysis.runs.plan import Options, plan
from analysis.studies.break_even.study import Unread, found_under
from analysis.studies.compare import study
from analysis.studies.compare.summing import Asked, Comparison
from analysis.studies.goal import Goal, goal
from analysis.studies.surface import Surface
from analysis.studies.value.value import means, of_draws
from scenarios.doubt import Input
from scenarios.resolve import load


@dataclass(frozen=True)
class Worth:
    """What knowing something is worth, in the unit of the net benefit."""

    value: float
    error: float
    """Standard error, from what the regression leaves open."""


def of_knowing(net: np.ndarray, rows: np.ndarray) -> Worth:
    """What it is worth to know the inputs in the columns of ``rows`` before the option is taken or left.

    ``net`` is the option's net benefit, over leaving it, in each draw. Bends are looked for if the inputs are few.
    """
    surface = Surface(_bent(rows) if rows.shape[1] == 1 else rows, net)
    mean, error = surface.at(surface.rows)
    return Worth(_gain(mean), _spread(mean, error))


def _bent(rows: np.ndarray) -> np.ndarray:
    """A single input with its square and cube, each rid of those before: Legendre's polynomials of its ranks."""
    n = len(rows)
    place = np.unique(rows[:, 0], return_inverse=True)[1]
    x = 2 * (place + 0.5) / max(place.max() + 1, 1) - 1
    z = (rows[:, 0] - rows[:, 0].mean()) / (rows[:, 0].std() or 1.0)
    return np.stack([z, 1.5 * x**2 - 0.5], axis=1) if n >= 8 else z[:, None]


def _gain(mean: np.ndarray) -> float:
    return float(np.maximum(mean, 0.0).mean() - max(float(mean.mean()), 0.0))


def _spread(mean: np.ndarray, error: np.ndarray) -> float:
    """How far the value would move if the regression's slope were otherwise, by so much as it leaves open."""
    away = np.sqrt(np.maximum(error**2 - float(error.min()) ** 2, 0.0))
    direction = np.sign(mean - mean.mean())
    ends = [_gain(mean + sign * away * direction) for sign in (-1.0, 1.0)]
    return abs(ends[1] - ends[0]) / 2


ALL, PROGRAMMES, MODEL = "all", "programmes", "model"
"""Groups of what is drawn that might be known together."""


@dataclass(frozen=True)
class Known:
    """Something that might be known before the decision, and what that is worth."""

    name: str
    """Its path; of a group, one of the constants above."""
    words: str
    """What it is, as it ends a sentence; of a group, in full."""
    grade: str
    """Of the evidence for a programme's figure; empty for others."""
    worth: Worth


@dataclass(frozen=True, repr=False)
class Information:
    """What knowing things would be worth to whoever decides on a policy."""

    goal: Goal
    policy: str
    base: str
    net: Estimate
    """GBP by which what is gained is worth more than it costs, in present values and all schools, with half the interval of its mean."""
    chance: float
    """That it is worth more than it costs: over draws, and what the runs leave open about the mean."""
    groups: tuple[Known, ...]
    """Everything together, then programmes' figures and the model's parameters together, where both are drawn."""
    each: tuple[Known, ...]
    """All that is drawn, one by one, what is worth most first."""
    comparison: Comparison

    def __repr__(self) -> str:
        return f"<Information for {self.policy}: {self.goal.text}, {len(self.each)} things that might be known>"


def information(policy: Unread, text: str, options: Options, *, base: Unread | None = None) -> Information:
    """What knowing each thing that is drawn would be worth before deciding whether a policy is worth the price in the goal ``text``.

    ``base`` is the scenario to compare with; None for the one at the end of what the policy extends. Raise
    ``scenarios.InputError`` for scenarios that cannot be used, and :exc:`UserError` for a goal that is no price and where nothing is drawn.
    """
    whole = load(policy, options.context)
    under = found_under(whole, base, options)
    first = plan(under, options)
    with speaking(naming_of(first.system)):
        aim = goal(text, [first.setup])
        if aim.line is not None:
            advice = 'State what one of an outcome is worth, such as "cost per head kept < 20000".'
            raise UserError(f"--goal {text!r}", "what it is worth to know something is told in pounds", advice)
        found = study.carry_out([under, whole], options, Asked(measures=aim.measures, accounts=True))
        return of_comparison(found, aim)


def of_comparison(found: Comparison, aim: Goal) -> Information:
    """The same of pairs that are run, for a goal that is a price. Raise :exc:`UserError` where nothing is drawn."""
    (outcome,) = found.outcomes
    net, pairs = aim.score(found, outcome)
    draws = outcome.doubt.draws
    if draws is None or not outcome.doubt.inputs:
        raise UserError(outcome.policy.name, "nothing is drawn in it, so there is nothing that could be known better")
    inputs = [replace(one, values=one.values[pairs]) for one in outcome.doubt.inputs]
    surface = of_draws(net, draws[pairs], inputs)
    each = [
        _known(one, surface.outcome, surface.rows[:, [j]])
        for j, one in enumerate(inputs)
        if np.ptp(surface.rows[:, j]) > 0
    ]
    each.sort(key=lambda one: -one.worth.value)
    is_figure = np.array([one.figure is not None for one in inputs])
    groups = [(ALL, "All that is drawn, together", np.ones(len(inputs), bool))]
    if is_figure.any() and not is_figure.all():
        groups += [
            (PROGRAMMES, "All figures of programmes, together", is_figure),
            (MODEL, "All parameters of the model, together", ~is_figure),
        ]
    together = [
        Known(name, words, "", of_knowing(surface.outcome, surface.rows[:, some])) for name, words, some in groups
    ]
    return Information(
        aim, outcome.policy.title, found.base.title, means(net, draws[pairs]), float(surface.above().mean()), tuple(together),
        tuple(each), found,
    )  # fmt: skip


def _known(one: Input, net: np.ndarray, rows: np.ndarray) -> Known:
    figure = one.figure
    name, grade = (one.parameter, "") if figure is None else (figure.known_as, figure.grade)
    return Known(name, hinge(one), grade, of_knowing(net, rows))
