"""What a comparison says for reading, from figures that are known."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from analysis.figures.estimates import paired, simultaneous_half_widths
from analysis.figures.lines import Line, Over
from analysis.studies.compare.report import closing, note, one_policy, records
from analysis.studies.compare.summing import Cell, Comparison, Outcome
from tests.analysis.studies.compare.plans import base, draws

LINES = [
    Line("vacant", "Posts vacant", "posts_vacant", "posts", Over.MEAN, better=-1),
    Line("leaving", "Leavers", "leaver_rate", "share", Over.POOLED),
    Line("cost", "Costs", "costs", "GBP", Over.SUM),
]
CELLS = [Cell(0, None), Cell(1, 2028), Cell(2, None)]


def comparison(*differences: tuple[float, float], pairs: int = 40, against: bool = False) -> Comparison:
    """A comparison whose differences have these means and standard deviations, exactly."""
    noise = draws(1, pairs, len(CELLS))
    noise = (noise - noise.mean(axis=0)) / noise.std(axis=0, ddof=1)
    means, spreads = np.array(differences).T
    level = draws(2, pairs, len(CELLS)) * [10, 0.01, 1e6] + [100, 0.09, 1e8]
    if against:  # the policy moves the other way wherever the base moves
        noise = -(level - level.mean(axis=0)) / level.std(axis=0, ddof=1)
    change = means + spreads * noise
    statistics = paired(level, level + change)
    adjusted = simultaneous_half_widths(change, 0.9, 1)
    outcome = Outcome(replace(base(), name="policy"), statistics, statistics.half_width(0.9), adjusted, False)
    return Comparison(base(), [outcome], LINES, CELLS, 2026, 2028, 0.9, pairs, [], None, None)


def test_differences_that_stand_out_are_told_with_their_range():
    """Ranges are the adjusted ones, wider than the interval of each alone, and come before the best guess."""
    found = comparison((-3.0, 4.0), (0.001, 0.01), (2e6, 1e6))
    rows = one_policy(found, found.outcomes[0]).rows
    assert [row["words"] for row in rows] == ["fewer, better", "cannot tell", "more"]
    assert [row["difference"] for row in rows] == ["−3.0", "+0.1 pts", "+£2.0m"]
    assert rows[0]["interval"] == "−4.1 to −1.9"
    message = closing(found)[-1]
    assert "for 1 of 3 figures no difference can be told, which does not mean that there is none" in message
    assert "2 differ by more than chance explains" in message
    assert "Posts vacant, 2026/27 to 2028/29: 1.6 to 4.4 fewer on average (about 3.0)" in message
    assert "Costs, 2026/27 to 2028/29: £1.7m to £2.3m more (about £2.0m)" in message
    assert closing(found)[0].startswith("Chance alone: ")
    assert "40 pairs of runs" in note(found)
    assert "all 3 figures" in note(found)


def test_where_nothing_stands_out_no_word_says_so():
    """All figures are open: neither more nor less is said of any."""
    found = comparison((0.1, 4.0), (0.0, 0.01), (1e4, 1e6))
    assert [row["words"] for row in one_policy(found, found.outcomes[0]).rows] == ["cannot tell"] * 3
    message = closing(found)[-1]
    assert "for all 3 figures no difference can be told" in message
    assert "fewer" not in message
    assert "better" not in message


def test_pairing_that_does_not_help_is_said():
    """A difference that varies more than independent runs would: the ratio is below 1, the wider interval stands."""
    found = comparison((0.0, 15.0), (0.0, 0.0001), (0.0, 1.0), against=True)
    outcome = found.outcomes[0]
    assert one_policy(found, outcome).rows[0]["ratio"].startswith("none (×0.")
    assert "Pairing did not help for 1 of them" in closing(found)[-1]
    record = records(found)[0]
    assert record["pairing_helped"] is False
    assert record["standard_error"] > record["unpaired_standard_error"]
    assert record["high"] - record["low"] == pytest.approx(2 * 1.6849 * record["standard_error"], rel=1e-4)


def test_an_end_that_rounds_to_zero_is_not_shown_as_zero():
    """The interval leaves out 0 by less than can be shown."""
    found = comparison((-0.35, 1.0), (0.0, 0.01), (0.0, 1e6))
    message = closing(found)[-1]
    assert found.outcomes[0].adjusted_half[0] < 0.35
    assert "0.0 to" not in message
    assert "fewer" in message
