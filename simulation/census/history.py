"""Compiled passes over people's history columns: who was in service when, and what became of cohorts.

``back`` counts censuses before this year's (0 is this year's); ``columns[back]`` is the history column of that census.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from simulation.vocabulary import Role, Status

_IN_SERVICE = int(Status.IN_SERVICE)
_CENTRAL = int(Status.CENTRAL)
_MIDDLE_LEADER = int(Role.MIDDLE_LEADER)

AGE_LIMIT = 50
"""The published cohorts are of people under 50 at the census at which they are new to post."""

SAME_LEVEL, SAME_LEVEL_OR_CENTRAL, ANY_POST = 1, 2, 4
"""Flags of what a member of a cohort is seen to be, years later."""


@njit(cache=True)
def in_service(
    seen_status: np.ndarray, seen_role: np.ndarray, seen_school: np.ndarray, column: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Rows of the people in service at the census in ``column``, and the roles and schools that they held."""
    n = 0
    for i in range(seen_status.shape[0]):
        n += seen_status[i, column] == _IN_SERVICE
    rows, role, school = np.empty(n, np.int64), np.empty(n, np.int8), np.empty(n, np.int32)
    n = 0
    for i in range(seen_status.shape[0]):
        if seen_status[i, column] == _IN_SERVICE:
            rows[n], role[n], school[n] = i, seen_role[i, column], seen_school[i, column]
            n += 1
    return rows, role, school


@njit(cache=True)
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


@njit(inline="always")
def _fate(now_status: int, now_role: int, same_phase: bool, role: int) -> int:
    """Flags of what somebody who was new to ``role`` is seen to be now."""
    if now_status == _CENTRAL:
        return SAME_LEVEL_OR_CENTRAL
    if now_status != _IN_SERVICE or not same_phase:
        return 0
    return ANY_POST | SAME_LEVEL | SAME_LEVEL_OR_CENTRAL if now_role >= role else ANY_POST


@njit(cache=True)
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
    room, n, now = 1024, 0, columns[0]
    years, roles = np.empty(room, np.int8), np.empty(room, np.int8)
    schools, flags = np.empty(room, np.int32), np.empty(room, np.int8)
    for i in range(seen_status.shape[0]):
        was = -1
        if seen_status[i, columns[furthest + 1]] == _IN_SERVICE:
            was = seen_role[i, columns[furthest + 1]]
        for back in range(furthest, 0, -1):
            then = columns[back]
            role = seen_role[i, then] if seen_status[i, then] == _IN_SERVICE else -1
            if role >= _MIDDLE_LEADER and role > was and year - back - birth_year[i] < AGE_LIMIT:
                if n == room:
                    room *= 2
                    years, roles = np.append(years, years), np.append(roles, roles)
                    schools, flags = np.append(schools, schools), np.append(flags, flags)
                school = seen_school[i, then]
                same_phase = seen_status[i, now] == _IN_SERVICE and phase[seen_school[i, now]] == phase[school]
                years[n], roles[n], schools[n] = back, role, school
                flags[n] = _fate(seen_status[i, now], seen_role[i, now], same_phase, role)
                n += 1
            was = role
    return years[:n], roles[:n], schools[:n], flags[:n]


@njit(cache=True)
def schools_worked_in(
    rows: np.ndarray, columns: np.ndarray, seen_status: np.ndarray, seen_school: np.ndarray, censuses: int
) -> np.ndarray:
    """How many schools each person in ``rows`` was seen in service in at the last ``censuses`` censuses, this included."""
    found = np.empty(rows.shape[0], np.int8)
    schools = np.empty(censuses, np.int32)
    for j in range(rows.shape[0]):
        i, n = rows[j], 0
        for back in range(censuses):
            if seen_status[i, columns[back]] != _IN_SERVICE:
                continue
            school, known = seen_school[i, columns[back]], False
            for k in range(n - 1, -1, -1):
                if schools[k] == school:
                    known = True
                    break
            if not known:
                schools[n] = school
                n += 1
        found[j] = n
    return found


@njit(cache=True)
def newly_qualified_cohorts(
    years: np.ndarray, rows: np.ndarray, columns: np.ndarray, seen_status: np.ndarray, seen_school: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Of people in ``rows`` who qualified ``years`` ago: who was in service then, at which school, and who is now."""
    n = rows.shape[0]
    then, school, now = np.empty(n, np.bool_), np.empty(n, np.int32), np.empty(n, np.bool_)
    for j in range(n):
        i, column = rows[j], columns[years[j]]
        then[j], school[j] = seen_status[i, column] == _IN_SERVICE, seen_school[i, column]
        now[j] = seen_status[i, columns[0]] == _IN_SERVICE
    return then, school, now
