"""What becomes of the schools and people of each local authority, and what programmes do there."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from simulation.census.arrays import true_places
from simulation.census.census import Census
from simulation.census.dimensions import DIMENSIONS
from simulation.census.measure import Kind, Measure, Tally
from simulation.census.programmes import delivers, reporting, takes_on
from simulation.numerics import FIXED_POINT
from simulation.processes.collaborate import collaborates
from simulation.processes.taking_part import Part
from simulation.programmes.channels import PersonSlot
from simulation.programmes.programme import Unit
from simulation.structure import CLASSROOM
from simulation.vocabulary import Move, Ring

Finds = Callable[[Census, np.ndarray], Tally | None]
"""The cases of a census, given the code of "local_authority" of every school."""

GIVEN = [PersonSlot[trait.upper()] for trait in DIMENSIONS["trait"]]


def _where_told(find: Finds, census: Census) -> Tally | None:
    """What ``find`` finds, in a school system whose authorities are told apart."""
    return None if census.authority is None else find(census, census.authority)


def _staff(census: Census, authority: np.ndarray) -> Tally:
    traits = np.stack([census.now.take(trait) for trait in DIMENSIONS["trait"]])
    return Tally(census.now.school, (authority[census.now.school], census.now.role), traits.T)


def _schools(census: Census, authority: np.ndarray) -> Tally:
    here, schools = census.open_schools, census.world.schools
    states = np.stack([getattr(schools, state)[here] for state in DIMENSIONS["school_state"]])
    return Tally(here, (authority[here],), states.T)


def _strength(census: Census, authority: np.ndarray) -> Tally:
    schools, clusters = census.world.schools, census.world.clusters
    together = census.school_rows[
        np.append(collaborates(census.world), False)[schools.cluster]
    ]  # -1 picks the last: no
    return Tally(together, (authority[together],), clusters.strength[schools.cluster[together]])


def _from_inside(census: Census, authority: np.ndarray) -> Tally | None:
    if not census.saw_the_year:
        return None
    made = census.log.appointments
    made = made.where(made.to_role > CLASSROOM)
    return Tally(made.to_school, (authority[made.to_school],), made.ring == int(Ring.OWN_SCHOOL))


def _promoted(census: Census, authority: np.ndarray) -> Tally | None:
    if not census.saw_the_year:
        return None
    made = census.log.appointments
    made = made.where(made.move == Move.PROMOTION)
    return Tally(made.from_school, (authority[made.from_school],))


def _vacant(census: Census, authority: np.ndarray) -> Tally:
    schools, here = census.world.schools, census.open_schools
    vacant, posts = (
        (one[here, CLASSROOM + 1 :].sum(axis=1)) for one in (schools.posts - schools.filled, schools.posts)
    )
    codes = (authority[here],)
    return Tally(here, codes, vacant, Tally(here, codes, posts))


def _where_they_started(census: Census, part: Part) -> np.ndarray:
    """School of each who started this year: of a person that of the census before, as some have moved on since."""
    new = np.flatnonzero(part.years_since_start == 0)
    if part.programme.unit is Unit.PERSON:
        return census.seen("school", 1)[part.row[new]].astype(np.int64)
    return part.school[new]


def _starts(census: Census, authority: np.ndarray) -> Tally | None:
    reports = reporting(census, takes_on)
    if not len(reports):
        return None
    schools = [np.empty(0, np.int64), *(_where_they_started(census, part) for part in census.parts)]
    numbers = [np.full(len(of), part.number, np.int8) for of, part in zip(schools[1:], census.parts, strict=True)]
    school = np.concatenate(schools)
    return Tally(school, (np.concatenate([np.empty(0, np.int8), *numbers]), authority[school]), reports_on=reports)


def _schools_that_started(census: Census, part: Part) -> np.ndarray:
    if part.programme.unit is Unit.CLUSTER:
        return part.schools_of(np.flatnonzero(part.years_since_start == 0), census.world)[1]
    return _where_they_started(census, part)


def _taking_part(census: Census, authority: np.ndarray) -> Tally | None:
    reports = reporting(census, takes_on)
    if not len(reports):
        return None
    pairs = [np.empty((0, 2), np.int64)]
    for part in census.parts:
        distinct = np.unique(_schools_that_started(census, part))
        pairs.append(np.stack([np.full(len(distinct), part.number), distinct], axis=1))
    number, school = np.concatenate(pairs).T
    return Tally(school, (number.astype(np.int8), authority[school]), reports_on=reports)


def _costs(census: Census, authority: np.ndarray) -> Tally | None:
    reports = reporting(census, delivers)
    if not len(reports):
        return None
    costs = census.log.programme_costs
    some = true_places(costs.ravel() != 0)
    number, school, item = np.unravel_index(some, costs.shape)
    return Tally(school, (number, authority[school], item), costs.ravel().take(some), reports_on=reports)


def _given(census: Census, authority: np.ndarray) -> Tally | None:
    if not len(reporting(census, takes_on)) and not len(census.world.enrolments):
        return None
    people, schools, numbers, rows = (
        census.world.people,
        [np.empty(0, np.int64)],
        [np.empty(0, np.int8)],
        [np.empty(0, np.int64)],
    )
    for part in census.parts:
        if part.programme.unit is Unit.PERSON:
            here = np.flatnonzero(part.present & (part.row < len(people)))
            schools.append(part.school[here])
            rows.append(part.row[here])
            numbers.append(np.full(len(here), part.number, np.int8))
    school, row = np.concatenate(schools), np.concatenate(rows)
    given = people.shift[row][:, GIVEN] / FIXED_POINT
    return Tally(school, (np.concatenate(numbers), authority[school]), given)


def _measure(
    name: str, title: str, unit: str, definition: str, find: Finds, axes: tuple[str, ...], **more: Any
) -> Measure:
    return Measure(
        name, title, unit, f"{definition} In a school system of 2 to 25 local authorities.", "Headway",
        partial(_where_told, find), axes=axes, places=(), **more,
    )  # fmt: skip


AT = "local_authority"
MEASURES = (
    _measure(
        "authority_staff", "State of the people in post, by authority (mean)", "standard deviations",
        "Mean skill, readiness for the next post, wish for it and well-being of people in service, by local authority of "
        "their school and role.", _staff, (AT, "role", "trait"), kind=Kind.RATIO, totals=("role",),
    ),
    _measure(
        "authority_schools", "State of schools, by authority (mean)", "standard deviations",
        "Mean over the authority's schools of their quality of leadership, culture of development, trust between staff and "
        "leaders, and pupil progress.", _schools, (AT, "school_state"), kind=Kind.RATIO,
    ),
    _measure(
        "authority_cluster_strength", "Strength of clusters, by authority (mean over schools)", "share",
        "Mean over the authority's schools that share a cluster, federation or trust with another school of how well it "
        "works together, 0 to 1.", _strength, (AT,), kind=Kind.RATIO,
    ),
    _measure(
        "authority_filled_from_inside", "Leadership posts filled from the own school, by authority", "share",
        "Of the year's appointments to a post above the classroom at the authority's schools, those of people of the same school.",
        _from_inside, (AT,), kind=Kind.RATIO,
    ),
    _measure(
        "authority_promoted", "People promoted, by authority", "people",
        "People of the authority's schools who won a higher post in the year, there or elsewhere.", _promoted, (AT,),
    ),
    _measure(
        "authority_vacancy_rate", "Leadership posts vacant, by authority", "share",
        "Of the posts above the classroom at the authority's schools, those vacant on census day.", _vacant, (AT,),
        kind=Kind.RATIO,
    ),
    _measure(
        "authority_starts", "Who started on the programme this year, by authority", "people, schools or clusters",
        "Starts between two censuses, by local authority: a person where they were at the census before, as some have moved on "
        "since, and a cluster at its lead school.", _starts, ("programme", AT),
    ),
    _measure(
        "authority_schools_taking_part", "Schools of which somebody started on the programme, by authority", "schools",
        "Schools that started on the programme this year, that are in a cluster which did, or of which somebody did.",
        _taking_part, ("programme", AT),
    ),
    _measure(
        "authority_programme_costs", "Costs of programmes in the year, by authority", "GBP",
        "As programme_costs, by local authority of the school where they fall.", _costs,
        ("programme", AT, "programme_cost"), totals=("programme_cost",),
    ),
    _measure(
        "authority_given", "What programmes give those who took part, by authority (mean)", "standard deviations",
        "Mean over people who ever started on the programme and are in service of what all programmes together add to "
        "their skills, readiness, wish for the next post and well-being at this census.", _given,
        ("programme", AT, "trait"), kind=Kind.RATIO,
    ),
)  # fmt: skip
