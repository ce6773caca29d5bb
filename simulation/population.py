"""The world at the start: schools from the register, and people drawn to match published margins."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np

from simulation.birth import draw_people_at
from simulation.changes import faults, yet_to_open
from simulation.draws import Decision, Key, agent_ids, school_ids
from simulation.numerics import normals
from simulation.processes.age_and_roll import pupils_in, target_posts
from simulation.processes.inspect import grades_given
from simulation.structure import CLASSROOM
from simulation.tables import HISTORY, NO_SCHOOL, UNSEEN, people_table, school_table
from simulation.vocabulary import LeaverReason, Route, SchoolState, Status
from simulation.world import Setup, World

ROLE_SERIAL = 1 << 20
"""Serial numbers of the initial population: role × 2**20 + ordinal of the post; 15 × 2**20 + ordinal out of service."""
POOL_SERIAL = 15 * ROLE_SERIAL
SCHOOLS_AT_A_TIME = 1000
ROOM = 2
"""Times as many people as at the start for whom there is room, so that no column is copied while careers get a past."""


def initial_world(setup: Setup, key: Key) -> World:
    """The world at the census of ``setup.first_year``: every post filled, a pool of people able to return, and the census taken.

    Raise :exc:`ValueError` for a change of the system that cannot happen.
    """
    for change, fault in faults(setup.register, setup.changes, setup.base_year):
        raise ValueError(f"{change}: {fault}")
    people, schools = people_table(len(setup.register)), school_table(len(setup.ladder))
    world = World(setup=setup, key=key, year=setup.first_year, people=people, schools=schools)
    _add_clusters(world)
    _add_schools(world)
    _add_people(world)
    return world


def _add_clusters(world: World) -> None:
    register = world.register
    lead = register.lead_school
    world.clusters.append(
        len(register.cluster_key),
        key=register.cluster_key,
        kind=register.cluster_kind,
        schools=register.cluster_size,
        systems=world.parameters.collaborate.systems[world.zone[lead], register.cluster_kind],
        lead_school=lead,
    )


def _add_schools(world: World) -> None:
    register = world.register
    ids = school_ids(register.urn)
    spread = world.parameters.lead.school_spread[world.zone]

    def trait(decision: Decision) -> np.ndarray:
        return spread * normals(world.key.uniform(decision, 0, ids))

    culture, absent = trait(Decision.SCHOOL_CULTURE), yet_to_open(register, world.setup.changes)
    same = ("urn", "phase", "region", "local_authority", "kind", "cluster", "community", "disadvantage", "religion")
    columns = {
        **{name: getattr(register, name) for name in same},
        "state": np.where(absent, SchoolState.TO_OPEN, SchoolState.OPEN),
        "base_pupils": np.where(absent, 0, register.pupils),
        "leadership": trait(Decision.SCHOOL_QUALITY),
        "culture": culture,
        "trust": trait(Decision.SCHOOL_TRUST),
        "past_culture": np.repeat(culture[:, None], 3, axis=1),
    }
    schools = SimpleNamespace(**columns, progress=np.zeros(len(register)))
    schools.pupils = pupils_in(world, schools, world.setup.first_year)
    columns["grade"] = grades_given(world, schools, world.key.uniform(Decision.SCHOOL_GRADE, 0, ids))
    posts = target_posts(world, schools)
    world.schools.append(len(register), **columns, pupils=schools.pupils, target_posts=posts, posts=posts, filled=posts)


def _add_people(world: World) -> None:
    """A holder for every post, and a pool of people out of service; some schools at a time, because drawing takes much room."""
    posts = world.schools.posts
    pool = np.floor(world.parameters.population.out_of_service[world.zone] * posts[:, CLASSROOM] + 0.5)
    groups = np.concatenate([posts, pool[:, None].astype(np.int64)], axis=1)
    world.people.reserve(ROOM * int(groups.sum()))
    for first in range(0, len(groups), SCHOOLS_AT_A_TIME):
        some = groups[first : first + SCHOOLS_AT_A_TIME]
        cell = np.repeat(np.arange(some.size), some.ravel())
        starts = np.cumsum(some.ravel()) - some.ravel()
        school, group = cell // some.shape[1], cell % some.shape[1]
        _add_staff(world, (first + school).astype(np.int32), group, np.arange(len(cell)) - starts[cell])


def _add_staff(world: World, school: np.ndarray, group: np.ndarray, ordinal: np.ndarray) -> None:
    """Add people by school, group (role, or the number of roles for out of service) and place in that group; one entry each."""
    out = group == len(world.ladder)
    role = np.where(out, CLASSROOM, group).astype(np.int8)
    serial = np.where(out, POOL_SERIAL, group * ROLE_SERIAL) + ordinal
    ids = agent_ids(Route.INITIAL, world.year, world.schools.urn[school], serial)
    route = np.full(len(ids), Route.INITIAL)
    columns = draw_people_at(world, ids, route, role, school)
    left = world.year - np.floor(8 * world.key.uniform(Decision.BIRTH_LEFT, 0, ids)).astype(np.int64)
    status = np.select([out, role == world.ladder.trust_leader], [Status.OUT, Status.CENTRAL], Status.IN_SERVICE)
    world.people.append(
        len(ids),
        **columns,
        school=school,
        status=status,
        seen_status=_seen(world, status, UNSEEN),
        seen_role=_seen(world, role, UNSEEN),
        seen_school=_seen(world, school, NO_SCHOOL),
        left_year=np.where(out, left, -1),
        left_reason=np.where(out, LeaverReason.LEFT_STATE_SCHOOLS, LeaverReason.NONE),
    )


def _seen(world: World, values: np.ndarray, missing: int) -> np.ndarray:
    """A history column of the first census: ``values`` in its place, ``missing`` at all censuses before."""
    history = np.full((len(values), HISTORY), missing)
    history[:, world.year % HISTORY] = values
    return history
