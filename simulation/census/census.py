"""A census: one year's view of the world, from which measures are taken. Nothing here changes the world."""

from __future__ import annotations

from functools import cached_property

import numpy as np

from simulation.census import history
from simulation.census.tally import summed
from simulation.log import YearLog
from simulation.processes.taking_part import Part, taking_part
from simulation.tables import HISTORY, UNSEEN
from simulation.vocabulary import N_ROLES, ClusterKind, Role, Route, Status
from simulation.world import World


class Stock:
    """People at one census, one entry each."""

    def __init__(self, census: Census, year: int, rows: np.ndarray, role: np.ndarray, school: np.ndarray) -> None:
        self.census = census
        self.year = year
        self.rows = rows
        """Rows of people."""
        self.role = role
        """Roles held at that census; int8."""
        self.school = school
        """Schools worked in at that census, rows of schools; int32."""
        self._taken: dict[str, np.ndarray] = {}

    def take(self, column: str) -> np.ndarray:
        """A column of people, for these people, as it is now."""
        if column not in self._taken:
            self._taken[column] = getattr(self.census.world.people, column).take(self.rows)
        return self._taken[column]

    @cached_property
    def age(self) -> np.ndarray:
        """Age at that census; int16."""
        return self.year - self.take("birth_year")

    @property
    def fte(self) -> np.ndarray:
        """Hours in hundredths of full time, as last recorded: a leaver's are those they had when leaving; int16."""
        return self.take("fte")

    def pick(self, which: np.ndarray) -> Stock:
        """Those that ``which``, a mask, picks."""
        chosen = np.flatnonzero(which)
        return Stock(self.census, self.year, self.rows[chosen], self.role[chosen], self.school[chosen])


class Before(Stock):
    """The people in service at the census before, and what has become of them."""

    @cached_property
    def status_now(self) -> np.ndarray:
        """Their status at this census; int8."""
        return self.take("status")

    @property
    def role_now(self) -> np.ndarray:
        """Their role at this census, or when last in service; int8."""
        return self.take("role")

    @property
    def school_now(self) -> np.ndarray:
        """Their school at this census, or when last in service, rows of schools; int32."""
        return self.take("school")

    @cached_property
    def stayed(self) -> np.ndarray:
        """In service at both censuses."""
        return self.status_now == Status.IN_SERVICE

    @cached_property
    def moved(self) -> np.ndarray:
        """In service at both censuses, in another school."""
        return self.stayed & (self.school_now != self.school)

    @cached_property
    def in_same_post(self) -> np.ndarray:
        """In service at both censuses, in one role and school."""
        return self.stayed & (self.role_now == self.role) & (self.school_now == self.school)

    @cached_property
    def left(self) -> Stock:
        """Those who are not in service at this census."""
        return self.pick(~self.stayed)


class Census:
    """What the census of ``world.year`` shows, with the shared arrays that measures need, each found once."""

    def __init__(self, world: World) -> None:
        """Raise :exc:`ValueError` if the census process has not run in ``world.year``."""
        self.world = world
        self.year = world.year
        if (world.people.seen_status[:, self.year % HISTORY] != world.people.status).any():
            raise ValueError(
                f"the census of {self.year} has not been taken: history column {self.year % HISTORY} of people does not "
                f"hold their status; run the census process before measuring"
            )
        self.reach = min(HISTORY - 1, self.year - world.setup.first_year)
        """How many censuses before this one are remembered."""

    @property
    def log(self) -> YearLog:
        """The year's events."""
        return self.world.log

    @cached_property
    def columns(self) -> np.ndarray:
        """History column of the census ``back`` years ago, for every ``back`` from 0 to HISTORY - 1."""
        return (self.year - np.arange(HISTORY)) % HISTORY

    @cached_property
    def parts(self) -> list[Part]:
        """Who takes part in which programme, where they are now."""
        return taking_part(self.world)

    @cached_property
    def school_rows(self) -> np.ndarray:
        """Row number of every school."""
        return np.arange(len(self.world.schools), dtype=np.int32)

    @cached_property
    def now(self) -> Stock:
        """People in service at this census."""
        people = self.world.people
        rows = np.flatnonzero(people.status == Status.IN_SERVICE)
        return Stock(self, self.year, rows, people.role.take(rows), people.school.take(rows))

    @cached_property
    def before(self) -> Before | None:
        """People in service at the census before; None at the first."""
        if self.reach < 1:
            return None
        people = self.world.people
        found = history.in_service(people.seen_status, people.seen_role, people.seen_school, int(self.columns[1]))
        return Before(self, self.year - 1, *found)

    def seen(self, people_rows: np.ndarray, back: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Status, role and school of the people in ``people_rows`` at the census ``back`` years ago."""
        people = self.world.people
        return history.seen_at(
            people_rows, people.seen_status, people.seen_role, people.seen_school, int(self.columns[back])
        )

    @cached_property
    def entrants(self) -> Stock | None:
        """People in service now who were not at the census before; None at the first."""
        if self.before is None:
            return None
        there = np.zeros(len(self.world.people), bool)
        there[self.before.rows] = True
        return self.now.pick(~there.take(self.now.rows))

    @cached_property
    def entry(self) -> np.ndarray:
        """How each of the entrants came in, a code of "entry"; int8. There must be a census before."""
        assert self.entrants is not None
        newly_qualified = self.entrants.take("id") >> np.uint64(history.ROUTE_BITS) == Route.NEWLY_QUALIFIED
        first_seen = np.where(newly_qualified, history.NEWLY_QUALIFIED, history.NEW_TO_SECTOR)
        unseen = self.seen(self.entrants.rows, 1)[0] == UNSEEN
        return np.where(unseen, first_seen, history.RETURNER).astype(np.int8)

    @cached_property
    def heads(self) -> Stock:
        """Heads in service at this census."""
        return self.now.pick(self.now.role == Role.HEAD)

    @cached_property
    def fte_by_school_and_role(self) -> np.ndarray:
        """Hundredths of full time in service, schools × roles; int64."""
        now, n = self.now, len(self.school_rows)
        return summed(now.school * np.int32(N_ROLES) + now.role, now.fte, n * N_ROLES).reshape(n, N_ROLES)

    @property
    def saw_the_year(self) -> bool:
        """Whether the log tells what happened between the census before and this one."""
        return self.reach >= 1 and self.world.log.year == self.year

    @cached_property
    def trust_schools(self) -> np.ndarray:
        """Schools in each school's trust, itself included; 0 for a school in no trust. int32."""
        schools, clusters = self.world.schools, self.world.clusters
        in_trust = schools.cluster >= 0
        in_trust[in_trust] = clusters.kind[schools.cluster[in_trust]] == ClusterKind.TRUST
        size = np.bincount(schools.cluster[in_trust], minlength=len(clusters))
        found = np.zeros(len(schools), np.int32)
        found[in_trust] = size[schools.cluster[in_trust]]
        return found

    @cached_property
    def new_to_post(self) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray] | None:
        """Cohorts new to post, see :func:`simulation.census.history.new_to_post`; None before the third census."""
        people = self.world.people.everyone
        furthest = self.reach - 1
        if furthest < 1:
            return None
        return history.new_to_post(
            self.columns,
            people.seen_status,
            people.seen_role,
            people.seen_school,
            people.birth_year,
            self.world.schools.phase,
            self.year,
            furthest,
        )
