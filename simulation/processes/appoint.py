"""Vacancy chains: posts are filled down the ladder, and whoever moves leaves a vacancy behind.

Supply is in `seek`, demand in `vacancies`, one level of the market in `market`; here the levels are put in order and what
they settle is done to people.
"""

from __future__ import annotations

import numpy as np

from simulation.birth import FULL_TIME, SKILLS, merit, skill_matrix
from simulation.draws import Decision, school_ids
from simulation.kernels import kernel
from simulation.log import Appointments, ClosedChains, Leavers, Vacancies
from simulation.processes.base import Model, Process
from simulation.processes.market import Outcome, fill_level
from simulation.processes.matching import SECOND_ADVERT
from simulation.processes.seek import Communities, Seekers, find_seekers
from simulation.processes.vacancies import closed, open_vacancies
from simulation.vocabulary import LeaverReason, Move, Ring, Role, Status
from simulation.world import Own, World


def run(model: Model, own: Own) -> None:
    """Open the year's vacancies, fill them level by level, and cover senior posts that stay empty."""
    world, schools = model.world, own.schools
    ids = school_ids(schools.urn)
    opened = open_vacancies(world)
    world.log.chains_opened = opened.opened
    open_ = np.zeros_like(schools.filled)
    np.add.at(open_, (opened.vacancies.school, opened.vacancies.role), 1)
    schools.posts[:] = schools.filled + open_

    places = Communities.of(world)
    seekers = find_seekers(world, places)
    seeker_status = world.people.status[seekers.row]
    returner = (seeker_status == Status.ON_BREAK) | (seeker_status == Status.OUT)
    looking = np.ones(len(seekers.row), bool)

    vacant = [opened.vacancies]
    ended: list[ClosedChains] = [opened.abolished]
    standing: list[Vacancies] = []
    appointments: list[Appointments] = []
    for level in reversed(Role):
        if level is Role.CLASSROOM_TEACHER:
            seekers.level[returner & looking] = level
        here = Vacancies.joined(vacant)
        chosen = np.flatnonzero((seekers.level == level) & looking)
        outcome = fill_level(
            world, level, here.where(here.role == level), seekers.where(chosen), places, schools.filled, open_, ids
        )
        filled = outcome.taken_by >= 0
        vacant.append(outcome.opened)
        standing.append(outcome.vacancy.where(~filled))
        done = _appoint(world, own, level, outcome, seekers.where(chosen))
        appointments.append(done)
        ended.append(closed(world, outcome.abolished, abolished=True))
        ended.append(closed(world, outcome.vacancy.where(filled).where(done.ring == Ring.OUTSIDE), abolished=False))
        looking &= ~np.isin(seekers.row, done.row)
        _count_adverts(world, level, outcome)

    schools.posts[:] = schools.filled + open_
    world.vacancies = Vacancies.joined(standing)
    world.log.appointments = Appointments.joined(appointments)
    world.log.closed_chains = ClosedChains.joined(ended)
    _cover(world, own)


def _count_adverts(world: World, level: Role, outcome: Outcome) -> None:
    np.add.at(world.log.advertised[:, level], outcome.vacancy.school, 1)
    np.add.at(world.log.advertised_again[:, level], outcome.vacancy.school[outcome.advert == SECOND_ADVERT], 1)


def _appoint(world: World, own: Own, level: Role, outcome: Outcome, seekers: Seekers) -> Appointments:
    """Move the people whom one level of the market appointed, and record it."""
    people, schools, year = own.people, own.schools, world.year
    filled = np.flatnonzero(outcome.taken_by >= 0)
    row = seekers.row[outcome.taken_by[filled]].astype(np.int64)
    to_school = outcome.vacancy.school[filled]
    role, school = people.role[row].copy(), people.school[row].copy()
    serving = people.status[row] == Status.IN_SERVICE
    promoted = level > role

    # Skills, hours and dates
    rising = row[promoted]
    for name in SKILLS:
        getattr(people, name)[rising] *= world.parameters.develop.carry_over
    people.given[rising, : len(SKILLS)] *= world.parameters.develop.carry_over
    full = world.key.uniform(Decision.FULL_TIME_ON_PROMOTION, year, people.id[rising])
    to_full = rising[full < world.parameters.hours.full_time_on_promotion[level]]
    people.fte[to_full] = FULL_TIME
    people.role_since[row[~serving | promoted]] = year
    people.school_since[row[~serving | (school != to_school)]] = year
    if level is Role.HEAD:
        people.head_since[row[people.head_since[row] < 0]] = year
        schools.last_head_leadership[to_school] = schools.leadership[to_school]
        schools.head_changed[to_school] = year

    # Posts
    people.role[row] = level
    people.school[row] = to_school
    world.count("moves_out", role[serving], school[serving])
    if level is Role.TRUST_LEADER:
        people.status[row] = Status.CENTRAL
        people.left_year[row], people.left_reason[row] = year, LeaverReason.TRUST_CENTRAL_TEAM
        leaves = row[serving]
        reason = np.full(len(leaves), LeaverReason.TRUST_CENTRAL_TEAM, np.int8)
        leavers = Leavers(people.id[leaves], leaves, role[serving], school[serving], reason)
        world.log.leavers = Leavers.joined([world.log.leavers, leavers])
    else:
        people.status[row] = Status.IN_SERVICE
        world.count("moves_in", np.full(serving.sum(), level), to_school[serving])
        world.count("entrants", np.full((~serving).sum(), level), to_school[~serving])
    return Appointments(
        person=people.id[row],
        row=row,
        from_role=role,
        from_school=school,
        to_role=np.full(len(row), level, np.int8),
        to_school=to_school,
        ring=np.where(serving, outcome.ring[filled], Ring.OUTSIDE).astype(np.int8),
        move=np.select([~serving, promoted], [Move.RETURN, Move.PROMOTION], Move.SAME_LEVEL).astype(np.int8),
        round=outcome.advert[filled],
        chain=outcome.vacancy.chain[filled],
        link=outcome.vacancy.link[filled],
    )


@kernel
def _choose_cover(v_school, v_role, start, stop, rows, merits, ids, role, acting):
    for v in range(len(v_school)):
        best = -1
        for j in range(start[v], stop[v]):
            i = rows[j]
            if acting[i] >= 0 or role[i] >= v_role[v]:
                continue
            if best < 0 or role[i] > role[rows[best]]:
                best = j
            elif role[i] == role[rows[best]]:
                m, n = merits[j, v_role[v]], merits[best, v_role[v]]
                if m > n or (m == n and ids[i] < ids[rows[best]]):
                    best = j
        if best >= 0:
            acting[rows[best]] = v_role[v]


def _cover(world: World, own: Own) -> None:
    """Let somebody at the school act in each senior post that stays vacant: highest rung first, then the greatest merit."""
    people = own.people
    people.acting_role[people.acting_role >= 0] = -1
    senior = (world.vacancies.role >= Role.ASSISTANT_HEAD) & (world.vacancies.role <= Role.HEAD)
    school, role = world.vacancies.school[senior], world.vacancies.role[senior]
    order = np.lexsort((-role, school))
    school, role = school[order], role[order]
    short_staffed = np.zeros(len(world.schools), bool)
    short_staffed[school] = True
    rows = np.flatnonzero((people.status == Status.IN_SERVICE) & short_staffed[people.school])
    rows = rows[np.argsort(people.school[rows], kind="stable")]
    skills = skill_matrix(people)[rows]
    merits = np.stack([merit(skills, w) for w in world.parameters.appoint.merit_weights], axis=1)
    at = people.school[rows]
    start, stop = np.searchsorted(at, school), np.searchsorted(at, school, "right")
    _choose_cover(school, role, start, stop, rows, merits, people.id, people.role, people.acting_role)
    acts = np.flatnonzero(people.acting_role >= 0)
    np.add.at(world.log.acting, (people.school[acts], people.acting_role[acts]), 1)


PROCESS = Process("appoint", "vacancy chains: posts are advertised, applied for and filled down the ladder", run)
