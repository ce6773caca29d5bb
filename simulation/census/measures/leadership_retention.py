"""Retention of leaders by the published definition, and by others that show what it leaves out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from simulation.census.census import AGE_LIMIT, Census
from simulation.census.measure import Counted, Kind, Measure, Tally
from simulation.census.stock import Past, Stock
from simulation.structure import CLASSROOM
from simulation.vocabulary import Sex, Status

UNDER_RETIREMENT = 55
"""Teachers' pensions can be drawn from this age."""


def _cohorts(census: Census, kept: Callable[[Past, np.ndarray], np.ndarray]) -> Tally | None:
    """Those of the cohorts who are kept, given who they are and the phase of each school."""
    cohorts = census.new_to_post
    if cohorts is None:
        return None
    return Tally(cohorts.school, (cohorts.role, cohorts.codes_of_years), kept(cohorts, census.world.schools.phase))


def _published(census: Census) -> Tally | None:
    return _cohorts(census, Past.at_level_in_phase)


def _true(census: Census) -> Tally | None:
    return _cohorts(
        census,
        lambda cohorts, phase: cohorts.at_level_in_phase(phase) | (cohorts.status_now == int(Status.CENTRAL)),
    )


def _any_post(census: Census) -> Tally | None:
    return _cohorts(census, Past.in_phase)


def _serving(census: Census) -> Tally | None:
    before = census.before
    return None if before is None else Tally(before.school, (before.role,), before.at_level)


def _serving_below_retirement(census: Census) -> Tally | None:
    before = census.before
    if before is None:
        return None
    young = before.age < UNDER_RETIREMENT
    return Tally(before.school[young], (before.role[young],), before.at_level[young])


def _new(census: Census) -> Stock | None:
    """Who is newly in a leadership post at this census; None at the first."""
    if census.reach < 1:
        return None
    now = census.now
    return now.pick((now.role > census.role_held(1).take(now.rows)) & (now.role > CLASSROOM))


def _cohort_size(census: Census) -> Tally | None:
    new = _new(census)
    if new is None:
        return None
    young = new.pick((new.age < AGE_LIMIT) & (new.take("fixed_term") != census.year))
    return Tally(young.school, (young.role,))


def _women(census: Census) -> Tally | None:
    new = _new(census)
    return None if new is None else Tally(new.school, (new.role,), new.take("sex") == Sex.FEMALE)


def _same_post(census: Census) -> Tally | None:
    before = census.before
    return None if before is None else Tally(before.school, (before.role,), before.in_same_post)


_COHORT = (
    "A cohort is the people who at a census hold the role (permanently: neither acting nor a headship for a fixed term counts) and at "
    "the census before held a lower role or were not seen in service, and who are under 50 at that census."
)
_AXES: dict[str, Any] = {"axes": ("role", "years"), "kind": Kind.RATIO}

MEASURES = (
    Measure(
        "retention_new_to_post",
        "Retention of leaders new to post",
        "share",
        f"{_COHORT} Retained after k years: seen in service k censuses later at the same level or higher, in the same phase, in "
        "any school. A step down, a change of phase, a trust's central team, a break and leaving are losses. Measured at the "
        "census k years after the cohort's.",
        "head_ret1_primary_2023, head_ret5_primary_2019, head_ret1_secondary_2022, head_ret5_secondary_2019, "
        "deputy_head_ret3_*_latest, assistant_head_ret3_*_latest",
        _published,
        **_AXES,
        counted=Counted("people", "at_level_in_phase_later", "new_to_post", "under_50", "permanent"),
    ),
    Measure(
        "retention_new_to_post_true",
        "Retention of leaders new to post, central teams of trusts counted as kept",
        "share",
        f"{_COHORT} Retained after k years: as retention_new_to_post, or in a trust's central team, which the census does not see.",
        "Headway",
        _true,
        places=("phase",),
        **_AXES,
    ),
    Measure(
        "retained_in_any_post",
        "Leaders new to post still teaching in the phase",
        "share",
        f"{_COHORT} Retained after k years: seen in service k censuses later in any role, a lower one included, in the same phase.",
        "Headway",
        _any_post,
        places=("phase",),
        **_AXES,
        counted=Counted("people", "in_phase_later", "new_to_post", "under_50", "permanent"),
    ),
    Measure(
        "retention_serving_leaders",
        "Yearly retention of serving leaders",
        "share",
        "People in service at the census before, by role, whatever their age and time in post, who are in service at this one at the same "
        "level or higher, in any school of any phase. Placed by the school at the census before.",
        "Headway",
        _serving,
        Kind.RATIO,
        ("role",),
        counted=Counted("people", "at_level_later", "in_service_before"),
    ),
    Measure(
        "retention_serving_leaders_below_retirement",
        "Yearly retention of serving leaders below retirement age",
        "share",
        "People in service at the census before and under 55 then, by role, whatever their time in post, who are in service at this one "
        "at the same level or higher, in any school of any phase. Placed by the school at the census before.",
        "Headway",
        _serving_below_retirement,
        Kind.RATIO,
        ("role",),
        counted=Counted("people", "at_level_later", "in_service_before", "under_55"),
    ),
    Measure(
        "new_to_post",
        "Leaders new to post",
        "people",
        "People who at this census hold the role (permanently: neither acting nor a headship for a fixed term counts) and at the census "
        "before held a lower role or were not seen in service, and who are under 50: the cohort whose retention is measured later.",
        "head_new_primary_2019, head_new_secondary_2019 and the other head_new_* rows",
        _cohort_size,
        axes=("role",),
        counted=Counted("people", "new_to_post", "", "under_50", "permanent"),
    ),
    Measure(
        "female_share_of_new_to_post",
        "Women among leaders new to post",
        "share",
        "Women among the people of any age who at this census hold the role and at the census before held a lower role or were not "
        "seen in service.",
        "female_share_new_head_primary_2016, female_share_new_head_secondary_2016",
        _women,
        Kind.RATIO,
        ("role",),
        counted=Counted("people", "women", "new_to_post"),
    ),
    Measure(
        "retention_in_same_post",
        "Yearly retention of serving leaders in the same post",
        "share",
        "People in service at the census before, by role, who hold the same role in the same school at this one.",
        "Headway",
        _same_post,
        Kind.RATIO,
        ("role",),
        counted=Counted("people", "in_same_post_later", "in_service_before"),
    ),
)
