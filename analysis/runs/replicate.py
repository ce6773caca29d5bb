"""One replicate: a base and policies that share their random draws and, up to where they part, their past.

This is the one place where a model is made. Whatever is to be known of a run is read from it as it goes on: the store's
record, an evaluator's cohorts, the page's pipeline, the values that a validation needs.
"""

from __future__ import annotations

import copy
import gc
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from time import perf_counter
from typing import TYPE_CHECKING, Any

import numpy as np

from analysis.runs.moves import Beside, Events, own_programmes
from analysis.runs.past import Past, common_past
from analysis.runs.work import Passed, Result, attempt, unheard
from analysis.store.record import Rows, Run
from simulation.census.results import Results
from simulation.model import PipelineModel
from simulation.numbering import under

if TYPE_CHECKING:
    from analysis.runs.plan import Plan
    from simulation.columns import Table
    from simulation.processes.base import Process
    from simulation.world import Setup, World

Years = Iterator[PipelineModel]
"""A run: the model as it stands at the start, and again after each simulated year."""

LARGE = 1_000
"""Schools from which on a world is big enough to be cleared away at once."""


@dataclass(frozen=True)
class Arm:
    """One future of a replicate."""

    setup: Setup
    read: Callable[[Years], Any]
    """Goes through the run to its end, and returns what is kept of it. Where the arm goes on from a past that it shares,
    the run begins at the census at which that ends, with what was measured until then."""
    label: str = ""
    """What it is called while it is under way."""
    phases: Sequence[Process] | None = None
    """Processes of a year, once the past that is shared is over; None for the standard ones."""


@dataclass
class Kept:
    """What can be used again by a replicate with the same first arm, seed, number, measures and end of the shared past."""

    world: World | None = None
    """The end of the past that is shared."""
    results: Results = field(default_factory=Results)
    """What was measured until then."""
    first: Result | None = None
    """What came of the first arm."""
    events: dict[int, Events] = field(default_factory=dict)
    """What happened in the first arm, by year, once it has been run."""


class Continued(PipelineModel):
    """A model that goes on from the census at which another one stands."""

    def __init__(
        self,
        world: World,
        phases: Sequence[Process] | None = None,
        measures: Sequence[str] | None = (),
        checks: bool = True,
        results: Results | None = None,
    ) -> None:
        """Take over ``world``, a copy or moved from a model that is over: a world is run by one model.

        ``results`` are those of the years so far, that of the world's census among them.
        """
        self._inherited, self._begins = world, world.year
        super().__init__(world.setup, world.key.seed, world.key.replicate, checks, phases, measures)
        if results is not None and self._form is not None:
            self.results = results.under(self._form)

    def make_world(self) -> World:
        """The world that was handed over."""
        return self._inherited

    def _measure(self) -> None:
        if self.world.year > self._begins:
            super()._measure()


def copied(world: World, setup: Setup) -> World:
    """A copy that shares nothing that a run writes, for a run under ``setup``.

    The setup must agree with the world's own about everything that has acted so far.
    """
    return under(copy.deepcopy(world, {id(world.setup): world.setup, id(world.key): world.key}), setup)


def replicate(
    arms: Sequence[Arm],
    seed: int,
    number: int,
    *,
    measures: Sequence[str] | None = None,
    past: Past | None = None,
    checks: bool = True,
    passed: Passed = unheard,
    kept: Kept | None = None,
) -> list[Result]:
    """Run every arm of replicate ``number`` and return what came of each; an error in one does not stop the others.

    The past that arms have in common is that of the first, and run once: ``past`` is what :func:`common_past` says of
    their setups, or less (None: what it says). ``measures`` are taken from the base year on (None: all); ``checks`` see to
    it that accounts add up. ``kept`` has what an earlier call left, and is given what this one leaves.
    """
    first, there = arms[0], Kept() if kept is None else kept
    past = common_past([arm.setup for arm in arms]) if past is None else past
    last = max((n for n, shares in enumerate(past.of) if shares), default=-1)

    def start(n: int, arm: Arm) -> PipelineModel:
        if not past.of[n]:
            return PipelineModel(arm.setup, seed, number, checks, arm.phases, measures)
        if there.world is None:
            before = PipelineModel(first.setup, seed, number, checks, measures=measures)
            while before.year < past.until:
                before.step()
                passed(first.label)
            there.world, there.results = before.world, before.results
        if kept is None and n == last:  # nobody else needs it
            world, there.world = under(there.world, arm.setup), None
        else:
            world = copied(there.world, arm.setup)
        return Continued(world, arm.phases, measures, checks, there.results)

    def years(n: int, arm: Arm) -> Years:
        model = start(n, arm)
        yield model
        while model.year < arm.setup.last_year:
            model.step()
            passed(arm.label)
            yield model

    def result(n: int, arm: Arm) -> Result:
        if n == 0 and there.first is not None:
            return there.first
        found = attempt(lambda: arm.read(years(n, arm)))
        # A model and its agent views point at each other, so a national world would outlive its run by some time.
        if len(arm.setup.register) > LARGE:
            gc.collect()
        if n == 0 and kept is not None and found.told is None:
            kept.first = found
        return found

    return [result(n, arm) for n, arm in enumerate(arms)]


# --- runs of plans, as the store keeps them --------------------------------------------------------------------------


@dataclass(frozen=True)
class Plans:
    """A base and its policies, with what every replicate of them needs to know."""

    plans: tuple[Plan, ...]
    measures: tuple[str, ...] | None = None
    """To take; None for all."""
    past: Past = field(kw_only=True)
    """What they have in common."""

    @classmethod
    def of(cls, plans: Sequence[Plan], measures: Sequence[str] | None = None) -> Plans:
        """Plans that share their past where they can."""
        past = common_past([plan.setup for plan in plans])
        return cls(tuple(plans), None if measures is None else tuple(measures), past=past)

    @property
    def years(self) -> int:
        """School years that one replicate simulates."""
        setups = [plan.setup for plan in self.plans]
        shared = self.past.until - setups[0].first_year
        whole = sum(setup.last_year - setup.first_year for setup in setups)
        return whole - shared * max(0, sum(self.past.of) - 1)


def pair(
    given: Plans, number: int, passed: Passed = unheard, *, checks: bool = True, kept: Kept | None = None
) -> list[Result]:
    """Replicate ``number`` of all plans: for each, in their order, a :class:`Run` with its :class:`Rows`, or an error."""
    plans, past = in_draw(given, number)
    if past.until != given.past.until:
        kept = None  # what others with these plans keep ends elsewhere
    base = plans[0]
    events = {} if kept is None else kept.events

    def arm(plan: Plan) -> Arm:
        own = own_programmes(plan.setup.programmes, base.setup.programmes)
        moved = Beside(events, own, len(plan.setup.structure.ladder)) if own and plan is not base else None
        read = recorded(plan.name, events if plan is base else None, moved)
        return Arm(plan.setup, read, f"{plan.name}, run {number + 1} of {plan.replicates}")

    arms = [arm(plan) for plan in plans]
    seed, measures = base.seed, given.measures
    return replicate(arms, seed, number, measures=measures, past=past, checks=checks, passed=passed, kept=kept)


def in_draw(given: Plans, number: int) -> tuple[tuple[Plan, ...], Past]:
    """The plans of replicate ``number``, each under the draw that it takes, and what they have in common there."""
    if all(plan.doubt is None for plan in given.plans):
        return given.plans, given.past
    plans = tuple(plan.of(number) for plan in given.plans)
    return plans, common_past([plan.setup for plan in plans]).no_later(given.past.until)


def simulate(
    plan: Plan, number: int, passed: Passed = unheard, measures: Sequence[str] | None = None
) -> tuple[Run, Rows]:
    """Replicate ``number`` of one plan. Raise what goes wrong."""
    plan = plan.of(number)
    arm = Arm(plan.setup, recorded(plan.name), f"{plan.name}, run {number + 1} of {plan.replicates}")
    found: tuple[Run, Rows] = replicate([arm], plan.seed, number, measures=measures, passed=passed)[0].get()
    return found


def recorded(
    name: str, events: dict[int, Events] | None = None, moved: Beside | None = None
) -> Callable[[Years], tuple[Run, Rows]]:
    """Reads of a run of scenario ``name`` what the store keeps: what was measured from the base year on, and a digest.

    What happens is noted in ``events`` for runs beside this one. ``moved`` counts what this one moves; that is no part of
    the digest, as the run is the same whatever it is held against.
    """

    def read(years: Years) -> tuple[Run, Rows]:
        from analysis.store.digest import run_digest

        start = perf_counter()
        for model in years:
            if model.year > model.setup.base_year and model.world.log.year == model.year:
                if events is not None:
                    events[model.year] = Events.of(model.world)
                if moved is not None:
                    moved.add(model.world)
        rows = from_base_year(model.results.codes(), model.results.labels(), model.setup.base_year)
        world = model.world
        state = {name: columns(getattr(world, name)) for name in ("people", "schools", "clusters")}
        digest = run_digest(rows.columns, rows.labels, state)
        rows = rows if moved is None else moved.added_to(rows, model.measures)
        return Run(name, model.key.replicate, model.key.seed, digest, perf_counter() - start), rows

    return read


def from_base_year(codes: dict[str, np.ndarray], labels: dict[str, tuple[str, ...]], base_year: int) -> Rows:
    """The rows of the base year and after: the warm-up gives careers a past and is not a projection."""
    kept = codes["year"] >= base_year
    if kept.all():
        return Rows(codes, labels)
    return Rows({name: column[kept] for name, column in codes.items()}, labels)


def columns(table: Table) -> dict[str, np.ndarray]:
    """The columns of a table of the model, by name."""
    return {name: getattr(table, name) for name in table}
