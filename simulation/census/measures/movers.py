"""Movers: who changed school, trust or local authority between two censuses."""

from __future__ import annotations

import numpy as np

from simulation.census.census import Census
from simulation.census.history import schools_worked_in
from simulation.census.measure import Counted, Kind, Measure, Tally
from simulation.census.stock import Past, Stock

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
    found = _who_turns_over(census)
    if found is None:
        return None
    before, gone, exits = found
    return Tally(
        gone.school,
        (_employer(census, gone.school), exits),
        out_of=Tally(before.school, (_employer(census, before.school),)),
    )


def _turnover_by_role(census: Census) -> Tally | None:
    found = _who_turns_over(census)
    if found is None:
        return None
    before, gone, _ = found
    base = Tally(before.school, (_employer(census, before.school), before.role))
    return Tally(gone.school, (_employer(census, gone.school), gone.role), out_of=base)


def _who_turns_over(census: Census) -> tuple[Past, Stock, np.ndarray] | None:
    """People at the census before, those of them who left their trust or authority since, and codes of "exit" of these."""
    before = census.before
    if before is None:
        return None
    schools = census.world.schools
    # An employer is a trust, or a local authority for schools in no trust; authority codes are not negative
    employer = np.where(census.trust_schools > 0, -1 - schools.cluster, schools.local_authority)
    authority = schools.local_authority
    there = np.where(before.stayed, before.school_now, before.school)
    here = before.school
    same = np.where(employer[here] < 0, employer[here] == employer[there], authority[here] == authority[there])
    gone = ~before.stayed | ~same
    exits = np.where(before.stayed[gone], MOVED_ELSEWHERE, OUT_OF_SERVICE).astype(np.int8)
    return before, before.pick(gone), exits


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
        counted=Counted("people", "changed_school", "in_service"),
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
        counted=Counted("people", "in_same_school_later", "in_service_before"),
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
        counted=Counted("people", "left_employer", "in_service_before"),
    ),
    Measure(
        "turnover_out_of_trust_or_authority_by_role",
        "Turnover out of a trust or local authority, by role",
        "share",
        "As turnover_out_of_trust_or_authority, whatever way people went, by the role held at the census before: out of the people in "
        "service in that role then.",
        "Headway",
        _turnover_by_role,
        Kind.RATIO,
        ("employer", "role"),
        places=("phase",),
        counted=Counted("people", "left_employer", "in_service_before_in_that_role"),
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
