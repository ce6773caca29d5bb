"""Sensitivity: a base, or the effects of a policy, at the points of a design, carried out by the executor."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from analysis.figures.lines import Line
from analysis.figures.naming import Naming, naming_of, speaking
from analysis.runs.executor import in_order
from analysis.runs.plan import Options, Plan, plan
from analysis.runs.replicate import Plans, pair
from analysis.runs.work import Passed
from analysis.studies.compare.asking import chosen as chosen_lines
from analysis.studies.compare.study import check_pairs, over_common_years
from analysis.studies.compare.summing import Cell, Side, figures, values, with_zeros
from analysis.studies.sensitivity import designs, inputs
from analysis.studies.sensitivity.inputs import Varying
from analysis.telling import progress
from scenarios.doubt import Doubt, placed
from scenarios.resolve import load
from scenarios.scenario import Scenario
from scenarios.sweeps.sampling import unit_points
from simulation.census.measure import Kind, measures

LEVELS = ("heads_leaving", "leaving", "new_heads_retained_3", "head_posts_vacant")
"""Figures whose levels, or differences, are told unless others are asked for."""
TRAJECTORIES, ROWS = 6, 64
MORRIS, SOBOL = "morris", "sobol"
FIRST_OF_CHANCE = 1_000_000
"""Replicates from here on are other chance, which nothing else takes."""


@dataclass(frozen=True)
class World:
    """A base, perhaps with a policy, that can be run with other values of what is varied."""

    plans: tuple[Plan, ...]
    scenarios: tuple[Scenario, ...]
    inputs: tuple[Varying, ...]
    lines: tuple[Line, ...]
    naming: Naming

    @property
    def years(self) -> list[int]:
        """Those projected and the base year."""
        return list(range(self.plans[0].setup.base_year, self.plans[0].setup.last_year + 1))

    def under(self, at: Sequence[float]) -> list[Plan]:
        """The plans where the inputs have the values ``at``."""
        found = []
        for one, scenario in zip(self.plans, self.scenarios, strict=True):
            own, changed = inputs.values(scenario, self.inputs, at)
            setup = placed(scenario, own, changed).setup_like(one.setup, bool(changed))
            found.append(replace(one, setup=setup))
        return found

    def read(self, arms: np.ndarray) -> np.ndarray:
        """Each figure of a run over all years; of a policy, what it has more than the base. ``arms``: plans × lines × years × 2."""
        counts = [measures()[line.measure].kind is Kind.COUNT for line in self.lines]
        filled = with_zeros(arms[:, None], counts, np.ones((len(arms), 1), bool))[:, :, :, 1:]
        cells = [Cell(i, None) for i in range(len(self.lines))]
        of = [values(arm, self.lines, self.years[1:], cells)[0] for arm in filled]
        return np.asarray(of[0] if len(of) == 1 else of[1] - of[0])


@dataclass(frozen=True)
class Job:
    """A point and the chance that it meets."""

    at: tuple[float, ...]
    number: int
    """Of the replicate."""


def run_one(world: World, job: Job, passed: Passed) -> np.ndarray:
    """Each figure of the world at a point."""
    plans = world.under(job.at)
    names = list(dict.fromkeys(line.measure for line in world.lines))
    with speaking(world.naming):
        results = pair(Plans.of(plans, names), job.number, passed)
        return world.read(np.stack([figures(one.get()[1], world.lines, world.years) for one in results]))


@dataclass(frozen=True, repr=False)
class Sensitivity:
    """What each figure hinges on."""

    base: Side
    policy: Side | None
    method: str
    inputs: tuple[Varying, ...]
    lines: tuple[Line, ...]
    effects: tuple[designs.Effects, ...]
    """Of each line, by Morris's method: the last entry of each array is what other chance alone does. Empty for Sobol's."""
    indices: tuple[designs.Indices, ...]
    """Of each line, by Sobol's method; empty for Morris's."""
    level: np.ndarray
    """Mean of each line over all that was run."""
    runs: int
    first: int
    """First projected school year."""
    last: int
    seed: int

    def __repr__(self) -> str:
        return f"<Sensitivity by {self.method.capitalize()}'s method: {len(self.inputs)} inputs, {self.runs:,} runs>"


def world(
    base: str, policy: str | None, options: Options, measure: Sequence[str] = (), of: Sequence[str] = ()
) -> World:
    """What is to be varied, and in what. Raise ``scenarios.InputError`` or :exc:`~analysis.errors.UserError` for what cannot be."""
    scenarios = [load(name, options.context) for name in (base, policy) if name is not None]
    changes = {name: value for name in ("scale", "years") if (value := getattr(options, name)) is not None}
    scenarios = [replace(one, **changes) for one in scenarios]
    plans = [replace(plan(one, options), doubt=None) for one in scenarios]
    if policy is not None:
        check_pairs(plans[0], plans[1:])
        plans, _ = over_common_years(plans)
    every = inputs.parameters(scenarios[0])
    for one in scenarios:
        known = {other.name for other in every}
        every += [
            f for f in inputs.figures(Doubt.of(replace(one, posterior=None), options.seed)) if f.name not in known
        ]
    with speaking(naming_of(*(one.system for one in plans))):
        lines = tuple(chosen_lines(list(measure) or list(LEVELS), [], [one.setup for one in plans]))
        naming = naming_of(*(one.system for one in plans))
    return World(tuple(plans), tuple(scenarios), tuple(inputs.chosen(every, of)), lines, naming)


def screen(found: World, options: Options, count: int = TRAJECTORIES) -> Sensitivity:
    """Morris's method: ``count`` trajectories, each with chance of its own, and a last step to other chance."""
    k = len(found.inputs)
    points = designs.trajectories(unit_points("random", count, 3 * k, options.seed))
    jobs = []
    for t, trajectory in enumerate(points):
        at = [tuple(one.even(u) for one, u in zip(found.inputs, row, strict=True)) for row in trajectory]
        jobs += [*(Job(one, t) for one in at), Job(at[-1], FIRST_OF_CHANCE + t)]
    outcomes = _run(found, jobs, options).reshape(count, k + 2, -1)
    # Other chance is a further input, moved last by a step like any other.
    wide = np.zeros((count, k + 2, k + 1))
    wide[:, : k + 1, :k], wide[:, k + 1, :k] = points, points[:, -1]
    wide[:, k + 1, k] = designs.STEP
    effects = tuple(designs.effects(wide, outcomes[..., i]) for i in range(len(found.lines)))
    return _made(found, options, MORRIS, effects, (), outcomes, len(jobs))


def decompose(found: World, options: Options, count: int = ROWS) -> Sensitivity:
    """Sobol's method: ``count`` rows of (inputs + 2) points, from what is believed of each input."""
    k = len(found.inputs)
    points = designs.design(unit_points("sobol", count, 2 * k, options.seed))
    jobs = [
        Job(tuple(one.believed(u) for one, u in zip(found.inputs, point, strict=True)), 2 * row + (place == 1))
        for row, of_row in enumerate(points)
        for place, point in enumerate(of_row)
    ]
    outcomes = _run(found, jobs, options).reshape(count, k + 2, -1)
    indices = tuple(designs.indices(outcomes[..., i]) for i in range(len(found.lines)))
    return _made(found, options, SOBOL, (), indices, outcomes, len(jobs))


def _run(found: World, jobs: Sequence[Job], options: Options) -> np.ndarray:
    setups = [one.setup for one in found.plans]
    years = sum(setup.last_year - setup.first_year for setup in setups)
    with (
        progress(len(jobs) * years, "Setting up", "runs", years) as passed,
        contextlib.closing(in_order(run_one, found, jobs, setups, options.workers, passed)) as stream,
    ):
        return np.array(list(stream))


def _made(
    found: World, options: Options, method: str, effects: tuple[designs.Effects, ...], indices: tuple[designs.Indices, ...],
    outcomes: np.ndarray, runs: int,
) -> Sensitivity:  # fmt: skip
    sides = [Side.of(one) for one in found.plans]
    policy = sides[1] if len(sides) > 1 else None
    level = outcomes.reshape(-1, outcomes.shape[-1]).mean(axis=0)
    years = found.years
    return Sensitivity(
        sides[0],
        policy,
        method,
        found.inputs,
        found.lines,
        effects,
        indices,
        level,
        runs * len(sides),
        years[1],
        years[-1],
        options.seed,
    )
