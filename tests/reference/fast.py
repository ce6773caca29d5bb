"""The fast model's history, read from its columns and logs in the form in which the reference writes its own."""

from __future__ import annotations

from collections import Counter

import numpy as np

from simulation.columns import Columns, Table
from simulation.log import PROGRAMME_COSTS
from simulation.model import PipelineModel
from simulation.processes.costs import CATEGORIES
from simulation.programmes.programme import Unit
from simulation.world import Setup, World
from tests.reference.history import History, PersonRecord, Year

MIND = ("aspiration", "self_view", "wellbeing", "workload", "readiness")
SKILLS = ("teaching", "people", "management", "system")
FIRST_POST = -1


def fast_history(setup: Setup, seed: int, replicate: int) -> History:
    """Run the fast model, its own checks on, over all years of ``setup`` and write down every census."""
    model = PipelineModel(setup, seed, replicate)
    history = {model.year: census(model.world)}
    while model.year < setup.last_year:
        model.step()
        history[model.year] = census(model.world)
    return history


def census(world: World) -> Year:
    """The year that ``world``'s latest census closes."""
    year = Year()
    urn = [int(number) for number in world.schools.urn]
    _events(year, world, urn)
    _people(year, world, urn)
    _schools(year, world, urn)
    _clusters(year, world)
    _programmes(year, world, urn)
    return year


def _events(year: Year, world: World, urn: list[int]) -> None:
    log = world.log
    year.chains_opened = int(log.chains_opened)
    year.leavers = [(int(i), log.year, int(r)) for i, r in zip(log.leavers.person, log.leavers.reason, strict=True)]
    given_up = zip(log.step_downs.row, log.step_downs.role, log.step_downs.school, strict=True)
    year.step_downs = [(int(world.people.id[row]), int(role), urn[school]) for row, role, school in given_up]
    events = log.appointments
    for n in range(len(events.person)):
        person, school = int(events.person[n]), urn[events.to_school[n]]
        chain = int(events.chain[n]), int(events.link[n])
        terms = int(events.round[n]), int(events.start[n]), int(events.waited[n])
        if events.from_role[n] == FIRST_POST:
            year.newcomers.append((person, school, *terms, *chain))
            continue
        before = int(events.from_role[n]), urn[events.from_school[n]]
        year.appointments.append((person, *before, int(events.to_role[n]), school, int(events.ring[n]), *terms, *chain))
    closed = log.closed_chains
    ends = zip(closed.chain, closed.length, closed.abolished, strict=True)
    year.closed_chains = [(int(chain), int(length), bool(abolished)) for chain, length, abolished in ends]
    year.adverts = Counter()
    for which, advertised in (("all", log.adverts), ("first", log.advertised)):
        for school in range(len(advertised)):
            for role in range(len(world.ladder)):
                year.adverts[urn[school], int(role), which] += int(advertised[school, role])
    year.adverts = +year.adverts


def _people(year: Year, world: World, urn: list[int]) -> None:
    people, everyone = world.people, world.people.everyone
    bits = _bits(everyone)
    lasting = [name for name in PersonRecord._fields if people.columns[name].lasting]
    for row in range(len(everyone.id)):
        key, past = int(everyone.id[row]), row >= len(people)
        columns = everyone if past else people
        values = {name: int(getattr(columns, name)[row]) for name in (lasting if past else PersonRecord._fields)}
        values["school"] = urn[values["school"]]
        if not past and values["acting_school"] >= 0:
            values["acting_school"] = urn[values["acting_school"]]
        year.people[key] = PersonRecord(**values)
        year.bits["person", key] = bits[row]
        if past:
            continue
        year.skills[key] = tuple(float(getattr(people, name)[row]) for name in SKILLS)
        year.mind[key] = tuple(float(getattr(people, name)[row]) for name in MIND)
        year.given[key] = tuple(people.given[row].tolist())
        year.schools_led[key] = int(people.schools_led[row])
        year.team_progress[key] = float(people.team_progress[row])
        year.shift["person", key] = tuple(people.shift[row].tolist())


def _schools(year: Year, world: World, urn: list[int]) -> None:
    schools, standing, bits = world.schools, world.vacancies, _bits(world.schools)
    keys = [*world.clusters.key.tolist(), None]  # the last for row -1: none
    for row, number in enumerate(urn):
        is_open = bool(world.is_open[row])
        belongs = int(schools.kind[row]), keys[schools.cluster[row]], int(schools.base_pupils[row])
        year.system[number] = (is_open, *belongs)
        if not world.has_opened[row]:
            continue
        posts = (schools.target_posts[row], schools.posts[row], schools.filled[row])
        year.posts[number] = tuple(tuple(by_role.tolist()) for by_role in posts)
        year.pupils[number], year.progress[number] = int(schools.pupils[row]), float(schools.progress[row])
        now = (schools.leadership[row], schools.culture[row], schools.trust[row], *schools.past_culture[row])
        year.leadership[number] = tuple(map(float, now))
        year.executive[number] = int(schools.executive[row])
        year.inspection[number] = (int(schools.grade[row]), int(schools.lowered[row]))
        year.sponsored[number] = int(schools.sponsored[row])
        year.head_changed[number] = (int(schools.head_changed[row]), float(schools.last_head_leadership[row]))
        year.school_given[number] = tuple(schools.given[row].tolist())
        year.progress_given[number] = float(schools.given_progress[row])
        year.bits["school", number], year.shift["school", number] = bits[row], tuple(schools.shift[row].tolist())
        if len(world.log.costs):
            year.costs[number] = dict(zip(CATEGORIES, world.log.costs[row].tolist(), strict=True))
    year.standing = [
        (
            int(standing.chain[n]),
            int(standing.link[n]),
            urn[standing.school[n]],
            int(standing.role[n]),
            int(standing.due[n]),
            int(standing.before[n] + standing.adverts[n]),
        )
        for n in range(len(standing.chain))
    ]


def _clusters(year: Year, world: World) -> None:
    clusters, bits = world.clusters, _bits(world.clusters)
    for row, key in enumerate(clusters.key.tolist()):
        year.clusters[key] = (int(clusters.chair[row]), float(clusters.systems[row]), float(clusters.strength[row]))
        year.bits["cluster", key], year.shift["cluster", key] = bits[row], tuple(clusters.shift[row].tolist())


def _bits(table: Table | Columns) -> list[tuple[int, int]]:
    return list(zip(table.joined.tolist(), table.completed.tolist(), strict=True))


def _programmes(year: Year, world: World, urn: list[int]) -> None:
    programmes, log = world.setup.programmes, world.log
    names = [programme.name for programme in programmes]
    columns = ("programme", "unit", "start", "completes", "completed", "delivered", "dose", "worn", "gap", "helper")
    for number, unit, *state in zip(*(getattr(world.enrolments, name).tolist() for name in columns), strict=True):
        if programmes[number].unit != Unit.PERSON or unit in year.people:  # not of those who are forgotten
            year.enrolments[names[number], unit, state[0]] = tuple(state)
    columns = ("programme", "person", "role", "school", "helped", "load")
    for number, person, role, school, *state in zip(*(getattr(log.helping, c).tolist() for c in columns), strict=True):
        year.helping[names[number], person] = (role, urn[school], *state)
    for number, stages in enumerate(log.funnel.tolist()):
        if programmes[number].runs(log.year):
            year.funnel[names[number]] = tuple(stages)
    for number, school, kind in np.argwhere(log.programme_costs):
        key = names[number], urn[school], PROGRAMME_COSTS[kind]
        year.programme_costs[key] = int(log.programme_costs[number, school, kind])
