"""People develop: skill grows on the job, aspiration and well-being follow the school, workload follows its vacancies."""

from __future__ import annotations

import math

import numpy as np
from numba import njit

from simulation.draws import Decision, counter, draw
from simulation.numerics import normal
from simulation.processes.base import Process
from simulation.vocabulary import N_ROLES
from simulation.world import World


@njit(cache=True)
def _develop(
    status, role, school, role_since, ids, teaching, people, management, system, aspiration, readiness, wellbeing,
    workload, phase, culture, vacant_share, growth, culture_growth, asp_memory, asp_culture, hours, hours_vacancy,
    wb_memory, wb_culture, wb_workload, wb_spread, weights, year, k0, k1, c_asp, c_shock,
):  # fmt: skip
    shock_scale = math.sqrt(1.0 - wb_memory * wb_memory) * wb_spread
    for i in range(len(status)):
        if status[i] != 0 and status[i] != 2:
            continue
        s, r = school[i], role[i]
        p = phase[s]
        years_in_role = max(0, year - 1 - role_since[i])
        pace = 2.0 ** (-years_in_role / 2.0) * (1.0 + culture_growth * culture[s])
        teaching[i] += growth[r, 0] * pace
        people[i] += growth[r, 1] * pace
        management[i] += growth[r, 2] * pace
        system[i] += growth[r, 3] * pace
        home = normal(draw(ids[i], c_asp, k0, k1)) + asp_culture * culture[s]
        aspiration[i] = asp_memory * aspiration[i] + (1.0 - asp_memory) * home
        workload[i] = hours[p, r] + hours_vacancy * 10.0 * vacant_share[s]
        level = wb_culture * culture[s] - wb_workload * (workload[i] - hours[p, 0]) / 10.0
        shock = shock_scale * normal(draw(ids[i], c_shock, k0, k1))
        wellbeing[i] = wb_memory * wellbeing[i] + (1.0 - wb_memory) * level + shock
        n = min(r + 1, N_ROLES - 1)
        readiness[i] = (
            weights[n, 0] * teaching[i]
            + weights[n, 1] * people[i]
            + weights[n, 2] * management[i]
            + weights[n, 3] * system[i]
        )


def vacant_share(world: World) -> np.ndarray:
    """Share of each school's posts that stand vacant, 0 to 1."""
    posts = world.schools.posts.sum(axis=1)
    return (posts - world.schools.filled.sum(axis=1)) / np.maximum(posts, 1)


def run(world: World) -> None:
    """Develop everybody who is in service or in a trust's central team."""
    d, c, key, schools = world.people.writable("develop"), world.parameters.develop, world.key, world.schools
    _develop(
        d.status, d.role, d.school, d.role_since, d.id, d.teaching, d.people, d.management, d.system, d.aspiration,
        d.readiness, d.wellbeing, d.workload, schools.phase, schools.culture, vacant_share(world), c.growth_on_the_job,
        c.culture_growth, c.aspiration_memory, c.aspiration_of_culture, c.hours, c.hours_of_vacancy, c.wellbeing_memory,
        c.wellbeing_of_culture, c.wellbeing_of_workload, c.wellbeing_spread, world.parameters.appoint.merit_weights,
        world.year, key.k0, key.k1, counter(Decision.BIRTH_ASPIRATION, 0, 0), counter(Decision.WELLBEING_SHOCK, world.year, 0),
    )  # fmt: skip


PROCESS = Process("develop", "people grow in skill and readiness; aspiration, workload and well-being change", run)
