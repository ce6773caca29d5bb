"""The time left is true: whatever comes before the first step, and however many come at once."""

import pytest

from analysis.telling import Pace


@pytest.mark.parametrize("burst", [1, 4, 16])
@pytest.mark.parametrize("before", [0.0, 5.0, 300.0])
def test_the_time_left_is_true_from_a_tenth_on(burst: int, before: float) -> None:
    """Steps of three seconds, so many told at once, after a long or a short start: never off by more than a factor of two and a half.

    After each burst it is the truth.
    """
    pace, total = Pace(320, "runs"), 320
    for done in range(1, total):
        now = before + 3.0 * burst * -(-done // burst)
        pace.step(now + 1e-3)
        left = 3.0 * (total - done)
        if pace.left is None:
            assert done <= 2 * burst
        elif done % burst == 0:
            assert pace.left == pytest.approx(left, rel=1e-2)
        elif done > total / 10:
            assert left / 2.5 <= pace.left <= 2.5 * left


def test_it_is_told_in_the_unit_that_was_asked_for() -> None:
    """Pairs, not the school years that they take; a target for precision may be reached before."""
    pace = Pace(300, "pairs of runs", each=10)
    for step in range(45):
        pace.step(1.0 + 2.0 * step)
    assert (pace.far, pace.told) == ("4 of 30 pairs of runs", "about 8 min left")
    assert Pace(300, "pairs of runs", 10, most=True).far == "0 of at most 30 pairs of runs"
