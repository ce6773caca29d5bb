"""Who takes part in a programme this year: its enrolments with where each unit is now."""

from __future__ import annotations

from collections import namedtuple
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from simulation.columns import picked
from simulation.kernels import kernel
from simulation.processes.eligibility import Serving
from simulation.programmes.programme import Area, Programme, Unit
from simulation.vocabulary import Status
from simulation.world import World

Doses = namedtuple("Doses", "enrolment years_since_start dose worn gap")
"""What entries of a part have: ``dose``, ``worn`` and ``gap`` are to be found at ``enrolment``."""

HALF = 0.5
"""What somebody who will not complete gets of delivery, and gives of their own time (judgement)."""


@dataclass(frozen=True)
class Part:
    """The enrolments of one programme, one entry each, in order of start and then of the unit's id."""

    number: int
    """Place in the programmes of the setup."""
    programme: Programme
    enrolment: np.ndarray
    """Row of enrolments."""
    unit: np.ndarray
    """Id of the person, school or cluster."""
    row: np.ndarray
    """Row of people (those set aside included), schools or clusters."""
    school: np.ndarray
    """Row of the person's school, of the school itself, or of the cluster's lead school."""
    years_since_start: np.ndarray
    """int16."""
    present: np.ndarray
    """An open school, a cluster that has schools, or a person in service or in a central team."""

    @cached_property
    def due(self) -> np.ndarray:
        """Entries in delivery, whether or not they are present, as places in these arrays."""
        return np.flatnonzero(self.years_since_start < self.programme.delivery.years)

    @cached_property
    def delivered_to(self) -> np.ndarray:
        """Those of them that are present."""
        return self.due.compress(self.present[self.due])

    def doses(self, world: World) -> Doses:
        """What the entries have of the programme's effects."""
        return picked(Doses, self, world.enrolments)

    def awarded(self, world: World) -> np.ndarray:
        """Whether each entry's unit has completed the programme; bool."""
        return world.enrolments.completed[self.enrolment]

    def finishing(self, world: World, entries: np.ndarray) -> np.ndarray:
        """1 for each of these entries that will complete, half for one that will not."""
        return np.where(world.enrolments.completes[self.enrolment[entries]], 1.0, HALF)

    def schools_of(self, entries: np.ndarray, world: World) -> tuple[np.ndarray, np.ndarray]:
        """The schools of these entries: all of a cluster's, else the one; as places in ``entries`` and rows of schools."""
        if self.programme.unit is not Unit.CLUSTER:
            return np.arange(len(entries)), self.school[entries]
        return clusters_schools(world, self.row[entries])


class Measured(Part):
    """Those who have a measure this year, one entry each: nobody has joined it, and all have it in full."""

    @cached_property
    def due(self) -> np.ndarray:
        """All of them, for as long as it is in force."""
        return np.arange(len(self.row))

    def doses(self, world: World) -> Doses:  # noqa: ARG002 - as of those who join
        """Full ones."""
        full, no_gap = np.ones(len(self.row)), np.zeros(len(self.row))
        for column in (full, no_gap):
            column.flags.writeable = False  # as columns of tables are, so that one compilation serves both
        return Doses(self.enrolment, self.years_since_start, full, full, no_gap)

    def awarded(self, world: World) -> np.ndarray:  # noqa: ARG002 - as above
        """All of them."""
        return np.ones(len(self.row), bool)

    def finishing(self, world: World, entries: np.ndarray) -> np.ndarray:  # noqa: ARG002 - as above
        """1 for each of these entries."""
        return np.ones(len(entries))


def measured(world: World, serving: Serving) -> list[Measured]:
    """Every measure that is in force and that anybody has, with those who have it as the world stands now."""
    found = []
    for number, programme in enumerate(world.programmes):
        if programme.everybody and programme.runs(world.year):
            row = serving.units_that_meet(world, programme.who, programme.unit)
            world.log.funnel[number, 0] = len(row)
            if len(row):
                found.append(_measure(world, number, programme, row))
    return found


def _measure(world: World, number: int, programme: Programme, row: np.ndarray) -> Measured:
    school = (world.people.school, np.arange(len(world.schools)), world.clusters.lead_school)[programme.unit]
    since = np.full(len(row), world.year - programme.places.first, np.int16)
    here, nowhere = school[row].astype(np.int64), np.arange(len(row))
    return Measured(
        number, programme, nowhere, np.zeros(len(row), np.uint64), row, here, since, np.ones(len(row), bool)
    )


def clusters_schools(world: World, clusters: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Schools of the clusters in rows ``clusters``: places in that array, and rows of schools."""
    inside = np.flatnonzero(world.schools.cluster >= 0)
    inside = inside[np.argsort(world.schools.cluster[inside], kind="stable")]
    of = world.schools.cluster[inside]
    start, stop = np.searchsorted(of, clusters), np.searchsorted(of, clusters, "right")
    entry = np.repeat(np.arange(len(clusters)), stop - start)
    first = np.cumsum(stop - start) - (stop - start)
    return entry, inside[np.arange(len(entry)) - first[entry] + start[entry]]


@kernel
def _moved(row: np.ndarray, unit: np.ndarray, of_people: np.ndarray, ids: np.ndarray) -> np.ndarray:
    """Enrolments of people who are not, or no longer, in the row that is noted; bool."""
    moved = np.zeros(len(row), np.bool_)
    for i in range(len(row)):
        moved[i] = of_people[i] and (row[i] >= len(ids) or ids[row[i]] != unit[i])
    return moved


def rows_of_units(world: World) -> np.ndarray:
    """Rows of people, schools or clusters, by enrolment: where they were, or where people have moved; -1 for the forgotten."""
    enrolments, people = world.enrolments, world.people.everyone
    of_people = np.array([p.unit is Unit.PERSON for p in world.programmes], bool)[enrolments.programme]
    rows = enrolments.row.astype(np.int64)
    moved = _moved(rows, enrolments.unit, of_people, people.id)
    if moved.any():
        # Whoever is where an earlier year left them is not looked for: all their enrolments are right.
        stayed = of_people & ~moved & (enrolments.start < world.year)
        wanted = people.joined != 0
        wanted[rows[stayed]] = False
        rows[moved] = _look_up(people.id, np.flatnonzero(wanted), enrolments.unit[moved])
    return rows


def _look_up(ids: np.ndarray, among: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    """Those of the rows ``among`` where ``ids`` has what is wanted, -1 where none has."""
    if not len(among):
        return np.full(len(wanted), -1, np.int64)
    known = ids[among]
    order = np.argsort(known, kind="stable")
    known, among = known[order], among[order]
    place = np.minimum(np.searchsorted(known, wanted), len(known) - 1)
    return np.where(known[place] == wanted, among[place], -1)


def taking_part(world: World) -> list[Part]:
    """The enrolments of every programme that has any, after those of forgotten people are dropped."""
    rows, found = rows_of_units(world), []
    known = rows >= 0
    if not known.all():
        world.enrolments.keep(known)
        rows = rows[known]
    for number, programme in enumerate(world.programmes):
        enrolment = np.flatnonzero(world.enrolments.programme == number)
        if len(enrolment):
            found.append(_part(world, number, programme, enrolment, rows[enrolment]))
    return found


def _part(world: World, number: int, programme: Programme, enrolment: np.ndarray, row: np.ndarray) -> Part:
    present, school = np.ones(len(row), bool), row
    if programme.unit is Unit.PERSON:
        people = world.people.everyone
        status, school = people.status[row], people.school[row].astype(np.int64)
        present = (status == Status.IN_SERVICE) | (status == Status.CENTRAL)
    elif programme.unit is Unit.CLUSTER:
        school = world.clusters.lead_school[row].astype(np.int64)
        present = world.clusters.schools[row] > 0
    else:
        present = world.is_open[row]
    since = np.int16(world.year) - world.enrolments.start[enrolment]
    return Part(number, programme, enrolment, world.enrolments.unit[enrolment], row, school, since, present)


def area_of(world: World, area: Area, school: np.ndarray) -> np.ndarray:
    """Number of the area in which each of these schools lies; those wider than a community are of one phase each."""
    schools = world.schools
    if area is Area.SCHOOL:
        return school.astype(np.int64)
    if area is Area.CLUSTER:
        cluster = schools.cluster[school].astype(np.int64)
        return np.where(cluster >= 0, cluster, len(world.clusters) + school)
    if area is Area.COMMUNITY:
        return schools.community[school].astype(np.int64)
    place = {
        Area.LOCAL_AUTHORITY: schools.local_authority,
        Area.REGION: schools.region,
        Area.ANYWHERE: np.zeros(len(schools), np.int64),
    }[area]
    return place[school].astype(np.int64) * world.phases + schools.phase[school]
