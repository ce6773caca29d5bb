"""How many people and posts there are, by role and age."""

from __future__ import annotations

from typing import Any

from simulation.census.ages import age_band
from simulation.census.census import Census
from simulation.census.measure import Counted, Kind, Measure, Tally


def _headcount(census: Census) -> Tally:
    return Tally(census.now.school, (census.now.role,))


def _fte(census: Census) -> Tally:
    return Tally(census.now.school, (census.now.role,), census.now.fte, per=100)


def _fte_per_school(census: Census) -> Tally:
    return Tally(census.now.school, (census.now.role,), census.now.fte, Tally(census.open_schools), 100)


def _posts_per_school(census: Census) -> Tally:
    posts = census.world.schools.posts[census.open_schools]
    return Tally(census.open_schools, (), posts, Tally(census.open_schools))


def _age_bands(census: Census) -> Tally:
    return Tally(census.now.school, (census.now.role, age_band(census.now.age)))


def _mean_age(census: Census) -> Tally:
    return Tally(census.now.school, (census.now.role,), census.now.age)


def _median_age_of_heads(census: Census) -> Tally:
    return Tally(census.heads.school, (), census.heads.age)


def _experience(census: Census) -> Tally:
    return Tally(census.now.school, (census.now.role,), census.year - census.now.take("qualified_year"))


def _years_in_post(census: Census) -> Tally:
    return Tally(census.now.school, (census.now.role,), census.year - census.now.take("role_since"))


_BY_ROLE: dict[str, Any] = {"axes": ("role",), "totals": ("role",)}

MEASURES = (
    Measure(
        "headcount",
        "Teachers and leaders in service",
        "people",
        "People in a post in a state-funded school on census day, by the role they hold. Central teams of trusts are not seen.",
        "teachers_hc_all_2025, heads_hc_primary_latest, heads_hc_secondary_latest",
        _headcount,
        **_BY_ROLE,
        counted=Counted("people", "in_service", ""),
    ),
    Measure(
        "fte",
        "Full-time equivalent teachers and leaders in service",
        "FTE",
        "Hours of the people in service as shares of full time, summed, by role.",
        "teachers_fte_all_2024, twm_stock_primary_2024, twm_stock_secondary_2024",
        _fte,
        **_BY_ROLE,
        counted=Counted("fte", "in_service", ""),
    ),
    Measure(
        "fte_per_school",
        "Full-time equivalent teachers and leaders per school",
        "FTE",
        "FTE in service in the role, over all schools of the place, those without such a post included.",
        "d_fte_per_school_primary, d_fte_per_school_secondary, d_fte_per_school_special, d_asst_per_school_2024",
        _fte_per_school,
        Kind.RATIO,
        across="role",
        **_BY_ROLE,
        counted=Counted("fte", "in_service", "schools"),
    ),
    Measure(
        "posts_per_school",
        "Posts per school",
        "posts",
        "Posts that exist in the role, filled and vacant, over all schools of the place.",
        "Headway",
        _posts_per_school,
        Kind.RATIO,
        across="role",
        **_BY_ROLE,
        counted=Counted("posts", "exist", "schools"),
    ),
    Measure(
        "headcount_by_age",
        "Teachers and leaders in service by age",
        "people",
        "People in service by age band on census day and role.",
        "Headway",
        _age_bands,
        axes=("role", "age_band"),
        totals=("role",),
        places=("phase",),
    ),
    Measure(
        "mean_age",
        "Mean age",
        "years",
        "Mean age on census day of people in service, by role.",
        "Headway",
        _mean_age,
        Kind.RATIO,
        **_BY_ROLE,
    ),
    Measure(
        "median_age_of_heads",
        "Median age of heads",
        "years",
        "Median age on census day of all heads in service.",
        "median_age_head_2010, median_age_head_2016",
        _median_age_of_heads,
        Kind.MEDIAN,
        counted=Counted("years", "median_age", "heads"),
    ),
    Measure(
        "years_since_qualifying",
        "Mean years since qualifying",
        "years",
        "Mean years since the first post as a qualified teacher of people in service, breaks included, by role.",
        "Headway",
        _experience,
        Kind.RATIO,
        **_BY_ROLE,
    ),
    Measure(
        "years_in_post",
        "Mean years in the role",
        "years",
        "Mean years since the first census in the present role of people in service, in any school.",
        "Headway",
        _years_in_post,
        Kind.RATIO,
        **_BY_ROLE,
    ),
)
