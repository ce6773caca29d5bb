"""Stress: a sweep of policies over futures, and in each future how far each policy is from a goal, and behind the best.

A policy's score in a future, how far it is on the right side of the goal, is told apart from chance by a regression on what the futures
differ in (:class:`~analysis.studies.surface.Surface`), so a future counts as failed by the chance that its mean fails. Regret is Savage's
(*Journal of the American Statistical Association* 46, 1951); the box in which a policy fails is found as :mod:`~analysis.studies.stress.prim` says.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from analysis.errors import UserError
from analysis.figures.lines import Line, shown_in
from analysis.figures.naming import naming_of, speaking
from analysis.store import Store
from analysis.studies.compare.stored import figures_of
from analysis.studies.compare.summing import Asked, Comparison, Found, Side, sum_up
from analysis.studies.goal import Goal, goal
from analysis.studies.stress.prim import Box, find
from analysis.studies.surface import Surface
from analysis.studies.sweep.execute import Options, Sweep, run_design
from analysis.studies.sweep.plan import prepare
from analysis.studies.value import outcomes as money
from scenarios.sweeps.design import Design, load_design
from scenarios.sweeps.factors import Factor
from scenarios.sweeps.measures import Kept

FEWEST = 8
"""Futures below which nothing is told."""


@dataclass(frozen=True)
class Coming:
    """Something that futures differ in."""

    factor: Factor
    values: np.ndarray
    """In each future; places in the list for what is varied as words."""

    @property
    def ends(self) -> tuple[float, float]:
        """Least and most that was tried."""
        return float(self.values.min()), float(self.values.max())

    @property
    def unit(self) -> np.ndarray:
        """Shares of the way between the ends."""
        low, high = self.ends
        return (self.values - low) / (high - low) if high > low else np.full(len(self.values), 0.5)

    def at(self, share: float) -> float:
        """The value at a share of the way."""
        low, high = self.ends
        return low + share * (high - low)


@dataclass(frozen=True)
class Arm:
    """A policy, or the base itself, in all futures."""

    name: str
    title: str
    score: np.ndarray
    """How far the mean is on the right side of the goal in each future, chance left out."""
    chance: np.ndarray
    """That the goal is met in each future."""
    surface: Surface | None
    """None of the base, of which nothing has to be told from chance."""
    box: Box | None
    """Where it fails most; None of the base."""

    @property
    def failing(self) -> float:
        """Share of the futures in which it fails, on average."""
        return float(1 - self.chance.mean())


@dataclass(frozen=True, repr=False)
class Stress:
    """Policies in futures."""

    goal: Goal
    coming: tuple[Coming, ...]
    arms: tuple[Arm, ...]
    """The base first."""
    comparison: Comparison
    """Of all pairs, future by future."""
    replicates: int
    """Pairs in each future."""

    def __repr__(self) -> str:
        return f"<Stress of {len(self.arms) - 1} policies: {self.goal.text}, {self.futures} futures>"

    @property
    def futures(self) -> int:
        """How many were tried."""
        return len(self.coming[0].values)

    @property
    def regret(self) -> np.ndarray:
        """How far each arm is behind the best in each future, in the unit of the score: arms × futures."""
        scores = np.array([one.score for one in self.arms])
        return np.asarray(scores.max(axis=0) - scores)


def stress(path: Path, text: str, folder: Path, options: Options) -> tuple[Sweep, Stress | None]:
    """Carry out what is missing of a plan in ``folder``, and hold each policy against the goal ``text``; None while runs are missing.

    Raise ``scenarios.InputError`` and :exc:`UserError` for plans and goals that cannot be used; nothing is run then.
    """
    design = _usable(load_design(path), path)
    plans = [base.plan for base in prepare(design, options.fixed).bases]
    with speaking(naming_of(*(one.system for one in plans))):
        aim = goal(text, [one.setup for one in plans])
        lines = list(
            dict.fromkeys([*shown_in("comparison"), *money.lines(), *([] if aim.line is None else [aim.line])])
        )
        kept = {one.text: one for one in (Kept(line.measure, dict(line.where)) for line in lines)}
        command = ["headway", "stress", str(path), "--goal", text, "--out", str(folder)]
        done = run_design(replace(design, measures=tuple(kept.values())), folder, options, command)
        if done.set_aside or not done.store.status().complete:
            return done, None
        return done, of_pairs(aim, done.design, read(done.store, done.design, lines, [Side.of(one) for one in plans]))


def _usable(design: Design, path: Path) -> Design:
    if len(design.scenarios) < 2:
        raise UserError(str(path), "there is one scenario only", "List the base and then each policy under scenarios:.")
    if design.levers:
        advice = "Write each policy as a scenario of its own."
        raise UserError(str(path), f"it has levers ({design.levers[0].path}), and a policy is a scenario here", advice)
    if not design.uncertainties or design.draws < FEWEST:
        raise UserError(
            str(path), f"it has no futures, or fewer than {FEWEST}", "Say what may come under futures:, and draws: 64."
        )
    return design


def read(store: Store, design: Design, lines: Sequence[Line], sides: Sequence[Side]) -> Comparison:
    """All pairs of a sweep that is whole as one comparison: those of the first future, then those of the next."""
    count = design.replicates
    names = [one.name for one in sides]
    years = list(range(design.scenarios[0].base_year, min(one.base_year + one.years for one in design.scenarios) + 1))
    with store.connect() as db:
        db.execute(
            f"CREATE TEMP VIEW pairs AS SELECT * REPLACE (point * {count} + replicate AS replicate) FROM results"
        )
        figures = figures_of(db, lines, names, range(design.draws * count), years, "pairs")
        rows = db.execute("SELECT scenario, point * ? + replicate, digest FROM runs", [count]).fetchall()
    digests = {(name, pair): digest for name, pair, digest in rows}
    found = [Found(of_pair, [digests[name, n] for name in names], []) for n, of_pair in enumerate(figures)]
    summed = sum_up(list(sides), years, list(lines), None, Asked(all_years=True), found)
    return replace(summed, accounts=money.accounts(names, figures.swapaxes(0, 1), lines, years))


def of_pairs(aim: Goal, design: Design, found: Comparison) -> Stress:
    """What pairs in futures say of each policy."""
    coming = tuple(_coming(design))
    points = np.stack([one.unit for one in coming], axis=1)
    standing = 0.0 if aim.line is None else -abs(aim.target)
    base = Arm(found.base.name, found.base.title, np.full(len(points), standing), np.zeros(len(points)), None, None)
    arms = [base]
    for outcome in found.outcomes:
        score, pairs = aim.score(found, outcome)
        future = pairs // design.replicates
        there, place = np.unique(future, return_inverse=True)
        surface = Surface(points[there], np.bincount(place, score) / np.bincount(place))
        chance = surface.above(0.0, points)
        arms.append(
            Arm(
                outcome.policy.name,
                outcome.policy.title,
                surface.at(points)[0],
                chance,
                surface,
                find(points, 1 - chance),
            )
        )
    return Stress(aim, coming, tuple(arms), found, design.replicates)


def _coming(design: Design) -> list[Coming]:
    settings = [design.settings(draw) for draw in range(design.draws)]
    found = []
    for j, factor in enumerate(design.uncertainties):
        values = [of[j].value for of in settings]
        if any(isinstance(value, str) for value in values):
            values = [factor.values.index(value) for value in values]
        found.append(Coming(factor, np.array(values, dtype=np.float64)))
    return found
