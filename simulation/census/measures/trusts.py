"""How large trusts are, who belongs to them, and how schools change."""

from __future__ import annotations

import numpy as np

from simulation.census.census import Census
from simulation.census.measure import Counted, Kind, Measure, Tally
from simulation.vocabulary import ClusterKind, SchoolKind


def _sizes(census: Census) -> tuple[np.ndarray, np.ndarray]:
    """Lead school and number of schools of every trust that has a school."""
    clusters, schools = census.world.clusters, census.world.schools
    led_from_within = np.append(schools.cluster, -1)[clusters.lead_school] == np.arange(len(clusters))
    trusts = np.flatnonzero((clusters.kind == ClusterKind.TRUST) & led_from_within)
    return clusters.lead_school[trusts], census.trust_schools[clusters.lead_school[trusts]]


def _mean_size(census: Census) -> Tally:
    school, size = _sizes(census)
    return Tally(school[size >= 2], (), size[size >= 2])


def _size_shares(census: Census) -> Tally:
    school, size = _sizes(census)
    school, size = school[size >= 2], size[size >= 2]
    return Tally(school, (np.searchsorted([2, 10, 20], size, side="right").astype(np.int8),))


def _trusts(census: Census) -> Tally:
    school, size = _sizes(census)
    return Tally(school, (np.searchsorted([2, 10, 20], size, side="right").astype(np.int8),))


def _in_trust(census: Census) -> Tally:
    return Tally(census.open_schools, (), census.trust_schools[census.open_schools] >= 2)


def _academies(census: Census) -> Tally:
    return Tally(census.open_schools, (), census.world.schools.kind[census.open_schools] == SchoolKind.ACADEMY)


def _changes(census: Census) -> Tally | None:
    if not census.saw_the_year:
        return None
    changed = census.log.reorganised
    return Tally(changed.school, (changed.event,))


MEASURES = (
    Measure(
        "trust_size",
        "Schools per trust (mean)",
        "schools",
        "Mean number of schools of trusts of two schools or more.",
        "mat_mean_size_2024, d_schools_per_mat_2023",
        _mean_size,
        Kind.RATIO,
        places=(),
        counted=Counted("schools", "in_trusts", "trusts_of_two_or_more"),
    ),
    Measure(
        "trust_size_share",
        "Trusts by size",
        "share",
        "Trusts of two schools or more, by their number of schools.",
        "mat_share_2_9_2024",
        _size_shares,
        Kind.RATIO,
        ("trust_size",),
        across="trust_size",
        places=(),
        counted=Counted("trusts", "by_size", "trusts_of_two_or_more"),
    ),
    Measure(
        "trusts",
        "Trusts",
        "trusts",
        "Trusts, by their number of schools.",
        "mats_2023, sats_2023",
        _trusts,
        axes=("trust_size",),
        totals=("trust_size",),
        places=(),
    ),
    Measure(
        "schools_in_trusts_share",
        "Schools in trusts of two schools or more",
        "share",
        "Schools that belong to a trust of two schools or more, out of all schools.",
        "share_schools_in_mat_2023",
        _in_trust,
        Kind.RATIO,
        counted=Counted("schools", "in_trusts_of_two_or_more", "schools"),
    ),
    Measure(
        "academies_share",
        "Schools that are academies",
        "share",
        "Academies, in trusts or alone, out of all schools.",
        "academies_count_2024",
        _academies,
        Kind.RATIO,
        counted=Counted("schools", "academies", "schools"),
    ),
    Measure(
        "schools_reorganised",
        "Schools that changed",
        "schools",
        "Schools that joined or left a trust, opened, closed or merged into another since the census before, by which it was: "
        "those who join a trust from elsewhere, from another trust too.",
        "Headway",
        _changes,
        axes=("event",),
    ),
)
