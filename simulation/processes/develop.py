"""People develop: skill grows on the job, aspiration and well-being follow the school, workload follows its vacancies."""

from __future__ import annotations

from collections import namedtuple

import numpy as np

from simulation.birth import merit_in_row
from simulation.columns import picked
from simulation.draws import Decision
from simulation.kernels import kernel
from simulation.numerics import UNFIXED, normals
from simulation.processes.base import Model, Process
from simulation.processes.collaborate import beyond_ordinary
from simulation.programmes.channels import PersonSlot, SchoolSlot
from simulation.structure import CLASSROOM
from simulation.vocabulary import Status
from simulation.world import Own, World

TEACHING, PEOPLE, MANAGEMENT, SYSTEM, ASPIRATION, WELLBEING = range(6)
"""Columns of ``given``; in ``shift`` they follow each other in the same order from this one on:"""
FIRST_GIVEN = int(PersonSlot.TEACHING)
CAREER = 100
"""Years that nobody works."""

Staff = namedtuple(
    "Staff",
    "role school role_since teaching people management system aspiration drive readiness wellbeing workload shift given "
    "schools_led",
)
Places = namedtuple("Places", "setting culture shift vacant_share support")
Rules = namedtuple(
    "Rules",
    "growth_on_the_job culture_growth aspiration_memory aspiration_of_culture hours hours_of_vacancy wellbeing_memory "
    "wellbeing_of_culture wellbeing_of_workload shock_scale merit_weights executive_hours",
)


@kernel
def _develop(rows, people, shocks, schools, rules, rungs, year):
    slower = np.empty(CAREER)
    for years in range(CAREER):
        slower[years] = 2.0 ** (-years / 2.0)
    for j, i in enumerate(rows):
        s, r = people.school[i], people.role[i]
        w, culture = schools.setting[s], schools.culture[s]
        years_in_role = max(0, year - 1 - people.role_since[i])
        programmes = schools.shift[s, SchoolSlot.TEACHER_GROWTH] * UNFIXED
        pace = slower[min(years_in_role, CAREER - 1)] * (1.0 + rules.culture_growth[w] * culture + programmes)
        # What programmes gave is taken off, so that the rules work on the rest, and what they give now is added.
        given, growth = people.given[i], rules.growth_on_the_job[w]
        aim, level = people.aspiration[i] - given[ASPIRATION], people.wellbeing[i] - given[WELLBEING]
        people.teaching[i] = people.teaching[i] - given[TEACHING] + growth[r, TEACHING] * pace
        people.people[i] = people.people[i] - given[PEOPLE] + growth[r, PEOPLE] * pace
        people.management[i] = people.management[i] - given[MANAGEMENT] + growth[r, MANAGEMENT] * pace
        people.system[i] = people.system[i] - given[SYSTEM] + growth[r, SYSTEM] * pace
        for k in range(WELLBEING + 1):
            given[k] = people.shift[i, FIRST_GIVEN + k] * UNFIXED
        people.teaching[i] += given[TEACHING]
        people.people[i] += given[PEOPLE]
        people.management[i] += given[MANAGEMENT]
        people.system[i] += given[SYSTEM]
        home = people.drive[i] + rules.aspiration_of_culture[w] * culture
        memory = rules.aspiration_memory[w]
        people.aspiration[i] = memory * aim + (1.0 - memory) * home + given[ASPIRATION]
        extra = rules.hours_of_vacancy[w] * 10.0 * schools.vacant_share[s]
        more = rules.executive_hours[w] * people.schools_led[i] + people.shift[i, PersonSlot.WORKLOAD] * UNFIXED
        people.workload[i] = rules.hours[w, r] + extra + more
        longer = people.workload[i] - rules.hours[w, CLASSROOM]
        well = rules.wellbeing_of_culture[w] * culture - rules.wellbeing_of_workload[w] * longer / 10.0
        if r == rungs.head:
            well += schools.support[s]
        shock, memory = rules.shock_scale[w] * shocks[j], rules.wellbeing_memory[w]
        people.wellbeing[i] = memory * level + (1.0 - memory) * well + shock + given[WELLBEING]
        merit = merit_in_row(people, i, rules.merit_weights, min(r + 1, rungs.number - 1))
        people.readiness[i] = merit + people.shift[i, PersonSlot.READINESS] * UNFIXED


def vacant_share(world: World) -> np.ndarray:
    """Share of each school's posts that stand vacant, 0 to 1."""
    posts = world.schools.posts.sum(axis=1)
    return (posts - world.schools.filled.sum(axis=1)) / np.maximum(posts, 1)


def run(model: Model, own: Own) -> None:
    """Develop everybody who is in service or in a trust's central team."""
    world = model.world
    p, zone, people, key = world.parameters, world.zone, own.people, world.key
    rows = np.flatnonzero((people.status == Status.IN_SERVICE) | (people.status == Status.CENTRAL))
    shocks = normals(key.uniform(Decision.WELLBEING_SHOCK, world.year, people.id[rows]))
    support = p.collaborate.support[zone] * beyond_ordinary(world)
    here = p.by_setting.develop
    memory = here.wellbeing_memory
    shock_scale = np.sqrt(1.0 - memory * memory) * here.wellbeing_spread
    _develop(
        rows,
        picked(Staff, people),
        shocks,
        picked(Places, world.schools, setting=world.setting, vacant_share=vacant_share(world), support=support),
        picked(Rules, here, p.appoint, shock_scale=shock_scale, executive_hours=p.by_setting.executive.hours),
        world.ladder.codes,
        world.year,
    )


PROCESS = Process("develop", "people grow in skill and readiness; aspiration, workload and well-being change", run)
