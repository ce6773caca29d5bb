"""Stubs of programmes and scenarios in a user's folder, and of new parts of the model in a copy of the project."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

import scenarios
from analysis.errors import UserError
from analysis.stubs import write as stubs
from analysis.stubs.write import KINDS, write
from scenarios.catalogue import load_programme

ROOT = Path(__file__).resolve().parents[2]


def in_clone(clone: Path, *arguments: str) -> str:
    """Run Python in the copy, by the copy's own modules, and give what it printed."""
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"} | {"PYTHONPATH": str(clone)}
    done = subprocess.run(
        [sys.executable, *arguments], cwd=clone, capture_output=True, text=True, env=environment, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def headway(clone: Path, *arguments: str) -> str:
    """Run a command of the copy."""
    return in_clone(clone, "-m", "analysis.cli", *arguments)


def passes(clone: Path, *tests: str) -> None:
    """Run some of the copy's own tests."""
    in_clone(clone, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", *tests)


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A copy of the project, compiled kernels included."""
    there = tmp_path / "clone"
    unwanted = shutil.ignore_patterns(".git", ".venv", ".hypothesis", ".*_cache", "results", "images")
    shutil.copytree(ROOT, there, ignore=unwanted)
    return there


def changed(clone: Path) -> set[str]:
    """Files of the copy that are new or differ from the project's own."""
    files = [p for kind in ("*.py", "*.yaml", "*.md") for p in clone.rglob(kind) if p.is_file()]
    pairs = {p.relative_to(clone): p for p in files}
    return {
        where.as_posix()
        for where, here in pairs.items()
        if not (ROOT / where).exists() or (ROOT / where).read_bytes() != here.read_bytes()
    }


def test_a_programme_and_a_scenario_are_sound_as_written(tmp_path):
    """Both pass the check without a change, and the scenario runs the programme as the list of what is left says."""
    made, left = write("programme", "peer-mentors", tmp_path)
    (scenario,), _ = write("scenario", "more-returners", tmp_path)
    assert made == [tmp_path / "peer-mentors.yaml"]
    assert scenarios.check(made[0]) == scenarios.check(scenario) == []
    assert load_programme(made[0]).title == "Peer mentors"
    assert "peer-mentors: {file: peer-mentors.yaml}" in left[-1]
    text = scenario.read_text(encoding="utf-8")
    named = text.replace("programmes: {}", "programmes: {peer-mentors: {file: peer-mentors.yaml}}")
    assert named != text
    scenario.write_text(named, encoding="utf-8")
    assert [p.name for p in scenarios.load(scenario).programmes] == ["peer-mentors"]


@pytest.mark.parametrize("kind", KINDS)
def test_the_example_of_a_name_is_allowed_and_a_wrong_one_is_answered_with_it(tmp_path, kind):
    """Capitals, blanks, paths and Python's own words are no names, and nothing is written."""
    assert re.fullmatch(KINDS[kind].pattern, KINDS[kind].example)
    for name in ("Peer", "two words", "../up", "a" * 65, "leave.class" if kind == "parameter" else "class", "", "é"):
        with pytest.raises(UserError, match="this cannot be its name") as caught:
            write(kind, name, tmp_path)
        assert KINDS[kind].example in caught.value.render()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("kind", "name", "said"),
    [
        ("programme", "npq", "scenarios/programmes/npq.yaml"),
        ("scenario", "england", "scenarios/library/england.yaml"),
        ("scenario", "mine", "mine.yaml"),
        ("measure", "headcount", "the measure headcount"),
        ("measure", "movers", "simulation/census/measures/movers.py"),
        ("chart", "cost-effect", "the chart cost-effect"),
        ("process", "pupils_learn", "the process pupils learn"),
        ("process", "market", "simulation/processes/market.py"),
        ("parameter", "leave.retire", "there is one already"),
        ("parameter", "leaf.retire", "no group leaf.*did you mean lead or leave"),
    ],
)
def test_what_is_there_is_never_written_over(tmp_path, monkeypatch, kind, name, said):
    """Names of the library, of the model and of files are taken; the message says by what."""
    monkeypatch.chdir(tmp_path)
    Path("mine.yaml").write_text("mine", encoding="utf-8")
    monkeypatch.setattr(Path, "write_text", lambda path, *_, **__: pytest.fail(f"{path} is written"))
    with pytest.raises(UserError) as caught:
        write(kind, name)
    assert re.search(said, caught.value.render(), re.DOTALL)
    assert [p.read_text(encoding="utf-8") for p in tmp_path.iterdir()] == ["mine"]


def test_parts_of_the_model_need_a_clone_and_have_their_place(tmp_path, monkeypatch):
    """An installed Headway says where to go instead; --out is for programmes and scenarios, and must be a folder."""
    with pytest.raises(UserError, match="a measure is part of the model and has its place"):
        write("measure", "long_service", tmp_path)
    with pytest.raises(UserError, match="there is no such folder"):
        write("scenario", "mine", tmp_path / "nowhere")
    monkeypatch.setattr(stubs, "ROOT", tmp_path)
    for kind, of in KINDS.items():
        if kind not in ("programme", "scenario"):
            with pytest.raises(UserError, match="is no clone that can be written") as caught:
                write(kind, of.example)
            assert f"python3 make.py new {kind} {of.example}" in caught.value.render()
    assert list(tmp_path.iterdir()) == []


def test_a_write_that_fails_leaves_everything_as_it_was(tmp_path, monkeypatch):
    """The second file cannot be written: the first is gone again."""
    first, second = tmp_path / "first", tmp_path / "second"
    second.write_text("as it was", encoding="utf-8")
    plan = {first: "new", tmp_path / "no" / "such": "new"}
    monkeypatch.setitem(KINDS, "chart", replace(KINDS["chart"], plan=lambda *_: {second: "new", **plan}))
    with pytest.raises(UserError, match="cannot be written"):
        write("chart", "mine")
    assert {p.name: p.read_text(encoding="utf-8") for p in tmp_path.iterdir()} == {"second": "as it was"}


def test_parts_of_the_model_take_part_as_they_were_written(clone):
    """Each in its few files; all in one copy, so that what has to be compiled anew is compiled once, and its tests pass."""
    written = set()
    for kind, name, files in WRITTEN:
        said = headway(clone, "new", kind, name)
        written |= files
        assert changed(clone) == written, kind
        if kind == "measure":
            assert "docs/reference/measures.md" in said
    _are_listed(clone)
    _are_run(clone)
    passes(
        clone,
        "tests/docs/test_odd.py",
        "tests/simulation/test_mesa_model.py",
        "tests/simulation/test_census_of_a_run.py",
        "tests/simulation/test_census.py",
        "tests/analysis/test_charts.py::test_two_charts_on_a_page_share_no_id",
        "tests/test_layers.py",
        "tests/scenarios/test_reference_pages.py",
        "tests/scenarios/test_load.py",
        "tests/reference/test_identical.py::test_fast_and_reference_histories_are_identical[0]",
    )


WRITTEN = (
    ("chart", "leavers-by-role", {"analysis/charts/leavers_by_role.py", "docs/reference/charts.md"}),
    ("measure", "long_service", {"simulation/census/measures/long_service.py", "docs/reference/measures.md"}),
    ("process", "swap_schools",
     {"simulation/processes/swap_schools.py", "simulation/phases.py", "docs/background/odd.md"}),
    ("parameter", "leave.per_hour_of_travel",
     {"simulation/parameters.py", "scenarios/contexts/england/parameters/leave.yaml", "docs/reference/parameters.md",
      "docs/background/odd.md", "tests/reference/base_parameters.py"}),
)  # fmt: skip
"""Kinds, names, and the files that each takes."""


def _are_listed(clone: Path) -> None:
    """The process has its place in the year, the measure its row, and the parameter can be set."""
    names = [record["process"] for record in json.loads(headway(clone, "phases", "--json"))]
    assert names[-2:] == ["swap schools", "census"]
    (listed,) = json.loads(headway(clone, "measures", "long_service", "--json"))
    assert listed["name"] == "long_service"
    mine = "title: T\nsummary: Assumes travel.\nextends: wales-today\nlevers: {leave.per_hour_of_travel: 0.5}\n"
    (clone / "mine.yaml").write_text(mine, encoding="utf-8")
    assert headway(clone, "check", "mine.yaml") == "mine.yaml: OK\n"


def _are_run(clone: Path) -> None:
    """A run has the measure and draws the chart."""
    headway(clone, "run", "eastern-region", "--years", "1", "--scale", "0.2", "--replicates", "1", "--out", "study")
    shares = json.loads(
        headway(clone, "query", "study", "SELECT value FROM results WHERE measure = 'long_service'", "--json")
    )
    assert shares
    assert all(0 <= row["value"] <= 1 for row in shares)
    assert "who leave state-funded schools" in (clone / "study" / "charts" / "leavers-by-role.svg").read_text("utf-8")
