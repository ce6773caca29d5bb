"""The regression behind decisions: what it says of linear worlds with known answers, and of worlds in which nothing acts."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.stats import norm

from analysis.studies.surface import Surface


def linear(rng, rows: int, others: int, chance: float):
    """Inputs of which the first alone acts, by 2 for a standard deviation, around a mean of 1."""
    x = rng.standard_normal((rows, 1 + others))
    return x, 1 + 2 * x[:, 0] + chance * rng.standard_normal(rows)


def test_a_linear_world_without_chance_is_found_exactly():
    """Within a hundredth, at rows that it has not seen; the error that it tells is as small."""
    rng = np.random.default_rng(1)
    x, y = linear(rng, 60, 3, 0.0)
    new = rng.standard_normal((20, 4))
    mean, error = Surface(x, y).at(new)
    assert mean == pytest.approx(1 + 2 * new[:, 0], abs=0.01)
    assert error.max() < 0.02
    assert Surface(x, y).explained == pytest.approx(1, abs=0.001)


def test_its_errors_are_those_that_it_makes():
    """Over 300 studies of 30 draws with 12 inputs, the truth at the rows is within 1.645 errors 90% of the time, ± 4 points.

    Seed fixed; the standard error of the share is below 1.5 points, as rows of a study go together.
    """
    rng = np.random.default_rng(2)
    inside = []
    for _ in range(300):
        x, y = linear(rng, 30, 11, 1.5)
        mean, error = Surface(x, y).at(x)
        inside.append(np.mean(np.abs(mean - (1 + 2 * x[:, 0])) <= 1.645 * error))
    assert np.mean(inside) == pytest.approx(0.9, abs=0.04)


def test_chance_is_not_taken_for_knowledge():
    """Where nothing acts it explains a tenth at most of what varies, on average over 100 studies (ordinary least squares: four tenths)."""
    rng = np.random.default_rng(3)
    shares = [Surface(rng.standard_normal((30, 12)), rng.standard_normal(30)).explained for _ in range(100)]
    assert np.mean(shares) < 0.1


def test_the_chance_that_a_mean_is_above_zero_is_that_of_the_linear_normal_case():
    """With outcome 1 + 2x the chance is Φ(1/2), within 3 points in 500 draws; without inputs it is that of the mean's own t."""
    rng = np.random.default_rng(4)
    x, y = linear(rng, 500, 2, 1.0)
    assert Surface(x, y).above().mean() == pytest.approx(norm.cdf(0.5), abs=0.04)
    alone = Surface(np.empty((25, 0)), y[:25])
    mean, error = alone.at(alone.rows)
    assert mean[0] == pytest.approx(y[:25].mean())
    assert error[0] == pytest.approx(y[:25].std(ddof=1) / 5, rel=1e-6)


def test_an_outcome_that_never_varies_is_known():
    """No error, and a chance of 0 or 1; nothing of something that is always 0 is above 0."""
    x = np.random.default_rng(5).standard_normal((12, 3))
    for value, chance in ((3.0, 1.0), (-3.0, 0.0), (0.0, 0.0)):
        found = Surface(x, np.full(12, value))
        assert found.at(x)[1].max() < 1e-9
        assert found.above().mean() == chance
    assert math.isclose(Surface(x, np.full(12, 3.0)).explained, 0.0)


def test_bent_worlds_are_followed_where_there_are_rows_enough():
    """A square with 80 rows of two inputs: nine tenths of it is explained."""
    rng = np.random.default_rng(6)
    x = rng.standard_normal((80, 2))
    assert Surface(x, x[:, 0] ** 2 + 0.2 * rng.standard_normal(80)).explained > 0.9
