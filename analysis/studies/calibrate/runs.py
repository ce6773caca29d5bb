"""The runs of a calibration: each is kept by itself as it ends, so that a call that was stopped goes on where it was.

Which parameters a run has follows from what the runs before its stage gave, so stages follow each other, and the runs of one stage
are carried out wherever :mod:`analysis.runs.executor` can: here, by processes, on a cluster, or by several calls that share
a folder and take a shard each.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from analysis.errors import UserError
from analysis.runs.executor import Where, share_out, workers_for
from analysis.runs.work import Passed, Task, Work, never
from analysis.store import files
from analysis.store.record import canonical
from analysis.studies.sweep.execute import in_share
from analysis.studies.validate import figures_of
from analysis.telling import progress

if TYPE_CHECKING:
    from analysis.runs.plan import Plan
    from scenarios.posterior import Posterior
    from scenarios.targets import Point

TRIES = 3
LEAST_KNOWN = 0.5
"""Share of a stage's runs in which a figure has to be there."""
STAGE = 10_000
"""Replicates are numbered by stage, so that no two runs have the same chance."""


class StoppedError(Exception):
    """Somebody has asked to stop, or the other shards have runs to do."""


@dataclass(frozen=True)
class Stage:
    """Runs that can be carried out side by side."""

    name: str
    number: int
    """Its runs are replicates from this times :data:`STAGE` on."""
    rows: np.ndarray
    """Cells of each run, as columns of the file of draws."""
    whole: bool = False
    """Whether the whole system is run, and not a sample."""
    base_year: bool = False
    """Whether the figures are of the base year alone, and not means over the plan's censuses."""


@dataclass(frozen=True)
class Runner:
    """Carries out stages."""

    plan: Callable[[bool, bool], Plan]
    """The plan of the whole system, or of a sample; of the base year alone, or of the censuses up to it."""
    posterior: Callable[[np.ndarray], Posterior]
    """Rows of cells as draws that a plan can take."""
    points: tuple[Point, ...]
    folder: Path
    workers: int | None = None
    where: Where | None = None
    """A cluster to use in place of processes."""
    shard: tuple[int, int] = (1, 1)
    stopped: Callable[[], bool] = never
    carried_out: list[str] = field(default_factory=list)
    """Names of runs that this call has carried out."""

    def figures(self, stage: Stage) -> np.ndarray:
        """What every run of a stage has for every figure; nan where there is nobody to measure.

        Raise :exc:`StoppedError` if it has to be left before all are there, and :exc:`UserError` if a run keeps failing.
        """
        folder = files.folder(self.folder / "runs")
        names = [f"{stage.name}-{i:04}" for i in range(len(stage.rows))]
        marks = [_mark(row, stage) for row in stage.rows]
        found = {
            i: values for i in range(len(names)) if (values := _kept(folder / f"{names[i]}.json", marks[i])) is not None
        }
        todo = [i for i in range(len(names)) if i not in found and in_share(marks[i], self.shard)]
        if todo:
            found |= self._carry_out(stage, todo, names, marks)
        if len(found) < len(names):
            raise StoppedError
        return np.array([found[i] for i in range(len(names))], dtype=np.float64)

    def _carry_out(
        self, stage: Stage, todo: Sequence[int], names: Sequence[str], marks: Sequence[str]
    ) -> dict[int, list[float]]:
        plan = self.plan(stage.whole, stage.base_year)
        assert plan.doubt is not None
        plan = replace(plan, doubt=replace(plan.doubt, posterior=self.posterior(stage.rows)))
        workers = workers_for(len(todo), [plan.setup], self.workers)
        where = self.where or Where(workers)
        tasks = (Task(str(i), (i, stage.number * STAGE + i)) for i in todo)
        work = Work(one_run, (plan, self.points), tasks, TRIES, stopped=self.stopped, count=len(todo))
        found: dict[int, list[float]] = {}
        with progress(len(todo), stage.name, f"runs of {stage.name}") as done:
            for outcome in share_out(work, where):
                i = int(outcome.task.key)
                if outcome.told is not None:
                    advice = "Mend that, or narrow what is free, and run the same command again: what is done is kept."
                    raise UserError(names[i], f"the run keeps failing: {outcome.told.message[:200]}", advice)
                found[i] = outcome.value
                kept = {"mark": marks[i], "figures": [None if math.isnan(v) else v for v in outcome.value]}
                files.put(self.folder / "runs" / f"{names[i]}.json", files.sealed(kept))
                self.carried_out.append(names[i])
                done(stage.name)
        return found


def one_run(shared: tuple[Plan, Sequence[Point]], part: tuple[int, int], passed: Passed) -> list[float]:
    """What a run of row ``part[0]`` as replicate ``part[1]`` has for each figure."""
    plan, points = shared
    found = figures_of(plan.in_draw(part[0]), points, part[1], passed)
    return [math.nan if value is None else value for value in found]


def _mark(row: np.ndarray, stage: Stage) -> str:
    """What a run is known by: its parameters, exactly, and its place."""
    what = [stage.name, stage.number, stage.whole, stage.base_year, [float(value).hex() for value in row]]
    return hashlib.sha256(canonical(what)).hexdigest()


def _kept(path: Path, mark: str) -> list[float] | None:
    """What a run that is there has; None if it is not. Raise :exc:`UserError` for another run under its name."""
    if not path.exists():
        return None
    kept = files.unsealed(path, "mark", "figures")
    if kept["mark"] != mark:
        raise UserError(str(path), "this run had other parameters", "Name a new folder, or delete this one.")
    return [math.nan if value is None else value for value in kept["figures"]]


def filled(figures: np.ndarray, points: Sequence[Point]) -> np.ndarray:
    """Figures with those that a run lacks, having nobody to measure, at the mean of the others.

    Raise :exc:`UserError` for a figure that most runs lack.
    """
    known = np.isfinite(figures)
    for j in np.flatnonzero(known.mean(axis=0) < LEAST_KNOWN):
        point = points[int(j)]
        raise UserError(
            f"target {point.target}", f"in {1 - known[:, j].mean():.0%} of the runs there is nobody to measure it on",
            "Give a larger scale, or leave it out.",
        )  # fmt: skip
    return np.where(known, figures, np.nanmean(figures, axis=0))
