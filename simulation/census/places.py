"""Places: phase, region and fifth by disadvantage of each school, and the breakdowns that are published."""

from __future__ import annotations

from functools import cached_property

import numpy as np

from simulation.census.arrays import fixed
from simulation.census.dimensions import ALL, DIMENSIONS
from simulation.columns import Table
from simulation.vocabulary import SchoolState

FIFTHS = len(DIMENSIONS["disadvantage"])


def fifths_by_disadvantage(schools: Table) -> np.ndarray:
    """Fifth (0 least to 4 most disadvantaged) of each school within its phase; int32.

    Fifths are cut by number of schools; ties go by URN, so they do not depend on the order of rows. A school that opens
    later is in the fifth of the school before which it comes, so that it moves no other.
    """
    fifth = np.zeros(len(schools), np.int32)
    there = (schools.state != SchoolState.TO_OPEN).astype(np.int64)
    for phase in np.unique(schools.phase):
        rows = np.flatnonzero(schools.phase == phase)
        rows = rows[np.lexsort((schools.urn[rows], schools.disadvantage[rows]))]
        n = int(there[rows].sum())
        place = np.cumsum(there[rows]) - there[rows]
        fifth[rows] = np.clip(place, 0, max(n - 1, 0)) * FIFTHS // max(n, 1)
    return fifth


class Places:
    """The finest cells (phase × region × fifth) of schools, and how cells add up to published places."""

    def __init__(self, schools: Table, phases: int, regions: int) -> None:
        self.schools = len(schools)
        self.phases = phases
        self.regions = max(regions, 1)
        fifth = fifths_by_disadvantage(schools)
        self.of_school = ((schools.phase.astype(np.int32) * self.regions) + schools.region) * FIFTHS + fifth
        """Finest cell of each school; int32."""
        self._published: dict[tuple[str, ...], tuple[np.ndarray, np.ndarray]] = {}

    @property
    def cells(self) -> int:
        """Number of finest cells."""
        return self.phases * self.regions * FIFTHS

    @cached_property
    def schools_per_cell(self) -> np.ndarray:
        """Schools in each finest cell; int64."""
        return np.bincount(self.of_school, minlength=self.cells)

    def published(self, places: tuple[str, ...]) -> tuple[np.ndarray, np.ndarray]:
        """The published places for a measure with breakdowns ``places``, and which of them each finest cell is part of.

        Returns codes, int8 of shape (places, 3) for phase, region and fifth; and members, int32 of shape (cells,
        groupings): the published place of each finest cell under each grouping. Groupings are: all; phase; region;
        phase × region; fifth; phase × fifth.
        """
        if places not in self._published:
            self._published[places] = self._publish(places)
        return self._published[places]

    def _publish(self, places: tuple[str, ...]) -> tuple[np.ndarray, np.ndarray]:
        cell = np.arange(self.cells)
        own = {
            "phase": cell // (self.regions * FIFTHS),
            "region": cell // FIFTHS % self.regions,
            "disadvantage": cell % FIFTHS,
        }
        every = ((), ("phase",), ("region",), ("phase", "region"), ("disadvantage",), ("phase", "disadvantage"))
        groupings: list[tuple[str, ...]] = [wanted for wanted in every if set(wanted) <= set(places)]
        codes, members = [], []
        offset = 0
        for grouping in groupings:
            keys = np.stack([own[p] if p in grouping else np.full(self.cells, ALL) for p in own], axis=1)
            found, member = np.unique(keys, axis=0, return_inverse=True)
            codes.append(found)
            members.append(member.ravel() + offset)
            offset += len(found)
        return np.concatenate(codes).astype(np.int8), fixed(np.stack(members, axis=1).astype(np.int32))
