"""Scenarios and levers given in Python: the same checks and messages as in files, with the path in place of the line."""

from __future__ import annotations

import contextlib
from pathlib import Path

import numpy as np
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from scenarios import InputError, load
from scenarios.parameter_table import bounds, parameter_rows
from scenarios.scenario import Scenario

BAD = Path(__file__).parent / "bad"
EASIER = {"title": "Easier", "summary": "S", "extends": "england", "years": 3}
NOT_FROM_PYTHON = {
    "006_duplicate_key", "007_duplicate_in_braces", "008_merge", "027_alias", "027b_self_alias",  # no such thing there
    "022_lone_surrogate", "046b_pounds_in_braces",  # text that YAML cannot or must not read
    "037_yes", "038_no_as_key", "039_leading_zero", "040_sexagesimal", "041_sexagesimal_fraction", "044_underscore",
    "051_date", "057_binary", "132_neither_levers_nor_off", "133_off_without_base", "147_withdrawn_yes",
    # PyYAML's loose reading makes numbers, truth values, dates and bytes of these
    "061_nan", "062_infinity", "063_beyond_double", "073_huge",  # spelt otherwise in Python
    "066c_whole_with_point",  # 15.0 is 15 there
    "113_no_title",  # may be left out there
}  # fmt: skip


def problems(scenario, **more) -> list[tuple[str, str, str | None]]:
    """Code, message and hint of all that is wrong, in one order; nothing if it can be used."""
    try:
        load(scenario, **more)
    except InputError as error:
        return sorted((p.code, p.message, p.hint or "") for p in error.problems)
    return []


def museum() -> list[Path]:
    """Files with a mistake that PyYAML reads as a mapping."""
    found = []
    for path in sorted(BAD.glob("*.yaml")):
        try:
            mapping = isinstance(yaml.safe_load(path.read_text(encoding="utf-8")), dict)
        except (yaml.YAMLError, RecursionError, ValueError, IsADirectoryError):
            continue
        if mapping and path.stem not in NOT_FROM_PYTHON:
            found.append(path)
    return found


@pytest.mark.parametrize("path", museum(), ids=lambda path: path.stem)
def test_a_mistake_in_python_is_refused_as_in_a_file(path, monkeypatch):
    """Code, message and hint are those of the file; the path of a value stands for file, line and column."""
    monkeypatch.chdir(BAD)
    values = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert problems(values) == problems(path.name) != []
    with pytest.raises(InputError) as caught:
        load(values, name="mine")
    for problem in caught.value.problems:
        if problem.file.split(": ")[0] == "mine":
            assert (problem.line, problem.column, problem.source_line) == (None, None, None)
        else:
            assert problem.file.endswith(".yaml")  # a file that it names


def test_the_museum_of_mistakes_is_tried():
    """Most files of the museum can be given in Python, and no exception is named that is not there."""
    assert len(museum()) > 80
    assert {path.stem for path in BAD.glob("*.yaml")} >= NOT_FROM_PYTHON


def test_messages_name_the_path():
    """Near names, ranges, units and finiteness are told as of files, all at once and each at its path."""
    with pytest.raises(InputError) as caught:
        load(
            "england",
            levers={"leave.return_from_brek": 0.4, "leave.return_from_break": 86, "programmes.npq.places.number": "£5"},
            uncertainties={"leave.retire_role_odds": {"haed": 0.1, "all": 0}, "leave.per_trust": float("nan")},
        )
    assert caught.value.render().splitlines() == [
        "levers: leave.return_from_brek: error E0302: there is no parameter leave.return_from_brek",
        "   did you mean leave.return_from_break?",
        "levers: leave.return_from_break: error E0402: leave.return_from_break must be a probability (0 to 1), got 86",
        "   did you mean 0.86 or 86%?",
        "uncertainties: leave.retire_role_odds: haed: error E0305: leave.retire_role_odds has no role haed",
        "   did you mean head?",
        "uncertainties: leave.per_trust: error E0401: leave.per_trust must be a shift in log-odds (-10 to 10), got nan",
        "   a value must be a finite number",
        "levers: programmes.npq.places.number: error E0401: places.number must be a number of places (0 to 1,000,000), got £5",
        "   the unit here is places, not GBP",
    ]


def test_numbers_in_quotes_and_strange_values_are_refused():
    """Text is no number, as in a file, and neither is an object of any other kind."""
    assert problems("england", levers={"leave.per_trust": "0.1"})[0][:2] == (
        "E0401", "leave.per_trust must be a number, got text in quotes",
    )  # fmt: skip
    assert problems("england", levers={"leave.per_trust": {1, 2}})[0][0] == "E0301"
    loop: dict = {}
    loop["levers"] = loop
    assert problems({**EASIER, "levers": loop})[0][0] == "E0105"


LEVERS = {
    "leave.return_from_break": 0.4,
    "leave.state_schools.times": 1.01,
    "leave.per_trust.change": "+10%",
    "programmes.npq.places.number": 4000,
    "programmes.npq.places.from": "2028/29",
    "programmes.teaching-leaders": {"costs": {"grant": "£7,000"}},
}
UNCERTAIN = {"leave.per_wellbeing": 0.2, "programmes.npq.take_up.complete": "60%"}
AS_FILE = """\
title: Easier
summary: S
extends: england
levers:
  leave.return_from_break: 0.4
  leave.state_schools: {times: 1.01}
  leave.per_trust: {change: +10%}
programmes:
  npq: {places.number: 4000, places.from: 2028/29}
  teaching-leaders:
    costs: {grant: 7000}
uncertainties:
  leave.per_wellbeing: 0.2
  programmes.npq.take_up.complete: 60%
"""


def said(scenario: Scenario) -> dict:
    """Everything that determines runs; a title and a summary determine none."""
    return {**scenario.resolved(), "title": "", "summary": "", "years": 0}


def test_levers_are_a_file_that_says_the_same(tmp_path):
    """Levers and uncertainties by path make the scenario that a file makes, before the base year and after it."""
    path = tmp_path / "easier.yaml"
    path.write_text(AS_FILE)
    file, python = load(path), load("england", levers=LEVERS, uncertainties=UNCERTAIN)
    assert said(python) == said(file)
    assert [last for last, _ in python.earlier][-1] == 2025
    for year in (2025, 2026):
        mine, theirs = python.parameters_in(year), file.parameters_in(year)
        assert all(np.array_equal(value, theirs.values()[name]) for name, value in mine.values().items())
    assert [p.programme(2025) for p in python.programmes] == [p.programme(2025) for p in file.programmes]
    assert python.name == "england"
    assert python.title.startswith("England, no new programme, with leave.return_from_break 0.4, ")
    assert said(load({**EASIER, **yaml.safe_load(AS_FILE)})) == said(file)


@pytest.mark.parametrize("below", ["england", "file", "mapping"])
def test_what_was_given_is_written_down_and_reads_the_same(below, tmp_path, monkeypatch):
    """``written`` holds files that make the same scenario again, whatever the levers were set in."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine.yaml").write_text("title: Mine\nsummary: S\nextends: england\nyears: 3\n")
    base = {"england": "england", "file": "mine.yaml", "mapping": EASIER}[below]
    first = load(base, levers=LEVERS, uncertainties=UNCERTAIN)
    for name, text in first.written.items():
        Path(name).write_text(text, encoding="utf-8")
    assert len(first.written) == (2 if below == "mapping" else 1)
    assert load(first.chain[0]).resolved() == first.resolved()


@given(st.text(min_size=1, max_size=60))
def test_any_title_is_kept_or_refused(title):
    """A title comes back as it was given, whatever YAML would make of it, unless a file could not have it either."""
    given_in_python = {**EASIER, "title": title}
    codes = {code for code, _, _ in problems(given_in_python, name="mine")}
    assert codes <= {"E0107", "E0407"}  # invisible characters; nothing but space
    assert codes or load(given_in_python, name="mine").title == title.strip()


@settings(max_examples=20)
@given(st.floats(0.2, 0.8))
def test_every_digit_of_a_number_counts(value):
    """The model gets the very number that was given, of Python's or of NumPy's."""
    for one in (value, np.float64(value)):
        assert load("england", levers={"leave.return_from_break": one}).parameters.leave.return_from_break == value


def test_a_part_of_a_table_is_set_alone():
    """A path with labels sets these cells, and no others; the table's range and sum still hold."""
    before = load("england").parameters.leave.first_year_in_post
    levers = {"leave.first_year_in_post.primary.head": 0.5, "leave.first_year_in_post.special.times": 0.5}
    after = load("england", levers=levers).parameters.leave.first_year_in_post
    expected = before.copy()
    expected[0, 4], expected[2] = 0.5, before[2] * 0.5
    assert np.array_equal(after, expected)
    assert not np.array_equal(after, before)
    assert problems("england", levers={"leave.first_year_in_post.primary.head": 1.6})[0][0] == "E0409"
    assert problems("england", levers={"population.age.head.under_25": 0.5})[0][0] == "E0410"
    wrong = problems("england", levers={"leave.retire_role_odds.haed": 0.5, "leave.per_trust.head": 0.1})
    assert [p[2] for p in wrong] == [
        "leave.per_trust is there, and it is one number",
        "leave.retire_role_odds is there, and it is a table by role; did you mean head?",
    ]


def test_the_table_of_parameters_is_whole():
    """Every parameter is listed, and figures of every programme; a table's value can be given back as a lever."""
    scenario = load("excellence-in-leadership")
    rows = {row["name"]: row for row in parameter_rows(scenario)}
    assert set(scenario.provenance) < set(rows)
    assert rows["programmes.excellence-in-leadership.places.number"]["value"] == scenario.programmes[0].places.number
    assert all(row["low"] <= row["high"] and row["meaning"] and row["unit"] for row in rows.values())
    name = "leave.first_year_in_post"
    changed = {**rows[name]["value"], "primary": {"all": 0.1}}
    after = load("england", levers={name: changed}).parameters.leave.first_year_in_post
    assert np.array_equal(after[1:], scenario.parameters.leave.first_year_in_post[1:])
    assert (after[0] == 0.1).all()
    few = [row["name"] for row in parameter_rows(scenario, "leave BREAK")]
    assert few == ["leave.career_break", "leave.return_from_break"]
    with pytest.raises(InputError, match="did you mean lead or leave"):
        parameter_rows(scenario, "leev")


@pytest.mark.parametrize("way", ["", ".times", ".add"])
def test_within_its_bounds_everything_can_be_set(way):
    """Both ends of the bounds of every parameter, multiple or amount can be set, and no value beyond them."""
    scenario = load("england")
    spans = {}
    for name in scenario.provenance:
        with contextlib.suppress(InputError):  # tables without a way, and cells at the end of their range
            spans[f"{name}{way}"] = bounds(scenario, f"{name}{way}")
    assert len(spans) > 40
    for end in (0, 1):
        found = problems("england", uncertainties={path: span[end] for path, span in spans.items()})
        assert {code for code, _, _ in found} <= {"E0410"}  # shares that must sum to one
    with pytest.raises(InputError) as caught:
        load("england", uncertainties={path: high + 0.01 * (high - low) for path, (low, high) in spans.items()})
    out = {p.file for p in caught.value.problems if p.code in ("E0402", "E0409")}
    assert out == {f"uncertainties: {path}" for path in spans}
