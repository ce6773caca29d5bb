"""Movers: who changed school, trust or local authority between two censuses."""

from __future__ import annotations

import numpy as np

from simulation.census.census import Census
from simulation.census.history import schools_worked_in
from simulation.census.measure import Kind, Measure, Tally

MOVED_ELSEWHERE, OUT_OF_SERVICE = range(2)
"""Codes of the dimension "exit"."""

DECADE = 10
"""Censuses in the decade over which schools are counted, this one included."""


def _mover_rate(census: Census) -> Tally | None:
    before, now = census.before, census.now
    if before is None:
        return None
    movers = before.movers
    return Tally(movers.take("school"), (movers.take("role"),), out_of=Tally(now.school, (now.role,)))


def _school_stay_rate(census: Census) -> Tally | None:
    before = census.before
    if before is None:
        return None
    return Tally(before.school, (before.role,), before.same_school)


def _employer(census: Census, school: np.ndarray) -> np.ndarray:
    """Code of "employer" of each school in ``school``: the local authority, or a trust by its number of schools."""
    band = np.searchsorted([1, 2, 10, 20], census.trust_schools, side="right").astype(np.int8)
    return band.take(school)


def _turnover(census: Census) -> Tally | None:
    before = census.before
    if before is None:
        return None
    schools = census.world.schools
    # An employer is a trust, or a local authority for schools in no trust; authority codes are not negative
    employer = np.where(census.trust_schools > 0, -1 - schools.cluster, schools.local_authority)
    authority = schools.local_authority
    here, there = before.movers.school, before.movers.take("school")
    same = np.where(employer[here] < 0, employer[here] == employer[there], authority[here] == authority[there])
    elsewhere, out = here[~same], before.left.school
    exits = np.repeat(np.array([MOVED_ELSEWHERE, OUT_OF_SERVICE], np.int8), [len(elsewhere), len(out)])
    school = np.concatenate([elsewhere, out])
    return Tally(
        school, (_employer(census, school), exits), out_of=Tally(before.school, (_employer(census, before.school),))
    )


def _schools_in_decade(census: Census) -> Tally | None:
    if census.reach < DECADE - 1:
        return None
    settled = census.now.pick(census.in_service(DECADE - 1).take(census.now.rows))
    schools = schools_worked_in(census.world.people, settled.rows, census.year, DECADE)
    return Tally(settled.school, (schools - np.int8(1),))


MEASURES = (
    Measure(
        "mover_rate",
        "School-to-school mobility",
        "share",
        "Teachers in service at both censuses whose school is another than at the census before, out of the people in service "
        "at this census. Placed by the school entered, by the role held now.",
        "mobility_primary_2015, mobility_secondary_2015, nfer_move_primary_2014, nfer_move_secondary_2014",
        _mover_rate,
        Kind.RATIO,
        ("role",),
        ("role",),
    ),
    Measure(
        "stayed_in_school",
        "Staying in the same school",
        "share",
        "People in service at the census before who are in service in the same school at this one, in whatever role, out of "
        "the people in service at the census before.",
        "Headway",
        _school_stay_rate,
        Kind.RATIO,
        ("role",),
        ("role",),
    ),
    Measure(
        "turnover_out_of_trust_or_authority",
        "Turnover out of a trust or local authority",
        "share",
        "People in service at the census before who at this one have left: moved, from a school in a trust, to a school outside "
        "that trust or, from any other school, to a school outside that local authority; or are out of service. Out of the people "
        "in service at the census before, by the size of the trust.",
        "Headway",
        _turnover,
        Kind.RATIO,
        ("employer", "exit"),
        ("exit",),
        "exit",
    ),
    Measure(
        "schools_worked_in_decade",
        "Schools worked in over ten censuses",
        "share",
        "People in service at this census and at the one nine years before, by the number of schools in which the ten censuses "
        "saw them in service.",
        "Headway",
        _schools_in_decade,
        Kind.RATIO,
        ("schools_worked_in",),
        across="schools_worked_in",
    ),
)
