"""The functions that turn draws into variates, against independent implementations."""

import math
from statistics import NormalDist

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulation import vocabulary
from simulation.numerics import (
    age_band,
    first_exceeding,
    gumbel,
    logistic,
    logit,
    logits,
    normal,
    normals,
    years_out_band,
    years_qualified_band,
)

INSIDE = st.floats(2.0**-53, 1 - 2.0**-53)


@given(INSIDE)
def test_the_normal_inverse_agrees_with_the_standard_library(u):
    """Over the whole open interval, to the last digits."""
    assert normal(u) == pytest.approx(NormalDist().inv_cdf(u), rel=1e-14, abs=1e-15)


def test_certainty_and_impossibility_give_infinite_thresholds():
    """And come back from them, one at a time or as arrays, without a warning."""
    assert normal(0.0) == -math.inf
    assert normal(1.0) == math.inf
    assert logit(0.0) == -math.inf
    assert logit(1.0) == math.inf
    assert logistic(-math.inf) == 0.0
    assert logistic(math.inf) == 1.0
    assert list(normals(np.array([0.0, 1.0]))) == [-math.inf, math.inf]
    assert list(logits(np.array([0.0, 0.5]))) == [-math.inf, 0.0]


@given(INSIDE)
def test_logistic_undoes_logit(p):
    """For any probability that a draw can be compared with."""
    assert logistic(logit(p)) == pytest.approx(p, rel=1e-12)


@given(INSIDE)
def test_gumbel_is_the_inverse_of_its_distribution_function(u):
    """Applied to a uniform draw it is therefore of that distribution."""
    assert math.exp(-math.exp(-gumbel(u))) == pytest.approx(u, rel=1e-9)


@pytest.mark.parametrize(
    ("band", "labels", "cases"),
    [
        (
            age_band,
            vocabulary.AGE_BANDS,
            {18: "under_25", 24: "under_25", 25: "25_29", 64: "60_64", 65: "65_plus", 90: "65_plus"},
        ),
        (
            years_qualified_band,
            vocabulary.YEARS_QUALIFIED_BANDS,
            {-1: "0", 0: "0", 5: "5", 6: "6_10", 10: "6_10", 11: "11_plus"},
        ),
        (years_out_band, vocabulary.YEARS_OUT_BANDS, {0: "0", 2: "2", 3: "3_5", 5: "3_5", 6: "6_10", 10: "6_10"}),
    ],
)
def test_bands_begin_and_end_where_their_names_say(band, labels, cases):
    """The years at both ends of each band, and those beyond the first and the last."""
    assert {years: labels[band(years)] for years in cases} == cases


def test_a_category_is_the_first_whose_cumulative_share_exceeds_the_draw():
    """A draw that is equal to the sum falls into the next, and categories without a share are passed over."""
    shares = np.array([[0.25, 0.0, 0.5, 0.25, 0.0]])
    assert list(first_exceeding(np.array([0.0, 0.24, 0.25, 0.74, 0.75, 0.999999]), shares)) == [0, 0, 2, 2, 3, 3]


def test_a_category_without_a_share_is_never_chosen_even_where_shares_fall_short_of_one():
    """Rounding at the end of the sums gives the last category that has a share."""
    assert list(first_exceeding(np.array([1 - 1e-16]), np.array([[0.3, 0.7 - 1e-12, 0.0]]))) == [1]


def test_each_draw_goes_by_the_shares_of_its_group():
    """The same draw falls into different categories of different groups; the last with a share is each group's own."""
    shares = np.array([[0.5, 0.5], [0.2, 0.8], [1.0 - 1e-12, 0.0]])
    draws = np.array([0.4, 0.4, 1 - 1e-16])
    assert list(first_exceeding(draws, shares, np.array([0, 1, 2]))) == [0, 1, 0]
