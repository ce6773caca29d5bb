"""Stocks: the people in service at a census, as arrays with one entry each."""

from __future__ import annotations

from functools import cached_property

import numpy as np

from simulation.census.arrays import true_places
from simulation.census.staying import Followed
from simulation.columns import Columns, Table


class Stock:
    """People at one census, one entry each."""

    def __init__(
        self, people: Table | Columns, year: int | np.ndarray, rows: np.ndarray, role: np.ndarray, school: np.ndarray
    ) -> None:
        self.people = people
        self.year = year
        """Year of the census; of each entry's, int16, where they differ."""
        self.rows = rows
        """Rows of people."""
        self.role = role
        """Roles held at that census; int8."""
        self.school = school
        """Schools worked in at that census, rows of schools; int32, or int16 of an earlier census of few schools."""
        self._taken: dict[str, np.ndarray] = {}

    def __len__(self) -> int:
        return len(self.rows)

    def take(self, column: str) -> np.ndarray:
        """A column of people, for these people, as it is now."""
        if column not in self._taken:
            found = getattr(self.people, column).take(self.rows)
            if found.itemsize == 8:  # large, and asked for once
                return found
            self._taken[column] = found
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
        chosen = true_places(which)
        year = self.year if isinstance(self.year, int) else self.year.take(chosen)
        return Stock(self.people, year, self.rows.take(chosen), self.role.take(chosen), self.school.take(chosen))


class Past(Stock, Followed):
    """People in service at earlier censuses, and what has become of them by this one; an entry for a person and census."""

    def __init__(
        self,
        people: Table | Columns,
        year: int,
        rows: np.ndarray,
        role: np.ndarray,
        school: np.ndarray,
        years: np.ndarray,
    ) -> None:
        """``year`` is that of this census."""
        super().__init__(people, np.int16(year) - years, rows, role, school)
        self.years = years
        """How many years ago that was; int8."""

    @cached_property
    def codes_of_years(self) -> np.ndarray:
        """Codes of "years": how many years ago that was; int8."""
        return self.years - np.int8(1)

    @property
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
    def left(self) -> Stock:
        """Those who are not in service at this census."""
        return self.pick(~self.stayed)

    @cached_property
    def movers(self) -> Stock:
        """Those who are in service at this census in another school."""
        return self.pick(self.stayed & ~self.same_school)

    @cached_property
    def promoted(self) -> Stock:
        """Those who are in service at this census in a higher role."""
        return self.pick(self.stayed & (self.role_now > self.role))
