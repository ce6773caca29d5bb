"""Who is appointed from where, and the vacancy chains that appointments make."""

from __future__ import annotations

import numpy as np

from simulation.census.census import Census
from simulation.census.measure import Kind, Measure, Tally
from simulation.vocabulary import Ring


def _by_ring(census: Census) -> Tally | None:
    if not census.saw_the_year:
        return None
    made = census.log.appointments
    return Tally(made.to_school, (made.to_role, made.ring))


def _by_move(census: Census) -> Tally | None:
    if not census.saw_the_year:
        return None
    made = census.log.appointments
    return Tally(made.to_school, (made.to_role, made.move))


def _inside_trust(census: Census) -> Tally | None:
    if not census.saw_the_year:
        return None
    made = census.log.appointments
    size = census.trust_schools[made.to_school]
    senior = (made.to_role >= census.ladder.senior) & (made.to_role <= census.ladder.head) & (size >= 2)
    band = np.searchsorted([2, 10, 20], size[senior], side="right").astype(np.int8)
    return Tally(made.to_school[senior], (band,), made.ring[senior] <= int(Ring.CLUSTER))


def _chain_length(census: Census) -> Tally | None:
    if not census.saw_the_year:
        return None
    closed = census.log.closed_chains
    return Tally(closed.school, (closed.role,), closed.length)


def _chain_lengths(census: Census) -> Tally | None:
    if not census.saw_the_year:
        return None
    closed = census.log.closed_chains
    return Tally(closed.school, (closed.role, np.clip(closed.length - 1, 0, 9)))


MEASURES = (
    Measure(
        "appointments",
        "Appointments",
        "people",
        "Posts filled between two censuses, by role and by what the appointment was for the person appointed.",
        "Headway",
        _by_move,
        axes=("role", "move"),
        totals=("move",),
        places=("phase", "region"),
    ),
    Measure(
        "appointments_by_ring",
        "Where appointees come from",
        "share",
        "Posts filled between two censuses, by where the person appointed worked: in the same school, in a school of the same "
        "cluster or trust, of the same neighbourhood, elsewhere, or outside state-funded schools the year before.",
        "m_internal_head, m_internal_ah, m_internal_dh (recollection only)",
        _by_ring,
        Kind.RATIO,
        ("role", "ring"),
        across="ring",
    ),
    Measure(
        "senior_posts_filled_inside_trust",
        "Senior posts filled from inside the trust",
        "share",
        "Assistant head, deputy and head posts filled in schools of trusts of two schools or more, by somebody who already worked "
        "in that school or trust, by the size of the trust.",
        "intmat_oasis_2015, intmat_oasis_2016, intmat_dret_2yr",
        _inside_trust,
        Kind.RATIO,
        ("trust_size",),
        ("trust_size",),
    ),
    Measure(
        "vacancy_chain_length",
        "Length of vacancy chains (mean)",
        "posts",
        "Vacancies in a chain, the first included, mean over the chains that ended between two censuses, because somebody from "
        "outside filled the last post or because it was abolished. Placed by the school and role in which the chain began.",
        "Headway",
        _chain_length,
        Kind.RATIO,
        ("role",),
        ("role",),
    ),
    Measure(
        "vacancy_chain_lengths",
        "Length of vacancy chains (distribution)",
        "share",
        "Chains that ended between two censuses, by the number of vacancies in them, the first included; by the role in which the "
        "chain began.",
        "Headway",
        _chain_lengths,
        Kind.RATIO,
        ("role", "chain_length"),
        ("role",),
        "chain_length",
        ("phase",),
    ),
)
