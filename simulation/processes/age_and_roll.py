"""Another year: pupil numbers change, and with them posts; people change their hours; the pool grows older."""

from __future__ import annotations

from collections import namedtuple
from typing import Any

import numpy as np

from simulation.birth import FULL_TIME, PART_TIME_FTE
from simulation.columns import picked
from simulation.draws import Decision, chance, school_ids
from simulation.kernels import kernel
from simulation.numerics import age_band, logistics, logits
from simulation.processes.base import Model, Process
from simulation.structure import CLASSROOM
from simulation.vocabulary import SchoolState, Status
from simulation.world import Own, World

YEARS_ON_BREAK = 5
"""A break this long counts as having left (judgement: longer breaks are too rare to be published)."""
YEARS_ABLE_TO_RETURN = 10
"""Years after leaving within which a return is modelled (judgement: returner counts are published without their tail)."""
OLDEST_RETURNER = 55
"""The earliest pension age of the Teachers' Pension Scheme: from there on whoever has left is not modelled as returning."""
YEARS_REMEMBERED = 11
"""Leavers stay on the books for as long as the longest cohort measure looks back."""


def pupils_in(world: World, schools: Any, year: int) -> np.ndarray:
    """Pupils on roll of ``schools`` (their columns) in ``year``: those of the base year until then, then with growth; int64.

    Each year grows by the rate that is in force in that very year, whatever holds later.
    """
    base, setup = schools.base_pupils.astype(np.int64), world.setup
    if year <= setup.base_year:
        return base
    factor = np.ones((len(setup.zones) + 1, world.phases))
    for since in range(1, year - setup.base_year + 1):
        decade = 0 if since <= 5 else 1 if since <= 10 else 2
        in_force = setup.in_zones(setup.base_year + since)
        factor = factor * (1.0 + np.array([zone.establishment.roll_growth[:, decade] for zone in in_force]))
    grown = np.floor(base * factor[world.zone, schools.phase] + 0.5).astype(np.int64)
    return np.where(base > 0, np.maximum(1, grown), 0)


def target_posts(world: World, schools: Any) -> np.ndarray:
    """Posts that the rolls of ``schools`` (their columns) call for, shape (schools, roles), int64.

    Each school has a lifelong draw per role that rounds its fraction of a post up or down, so that totals are right
    and a school's posts do not flicker from year to year.
    """
    p, ladder, ids = world.parameters.establishment, world.ladder, school_ids(schools.urn)
    here = world.zone, schools.phase
    total = schools.pupils / p.pupils_per_teacher[here]

    def rounded(expected: np.ndarray, role: int) -> np.ndarray:
        return np.floor(expected + world.key.uniform(Decision.SCHOOL_POSTS, 0, ids, role)).astype(np.int64)

    posts = np.zeros((len(ids), len(ladder)), np.int64)
    for role in ladder.middle:
        posts[:, role] = rounded(ladder.rungs[role].share * p.middle_leader_share[here] * total, role)
    for role in (*ladder.seniors, ladder.head):
        by_size = p.posts_at_no_size[*here, role] + p.posts_per_100_pupils[*here, role] * schools.pupils / 100
        posts[:, role] = rounded(np.minimum(p.most_posts[*here, role], by_size), role)
    posts[:, CLASSROOM] = np.maximum(1, rounded(total, CLASSROOM) - posts.sum(axis=1))
    if ladder.leads_trusts:
        posts[world.clusters.lead_school[world.led_trusts], ladder.trust_leader] = 1
    posts[schools.state != SchoolState.OPEN] = 0
    return posts


Staff = namedtuple("Staff", "id role sex school birth_year fte")
Draws = namedtuple("Draws", "go_part_time go_full_time")
DRAWN = Draws(Decision.GO_PART_TIME, Decision.GO_FULL_TIME)
Rates = namedtuple("Rates", "goes_part_time go_full_time part_time_fte setting")
Pool = namedtuple("Pool", "status birth_year left_year")


@kernel
def _change_hours(people, staff, draws, rates, key):
    """Settle the hours of the people in rows ``staff``, who have one of ``draws`` each."""
    for j in range(len(staff)):
        i = staff[j]
        sex, s = people.sex[i], rates.setting[people.school[i]]
        if people.fte[i] == FULL_TIME:
            age = age_band(key.year - 1 - people.birth_year[i])
            if draws.go_part_time[j] < rates.goes_part_time[s, sex, age, people.role[i]]:
                people.fte[i] = rates.part_time_fte[int(4 * chance(people.id[i], Decision.NEW_HOURS, key))]
        elif draws.go_full_time[j] < rates.go_full_time[s, sex]:
            people.fte[i] = FULL_TIME


@kernel
def _grow_out(people, year):
    """Move those who are out of service on by a year."""
    for i in range(len(people.status)):
        if people.status[i] == Status.IN_SERVICE:
            continue
        years_out = year - 1 - people.left_year[i]
        if people.status[i] == Status.ON_BREAK and years_out >= YEARS_ON_BREAK:
            people.status[i] = Status.OUT
        too_long = years_out > YEARS_ABLE_TO_RETURN or year - 1 - people.birth_year[i] >= OLDEST_RETURNER
        if people.status[i] == Status.OUT and too_long:
            people.status[i] = Status.GONE


def _set_aside(world: World) -> None:
    """Keep of those who cannot return any more what cohort measures look back at, and forget those whom none reaches."""
    people, everyone = world.people, world.people.everyone
    gone = np.flatnonzero(everyone.status == Status.GONE.value)
    reached = everyone.left_year[gone] >= world.year - YEARS_REMEMBERED
    forgotten = gone[~reached]
    world.log.forgotten = everyone.id[forgotten]
    people.set_aside(gone[reached & (gone < len(people))], forgotten)


def run(model: Model, own: Own) -> None:
    """Move rolls, posts, hours and the out-of-service pool on by a year."""
    world, people, schools = model.world, own.people, own.schools
    year = world.year
    schools.pupils[:] = pupils_in(world, schools, year)
    schools.target_posts[:] = target_posts(world, schools)

    hours = world.parameters.by_setting.hours
    goes_part_time = logistics(logits(hours.go_part_time)[..., None] + hours.role_odds[:, None, None, :])
    rates = picked(Rates, hours, goes_part_time=goes_part_time, part_time_fte=PART_TIME_FTE, setting=world.setting)
    staff = np.flatnonzero(people.status == Status.IN_SERVICE.value)
    draws = world.key.each(DRAWN, year, people.id[staff])
    _change_hours(picked(Staff, people), staff, draws, rates, world.key.in_year(year))
    _grow_out(picked(Pool, people), year)
    _set_aside(world)


PROCESS = Process("age and roll", "pupil numbers, posts and working hours change; the pool able to return ages", run)
