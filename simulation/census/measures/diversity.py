"""Sex, ethnic group and part-time work by role, and who is promoted."""

from __future__ import annotations

from typing import Any

import numpy as np

from simulation.census.census import Census
from simulation.census.measure import Counted, Kind, Measure, Tally
from simulation.structure import CLASSROOM, MAJORITY
from simulation.vocabulary import Sex

FULL_TIME = 100


def _female(census: Census) -> Tally:
    return Tally(census.now.school, (census.now.role,), census.now.take("sex") == int(Sex.FEMALE))


def _ethnic_group(census: Census) -> Tally:
    return Tally(census.now.school, (census.now.role, census.now.take("ethnic_group")))


def _minority(census: Census) -> Tally | None:
    if len(census.world.setup.structure.ethnic_groups) == 1:
        return None
    return Tally(census.now.school, (census.now.role,), census.now.take("ethnic_group") != MAJORITY)


def _part_time(census: Census) -> Tally:
    return Tally(census.now.school, (census.now.role,), census.now.fte < FULL_TIME)


def _part_timers_per_fte(census: Census) -> Tally:
    """The source has no middle leaders: theirs are classroom teachers' posts with a responsibility."""
    role = np.where(np.isin(census.now.role, census.world.ladder.middle), CLASSROOM, census.now.role)
    fte = Tally(census.now.school, (role,), census.now.fte, per=100)
    return Tally(census.now.school, (role,), census.now.fte < FULL_TIME, fte)


def _promoted(census: Census, column: str) -> Tally | None:
    before = census.before
    if before is None:
        return None
    promoted = before.promoted
    stayed = Tally(before.school, (before.role, before.take(column)), before.stayed)
    return Tally(promoted.school, (promoted.role, promoted.take(column)), out_of=stayed)


def _promoted_by_sex(census: Census) -> Tally | None:
    return _promoted(census, "sex")


def _promoted_by_ethnic_group(census: Census) -> Tally | None:
    return _promoted(census, "ethnic_group")


_BY_ROLE: dict[str, Any] = {"axes": ("role",), "totals": ("role",), "kind": Kind.RATIO}
_PROMOTION = (
    "People in service at both censuses who hold a higher role at this one, in any school, out of all in service at both, by the "
    "role held at the census before"
)

MEASURES = (
    Measure(
        "female_share",
        "Women among teachers and leaders",
        "share",
        "Women among the people in service, by role.",
        "female_share_teacher_primary_2020, female_share_head_primary_2020, female_share_teacher_secondary_2020, "
        "female_share_head_secondary_2020",
        _female,
        **_BY_ROLE,
        counted=Counted("people", "women", "in_service"),
    ),
    Measure(
        "ethnic_group_share",
        "Ethnic groups among teachers and leaders",
        "share",
        "Ethnic groups of the people in service, by role; shares of all people in the role.",
        "wb_share_teachers_2016, wb_share_heads_2016",
        _ethnic_group,
        Kind.RATIO,
        ("role", "ethnic_group"),
        ("role",),
        "ethnic_group",
        ("phase", "region"),
    ),
    Measure(
        "minority_share",
        "Ethnic minorities among teachers and leaders",
        "share",
        "People of other groups than the first of their context, among the people in service, by role: in England those who are not "
        "White British, White minorities included. Not of a context with one group only.",
        "em_share_head_primary_2020, em_share_head_secondary_2020",
        _minority,
        **_BY_ROLE,
        counted=Counted("people", "not_of_the_first_group", "in_service"),
    ),
    Measure(
        "part_time_share",
        "Part-timers among teachers and leaders",
        "share",
        "People who work less than full time among the people in service, by role.",
        "parttime_head_all_2018, parttime_deputy_head_all_2018, parttime_assistant_head_all_2018, parttime_classroom_teacher_all_2018",
        _part_time,
        **_BY_ROLE,
        counted=Counted("people", "part_time", "in_service"),
    ),
    Measure(
        "part_timers_per_fte",
        "Part-timers per full-time equivalent",
        "people per FTE",
        "People who work less than full time among the people in service, over the full-time equivalents of all of them, by role: more than "
        "their share of people, as part-timers count for less than one. Middle leaders are counted among classroom teachers, which their "
        "posts are in the source.",
        "parttime_head_all_2018, parttime_deputy_head_all_2018, parttime_assistant_head_all_2018, parttime_classroom_teacher_all_2018",
        _part_timers_per_fte,
        **_BY_ROLE,
        counted=Counted("people", "part_time", "fte_in_service"),
    ),
    Measure(
        "promotion_rate",
        "Yearly promotion rate by sex",
        "share",
        f"{_PROMOTION} and sex. Placed by the school at the census before.",
        "promo_gap_women_sl_2019, promo_gap_women_head_2019, promo_gap_women_ml_2019",
        _promoted_by_sex,
        Kind.RATIO,
        ("role", "sex"),
        ("sex",),
    ),
    Measure(
        "promotion_rate_by_ethnic_group",
        "Yearly promotion rate by ethnic group",
        "share",
        f"{_PROMOTION} and ethnic group. Placed by the school at the census before.",
        "Headway",
        _promoted_by_ethnic_group,
        Kind.RATIO,
        ("role", "ethnic_group"),
        places=("phase",),
    ),
)
