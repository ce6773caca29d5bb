"""Leavers: who was in service at one census and is not at the next.

Published rates are labelled by the year in which people left; a row here has the year of the census at which they are
first missing, one later.
"""

from __future__ import annotations

import numpy as np

from simulation.census.ages import age_band, age_group
from simulation.census.arrays import true_places
from simulation.census.census import Census
from simulation.census.measure import Counted, Kind, Measure, Tally
from simulation.census.stock import Past, Stock
from simulation.vocabulary import Status

ON_BREAK, OUT = int(Status.ON_BREAK), int(Status.OUT)
REASON_OF_STATUS = np.array([-1, 2, 3, 1, 0], np.int8)
"""Code of "reason" for a leaver's status at the census at which they are first missing, by Status."""


def _reason(left: Stock) -> np.ndarray:
    return REASON_OF_STATUS.take(left.take("status"))


def _share_lost(before: Past, codes: np.ndarray, codes_of_leavers: np.ndarray) -> Tally:
    """Leavers out of those in service at the census before, both by their codes."""
    return Tally(before.left.school, (codes_of_leavers,), out_of=Tally(before.school, (codes,)))


def _hours_lost(before: Past, codes: np.ndarray, codes_of_leavers: np.ndarray) -> Tally:
    """The same, each person counted by their hours."""
    left = before.left
    return Tally(left.school, (codes_of_leavers,), left.fte, Tally(before.school, (codes,), before.fte, per=100), 100)


def _rate_by_role(census: Census) -> Tally | None:
    before = census.before
    if before is None:
        return None
    return _hours_lost(before, before.role, before.left.role)


def _headcount_rate_by_role(census: Census) -> Tally | None:
    before = census.before
    if before is None:
        return None
    return _share_lost(before, before.role, before.left.role)


def _rate_by_kind(census: Census) -> Tally | None:
    before = census.before
    if before is None:
        return None
    kind = census.world.schools.kind
    return _hours_lost(before, kind.take(before.school), kind.take(before.left.school))


def _rate_by_sex(census: Census) -> Tally | None:
    before = census.before
    if before is None:
        return None
    return _share_lost(before, before.take("sex"), before.left.take("sex"))


def _rate_by_ethnic_group(census: Census) -> Tally | None:
    before = census.before
    if before is None:
        return None
    return _share_lost(before, before.take("ethnic_group"), before.left.take("ethnic_group"))


def _leavers(census: Census) -> Tally | None:
    before = census.before
    if before is None:
        return None
    return Tally(before.left.school, (before.left.role,), before.left.fte, per=100)


def _rate_by_reason(census: Census) -> Tally | None:
    before = census.before
    if before is None:
        return None
    left = before.left
    return Tally(left.school, (_reason(left),), out_of=Tally(before.school))


def _hours_by_reason(census: Census) -> Tally | None:
    before = census.before
    if before is None:
        return None
    left = before.left
    return Tally(left.school, (_reason(left),), left.fte, Tally(before.school, (), before.fte, per=100), 100)


def _leaders_by_age(census: Census) -> Tally | None:
    before = census.before
    if before is None:
        return None
    left, codes = before.left, (before.role, age_group(before.age))
    return Tally(left.school, (left.role, age_group(left.age)), out_of=Tally(before.school, codes))


def _exit_by_age(census: Census) -> Tally | None:
    before = census.before
    if before is None:
        return None
    return _share_lost(before, age_group(before.age), age_group(before.left.age))


def _share_of_stock_by_age(census: Census) -> Tally | None:
    before = census.before
    if before is None:
        return None
    left = before.left
    return Tally(left.school, (age_group(left.age),), left.fte, Tally(before.school, (), before.fte, per=100), 100)


def _by_age_and_reason(census: Census) -> Tally | None:
    before = census.before
    if before is None:
        return None
    left = before.left
    return Tally(left.school, (age_band(left.age), _reason(left)))


def _pool(census: Census) -> Tally:
    people = census.world.people
    rows = true_places((people.status == ON_BREAK) | (people.status == OUT))
    return Tally(people.school.take(rows), (people.status.take(rows) == OUT,))


_BASE = (
    "in service at the census before and not in service at this one: retired, left state-funded schools, on a career "
    "break, or in a trust's central team. A change of school is no loss. Placed by the school left."
)
_HOURS = "Hours are those last recorded for each person."

MEASURES = (
    Measure(
        "leaver_rate",
        "Yearly leaver rate (FTE)",
        "share",
        f"FTE of teachers {_BASE} Out of the FTE in service at the census before. {_HOURS}",
        "leaver_rate_nursery_primary_all_2024, leaver_rate_secondary_all_2024, leaver_rate_all_all_2024 (labelled one year earlier)",
        _rate_by_role,
        Kind.RATIO,
        ("role",),
        ("role",),
        counted=Counted("fte", "left_service", "in_service_before"),
    ),
    Measure(
        "leaver_rate_headcount",
        "Yearly leaver rate (people)",
        "share",
        f"Teachers {_BASE} Out of the people in service at the census before.",
        "Headway",
        _headcount_rate_by_role,
        Kind.RATIO,
        ("role",),
        ("role",),
        counted=Counted("people", "left_service", "in_service_before"),
    ),
    Measure(
        "leaver_rate_by_school_kind",
        "Yearly leaver rate (FTE), maintained schools and academies",
        "share",
        f"FTE of teachers {_BASE} Out of the FTE in service at the census before, by who runs the school. {_HOURS}",
        "leaver_rate_nursery_primary_la_maintained_2024, leaver_rate_nursery_primary_academies_2024",
        _rate_by_kind,
        Kind.RATIO,
        ("school_kind",),
    ),
    Measure(
        "leaver_rate_by_sex",
        "Yearly leaver rate (people) of women and men",
        "share",
        f"Teachers {_BASE} Out of the people in service at the census before, by sex.",
        "Headway",
        _rate_by_sex,
        Kind.RATIO,
        ("sex",),
    ),
    Measure(
        "leaver_rate_by_ethnic_group",
        "Yearly leaver rate (people) by ethnic group",
        "share",
        f"Teachers {_BASE} Out of the people in service at the census before, by ethnic group.",
        "Headway",
        _rate_by_ethnic_group,
        Kind.RATIO,
        ("ethnic_group",),
    ),
    Measure(
        "leavers",
        "Leavers (FTE)",
        "FTE",
        f"FTE of teachers {_BASE} {_HOURS}",
        "leavers_fte_all_all_2024, leavers_fte_nursery_primary_all_2024, leavers_fte_secondary_all_2024",
        _leavers,
        axes=("role",),
        totals=("role",),
        counted=Counted("fte", "left_service", ""),
    ),
    Measure(
        "leaver_rate_by_reason",
        "Yearly leaver rate (people) by reason",
        "share",
        f"Teachers {_BASE} By reason, each out of all people in service at the census before; the reasons add up to the leaver rate.",
        "leavers_retired_2021",
        _rate_by_reason,
        Kind.RATIO,
        ("reason",),
        across="reason",
        counted=Counted("people", "left_service", "in_service_before"),
    ),
    Measure(
        "leaver_rate_by_reason_fte",
        "Yearly leaver rate (FTE) by reason",
        "share",
        f"FTE of teachers {_BASE} By reason, each out of all FTE in service at the census before; the reasons add up to the leaver "
        f"rate. {_HOURS}",
        "leavers_retired_2021, leavers_retired_2020, leaver_retire_rate_2021",
        _hours_by_reason,
        Kind.RATIO,
        ("reason",),
        across="reason",
        counted=Counted("fte", "left_service", "in_service_before"),
    ),
    Measure(
        "leaver_rate_by_role_and_age",
        "Yearly leaver rate (people) by role and age",
        "share",
        f"Teachers {_BASE} Out of the people in service at the census before in the same role and age group; age at the census "
        "before.",
        "Headway",
        _leaders_by_age,
        Kind.RATIO,
        ("role", "age_group"),
        ("age_group",),
        places=("phase",),
        counted=Counted("people", "left_service", "in_service_before_at_that_age"),
    ),
    Measure(
        "exit_rate_by_age",
        "Yearly exit rate by age",
        "share",
        f"Teachers {_BASE} Out of the people in service at the census before in the same age group; age at the census before.",
        "grid_out_under_35_2017, grid_out_35_54_2017, grid_out_55_plus_2017 plus grid_retire_*_2017",
        _exit_by_age,
        Kind.RATIO,
        ("age_group",),
        ("age_group",),
        counted=Counted("people", "left_service", "in_service_before_at_that_age"),
    ),
    Measure(
        "leavers_by_age_share_of_stock",
        "Leavers of an age group as a share of the whole stock (FTE)",
        "share",
        f"FTE of teachers {_BASE} By age at the census before, each out of the whole FTE in service then: under_35 and 35_54 "
        "together are the published rate of those under 55.",
        "twm_u55_primary_2024, twm_55p_primary_2024 (labelled one year later than leaver rates)",
        _share_of_stock_by_age,
        Kind.RATIO,
        ("age_group",),
        ("age_group",),
        "age_group",
        counted=Counted("fte", "left_service", "in_service_before"),
    ),
    Measure(
        "leavers_by_age_and_reason",
        "Leavers by age and reason",
        "people",
        f"Teachers {_BASE} By age at the census before and by reason.",
        "grid_retire_55_plus_2017",
        _by_age_and_reason,
        axes=("age_band", "reason"),
        totals=("age_band", "reason"),
        places=("phase",),
    ),
    Measure(
        "out_of_service_pool",
        "People out of service who are able to return",
        "people",
        "People on a career break, and people who left state-funded schools and may come back. Placed by the last school.",
        "Headway",
        _pool,
        axes=("pool",),
        totals=("pool",),
    ),
)
