"""What a policy moves: promotions and leavers of two runs that share their draws, by whom the policy's programmes reach.

The same people are looked up in both runs, so what participants gain is told apart from what others lose to them. Over all
whom they reach, the difference of the two runs is the difference of their totals, to the last person.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from analysis.store.record import Rows
from simulation.census.dimensions import ALL, DIMENSIONS
from simulation.processes.taking_part import clusters_schools, taking_part
from simulation.programmes.programme import Programme, Unit
from simulation.vocabulary import LeaverReason, Move
from simulation.world import World

PROMOTIONS, LEAVERS = MEASURES = ("promotions_with_and_without", "leavers_with_and_without")
WHOM, FUTURES = DIMENSIONS["whom"], DIMENSIONS["future"]


@dataclass(frozen=True)
class Events:
    """Who was promoted and who left in a year; arrays of one entry each."""

    year: int
    promoted: np.ndarray
    """Ids of people."""
    post: np.ndarray
    """Role that they were promoted to."""
    there: np.ndarray
    """Row of the school at which the post is."""
    left: np.ndarray
    """Ids of people."""
    school: np.ndarray
    """Row of the school that they left."""

    @classmethod
    def of(cls, world: World) -> Events:
        """Those of the year that the census of ``world`` closes."""
        risen, left = world.log.appointments, world.log.leavers
        risen = risen.where(risen.move == Move.PROMOTION)
        left = left.where(left.reason != LeaverReason.TRUST_CENTRAL_TEAM)
        return cls(world.year, risen.person, risen.to_role, risen.to_school, left.person, left.school)


class Reached:
    """Whom some of the programmes of a run have reached so far."""

    def __init__(self, programmes: Sequence[Programme]) -> None:
        """Follow these programmes."""
        self._names = {programme.name for programme in programmes}
        self._people, self._helpers = np.empty(0, np.uint64), np.empty(0, np.uint64)

    def add(self, world: World) -> None:
        """Take in the year that the census of ``world`` closes."""
        ours = np.array([programme.name in self._names for programme in world.programmes], bool)
        self._own, self._near = np.zeros(len(world.schools), bool), np.zeros(len(world.schools), bool)
        joined = [self._people]
        for part in (part for part in taking_part(world) if ours[part.number]):
            if part.programme.unit is Unit.PERSON:
                joined.append(part.unit)
                self._near[part.school[part.present]] = True
            elif part.programme.unit is Unit.SCHOOL:
                self._own[part.row] = True
            else:
                self._own[clusters_schools(world, part.row)[1]] = True
        had, helping = world.log.measured, world.log.helping
        had, helping = had.where(ours[had.programme]), helping.where(ours[helping.programme])
        joined.append(had.person[had.role >= 0])
        self._near[had.school[had.role >= 0]] = True
        self._own[had.school[had.role < 0]] = True
        self._near[helping.school] = True
        self._people = np.unique(np.concatenate(joined))
        self._helpers = np.union1d(self._helpers, helping.person)

    def whom(self, person: np.ndarray, school: np.ndarray) -> np.ndarray:
        """The place in :data:`WHOM` of each of these people, given a school for each."""
        part, helps = np.isin(person, self._people) | self._own[school], np.isin(person, self._helpers)
        return np.select([part, helps, self._near[school]], [0, 1, 2], 3)


class Beside:
    """Counts what a run moves against the run beside it, year by year."""

    def __init__(self, theirs: Mapping[int, Events], programmes: Sequence[Programme], roles: int) -> None:
        """``theirs`` are the events of the run without the policy by year; ``programmes`` are those that are the policy's own."""
        self._theirs, self._reached, self._roles = theirs, Reached(programmes), roles
        self._counted: dict[int, tuple[np.ndarray, np.ndarray]] = {}

    def add(self, world: World) -> None:
        """Take in the year that the census of ``world`` closes."""
        theirs = self._theirs.get(world.year)
        if theirs is None:
            return
        self._reached.add(world)
        risen, left = np.zeros((self._roles, len(WHOM), 2), np.int64), np.zeros((len(WHOM), 2), np.int64)
        for future, events in enumerate((Events.of(world), theirs)):
            np.add.at(risen[..., future], (events.post, self._reached.whom(events.promoted, events.there)), 1)
            np.add.at(left[..., future], self._reached.whom(events.left, events.school), 1)
        self._counted[world.year] = risen, left

    def added_to(self, rows: Rows, measures: Sequence[str]) -> Rows:
        """The rows of a run with those of what it moves, of ``measures``, behind them."""
        cells: list[tuple[int, str, int, int, int, int]] = []
        for year, (risen, left) in self._counted.items():
            for future in range(2):
                for whom in (ALL, *range(len(WHOM))):
                    of = slice(None) if whom == ALL else slice(whom, whom + 1)
                    by_role = risen[:, of, future].sum(axis=1).tolist()
                    cells += [(year, PROMOTIONS, r, whom, future, n) for r, n in enumerate(by_role)]
                    cells.append((year, PROMOTIONS, ALL, whom, future, sum(by_role)))
                    cells.append((year, LEAVERS, ALL, whom, future, int(left[of, future].sum())))
        cells = [cell for cell in cells if cell[1] in measures]
        if not cells:
            return rows
        year_, measure, role, whom_, future_, value = zip(*cells, strict=True)
        known = {
            "year": year_, "measure": [rows.labels["measure"].index(name) for name in measure],
            "role": role, "whom": whom_, "future": future_, "value": value, "base": [np.nan] * len(cells),
        }  # fmt: skip
        more = {
            name: np.array(known.get(name, [ALL] * len(cells))).astype(column.dtype)
            for name, column in rows.columns.items()
        }
        return Rows({name: np.concatenate([column, more[name]]) for name, column in rows.columns.items()}, rows.labels)


def own_programmes(policy: Sequence[Programme], base: Sequence[Programme]) -> list[Programme]:
    """The programmes of a policy that the base does not have alike."""
    return [programme for programme in policy if programme not in base]
