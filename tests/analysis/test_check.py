"""``headway check`` on what can be used and yet does nothing, and ``headway parameters``."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import scenarios
from analysis.studies.idle import idle_in
from scenarios.places import PACKAGE, library_names
from simulation.structure import ENGLAND

CASES = Path(__file__).parents[3] / "shared" / "cases"
HEAD = "title: A\nsummary: B.\nextends: england\nyears: 5\n"
APPRENTICES = "programmes:\n  leadership-apprenticeship:\n    "


def warned(tmp_path: Path, text: str, start: str = HEAD) -> list[tuple[str, str]]:
    """Codes and messages of the warnings about a scenario or a design."""
    path = tmp_path / "policy.yaml"
    path.write_text(start + text, encoding="utf-8")
    assert scenarios.check(path) == []
    return [(problem.code, problem.message) for problem in idle_in(path)]


@pytest.mark.parametrize(
    ("text", "code", "words"),
    [
        (f"{APPRENTICES}places: {{until: 1999/00}}\n", "W0701", "ends in 1999/00, before it starts"),
        (f"{APPRENTICES}places: {{from: 2040/41}}\n", "W0701", "starts in 2040/41, so it does nothing"),
        ("levers: {leave.return_from_break: {add: 0.03, from: 2031/32}}\n", "W0701", "does not change in any year"),
        (
            f"{APPRENTICES}who: {{age: {{most: 21}}}}\n",
            "W0702",
            "nobody meets who of leadership-apprenticeship (age, role)",
        ),
        (f"{APPRENTICES}costs.grant: 5000\n", "W0704", "changes what it costs and nothing else"),
        (
            "programmes:\n  excellence-in-leadership:\n    places.number: 16000\n",
            "W0703",
            "helpers of excellence-in-leadership can be there for about",
        ),
    ],
)
def test_what_can_do_nothing_is_told(tmp_path, text, code, words):
    """Dates, conditions, prices and helpers, one warning each."""
    ((found, message),) = warned(tmp_path, text)
    assert found == code
    assert words in message


def test_what_acts_is_not_warned_of(tmp_path):
    """The nearest scenarios that do something: within the horizon, in the past for an uncertainty, with people who qualify."""
    text = (
        f"{APPRENTICES}who: {{age: {{most: 40}}}}\n    places: {{from: 2030/31, until: 2030/31}}\n    costs.grant: 5000\n"
        "levers: {leave.return_from_break: {add: 0.03, from: 2030/31}}\n"
        "uncertainties: {leave.return_from_out: {times: 1.1, from: 2018/19, until: 2020/21}}\n"
    )
    assert warned(tmp_path, text) == []


@pytest.mark.parametrize("name", library_names("scenario"))
def test_no_scenario_of_the_library_is_idle(name):
    """What comes with Headway does what it says."""
    assert idle_in(name) == []


def test_a_design_across_systems_is_warned_of(tmp_path):
    """Two contexts in one design are two systems of schools, not a policy."""
    head = "title: A\nsummary: B.\nscenarios: [wales-today, kenya-today]\nyears: 2\nscale: 0.1\n"
    assert [code for code, _ in warned(tmp_path, "levers: {leave.return_from_break: [0.4, 0.5]}\n", head)] == ["W0705"]


def test_warnings_are_printed_and_the_file_is_used(headway, tmp_path):
    """Exit code 0, the warning, and a verdict that counts it; in JSON by its code."""
    (tmp_path / "late.yaml").write_text(HEAD + f"{APPRENTICES}places: {{from: 2040/41}}\n")
    code, out, _ = headway("check", "late.yaml")
    assert code == 0
    assert "late.yaml: warning W0701: leadership-apprenticeship starts in 2040/41" in out
    assert out.splitlines()[-1] == "late.yaml: OK, with 1 warning"
    code, out, _ = headway("check", "late.yaml", "--json")
    assert code == 0
    assert [record["code"] for record in json.loads(out)] == ["W0701"]


def test_names_of_the_library_are_checked(headway):
    """A scenario, a programme and a context; a name that is none is refused with what there is."""
    code, out, _ = headway("check", "england", "npq", "kenya-today")
    assert (code, out.splitlines()) == (0, ["england: OK", "npq: OK", "kenya-today: OK"])
    code, out, _ = headway("check", "englnd")
    assert code == 2
    assert "did you mean england?" in out


def test_parameters_are_listed_and_explained(headway):
    """A word that many have gives a table; one parameter is told in full; a slip gives near words."""
    code, out, _ = headway("parameters", "leave")
    assert code == 0
    assert "leave.return_from_break" in out
    assert "leave.step_down" in out
    code, out, _ = headway("parameters", "retire_role_odds")
    assert code == 0
    head = scenarios.load("england").parameters.value("leave.retire_role_odds")[ENGLAND.ladder.head]
    assert f"  head: {head:g}\n" in out
    assert "evidence: J, judgement" in out
    code, _, err = headway("parameters", "retrun")
    assert code == 2
    assert "did you mean return" in err
    code, out, _ = headway("parameters", "return_from_break", "--json")
    assert [row["name"] for row in json.loads(out)] == ["leave.return_from_break"]


def test_a_difference_is_that_of_its_two_figures(tmp_path):
    """A study whose three figures cannot belong together is refused; rounding to whole per cent is not."""
    study = (PACKAGE / "programmes" / "teaching-leaders.yaml").read_text(encoding="utf-8")
    assert "difference: " in study
    path = tmp_path / "study.yaml"
    path.write_text(study.replace("difference: 9%", "difference: 19%", 1), encoding="utf-8")
    assert path.read_text(encoding="utf-8") != study
    assert [problem.code for problem in scenarios.check(path)] == ["E0511"]


@pytest.mark.skipif(not CASES.is_dir(), reason="the cases handed over are not beside the project")
def test_the_levy_for_the_young_has_nobody_to_join(tmp_path):
    """Nobody of up to 21 leads; ending it for those of 22 and over takes places away, and is not idle."""
    young, withdrawn = (CASES / "23-level7-age" / f"{name}.yaml" for name in ("only-young", "withdraw"))
    assert [problem.code for problem in idle_in(young)] == ["W0702"]
    assert idle_in(withdrawn) == []
