"""Similar people who did not take part: exact matching on what evaluators can see, in coarse bands."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from scenarios.programme_files.study import VISIBLE
from simulation.processes.eligibility import COLUMNS
from simulation.programmes.programme import Unit

if TYPE_CHECKING:
    from simulation.world import World


def cells(world: World, columns: tuple[str, ...], unit: Unit, rows: np.ndarray) -> np.ndarray:
    """The cell of each of ``rows`` of people, schools or clusters: equal numbers for those who look alike.

    Numbers compare only within one call. Raise :exc:`KeyError` for a column that evaluators cannot see.
    """
    found = [_banded(_values(world, name, unit, rows), VISIBLE[name]) for name in columns]
    if not found or not len(rows):
        return np.zeros(len(rows), np.int64)
    _, cell = np.unique(np.stack(found, axis=1), axis=0, return_inverse=True)
    return cell.reshape(-1)


def _values(world: World, name: str, unit: Unit, rows: np.ndarray) -> np.ndarray:
    column = COLUMNS[name]
    values = column.values(world)
    if column.of is Unit.CLUSTER and unit is not Unit.CLUSTER:
        values = np.append(values, -1)[world.schools.cluster]  # -1, for no cluster, picks the last
    if column.of is not Unit.PERSON and unit is Unit.PERSON:
        values = values[world.people.school]
    return values[rows]


def _banded(values: np.ndarray, lower_ends: tuple[float, ...]) -> np.ndarray:
    return np.searchsorted(lower_ends, values, side="right") if lower_ends else values.astype(np.int64)


def weighted(
    values: np.ndarray, cell: np.ndarray, comparator_values: np.ndarray, comparator_cell: np.ndarray
) -> tuple[float, float, np.ndarray]:
    """Means of participants and of comparators who look alike, and which participants found anybody alike.

    Each cell's comparators weigh as much as its participants: the second mean is the sum over cells of participants
    there times the mean of the comparators there, over all participants who found anybody. Where a value is NaN its
    bearer is left out. Both means are NaN if nobody is matched.
    """
    has, comparator_has = ~np.isnan(values), ~np.isnan(comparator_values)
    size = int(max(cell.max(initial=-1), comparator_cell.max(initial=-1))) + 1
    comparators = np.bincount(comparator_cell[comparator_has], minlength=size)
    matched = has & (comparators[cell] > 0) if len(cell) else has
    if not matched.any():
        return np.nan, np.nan, matched
    participants = np.bincount(cell[matched], minlength=size)
    sums = np.bincount(comparator_cell[comparator_has], comparator_values[comparator_has], minlength=size)
    used = participants > 0
    comparison = float((participants[used] * sums[used] / comparators[used]).sum() / participants.sum())
    return float(values[matched].mean()), comparison, matched
