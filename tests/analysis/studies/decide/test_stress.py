"""Stress of policies in worlds that are made up: where they fail, what is regretted, and plans that are written and kept."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

from analysis.charts.drawing.curves import withstood
from analysis.errors import UserError
from analysis.studies.goal import Goal
from analysis.studies.stress import report
from analysis.studies.stress.plan import planned
from analysis.studies.stress.study import Stress, _coming, of_pairs
from scenarios.sweeps.design import Design, load_design
from tests.analysis.studies.decide.pairs import comparison

GOAL = Goal("cost per head kept < 10000", "heads_kept", 10_000.0)
PLAN = """title: A
summary: B
scenarios: [eastern-region]
replicates: 2
futures:
  leave.outside_pay: {uniform: [0.9, 1.2]}
  develop.hours: {add: {uniform: [-2, 4]}}
  leave.state_schools: {times: [0.9, 1.1, 1.2]}
draws: 64
"""


@pytest.fixture(scope="module")
def design(tmp_path_factory) -> Design:
    """Sixty-four futures that differ in three things."""
    path = tmp_path_factory.mktemp("plan") / "plan.yaml"
    path.write_text(PLAN, encoding="utf-8")
    return load_design(path)


@pytest.fixture(scope="module")
def found(design) -> Stress:
    """One policy keeps 30 heads where pay outside is as it was and none where it is a fifth higher; another always 11; chance of 3 on top.

    Either costs £100,000, so ten heads are enough.
    """
    pay = np.repeat(_coming(design)[0].values, 2)
    chance = 3 * np.random.default_rng(1).standard_normal((2, len(pay)))
    return of_pairs(
        GOAL, design, comparison({"Pay": 30 - 150 * (pay - 1) + chance[0], "Steady": 11 + chance[1] / 3}, 1e5)
    )


def test_the_box_in_which_a_policy_fails_is_the_one_that_was_made(found):
    """Pay outside above 1 + 20/150 = 1.13 and nothing else, within 0.03; the other policy fails nowhere, and nothing is made of it."""
    arm = found.arms[1]
    assert arm.box.sides == [0]
    assert found.coming[0].at(float(arm.box.low[0])) == pytest.approx(1.133, abs=0.03)
    assert arm.box.within > 0.8
    assert arm.failing == pytest.approx((1.2 - 1.133) / 0.3, abs=0.05)
    said = report.sentence(found, arm)
    assert "It fails most where pay outside state schools is at 1.1" in said
    assert "or more: there with a chance of" in said
    assert not report.is_told(found.arms[2])


def test_regret_is_measured_from_the_best_of_the_same_future(found):
    """The base, at no net benefit, is the best only where both fail; the policy that hangs on pay loses most at its worst; none is below zero."""
    regret = found.regret
    assert (regret >= 0).all()
    assert (regret.min(axis=0) == 0).all()
    pay = found.coming[0].values
    steady, hanging = found.arms[2].score, found.arms[1].score
    assert steady == pytest.approx(np.full(64, 10_000.0), abs=4000)
    assert hanging == pytest.approx(1e4 * (30 - 150 * (pay - 1)) - 1e5, abs=20_000)
    assert report.choice(found).startswith(
        f"Regretted least at worst: {found.arms[int(regret.max(axis=1).argmin())].title}, "
    )
    json.dumps(report.table(found).records, allow_nan=False)


def test_values_are_said_in_the_unit_of_what_comes(found):
    """Multiples, amounts added and plain values."""
    pay, hours, leaving = found.coming
    assert report.value_words(pay, 1.05) == "1.05"
    assert report.value_words(hours, -1.5) == "−1.5 hours a week"
    assert report.value_words(leaving, 1.1) == "1.1 times"


def test_a_plan_is_written_once_and_another_is_not_written_over(tmp_path):
    """It can be read as a design, whose ends are within what the system allows; the same request finds it again."""
    policy = tmp_path / "mentors.yaml"
    policy.write_text(
        "title: M\nsummary: S\nextends: eastern-region\nprogrammes: {excellence-in-leadership: {}}\n", encoding="utf-8"
    )
    given = {"futures": 8, "replicates": None, "seed": None, "years": 1, "scale": 0.3}
    names = ["eastern-region", str(policy)]
    path = planned(names, tmp_path / "out", given)
    assert planned(names, tmp_path / "out", given) == path
    made = load_design(path)
    assert [one.name for one in made.scenarios] == ["eastern-region", "mentors"]
    assert (made.draws, made.replicates, len(made.futures)) == (8, 2, 5)
    with pytest.raises(UserError, match="another plan"):
        planned(names, tmp_path / "out", {**given, "futures": 16})
    with pytest.raises(UserError, match="the plan says that"):
        planned([str(path)], tmp_path / "out", given)


def test_a_policy_that_is_the_base_fails_as_it_does(design):
    """Equal arms, to the last bit, in every future: no net benefit but its cost, no box, and no division by nothing."""
    found = of_pairs(GOAL, design, replace(comparison({"Nothing": np.zeros(128)}, 1e5)))
    assert found.arms[1].failing == 1
    assert found.arms[1].box.sides == []
    assert "fails to cost less than £10,000 per head kept in more than 99% of 64 futures" in report.sentence(
        found, found.arms[1]
    )
    assert report.choice(found).startswith("The best in every future: Base. At worst behind it: Nothing £100,000.")


def test_the_chart_has_a_panel_for_each_thing_that_comes(found):
    """Each with the chance for each policy: of the one that hangs on pay it falls from near one to near none, of the other it stays high."""
    figure = withstood(found)
    of = {(row["Policy"], row["Future"], row["Value"]): row["Chance"] for row in figure.data}
    assert len({future for _, future, _ in of}) == 3
    pay = [chance for (policy, future, _), chance in of.items() if policy == "Pay" and future.startswith("Pay outside")]
    assert pay[0] > 0.95
    assert pay[-1] < 0.05
    assert min(chance for (policy, _, _), chance in of.items() if policy == "Steady") > 0.9
    assert figure.title.startswith("Pay fails to cost less than £10,000 per head kept in ")
