"""The box in which a policy fails, against boxes that are made up."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.studies.stress.prim import find


def test_a_made_up_box_is_found():
    """Failing where the first is above 0.7 and the third below 0.4: its sides within 0.05, nothing else cut, most of it caught."""
    points = np.random.default_rng(1).random((4000, 5))
    sought = ((points[:, 0] > 0.7) & (points[:, 2] < 0.4)).astype(float)
    box = find(points, sought)
    assert box.sides == [0, 2]
    assert box.low[0] == pytest.approx(0.7, abs=0.05)
    assert box.high[2] == pytest.approx(0.4, abs=0.05)
    assert box.within > 0.9
    assert box.caught > 0.85
    assert box.everywhere == pytest.approx(0.12, abs=0.02)


def test_chances_in_place_of_failures_do_as_well():
    """Smooth chances that rise with one dimension: cut from below in that one alone."""
    points = np.random.default_rng(2).random((2000, 4))
    box = find(points, points[:, 1] ** 2)
    assert box.sides == [1]
    assert box.low[1] > 0.3
    assert box.within > box.everywhere + 0.2


def test_no_box_where_nothing_tells_futures_apart():
    """The same chance everywhere, failing always, and never: no side is cut."""
    points = np.random.default_rng(3).random((500, 3))
    for value in (0.0, 0.4, 1.0):
        box = find(points, np.full(500, value))
        assert box.sides == []
        assert box.share == 1
