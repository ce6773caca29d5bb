"""A census: one year's view of the world, from which measures are taken. Nothing here changes the world."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property

import numpy as np

from simulation.census.arrays import true_places
from simulation.census.authorities import authorities, code_of_schools
from simulation.census.stock import Past, Stock
from simulation.columns import Columns, Table
from simulation.log import YearLog
from simulation.processes.taking_part import Part, taking_part
from simulation.structure import CLASSROOM, Ladder
from simulation.tables import HISTORY, UNSEEN
from simulation.vocabulary import ClusterKind, Route, Status
from simulation.world import World

IN_SERVICE = int(Status.IN_SERVICE)
"""As a plain number: arrays of int8 are compared with it much faster than with a member of an enumeration."""

AGE_LIMIT = 50
"""The published cohorts are of people under 50 at the census at which they are new to post."""

RETURNER, NEWLY_QUALIFIED, NEW_TO_SECTOR = range(3)
"""Codes of the dimension "entry"."""

ROUTE_BITS = np.uint64(60)
"""A person's id holds their :class:`~simulation.vocabulary.Route` from this bit up."""


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
    def ladder(self) -> Ladder:
        """The context's ladder of posts."""
        return self.world.ladder

    @property
    def log(self) -> YearLog:
        """The year's events."""
        return self.world.log

    @property
    def everyone(self) -> Columns:
        """Everybody who is known, those who only have a past included."""
        return self.world.people.everyone

    def seen(self, what: str, back: int) -> np.ndarray:
        """``status``, ``role`` or ``school`` of everyone as the census ``back`` years ago saw it."""
        return getattr(self.everyone, f"seen_{what}")[:, (self.year - back) % HISTORY]

    def in_service(self, back: int) -> np.ndarray:
        """Who of everyone was in service at the census ``back`` years ago, as a mask."""
        return self.seen("status", back) == IN_SERVICE

    def role_held(self, back: int) -> np.ndarray:
        """The role that everyone held in service at the census ``back`` years ago, -1 for who was not; int8."""
        return self.seen("role", back) | -(~self.in_service(back)).view(np.int8)  # -1 has all bits set

    @cached_property
    def parts(self) -> list[Part]:
        """Who takes part in which programme, where they are now."""
        return taking_part(self.world)

    @cached_property
    def authority(self) -> np.ndarray | None:
        """Code of "local_authority" of every school, int8; None in a system with one authority, or too many to be told apart."""
        register = self.world.setup.register
        return code_of_schools(register) if authorities(register) else None

    @cached_property
    def school_rows(self) -> np.ndarray:
        """Row number of every school, those that are not open included."""
        return np.arange(len(self.world.schools), dtype=np.int32)

    @cached_property
    def open_schools(self) -> np.ndarray:
        """Row numbers of the schools that are open."""
        return np.flatnonzero(self.world.is_open).astype(np.int32)

    @cached_property
    def now(self) -> Stock:
        """People in service at this census."""
        people = self.world.people
        rows = true_places(people.status == IN_SERVICE)
        return Stock(people, self.year, rows, people.role.take(rows), people.school.take(rows))

    @cached_property
    def before(self) -> Past | None:
        """People in service at the census before; None at the first."""
        return self._past(self.world.people, [true_places(self.in_service(1))]) if self.reach >= 1 else None

    def _past(self, people: Table | Columns, cohorts: Iterable[np.ndarray]) -> Past:
        """Who was in service in one of ``cohorts``, rows of people: of a year ago, two years ago and so on."""
        rows = list(cohorts)
        years = np.repeat(np.arange(1, len(rows) + 1, dtype=np.int8), list(map(len, rows)))
        role, school = (
            np.concatenate([self.seen(what, back).take(chosen) for back, chosen in enumerate(rows, 1)])
            for what in ("role", "school")
        )
        return Past(people, self.year, np.concatenate(rows), role, school, years)

    @cached_property
    def entrants(self) -> Stock | None:
        """People in service now who were not at the census before; None at the first."""
        if self.reach < 1:
            return None
        return self.now.pick(~self.in_service(1).take(self.now.rows))

    @cached_property
    def entry(self) -> np.ndarray:
        """How each of the entrants came in, a code of "entry"; int8. There must be a census before."""
        assert self.entrants is not None
        newly_qualified = self.entrants.take("id") >> ROUTE_BITS == np.uint64(Route.NEWLY_QUALIFIED)
        first_seen = np.where(newly_qualified, NEWLY_QUALIFIED, NEW_TO_SECTOR)
        unseen = self.seen("status", 1).take(self.entrants.rows) == UNSEEN
        return np.where(unseen, first_seen, RETURNER).astype(np.int8)

    @cached_property
    def heads(self) -> Stock:
        """Heads in service at this census."""
        return self.now.pick(self.now.role == self.ladder.head)

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
    def new_to_post(self) -> Past | None:
        """Everybody who was new to a leadership post at an earlier census, under 50 at the time; None before the third.

        New means in service in the role at one census, and in a lower one or not in service at the census before. New heads who
        were appointed for a fixed term are left out.
        """
        return self._past(self.everyone, self._newly_in_post()) if self.reach >= 2 else None

    def _newly_in_post(self) -> Iterator[np.ndarray]:
        born, for_a_term, role = self.everyone.birth_year, self.everyone.fixed_term, self.role_held(1)
        for back in range(1, self.reach):
            was = self.role_held(back + 1)
            young = born > self.year - back - AGE_LIMIT
            yield true_places((role > was) & (role > CLASSROOM) & young & (for_a_term != self.year - back))
            role = was

    @cached_property
    def newly_qualified(self) -> Past | None:
        """The newly qualified in service at the census of the year in which they qualified, by cohort; None before the third."""
        if self.reach < 2:
            return None
        # The route is the top of the id, so the newly qualified are those whose id lies between two bounds
        low, high = (np.uint64(route) << ROUTE_BITS for route in (Route.NEWLY_QUALIFIED, Route.NEWLY_QUALIFIED + 1))
        ids, year = self.everyone.id, self.everyone.qualified_year
        rows = true_places((year > self.year - self.reach) & (year < self.year) & (ids >= low) & (ids < high))
        year = year.take(rows)
        cohorts = (rows.take(true_places(year == self.year - back)) for back in range(1, self.reach))
        seen = (cohort.take(true_places(self.in_service(back).take(cohort))) for back, cohort in enumerate(cohorts, 1))
        return self._past(self.everyone, seen)
