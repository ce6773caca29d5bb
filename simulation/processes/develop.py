"""People develop: skill grows on the job, aspiration and well-being follow the school, workload follows its vacancies."""

from __future__ import annotations

import math

import numpy as np
from numba import njit

from simulation.draws import Decision, counter, draw
from simulation.numerics import UNFIXED, normal
from simulation.processes.base import Process
from simulation.processes.collaborate import beyond_ordinary
from simulation.programmes.channels import PersonSlot, SchoolSlot
from simulation.vocabulary import N_ROLES, Role
from simulation.world import World

WORKLOAD, READINESS, HEAD = int(PersonSlot.WORKLOAD), int(PersonSlot.READINESS), int(Role.HEAD)
FIRST_GIVEN = int(PersonSlot.TEACHING)
"""The four skills, aspiration and well-being follow each other in ``shift``, in the order of ``given``."""


@njit(cache=True)
def _develop(
    status, role, school, role_since, ids, teaching, people, management, system, aspiration, readiness, wellbeing,
    workload, shift, given, phase, culture, growth_shift, vacant_share, support, growth, culture_growth, asp_memory,
    asp_culture, hours, hours_vacancy, wb_memory, wb_culture, wb_workload, wb_spread, weights, year, k0, k1, c_asp,
    c_shock,
):  # fmt: skip
    shock_scale = math.sqrt(1.0 - wb_memory * wb_memory) * wb_spread
    for i in range(len(status)):
        if status[i] != 0 and status[i] != 2:
            continue
        s, r = school[i], role[i]
        p = phase[s]
        years_in_role = max(0, year - 1 - role_since[i])
        pace = 2.0 ** (-years_in_role / 2.0) * (1.0 + culture_growth * culture[s] + growth_shift[s] * UNFIXED)
        # What programmes gave is taken off, so that the rules work on the rest, and what they give now is added.
        skill, aim, level = given[i], aspiration[i] - given[i, 4], wellbeing[i] - given[i, 5]
        teaching[i] = teaching[i] - skill[0] + growth[r, 0] * pace
        people[i] = people[i] - skill[1] + growth[r, 1] * pace
        management[i] = management[i] - skill[2] + growth[r, 2] * pace
        system[i] = system[i] - skill[3] + growth[r, 3] * pace
        for k in range(6):
            given[i, k] = shift[i, FIRST_GIVEN + k] * UNFIXED
        teaching[i] += given[i, 0]
        people[i] += given[i, 1]
        management[i] += given[i, 2]
        system[i] += given[i, 3]
        home = normal(draw(ids[i], c_asp, k0, k1)) + asp_culture * culture[s]
        aspiration[i] = asp_memory * aim + (1.0 - asp_memory) * home + given[i, 4]
        workload[i] = hours[p, r] + hours_vacancy * 10.0 * vacant_share[s] + shift[i, WORKLOAD] * UNFIXED
        well = wb_culture * culture[s] - wb_workload * (workload[i] - hours[p, 0]) / 10.0
        if r == HEAD:
            well += support[s]
        shock = shock_scale * normal(draw(ids[i], c_shock, k0, k1))
        wellbeing[i] = wb_memory * level + (1.0 - wb_memory) * well + shock + given[i, 5]
        n = min(r + 1, N_ROLES - 1)
        readiness[i] = (
            weights[n, 0] * teaching[i]
            + weights[n, 1] * people[i]
            + weights[n, 2] * management[i]
            + weights[n, 3] * system[i]
        ) + shift[i, READINESS] * UNFIXED


def vacant_share(world: World) -> np.ndarray:
    """Share of each school's posts that stand vacant, 0 to 1."""
    posts = world.schools.posts.sum(axis=1)
    return (posts - world.schools.filled.sum(axis=1)) / np.maximum(posts, 1)


def run(world: World) -> None:
    """Develop everybody who is in service or in a trust's central team."""
    d, c, key, schools = world.people.writable("develop"), world.parameters.develop, world.key, world.schools
    _develop(
        d.status, d.role, d.school, d.role_since, d.id, d.teaching, d.people, d.management, d.system, d.aspiration,
        d.readiness, d.wellbeing, d.workload, d.shift, d.given, schools.phase, schools.culture,
        schools.shift[:, SchoolSlot.TEACHER_GROWTH], vacant_share(world),
        world.parameters.collaborate.support * beyond_ordinary(world), c.growth_on_the_job, c.culture_growth, c.aspiration_memory, c.aspiration_of_culture, c.hours, c.hours_of_vacancy, c.wellbeing_memory,
        c.wellbeing_of_culture, c.wellbeing_of_workload, c.wellbeing_spread, world.parameters.appoint.merit_weights,
        world.year, key.k0, key.k1, counter(int(Decision.BIRTH_ASPIRATION), 0, 0), counter(int(Decision.WELLBEING_SHOCK), world.year, 0),
    )  # fmt: skip


PROCESS = Process("develop", "people grow in skill and readiness; aspiration, workload and well-being change", run)
