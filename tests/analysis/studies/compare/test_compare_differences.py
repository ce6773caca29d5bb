"""Paired differences: known answers, and what the variance ratio stands for."""

from __future__ import annotations

import math

import numpy as np
import pytest

from analysis.figures.estimates import paired
from simulation.draws import Decision, Key
from tests.analysis.studies.compare.plans import draws


def column(*values: float) -> np.ndarray:
    return np.array(values, float)[:, None]


def test_known_answers_are_met_exactly():
    """Differences 1, 2, 3: mean 2, variance 1; base and policy vary by 1 and 4, so pairing saves five times the runs."""
    found = paired(column(1, 2, 3), column(2, 4, 6))
    assert (found.base[0], found.policy[0], found.difference[0], found.pairs[0]) == (2, 4, 2, 3)
    assert found.error[0] == pytest.approx(math.sqrt(1 / 3), rel=1e-15)
    assert found.unpaired_error[0] == pytest.approx(math.sqrt(5 / 3), rel=1e-15)
    assert found.variance_ratio[0] == pytest.approx(5, rel=1e-15)
    assert math.isnan(found.half_width(0.9)[0])
    assert not found.pairing_failed[0]
    assert not found.same[0]


def test_intervals_begin_at_eight_pairs():
    """Seven pairs have a mean and no interval; eight have Student's, with seven degrees of freedom."""
    values = np.arange(8.0)
    assert math.isnan(paired(column(*0 * values[:7]), column(*values[:7])).half_width(0.9)[0])
    found = paired(column(*0 * values), column(*values))
    assert found.half_width(0.9)[0] == pytest.approx(1.89457861 * math.sqrt(6 / 8), rel=1e-8)


def test_equal_runs_differ_by_exactly_zero():
    """An A/A comparison has difference 0, interval [0, 0] and is called the same, whatever the numbers."""
    values = draws(1, 20, 3) / 3
    found = paired(values, values.copy())
    assert (found.difference == 0).all()
    assert (found.half_width(0.9) == 0).all()
    assert found.same.all()
    assert np.isnan(found.variance_ratio).all()


def test_a_constant_difference_is_exact_but_not_the_same():
    """If the policy adds the same to every run, the interval is that number."""
    found = paired(column(0.1, 0.2, 0.7), column(0.1, 0.2, 0.7) + 2**-3)
    assert found.difference[0] == pytest.approx(0.125)
    assert not found.same[0]


def test_pairs_count_where_both_runs_have_a_figure():
    """A replicate with a gap on one side is left out on both, cell by cell."""
    base = np.array([[1.0, 1.0], [2.0, np.nan], [3.0, 3.0]])
    policy = np.array([[2.0, 1.0], [4.0, 5.0], [np.nan, 4.0]])
    found = paired(base, policy)
    assert found.pairs.tolist() == [2, 2]
    assert found.base.tolist() == [1.5, 2.0]
    assert found.policy.tolist() == [3.0, 2.5]
    none = paired(np.full((3, 1), np.nan), np.ones((3, 1)))
    assert none.pairs[0] == 0
    assert math.isnan(none.difference[0])
    assert not none.same[0]


def test_one_pair_has_no_interval():
    """Nothing is known of the spread from one pair."""
    found = paired(column(1), column(2))
    assert found.difference[0] == 1
    assert math.isnan(found.half_width(0.9)[0])


def toy(replicates: np.ndarray, hazard: float, seed: int) -> np.ndarray:
    """Leavers among 400 people in each replicate; raising the hazard only adds leavers."""
    people = np.arange(400, dtype=np.uint64)
    return np.array([(Key(seed, int(r)).uniform(Decision.RETIRE, 1, people) < hazard).sum() for r in replicates], float)


def test_the_unpaired_error_is_that_of_runs_with_independent_seeds():
    """Run for real with seeds of their own, the difference varies as the unpaired error says, within chance."""
    n = 600
    runs = np.arange(n)
    base, policy = toy(runs, 0.10, 1), toy(runs, 0.08, 1)
    found = paired(base[:, None], policy[:, None])
    independent = toy(runs, 0.08, 2) - base
    ratio = independent.var(ddof=1) / n / found.unpaired_error[0] ** 2
    assert 0.8 < ratio < 1.25  # four standard errors of a ratio of two such variances
    assert found.variance_ratio[0] > 5  # the same people leave in both runs


def test_where_pairing_hurts_the_paired_interval_is_the_one_that_holds():
    """With draws that pull base and policy apart, the unpaired interval promises 90% and holds about 77%."""
    covered = {"paired": 0, "unpaired": 0}
    trials, n = 1000, 30
    x, y = draws(1, trials, n), draws(2, trials, n)
    base, policy = x, -0.8 * x + 0.6 * y  # correlation -0.8, true difference 0
    found = paired(base.T, policy.T)
    assert found.pairing_failed.mean() > 0.99
    quantile = found.half_width(0.9) / found.error
    covered["paired"] = (np.abs(found.difference) <= quantile * found.error).mean()
    covered["unpaired"] = (np.abs(found.difference) <= quantile * found.unpaired_error).mean()
    assert 0.87 < covered["paired"] < 0.93
    assert covered["unpaired"] < 0.82


def test_both_sides_need_the_same_shape():
    """Three runs cannot be paired with two."""
    with pytest.raises(ValueError, match="pairs need as many"):
        paired(np.ones((3, 1)), np.ones((2, 1)))
