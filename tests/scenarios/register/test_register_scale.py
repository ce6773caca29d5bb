"""A scaled register keeps whole clusters and looks like the whole."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scenarios.register.scale import scale_register
from scenarios.register.synthetic import EASTERN_REGION_2010, synthetic_register
from simulation.register import Register
from simulation.vocabulary import Phase
from tests.scenarios.register.same import differences

EASTERN = synthetic_register(EASTERN_REGION_2010)
SEEDS = st.integers(0, 2**64 - 1)


@given(fraction=st.floats(0, 1, exclude_min=True), seed=SEEDS)
@settings(max_examples=150, deadline=None)
def test_clusters_are_kept_whole_or_left_out(fraction: float, seed: int) -> None:
    """Whatever the fraction and the seed, no cluster loses a member; the note says how many schools are left."""
    sample = scale_register(EASTERN, fraction, seed)
    assert len(sample) >= 1
    kept = set(sample.urn.tolist())
    for row, key in enumerate(EASTERN.cluster_key):
        members = set(EASTERN.urn[EASTERN.cluster == row].tolist())
        assert members <= kept or not members & kept
        assert (key in sample.cluster_key) == (members <= kept)
    if fraction < 1:
        assert f"{len(sample):,} of 87 schools" in sample.notes[-1]


@given(seed=SEEDS)
@settings(max_examples=20, deadline=None)
def test_a_tenth_of_england_looks_like_england(england: Register, seed: int) -> None:
    """Size within 3%, regions, phases and kinds within a few points, for any seed."""
    sample = scale_register(england, 0.1, seed)
    assert abs(len(sample) / (0.1 * len(england)) - 1) < 0.03
    for column, tolerance in (("region", 0.01), ("phase", 0.015), ("kind", 0.05)):
        whole, part = (np.bincount(getattr(r, column), minlength=9) / len(r) for r in (england, sample))
        assert abs(whole - part).max() < tolerance, column


def test_every_school_has_about_the_same_chance() -> None:
    """Over 400 seeds each school of 87 is in about half the samples of a half."""
    taken = np.zeros(87)
    for seed in range(400):
        taken += np.isin(EASTERN.urn, scale_register(EASTERN, 0.5, seed).urn)
    assert abs(taken.mean() / 400 - 0.5) < 0.02
    assert (abs(taken / 400 - 0.5) < 0.2).all()


def test_scale_one_changes_nothing_and_a_seed_gives_one_sample(england: Register) -> None:
    """The whole is the same object; one seed twice gives one sample, two seeds give two."""
    assert scale_register(england, 1, 5) is england
    assert differences(scale_register(england, 0.02, 5), scale_register(england, 0.02, 5)) == []
    assert "urn" in differences(scale_register(england, 0.02, 5), scale_register(england, 0.02, 6))


@pytest.mark.parametrize("fraction", [0, -0.1, 1.01, float("nan"), float("inf")])
def test_a_scale_out_of_range_is_refused(fraction: float) -> None:
    """Nought, negatives, more than the whole, NaN and infinity are no fraction of a register."""
    with pytest.raises(ValueError, match="scale must be above 0 and at most 1"):
        scale_register(EASTERN, fraction, 1)


def test_communities_stay_about_as_large_as_in_the_whole_register(england):
    """A sample thins out markets, not the number of schools within one, which settles who competes."""
    sample = scale_register(england, 0.1, seed=3)
    for phase in Phase:
        whole = np.bincount(england.community[england.phase == phase])
        part = np.bincount(sample.community[sample.phase == phase])
        assert part[part > 0].mean() == pytest.approx(whole[whole > 0].mean(), rel=0.35)


@pytest.mark.parametrize("fraction", [0.005, 0.02, 0.1, 0.5])
def test_a_market_has_room_for_two_communities_where_there_are_schools_enough(england, fraction):
    """Regions are joined where a sample has too few of their schools, and only there; each market is named by its first region."""
    sample = scale_register(england, fraction, seed=3)
    for phase in Phase:
        here = sample.phase == phase
        full = np.mean(np.unique(england.community[england.phase == phase], return_counts=True)[1])
        schools = np.bincount(sample.market[here])
        assert schools[schools > 0].min() >= min(2 * full, here.sum())
        own = np.bincount(sample.region[here])
        if own[own > 0].min() >= 2 * full:
            assert (sample.market[here] == sample.region[here]).all()
        joined = sample.joined_regions[phase]
        assert (joined[joined] == joined).all()


@pytest.mark.parametrize("fraction", [0.005, 0.1])
def test_a_community_keeps_to_one_phase_and_one_market(england, fraction):
    """Communities that are merged to keep their size never join phases or markets."""
    sample = scale_register(england, fraction, seed=3)
    for place in (sample.phase, sample.market):
        pairs = np.unique(np.stack([sample.community, place]), axis=1)
        assert len(np.unique(pairs[0])) == pairs.shape[1]
