"""Pupils learn: a school's culture reaches pupils two to three years later; a change of head costs them something."""

from __future__ import annotations

import numpy as np

from simulation.birth import merit, skill_matrix
from simulation.columns import Columns
from simulation.numerics import UNFIXED
from simulation.processes.base import Model, Process
from simulation.programmes.channels import PersonSlot, SchoolSlot
from simulation.vocabulary import Role, Status
from simulation.world import Own, World

SETTLED = 2
"""Years in post before a leader's skill shows in results: one to two to reach teaching, and then pupils."""


def run(model: Model, own: Own) -> None:
    """Move pupil progress of every school a year on, and that of leaders' own teams."""
    world, schools = model.world, own.schools
    p = world.parameters.pupils_learn
    culture = (schools.past_culture[:, 1] + schools.past_culture[:, 2]) / 2
    progress = schools.progress - schools.given_progress
    schools.given_progress[:] = schools.shift[:, SchoolSlot.PUPIL_PROGRESS] * UNFIXED
    progress = p.memory * progress + (1 - p.memory) * p.per_culture * culture
    # Losing a weak head costs pupils nothing: turnover harms where what is lost was worth having.
    harmed = (schools.head_changed == world.year) & (schools.last_head_leadership > -p.weak_leader)
    progress[harmed] -= p.head_change
    schools.progress[:] = progress + schools.given_progress
    _teams(world, own.people)


def _teams(world: World, people: Columns) -> None:
    """A leader's skill shows in the results of their own team two years after they took it on (see docs: delay chain)."""
    p = world.parameters
    people.team_progress[:] = 0.0
    leads = (people.status == Status.IN_SERVICE) & (people.role >= Role.MIDDLE_LEADER) & (people.role <= Role.HEAD)
    rows = np.flatnonzero(leads)
    own = merit(skill_matrix(people)[rows], p.appoint.merit_weights[people.role[rows]])
    settled = world.year - people.role_since[rows] >= SETTLED
    people.team_progress[rows] = (
        np.where(settled, p.pupils_learn.per_team_leader * own, 0.0)
        + people.shift[rows, PersonSlot.TEAM_PROGRESS] * UNFIXED
    )


PROCESS = Process(
    "pupils learn", "leadership and culture of earlier years reach pupils; a change of head sets them back", run
)
