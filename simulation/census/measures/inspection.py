"""Inspection: how schools are graded, and what becomes of heads and staff when a grade is lowered."""

from __future__ import annotations

import numpy as np

from simulation.census.arrays import true_places
from simulation.census.census import Census
from simulation.census.measure import Kind, Measure, Tally


def _grades(census: Census) -> Tally:
    rows = census.open_schools
    return Tally(rows, (census.world.schools.grade[rows],))


def _lowered(census: Census) -> Tally | None:
    if census.reach < 1:
        return None
    rows = census.open_schools
    return Tally(rows, (), census.world.schools.lowered[rows] == census.year)


def _sponsored(census: Census) -> Tally | None:
    if not census.saw_the_year:
        return None
    return Tally(np.flatnonzero(census.world.schools.sponsored == census.year).astype(np.int32))


def _heads_who_stay(census: Census) -> Tally | None:
    before = census.before
    if before is None:
        return None
    heads = true_places(before.role == census.ladder.head)
    school = before.school.take(heads)
    schools = census.world.schools
    # No grade is lowered to the best, so its code is that of "not lowered".
    to = np.where(schools.lowered == census.year, schools.grade, np.int8(0)).take(school)
    return Tally(school, (to,), before.at_level.take(heads))


def _turnover(census: Census) -> Tally | None:
    if census.reach < 1:
        return None
    schools = census.world.schools
    rows = np.flatnonzero(schools.posts[:, census.ladder.head] > 0).astype(np.int32)
    return Tally(rows, (schools.grade[rows],), schools.head_changed[rows] == census.year)


def _leavers(census: Census) -> Tally | None:
    before = census.before
    if before is None:
        return None
    left, grade = before.left, census.world.schools.grade
    return Tally(left.school, (grade.take(left.school),), out_of=Tally(before.school, (grade.take(before.school),)))


MEASURES = (
    Measure(
        "schools_by_grade",
        "Schools by what inspectors last gave them",
        "share",
        "Open schools whose latest inspection ended in the grade, out of all open schools. Grades stand for what inspectors say of "
        "a school as a whole, also after 2024, since when they no longer put it in one word.",
        "ofsted_stock_outstanding_2018, ofsted_stock_good_or_better_2024",
        _grades,
        Kind.RATIO,
        ("grade",),
        across="grade",
    ),
    Measure(
        "schools_whose_grade_was_lowered",
        "Schools whose grade inspectors lowered",
        "share",
        "Open schools whose inspection since the census before ended in a lower grade than the one before it, out of all open schools.",
        "Headway",
        _lowered,
        Kind.RATIO,
    ),
    Measure(
        "schools_sponsored",
        "Schools that joined a trust because of their grade",
        "schools",
        "Schools that inspectors found wanting in the two years before, and that joined a trust, or another one than they were in, "
        "for that reason since the census before. They count among the schools that changed, too.",
        "Headway",
        _sponsored,
    ),
    Measure(
        "heads_who_stay_by_inspection",
        "Heads still in headship after an inspection",
        "share",
        "Heads in service at the census before who are heads in service at this one, in any school, by whether inspectors lowered "
        "the grade of the school that they led in between, and to which.",
        "nfer_head_inadequate_gap, nfer_head_inadequate_floor",
        _heads_who_stay,
        Kind.RATIO,
        ("grade_lowered",),
        ("grade_lowered",),
    ),
    Measure(
        "turnover_of_heads_by_grade",
        "Schools that changed their head, by grade",
        "share",
        "Schools whose head at this census is another person than the last head they had, out of all schools with a post of "
        "head, by what inspectors last gave them.",
        "Headway",
        _turnover,
        Kind.RATIO,
        ("grade",),
    ),
    Measure(
        "leaver_rate_by_grade",
        "Yearly leaver rate (people), by grade of the school",
        "share",
        "Teachers in service at the census before who are not in service at this one, out of those in service at the census "
        "before, by what inspectors last gave the school that they were in.",
        "ofsted_leave_sign",
        _leavers,
        Kind.RATIO,
        ("grade",),
    ),
)
