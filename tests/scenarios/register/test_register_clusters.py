"""Trusts, local clusters and federations follow the published distributions and depend on nothing else."""

import re
from dataclasses import replace

import numpy as np
import pytest

from scenarios.register.clusters import ClusterSettings, Known, assign_clusters, trust_sizes
from simulation.register import Register
from simulation.vocabulary import ClusterKind, SchoolKind


def sizes(register: Register, kind: ClusterKind) -> np.ndarray:
    return np.bincount(register.cluster[register.cluster >= 0])[register.cluster_kind == kind]


def check_against_published(register: Register) -> None:
    """Target 22 of the evidence: mean 7.3 to 8 and three quarters with 2 to 9 schools, each within 10%."""
    trusts = sizes(register, ClusterKind.TRUST)
    assert 0.9 * 7.3 <= trusts.mean() <= 1.1 * 8
    assert abs(((trusts >= 2) & (trusts <= 9)).mean() / 0.75 - 1) <= 0.1
    assert trusts.min() >= 2
    assert 40 < trusts.max() <= 90
    local, federations = sizes(register, ClusterKind.LOCAL_CLUSTER), sizes(register, ClusterKind.FEDERATION)
    assert (local.min(), local.max()) == (3, 7)
    assert abs(local.mean() - 4.7) < 0.15
    assert (federations.min(), federations.max()) == (2, 3)
    maintained = (register.kind == SchoolKind.MAINTAINED).sum()
    assert abs(local.sum() / maintained - 0.5) < 0.02
    assert abs(federations.sum() / maintained - 0.05) < 0.01


def test_made_up_england_has_trusts_like_the_published_ones(england: Register) -> None:
    """Sizes of trusts, clusters and federations, and 43.7% of all schools in a trust of two or more."""
    check_against_published(england)
    assert abs(sizes(england, ClusterKind.TRUST).sum() / len(england) - 0.437) < 0.01


def test_the_real_register_has_trusts_like_the_published_ones(real: Register) -> None:
    """The same distributions come out where schools, phases and authorities are the DfE's."""
    check_against_published(real)


def test_clusters_bind_the_right_schools(england: Register) -> None:
    """Academies to trusts within a region, maintained schools to clusters within an authority; key = smallest URN."""
    for row in range(len(england.cluster_key)):
        schools = np.flatnonzero(england.cluster == row)
        assert england.cluster_key[row] == england.urn[schools].min()
        if england.cluster_kind[row] == ClusterKind.TRUST:
            assert (england.kind[schools] == SchoolKind.ACADEMY).all()
            assert len(set(england.region[schools].tolist())) == 1
        else:
            assert (england.kind[schools] == SchoolKind.MAINTAINED).all()
            assert len(set(england.local_authority[schools].tolist())) == 1
    assert (np.diff(england.cluster_key) > 0).all()
    assert len(set(england.cluster_name)) == len(england.cluster_name)


def test_clusters_are_named_after_where_they_are_and_not_by_number(england: Register) -> None:
    """Trusts after their region, the others after their authority; only a name that the register has stays as it is."""
    regions, authorities = set(england.region_names), set(england.local_authority_names.values())
    for name, kind in zip(england.cluster_name, england.cluster_kind.tolist(), strict=True):
        what, _, area = name.partition(" in ")
        assert re.fullmatch(r"(Trust|Local cluster|Federation) [1-9]\d{0,3}", what), name
        assert area in (regions if kind == ClusterKind.TRUST else authorities)


def test_trusts_are_local_and_mix_phases(england: Register) -> None:
    """Trusts span fewer than 2.5 authorities on average; some hold one phase, others several."""
    trusts = [
        np.flatnonzero(england.cluster == row) for row in np.flatnonzero(england.cluster_kind == ClusterKind.TRUST)
    ]
    assert np.mean([len(set(england.local_authority[trust].tolist())) for trust in trusts]) < 2.5
    assert 0.2 < np.mean([len(set(england.phase[trust].tolist())) > 1 for trust in trusts]) < 0.95


def test_same_seed_same_clusters_and_another_seed_others(england: Register) -> None:
    """Membership is a function of register and seed alone, and any seed meets the published figures."""
    again = assign_clusters(england)
    assert np.array_equal(again.cluster, england.cluster)
    other = assign_clusters(england, ClusterSettings(seed=1))
    assert not np.array_equal(other.cluster, england.cluster)
    check_against_published(other)


@pytest.mark.parametrize(
    ("shares", "kind", "smallest", "largest"),
    [((1.0, 0.0), ClusterKind.LOCAL_CLUSTER, 3, 7), ((0.0, 1.0), ClusterKind.FEDERATION, 2, 3)],
)
def test_nobody_who_should_be_bound_is_left_over(
    shares: tuple[float, float], kind: ClusterKind, smallest: int, largest: int, england: Register
) -> None:
    """Schools too few at an authority's end for a cluster of their own join the one before."""
    everybody = ClusterSettings(maintained_in_local_clusters=shares[0], maintained_in_federations=shares[1])
    register = assign_clusters(england, everybody)
    maintained = register.kind == SchoolKind.MAINTAINED
    for code in np.unique(register.local_authority[maintained]):
        cluster = register.cluster[maintained & (register.local_authority == code)]
        assert ((cluster >= 0) == (len(cluster) >= smallest)).all()
    found = sizes(register, kind)
    assert smallest <= found.min() <= found.max() <= largest


def test_no_academies_no_trusts_and_no_shares_no_clusters(england: Register) -> None:
    """Trusts are made of academies only; with all three shares at nought every school stays alone."""
    maintained = replace(england, kind=np.zeros_like(england.kind))
    assert (assign_clusters(maintained).cluster_kind != ClusterKind.TRUST).all()
    nobody = ClusterSettings(academies_in_trusts=0, maintained_in_local_clusters=0, maintained_in_federations=0)
    assert (assign_clusters(england, nobody).cluster == -1).all()


def test_trust_size_distribution_is_the_documented_one() -> None:
    """Sizes from 2 to 90 with a mean of 7.8, 76% of them from 2 to 9."""
    chances = trust_sizes(ClusterSettings())
    count = np.arange(2, 91)
    assert len(chances) == len(count)
    assert abs((chances * count).sum() - 7.8) < 0.05
    assert abs(chances[:8].sum() - 0.76) < 0.005


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"academies_in_trusts": 1.2}, "academies_in_trusts must be a share"),
        ({"maintained_in_local_clusters": 0.9, "maintained_in_federations": 0.2}, "must not exceed 1 together"),
        ({"federation_sizes": (0.8, 0.3)}, "federation_sizes must be shares that sum to 1"),
        ({"largest_trust": 1}, "largest_trust must be 2 or more"),
    ],
)
def test_settings_out_of_range_are_refused(change: dict, said: str) -> None:
    """The message names the setting and what it must be."""
    with pytest.raises(ValueError, match=said):
        ClusterSettings(**change)


def test_known_clusters_stay_and_other_kinds_alone_are_drawn(england: Register) -> None:
    """Where a file names a trust and a federation, they are all there are, and their schools are bound to nobody else."""
    academies = np.flatnonzero(england.kind == SchoolKind.ACADEMY)[:40]
    maintained = np.flatnonzero(england.kind == SchoolKind.MAINTAINED)[:400]
    known = [Known(ClusterKind.TRUST, "Star", academies), Known(ClusterKind.FEDERATION, "Hills", maintained)]
    register = assign_clusters(england, known=known)
    kinds = np.bincount(register.cluster_kind, minlength=3)
    assert kinds[ClusterKind.TRUST] == kinds[ClusterKind.FEDERATION] == 1
    assert kinds[ClusterKind.LOCAL_CLUSTER] > 1_000
    for one in known:
        row = register.cluster_name.index(one.name)
        assert np.flatnonzero(register.cluster == row).tolist() == one.schools.tolist()
        assert register.cluster_key[row] == england.urn[one.schools].min()
    assert (np.diff(register.cluster_key) > 0).all()
