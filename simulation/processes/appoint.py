"""Vacancy chains: posts are filled down the ladder, and whoever moves leaves a vacancy behind.

Supply is in `seek`, demand in `vacancies`, and they meet in `market`; here what it settles is done to people.
"""

from __future__ import annotations

import numpy as np

from simulation.birth import FULL_TIME, SKILLS
from simulation.draws import Decision
from simulation.log import (
    FELL_VACANT,
    FILLED,
    JOINED,
    LEFT,
    TERMS,
    Appointments,
    ClosedChains,
    Leavers,
    Vacancies,
    begins,
    date_of,
)
from simulation.numerics import counts, sums
from simulation.processes.base import Model, Process
from simulation.processes.cover import cover
from simulation.processes.market import Outcome, hold_market
from simulation.processes.passed_over import pass_over, unaware
from simulation.processes.seek import Communities, find_seekers
from simulation.processes.vacancies import closed, open_vacancies
from simulation.vocabulary import Date, LeaverReason, Move, Ring, Status
from simulation.world import Own, World


def run(model: Model, own: Own) -> None:
    """Open the year's vacancies, fill them from the top of the ladder down, and cover senior posts that stay empty."""
    world, schools = model.world, own.schools
    opened = open_vacancies(world)
    world.log.chains_opened = opened.opened
    open_ = counts(schools.filled.shape, opened.vacancies.school, opened.vacancies.role)
    schools.posts[:] = schools.filled + open_

    places = Communities.of(world)
    seekers = find_seekers(world, places)
    hopeful = unaware(world, seekers)
    outcome = hold_market(world, opened.vacancies, seekers, places, schools.filled, open_)
    schools.posts[:] = schools.filled + open_
    filled = outcome.taken_by >= 0
    world.vacancies = outcome.vacancy.where(~filled)
    made = world.log.appointments = _appoint(world, own, outcome, filled)
    pass_over(world, own, hopeful)
    _let_go(world, own)
    taken = outcome.vacancy.where(filled)
    ended = taken.where(made.ring == Ring.OUTSIDE)
    world.log.closed_chains = ClosedChains.joined(
        [opened.abolished, closed(world, outcome.abolished, abolished=True), closed(world, ended, abolished=False)]
    )
    _count(world, outcome, made)
    cover(world, own)


def _count(world: World, outcome: Outcome, made: Appointments) -> None:
    """Write down how often posts were advertised, for how long they stood without a holder, and what happened at each date."""
    log, post = world.log, outcome.vacancy
    first = post.where((post.before == 0) & (post.adverts > 0))
    log.advertised = counts(log.adverts.shape, first.school, first.role)
    log.adverts = sums(log.adverts.shape, post.adverts, post.school, post.role)
    log.count_terms(FELL_VACANT, np.maximum(post.due - date_of(world.year, 0), 0), post.role)
    end = np.where(outcome.start > 0, outcome.start, TERMS + 1)
    empty = end - begins(post, world.year)
    log.without_holder = sums(log.without_holder.shape, empty, post.school, post.role)
    serving = made.ring != Ring.OUTSIDE
    log.count_terms(LEFT, made.start[serving], made.from_role[serving])
    log.count_terms(JOINED, made.start, made.to_role)
    log.count_terms(FILLED, made.start, made.to_role)


def _appoint(world: World, own: Own, outcome: Outcome, filled: np.ndarray) -> Appointments:
    """Move the people whom the market appointed, and record it."""
    people, year = own.people, world.year
    row = outcome.taken_by[filled].astype(np.int64)
    vacancy = outcome.vacancy.where(filled)
    role, school = people.role[row].copy(), people.school[row].copy()
    serving = people.status[row] == Status.IN_SERVICE
    promoted, again = vacancy.role > role, np.isin(row, world.log.terms_ended)
    made = Appointments(
        person=people.id[row],
        row=row,
        from_role=role,
        from_school=school,
        to_role=vacancy.role,
        to_school=vacancy.school,
        ring=np.where(serving, outcome.ring[filled], Ring.OUTSIDE).astype(np.int8),
        move=np.select([~serving, promoted], [Move.RETURN, Move.PROMOTION], Move.SAME_LEVEL).astype(np.int8),
        round=vacancy.before + vacancy.adverts,
        start=outcome.start[filled],
        waited=date_of(year, outcome.start[filled].astype(np.int32)) - vacancy.due,
        chain=vacancy.chain,
        link=vacancy.link,
    )
    rises = promoted & ~again
    _rise(world, own, row[rises], vacancy.where(rises))
    people.role_since[row[~serving | (vacancy.role != role)]] = year
    people.school_since[row[~serving | (school != vacancy.school)]] = year
    people.role[row], people.school[row], people.status[row] = vacancy.role, vacancy.school, Status.IN_SERVICE
    world.count("moves_out", role[serving], school[serving])
    _begin_headship(world, own, made, again)
    _join_central_team(world, own, made, serving)
    in_school = made.to_role != world.ladder.trust_leader
    for flow, which in (("moves_in", serving & in_school), ("entrants", ~serving & in_school)):
        world.count(flow, made.to_role[which], made.to_school[which])
    return made


def _rise(world: World, own: Own, row: np.ndarray, post: Vacancies) -> None:
    """Some of the skill is left behind on a higher rung, and some part-timers become full-time, as it is where the post is."""
    people, zone = own.people, world.zone[post.school]
    carry_over = world.parameters.develop.carry_over[zone]
    for name in SKILLS:
        getattr(people, name)[row] *= carry_over
    people.given[row, : len(SKILLS)] *= carry_over[:, None]
    full = world.key.uniform(Decision.FULL_TIME_ON_PROMOTION, world.year, people.id[row])
    become = world.parameters.by_setting.hours.full_time_on_promotion[world.setting[post.school], post.role]
    people.fte[row[full < become]] = FULL_TIME


def _begin_headship(world: World, own: Own, made: Appointments, again: np.ndarray) -> None:
    """Some new heads are appointed for a fixed term, but not those who were (``again``): they have the post for good."""
    people, schools, heads = own.people, own.schools, made.to_role == world.ladder.head
    row, school = made.row[heads], made.to_school[heads]
    people.head_since[row[people.head_since[row] < 0]] = world.year
    fresh = heads & ~again & (made.move != Move.SAME_LEVEL)
    share = world.parameters.appoint.fixed_term[world.zone[made.to_school[fresh]], schools.phase[made.to_school[fresh]]]
    drawn = world.key.uniform(Decision.FIXED_TERM, world.year, made.person[fresh]) < share
    people.fixed_term[made.row[fresh][drawn]] = world.year
    other = ~(again & (made.from_school == made.to_school))[heads]
    school = school[other]
    schools.last_head_leadership[school] = schools.leadership[school]
    schools.head_changed[school] = world.year


def _join_central_team(world: World, own: Own, made: Appointments, serving: np.ndarray) -> None:
    """New leaders of trusts go where the census does not see them: those who served leave it."""
    people, leads = own.people, made.to_role == world.ladder.trust_leader
    row, reason = made.row[leads], LeaverReason.TRUST_CENTRAL_TEAM
    people.status[row], people.left_year[row], people.left_reason[row] = Status.CENTRAL, world.year, reason
    gone = leads & serving
    reasons = np.full(gone.sum(), reason, np.int8)
    leavers = Leavers(made.person[gone], made.row[gone], made.from_role[gone], made.from_school[gone], reasons)
    world.log.leavers = Leavers.joined([world.log.leavers, leavers])


def _let_go(world: World, own: Own) -> None:
    """Whoever is left at a school that has closed is out of service, and can return."""
    there, people, schools = world.is_open, own.people, own.schools
    if there.all():
        return
    row = np.flatnonzero((people.status == Status.IN_SERVICE) & ~there[people.school])
    role, school = people.role[row], people.school[row]
    gone = counts(schools.filled.shape, school, role)
    schools.filled[:] -= gone
    schools.posts[:] -= gone
    world.log.count_terms(LEFT, np.full(len(row), Date.SEPTEMBER.value), role)
    reason = LeaverReason.LEFT_STATE_SCHOOLS
    people.status[row], people.left_year[row], people.left_reason[row] = Status.OUT, world.year, reason
    leavers = Leavers(people.id[row], row, role, school, np.full(len(row), reason, np.int8))
    world.log.leavers = Leavers.joined([world.log.leavers, leavers])
    world.count("leavers", role, school)


PROCESS = Process("appoint", "vacancy chains: posts are advertised, applied for and filled down the ladder", run)
