"""Small worlds made by hand, for tests that want to know exactly who is where."""

from __future__ import annotations

import numpy as np

from simulation.draws import Key, agent_ids
from simulation.parameters import Parameters, declarations
from simulation.register import Register
from simulation.vocabulary import N_ROLES, ClusterKind, Phase, Role, Route, SchoolKind, Status
from simulation.world import Setup, World

FIRST_URN = 100001
TRAITS = ("teaching", "people", "management", "system", "aspiration", "self_view", "readiness", "wellbeing")


def blank_parameters() -> Parameters:
    """Every parameter at zero: enough for a world that no standard process acts on."""
    return Parameters.from_values({d.path: np.zeros(d.shape) if d.axes else 0.0 for d in declarations()})


def tiny_register(schools: int = 3) -> Register:
    """``schools`` schools in two regions; the first two form a trust (key 7), the last is alone if there are three."""
    rows = np.arange(schools)
    return Register(
        urn=(FIRST_URN + rows).astype(np.int32),
        name=tuple(f"School {i + 1}" for i in rows),
        phase=(rows % len(Phase)).astype(np.int8),
        region=(rows % 2).astype(np.int8),
        local_authority=np.full(schools, 201, np.int16),
        kind=np.full(schools, SchoolKind.ACADEMY, np.int8),
        pupils=(200 + 10 * rows).astype(np.int32),
        disadvantage=np.linspace(0.1, 0.4, schools),
        community=rows.astype(np.int32),
        cluster=np.where(rows < 2, 0, -1).astype(np.int32),
        cluster_key=np.array([7], np.int32),
        cluster_kind=np.array([ClusterKind.TRUST], np.int8),
        cluster_name=("First Trust",),
        region_names=("East", "West"),
    )


def tiny_setup(schools: int = 3, years: int = 3, warm_up_years: int = 1) -> Setup:
    """A setup over :func:`tiny_register` with blank parameters, from the base year 2025."""
    return Setup(tiny_register(schools), blank_parameters(), 2025, warm_up_years, years)


def tiny_world(schools: int = 3, people_per_school: int = 6, setup: Setup | None = None, key: Key | None = None) -> World:
    """A world in which each school has a head, a deputy, an assistant, a middle leader, and classroom teachers.

    With ``people_per_school`` below 4 the ladder is filled from the head down. The trust's leader sits in the first
    school, in the central team; the last row of people is someone out of service. Every post is filled. Traits rise
    with the row by 0.1 from -1, so that no two people are alike.
    """
    setup = setup or tiny_setup(schools)
    register = setup.register
    world = World(setup, key or Key(0), setup.first_year)
    schools = len(register)
    ladder = [Role.HEAD, Role.DEPUTY_HEAD, Role.ASSISTANT_HEAD, Role.MIDDLE_LEADER]
    team = [*ladder, *[Role.CLASSROOM_TEACHER] * people_per_school][:people_per_school]
    role = np.array([*(team * schools), Role.TRUST_LEADER, Role.CLASSROOM_TEACHER])
    school = np.array([*np.repeat(np.arange(schools), people_per_school), 0, schools - 1])
    status = np.full(len(role), Status.IN_SERVICE)
    status[-2:] = Status.CENTRAL, Status.OUT
    n = len(role)
    world.people.append(
        n,
        id=agent_ids(Route.INITIAL, setup.first_year, register.urn[school], np.arange(n)),
        birth_year=setup.first_year - 30 - np.arange(n) % 30,
        sex=np.arange(n) % 2,
        qualified_year=setup.first_year - 8,
        role_since=setup.first_year - 2,
        school_since=setup.first_year - 4,
        fte=100,
        status=status,
        role=role,
        school=school,
        workload=50.0,
        **{trait: np.arange(n) / 10 - 1 for trait in TRAITS},
    )
    posts = np.zeros((schools, N_ROLES), np.int32)
    np.add.at(posts, (school[:-1], role[:-1]), 1)
    same = ("urn", "phase", "region", "local_authority", "kind", "cluster", "community", "disadvantage", "pupils")
    world.schools.append(
        schools,
        **{name: getattr(register, name) for name in same},
        base_pupils=register.pupils,
        target_posts=posts,
        posts=posts,
        filled=posts,
        culture=np.arange(schools) / 10,
    )
    clusters = len(register.cluster_key)
    world.clusters.append(
        clusters,
        key=register.cluster_key,
        kind=register.cluster_kind,
        schools=np.bincount(register.cluster[register.cluster >= 0], minlength=clusters),
        lead_school=0,
    )
    return world
