"""Where a curve meets a goal: exact for straight lines."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.studies.break_even.study import stretches


def test_a_straight_line_crosses_where_it_does():
    """Rising and falling, whatever points it is known at."""
    along = np.array([0.0, 1.0, 2.5, 4.0])
    assert stretches(along, 2 * along - 3) == [(pytest.approx(1.5), 4.0)]
    assert stretches(along, 3 - 2 * along) == [(0.0, pytest.approx(1.5))]
    assert stretches(along, 0.5 * along, 0.8) == [(pytest.approx(1.6), 4.0)]


def test_all_none_and_a_stretch_between():
    """A curve that is always above, never, and one that is above in the middle, or at both ends."""
    along = [0.0, 1.0, 2.0]
    assert stretches(along, [1, 2, 1]) == [(0.0, 2.0)]
    assert stretches(along, [-1, -2, -1]) == []
    assert stretches(along, [-1, 1, -1]) == [(0.5, 1.5)]
    assert stretches(along, [1, -1, 1]) == [(0.0, 0.5), (1.5, 2.0)]
    assert stretches(along, [-1, -1, 0]) == [(2.0, 2.0)]
