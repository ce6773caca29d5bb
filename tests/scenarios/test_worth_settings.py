"""The smallest differences that a scenario finds worth telling: how they are read, handed on, and refused."""

from __future__ import annotations

from typing import Any

import pytest

import scenarios

GIVEN: dict[str, Any] = {"heads_leaving": {"of_base": "5%", "why": "promised"}, "wellbeing": {"least": 0.1}}


def loaded(worth: Any, extends: str = "england") -> scenarios.Scenario:
    """A scenario that says this under ``worth:``."""
    return scenarios.load({"title": "Mine", "extends": extends, "worth": worth})


def test_what_a_scenario_sets_is_kept_and_no_run_depends_on_it() -> None:
    """As a share of the base's figure, or in the figure's unit, with the reason; absent where nothing is set."""
    found = loaded(GIVEN)
    assert [(one.figure, one.least, one.of_base, one.why) for one in found.worth] == [
        ("heads_leaving", None, 0.05, "promised"),
        ("wellbeing", 0.1, None, ""),
    ]
    assert found.resolved()["worth"] == {
        "heads_leaving": {"of_base": 0.05, "why": "promised"},
        "wellbeing": {"least": 0.1},
    }
    assert "worth" not in scenarios.load("england").resolved()


def test_a_file_has_what_the_file_that_it_extends_says_and_its_own_goes_first(tmp_path) -> None:
    """Figure by figure."""
    (tmp_path / "one.yaml").write_text(
        "title: One\nsummary: One.\nextends: england\nworth: {wellbeing: {least: 0.1}, teachers: {least: 5}}\n"
    )
    (tmp_path / "two.yaml").write_text("title: Two\nsummary: Two.\nextends: one.yaml\nworth: {teachers: {least: 9}}\n")
    found = scenarios.load(tmp_path / "two.yaml")
    assert {one.figure: one.least for one in found.worth} == {"wellbeing": 0.1, "teachers": 9.0}


@pytest.mark.parametrize(
    ("worth", "code", "said"),
    [
        ("5%", "E0301", "worth must be a mapping"),
        ({"teachers": 5}, "E0301", "worth.teachers must be a mapping"),
        ({"teachers": {}}, "E0306", "one of least"),
        ({"teachers": {"why": "so"}}, "E0306", "one of least"),
        ({"teachers": {"least": 5, "of_base": 0.1}}, "E0306", "one of least"),
        ({"teachers": {"lest": 5}}, "E0302", "no key lest"),
        ({"teachers": {"least": -1}}, "E0402", "worth.teachers.least must be"),
        ({"teachers": {"least": 0}}, "E0402", "must be more than none"),
        ({"teachers": {"of_base": 2}}, "E0402", "worth.teachers.of_base must be"),
        ({"teachers": {"of_base": "some"}}, "E0401", "worth.teachers.of_base must be"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_place(worth: Any, code: str, said: str) -> None:
    """One of two sizes, above nothing."""
    with pytest.raises(scenarios.InputError) as error:
        loaded(worth)
    assert any(problem.code == code and said in problem.message for problem in error.value.problems)
