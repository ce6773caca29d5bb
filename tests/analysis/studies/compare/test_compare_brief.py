"""The answer on one page: each sentence follows from figures that are known, in numbers that one can picture."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from analysis.figures.estimates import paired, simultaneous_half_widths
from analysis.figures.lines import Line, Over
from analysis.figures.rounding import money, two_figures
from analysis.figures.tables import Table
from analysis.studies.compare.brief import ANSWERS, answers, brief, each, headline
from analysis.studies.compare.doubted import Doubted
from analysis.studies.compare.summing import Cell, Comparison, Outcome, Side
from analysis.studies.value import report
from analysis.studies.value.outcomes import STAFFING, Account
from analysis.studies.value.value import values_of
from simulation.log import PROGRAMME_COSTS
from tests.analysis.studies.compare.plans import draws

LINES = [
    Line("teachers", "Teachers in post, people", "headcount", "people", Over.MEAN, worth_of_base=0.002),
    Line("heads_leaving", "Heads who leave", "leaver_rate_headcount", "people", Over.SUM, worth_of_base=0.01),
    Line("kept", "New heads kept 3 years", "retention_new_to_post", "share", Over.POOLED, worth=0.01),
    Line("cost_of_programmes", "Costs of programmes", "programme_costs", "GBP", Over.SUM, worth=1.0),
]
LEVELS = np.array([500_000.0, 30_000.0, 0.71, 0.0])
PROGRAMME: dict[str, Any] = {
    "title": "Coaching", "summary": "Coaches help new heads. They meet every week.", "joins": "person", "years": 1,
    "places": {"number": 3000.0, "per_schools": 20_000.0, "from": None}, "helpers": {"kind": "coach"}, "effects": {"effects.calm": {}},
    "figures": {"effects.calm": {"value": 0.5, "unit": "standard deviations", "grade": "J"}},
}  # fmt: skip
BASE = Side("england", "England, no new programme", 1, schools=20_000)


def told(measure: str, mean: float, **where: str) -> dict[str, Any]:
    """A record of who gets and gives it."""
    return {"scenario": "policy", "measure": measure, "mean": mean, "where": {"programme": "coaching", **where}}


REACH = (
    told("programme_starts", 24_000.0), told("programme_completed", 20_000.0) | {"share": 0.83},
    told("programme_starts_by_role", 16_000.0, role="head"), told("programme_starts_by_role", 8000.0, role="deputy_head"),
    told("programme_helpers_needed", 1500.0), told("programme_helpers_short", 375.0), told("programme_schools_that_help", 1100.0),
    told("programme_hours_of_help", 38.0), told("programme_costs", 1.6e8, programme_cost="grant"),
    told("programme_costs", 0.4e8, programme_cost="fee"),
)  # fmt: skip


def comparison(
    kept: float = 0.014, leaving: float = -400.0, spread: float = 0.1, scale: float = 1.0, known: dict[str, Any] | None = None,
    policies: int = 1, reach: tuple[dict[str, Any], ...] = REACH,
) -> Comparison:  # fmt: skip
    """Forty pairs over ten years; differences vary by a share ``spread`` of what they are."""
    noise = draws(3, 40, len(LINES))
    noise = (noise - noise.mean(axis=0)) / noise.std(axis=0, ddof=1)
    change = np.array([0.0, leaving, kept, 2e8])
    differences = change * (1 + spread * noise)
    level = LEVELS + np.abs(LEVELS) * 0.001 * noise[:, ::-1]
    statistics = paired(level, level + differences)
    adjusted = simultaneous_half_widths(differences, 0.9, 1)
    base = replace(BASE, scale=scale)
    sides = [
        replace(base, name="policy", title=title, programmes={"coaching": known or PROGRAMME})
        for title in ("Coaches", "More coaches")[:policies]
    ]
    doubt = Doubted(differences, None, ())
    of = [Outcome(side, statistics, statistics.half_width(0.9), adjusted, False, doubt) for side in sides]
    out_of = np.array([np.nan, np.nan, 2900.0, np.nan])
    cells = [Cell(n, None) for n in range(len(LINES))]
    tables = (Table("", (), (), reach),)
    accounts = {"policy": account(differences)}
    return Comparison(
        base, of, LINES, cells, 2026, 2035, 0.9, 40, [], None, None, reach=tables, out_of=out_of, accounts=accounts
    )


def account(differences: np.ndarray) -> Account:
    """What these differences are in each of ten years, a tenth in each; government pays."""
    by_year = np.repeat(differences[:, :, None] / 10, 10, axis=2)
    costs = {item: by_year[:, 3] * (item == "grant") for item in (*PROGRAMME_COSTS, STAFFING)}
    return Account(tuple(range(2026, 2036)), costs, {"heads_kept": -by_year[:, 1]}, np.arange(len(differences)))


def said(found: Comparison) -> dict[str, str]:
    """The answers to each question, each as a text."""
    return {name: " ".join(of) for name, of in answers(found, found.outcomes[0]).items()}


def test_every_question_has_its_answer_in_order():
    """What was tried, who gets and gives it, what changes, what it costs and takes, what it hinges on and how sure."""
    of = said(comparison())
    assert list(of) == [name for name in ANSWERS if name != "why"]
    assert of["tried"] == (
        "Coaching: 3,000 places a year for every 20,000 schools. Coaches help new heads. 20,000 schools of England, 2026/27 to 2035/36."
    )
    assert of["gets"] == (
        "About 2,400 people start in a year, 0.5% of all teachers and leaders: 67% heads and 33% deputy heads; "
        "83% of those whose time on it is over completed it."
    )
    assert of["gives"] == (
        "About 1,500 coaches are needed in a year; 25% of them are missing. "
        "About 1,100 schools do without their time, 38 hours a year each."
    )
    assert of["costs"].startswith(
        "£20m a year, £200m in all (present value £170m, prices of 2025/26): government 80% and schools' fees 20%."
    )
    assert of["each"].startswith("That is about £500,000 per head kept, and nine in ten of what may be lie between £")
    assert of["each"].endswith("if all of the cost is set against that alone (present values, prices of 2025/26).")
    assert "1 of 1 figure of its programmes rest on judgement" in of["sure"]


def test_a_share_is_told_as_so_many_of_so_many():
    """1.4 points of 2,900 new heads a year are about 40 of them; of a sample, what it comes to in all schools."""
    assert "about 41 more of 2,900 a year" in said(comparison())["changes"]
    assert "about 410 more of 29,000 a year in all schools" in said(comparison(scale=0.1))["changes"]


def test_what_a_sample_comes_to_in_all_schools_is_what_is_told():
    """Who starts, helpers and money are grossed up, and the line says so; a share of all is the same."""
    of = said(comparison(scale=0.1))
    assert "About 24,000 people start in a year, 0.5% of all" in of["gets"]
    assert "15,000 coaches are needed" in of["gives"]
    assert of["costs"].startswith(
        "£200m a year, £2.0bn in all (present value £1.7bn, prices of 2025/26), grossed up from a sample of 10% of schools"
    )
    assert "about £500,000 per head kept" in of["each"]


def test_the_headline_says_what_changes_most_and_what_it_costs():
    """Or that nothing would be noticed, or can be told."""
    found = comparison()
    assert headline(found, found.outcomes[0]).startswith("Coaches: new heads kept 3 years: ")
    assert headline(found, found.outcomes[0]).endswith(", about 41 more of 2,900 a year, for £20m a year")
    small = comparison(kept=0.001, leaving=-10.0)
    assert headline(small, small.outcomes[0]) == "Coaches: nothing that would be noticed, for £20m a year"
    open_ = comparison(kept=0.001, leaving=-10.0, spread=30.0)
    assert headline(open_, open_.outcomes[0]).startswith("Coaches: nothing that would be noticed can be told")


def test_what_it_would_take_is_how_much_larger_or_smaller_the_effect_might_be():
    """Told differences of a tenth of what is worth telling need ten times the effect; those of 1.4 times bear less."""
    assert (
        "the effect would have to be 10 times as large to be noticed"
        in said(comparison(kept=0.001, leaving=-10.0))["takes"]
    )
    assert "would still be noticed with 71% of this effect" in said(comparison(leaving=-300.0))["takes"]


def test_no_cost_of_a_head_is_told_where_no_fewer_leave():
    """An effect that may be nothing, or that loses heads, has no price; nor has a figure that may not be published."""
    for found in (comparison(leaving=-100.0, spread=40.0), comparison(leaving=400.0)):
        assert said(found)["each"].startswith(
            "What it costs per head kept cannot be told: the chance that any are gained"
        )
    assert "each" not in said(comparison().only([0, 2, 3]))


def test_the_answer_and_value_for_money_tell_one_cost():
    """What a head kept costs, and what it all costs in present values, is in the answer what it is in value for money's table."""
    found = comparison(scale=0.1)
    (value,) = values_of(found)
    (row,) = [row for row in report.gains(value).rows if row["figure"] == "Heads kept"]
    each, total = row["each"], report.pounds(value.total.mean)
    assert f"about {each} per head kept" in said(found)["each"]
    assert row["range"].replace(" to ", " and ") in said(found)["each"]
    assert f"present value {total}, " in said(found)["costs"]
    assert f"it costs {total} over" in report.sentence(value)


def test_counts_that_are_kept_back_are_in_no_answer():
    """Where a count may not be published, neither it nor shares that would tell it are said."""
    kept_back = tuple({**one, "mean": None, "share": None} for one in REACH)
    of = said(comparison(reach=kept_back))
    assert {"gets", "gives"}.isdisjoint(of)
    assert "government" not in of["costs"]


def test_several_policies_stand_beside_each_other_and_alone():
    """A column each in one table, and a table each under its headline."""
    found = comparison(policies=2)
    table = brief(found)
    assert [column.heading for column in table.columns] == ["Question", "Coaches", "More coaches"]
    assert [len(one.columns) for one in each(found)] == [2, 2]
    assert each(found)[1].title.startswith("More coaches: ")
    assert len(table.records) == sum(len(answers(found, o)) for o in found.outcomes)


@pytest.mark.parametrize(
    ("amount", "words"),
    [(0.0, "£0"), (4.4, "£4"), (1634.0, "£1,600"), (999_999.0, "£1.0m"), (84.3e6, "£84m"), (1.234e9, "£1.2bn"), (-3.1e6, "−£3.1m")],
)  # fmt: skip
def test_money_is_said_to_two_figures(amount, words):
    """In the unit that fits, whatever the size."""
    assert money(amount) == words


def test_numbers_are_said_to_two_figures():
    """Whole from ten on, with a decimal below."""
    assert [two_figures(v) for v in (2912.0, 38.4, 3.14, 99.6)] == ["2,900", "38", "3.1", "100"]


def test_places_of_a_large_system_are_told_as_what_they_come_to_in_a_small_one():
    """Of a region with 87 of 20,000 schools; a sample of the whole system is told of all of it."""
    found = comparison()
    region = replace(found, base=replace(BASE, schools=87))
    assert (
        "3,000 places a year for every 20,000 schools, which is about 13 here."
        in answers(region, region.outcomes[0])["tried"][0]
    )
    two = replace(found, base=replace(BASE, schools=0, scale=0.01))
    assert "here" not in answers(two, two.outcomes[0])["tried"][0]
    assert "here" not in answers(found, found.outcomes[0])["tried"][0]


def test_many_programmes_are_told_together():
    """Four at once, of which one needs helpers: a sentence each for what was tried, who gets it and who gives it."""
    names = ("coaching", "b", "c", "d")
    known = {
        name: {**PROGRAMME, "title": name.capitalize(), "helpers": PROGRAMME["helpers"] if name == "coaching" else None}
        for name in names
    }
    reach = (*REACH, *({**told("programme_starts", 10.0), "where": {"programme": name}} for name in names[1:]))
    found = comparison(reach=reach)
    policy = replace(found.outcomes[0], policy=replace(found.outcomes[0].policy, programmes=known))
    of = answers(replace(found, outcomes=[policy]), policy)
    assert of["tried"][0] == "4 programmes at once: Coaching, B, C and D."
    assert of["gets"] == [
        "Starts in a year, about: 2,400 people on Coaching, 1 person on B, 1 person on C and 1 person on D."
    ]
    assert of["gives"] == [
        "About 1,500 coaches for Coaching (25% missing) are needed in a year; the others need nobody."
    ]
