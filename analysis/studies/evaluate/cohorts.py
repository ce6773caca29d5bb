"""Cohorts of a study in one run: who could have joined, who did, who looks like whom, and what was read of them since.

Comparators are similar people who did not take part: exact matching on what evaluators can see, in coarse bands.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np

from scenarios.programme_files.study import VISIBLE
from simulation.census.outcomes import OUTCOMES, Starts, rows_of
from simulation.numerics import FIXED_POINT
from simulation.phases import PHASES
from simulation.processes.base import Process
from simulation.processes.eligibility import ALL, COLUMNS, Serving
from simulation.processes.enrol import able_to_join, unit_ids
from simulation.programmes.programme import Unit
from simulation.tables import HISTORY
from simulation.vocabulary import Status

if TYPE_CHECKING:
    from scenarios.programme_files.study import Study
    from simulation.model import PipelineModel
    from simulation.world import Own, World

Reading = tuple[str, int]
"""What is read, and how many censuses after that of the year of the start."""


def _rank(world: World, starts: Starts, _start: int) -> np.ndarray:
    """Role held in state schools or as a trust's leader; NaN for people in neither."""
    people, row = world.people.everyone, rows_of(world, starts.person)
    status, role = people.status[row], people.role[row]
    there = (status == Status.IN_SERVICE) | ((status == Status.CENTRAL) & (role == world.ladder.trust_leader))
    return np.where((row >= 0) & there, role, np.nan)


def team_attainment(world: World, starts: Starts, start: int) -> np.ndarray:
    """Pupil progress of the team that somebody led at the start, in standard deviations of pupils.

    It is that of the school plus what its leader adds. Results are those of the summer before the census, so the leader
    is whoever held the post at the census before that. Teams outlive their leaders: once the leader has left the post,
    whoever took up such a post at the school since ``start`` (a school year) leads the team, and adds the mean of what
    those people add; while nobody has, nothing is added.
    """
    people, schools, row = world.people, world.schools, rows_of(world, starts.person)
    seen, rungs = people.everyone, len(world.ladder)
    post = starts.school.astype(np.int64) * rungs + starts.role
    before = (world.year - 1) % HISTORY
    led = (
        (row >= 0) & (seen.seen_status[row, before] == Status.IN_SERVICE)
        & (seen.seen_school[row, before] == starts.school) & (seen.seen_role[row, before] == starts.role)
    )  # fmt: skip
    new = (people.status == Status.IN_SERVICE) & (np.maximum(people.role_since, people.school_since) >= start)
    posts = people.school[new].astype(np.int64) * rungs + people.role[new]
    size = len(schools) * rungs
    # In fixed point, so that the mean does not depend on the order of rows.
    total = np.zeros(size, np.int64)
    np.add.at(total, posts, np.floor(people.team_progress[new] * FIXED_POINT + 0.5).astype(np.int64))
    mean = total / FIXED_POINT / np.maximum(np.bincount(posts, minlength=size), 1)
    return schools.progress[starts.school] + np.where(led, people.team_progress[np.where(led, row, 0)], mean[post])


def _plain(name: str) -> Callable[[World, Starts, int], np.ndarray]:
    return lambda world, starts, _start: OUTCOMES[name].values(world, starts)


READINGS: Final[dict[str, Callable[[World, Starts, int], np.ndarray]]] = {
    "rank": _rank,
    "team_attainment": team_attainment,
    **{name: _plain(name) for name in OUTCOMES},
}
"""Every reading by name: from a world at its census, the units' places at their start and the year of the start, one
number for each unit; NaN where there is none."""


def cells(world: World, columns: tuple[str, ...], unit: Unit, rows: np.ndarray) -> np.ndarray:
    """The cell of each of ``rows`` of people, schools or clusters: equal numbers for those who look alike.

    Numbers compare only within one call. Raise :exc:`KeyError` for a column that evaluators cannot see.
    """
    found = [_banded(_values(world, name, unit, rows), VISIBLE[name]) for name in columns]
    if not found or not len(rows):
        return np.zeros(len(rows), np.int64)
    _, cell = np.unique(np.stack(found, axis=1), axis=0, return_inverse=True)
    return cell.reshape(-1)


def _values(world: World, name: str, unit: Unit, rows: np.ndarray) -> np.ndarray:
    column = COLUMNS[name]
    values = column.values(world, ALL)
    if column.of is Unit.CLUSTER and unit is not Unit.CLUSTER:
        values = np.append(values, -1)[world.schools.cluster]  # -1, for no cluster, picks the last
    if column.of is not Unit.PERSON and unit is Unit.PERSON:
        values = values[world.people.school]
    return values[rows]


def _banded(values: np.ndarray, lower_ends: tuple[float, ...]) -> np.ndarray:
    return np.searchsorted(lower_ends, values, side="right") if lower_ends else values.astype(np.int64)


def weighted(
    values: np.ndarray, cell: np.ndarray, comparator_values: np.ndarray, comparator_cell: np.ndarray
) -> tuple[float, float, np.ndarray]:
    """Means of participants and of comparators who look alike, and which participants found anybody alike.

    Each cell's comparators weigh as much as its participants: the second mean is the sum over cells of participants
    there times the mean of the comparators there, over all participants who found anybody. Where a value is NaN its
    bearer is left out. Both means are NaN if nobody is matched.
    """
    has, comparator_has = ~np.isnan(values), ~np.isnan(comparator_values)
    size = int(max(cell.max(initial=-1), comparator_cell.max(initial=-1))) + 1
    comparators = np.bincount(comparator_cell[comparator_has], minlength=size)
    matched = has & (comparators[cell] > 0) if len(cell) else has
    if not matched.any():
        return np.nan, np.nan, matched
    participants = np.bincount(cell[matched], minlength=size)
    sums = np.bincount(comparator_cell[comparator_has], comparator_values[comparator_has], minlength=size)
    used = participants > 0
    comparison = float((participants[used] * sums[used] / comparators[used]).sum() / participants.sum())
    return float(values[matched].mean()), comparison, matched


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
        rows = np.sort(able_to_join(world, Serving.of(world), self.number))
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
