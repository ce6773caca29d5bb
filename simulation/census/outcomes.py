"""What a programme is meant to move: the closed list of outcomes, each a number for every unit that joined.

An outcome is read at a census, for units whose place at the census before their start was remembered. The difference
that a programme makes to it is that between two runs of the same draws, unit by unit, with and without the programme.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields
from functools import cached_property
from typing import Final, Self

import numpy as np

from simulation.census.staying import Followed
from simulation.numerics import FIXED_POINT, logits
from simulation.processes.surroundings import chances
from simulation.programmes.channels import PersonSlot
from simulation.programmes.programme import Unit
from simulation.structure import CLASSROOM
from simulation.tables import HISTORY
from simulation.vocabulary import Move, Ring, Status
from simulation.world import World


@dataclass(frozen=True)
class Starts:
    """Where units were at the census before their start; one entry each."""

    person: np.ndarray
    """Id of the person who joined; 0 where a school or a cluster joined. uint64."""
    role: np.ndarray
    """Role held; -1 where a school or a cluster joined. int8."""
    school: np.ndarray
    """Row of schools: the person's, the school itself, or the lead school of the cluster. int32."""
    cluster: np.ndarray
    """Row of clusters, -1 for none. int32."""

    def __len__(self) -> int:
        return len(self.person)

    def take(self, rows: np.ndarray) -> Self:
        """The units that ``rows`` (a mask, or places) picks."""
        return type(self)(*(getattr(self, f.name)[rows] for f in fields(self)))


@dataclass(frozen=True)
class Outcome:
    """One outcome."""

    name: str
    of: Unit
    unit: str
    meaning: str
    values: Callable[[World, Starts], np.ndarray]
    """One number for each unit, as the world stands at its census, and the events of its year; NaN where there is none.
    float64."""


def rows_of(world: World, person: np.ndarray) -> np.ndarray:
    """Rows of people, those set aside included, by id; -1 for whoever the model has forgotten, or never knew."""
    ids = world.people.everyone.id
    order = np.argsort(ids, kind="stable")
    place = np.searchsorted(ids, person, sorter=order)
    row = order[np.minimum(place, len(ids) - 1)]
    return np.where(ids[row] == person, row, -1)


class _Followed(Followed):
    """The people who joined, as their start and this census find them; an entry for each unit."""

    def __init__(self, world: World, starts: Starts) -> None:
        self.role, self.school = starts.role, starts.school
        self.row = rows_of(world, starts.person)
        """Of people, those set aside included; -1 for whoever is forgotten."""
        self._people, self.ladder = world.people.everyone, world.ladder

    @cached_property
    def status_now(self) -> np.ndarray:
        """Their status; whoever is forgotten is gone."""
        return np.where(self.row >= 0, self._people.status[self.row], np.int8(Status.GONE))

    @cached_property
    def role_now(self) -> np.ndarray:
        """Their role, or that when last in service."""
        return self._people.role[self.row]

    @cached_property
    def school_now(self) -> np.ndarray:
        """Their school, or that when last in service."""
        return self._people.school[self.row]

    @property
    def leads_trust(self) -> np.ndarray:
        """Whether they lead a trust, which no census of schools sees."""
        return (self.status_now == int(Status.CENTRAL)) & (self.role_now == self.ladder.trust_leader)

    @property
    def present(self) -> np.ndarray:
        """In service, or leading a trust."""
        return self.stayed | self.leads_trust

    def of_those_in_service(self, column: np.ndarray) -> np.ndarray:
        """A column of people, NaN where somebody is not in service; float64."""
        found = np.full(len(self.row), np.nan)
        found[self.stayed] = column[self.row[self.stayed]]
        return found


def _fact(holds: Callable[[_Followed], np.ndarray]) -> Callable[[World, Starts], np.ndarray]:
    """1 or 0; 0 for people who are gone."""
    return lambda world, starts: holds(_Followed(world, starts)).astype(np.float64)


def _of_phase(holds: Callable[[_Followed, np.ndarray], np.ndarray]) -> Callable[[World, Starts], np.ndarray]:
    """The same, of a fact for which the phases of schools have to be known."""
    return lambda world, starts: holds(_Followed(world, starts), world.schools.phase).astype(np.float64)


def _state(column: str) -> Callable[[World, Starts], np.ndarray]:
    """A column of people, of those in service."""
    return lambda world, starts: _Followed(world, starts).of_those_in_service(getattr(world.people, column))


def _schools_reached(world: World, starts: Starts) -> np.ndarray:
    now = _Followed(world, starts)
    reach = now.of_those_in_service(world.people.shift[:, PersonSlot.REACH]) / FIXED_POINT
    see = chances(world)[world.zone[now.school_now], world.schools.phase[now.school_now]]
    rings = (Ring.CLUSTER, Ring.COMMUNITY, Ring.ELSEWHERE)
    return sum((_shifted(see[:, ring], reach) for ring in rings), np.zeros(len(reach))) / 3


def _shifted(probability: np.ndarray, by: np.ndarray) -> np.ndarray:
    """Probabilities with ``by`` added to their log-odds."""
    return np.where(by == 0, probability, 1 / (1 + np.exp(-(logits(probability) + by))))


def _school(column: str) -> Callable[[World, Starts], np.ndarray]:
    return lambda world, starts: getattr(world.schools, column)[starts.school].astype(np.float64)


def _share(part: np.ndarray, whole: np.ndarray) -> np.ndarray:
    """``part / whole``; NaN of nothing."""
    return np.divide(part, whole, out=np.full(len(whole), np.nan), where=whole > 0)


def _staff_retention(world: World, starts: Starts) -> np.ndarray:
    people, before = world.people, (world.year - 1) % HISTORY
    then = people.seen_status[:, before] == Status.IN_SERVICE
    school = people.seen_school[:, before]
    still = then & (people.status == Status.IN_SERVICE) & (people.school == school)
    n = len(world.schools)
    return _share(np.bincount(school[still], minlength=n), np.bincount(school[then], minlength=n))[starts.school]


def _staff_wellbeing(world: World, starts: Starts) -> np.ndarray:
    people = world.people
    here = people.status == Status.IN_SERVICE
    # Summed in fixed point, so that the mean does not depend on the order of rows.
    total = np.zeros(len(world.schools), np.int64)
    np.add.at(total, people.school[here], np.floor(people.wellbeing[here] * FIXED_POINT + 0.5).astype(np.int64))
    staff = np.bincount(people.school[here], minlength=len(world.schools))
    return _share(total / FIXED_POINT, staff)[starts.school]


def _leaders_breadth(world: World, starts: Starts) -> np.ndarray:
    people, n = world.people, len(world.schools)
    lead = (people.status == Status.IN_SERVICE) & (people.role > CLASSROOM)
    total = np.zeros(n, np.int64)
    np.add.at(total, people.school[lead], np.floor(people.system[lead] * FIXED_POINT + 0.5).astype(np.int64))
    return _share(total / FIXED_POINT, np.bincount(people.school[lead], minlength=n))[starts.school]


def _vacant_posts(world: World, starts: Starts) -> np.ndarray:
    posts = world.schools.posts.sum(axis=1)
    return _share(posts - world.schools.filled.sum(axis=1), posts)[starts.school]


def _filled_from(*rings: Ring) -> Callable[[World, Starts], np.ndarray]:
    def values(world: World, starts: Starts) -> np.ndarray:
        made, n = world.log.appointments, len(world.schools)
        made = made.where(made.to_role > CLASSROOM)
        near = np.isin(made.ring, rings)
        return _share(np.bincount(made.to_school[near], minlength=n), np.bincount(made.to_school, minlength=n))[
            starts.school
        ]

    return values


def _leadership_applications(world: World, starts: Starts) -> np.ndarray:
    made = world.log.appointments
    made = made.where(made.move == Move.PROMOTION)
    return np.bincount(made.from_school, minlength=len(world.schools))[starts.school].astype(np.float64)


def _cluster_strength(world: World, starts: Starts) -> np.ndarray:
    if not len(world.clusters):
        return np.full(len(starts), np.nan)
    return np.where(starts.cluster >= 0, world.clusters.strength[starts.cluster], np.nan)


SD = "standard deviations"

OUTCOMES: Final = {
    outcome.name: outcome
    for outcome in (
        Outcome(
            "in_state_teaching", Unit.PERSON, "share", "in service in a state school", _fact(lambda now: now.stayed)
        ),
        Outcome(
            "in_own_school", Unit.PERSON, "share", "in service at the school of the start",
            _fact(lambda now: now.same_school),
        ),
        Outcome(
            "in_own_phase", Unit.PERSON, "share", "in service in any role, in a school of the same phase",
            _of_phase(_Followed.in_phase),
        ),
        Outcome(
            "in_same_post", Unit.PERSON, "share", "in service in the role and at the school of the start",
            _fact(lambda now: now.in_same_post),
        ),
        Outcome(
            "same_post_or_higher", Unit.PERSON, "share",
            "in service in the role of the start or a higher one, in a school of the same phase: retention as the department counts it",
            _of_phase(_Followed.at_level_in_phase),
        ),
        Outcome(
            "same_post_or_higher_in_own_school", Unit.PERSON, "share",
            "in service in the role of the start or a higher one, at the school of the start",
            _fact(lambda now: now.at_level_in_own_school),
        ),
        Outcome(
            "in_leadership_post", Unit.PERSON, "share", "in service in a senior team, heads included",
            _fact(lambda now: now.in_senior_team(now.ladder)),
        ),
        Outcome(
            "promoted", Unit.PERSON, "share", "in a higher role than at the start, trust leadership included",
            _fact(lambda now: now.present & (now.role_now > now.role)),
        ),
        Outcome(
            "in_senior_leadership", Unit.PERSON, "share", "in the senior team of a school, its head included, or leading a trust",
            _fact(lambda now: now.in_senior_team(now.ladder) | now.leads_trust),
        ),
        Outcome(
            "head", Unit.PERSON, "share", "head, or leading a trust",
            _fact(lambda now: now.present & (now.role_now >= now.ladder.head)),
        ),
        Outcome("trust_leader", Unit.PERSON, "share", "leading a trust", _fact(lambda now: now.leads_trust)),
        Outcome(
            "in_leadership", Unit.PERSON, "share",
            "in the role of the start or a higher one, in service or leading a trust",
            _fact(lambda now: now.at_level | (now.leads_trust & (now.role_now >= now.role))),
        ),
        Outcome(
            "schools_reached", Unit.PERSON, "share",
            "chance of seeing a post in another school, averaged over cluster, community and elsewhere",
            _schools_reached,
        ),
        Outcome("aspiration", Unit.PERSON, SD, "wish for the next rung", _state("aspiration")),
        Outcome("readiness", Unit.PERSON, SD, "fitness for the next rung", _state("readiness")),
        Outcome("wellbeing", Unit.PERSON, SD, "well-being", _state("wellbeing")),
        Outcome("workload", Unit.PERSON, "hours a week", "working hours", _state("workload")),
        Outcome("teaching", Unit.PERSON, SD, "skill in teaching", _state("teaching")),
        Outcome("people", Unit.PERSON, SD, "skill in leading people", _state("people")),
        Outcome("management", Unit.PERSON, SD, "skill in running an organisation", _state("management")),
        Outcome("system", Unit.PERSON, SD, "skill in leading beyond one's own school", _state("system")),
        Outcome("team_progress", Unit.PERSON, SD, "pupil progress of the own team", _state("team_progress")),
        Outcome("culture", Unit.SCHOOL, SD, "culture of development", _school("culture")),
        Outcome("trust", Unit.SCHOOL, SD, "trust between staff and leaders", _school("trust")),
        Outcome("leadership", Unit.SCHOOL, SD, "quality of leadership", _school("leadership")),
        Outcome("pupil_progress", Unit.SCHOOL, SD, "pupil progress of the school", _school("progress")),
        Outcome(
            "staff_retention", Unit.SCHOOL, "share", "people of the census before who are still in service there",
            _staff_retention,
        ),
        Outcome("staff_wellbeing", Unit.SCHOOL, SD, "mean well-being of the people in service", _staff_wellbeing),
        Outcome(
            "leaders_breadth", Unit.SCHOOL, SD, "mean skill of its leaders in leading beyond their own school",
            _leaders_breadth,
        ),
        Outcome("vacant_posts", Unit.SCHOOL, "share", "posts vacant at the census", _vacant_posts),
        Outcome(
            "filled_from_inside", Unit.SCHOOL, "share", "the year's leadership appointments from the own school",
            _filled_from(Ring.OWN_SCHOOL),
        ),
        Outcome(
            "filled_from_cluster", Unit.SCHOOL, "share",
            "the year's leadership appointments from the own school or its cluster",
            _filled_from(Ring.OWN_SCHOOL, Ring.CLUSTER),
        ),
        Outcome(
            "leadership_applications", Unit.SCHOOL, "people",
            "people of the school who won a higher post in the year, there or elsewhere",
            _leadership_applications,
        ),
        Outcome("cluster_strength", Unit.CLUSTER, "share", "how well the cluster works together", _cluster_strength),
    )
}  # fmt: skip
"""Every outcome by its name in programme files."""
