"""Small worlds made by hand, for tests that want to know exactly who is where."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np

from simulation.columns import Table
from simulation.declaring import UNITS
from simulation.draws import Key, agent_ids
from simulation.log import Vacancies
from simulation.parameters import Parameters, declarations
from simulation.processes.base import Process
from simulation.register import Register
from simulation.vocabulary import ClusterKind, Phase, Role, Route, SchoolKind, Status
from simulation.world import Setup, World

FIRST_URN = 100001
TRAITS = ("teaching", "people", "management", "system", "aspiration", "self_view", "readiness", "wellbeing")


def behind_the_back(table: Table, column: str) -> np.ndarray:
    """A column to write into as no process may."""
    return table._view(column)


def run_alone(process: Process, world: World) -> None:
    """Run one process of the year on a world that no model runs."""
    process.run(SimpleNamespace(world=world), world.hand_out()(process.name))


def blank_parameters() -> Parameters:
    """Every parameter at zero: enough for a world that no standard process acts on."""
    least = {d.path: max(0.0, UNITS[d.unit][0]) for d in declarations()}  # nought, where that is possible
    return Parameters.from_values({d.path: np.full(d.shape, least[d.path]) for d in declarations()})


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


def tiny_world(
    schools: int = 3, people_per_school: int = 6, setup: Setup | None = None, key: Key | None = None
) -> World:
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
    posts = np.zeros((schools, len(Role)), np.int32)
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


def rough_parameters() -> Parameters:
    """Round numbers of the right order, so that people come, go and rise; not evidence, and not for any claim."""
    ages = np.array([0.05, 0.15, 0.17, 0.16, 0.14, 0.12, 0.1, 0.07, 0.03, 0.01])
    values = blank_parameters().values()
    rough = {
        "population.age": ages,
        "population.entry_age": ages,
        "population.female": 0.7,
        "population.entrant_female": 0.7,
        "population.ethnic_group": np.full(5, 0.2),
        "population.entrant_ethnic_group": np.full(5, 0.2),
        "population.part_time": 0.2,
        "population.qualifying_age": 24.0,
        "population.new_to_sector_years": 5.0,
        "population.skill_correlation": 0.5,
        "population.out_of_service": 0.3,
        "establishment.pupils_per_teacher": 18.0,
        "establishment.middle_leader_share": 0.2,
        "establishment.posts_at_no_size": np.array([0, 0, 1, 1, 1, 0]),
        "establishment.most_posts": np.array([0, 0, 3, 2, 1, 0]),
        "hours.go_part_time": 0.03,
        "hours.go_full_time": 0.1,
        "develop.growth_on_the_job": 0.1,
        "develop.carry_over": 0.8,
        "develop.wellbeing_memory": 0.6,
        "develop.wellbeing_spread": 1.0,
        "develop.hours": 50.0,
        "lead.head_weight": 0.6,
        "lead.leadership_memory": 0.5,
        "lead.school_spread": 0.5,
        "leave.state_schools": 0.08,
        "leave.retire": np.array([0, 0, 0, 0, 0, 0, 0, 0.1, 0.3, 0.6]),
        "leave.career_break": 0.02,
        "leave.trust_central_team": 0.01,
        "leave.step_down": 0.02,
        "leave.per_wellbeing": 0.5,
        "leave.dates": np.array([0.2, 0.15, 0.65]),
        "leave.sudden": 0.05,
        "leave.late_notice": 0.5,
        "leave.return_from_break": 0.5,
        "leave.return_from_out": 0.15,
        "appoint.wants": 0.7,
        "population.classroom_wants": 0.6,
        "appoint.seek_promotion": 0.4,
        "appoint.peak_years": 12.0,
        "appoint.peak_width": 10.0,
        "appoint.merit_weights": 0.25,
        "appoint.seek_move": 0.1,
        "appoint.see": 0.5,
        "appoint.schools_near": 5.0,
        "appoint.schools_elsewhere": 5.0,
        "appoint.panel_noise": 0.5,
        "appoint.bar": -1.0,
        "appoint.bar_drop": 1.0,
        "appoint.wider_reach": 2.0,
        "recruit.fill": 0.9,
        "recruit.newly_qualified": 0.6,
        "costs.pay": 50_000.0,
        "costs.advert": 1000.0,
        "costs.school_weeks": 39.0,
        "costs.directed_hours": 1265.0,
        "collaborate.weights": 1 / 6,
    }
    for path, value in rough.items():
        values[path] = np.broadcast_to(value, np.shape(values[path])).copy() if np.ndim(values[path]) else float(value)
    return Parameters.from_values(values)


def rough_setup(schools: int = 12, years: int = 4, warm_up_years: int = 2) -> Setup:
    """A setup on which the standard processes run, with :func:`rough_parameters`."""
    return Setup(tiny_register(schools), rough_parameters(), 2025, warm_up_years, years)


def vacant(*posts: tuple[int, int, int, int], due: int = 3 * 2005 + 3, first: int = 2) -> Vacancies:
    """Vacancies as (school, role, chain, link), without a holder since the date ``due`` and advertised from a round on."""
    n = len(posts)
    columns = (np.array(column) for column in zip(*posts, strict=True))
    return Vacancies(*columns, np.full(n, due), np.full(n, first), np.zeros(n, int), np.ones(n, int))
