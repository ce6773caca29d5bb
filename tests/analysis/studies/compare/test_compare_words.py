"""Words follow numbers, and numbers end where chance begins."""

from __future__ import annotations

import math
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.figures.lines import Line, Over, shown_in
from analysis.figures.rounding import between, shown, step
from analysis.studies.compare.difference import Difference, Verdict

finite = st.floats(-1e9, 1e9, allow_nan=False)
PEOPLE = Line("x", "X", "x", "people", Over.MEAN)


def made(mean: float, adjusted: float, same: bool = False, line: Line = PEOPLE) -> Difference:
    """A difference with half its adjusted interval."""
    return Difference(
        line, None, 2, same, 0.0, mean, 0.0, 0.0, mean, adjusted, adjusted, adjusted, 0.0, 1.0, math.nan, math.nan
    )


@given(finite, st.floats(0, 1e9), st.sampled_from(shown_in("comparison")), st.booleans())
def test_a_word_stands_only_where_the_adjusted_interval_leaves_out_zero(difference, half, line, same):
    """More, fewer, higher, lower, better, worse: only then; and where it does, one of them stands."""
    same = same and difference == 0
    said = made(difference, half, same, line).words
    excludes = difference - half > 0 or difference + half < 0
    told = re.search(r"more|fewer|less|higher|lower|better|worse", said) is not None
    assert told == excludes
    if line.better == 0:
        assert not re.search("better|worse", said)
    elif told:
        assert ("better" in said) == ((difference > 0) == (line.better > 0))


def test_without_an_interval_nothing_can_be_told():
    """One pair has a difference and no verdict; equal in every pair is a verdict of its own."""
    assert made(5.0, math.nan).verdict is Verdict.CANNOT_TELL
    assert made(math.nan, math.nan).verdict is Verdict.NONE
    assert made(0.0, 0.0, same=True).verdict is Verdict.SAME


@pytest.mark.parametrize(
    ("unit", "better", "found", "said"),
    [
        ("people", 0, Verdict.LESS, "fewer"),
        ("posts", -1, Verdict.LESS, "fewer, better"),
        ("GBP", 0, Verdict.LESS, "less"),
        ("share", -1, Verdict.MORE, "higher, worse"),
        ("years", 1, Verdict.LESS, "lower, worse"),
        ("share", 0, Verdict.CANNOT_TELL, "no difference can be told"),
        ("share", 0, Verdict.SAME, "the same in every pair"),
    ],
)
def test_words_suit_the_unit(unit, better, found, said):
    """Fewer people, less money, lower shares; better and worse only where the figure has a good direction."""
    line = Line("x", "X", "x", unit, Over.MEAN, (), better)
    mean = {Verdict.MORE: 2.0, Verdict.LESS: -2.0, Verdict.CANNOT_TELL: 0.5, Verdict.SAME: 0.0}[found]
    assert made(mean, 1.0, found is Verdict.SAME, line).words == said


@pytest.mark.parametrize(
    ("value", "error", "unit", "said"),
    [
        (-64.83, 9.9, "people", "−65"),
        (-64.83, 12.0, "people", "−60"),
        (-648.31, 0.2, "people", "−648"),  # whole people
        (3.27, 0.12, "people", "+3.3"),  # but one decimal below ten
        (-0.01238, 0.0009, "share", "−1.24"),
        (-0.01238, 0.0012, "share", "−1.2"),
        (-0.01238, 0.02, "share", "−1"),
        (0.01238, 0.3, "share", "0"),
        (-12_345_678.0, 4_000.0, "GBP", "−£12,346,000"),
        (-12_345_678.0, 400_000.0, "GBP", "−£12.3m"),
        (0.01234, 0.0021, "standard deviations", "+0.012"),
        (11.7, 0.0, "hours", "+11.7"),  # of a constant too
        (0.0, 0.0, "people", "0"),
        (math.nan, math.nan, "people", "–"),
    ],
)
def test_no_digit_is_shown_below_the_standard_error(value, error, unit, said):
    """Rounding follows the error, whole people stay whole, and money above a million is in millions."""
    assert shown(value, step(error, unit, abs(value)), unit, sign=True) == said


@given(finite, st.floats(1e-3, 1e8))
def test_rounding_stays_within_half_a_step_which_is_no_finer_than_a_tenth_of_the_error(value, error):
    """For any value and any error."""
    place = step(error, "people", abs(value))
    assert place >= error / 10.000001
    text = shown(value, place, "people")
    assert abs(float(text.replace(",", "").replace("−", "-")) - value) <= place * 0.5000001 + 1e-6


def test_an_interval_has_signs_and_levels_do_not():
    """A difference of one value is written once."""
    assert between(-12.3, 3.4, 1.0, "people") == "−12 to +3"
    assert between(0.2, 0.2, 0.1, "posts") == "+0.2"
    assert shown(0.0861, 0.001, "share") == "8.6%"
