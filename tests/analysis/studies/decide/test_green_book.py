"""Discounting against the Green Book's own figures."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.studies.value.value import factors


def test_factors_are_those_of_the_table():
    """3.5% for 30 years, then 3.0%: 0.7089 after 10 years, 0.3563 after 30, 0.3459 after 31; and 2.5% from the 76th on."""
    found = factors(list(range(2026, 2026 + 80)))
    assert found[[0, 1, 10, 30, 31]] == pytest.approx([1, 1 / 1.035, 0.7089, 0.3563, 0.3459], abs=5e-5)
    assert found[75] / found[74] == pytest.approx(1 / 1.03)
    assert found[76] / found[75] == pytest.approx(1 / 1.025)


def test_one_rate_holds_in_all_years_and_none_discounts_nothing():
    """A rate of one's own, and years that are not all asked for."""
    assert factors([2026, 2028], 0.1) == pytest.approx([1, 1 / 1.21])
    assert (factors(list(range(2026, 2040)), 0.0) == np.ones(14)).all()
