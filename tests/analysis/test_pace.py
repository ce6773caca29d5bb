"""The time left is true: whatever comes before the first step, and however many come at once."""

import itertools

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


@pytest.mark.parametrize("together", [1, 2, 4])
def test_the_time_left_falls_in_the_main_and_is_true_within_a_factor(together: int) -> None:
    """As a real run goes: setting up for five minutes, then pairs of six years each by several processes, each pair up to a third longer or shorter.

    Told once a minute, it rises at one of six tellings at most, never by more than a third, and is within a factor of two of
    the truth from a tenth on.
    """
    pairs, years = 60, 6
    ends = [0.0] * together
    steps = []
    for pair in range(pairs):
        process = ends.index(min(ends))
        each = 5.0 * (1 + (pair * 7 % 11 - 5) / 15)  # spread without a pattern, the same each time
        for _ in range(years):
            ends[process] += each
            steps.append(300.0 + ends[process])
    steps.sort()
    pace, told, next_telling = Pace(pairs * years, "pairs of runs", years), [], 300.0
    for done, now in enumerate(steps, 1):
        pace.step(now)
        if now >= next_telling and pace.left is not None and done < len(steps):
            told.append(pace.left)
            next_telling = now + 60.0
            if done > len(steps) / 10:
                assert 0.5 < pace.left / (steps[-1] - now) < 2
    rises = [later / before for before, later in itertools.pairwise(told) if later > before]
    assert len(told) >= 6
    assert len(rises) <= len(told) / 6
    assert all(rise < 4 / 3 for rise in rises)
