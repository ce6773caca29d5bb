"""Small worlds made by hand, with careers that a test can follow with a finger."""

from __future__ import annotations

from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

import numpy as np

from simulation.draws import Key, agent_ids
from simulation.log import YearLog
from simulation.programmes.programme import Programme, in_order
from simulation.structure import ENGLAND
from simulation.tables import HISTORY
from simulation.vocabulary import Role, Route, Status
from simulation.world import World

CLASSROOM, MIDDLE, ASSISTANT, DEPUTY, HEAD, TRUST_LEADER = Role
IN_SERVICE, ON_BREAK, CENTRAL, OUT, GONE = Status
PRIMARY, SECONDARY, SPECIAL = range(3)

FIRST_YEAR = 2000
REGIONS = ("North", "South")

Seen = tuple[int, int, int] | None
"""Status, role and school at a census; None before the person was in the model."""


def at(school: int, role: int = CLASSROOM, status: int = IN_SERVICE) -> Seen:
    """What a census sees: a role at a school, in service unless ``status`` says otherwise."""
    return int(status), int(role), school


def make_world(year: int, first_year: int = FIRST_YEAR, programmes: tuple[Programme, ...] = ()) -> World:
    """A world without schools and people at the census of ``year``, whose first census was in ``first_year``."""
    register = SimpleNamespace(region_names=REGIONS, local_authority=np.zeros(1, np.int16), local_authority_names={})
    setup: Any = SimpleNamespace(
        first_year=first_year, register=register, programmes=in_order(programmes), structure=ENGLAND
    )
    return World(setup, Key(1), year, log=YearLog(year))


def add_schools(world: World, phases: Sequence[int], **columns: Any) -> None:
    """Add a school for each phase: URNs 101, 102, …, region North, no cluster, unless ``columns`` says otherwise."""
    n = len(phases)
    values = {"urn": np.arange(101, 101 + n), "phase": np.array(phases), "local_authority": 1, "pupils": 100, **columns}
    world.schools.append(n, **{name: np.asarray(value) for name, value in values.items()})


def add_person(
    world: World, career: Sequence[Seen], born: int = 1970, route: int = Route.INITIAL, **columns: Any
) -> int:
    """Add somebody whose censuses up to this year's were as in ``career`` (oldest first); return their row."""
    row = len(world.people)
    entered = world.year - sum(seen is not None for seen in career) + 1
    serial = np.array([row])
    status, role, school = career[-1] or (int(OUT), int(CLASSROOM), 0)
    person = {
        "id": agent_ids(route, entered, np.array([1]), serial),
        "birth_year": born,
        "qualified_year": entered,
        "role_since": entered,
        "fte": 100,
        "status": status,
        "role": role,
        "school": school,
        **columns,
    }
    for name, place in (("seen_status", 0), ("seen_role", 1), ("seen_school", 2)):
        history = np.full((1, HISTORY), -1)
        for back, seen in enumerate(reversed(career)):
            if seen is not None and back < HISTORY:
                history[0, (world.year - back) % HISTORY] = seen[place]
        person[name] = history
    world.people.append(1, **person)
    return row


def random_world(
    seed: int, people: int = 400, schools: int = 12, year: int = 2015, first_year: int = FIRST_YEAR
) -> World:
    """Many people with careers without rhyme or reason, to compare two ways of counting the same thing."""
    draw = np.random.default_rng(seed)
    world = make_world(year, first_year)
    add_schools(
        world,
        draw.integers(0, 3, schools).tolist(),
        region=draw.integers(0, 2, schools),
        disadvantage=draw.integers(0, 5, schools) / 10,
        leadership=draw.normal(size=schools),
        progress=draw.normal(size=schools),
        posts=draw.integers(0, 4, (schools, 6)),
        cluster=np.append(np.arange(3), draw.integers(-1, 3, schools - 3)),  # the first three lead the clusters
        head_changed=draw.integers(year - 2, year + 1, schools),
        local_authority=draw.integers(1, 4, schools),
    )
    cluster = world.schools.cluster
    world.clusters.append(
        3,
        key=np.arange(3),
        kind=np.array([0, 2, 2]),
        lead_school=np.arange(3),
        schools=np.bincount(cluster[cluster >= 0], minlength=3),
        strength=np.array([0.2, 0.5, 0.7]),
    )
    status = draw.choice([0, 0, 0, 0, 1, 2, 3, 4, -1], (people, HISTORY)).astype(np.int8)
    role = draw.integers(0, 5, (people, HISTORY)).astype(np.int8)
    school = draw.integers(0, schools, (people, HISTORY)).astype(np.int32)
    now = year % HISTORY
    status[:, now] = np.abs(status[:, now])
    role[status < 0], school[status < 0] = -1, -1
    route = draw.integers(1, 4, people)
    qualified = draw.integers(year - 12, year + 1, people)
    ids = [
        int(agent_ids(int(r), int(q), np.array([1]), np.array([i]))[0])
        for i, (r, q) in enumerate(zip(route, qualified, strict=True))
    ]
    world.people.append(
        people,
        id=np.array(ids, np.uint64),
        birth_year=draw.integers(year - 66, year - 22, people),
        sex=draw.integers(0, 2, people),
        ethnic_group=draw.integers(0, 5, people),
        qualified_year=qualified,
        fte=draw.choice([40, 60, 80, 100, 100], people),
        status=status[:, now],
        role=role[:, now],
        school=school[:, now],
        role_since=draw.integers(year - 8, year + 1, people),
        head_since=draw.integers(year - 2, year + 1, people),
        wellbeing=draw.normal(size=people),
        workload=draw.normal(50, 5, people),
        seen_status=status,
        seen_role=role,
        seen_school=school,
    )
    return world
