"""Intervals that hold all at once: how often any of them is wrong when there is nothing to find."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.figures.estimates import critical, max_t, mean_and_variance, signs, simultaneous_half_widths
from tests.analysis.studies.compare.plans import draws

POLICIES, MEASURES = 10, 8


def test_ten_equal_policies_on_eight_measures_give_a_false_alarm_once_in_twenty():
    """Independent seeds, 40 pairs, 95%: the family is wrong in 5% of trials.

    With 1,000 trials a true 5% lies between 3 and 7% but for a chance of 0.4%; the seed is fixed, so the test never
    flickers. Bonferroni's value, the upper bound, must be no better than max-t.
    """
    trials, n = 1000, 40
    sign = signs(n, 5, resamples=400)
    bonferroni = float(critical(np.array([n]), 1 - 0.05 / (POLICIES * MEASURES))[0])
    wrong = tighter = 0
    for trial in range(trials):
        runs = draws(trial, n, POLICIES + 1, MEASURES)
        differences = (runs[:, 1:] - runs[:, :1]).reshape(n, -1)
        mean, variance = mean_and_variance(differences)
        value = min(max_t(differences, 0.95, sign), bonferroni)
        tighter += value < bonferroni
        wrong += bool((np.abs(mean) > value * np.sqrt(variance / n)).any())
    assert 0.03 <= wrong / trials <= 0.07
    assert tighter / trials > 0.5


def test_without_adjustment_most_such_tables_raise_a_false_alarm():
    """The control: 80 intervals of 95% each, taken alone, are not all right in most trials."""
    n, wrong = 40, 0
    for trial in range(100):
        runs = draws(trial, n, POLICIES + 1, MEASURES)
        differences = (runs[:, 1:] - runs[:, :1]).reshape(n, -1)
        mean, variance = mean_and_variance(differences)
        wrong += bool((np.abs(mean) > critical(np.array([n]), 0.95) * np.sqrt(variance / n)).any())
    assert wrong > 80


def test_cells_that_move_together_are_not_paid_for_twice():
    """Ten copies of one cell need little more than that cell alone; ten cells of their own need more."""
    one = draws(1, 60, 1)
    copies = simultaneous_half_widths(np.repeat(one, 10, axis=1), 0.9, seed=1)
    alone = simultaneous_half_widths(one, 0.9, seed=1)
    own = draws(1, 60, 10)
    error = np.sqrt(mean_and_variance(own)[1] / 60)
    assert copies[0] <= 1.06 * alone[0]
    assert (simultaneous_half_widths(own, 0.9, seed=1) / error > 1.3 * alone[0] / np.sqrt(one.var(ddof=1) / 60)).all()


@pytest.mark.parametrize("pairs", [8, 29, 30, 80])
def test_the_value_lies_between_that_of_one_cell_and_bonferronis(pairs):
    """At few pairs and at many."""
    differences = draws(3, pairs, 12)
    error = np.sqrt(mean_and_variance(differences)[1] / pairs)
    value = simultaneous_half_widths(differences, 0.9, seed=1) / error
    n = np.array([pairs])
    assert (value >= critical(n, 0.9) * (1 - 1e-12)).all()
    assert (value <= critical(n, 1 - 0.1 / 12) * (1 + 1e-12)).all()


def test_too_few_pairs_have_no_interval():
    """Fewer than eight: none, also where nothing varies, as so few cannot show that."""
    assert np.isnan(simultaneous_half_widths(draws(3, 7, 2), 0.9, seed=1)).all()
    assert np.isnan(simultaneous_half_widths(np.full((7, 2), 2.0), 0.9, seed=1)).all()


def test_cells_that_cannot_raise_an_alarm_do_not_count():
    """Cells that are equal in all pairs have width 0 and leave the others as they are; missing pairs are left out."""
    differences = draws(4, 50, 3)
    padded = np.column_stack([differences, np.zeros((50, 5)), np.full(50, 2.0), np.full(50, np.nan)])
    found = simultaneous_half_widths(padded, 0.9, seed=1)
    np.testing.assert_array_equal(found[:3], simultaneous_half_widths(differences, 0.9, seed=1))
    assert (found[3:9] == 0).all()
    assert np.isnan(found[9])
    gaps = differences.copy()
    gaps[:5, 0] = np.nan
    assert simultaneous_half_widths(gaps, 0.9, seed=1)[0] > 0


def test_the_same_seed_gives_the_same_intervals():
    """Resampling is keyed; another seed moves every width a little."""
    differences = draws(5, 40, 6)
    first, again, other = (simultaneous_half_widths(differences, 0.9, seed) for seed in (1, 1, 2))
    np.testing.assert_array_equal(first, again)
    assert (first != other).all()
