"""How many schools people have worked in, by what the censuses saw of them."""

from __future__ import annotations

import numpy as np
from numba import njit

from simulation.columns import Table
from simulation.tables import HISTORY
from simulation.vocabulary import Status


def schools_worked_in(people: Table, rows: np.ndarray, year: int, censuses: int) -> np.ndarray:
    """How many schools the people in ``rows`` were seen in service in at the last ``censuses`` up to ``year``; int8."""
    columns = (year - np.arange(censuses)) % HISTORY
    return _schools_worked_in(rows, columns, people.seen_status, people.seen_school)


@njit(cache=True)
def _schools_worked_in(
    rows: np.ndarray, columns: np.ndarray, seen_status: np.ndarray, seen_school: np.ndarray
) -> np.ndarray:
    found, schools = np.empty(rows.shape[0], np.int8), np.empty(columns.shape[0], np.int32)
    for j in range(rows.shape[0]):
        i, n = rows[j], 0
        for column in columns:
            if seen_status[i, column] != Status.IN_SERVICE:
                continue
            school = seen_school[i, column]
            k = n - 1
            while k >= 0 and schools[k] != school:
                k -= 1
            if k < 0:
                schools[n] = school
                n += 1
        found[j] = n
    return found
