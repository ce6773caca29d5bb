"""Leadership shapes the school: the head and senior team set its leadership, and that its culture and trust."""

from __future__ import annotations

import numpy as np

from simulation.birth import merit, skill_matrix
from simulation.kernels import kernel
from simulation.numerics import FIXED_POINT, UNFIXED, fixed
from simulation.processes.base import Model, Process
from simulation.programmes.channels import SchoolSlot
from simulation.vocabulary import Role, Status
from simulation.world import Own, World


@kernel
def _add_up(school, rows, merit, total, count):
    for i in rows:
        total[school[i]] += fixed(merit[i])
        count[school[i]] += 1


def _mean(schools: int, school: np.ndarray, which: np.ndarray, merit: np.ndarray) -> np.ndarray:
    """Mean merit of the people whom the mask ``which`` picks, by school; NaN where there is none."""
    total, count = np.zeros(schools, np.int64), np.zeros(schools, np.int64)
    _add_up(school, np.flatnonzero(which), merit, total, count)
    return np.where(count > 0, total / FIXED_POINT / np.maximum(count, 1), np.nan)


def quality(world: World) -> np.ndarray:
    """Quality of leadership that each school's present head and senior team make up, in standard deviations."""
    p, people, n = world.parameters, world.people, len(world.schools)
    leads = ((people.role >= Role.ASSISTANT_HEAD) & (people.role <= Role.HEAD)) | (people.acting_role == Role.HEAD)
    rows = np.flatnonzero((people.status == Status.IN_SERVICE) & leads)
    role, acting, school, skills = (
        people.role[rows],
        people.acting_role[rows],
        people.school[rows],
        skill_matrix(people)[rows],
    )
    weights = p.appoint.merit_weights
    as_head = merit(skills, weights[Role.HEAD])
    head = _mean(n, school, role == Role.HEAD, as_head)
    covering = _mean(n, school, (acting == Role.HEAD) & (role != Role.HEAD), as_head) - p.lead.acting_penalty
    senior = (role == Role.ASSISTANT_HEAD) | (role == Role.DEPUTY_HEAD)
    mean = _mean(n, school, senior, merit(skills, weights[role])) - p.lead.reference_team
    head = np.where(np.isnan(head), covering, head) - p.lead.reference_head
    has_head, has_team = ~np.isnan(head), ~np.isnan(mean)
    w, penalty = p.lead.head_weight, p.lead.acting_penalty
    return np.select(
        [has_head & has_team, has_head, has_team],
        [w * head + (1 - w) * mean, head, mean - penalty],
        -penalty,
    )


def run(model: Model, own: Own) -> None:
    """Move leadership, culture and trust of every school a year on."""
    world, schools = model.world, own.schools
    p = world.parameters.lead
    now = quality(world)
    schools.past_culture[:, 1:] = schools.past_culture[:, :-1].copy()
    schools.past_culture[:, 0] = schools.culture
    schools.leadership[:] = p.leadership_memory * schools.leadership + (1 - p.leadership_memory) * now
    # What programmes gave is taken off, so that the rules work on the rest, and what they give now is added.
    culture, trust = schools.culture - schools.given[:, 0], schools.trust - schools.given[:, 1]
    schools.given[:] = schools.shift[:, SchoolSlot.CULTURE : SchoolSlot.TRUST + 1] * UNFIXED
    culture = p.culture_memory * culture + (1 - p.culture_memory) * schools.leadership
    trust = p.trust_memory * trust + (1 - p.trust_memory) * schools.leadership
    trust[schools.head_changed == world.year - 1] -= p.trust_lost_on_change
    schools.culture[:] = culture + schools.given[:, 0]
    schools.trust[:] = trust + schools.given[:, 1]


PROCESS = Process("lead", "heads and their teams shape leadership, culture and trust in their schools", run)
