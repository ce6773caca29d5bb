"""Compiled passes over people's history columns: who was in service when, and what became of cohorts.

``back`` counts censuses before this year's (0 is this year's); ``columns[back]`` is the history column of that census.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from simulation.kernels import kernel
from simulation.tables import UNSEEN
from simulation.vocabulary import Role, Route, Status

ROUTE_BITS = 60
"""A person's id holds their :class:`~simulation.vocabulary.Route` from this bit up."""

AGE_LIMIT = 50
"""The published cohorts are of people under 50 at the census at which they are new to post."""

RETURNER, NEWLY_QUALIFIED, NEW_TO_SECTOR = range(3)
"""Codes of the dimension "entry"."""

SAME_LEVEL, SAME_LEVEL_OR_CENTRAL, ANY_POST = 1, 2, 4
"""Flags of what a member of a cohort is seen to be, years later."""


@kernel
def in_service(
    seen_status: np.ndarray, seen_role: np.ndarray, seen_school: np.ndarray, column: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Rows of the people in service at the census in ``column``, and the roles and schools that they held."""
    n = 0
    for i in range(seen_status.shape[0]):
        n += seen_status[i, column] == Status.IN_SERVICE
    rows, role, school = np.empty(n, np.int64), np.empty(n, np.int8), np.empty(n, np.int32)
    n = 0
    for i in range(seen_status.shape[0]):
        if seen_status[i, column] == Status.IN_SERVICE:
            rows[n], role[n], school[n] = i, seen_role[i, column], seen_school[i, column]
            n += 1
    return rows, role, school


@kernel
def seen_at(
    rows: np.ndarray, seen_status: np.ndarray, seen_role: np.ndarray, seen_school: np.ndarray, column: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Status, role and school of the people in ``rows`` at the census in ``column``."""
    n = rows.shape[0]
    status, role, school = np.empty(n, np.int8), np.empty(n, np.int8), np.empty(n, np.int32)
    for j in range(n):
        i = rows[j]
        status[j], role[j], school[j] = seen_status[i, column], seen_role[i, column], seen_school[i, column]
    return status, role, school


@kernel
def arrivals(
    rows: np.ndarray,
    school: np.ndarray,
    ids: np.ndarray,
    seen_status: np.ndarray,
    seen_school: np.ndarray,
    column: int,
) -> tuple[np.ndarray, np.ndarray]:
    """How people now in service in ``school`` came there since the census in ``column``.

    Returns, one entry each: the code of "entry", -1 for whoever was in service then; and whether they were in another school.
    """
    entry, moved = np.empty(rows.shape[0], np.int8), np.zeros(rows.shape[0], np.bool_)
    for j in range(rows.shape[0]):
        i = rows[j]
        status = seen_status[i, column]
        if status == Status.IN_SERVICE:
            entry[j], moved[j] = -1, seen_school[i, column] != school[j]
        elif status == UNSEEN:
            newly_qualified = (ids[i] >> np.uint64(ROUTE_BITS)) == np.uint64(Route.NEWLY_QUALIFIED)
            entry[j] = NEWLY_QUALIFIED if newly_qualified else NEW_TO_SECTOR
        else:
            entry[j] = RETURNER
    return entry, moved


@njit(inline="always")
def _role_held(status: int, role: int) -> int:
    """The role seen in service, -1 for somebody who was not."""
    return role if status == Status.IN_SERVICE else -1


@njit(inline="always")
def _is_new(role: int, was: int) -> bool:
    """In a leadership post, and at the census before in a lower one or out of sight; no branch: it is hard to predict."""
    return (role >= Role.MIDDLE_LEADER) & (role > was)


@njit(inline="always")
def _latest_back(year: int, birth_year: int) -> int:
    """The fewest years back, at least one, at which somebody was still under the age limit."""
    return max(1, year - birth_year - AGE_LIMIT + 1)


@njit
def _count_new(
    columns: np.ndarray,
    seen_status: np.ndarray,
    seen_role: np.ndarray,
    birth_year: np.ndarray,
    year: int,
    furthest: int,
) -> np.ndarray:
    """How many cohorts each person is in."""
    found = np.zeros(seen_status.shape[0], np.int8)
    for i in range(seen_status.shape[0]):
        n = 0
        was = _role_held(seen_status[i, columns[furthest + 1]], seen_role[i, columns[furthest + 1]])
        for back in range(furthest, _latest_back(year, birth_year[i]) - 1, -1):
            role = _role_held(seen_status[i, columns[back]], seen_role[i, columns[back]])
            n += _is_new(role, was)
            was = role
        found[i] = n
    return found


@kernel
def new_to_post(
    columns: np.ndarray,
    seen_status: np.ndarray,
    seen_role: np.ndarray,
    seen_school: np.ndarray,
    birth_year: np.ndarray,
    phase: np.ndarray,
    year: int,
    furthest: int,
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Everybody who was new to a leadership post 1 to ``furthest`` years before ``year``, under 50 at the time.

    New means in service in the role at one census, and in a lower one or not in service at the census before. Returns, one
    entry per person and cohort: years since, role, school at the time, and flags of what the person is now: in the same
    phase at the same level or higher; that, or in a trust's central team; in the same phase in any post.
    """
    cohorts, now = _count_new(columns, seen_status, seen_role, birth_year, year, furthest), columns[0]
    n = cohorts.sum()
    years, roles = np.empty(n, np.int8), np.empty(n, np.int8)
    schools, flags = np.empty(n, np.int32), np.empty(n, np.int8)
    n = 0
    for i in range(seen_status.shape[0]):
        if cohorts[i] == 0:
            continue
        was = _role_held(seen_status[i, columns[furthest + 1]], seen_role[i, columns[furthest + 1]])
        for back in range(furthest, _latest_back(year, birth_year[i]) - 1, -1):
            then = columns[back]
            role = _role_held(seen_status[i, then], seen_role[i, then])
            if _is_new(role, was):
                school = seen_school[i, then]
                flag = 0
                if seen_status[i, now] == Status.CENTRAL:
                    flag = SAME_LEVEL_OR_CENTRAL
                elif seen_status[i, now] == Status.IN_SERVICE and phase[seen_school[i, now]] == phase[school]:
                    flag = ANY_POST
                    if seen_role[i, now] >= role:
                        flag = ANY_POST | SAME_LEVEL | SAME_LEVEL_OR_CENTRAL
                years[n], roles[n], schools[n], flags[n] = back, role, school, flag
                n += 1
            was = role
    return years, roles, schools, flags


@kernel
def schools_worked_in(
    rows: np.ndarray, columns: np.ndarray, seen_status: np.ndarray, seen_school: np.ndarray, censuses: int
) -> np.ndarray:
    """How many schools each person in ``rows`` was seen in service in at the last ``censuses`` censuses, this included."""
    found = np.empty(rows.shape[0], np.int8)
    schools = np.empty(censuses, np.int32)
    for j in range(rows.shape[0]):
        i, n = rows[j], 0
        for back in range(censuses):
            if seen_status[i, columns[back]] != Status.IN_SERVICE:
                continue
            school = seen_school[i, columns[back]]
            k = n - 1
            while k >= 0 and schools[k] != school:
                k -= 1
            if k < 0:
                schools[n] = school
                n += 1
        found[j] = n
    return found


@kernel
def newly_qualified_cohorts(
    years: np.ndarray, rows: np.ndarray, columns: np.ndarray, seen_status: np.ndarray, seen_school: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Of people in ``rows`` who qualified ``years`` ago: who was in service then, at which school, and who is now."""
    n = rows.shape[0]
    then, school, now = np.empty(n, np.bool_), np.empty(n, np.int32), np.empty(n, np.bool_)
    for j in range(n):
        i, column = rows[j], columns[years[j]]
        then[j], school[j] = seen_status[i, column] == Status.IN_SERVICE, seen_school[i, column]
        now[j] = seen_status[i, columns[0]] == Status.IN_SERVICE
    return then, school, now
