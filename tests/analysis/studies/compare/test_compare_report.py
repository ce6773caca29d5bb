"""What a comparison says for reading, from figures that are known."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest

from analysis.figures.estimates import paired, simultaneous_half_widths
from analysis.figures.lines import Line, Over
from analysis.runs.plan import Options, plan
from analysis.studies.compare.answer import answer, apart, pairs_for, spelt, unclear
from analysis.studies.compare.difference import Difference, differences
from analysis.studies.compare.report import closing, note, one_policy, records
from analysis.studies.compare.summing import Cell, Comparison, Outcome, Side
from scenarios.doubt import draws_of
from tests.analysis.studies.compare.plans import base, draws

LINES = [
    Line("vacant", "Posts vacant", "posts_vacant", "posts", Over.MEAN, better=-1),
    Line("leaving", "Leavers", "leaver_rate", "share", Over.POOLED),
    Line("cost", "Costs", "costs", "GBP", Over.SUM),
]
BASE = Side("england", "England, no new programme", 1, schools=21_000)
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
    outcome = Outcome(replace(BASE, name="policy"), statistics, statistics.half_width(0.9), adjusted, False)
    return Comparison(BASE, [outcome], LINES, CELLS, 2026, 2028, 0.9, pairs, [], None, None)


def test_differences_that_stand_out_are_told_with_their_range():
    """One interval in table and message, that which holds for all figures at once; it comes before the best guess."""
    found = comparison((-3.0, 4.0), (0.001, 0.01), (2e6, 1e6))
    rows = one_policy(found, found.outcomes[0]).rows
    assert [row["words"] for row in rows] == ["fewer, better", "cannot tell", "more"]
    assert [row["difference"] for row in rows] == ["−3.0", "+0.1 pts", "+£2.0m"]
    assert rows[0]["interval"] == "−4.4 to −1.6"
    message = closing(found)[-1]
    assert "No difference can be told, which does not mean that there is none, for Leavers" in message
    assert "Posts vacant, 2026/27 to 2028/29: 1.6 to 4.4 fewer on average (about 3.0 of 10" in message
    assert "Costs, 2026/27 to 2028/29: £1.7m to £2.3m more (about £2.0m)" in message
    assert closing(found)[0].startswith("Chance alone: ")
    assert "40 pairs of runs" in note(found)
    assert "all 3 figures" in note(found)


def test_where_nothing_stands_out_no_word_says_so():
    """All figures are open: neither more nor less is said of any."""
    found = comparison((0.1, 4.0), (0.0, 0.01), (1e4, 1e6))
    assert [row["words"] for row in one_policy(found, found.outcomes[0]).rows] == ["cannot tell"] * 3
    message = closing(found)[-1]
    assert "Nothing that would be noticed can be told" in message
    assert "which does not mean that there is none, for Posts vacant; Leavers; Costs" in message
    assert "fewer" not in message
    assert "better" not in message


def test_pairing_that_does_not_help_is_said():
    """A difference that varies more than independent runs would: the ratio is below 1, the wider interval stands."""
    found = comparison((0.0, 15.0), (0.0, 0.0001), (0.0, 1.0), against=True)
    outcome = found.outcomes[0]
    assert one_policy(found, outcome).rows[0]["ratio"].startswith("none (×0.")
    assert "Pairing did not help for 1 figure" in closing(found)[-1]
    record = records(found)[0]
    assert record["pairing_helped"] is False
    assert record["standard_error"] > record["unpaired_standard_error"]
    assert record["high"] - record["low"] == pytest.approx(2 * found.outcomes[0].adjusted_half[0])


def test_an_end_that_rounds_to_zero_is_not_shown_as_zero():
    """The interval leaves out 0 by less than can be shown."""
    found = comparison((-0.35, 1.0), (0.0, 0.01), (0.0, 1e6))
    message = closing(found)[-1]
    assert found.outcomes[0].adjusted_half[0] < 0.35
    assert "0.0 to" not in message
    assert "fewer" in message


def test_what_is_large_enough_to_notice_comes_first_and_the_rest_is_too_small():
    """A difference that can be told, of a figure whose smallest worth telling is larger, leads no message."""
    vacant = replace(LINES[0], worth_of_base=0.01)  # a hundredth of about 105
    leaving, cost = replace(LINES[1], worth=0.001), replace(LINES[2], worth=1.0)
    found = replace(comparison((-0.5, 0.5), (0.004, 0.001), (2e6, 1e5)), lines=[vacant, leaving, cost])
    of = answer(found, found.outcomes[0])
    assert [d.line.name for d in of.matter] == ["leaving", "cost"]
    assert [d.line.name for d in of.small] == ["vacant"]
    said = closing(found)[-1]
    assert said.index("Leavers, 2028/29") < said.index("Too small to notice: Posts vacant") < said.index("Costs, ")
    words = one_policy(found, found.outcomes[0]).rows[0]["words"]
    assert words == "fewer, better, too small to notice"  # told, good or bad, how large: three things
    record = records(found)[0]
    assert (record["can_be_told"], record["large_enough_to_notice"], record["too_small_to_notice"]) == (
        True,
        False,
        True,
    )
    assert record["worth_telling"] == pytest.approx(0.01 * record["base_mean"])


def test_order_is_by_size_against_what_is_worth_telling():
    """Ten times what is worth telling comes before twice, whatever the unit; money comes last."""
    vacant, leaving = replace(LINES[0], worth=0.3), replace(LINES[1], worth=0.002)
    found = replace(comparison((-3.0, 0.5), (0.004, 0.001), (2e6, 1e5)), lines=[vacant, leaving, LINES[2]])
    assert [round(d.size) for d in answer(found, found.outcomes[0]).outcomes] == [10, 2]
    found = replace(found, lines=[replace(vacant, worth=2.9), leaving, LINES[2]])
    assert [d.line.name for d in answer(found, found.outcomes[0]).outcomes] == ["leaving", "vacant"]


def test_what_is_surely_small_is_said_to_be_small_and_not_unclear():
    """An interval that holds zero, and nothing that would be noticed, is too small to notice; a wide one is not."""
    vacant, leaving = replace(LINES[0], worth=5.0), replace(LINES[1], worth=0.0001)
    found = replace(comparison((0.1, 4.0), (0.0, 0.01), (1e4, 1e6)), lines=[vacant, leaving, LINES[2]])
    assert [row["words"] for row in one_policy(found, found.outcomes[0]).rows][:2] == [
        "too small to notice",
        "cannot tell",
    ]
    of = answer(found, found.outcomes[0])
    assert [d.line.name for d in of.small] == ["vacant"]
    assert [d.line.name for d in of.unclear] == ["leaving", "cost"]


def test_fewer_than_eight_pairs_tell_nothing():
    """No interval in table or record, and the message says what is missing."""
    found = comparison((-3.0, 0.1), (0.004, 0.001), (2e6, 1e5), pairs=7)
    assert {(row["interval"], row["words"]) for row in one_policy(found, found.outcomes[0]).rows} == {
        ("–", "too few pairs")
    }
    assert {record["low"] for record in records(found)} == {None}
    assert "Nothing can be told from chance yet, for which it takes at least 8 pairs of runs" in closing(found)[-1]


def test_an_end_of_nothing_has_no_direction():
    """Between nothing and £96,000 more, not "£0 less"."""
    found = comparison((-3.0, 0.1), (0.004, 0.001), (2e6, 1e5))
    d = next(d for d in differences(found, found.outcomes[0]) if d.line.unit == "GBP")
    assert apart(replace(d, low=-1.0, high=96e4)).startswith("£0 and £960,000 ")
    assert apart(replace(d, low=-96e4, high=96e4)).count(" ") > apart(replace(d, low=-1.0, high=96e4)).count(" ")


def test_pairs_enough_that_bring_too_few_draws_are_not_called_too_few_pairs():
    """Of 8 pairs some share a draw: it is said how many pairs bring 8 draws, which is more than 8."""
    found = comparison((-3.0, 0.1), (0.004, 0.001), (2e6, 1e5), pairs=7)
    of = answer(found, found.outcomes[0])
    enough = replace(of, unclear=[replace(d, pairs=8) for d in of.unclear])
    wanted = pairs_for(8)
    assert len(np.unique(draws_of(wanted))) == 8 > len(np.unique(draws_of(wanted - 1)))
    assert wanted > 8
    assert f"takes at least {wanted} pairs of runs: " in unclear(enough)


@pytest.mark.parametrize(("unit", "low", "high"), [("share", -0.1, 0.9), ("posts", -0.1, 5.05), ("GBP", -0.1, 5.05)])
def test_no_interval_leaves_what_is_possible(unit, low, high):
    """No share below none or above all, no count below none; scores go either way."""
    line = Line("x", "X", "x", unit, Over.MEAN)
    none = float("nan")
    made = Difference(line, None, 9, False, 0.1, 0.15, 0.0, 0.0, 0.05, 1.0, 5.0, 5.0, 0.0, 1.0, none, none)
    assert made.span == pytest.approx((low, high))
    free = replace(made, line=replace(line, unit="standard deviations"))
    assert free.span == pytest.approx((-4.95, 5.05))
    assert replace(made, low=-3.0, high=7.0).span == pytest.approx((low, high if unit == "share" else 7.0))


def test_where_doubt_is_drawn_its_range_is_the_one_of_table_and_line():
    """What the evidence allows stands in the table, in the message and beside the mean; words follow the mean's interval."""
    found = comparison((-3.0, 4.0), (0.004, 0.001), (2e6, 1e6))
    line = replace(LINES[0], worth=1.0)
    d = Difference(line, None, 40, False, 104.0, 101.0, 1.0, 1.0, -3.0, 0.5, 1.0, 1.4, 2.0, 4.0, -9.0, 2.0)
    assert d.interval() == "−9.0 to +2.0"
    assert d.words == "fewer on average, better"
    assert spelt(found, d) == (
        "Posts vacant, 2026/27 to 2028/29: about 3.0 fewer on average (of 104); the evidence allows 9.0 fewer to 2.0 more"
    )


def test_what_a_sample_shows_says_so_in_the_line_and_what_it_comes_to_in_all():
    """Of counts and money; shares are the same in both, and all schools need no word."""
    found = comparison((-3.0, 4.0), (0.004, 0.001), (2e6, 1e6))
    whole = closing(found)[-1]
    assert "sample" not in whole + note(found)
    assert "21,000 schools of England." in note(found)
    in_sample = replace(found, base=replace(BASE, scale=0.01, schools=210))
    said = closing(in_sample)[-1]
    assert re.search(
        r"fewer on average \(about 3.0 of 10\d\) in a sample of 1% of schools, about 300 fewer in all", said
    )
    assert "about £200m more in all" in said
    assert said.count("sample of 1%") == 2  # not of the share
    assert "210 schools of England, a sample of 1% of its schools. Counts and costs of the tables are" in note(
        in_sample
    )


def test_pairs_are_those_that_are_done():
    """Of forty pairs asked for, of which two failed, words and record say thirty-eight."""
    found = replace(comparison((-3.0, 4.0), (0.004, 0.001), (2e6, 1e6), pairs=38), replicates=40)
    assert found.done == 38
    assert "38 pairs of runs" in note(found)


def test_a_title_names_the_system_that_is_run():
    """Of a scenario whose title names its own context, where another is chosen; its own leaves it as it is."""
    elsewhere = plan("england", Options(context="eastern-region-2010", years=1, replicates=1))
    assert elsewhere.title == "An eastern region of England in 2010, no new programme"
    assert Side.of(elsewhere).system == "87 schools of an eastern region of England in 2010"
    assert plan("england", Options(context="england", scale=0.005, years=1, replicates=1)).title == base().title
