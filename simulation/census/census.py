"""A census: one year's view of the world, from which measures are taken. Nothing here changes the world."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from simulation.census import history
from simulation.census.dimensions import labels_of
from simulation.census.places import Places
from simulation.log import YearLog
from simulation.processes.taking_part import Part, taking_part
from simulation.tables import HISTORY
from simulation.vocabulary import N_ROLES, ClusterKind, Role, Status
from simulation.world import World


@dataclass
class Stock:
    """The people in service at one census, one entry each."""

    census: Census
    year: int
    rows: np.ndarray
    """Rows of people."""
    role: np.ndarray
    """Roles held at that census."""
    school: np.ndarray
    """Schools worked in at that census, rows of schools."""
    _taken: dict[str, np.ndarray] = field(default_factory=dict)

    def take(self, column: str) -> np.ndarray:
        """A column of people, for these people, as it is now."""
        if column not in self._taken:
            self._taken[column] = getattr(self.census.world.people, column)[self.rows]
        return self._taken[column]

    @cached_property
    def age(self) -> np.ndarray:
        """Age at that census; int16."""
        return self.year - self.take("birth_year")

    @property
    def fte(self) -> np.ndarray:
        """Hours in hundredths of full time, as last recorded: a leaver's are those they had when leaving."""
        return self.take("fte")


@dataclass
class Fates:
    """What became of the people in service at the census before, one entry each."""

    status: np.ndarray
    role: np.ndarray
    school: np.ndarray
    stayed: np.ndarray
    """In service at both censuses."""

    @cached_property
    def left(self) -> np.ndarray:
        """Which of them left, as places in these arrays."""
        return np.flatnonzero(~self.stayed)


@dataclass
class Entrants:
    """The people in service at a census who were not at the census before, one entry each."""

    rows: np.ndarray
    school: np.ndarray
    entry: np.ndarray
    """Codes of "entry"."""
    fte: np.ndarray


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
    def places(self) -> Places:
        """Places of schools."""
        return Places(self.world.schools, len(self.labels["region"]))

    @cached_property
    def labels(self) -> dict[str, tuple[str, ...]]:
        """Labels along every dimension, in order of code."""
        return labels_of(self.world.setup)

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
        return self._stock(0)

    @cached_property
    def before(self) -> Stock | None:
        """People in service at the census before; None at the first."""
        return self._stock(1) if self.reach >= 1 else None

    def _stock(self, back: int) -> Stock:
        people = self.world.people
        found = history.in_service(people.seen_status, people.seen_role, people.seen_school, int(self.columns[back]))
        return Stock(self, self.year - back, *found)

    def seen(self, people_rows: np.ndarray, back: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Status, role and school of the people in ``people_rows`` at the census ``back`` years ago."""
        people = self.world.people
        return history.seen_at(
            people_rows, people.seen_status, people.seen_role, people.seen_school, int(self.columns[back])
        )

    @cached_property
    def fates(self) -> Fates | None:
        """What became of the people in service at the census before; None at the first."""
        if self.before is None:
            return None
        status, role, school = self.seen(self.before.rows, 0)
        return Fates(status, role, school, status == Status.IN_SERVICE)

    @cached_property
    def arrivals(self) -> tuple[np.ndarray, np.ndarray] | None:
        """Of the people in service now: how they came in since the census before, and who changed school.

        A code of "entry" each, -1 for whoever was in service at both; and a boolean. None at the first census.
        """
        if self.reach < 1:
            return None
        people, now = self.world.people, self.now
        return history.arrivals(
            now.rows, now.school, people.id, people.seen_status, people.seen_school, int(self.columns[1])
        )

    @cached_property
    def entrants(self) -> Entrants | None:
        """People in service now who were not at the census before; None at the first."""
        if self.arrivals is None:
            return None
        entry = self.arrivals[0]
        came = np.flatnonzero(entry >= 0)
        fte = self.world.people.fte[self.now.rows[came]]
        return Entrants(self.now.rows[came], self.now.school[came], entry[came], fte)

    @cached_property
    def heads(self) -> Stock:
        """Heads in service at this census."""
        now = self.now
        heads = np.flatnonzero(now.role == Role.HEAD)
        return Stock(self, self.year, now.rows[heads], now.role[heads], now.school[heads])

    @cached_property
    def fte_by_school_and_role(self) -> np.ndarray:
        """Hundredths of full time in service, schools × roles; int64."""
        n = len(self.school_rows)
        post = self.now.school.astype(np.int64) * N_ROLES + self.now.role
        return np.bincount(post, self.now.fte, n * N_ROLES).astype(np.int64).reshape(n, N_ROLES)

    @property
    def saw_the_year(self) -> bool:
        """Whether the log tells what happened between the census before and this one."""
        return self.reach >= 1 and self.world.log.year == self.year

    @cached_property
    def school_by_role(self) -> tuple[np.ndarray, np.ndarray]:
        """School and role of each entry of a table schools × roles, read row by row."""
        n = len(self.school_rows)
        return np.repeat(self.school_rows, N_ROLES), np.tile(np.arange(N_ROLES, dtype=np.int8), n)

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
