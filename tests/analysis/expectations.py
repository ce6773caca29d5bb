"""Whether a programme moves what its file says it moves, and leaves alone what its file says it leaves alone.

The units that start in its first year are compared with themselves in the same run without the programme. Until then the
two runs are one, so that the same units are compared, and they differ in nothing but the programme. (Later starters are
picked from those who are there in the run with the programme, so that their comparison would be tilted.)
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np

from analysis.figures.estimates import Estimate, estimate
from analysis.runs.past import Past
from analysis.runs.replicate import Arm, Kept, Years, copied, replicate
from analysis.studies.evaluate.cohorts import Cohort
from analysis.studies.evaluate.pairs import named, with_programme
from scenarios.programme_files.study import Study
from simulation.census.outcomes import OUTCOMES, SD
from simulation.programmes.programme import Programme
from tests.analysis.around import Around

if TYPE_CHECKING:
    from scenarios.programme_files.known import Expectation
    from simulation.world import Setup, World

TOLERANCE: Final = {"share": 0.005, SD: 0.002, "hours a week": 0.05, "people": 0.01}
"""By an outcome's unit, how far it may move and still count as left alone: in a model everything hangs together, so that
with numbers enough some difference always shows."""


@dataclass(frozen=True)
class Base:
    """A run without any of the programmes that are to be looked at: its past is theirs, and its future their comparison."""

    setup: Setup
    """With those programmes in it, each without any start."""
    censuses: dict[int, World]
    """The world at each census from the base year on, by year."""


@dataclass(frozen=True)
class Finding:
    """An outcome that a programme is meant to move, or to leave alone, and what it did to it."""

    expectation: Expectation
    difference: Estimate
    """With less without the programme, mean over units, of which the mean and the interval are over replicates."""

    @property
    def holds(self) -> bool:
        """Whether it moved as it should: beyond its interval; or, left alone, no further than chance or the tolerance."""
        found = self.difference
        if math.isnan(found.half):
            return False
        if self.expectation.direction == "up":
            return found.low > 0
        if self.expectation.direction == "down":
            return found.high < 0
        tolerance = TOLERANCE[OUTCOMES[self.expectation.outcome].unit]
        return found.low <= 0 <= found.high or abs(found.mean) <= tolerance


def years_needed(expected: Iterable[Expectation]) -> int:
    """Years of projection after which everything can be read of those who start in the first of them."""
    return max(e.years_after for e in expected) + 1


def never(programme: Programme) -> Programme:
    """The programme with no year in which anybody can start."""
    return replace(programme, places=replace(programme.places, first=1, last=0))


def base_run(setup: Setup, programmes: Iterable[Programme], seed: int, number: int) -> Base:
    """Run ``setup`` in which nobody starts in any of ``programmes``, and keep its censuses from the base year on."""
    for programme in programmes:
        setup = with_programme(setup, never(programme))

    def read(years: Years) -> dict[int, World]:
        return {model.year: copied(model.world, setup) for model in years if model.year >= setup.base_year}

    censuses: dict[int, World] = replicate([Arm(setup, read)], seed, number, measures=())[0].get()
    return Base(setup, censuses)


def differences(base: Base, programme: Programme, wanted: Sequence[Expectation]) -> list[float]:
    """What ``programme`` changed in each outcome of those who started in its first year, or of those around them.

    The mean over units. People count towards a state, such as well-being, only if they are in service in both runs. NaN
    where nobody counts. What direction is expected does not matter here.
    Raise :exc:`KeyError` if ``base`` was not run for the programme, or not for years enough.
    """
    named(base.setup, programme.name)
    first, last = programme.places.first, programme.places.first + max(e.years_after for e in wanted)
    setup = replace(with_programme(base.setup, programme), years=last - base.setup.base_year)
    number = [p.name for p in setup.programmes].index(programme.name)
    watch = Around(Study(title=programme.name, cohorts=1, matched_on=(), findings=(), first=first), number)

    def read(years: Years) -> list[Cohort]:
        next(years)
        ours: list[Cohort] = []
        for model in years:
            if not ours:
                watch.note_helpers(model.world)
                able = watch.cohorts[0]
                starters = able.take(watch.joiners.of(able.unit)[0] == first)
                ours = [starters if e.on is None else watch.cohort(e.on, e.outcome) for e in wanted]
            for cohort, e in zip(ours, wanted, strict=True):
                cohort.read(model.world, [(e.outcome, e.years_after)])
        return ours

    world, past = base.censuses[first - 1], Past(first - 1, (True,))
    arm = Arm(setup, read, phases=watch.phases())
    ours: list[Cohort] = replicate(
        [arm], world.key.seed, world.key.replicate, measures=(), past=past, kept=Kept(world)
    )[0].get()
    found = []
    for cohort, e in zip(ours, wanted, strict=True):
        reading = (e.outcome, e.years_after)
        theirs = cohort.take(np.arange(len(cohort.unit)))
        theirs.read(base.censuses[first + e.years_after], [reading])
        found.append(_mean(cohort.after[reading] - theirs.after[reading]))
    return found


def _mean(values: np.ndarray) -> float:
    counted = values[~np.isnan(values)]
    return math.fsum(counted.tolist()) / len(counted) if len(counted) else math.nan


def findings(expected: Sequence[Expectation], replicates: Sequence[Sequence[float]]) -> list[Finding]:
    """What all replicates say of each expectation; ``replicates`` holds the differences that each found, in their order."""
    return [Finding(e, estimate([found[i] for found in replicates])) for i, e in enumerate(expected)]
