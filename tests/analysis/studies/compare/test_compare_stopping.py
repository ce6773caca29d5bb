"""Stopping when an interval is narrow enough keeps the interval's promise."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.figures.estimates import paired
from analysis.studies.compare.precision import FEWEST, HOLD, half_widths, stops_after
from tests.analysis.studies.compare.plans import draws


def test_half_widths_are_those_of_each_number_of_pairs():
    """Gaps are skipped, as where pairs are compared."""
    values = draws(1, 40) * 3 + 1e6
    values[[0, 7]] = np.nan
    found = half_widths(values, 0.9)
    for n in (12, 40):
        expected = paired(np.zeros((n, 1)), values[:n, None]).half_width(0.9)[0]
        assert found[n - 1] == pytest.approx(expected, rel=1e-6)
    assert np.isnan(found[:2]).all()


def test_it_never_stops_before_thirty_pairs_and_five_more():
    """Even where nothing varies, and where the target is huge."""
    assert stops_after(np.zeros(FEWEST + HOLD - 1), 1.0, 0.9) is None
    assert stops_after(np.zeros(100), 1.0, 0.9) == FEWEST + HOLD
    gap = np.zeros(100)
    gap[3] = np.nan
    assert stops_after(gap, 1.0, 0.9) == FEWEST + HOLD + 1


def test_the_width_must_hold():
    """A wide pair during the five more starts the count again."""
    values = draws(2, 200)
    before = stops_after(values, 0.35, 0.9)
    assert before is not None
    values[before - 2] = 9.0
    after = stops_after(values, 0.35, 0.9)
    assert after is not None
    assert after > before
    assert (half_widths(values, 0.9)[after - HOLD - 1 : after] <= 0.35).all()


def test_every_policy_must_be_narrow_enough():
    """The noisiest decides when to stop, and a precision out of reach is never reached."""
    values = np.column_stack([draws(3, 200), 2 * draws(4, 200)])
    alone = [stops_after(values[:, i], 0.4, 0.9) for i in (0, 1)]
    assert stops_after(values, 0.4, 0.9) == max(n for n in alone if n)
    assert stops_after(values[:100], 0.05, 0.9) is None


def test_coverage_is_kept():
    """Nominal 95%: over 6,000 trials at three targets the truth is inside in 94% or more."""
    trials, most = 2000, 200
    right = 0
    for seed, target in ((11, 0.25), (12, 0.3), (13, 0.4)):
        values = draws(seed, most, trials)
        half = half_widths(values, 0.95)
        mean = values.cumsum(axis=0) / np.arange(1, most + 1)[:, None]
        for j in range(trials):
            narrow = np.convolve(half[FEWEST - 1 :, j] <= target, np.ones(HOLD + 1), "valid") == HOLD + 1
            n = FEWEST + HOLD + int(narrow.argmax())  # all come to it within 200
            if j < 20:
                assert n == stops_after(values[:, j], target, 0.95)
            right += abs(mean[n - 1, j]) <= half[n - 1, j]
    assert right / (3 * trials) >= 0.94
