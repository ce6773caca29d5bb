"""A calibration from its plan to its draws, stage by stage."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from analysis.errors import UserError
from analysis.runs.executor import Where
from analysis.studies.calibrate.emulator import emulate
from analysis.studies.calibrate.fit import Fit, Observed, fitted, observed
from analysis.studies.calibrate.runs import Runner, Stage, filled
from analysis.studies.calibrate.sampler import Chains, scores
from analysis.studies.calibrate.smoother import factors, moved
from analysis.telling import say

if TYPE_CHECKING:
    from analysis.runs.plan import Plan
    from scenarios.calibration import CalibrationPlan
    from scenarios.posterior import Posterior
    from scenarios.scenario import Scenario
    from scenarios.targets import Point

VERSION = 2
"""Raised whenever the same plan comes to give other draws."""
FOCUS_STEPS = 4_000
"""Steps of chains that only say where more runs are worth it."""
MANIFEST = "calibration.json"
ROLLS = "establishment.roll_growth"


@dataclass(frozen=True)
class Options:
    """What the command line says about a calibration."""

    workers: int | None = None
    where: Where | None = None
    shard: tuple[int, int] = (1, 1)


@dataclass(frozen=True)
class Calibration:
    """What a calibration has found."""

    plan: CalibrationPlan
    points: tuple[Point, ...]
    """Every figure, those kept out among them."""
    fit: Fit
    """To those that may be fitted to."""
    every: Fit
    """The same of every figure, kept out or not: for prediction alone."""
    chains: Chains
    draws: np.ndarray
    """Scores, shape (draws, free parameters)."""
    noise: np.ndarray
    """Variance of chance in a run of a sample, of every figure."""
    sample_bias: np.ndarray
    """The base year of the whole less the censuses of a sample, at the same parameters, of every figure; nan without runs of the whole."""
    sample_error: np.ndarray
    """Standard error of it."""
    checked: np.ndarray
    """Figures of runs of the whole on draws, shape (runs, figures)."""
    checked_draws: np.ndarray
    """The number of the draw of each."""
    whole_noise: np.ndarray
    """Variance of chance in the base year of a run of the whole, of every figure, if censuses were independent."""
    runs: int
    digest: str


def digest_of(plan: CalibrationPlan, points: tuple[Point, ...], register: str) -> str:
    """SHA-256 of all that determines the draws but the model."""
    from analysis.store.record import canonical

    what = [VERSION, plan.plain(), [repr(point) for point in points], register]
    return hashlib.sha256(canonical(what)).hexdigest()


def calibrate(runner: Runner, plan: CalibrationPlan, digest: str) -> Calibration:
    """Carry out what is missing of a calibration's runs, and fit. Raise what :meth:`Runner.figures` raises."""
    points, p, seed = runner.points, len(plan.free), plan.seed
    to_fit = fitted(points)
    seen = observed([points[i] for i in to_fit], plan)

    def run(name: str, number: int, members: np.ndarray, *of: bool) -> np.ndarray:
        return runner.figures(Stage(name, number, plan.cells(members), *of))

    centre = filled(run("centre", 0, np.zeros((plan.repeats, p))), points)
    noise = centre.var(axis=0, ddof=1)
    bias = _bias_at_start(run, centre, noise, plan, points)
    said, simulated = [np.zeros((plan.repeats, p))], [centre]
    members = scores(seed, 1, 0, plan.ensemble, p)
    for number, factor in enumerate(factors(plan.passes), start=1):
        found = filled(run(f"pass {number}", number, members), points)
        said.append(members)
        simulated.append(found)
        error = seen.whole_variance + noise[to_fit]
        z = scores(seed, 100 + number, 0, plan.ensemble, len(to_fit))
        members = moved(members, (found + bias[0])[:, to_fit], seen.middle, error, factor, z)
    at = members.mean(axis=0)
    for number in range(1, plan.refocuses + 1):
        fit, _ = _fits(said, simulated, noise, plan, seen, to_fit, bias)
        chains = fit.sample(at, seed, 200 + 20 * number, FOCUS_STEPS, FOCUS_STEPS)
        members = chains.draws(plan.refocus)
        at = members.mean(axis=0)
        simulated.append(filled(run(f"refocus {number}", 10 + number, members), points))
        said.append(members)
    return _finish(run, said, simulated, noise, plan, points, at, digest)


def _bias_at_start(
    run: Any, centre: np.ndarray, noise: np.ndarray, plan: CalibrationPlan, points: tuple[Point, ...]
) -> tuple[np.ndarray, np.ndarray]:
    """The whole less a sample, and its variance, at the values as they stand: else the smoother would chase what samples are off by."""
    if not plan.whole:
        return np.zeros(len(points)), np.zeros(len(points))
    whole = filled(run("centre of all", 21, np.zeros((plan.whole, len(plan.free))), True), points)
    return whole.mean(axis=0) - centre.mean(axis=0), noise / plan.repeats + noise * plan.scale / plan.whole


def _fits(
    said: list[np.ndarray], simulated: list[np.ndarray], noise: np.ndarray, plan: CalibrationPlan, seen: Observed,
    to_fit: list[int], bias: tuple[np.ndarray, np.ndarray] | None = None,
) -> tuple[Fit, Fit]:  # fmt: skip
    """The fit to figures that may be fitted to, and the prediction of all."""
    every = emulate(np.concatenate(said), np.concatenate(simulated), noise, plan.repeats)
    off, error = bias or (np.zeros(len(noise)), np.zeros(len(noise)))
    unseen = Observed(*(np.zeros(len(noise)) for _ in range(4)))
    some = replace(
        every, mean=every.mean[to_fit], weights=every.weights[:, to_fit], doubt=every.doubt[:, to_fit],
        lack=every.lack[to_fit], explained=every.explained[to_fit], acts=every.acts[to_fit],
    )  # fmt: skip
    return Fit(some, seen, off[to_fit], error[to_fit]), Fit(every, unseen, off, error)


def _finish(
    run: Any, said: list[np.ndarray], simulated: list[np.ndarray], noise: np.ndarray, plan: CalibrationPlan,
    points: tuple[Point, ...], at: np.ndarray, digest: str,
) -> Calibration:  # fmt: skip
    """The bias of samples at the answer, the draws, and a check of them on the whole system."""
    to_fit = fitted(points)
    seen = observed([points[i] for i in to_fit], plan)
    every = _fits(said, simulated, noise, plan, seen, to_fit)[1]
    nothing = np.full(len(points), np.nan)
    bias, cost, error = None, nothing, nothing
    one_census = noise * plan.censuses * plan.scale
    if plan.whole:
        there = np.tile(at, (plan.repeats, 1))
        sample = filled(run("sample", 20, there), points)
        # Of the base year alone: what censuses before it differ by, where stocks still move, is taken off with the rest.
        whole = filled(run("whole", 20, there[: plan.whole], True, True), points)
        said, simulated = [*said, there], [*simulated, sample]
        every = _fits(said, simulated, noise, plan, seen, to_fit)[1]
        cost = whole.mean(axis=0) - sample.mean(axis=0)
        error = np.sqrt(noise / plan.repeats + one_census / plan.whole)
        mean, variance = every.emulator.predict(at[None])
        bias = whole.mean(axis=0) - mean[0], variance[0] - every.emulator.lack + one_census / plan.whole
    fit, every = _fits(said, simulated, noise, plan, seen, to_fit, bias)
    chains = fit.sample(at, plan.seed, 400)
    draws = chains.draws(plan.draws)
    numbers = np.linspace(0, plan.draws - 1, plan.whole).round().astype(np.int64)
    checked = run("check", 30, draws[numbers], True, True) if plan.whole else np.empty((0, len(points)))
    runs = sum(map(len, simulated)) + plan.whole * 3
    return Calibration(
        plan, points, fit, every, chains, draws, noise, cost, error, checked, numbers, one_census, runs, digest
    )


def carry_out(reference: str | Path, folder: Path, options: Options, stopped: Any) -> tuple[Calibration, Runner]:
    """The calibration of a plan, by name or path, whose runs are kept in ``folder``.

    Raise ``scenarios.InputError`` or :exc:`UserError` for what cannot be used, and
    :exc:`~analysis.studies.calibrate.runs.StoppedError` if runs are left to do.
    """
    from analysis.runs.plan import register_digest
    from analysis.store import files
    from analysis.version import model_version
    from scenarios.calibration import find_plan, read_plan

    plan, scenario = read_plan(find_plan(reference))
    points = _points(plan, scenario)
    plans = _Plans(plan, scenario)
    sample = plans.of(False, True)
    runner = Runner(plans.of, plans.posterior, points, folder, options.workers, options.where, options.shard, stopped)
    digest = digest_of(plan, points, register_digest(sample.setup.register_at_start))
    files.folder(folder)
    path, now = folder / MANIFEST, {"digest": digest, "model": model_version()}
    if path.exists():
        before = files.unsealed(path, "digest", "model")
        if before != now:
            what = "another plan" if before["digest"] != digest else "another version of the model"
            raise UserError(str(folder), f"its runs are of {what}", "Name a new folder.")
    else:
        files.put_new(path, files.sealed(now))
        runs = plan.repeats + plan.ensemble * plan.passes + plan.refocus * plan.refocuses
        runs += plan.repeats if plan.whole else 0
        say(
            f"{len(plan.free)} numbers are free; {runs:,} runs of {plan.scale:.3g} of the schools, {3 * plan.whole} of all"
        )
    return calibrate(runner, plan, digest), runner


def _points(plan: CalibrationPlan, scenario: Scenario) -> tuple[Point, ...]:
    from scenarios.places import locate
    from scenarios.targets import targets_in

    given = scenario.targets if plan.targets is None else locate(plan.targets)
    if given is None:
        raise UserError(
            plan.file, f"no published figures are held of {scenario.context}", "Give a file of them under targets:"
        )
    points = tuple(targets_in(given, scenario.structure))
    if not fitted(points):
        raise UserError(plan.file, "all of its figures are kept out of every fit", "Free some of them.")
    return points


class _Plans:
    """The plans that a calibration runs, and its rows as draws that they can take."""

    def __init__(self, plan: CalibrationPlan, scenario: Scenario) -> None:
        self.plan = plan
        # Rolls stand still up to the base year, and so they do in censuses up to it, of which the first counts as one.
        start = scenario.schedule.start
        still = start.with_values({ROLLS: np.zeros_like(start.value(ROLLS))})
        self.scenario = replace(scenario, posterior=None, schedule=replace(scenario.schedule, start=still))

    def of(self, whole: bool, base_year: bool) -> Plan:
        from analysis.runs.plan import Options as RunOptions
        from analysis.runs.plan import plan as plan_of
        from scenarios.doubt import Doubt

        scale, earlier = 1.0 if whole else self.plan.scale, 0 if base_year else self.plan.censuses - 1
        chosen = plan_of(self.scenario, RunOptions(1, self.plan.seed, None, scale, fixed=True))
        setup = chosen.setup
        setup = replace(
            setup, base_year=setup.base_year - earlier, warm_up_years=setup.warm_up_years - earlier, years=earlier
        )
        return replace(chosen, setup=setup, doubt=Doubt(self.scenario, self.plan.seed, (), None))

    def posterior(self, rows: np.ndarray) -> Posterior:
        from scenarios.posterior import Posterior

        cells = tuple(at for free in self.plan.free for at in free.at)
        return Posterior(self.plan.columns, rows, cells, hashlib.sha256(rows.tobytes()).hexdigest())


def context_folder(reference: str | Path) -> Path:
    """The folder of the context that a plan is about, where its draws belong."""
    from scenarios.calibration import find_plan, read_plan
    from scenarios.places import in_library, library_names

    _, scenario = read_plan(find_plan(reference))
    if scenario.context in library_names("context"):
        return in_library(scenario.context, "context").path.parent
    return find_plan(reference).path.parent
