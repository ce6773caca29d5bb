"""``headway diff``: what tells two scenarios apart, and that what is only written otherwise does not."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest

import headway as from_python
from analysis.explain.difference import differences
from scenarios.places import library_names
from scenarios.resolve import load

HEAD = "title: A\nsummary: B.\nextends: england\n"
BREAK = "leave.return_from_break"


def scenario(tmp_path: Path, text: str, name: str = "mine", head: str = HEAD) -> str:
    """The path of a scenario's file."""
    path = tmp_path / f"{name}.yaml"
    path.write_text(head + text, encoding="utf-8")
    return str(path)


def lines(one: str, other: str) -> str:
    """What is printed, on one line."""
    return re.sub(r"\s+", " ", str(differences(load(one), load(other))))


@pytest.mark.parametrize("name", library_names("scenario"))
def test_a_scenario_is_the_same_as_itself(name):
    """Every scenario of the library, and its copy under another title."""
    one = load(name)
    assert differences(one, one).same
    found = differences(one, replace(one, title="Other words", summary="For the same."))
    assert found.same
    assert "are the same" in str(found)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (f"levers: {{{BREAK}: 50%}}\n", f"levers: {{{BREAK}: 0.5}}\n"),
        (f"levers: {{{BREAK}: 45%}}\n", ""),
        (f"uncertainties: {{{BREAK}: {{times: 1}}}}\n", ""),
        (f"levers: {{{BREAK}: {{to: 50%, from: 2027/28}}}}\n", f"levers: {{{BREAK}: {{2027/28: 0.5}}}}\n"),
        ("levers: {costs.pay.primary.head: 80000}\n", "levers:\n  costs.pay.primary.head: £80,000\n"),
        ("programmes: {npq: {places.number: 500}}\n", "programmes:\n  npq:\n    places: {number: 500}\n"),
        ("years: 15\n", ""),
    ],
)
def test_what_is_written_otherwise_and_comes_to_the_same_is_no_difference(tmp_path, one, other):
    """Percentages, values that were there, dates in two ways, pounds, mappings and paths."""
    first, second = scenario(tmp_path, one, "first"), scenario(tmp_path, other, "second")
    assert differences(load(first), load(second)).records == []


def test_parameters_are_told_by_year_and_cell(tmp_path):
    """A number with dates, one cell of a table, and a table that changes by one factor."""
    text = (
        f"levers:\n  {BREAK}: {{add: 0.03, from: 2027/28, until: 2029/30}}\n  costs.pay.primary.head: 80000\n"
        "  leave.step_down.secondary: {times: 0.5}\n"
    )
    told = lines("england", scenario(tmp_path, text))
    assert "in a year england: 45%; mine: 45% to 2026/27, 48% to 2029/30, then 45%" in told
    assert "for primary, head: england: £76,184; mine: £76,184 to 2025/26, then £80,000" in told
    halved = "for secondary, middle_leader, assistant_head, deputy_head or head: mine has that of england times 1 to 2025/26, then 0.5"
    assert halved in told


def test_a_lever_and_an_uncertainty_of_one_value_differ_in_the_past(tmp_path):
    """The lever is not pulled up to the base year."""
    lever = scenario(tmp_path, f"levers: {{{BREAK}: 0.5}}\n", "lever")
    always = scenario(tmp_path, f"uncertainties: {{{BREAK}: 0.5}}\n", "always")
    (record,) = differences(load(lever), load(always)).records
    assert record == {
        "about": "parameters", "path": BREAK, "place": "", "unit": "probability", "first": {"2025/26": 0.45, "then": 0.5}, "second": 0.5,
    }  # fmt: skip


def test_programmes_are_told_figure_by_figure(tmp_path):
    """Left out, added, who may join, places with dates, costs, places withdrawn, and how uncertain a figure is."""
    one = scenario(tmp_path, "programmes: {npq: {}, teaching-leaders: {}}\n", "one")
    text = (
        "programmes:\n  npq:\n    places: {number: {2028/29: 900}}\n    costs.grant: 700\n    withdrawn: true\n"
        "    who: {school.disadvantage: {top: 20%}}\n  mat-ceo: {}\n"
        "uncertainties: {programmes.npq.take_up.complete: {times: 0.9}}\n"
    )
    told = lines(one, scenario(tmp_path, text, "two"))
    grant = load(one).programmes[0].value("costs.grant")
    for words in (
        "runs in two and not in one",
        "runs in one and not in two",
        "to 2027/28, then 900",
        f"costs.grant: one: £{grant:,.0f}; two: £700",
        "withdrawn: one: no; two: yes",
        "in the 20% of schools with the highest",
        "take_up.complete: one: ",
    ):
        assert words in told, words


def test_system_and_years_are_told(tmp_path):
    """The context, its register and the horizon; schools in percent where they are shares."""
    told = lines("england", scenario(tmp_path, "years: 10\nscale: 0.5\n", head=HEAD))
    assert "years: england: 15; mine: 10" in told
    assert "scale: england: 1; mine: 0.5" in told
    told = lines("england", "wales-today")
    assert "context: england: england; wales-today: wales" in told
    assert "register.types.primary school.academies: england: 46.1%; wales-today: 0%" in told
    assert "Isle of Anglesey" in told
    assert "register.authorities.Isle of Anglesey" not in told


def test_the_command_prints_words_or_records(headway, tmp_path):
    """Exit code 0 whether or not there is anything; 2 for what is no scenario; the same records from Python."""
    other = scenario(tmp_path, f"levers: {{{BREAK}: 0.5}}\n")
    code, out, _ = headway("diff", "england", other)
    assert (code, out.splitlines()[0]) == (0, "england and mine")
    code, out, _ = headway("diff", "england", other, "--json")
    assert code == 0
    found = from_python.diff("england", {"extends": "england", "levers": {BREAK: 0.5}})
    assert json.loads(out) == found.records
    assert not found.same
    assert headway("diff", "england", "englnd")[0] == 2
    assert "are the same" in headway("diff", "england", "england")[1]


def test_what_holds_in_places_is_told_with_them(tmp_path):
    """A cell that is otherwise in some schools from a year on; elsewhere nothing is told, and the same place is no difference."""
    text = "levers: {costs.pay.primary.head: {times: 1.1, from: 2027/28, where: {school.disadvantage: {top: 20%}}}}\n"
    placed = scenario(tmp_path, text)
    (record,) = differences(load("england"), load(placed)).records
    assert record["place"].startswith("in the 20% of schools with the highest")
    assert record["second"] == {"2026/27": 76184.0, "then": pytest.approx(83802.4)}
    assert differences(load(placed), load(scenario(tmp_path, text, "again"))).same


def test_systems_with_other_rungs_are_told_apart(tmp_path):
    """What only one of them has is told together."""
    told = lines("england", "kenya")
    assert "ladder: england: classroom_teacher, middle_leader, assistant_head" in told
    assert "for assistant_head or trust_leader: england alone has them" in told
    assert "for primary, head: england: 74%; kenya: 25%" in told
