"""Inspectors visit schools and grade them; how a school is led, its pupils and their progress show, through much chance."""

from __future__ import annotations

from typing import Any

import numpy as np

from simulation.draws import Decision, school_ids
from simulation.numerics import normals
from simulation.processes.base import Model, Process
from simulation.processes.leave import disadvantage_term
from simulation.world import Own, World


def grades_given(world: World, schools: Any, u: np.ndarray) -> np.ndarray:
    """Grades (:class:`~simulation.vocabulary.Grade` codes, int8) that inspectors give ``schools``, by draws ``u``.

    ``schools`` has their leadership, progress, disadvantage and phase, an entry for each school of the register. Inspectors
    err by a standard normal, the unit of what they see. A school at the mean of all is given each grade with the share of
    ``inspect.grades``.
    """
    p, zone = world.parameters.inspect, world.zone
    seen = (
        p.per_leadership[zone] * schools.leadership
        + p.per_progress[zone] * schools.progress
        - p.per_disadvantage[zone] * disadvantage_term(world, schools)
    )
    ends = normals(np.minimum(np.cumsum(p.grades[..., :-1], axis=-1), 1.0))
    return ((normals(u) - seen)[:, None] >= ends[zone, schools.phase]).sum(axis=1).astype(np.int8)


def run(model: Model, own: Own) -> None:
    """Visit some of the open schools, and give them grades."""
    world, schools, key = model.world, own.schools, model.world.key
    ids, visited = school_ids(schools.urn), world.parameters.inspect.visited[world.zone, schools.grade]
    visit = world.is_open & (key.uniform(Decision.INSPECTED, world.year, ids) < visited)
    now = grades_given(world, schools, key.uniform(Decision.GRADE_GIVEN, world.year, ids))
    np.copyto(schools.lowered, world.year, where=visit & (now > schools.grade))
    np.copyto(schools.grade, now, where=visit)


PROCESS = Process("inspect", "inspectors visit schools and give them grades, some lower than before", run)
