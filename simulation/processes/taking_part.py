"""Who takes part in a programme this year: its enrolments with where each unit is now."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simulation.draws import school_ids
from simulation.programmes.programme import Area, Programme, Unit
from simulation.vocabulary import N_PHASES, Status
from simulation.world import World


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
    present: np.ndarray
    """A school, a cluster, or a person in service or in a central team."""

    @property
    def delivered_to(self) -> np.ndarray:
        """Entries that are present and in delivery, as places in these arrays."""
        return np.flatnonzero(self.present & (self.years_since_start < self.programme.delivery.years))

    def schools_of(self, entries: np.ndarray, world: World) -> tuple[np.ndarray, np.ndarray]:
        """The schools of these entries: all of a cluster's, else the one; as places in ``entries`` and rows of schools."""
        if self.programme.unit is not Unit.CLUSTER:
            return np.arange(len(entries)), self.school[entries]
        return clusters_schools(world, self.row[entries])


def clusters_schools(world: World, clusters: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Schools of the clusters in rows ``clusters``: places in that array, and rows of schools."""
    inside = np.flatnonzero(world.schools.cluster >= 0)
    inside = inside[np.argsort(world.schools.cluster[inside], kind="stable")]
    of = world.schools.cluster[inside]
    start, stop = np.searchsorted(of, clusters), np.searchsorted(of, clusters, "right")
    entry = np.repeat(np.arange(len(clusters)), stop - start)
    first = np.cumsum(stop - start) - (stop - start)
    return entry, inside[np.arange(len(entry)) - first[entry] + start[entry]]


def rows_of_people(world: World, ids: np.ndarray) -> np.ndarray:
    """Rows of people with these ids who once joined a programme, -1 for those who are forgotten."""
    people = world.people.everyone
    joined = np.flatnonzero(people.joined)
    if not len(joined):
        return np.full(len(ids), -1, np.int64)
    known = people.id[joined]
    order = np.argsort(known, kind="stable")
    place = order[np.minimum(np.searchsorted(known, ids, sorter=order), len(order) - 1)]
    return np.where(known[place] == ids, joined[place], -1)


def taking_part(world: World) -> list[Part]:
    """The enrolments of every programme that has any, after those of forgotten people are dropped."""
    programmes, unit = world.setup.programmes, world.enrolments.unit
    person = np.isin(world.enrolments.programme, [i for i, p in enumerate(programmes) if p.unit is Unit.PERSON])
    rows = np.full(len(unit), -1, np.int64)
    if person.any():
        rows[person] = rows_of_people(world, unit[person])
        forgotten = person & (rows < 0)
        if forgotten.any():
            world.enrolments.keep(~forgotten)
            rows, unit = rows[~forgotten], world.enrolments.unit
    found = []
    for number, programme in enumerate(programmes):
        enrolment = np.flatnonzero(world.enrolments.programme == number)
        if len(enrolment):
            found.append(_part(world, number, programme, enrolment, unit[enrolment], rows[enrolment]))
    return found


def _part(
    world: World, number: int, programme: Programme, enrolment: np.ndarray, unit: np.ndarray, row: np.ndarray
) -> Part:
    present = np.ones(len(unit), bool)
    if programme.unit is Unit.PERSON:
        people = world.people.everyone
        status, school = people.status[row], people.school[row].astype(np.int64)
        present = (status == Status.IN_SERVICE) | (status == Status.CENTRAL)
    elif programme.unit is Unit.SCHOOL:
        row = school = np.searchsorted(school_ids(world.schools.urn), unit)
    else:
        key = ((unit >> np.uint64(24)) & np.uint64(0xFFFFFF)).astype(np.int64)
        row = np.searchsorted(world.clusters.key, key)
        school = world.clusters.lead_school[row].astype(np.int64)
    since = world.year - world.enrolments.start[enrolment].astype(np.int64)
    return Part(number, programme, enrolment, unit, row, school, since, present)


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
    return place[school].astype(np.int64) * N_PHASES + schools.phase[school]
