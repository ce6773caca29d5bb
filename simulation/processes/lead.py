"""Leadership shapes the school: the head and senior team set its leadership, and that its culture and trust."""

from __future__ import annotations

import numpy as np
from numba import njit

from simulation.birth import merit, skill_matrix
from simulation.numerics import FIXED_POINT, fixed
from simulation.processes.base import Process
from simulation.vocabulary import Role, Status
from simulation.world import World


@njit(cache=True)
def _gather(role, acting, school, as_head, as_self, head, covered, team, team_size):
    for i in range(len(role)):
        s = school[i]
        if role[i] == Role.HEAD.value:
            head[s] = as_head[i]
        elif acting[i] == Role.HEAD.value:
            covered[s] = as_head[i]
        if role[i] == Role.ASSISTANT_HEAD.value or role[i] == Role.DEPUTY_HEAD.value:
            team[s] += fixed(as_self[i])
            team_size[s] += 1


def quality(world: World) -> np.ndarray:
    """Quality of leadership that each school's present head and senior team make up, in standard deviations."""
    p, people, n = world.parameters, world.people, len(world.schools)
    leads = ((people.role >= Role.ASSISTANT_HEAD) & (people.role <= Role.HEAD)) | (people.acting_role == Role.HEAD)
    rows = np.flatnonzero((people.status == Status.IN_SERVICE) & leads)
    skills = skill_matrix(people)[rows]
    weights = p.appoint.merit_weights
    head, covered = np.full(n, np.nan), np.full(n, np.nan)
    team, team_size = np.zeros(n, np.int64), np.zeros(n, np.int64)
    _gather(
        people.role[rows], people.acting_role[rows], people.school[rows],
        merit(skills, weights[Role.HEAD]), merit(skills, weights[people.role[rows]]), head, covered, team, team_size,
    )  # fmt: skip
    head = np.where(np.isnan(head), covered - p.lead.acting_penalty, head) - p.lead.reference_head
    has_head, has_team = ~np.isnan(head), team_size > 0
    mean = team / FIXED_POINT / np.maximum(team_size, 1) - p.lead.reference_team
    w, penalty = p.lead.head_weight, p.lead.acting_penalty
    return np.select(
        [has_head & has_team, has_head, has_team],
        [w * head + (1 - w) * mean, head, mean - penalty],
        -penalty,
    )


def run(world: World) -> None:
    """Move leadership, culture and trust of every school a year on."""
    p, schools = world.parameters.lead, world.schools.writable("lead")
    now = quality(world)
    schools.past_culture[:, 1:] = schools.past_culture[:, :-1].copy()
    schools.past_culture[:, 0] = schools.culture
    schools.leadership[:] = p.leadership_memory * schools.leadership + (1 - p.leadership_memory) * now
    schools.culture[:] = p.culture_memory * schools.culture + (1 - p.culture_memory) * schools.leadership
    schools.trust[:] = p.trust_memory * schools.trust + (1 - p.trust_memory) * schools.leadership
    schools.trust[schools.head_changed == world.year - 1] -= p.trust_lost_on_change


PROCESS = Process("lead", "heads and their teams shape leadership, culture and trust in their schools", run)
