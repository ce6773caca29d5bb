"""Leadership shapes the school: the head and senior team set its leadership, and that its culture and trust."""

from __future__ import annotations

from collections import namedtuple

import numpy as np

from simulation.birth import merit_in_row
from simulation.columns import picked
from simulation.kernels import kernel
from simulation.numerics import FIXED_POINT, UNFIXED, fixed
from simulation.processes.base import Model, Process
from simulation.processes.share_headships import executives, heads_in_service
from simulation.programmes.channels import SchoolSlot
from simulation.vocabulary import Status
from simulation.world import Own, World

Staff = namedtuple("Staff", "status role acting_role acting_school school teaching people management system")

HEAD, COVERING, SENIOR = range(3)
"""Who leads a school: its head, somebody who covers for one, and the rest of the senior team."""


@kernel
def _add_up(people, merit_weights, rungs, total, count):
    """Add up merit for the post of those who lead each school, schools × (:data:`HEAD`, :data:`COVERING`, :data:`SENIOR`)."""
    for i in range(len(people.status)):
        if people.status[i] != Status.IN_SERVICE:
            continue
        role, school = people.role[i], people.school[i]
        if role == rungs.head:
            total[school, HEAD] += fixed(merit_in_row(people, i, merit_weights, rungs.head))
            count[school, HEAD] += 1
        if people.acting_role[i] == rungs.head:
            covered = people.acting_school[i]
            total[covered, COVERING] += fixed(merit_in_row(people, i, merit_weights, rungs.head))
            count[covered, COVERING] += 1
        if rungs.senior <= role < rungs.head:
            total[school, SENIOR] += fixed(merit_in_row(people, i, merit_weights, role))
            count[school, SENIOR] += 1


def _merits(world: World, rows: np.ndarray) -> np.ndarray:
    """Merit for a headship of each of ``rows`` of people, in standard deviations."""
    people, weights = world.people, world.parameters.appoint.merit_weights[world.ladder.head]
    skills = (people.teaching, people.people, people.management, people.system)
    merit = np.zeros(len(rows))
    for weight, skill in zip(weights, skills, strict=True):
        merit = merit + weight * skill[rows]
    return merit


def quality(world: World) -> np.ndarray:
    """Quality of leadership that each school's present head and senior team make up, in standard deviations."""
    p, zone, n = world.parameters, world.zone, len(world.schools)
    total, count = np.zeros((n, 3), np.int64), np.zeros((n, 3), np.int64)
    _add_up(picked(Staff, world.people), p.appoint.merit_weights, world.ladder.codes, total, count)
    mean, there = total / FIXED_POINT / np.maximum(count, 1), count > 0
    w, penalty = p.lead.head_weight[zone], p.lead.acting_penalty[zone]
    own = np.where(there[:, HEAD], mean[:, HEAD], mean[:, COVERING] - penalty)
    has_head = there[:, HEAD] | there[:, COVERING]
    under, row = executives(world, heads_in_service(world))
    under, row = under[row >= 0], row[row >= 0]
    above, weight = _merits(world, row), p.executive.weight[zone[under]]
    own[under] = np.where(has_head[under], weight * above + (1 - weight) * own[under], above)
    has_head[under] = True
    head = own - p.lead.reference_head[zone]
    senior = mean[:, SENIOR] - p.lead.reference_team[zone]
    has_team = there[:, SENIOR]
    return np.select(
        [has_head & has_team, has_head, has_team],
        [w * head + (1 - w) * senior, head, senior - penalty],
        -penalty,
    )


def run(model: Model, own: Own) -> None:
    """Move leadership, culture and trust of every open school a year on."""
    world, schools = model.world, own.schools
    p, zone, there, now = world.parameters.lead, world.zone, world.is_open, quality(world)
    leading, growing, trusting = p.leadership_memory[zone], p.culture_memory[zone], p.trust_memory[zone]
    past = np.column_stack([schools.culture, schools.past_culture[:, :-1]])
    np.copyto(schools.past_culture, past, where=there[:, None])
    leadership = leading * schools.leadership + (1 - leading) * now
    np.copyto(schools.leadership, leadership, where=there)
    # What programmes gave is taken off, so that the rules work on the rest, and what they give now is added.
    culture, trust = schools.culture - schools.given[:, 0], schools.trust - schools.given[:, 1]
    np.copyto(
        schools.given, schools.shift[:, SchoolSlot.CULTURE : SchoolSlot.TRUST + 1] * UNFIXED, where=there[:, None]
    )
    culture = growing * culture + (1 - growing) * schools.leadership
    trust = trusting * trust + (1 - trusting) * schools.leadership
    changed = schools.head_changed == world.year - 1
    trust[changed] -= p.trust_lost_on_change[zone[changed]]
    np.copyto(schools.culture, culture + schools.given[:, 0], where=there)
    np.copyto(schools.trust, trust + schools.given[:, 1], where=there)


PROCESS = Process("lead", "heads and their teams shape leadership, culture and trust in their schools", run)
