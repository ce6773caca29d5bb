"""Newcomers take the classroom posts that the market left empty, where one can be found; it ends their chains."""

from __future__ import annotations

import numpy as np

from simulation.birth import draw_people_at
from simulation.draws import Decision, agent_ids, school_ids
from simulation.log import FILLED, JOINED, TERMS, Appointments, ClosedChains, begins, date_of
from simulation.numerics import UNFIXED, counts, logistics, logits, sums
from simulation.processes.base import Model, Process
from simulation.processes.pay import Pay
from simulation.processes.vacancies import closed
from simulation.programmes.channels import SchoolSlot
from simulation.structure import CLASSROOM
from simulation.vocabulary import Move, Ring, Route, Status
from simulation.world import Own


def run(model: Model, own: Own) -> None:
    """Look for a newcomer for each vacant classroom post; posts without one stay vacant."""
    world, schools = model.world, own.schools
    p, year, key = world.parameters.recruit, world.year, world.key
    standing = world.vacancies
    classroom = np.flatnonzero((standing.role == CLASSROOM) & (standing.first <= TERMS))
    classroom = classroom[np.lexsort((standing.link[classroom], standing.chain[classroom], standing.school[classroom]))]
    school = standing.school[classroom]
    first = np.append(True, school[1:] != school[:-1])
    ordinal = np.arange(len(school)) - np.flatnonzero(first)[np.cumsum(first) - 1]
    ids, here = school_ids(schools.urn[school]), (world.zone[school], schools.phase[school])
    drawn = schools.shift[school, SchoolSlot.SEEN_FROM_OUTSIDE] * UNFIXED
    drawn += world.parameters.inspect.seen[here[0], schools.grade[school]]
    drawn += p.pay_elasticity[here[0]] * Pay.of(world).against_outside[*here, CLASSROOM]
    chance = np.where(drawn == 0.0, p.fill[here], logistics(logits(p.fill[here]) + drawn))
    found = key.uniform(Decision.FILL_POST, year, ids, ordinal) < chance
    newly = key.uniform(Decision.ENTRY_ROUTE, year, ids, ordinal) < p.newly_qualified[here]

    school, ordinal, newly = school[found], ordinal[found], newly[found]
    route = np.where(newly, Route.NEWLY_QUALIFIED, Route.NEW_TO_SECTOR)
    n = len(school)
    person = np.where(
        newly,
        agent_ids(Route.NEWLY_QUALIFIED, year, schools.urn[school], ordinal),
        agent_ids(Route.NEW_TO_SECTOR, year, schools.urn[school], ordinal),
    )
    role = np.full(n, CLASSROOM, np.int8)
    place = world.people.append(
        n,
        **draw_people_at(world, person, route, role, school),
        school=school,
        status=Status.IN_SERVICE,
    )
    came = counts(schools.filled.shape, school, role)
    schools.filled[:] += came
    world.count("entrants", role, school)

    filled = standing.where(classroom[found])
    start = np.maximum(begins(filled, year), filled.first).astype(np.int8)
    # Newcomers answer the first advertisement of the year, which the market above had nobody in service for.
    world.log.adverts -= sums(came.shape, filled.adverts - 1, school, role)
    world.log.without_holder -= sums(came.shape, TERMS + 1 - start, school, role)
    for flow in (JOINED, FILLED):
        world.log.count_terms(flow, start, role)
    appointed = Appointments(
        person=person,
        row=np.arange(place.start, place.stop),
        from_role=np.full(n, -1, np.int8),
        from_school=np.full(n, -1, np.int32),
        to_role=role,
        to_school=school,
        ring=np.full(n, Ring.OUTSIDE, np.int8),
        move=np.full(n, Move.FIRST_POST, np.int8),
        round=filled.before + 1,
        start=start,
        waited=date_of(year, start.astype(np.int32)) - filled.due,
        chain=filled.chain,
        link=filled.link,
    )
    world.log.appointments = Appointments.joined([world.log.appointments, appointed])
    world.log.closed_chains = ClosedChains.joined([world.log.closed_chains, closed(world, filled, abolished=False)])
    still_vacant = np.ones(len(standing), bool)
    still_vacant[classroom[found]] = False
    world.vacancies = standing.where(still_vacant)


PROCESS = Process(
    "recruit", "newly qualified teachers and newcomers to the sector take the classroom posts left empty", run
)
