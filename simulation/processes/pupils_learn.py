"""Pupils learn: a school's culture reaches pupils two to three years later; a change of head costs them something."""

from __future__ import annotations

from collections import namedtuple

import numpy as np

from simulation.birth import merit_in_row
from simulation.columns import picked
from simulation.kernels import kernel
from simulation.numerics import UNFIXED
from simulation.processes.base import Model, Process
from simulation.programmes.channels import PersonSlot, SchoolSlot
from simulation.structure import CLASSROOM
from simulation.vocabulary import Status
from simulation.world import Own

SETTLED = 2
"""Years in post before a leader's skill shows in results: one to two to reach teaching, and then pupils."""

Staff = namedtuple("Staff", "status role school role_since teaching people management system shift team_progress")


def run(model: Model, own: Own) -> None:
    """Move pupil progress of every school a year on, and that of leaders' own teams."""
    world, schools = model.world, own.schools
    p, zone, there = world.parameters.pupils_learn, world.zone, world.is_open
    culture = (schools.past_culture[:, 1] + schools.past_culture[:, 2]) / 2
    progress = schools.progress - schools.given_progress
    np.copyto(schools.given_progress, schools.shift[:, SchoolSlot.PUPIL_PROGRESS] * UNFIXED, where=there)
    memory = p.memory[zone]
    progress = memory * progress + (1 - memory) * p.per_culture[zone] * culture
    # Losing a weak head costs pupils nothing: turnover harms where what is lost was worth having.
    harmed = (schools.head_changed == world.year) & (schools.last_head_leadership > -p.weak_leader[zone])
    progress[harmed] -= p.head_change[zone[harmed]]
    np.copyto(schools.progress, progress + schools.given_progress, where=there)
    weights = world.parameters.appoint.merit_weights
    _teams(picked(Staff, own.people), p.per_team_leader[zone], weights, world.ladder.head, world.year)


@kernel
def _teams(people, per_team_leader, merit_weights, head, year):
    """A leader's skill shows in the results of their own team two years after they took it on (see docs: delay chain)."""
    for i in range(len(people.status)):
        role = people.role[i]
        if people.status[i] != Status.IN_SERVICE or role == CLASSROOM or role > head:
            people.team_progress[i] = 0.0
            continue
        settled = year - people.role_since[i] >= SETTLED
        shown = per_team_leader[people.school[i]] * merit_in_row(people, i, merit_weights, role) if settled else 0.0
        people.team_progress[i] = shown + people.shift[i, PersonSlot.TEAM_PROGRESS] * UNFIXED


PROCESS = Process(
    "pupils learn", "leadership and culture of earlier years reach pupils; a change of head sets them back", run
)
