"""Value for money and break-even of runs that are made up: accounts add up, and a linear response breaks even where it must."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest

from analysis.errors import UserError
from analysis.studies.compare.summing import Side
from analysis.studies.goal import goal
from analysis.studies.value import outcomes as money
from analysis.studies.value import report
from analysis.studies.value.value import Value
from simulation.log import PROGRAMME_COSTS
from tests.analysis.studies.compare.plans import base

YEARS = [2025, 2026, 2027, 2028]


def arms(lines, pairs: int = 3):
    """A base and a policy: 10 heads leave a year out of 100 and 8 under the policy; a grant of £1,000 and £500 of helpers' time a year."""
    found = np.full((2, pairs, len(lines), len(YEARS), 2), np.nan)
    for i, line in enumerate(lines):
        where = dict(line.where)
        if line.measure == "leaver_rate_headcount":
            found[0, :, i] = 0.10, 100.0
            found[1, :, i, 1:] = 0.08, 100.0
            found[1, :, i, 0] = 0.10, 100.0
        elif line.measure == "programme_costs":
            amount = {"grant": 1000.0, "helper_time": 500.0}.get(where["programme_cost"], 0.0)
            found[1, :, i, 1:, 0] = amount
        elif line.measure == "terms_to_fill":  # mean terms of those filled, and how many
            found[0, :, i] = 2.0, 10.0
            found[1, :, i] = 1.0, 10.0
        elif line.measure == "terms_vacant":
            found[0, :, i], found[1, :, i] = (3.0, 4.0), (3.0, 2.0)
        elif line.measure == "pupil_progress":
            found[0, :, i], found[1, :, i] = (0.0, 3000.0), (0.01, 3000.0)
        else:
            found[:, :, i] = 1e6, np.nan
    return found


def value(rate: float | None = 0.0, scale: float = 1.0) -> Value:
    lines = money.lines()
    account = money.accounts(["base", "policy"], arms(lines), lines, YEARS)["policy"]
    return Value(
        Side("base", "A base", 1, scale=scale), Side("policy", "A policy", 1, scale=scale), account, rate, None, ()
    )


def test_accounts_are_counted_as_they_are_defined():
    """Three years: 2 heads kept in each, so 2 + 4 + 6 head-years; terms of posts filled, and of those open, less what these had before."""
    found = value()
    gained = {one.outcome: one.gained.mean for one in found.bought}
    assert gained["heads_kept"] == 6
    assert gained["head_years_kept"] == gained["teacher_years_kept"] == 12
    assert gained["vacancy_terms_avoided"] == 3 * 10 + (12 - 6)  # what is open at the end has stood that long
    assert gained["pupil_grades"] == pytest.approx(3 * 0.01 * 3000 / 5 / 0.6)
    assert found.total.mean == 4500
    assert [found.payers[item].mean for item in PROGRAMME_COSTS] == [3000, 0, 0, 1500]
    assert found.staffing.mean == 0
    assert found.of("heads_kept").each == pytest.approx(750)


def test_discounting_and_samples():
    """Costs and gains alike, from the first projected year on; a sample of a tenth counts ten times."""
    found = value(None, 0.1)
    weights = 1 + 1 / 1.035 + 1 / 1.035**2
    assert found.total.mean == pytest.approx(15_000 * weights)
    assert found.of("heads_kept").gained.mean == pytest.approx(20 * weights)
    assert found.of("heads_kept").undiscounted == pytest.approx(60)
    assert found.of("head_years_kept").gained.mean == pytest.approx(20 * (1 + 2 / 1.035 + 3 / 1.035**2))


def test_it_is_worth_any_amount_above_what_it_costs_and_none_below():
    """Three equal pairs: the chance goes from 0 to 1 at the cost of each; JSON holds what is not infinite."""
    one = value().of("heads_kept")
    assert [one.chance(pay) for pay in (0.0, 749.0, 751.0)] == [0, 0, 1]
    assert one.range == pytest.approx((750, 750))
    assert one.likely == 1
    assert "£4,500" in report.sentence(value())
    assert "government pays £3,000" in report.sentence(value())
    json.dumps([*report.cost_records(value()), *report.gain_records(value())], allow_nan=False)


def test_what_saves_is_told_as_a_saving():
    """The arms the other way round: costs less, keeps fewer."""
    lines = money.lines()
    account = money.accounts(["base", "policy"], np.nan_to_num(arms(lines))[::-1], lines, YEARS)["policy"]
    found = Value(Side("base", "A base", 1), Side("policy", "A policy", 1), account, 0.0, None, ())
    one = found.of("heads_kept")
    assert one.saves
    assert one.likely == 1
    assert one.range == pytest.approx((750, 750))
    assert "it saves £4,500" in report.sentence(found)


def test_what_is_the_same_in_every_pair_is_none():
    """Two equal arms: nothing is gained, exactly, and it costs nothing."""
    lines = money.lines()
    both = arms(lines)[[0, 0]]
    account = money.accounts(["base", "policy"], both, lines, YEARS)["policy"]
    found = Value(Side("base", "A base", 1), Side("policy", "A policy", 1), account, None, None, ())
    assert all(one.is_none and not one.gain.any() for one in found.bought)
    assert report.sentence(found).endswith("it costs nothing that is counted.")


def test_goals_are_read():
    """Costs, differences in a year and over all, shares in points; their words."""
    setups = [base().setup]
    cost = goal("cost per head kept < £20,000", setups)
    assert (cost.outcome, cost.pay) == ("heads_kept", 20_000)
    assert cost.words == "cost less than £20,000 per head kept"
    vacant = goal("posts_vacant in 2028/29 down by 100", setups)
    assert (vacant.year, vacant.target) == (2028, -100)
    assert goal("posts_vacant by 2028 down by 100", setups).year == 2028
    share = goal("new_heads_retained_3 up by 1.5 points", setups)
    assert share.target == pytest.approx(0.015)
    assert share.told(0.0) == pytest.approx(1.5)
    assert vacant.told(20.0) == -120


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("cost per hed kept < 20000", "Did you mean head kept"),
        ("cost per head kept < nothing", "no number above 0"),
        ("posts_vacant in 2040/41 down by 3", "no projected school year"),
        ("posts_vacant down by 3 points", "another kind"),
        ("fewer vacancies", "this is no goal"),
    ],
)
def test_wrong_goals_are_one_message(text, problem):
    """What is wrong, and what is allowed."""
    with pytest.raises(UserError) as raised:
        goal(text, [base().setup])
    assert problem.lower() in raised.value.render().lower()


def test_amounts_that_nothing_reaches_are_said_in_words():
    """No infinity is printed."""
    assert report.pounds(math.inf) == "more than any amount"
    assert report.pounds(83_210) == "£83,000"
    assert report.pounds(-1_234_000) == "−£1.2m"
