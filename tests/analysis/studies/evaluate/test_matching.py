"""Exact matching, and the interval of a mean."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.figures.estimates import estimate, ratio
from analysis.studies.evaluate.cohorts import weighted

cell_of = st.integers(0, 4)
people = st.lists(st.tuples(cell_of, st.sampled_from([0.0, 1.0, math.nan])), min_size=1, max_size=40)


def test_each_cell_weighs_as_much_as_its_participants() -> None:
    """Three participants and one, by hand; comparators alike to nobody do not count."""
    values, cell = np.array([1.0, 1.0, 0.0, 1.0]), np.array([0, 0, 0, 1])
    others, others_cell = np.array([1.0, 0.0, 0.5, 9.0]), np.array([0, 0, 1, 2])
    participants, comparison, matched = weighted(values, cell, others, others_cell)
    assert participants == 0.75
    assert comparison == (3 * 0.5 + 1 * 0.5) / 4
    assert matched.all()


@given(people, people)
def test_weighting_is_the_average_over_participants_of_the_mean_of_those_alike(ours: list, theirs: list) -> None:
    """Against the definition, person by person, with gaps in both groups."""
    values, cell = np.array([v for _, v in ours]), np.array([c for c, _ in ours])
    others, others_cell = np.array([v for _, v in theirs]), np.array([c for c, _ in theirs])
    alike = [[v for c, v in theirs if c == own and not math.isnan(v)] for own, value in ours if not math.isnan(value)]
    means = [sum(found) / len(found) for found in alike if found]
    participants, comparison, matched = weighted(values, cell, others, others_cell)
    assert matched.sum() == len(means)
    if means:
        assert comparison == pytest.approx(sum(means) / len(means))
        assert participants == pytest.approx(values[matched].mean())
    else:
        assert math.isnan(participants)
        assert math.isnan(comparison)


def test_interval_of_three_replicates_by_hand() -> None:
    """Student's t with two degrees of freedom, and no interval from one replicate."""
    found = estimate([1.0, 2.0, 3.0])
    assert found.mean == 2.0
    assert found.half == pytest.approx(4.302652729911275 / math.sqrt(3))  # t(0.975, 2), standard deviation 1
    assert math.isnan(estimate([1.0]).half)


def test_a_ratio_needs_a_divisor_that_is_told_from_nothing() -> None:
    """A cost per head kept is not given where nobody may have been kept."""
    assert math.isnan(ratio([10.0, 11.0, 9.0], [-1.0, 1.0, 0.5]).mean)
    found = ratio([20.0, 22.0, 18.0], [10.0, 11.0, 9.0])
    assert found.mean == 2.0
    assert found.half == pytest.approx(0.0, abs=1e-12)
