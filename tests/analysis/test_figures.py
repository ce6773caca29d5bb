"""The table of figures: what it says is true of the census, and what is wrong in it is one message."""

from __future__ import annotations

import pytest

from analysis.figures.lines import Over, figures, gains, groups_in, needs_of_groups, read, shown_in
from analysis.figures.rounding import FINEST
from simulation.census.measure import Kind, measures

GOOD = """
[figures.heads]
measure = "headcount"
where = { role = "head" }
over = "mean"
label = "Heads"
[shown]
page = ["heads"]
[groups.report]
[worth.of_unit]
share = 0.001
[worth.of_base]
people = 0.01
[worth.figures.heads]
of_base = 0.02
why = "one in fifty"
grade = "J"
"""


def test_every_figure_says_what_it_is_in_the_units_of_its_measure():
    """A figure has words, a unit that is its measure's or that of its cases, and a smallest difference worth telling."""
    for line in figures().values():
        measure = measures()[line.measure]
        assert line.label
        assert line.long
        assert (line.unit == measure.unit) is not line.cases
        assert (line.over is Over.POOLED) is (measure.kind is Kind.RATIO and not line.cases)
        assert line.worth_telling(1000.0) > 0


def test_every_headline_has_a_smallest_difference_worth_telling_of_its_own():
    """With its reason and its grade; a figure without one has that of its unit, which has to be there once."""
    for line in shown_in("comparison"):
        assert line.worth_why
        assert line.worth_grade in "ABCDJ"
    assert read(GOOD)[0]["heads"].worth_telling(500.0) == 10.0
    own = GOOD[GOOD.index("[worth.figures.heads]") :]
    without = GOOD.replace(own, "[worth.figures]\n")
    assert read(without)[0]["heads"].worth_telling(500.0) == 5.0
    with pytest.raises(ValueError, match=r"heads: \[worth\] has to have people once"):
        read(without.replace("people = 0.01", ""))


def test_a_difference_worth_telling_can_be_shown():
    """The smallest difference worth telling is no finer than the finest place in which numbers of its unit are shown."""
    for line in figures().values():
        assert line.worth_telling(1000.0) >= FINEST.get(line.unit, 0.0)


def test_what_is_drawn_as_a_course_has_its_words():
    """A figure of the outlook has a heading, the same in the middle of a sentence, and what it is out of."""
    for line in shown_in("chart of the outlook"):
        assert line.heading
        assert line.phrase[0].islower()
        assert line.out_of.startswith("of ")
    for line in (*groups_in("slides")["sex"], *groups_in("slides")["disadvantage"]):
        assert line.short


def test_groups_are_told_apart_where_the_measure_can_be():
    """A measure with the dimension stands once for each label, named as it can be asked for; one about it stands alone."""
    found = gains("report", lambda _line, dimension: {"sex": ["female", "male"]}.get(dimension, ["second"]))
    assert [line.label for line in found["sex"]] == [
        "Women among heads",
        "Women among first-time heads",
        "Deputy heads promoted in a year: women",
        "Deputy heads promoted in a year: men",
        "Leave in a year: women",
        "Leave in a year: men",
    ]
    assert found["sex"][2].name == "promotion_rate[role=deputy_head,sex=female]"
    assert found["disadvantage"][-1].label == "Pupil progress (pupil SD): second fifth"
    assert {line.need for of in found.values() for line in of} == set(needs_of_groups("report"))


@pytest.mark.parametrize(
    ("was", "now", "problem"),
    [
        ('measure = "headcount"', 'measure = "headcuont"', "heads: it needs a label, and a measure"),
        ('label = "Heads"', "", "heads: it needs a label"),
        ('label = "Heads"', 'label = "Heads"\ncolour = "red"', "heads: colour is nothing that a figure has"),
        ('role = "head"', 'role = "haed"', "heads: role has no haed"),
        ('role = "head"', 'sex = "female"', "heads: headcount is not broken down by sex"),
        ('over = "mean"', "", "heads: a count needs over"),
        ('over = "mean"', 'over = "pooled"', "heads: a rate is pooled, and a count is not"),
        ('over = "mean"', 'over = "median"', "heads: over is sum or mean or pooled, not median"),
        ('over = "mean"', 'over = "mean"\nbetter = "higher"', "heads: better is more or less"),
        ('over = "mean"', 'over = "mean"\ncases = "people"', "heads: a count needs over, and has no cases"),
        ("worth.figures.heads", "worth.figures.haeds", "worth: there is no figure haeds"),
        ("of_base = 0.02", "of_base = 0.02\nleast = 1", "worth of heads: it has why, grade, and least or of_base"),
        ('grade = "J"', 'grade = "Z"', "worth of heads: it needs a reason, and a grade"),
        ('why = "one in fifty"', 'why = ""', "worth of heads: it needs a reason"),
        ('page = ["heads"]', 'page = ["heads", "haeds"]', "page: there is no figure haeds"),
        ('page = ["heads"]', "", "heads: it is shown nowhere"),
    ],
)
def test_what_is_wrong_in_the_table_is_one_message(was, now, problem):
    """Anything that the census does not have, or that is not known, is refused by the name of the figure or place."""
    assert read(GOOD)[0]["heads"].where == (("role", "head"),)
    assert was in GOOD
    with pytest.raises(ValueError, match=problem):
        read(GOOD.replace(was, now))


def test_words_for_one_programme_are_for_programmes_alone():
    """Starts on a programme, but starts on programmes of a fifth of schools."""
    starts = figures()["starts_on_programmes"]
    assert starts.of("programme", "coached").label == "Starts on coached"
    assert starts.of("disadvantage", "second").label == "Starts on programmes: second fifth"
    assert starts.of("programme", "coached").of("disadvantage", "second").label == "Starts on coached: second fifth"
