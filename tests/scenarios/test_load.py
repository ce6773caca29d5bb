"""Loading: what resolves to what, and what a digest sees."""

from __future__ import annotations

import json
import shutil
import tempfile
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import scenarios
from scenarios import InputError, Scenario, check, library, load
from scenarios.places import PACKAGE
from simulation.parameters import declarations

ENGLAND = {"title": "A", "summary": "Assumes nothing of the past.", "context": "england", "years": 15}
"""The context by itself."""
BASE = """\
title: Fewer step down
summary: Heads are helped, so that fewer give up the post.
extends: england
years: 10
scale: 5%
levers:
  leave.step_down: {change: -10%}
  recruit.fill: {primary: 96%, all: 95%}
uncertainties:
  leave.per_wellbeing: 0.2
  leave.role_odds: {add: -0.1}
  leave.retire: {times: {primary: {all: 0.9}, secondary: {55_59: 1.1, all: 1}, special: {all: 1}}}
"""


def write(folder: Path, text: str, name: str = "policy.yaml") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_everything_in_the_library_loads_and_has_a_title() -> None:
    """The list and the loaded scenario agree on it."""
    entries = library()
    assert {"england", "eastern-region-2010"} <= {entry.name for entry in entries}
    for entry in entries:
        assert entry.title
        assert load(entry.name).title == entry.title


def test_every_shipped_file_passes_the_check() -> None:
    """The check finds nothing in any YAML that comes with Headway."""
    files = sorted(PACKAGE.rglob("*.yaml"))
    assert len(files) > 10
    for path in files:
        assert check(path) == [], path


def test_a_context_that_extends_another_takes_what_it_does_not_say() -> None:
    """The eastern region has its own years, register and roll growth, and England's everything else."""
    england, region = load(ENGLAND), load("eastern-region")
    assert (england.base_year, region.base_year) == (2025, 2010)
    assert region.warm_up_years == england.warm_up_years
    assert region.ladder == england.ladder
    assert sum(kind.schools for kind in region.register.settings.types) == 87
    assert len(region.register.settings.local_authorities) == 7
    differing = [
        path
        for path, value in region.parameters.values().items()
        if not np.array_equal(value, england.parameters.values()[path])
    ]
    assert differing == ["establishment.roll_growth"]
    assert "eastern-region-2010" in region.provenance["establishment.roll_growth"].file
    assert "england" in region.provenance["leave.step_down"].file


def test_overrides_set_multiply_and_add(tmp_path: Path) -> None:
    """Each form of a change gives the number that it says, by group where asked, and is traced to its line."""
    base, changed = load("england"), load(write(tmp_path, BASE))
    assert np.allclose(changed.parameters.leave.step_down, base.parameters.leave.step_down * 0.9, rtol=1e-15, atol=0)
    assert changed.parameters.recruit.fill.tolist() == [0.96, 0.95, 0.95]
    assert changed.parameters.leave.per_wellbeing == 0.2
    assert np.allclose(changed.parameters.leave.role_odds, base.parameters.leave.role_odds - 0.1, rtol=0, atol=1e-15)
    factor = changed.parameters.leave.retire[:, 7] / base.parameters.leave.retire[:, 7]
    assert np.allclose(factor, [0.9, 1.1, 1.0])
    assert (changed.years, changed.scale, base.years, base.scale) == (10, 0.05, 15, 1.0)
    assert {s.set_by for s in changed.provenance.values()} == {"context", "lever", "uncertainty"}
    lever = changed.provenance["leave.step_down"]
    assert (lever.value, lever.set_by, lever.grade, lever.line) == ("{change: -10%}", "lever", "J", 7)


def test_overrides_build_on_those_of_the_file_extended(tmp_path: Path) -> None:
    """Halving what the base cut by a tenth leaves 45%; settings of the base carry over."""
    write(tmp_path, BASE, "base.yaml")
    top = write(
        tmp_path, "title: T\nsummary: S\nextends: base.yaml\nlevers:\n  leave.step_down: {times: 0.5}\n", "top.yaml"
    )
    expected = load("england").parameters.leave.step_down * 0.9 * 0.5
    assert np.allclose(load(top).parameters.leave.step_down, expected, rtol=1e-15, atol=0)
    assert load(top).years == 10


def test_every_parameter_has_a_value_within_its_range_and_an_honest_grade() -> None:
    """Without a source the grade is judgement, and each value is traced to its file."""
    scenario = load(ENGLAND)
    assert list(scenario.provenance) == [declaration.path for declaration in declarations()]
    for path, source in scenario.provenance.items():
        value = np.asarray(scenario.parameters.values()[path])
        assert source.range[0] <= value.min() <= value.max() <= source.range[1], path
        assert source.sources or source.grade == "J", path
        assert source.file.startswith("scenarios/contexts/england/parameters/")


def same(one: dict, other: dict) -> bool:
    return all(np.array_equal(value, other[path]) for path, value in one.items()) and set(one) == set(other)


def test_a_scenario_sets_up_the_model_at_its_scale(tmp_path: Path) -> None:
    """About half the schools, all from the whole, with the same parameters."""
    whole = load("eastern-region")
    part = load(write(tmp_path, "title: T\nsummary: S\nextends: eastern-region\nscale: 50%\nyears: 3\n"))
    setup = whole.setup()
    assert (len(setup.register), setup.base_year, setup.warm_up_years, setup.years) == (87, 2010, 15, 10)
    assert same(setup.parameters.values(), whole.parameters.values())
    assert setup.structure == whole.structure
    half = part.setup()
    assert same(half.parameters.values(), setup.parameters.values())
    assert 30 <= len(half.register) <= 57
    assert set(half.register.urn) < set(setup.register.urn)
    assert half.years == 3


def test_the_shipped_registers_are_those_that_code_declares() -> None:
    """Two places hold England's register settings; they may not drift apart."""
    from scenarios.register.synthetic import SYNTHETIC

    for name, settings_ in SYNTHETIC.items():
        assert load(name).register.settings == settings_


def test_a_register_that_cannot_be_made_is_an_error_with_its_place(tmp_path: Path) -> None:
    """What shows up only when schools are made is still told by file and line."""
    (tmp_path / "mine").mkdir()
    write(
        tmp_path / "mine",
        "title: M\nsummary: S\nextends: england\nregister:\n  kind: synthetic\n  local_authorities: [9]\n",
        "context.yaml",
    )
    scenario = load(write(tmp_path, "title: T\nsummary: S\ncontext: mine/context.yaml\nyears: 5\n"))
    with pytest.raises(
        InputError, match=r"context\.yaml:5: error E0402: register: not the number of a local authority"
    ):
        scenario.setup()


def test_the_resolved_scenario_is_plain_and_survives_json() -> None:
    """Nothing but numbers, text, lists and mappings, and no path of the machine."""
    resolved = load("england").resolved()
    assert json.loads(json.dumps(resolved, allow_nan=False)) == resolved
    assert str(Path.home()) not in json.dumps(resolved)


def test_comments_order_spacing_and_writing_style_do_not_change_the_digest(tmp_path: Path) -> None:
    """The digest sees what a scenario means, not how it is written."""
    head, _, tail = BASE.partition("levers:\n")
    lines = tail.splitlines()
    other = (
        "# a comment\n"
        + "\n".join([*lines[2:3], *lines[:2:-1], "levers:", *lines[1::-1]])
        + "\n\n"
        + "\n".join(reversed(head.splitlines()))
        + "\n"
    )
    other = (
        other.replace("96%, all: 95%", "0.96,   secondary: 9.5e-1, special: .95")
        .replace("-10%", '"-10%"')
        .replace('"', "")
    )
    first, second = load(write(tmp_path, BASE, "first.yaml")), load(write(tmp_path, other, "second.yaml"))
    assert first.resolved() == second.resolved()
    assert first.digest() == second.digest()


def test_the_digest_is_the_same_in_every_process_and_differs_between_scenarios() -> None:
    """Two processes with different hash seeds agree with this one."""
    import subprocess
    import sys

    code = "import scenarios; print(scenarios.load('england').digest())"
    runs = {
        subprocess.run(
            [sys.executable, "-c", code],
            capture_output=True,
            text=True,
            check=True,
            cwd=PACKAGE.parent,
            env={"PYTHONHASHSEED": seed, "PATH": ""},
        ).stdout.strip()
        for seed in ("1", "2")
    }
    assert runs == {load("england").digest()}
    assert load("england").digest() != load("eastern-region").digest()


def loaded(path: Path) -> tuple[str, Scenario | None]:
    """What is said about a file, and the scenario if there is one."""
    try:
        return "", load(path)
    except InputError as error:
        return error.render(), None


@cache
def base() -> dict:
    """The valid scenario, resolved."""
    with tempfile.TemporaryDirectory() as folder:
        return load(write(Path(folder), BASE)).resolved()


VALUES = ["2", "0.5", "-1", "90%", "NO", "~", "[1]", "{a: 1}", "england", "2027/28", "£5", "1e9", '"x"', "", "true"]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_mutated_value_is_refused_or_seen_in_what_is_resolved(tmp_path: Path, data: st.DataObject) -> None:
    """Change, drop, double, rename or re-indent one line: never a crash, never a change that nobody sees."""
    before = base()
    lines = BASE.splitlines()
    row = data.draw(st.integers(0, len(lines) - 1))
    key, _, value = lines[row].partition(": ")
    kind = data.draw(st.sampled_from(["value", "drop", "double", "rename", "indent", "dedent", "reverse"]))
    new = {
        "value": [f"{key}: {data.draw(st.sampled_from(VALUES))}"],
        "drop": [],
        "double": [lines[row]] * 2,
        "rename": [f"{key}x: {value}"],
        "indent": ["  " + lines[row]],
        "dedent": [lines[row].lstrip()],
        "reverse": [f"{key}: {value[::-1]}"],
    }[kind]
    mutated = "\n".join(lines[:row] + new + lines[row + 1 :]) + "\n"
    said, after = loaded(write(tmp_path, mutated, "mutant.yaml"))
    if after is None:
        assert "mutant.yaml" in said
    else:
        assert (after.resolved() == before) == (mutated == BASE), mutated


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_changed_parameter_file_is_refused_or_seen(tmp_path: Path, data: st.DataObject) -> None:
    """A user's context that extends England: one mutated line of one parameter is refused, or changes the digest."""
    text = (
        "step_down:\n  value:\n    primary: {head: 2%, all: 1%}\n    secondary: {all: 3%}\n    special: {all: 2%}\n"
        "  unit: probability\n  range: [0%, 10%]\n  sources: [d_head_anypost5_primary]\n  grade: B\n  note: why\n"
    )
    folder = tmp_path / "mine" / "parameters"
    folder.mkdir(parents=True, exist_ok=True)
    write(tmp_path / "mine", "title: M\nsummary: S\nextends: england\n", "context.yaml")
    top = write(tmp_path, "title: T\nsummary: S\ncontext: mine/context.yaml\nyears: 5\n")
    write(folder, text, "leave.yaml")
    before = load(top)
    assert before.parameters.leave.step_down[0].tolist() == [0.01, 0.01, 0.01, 0.01, 0.02, 0.01]
    lines = text.splitlines()
    row = data.draw(st.integers(0, len(lines) - 1))
    key, _, _ = lines[row].partition(":")
    new = data.draw(
        st.sampled_from([f"{key}: {value}" for value in VALUES] + [lines[row] + "x", "", lines[row].replace("2", "4")])
    )
    mutated = "\n".join([*lines[:row], new.rstrip(), *lines[row + 1 :]]) + "\n"
    write(folder, mutated, "leave.yaml")
    said, after = loaded(top)
    if after is None:
        assert "leave.yaml" in said
    else:
        assert (after.digest() == before.digest()) == (mutated == text), mutated


def test_public_names_are_there_and_come_late() -> None:
    """Every name in `__all__` can be had, and any other is an AttributeError."""
    for name in scenarios.__all__:
        assert getattr(scenarios, name) is not None
    with pytest.raises(AttributeError):
        _ = scenarios.nothing  # type: ignore[attr-defined]


@pytest.mark.parametrize("code", ["E0101", "E0402", "e0115"])
def test_a_code_is_explained(code: str) -> None:
    """In a sentence, in either case of letters."""
    assert scenarios.explain(code).endswith(".")


def test_a_context_is_the_same_wherever_its_folder_lies_and_whoever_stands_where(tmp_path: Path, monkeypatch) -> None:
    """One beside the scenario, and one in a folder of its own: named from within, from above and by the whole path, and moved."""
    kenya = PACKAGE / "contexts" / "kenya"
    digests = []
    for place in ("here", "there"):
        folder = tmp_path / place
        shutil.copytree(kenya, folder / "system")
        shutil.copytree(kenya, folder, dirs_exist_ok=True)
        for name, context in (("beside.yaml", "context.yaml"), ("apart.yaml", "system/context.yaml")):
            write(folder, f"title: T\nsummary: S\ncontext: {context}\nyears: 2\n", name)
            for stands, called in ((folder, name), (tmp_path, f"{place}/{name}"), (tmp_path, str(folder / name))):
                monkeypatch.chdir(stands)
                digests.append((name, load(called).digest(), load(called).context))
    assert {context for _, _, context in digests} == {"context", "system"}
    assert len({digest for _, digest, _ in digests}) == 2
