"""How large trusts are."""

from __future__ import annotations

import numpy as np

from simulation.census.census import Census
from simulation.census.measure import Kind, Measure, Tally
from simulation.vocabulary import ClusterKind


def _sizes(census: Census) -> tuple[np.ndarray, np.ndarray]:
    """Lead school and number of schools of every trust that has a school."""
    clusters = census.world.clusters
    trusts = np.flatnonzero((clusters.kind == ClusterKind.TRUST) & (clusters.lead_school >= 0))
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
    return Tally(census.school_rows, (), census.trust_schools >= 2)


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
    ),
)
