"""One replicate: a base and policies that share their random draws and, where they can, their past.

This is the one place where a model is made. Whatever is to be known of a run is read from it as it goes on: the store's
record, an evaluator's cohorts, the page's pipeline, the values that a validation needs.
"""

from __future__ import annotations

import copy
import gc
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from time import perf_counter
from typing import TYPE_CHECKING, Any

import numpy as np

from analysis.runs.work import Passed, Result, attempt, unheard
from analysis.store.record import Rows, Run
from simulation.model import PipelineModel

if TYPE_CHECKING:
    from analysis.runs.plan import Plan
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
    """Goes through the run to its end, and returns what is kept of it."""
    label: str = ""
    """What it is called while it is under way."""
    shares: bool = False
    """Whether it goes on from the past of the first arm; that past must be its own as well, to the last bit."""
    phases: Sequence[Process] | None = None
    """Processes of a year; None for the standard ones."""


@dataclass
class Kept:
    """What can be used again by a replicate with the same first arm, seed, number and measures."""

    world: World | None = None
    """The end of the past that is shared."""
    first: Result | None = None
    """What came of the first arm."""


class Continued(PipelineModel):
    """A model that goes on from the census at which another one stands."""

    def __init__(
        self,
        world: World,
        phases: Sequence[Process] | None = None,
        measures: Sequence[str] | None = (),
        checks: bool = True,
    ) -> None:
        """Take over ``world``, a copy or moved from a model that is over: a world is run by one model."""
        self._inherited = world
        super().__init__(world.setup, world.key.seed, world.key.replicate, checks, phases, measures)

    def make_world(self) -> World:
        """The world that was handed over."""
        return self._inherited


def copied(world: World, setup: Setup) -> World:
    """A copy that shares nothing that a run writes, for a run under ``setup``.

    The setup must agree with the world's own about everything that has acted so far.
    """
    return copy.deepcopy(world, {id(world.setup): setup, id(world.key): world.key})


def replicate(
    arms: Sequence[Arm],
    seed: int,
    number: int,
    *,
    measures: Sequence[str] | None = None,
    until: int | None = None,
    checks: bool = True,
    passed: Passed = unheard,
    kept: Kept | None = None,
) -> list[Result]:
    """Run every arm of replicate ``number`` and return what came of each; an error in one does not stop the others.

    The past that arms share is that of the first, up to the census of the school year ``until`` (None: of the base year).
    It is run once. ``measures`` are taken from the base year on (None: all); ``checks`` see to it that accounts add up.
    ``kept`` has what an earlier call left, and is given what this one leaves.
    """
    first, there = arms[0], Kept() if kept is None else kept
    last = max((n for n, arm in enumerate(arms) if arm.shares), default=-1)
    end = first.setup.base_year if until is None else until

    def start(n: int, arm: Arm) -> PipelineModel:
        if not arm.shares:
            return PipelineModel(arm.setup, seed, number, checks, arm.phases, measures)
        if there.world is None:
            past = PipelineModel(first.setup, seed, number, checks, measures=())
            while past.year < end:
                past.step()
                passed(first.label)
            there.world = past.world
        if kept is None and n == last:  # nobody else needs it
            world, there.world = there.world.moved(), None
            world.setup = arm.setup
        else:
            world = copied(there.world, arm.setup)
        return Continued(world, arm.phases, measures, checks)

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
    shares: tuple[bool, ...] = ()
    """Of each plan, whether it goes on from the base's world at the base year."""

    @classmethod
    def of(cls, plans: Sequence[Plan], measures: Sequence[str] | None = None) -> Plans:
        """Plans that share their past where they can."""
        base, *policies = (plan.setup for plan in plans)
        shares = [shares_past(base, policy) for policy in policies]
        return cls(tuple(plans), None if measures is None else tuple(measures), (any(shares), *shares))

    @property
    def years(self) -> int:
        """School years that one replicate simulates."""
        past = self.plans[0].setup.warm_up_years
        whole = sum(plan.setup.warm_up_years + plan.setup.years for plan in self.plans)
        return whole - past * max(0, sum(self.shares) - 1)


def pair(
    given: Plans, number: int, passed: Passed = unheard, *, checks: bool = True, kept: Kept | None = None
) -> list[Result]:
    """Replicate ``number`` of all plans: for each, in their order, a :class:`Run` with its :class:`Rows`, or an error."""
    arms = [
        Arm(plan.setup, recorded(plan.name), f"{plan.name}, run {number + 1} of {plan.replicates}", shares)
        for plan, shares in zip(given.plans, given.shares, strict=True)
    ]
    seed = given.plans[0].seed
    return replicate(arms, seed, number, measures=given.measures, checks=checks, passed=passed, kept=kept)


def simulate(
    plan: Plan, number: int, passed: Passed = unheard, measures: Sequence[str] | None = None
) -> tuple[Run, Rows]:
    """Replicate ``number`` of one plan. Raise what goes wrong."""
    arm = Arm(plan.setup, recorded(plan.name), f"{plan.name}, run {number + 1} of {plan.replicates}")
    found: tuple[Run, Rows] = replicate([arm], plan.seed, number, measures=measures, passed=passed)[0].get()
    return found


def recorded(name: str) -> Callable[[Years], tuple[Run, Rows]]:
    """Reads of a run of scenario ``name`` what the store keeps: what was measured from the base year on, and a digest."""

    def read(years: Years) -> tuple[Run, Rows]:
        from analysis.store.digest import run_digest

        start = perf_counter()
        *_, model = years
        rows = from_base_year(model.results.codes(), model.results.labels(), model.setup.base_year)
        world = model.world
        tables = {
            "people": (world.people, "id"),
            "schools": (world.schools, "urn"),
            "clusters": (world.clusters, "key"),
        }
        digest = run_digest(rows.columns, rows.labels, {name: by_key(*table) for name, table in tables.items()})
        return Run(name, model.key.replicate, model.key.seed, digest, perf_counter() - start), rows

    return read


def from_base_year(codes: dict[str, np.ndarray], labels: dict[str, tuple[str, ...]], base_year: int) -> Rows:
    """The rows of the base year and after: the warm-up gives careers a past and is not a projection."""
    kept = codes["year"] >= base_year
    return Rows({name: column[kept] for name, column in codes.items()}, labels)


def by_key(table: Any, key: str) -> dict[str, np.ndarray]:
    """Whole-number columns of a table of the model, rows in order of ``key``."""
    order = np.argsort(getattr(table, key), kind="stable")
    columns = {name: getattr(table, name) for name in table}
    return {name: column[order] for name, column in columns.items() if column.dtype.kind in "biu"}


def shares_past(base: Setup, policy: Setup) -> bool:
    """Whether a policy can go on from the base's world at the base year.

    Both must have the same schools, years and parameters until then, and no programme of either may start earlier:
    programmes are told apart by their place in the list. How long each goes on afterwards does not count.
    """
    from analysis.runs.plan import register_digest

    if any(p.places.first <= base.base_year for p in (*base.programmes, *policy.programmes)):
        return False
    ours, theirs = (setup.parameters_in(base.base_year).values() for setup in (base, policy))
    own = {name: getattr(policy, name) for name in ("register", "parameters", "earlier", "programmes", "years")}
    return (
        replace(base, **own) == policy
        and all(np.array_equal(ours[path], theirs[path]) for path in ours)
        and register_digest(base.register) == register_digest(policy.register)
    )
