"""What evaluators read of units at a census: outcomes, the post held, and the results of the team led at the start."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

import numpy as np

from simulation.census.outcomes import OUTCOMES, Starts, rows_of
from simulation.numerics import FIXED_POINT
from simulation.tables import HISTORY
from simulation.vocabulary import N_ROLES, Role, Status

if TYPE_CHECKING:
    from simulation.world import World

Reading = tuple[str, int]
"""What is read, and how many censuses after that of the year of the start."""


def _rank(world: World, starts: Starts, _start: int) -> np.ndarray:
    """Role held in state schools or as a trust's leader; NaN for people in neither."""
    people, row = world.people, rows_of(world, starts.person)
    status, role = people.status[row], people.role[row]
    there = (status == Status.IN_SERVICE) | ((status == Status.CENTRAL) & (role == Role.TRUST_LEADER))
    return np.where((row >= 0) & there, role, np.nan)


def team_attainment(world: World, starts: Starts, start: int) -> np.ndarray:
    """Pupil progress of the team that somebody led at the start, in standard deviations of pupils.

    It is that of the school plus what its leader adds. Results are those of the summer before the census, so the leader
    is whoever held the post at the census before that. Teams outlive their leaders: once the leader has left the post,
    whoever took up such a post at the school since ``start`` (a school year) leads the team, and adds the mean of what
    those people add; while nobody has, nothing is added.
    """
    people, schools, row = world.people, world.schools, rows_of(world, starts.person)
    post = starts.school.astype(np.int64) * N_ROLES + starts.role
    before = (world.year - 1) % HISTORY
    led = (
        (row >= 0) & (people.seen_status[row, before] == Status.IN_SERVICE)
        & (people.seen_school[row, before] == starts.school) & (people.seen_role[row, before] == starts.role)
    )  # fmt: skip
    new = (people.status == Status.IN_SERVICE) & (np.maximum(people.role_since, people.school_since) >= start)
    posts = people.school[new].astype(np.int64) * N_ROLES + people.role[new]
    size = len(schools) * N_ROLES
    # In fixed point, so that the mean does not depend on the order of rows.
    total = np.zeros(size, np.int64)
    np.add.at(total, posts, np.floor(people.team_progress[new] * FIXED_POINT + 0.5).astype(np.int64))
    mean = total / FIXED_POINT / np.maximum(np.bincount(posts, minlength=size), 1)
    return schools.progress[starts.school] + np.where(led, people.team_progress[row], mean[post])


def _plain(name: str) -> Callable[[World, Starts, int], np.ndarray]:
    return lambda world, starts, _start: OUTCOMES[name].values(world, starts)


READINGS: Final[dict[str, Callable[[World, Starts, int], np.ndarray]]] = {
    "rank": _rank,
    "team_attainment": team_attainment,
    **{name: _plain(name) for name in OUTCOMES},
}
"""Every reading by name: from a world at its census, the units' places at their start and the year of the start, one
number for each unit; NaN where there is none."""
