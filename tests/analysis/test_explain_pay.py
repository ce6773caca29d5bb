"""What ``headway explain`` and ``headway check`` say of pay."""

from __future__ import annotations

from analysis.explain.pay import pay_in_words
from analysis.studies.idle import idle
from scenarios.resolve import load
from scenarios.scenario import Scenario


def told(scenario: Scenario) -> list[str]:
    """Every sentence."""
    return [line for item in pay_in_words(scenario) for line in (item.text, *item.below)]


def test_pay_that_stays_is_not_told_of():
    """Nor is pay that another opinion of the base year moves in all years; that is warned of."""
    assert told(load("england")) == []
    judged = load("england", uncertainties={"costs.pay.times": 0.95})
    assert told(judged) == []
    (warning,) = idle(judged)
    assert warning.code == "W0704"
    assert "costs.pay is the same in the base year as after it" in warning.message


def test_one_rungs_pay_is_told_with_what_people_make_of_it():
    """A tenth more for heads: 1.1^-1 = 0.909 of the odds of leaving, 1.1^0.5 = 1.049 of seeking; the ends of each range."""
    scenario = load("england", levers={"costs.pay.primary.head": {"times": 1.1, "from": "2027/28"}})
    assert told(scenario) == [
        "Heads in primary schools are paid 10% more from 2027/28 on than in 2025/26, in real terms.",
        "About 9% lower odds of leaving state schools; it could be anything from no change to about 28% lower.",
        "About 5% lower odds of giving the post up for a classroom post; it could be anything from no change to about 25% lower.",
        "About 5% higher odds of seeking such a post from the rung below; it could be anything from no change to about 33% higher.",
    ]
    assert idle(scenario) == []


def test_pay_that_comes_and_goes_is_told_with_its_years():
    """What grows is told at its most, and when it ends; nobody seeks another rung as all rungs gain alike."""
    every = {"times": 0.9, "from": "2027/28", "by": "2028/29", "until": "2030/31"}
    pay, *answers = told(load("england", levers={"costs.pay": every}))
    assert pay.endswith(
        "leaders of trusts are paid up to 10% less from 2027/28 to 2030/31 than in 2025/26, in real terms."
    )
    assert [answer.split(";")[0] for answer in answers] == [
        "About 11% higher odds of leaving state schools",
        "About 5% lower odds of finding a newcomer for a classroom post",
    ]


def test_pay_outside_is_told():
    """It acts from the year after the base year on, however it is given."""
    outside, leaving, newcomers = told(load("england", uncertainties={"leave.outside_pay": 1.2}))
    assert outside == "Work outside state schools is paid 20% more from 2026/27 on than in 2025/26, in real terms."
    assert leaving.startswith("About 20% higher odds of leaving state schools")
    assert newcomers.startswith("About 9% lower odds of finding a newcomer")


def test_answers_that_differ_by_role_are_told_by_role():
    """Each size once, with whose it is."""
    by_role = {"leave.pay_elasticity.head": -2, "appoint.pay_elasticity": {"times": 0}}
    scenario = load("england", levers={"costs.pay": {"times": 1.1}}, uncertainties=by_role)
    _, *answers = told(scenario)
    assert [answer.split(";")[0] for answer in answers] == [
        (
            "About 9% lower odds of leaving state schools (classroom teachers, middle leaders, assistant heads, deputy heads and leaders "
            "of trusts)"
        ),
        "About 17% lower odds of leaving state schools (heads)",
        "About 5% higher odds of finding a newcomer for a classroom post",
    ]


def test_pay_that_rises_in_some_places_is_told_with_them():
    """Heads of the most disadvantaged fifth; elsewhere nothing is paid otherwise, and nothing is told."""
    fifth = {"times": 1.1, "from": "2027/28", "where": {"school.disadvantage": {"top": "20%"}}}
    pay, leaving, *_ = told(load("england", levers={"costs.pay.primary.head": fifth}))
    assert pay == (
        "Heads in primary schools, in the 20% of schools with the highest share of pupils ever eligible for free school meals in six years, "
        "are paid 10% more from 2027/28 on than in 2025/26, in real terms."
    )
    assert leaving.startswith("About 9% lower odds of leaving state schools")
