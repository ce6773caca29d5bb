"""Cohorts of a study, followed through one run: who could have joined, who did, and what was read of them since."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from analysis.studies.evaluate.matching import cells
from analysis.studies.evaluate.readings import READINGS, Reading
from simulation.census.outcomes import Starts
from simulation.phases import PHASES
from simulation.processes.base import Process
from simulation.processes.eligibility import meets
from simulation.processes.enrol import unit_ids
from simulation.programmes.programme import Unit
from simulation.vocabulary import Status

if TYPE_CHECKING:
    from scenarios.programme_files.study import Study
    from simulation.model import PipelineModel
    from simulation.world import Own, World


@dataclass
class Cohort:
    """Units that could have started in one year; one entry each."""

    start: int
    unit: np.ndarray
    """Ids; uint64."""
    starts: Starts
    cell: np.ndarray
    """Who looks like whom."""
    before: dict[str, np.ndarray] = field(default_factory=dict)
    """What was read at the census before the start, by reading."""
    after: dict[Reading, np.ndarray] = field(default_factory=dict)
    """What was read since."""

    def take(self, rows: np.ndarray) -> Cohort:
        """The units that ``rows`` picks, with nothing read of them since the start."""
        before = {name: values[rows] for name, values in self.before.items()}
        return Cohort(self.start, self.unit[rows], self.starts.take(rows), self.cell[rows], before)

    def read(self, world: World, wanted: Iterable[Reading]) -> None:
        """Read what is due at the census of ``world``."""
        for reading in wanted:
            name, years_after = reading
            if world.year - self.start == years_after:
                self.after[reading] = READINGS[name](world, self.starts, self.start)


class Joiners:
    """Everybody who joined the programme in a run."""

    def __init__(self) -> None:
        self.unit: np.ndarray = np.empty(0, np.uint64)
        self.start: np.ndarray = np.empty(0, np.int64)
        self.completes: np.ndarray = np.empty(0, bool)
        self.school: np.ndarray = np.empty(0, np.int64)
        """Row of the school where a person was at the start, or that joined; -1 for clusters."""
        self.cluster: np.ndarray = np.empty(0, np.int64)
        """Row of the cluster that joined; -1 for people and schools."""

    def add(self, world: World, number: int) -> None:
        """Add those who enrolled this year; to be called when enrolment is over and before anybody moves."""
        enrolled = world.enrolments
        new = (enrolled.programme == number) & (enrolled.start == world.year)
        units, unit = enrolled.unit[new], world.setup.programmes[number].unit
        table = (world.people, world.schools, world.clusters)[unit]
        ids = unit_ids(world, unit, np.arange(len(table)))
        order = np.argsort(ids, kind="stable")
        rows = order[np.searchsorted(ids, units, sorter=order)] if len(units) else np.empty(0, np.int64)
        none = np.full(len(units), -1)
        school = world.people.school[rows] if unit is Unit.PERSON else rows if unit is Unit.SCHOOL else none
        self.unit = np.append(self.unit, units)
        self.start = np.append(self.start, np.full(len(units), world.year))
        self.completes = np.append(self.completes, enrolled.completes[new])
        self.school = np.append(self.school, school)
        self.cluster = np.append(self.cluster, rows if unit is Unit.CLUSTER else none)

    def of(self, unit: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Year in which each unit started, or a year that never comes; and whether it completes."""
        if not len(self.unit):
            return np.full(len(unit), np.iinfo(np.int64).max), np.zeros(len(unit), bool)
        order = np.argsort(self.unit, kind="stable")
        place = order[np.minimum(np.searchsorted(self.unit, unit, sorter=order), len(order) - 1)]
        found = self.unit[place] == unit
        return np.where(found, self.start[place], np.iinfo(np.int64).max), found & self.completes[place]


class Watch:
    """What evaluators note while a run with the programme goes on. It changes nothing."""

    def __init__(self, study: Study, number: int) -> None:
        self.study, self.number = study, number
        self.cohorts: list[Cohort] = []
        self.joiners = Joiners()

    def phases(self) -> tuple[Process, ...]:
        """The standard year with a look before and after enrolment."""
        before = Process("before enrolment", "evaluators note who could join", self._before)
        after = Process("after enrolment", "evaluators note who joined", self._after)
        found: list[Process] = []
        for process in PHASES:
            found += [before, process, after] if process.name == "enrol" else [process]
        return tuple(found)

    def _before(self, model: PipelineModel, _own: Own) -> None:
        world = model.world
        if not self.study.first <= world.year < self.study.first + self.study.cohorts:
            return
        programme = world.setup.programmes[self.number]
        table = (world.people, world.schools, world.clusters)[programme.unit]
        able = meets(world, programme.who, programme.unit) & (table.joined & np.uint64(1 << self.number) == 0)
        if programme.unit is Unit.PERSON:
            able &= table.status == Status.IN_SERVICE
        rows = np.flatnonzero(able)
        starts = _starts(world, programme.unit, rows)
        cohort = Cohort(
            world.year, unit_ids(world, programme.unit, rows), starts,
            cells(world, self.study.matched_on, programme.unit, rows),
        )  # fmt: skip
        if programme.unit is Unit.PERSON:
            cohort.before["team_attainment"] = READINGS["team_attainment"](world, starts, world.year)
        self.cohorts.append(cohort)

    def _after(self, model: PipelineModel, _own: Own) -> None:
        self.joiners.add(model.world, self.number)


def _starts(world: World, unit: Unit, rows: np.ndarray) -> Starts:
    people, none = world.people, np.zeros(len(rows), np.uint64)
    if unit is Unit.PERSON:
        school = people.school[rows]
        return Starts(people.id[rows], people.role[rows], school, world.schools.cluster[school])
    no_role = np.full(len(rows), -1, np.int8)
    if unit is Unit.SCHOOL:
        return Starts(none, no_role, rows.astype(np.int32), world.schools.cluster[rows])
    return Starts(none, no_role, world.clusters.lead_school[rows], rows.astype(np.int32))
