"""Pupils learn: a school's culture reaches pupils two to three years later; a change of head costs them something."""

from __future__ import annotations

from simulation.processes.base import Process
from simulation.world import World


def run(world: World) -> None:
    """Move pupil progress of every school a year on."""
    p, schools = world.parameters.pupils_learn, world.schools.writable("pupils_learn")
    culture = (schools.past_culture[:, 1] + schools.past_culture[:, 2]) / 2
    schools.progress[:] = p.memory * schools.progress + (1 - p.memory) * p.per_culture * culture
    # Losing a weak head costs pupils nothing: turnover harms where what is lost was worth having.
    harmed = (schools.head_changed == world.year) & (schools.last_head_leadership > -p.weak_leader)
    schools.progress[harmed] -= p.head_change


PROCESS = Process(
    "pupils learn", "leadership and culture of earlier years reach pupils; a change of head sets them back", run
)
