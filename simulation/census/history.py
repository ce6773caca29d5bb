"""How many schools people have worked in, by what the censuses saw of them."""

from __future__ import annotations

import numpy as np

from simulation.columns import Table
from simulation.kernels import kernel
from simulation.tables import HISTORY, NO_SCHOOL
from simulation.vocabulary import Status

MOST_SCHOOLS = 4
"""So many schools are told apart, and no more are counted."""


def schools_worked_in(people: Table, rows: np.ndarray, year: int, censuses: int) -> np.ndarray:
    """How many schools people were seen in service in at the last ``censuses`` up to ``year``, four at most; int8."""
    found, known = np.zeros(len(rows), np.int8), np.full((MOST_SCHOOLS - 1, len(rows)), NO_SCHOOL, np.int32)
    for column in (year - np.arange(censuses)) % HISTORY:
        school, status = people.seen_school[:, column].take(rows), people.seen_status[:, column].take(rows)
        school = school.astype(np.int32, copy=False)  # so that one compilation serves few schools and many
        _count_new(school, status, known[0], known[1], known[2], found)
    return np.minimum(found, np.int8(MOST_SCHOOLS))


@kernel
def _count_new(
    school: np.ndarray, status: np.ndarray, last: np.ndarray, before: np.ndarray, first: np.ndarray, found: np.ndarray
) -> None:
    """Count a school that is none of the latest three; whoever has had more need not be told from them any more."""
    for i in range(school.shape[0]):
        here = school[i]
        new = (status[i] == Status.IN_SERVICE) & (here != last[i]) & (here != before[i]) & (here != first[i])
        first[i] = before[i] if new else first[i]
        before[i] = last[i] if new else before[i]
        last[i] = here if new else last[i]
        found[i] += new
