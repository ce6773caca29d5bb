"""The parts of the benchmarks measure what they say, in sizes so small that nothing can be learnt from the figures."""

from __future__ import annotations

import importlib
import math
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from benchmarks import checkout, children
from benchmarks.__main__ import carry_out, main
from benchmarks.asked import QUICK
from benchmarks.checkout import HERE, Checkout
from benchmarks.parts import PARTS, cluster, england, floor, reference
from benchmarks.parts.englands import REGIONS, fewer_regions, several
from benchmarks.probe import setup_of, simulate
from simulation.draws import Decision, Key
from simulation.model import PipelineModel
from simulation.vocabulary import Status

TINY = replace(
    QUICK, scale=0.002, warm_up=1, years=1, replicates=1, replicate_years=1, references=(("england", 0.001),),
    people=(0.001, 0.002), people_years=1, runs=4, kept_scale=0.001, workers=2, tasks=6, pretended=(0.01, 0.05),
    first_scale=0.001, report_replicates=2, coordinated=2, turns=1,
)  # fmt: skip
SLOW = {"g": "compiles the model anew", "h": "installs from the index"}
"""Parts that take minutes, or the internet."""


@pytest.mark.parametrize("part", sorted(PARTS.keys() - SLOW.keys()))
def test_every_part_runs_and_gives_lines_of_finite_figures(part: str) -> None:
    """Whatever a part says is a number, told once, and it says with what it was measured."""
    measured = carry_out(part, TINY)
    assert measured.lines
    whats = [line["what"] for line in measured.lines]
    assert len(set(whats)) == len(whats)
    for line in measured.lines:
        assert line["figures"], line
        assert all(math.isfinite(value) for value in line["figures"].values()), line
        assert line["ratio"] is None or math.isfinite(line["ratio"]), line
    assert measured.machine
    assert measured.commit


def test_the_command_says_what_each_part_is(capsys: pytest.CaptureFixture[str]) -> None:
    """The help has the letter and the title of every part."""
    with pytest.raises(SystemExit) as ended:
        main(["--help"])
    said = capsys.readouterr().out
    assert ended.value.code == 0
    for letter, name in PARTS.items():
        assert f"{letter}  {importlib.import_module(f'benchmarks.parts.{name}').TITLE}" in said


def test_a_part_that_fails_is_told_and_the_others_go_on(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The command ends with 1 after it has carried out the parts that can be."""
    done: list[str] = []

    def carried_out(part: str, *given: Any) -> Any:
        done.append(part)
        if part == "b":
            raise ValueError("no such thing")
        return carry_out("b", TINY)

    monkeypatch.setattr("benchmarks.__main__.carry_out", carried_out)
    assert main(["--quick", "b", "c"]) == 1
    assert done == ["b", "c"]
    said = capsys.readouterr()
    assert "no such thing" in said.err
    assert "reference ÷ model" in said.out


def test_a_checkout_with_the_model_of_another_folder_is_refused(tmp_path: Path) -> None:
    """An environment in which other files are installed than those of its folder would time the wrong model."""
    elsewhere = Checkout("elsewhere", tmp_path, HERE.python)
    with pytest.raises(RuntimeError, match="and not of"):
        elsewhere.probe("england", 0.001, 0, 1)


def test_other_checkouts_are_made_from_a_commit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A commit is checked out into a folder named after it, where its own make.py is called; the second time it is there."""
    monkeypatch.setattr(checkout, "FOLDER", tmp_path)
    called: list[Path] = []
    monkeypatch.setattr(checkout, "finish", lambda command, folder: called.append(Path(folder) / command[1]))
    try:
        made = [checkout.check_out("HEAD") for _ in range(2)]
        assert made[0] == made[1]
        assert called == [made[0].folder / "make.py"] * 2
        assert (made[0].folder / "simulation" / "model.py").exists()
        assert made[0].folder.name.startswith(made[0].name)
    finally:
        checkout.git("worktree", "remove", "--force", str(made[0].folder))


def test_both_models_of_b_do_the_same_work(monkeypatch: pytest.MonkeyPatch) -> None:
    """They have the same people in service, or nothing is compared."""
    found = reference.both("england", 0.001, 1, 1)
    assert found["person-years"] > 0
    assert found["slow"][0] > 0
    assert found["fast"][0] > 0
    monkeypatch.setattr(reference, "slow", lambda _setup: (1.0, found["person-years"] + 1))
    with pytest.raises(RuntimeError, match="person-years in the reference"):
        reference.both("england", 0.001, 1, 1)


def test_the_phases_of_a_run_add_up_to_it() -> None:
    """What the phases take is part of what the run takes, and the account by phase names all of them."""
    setup = setup_of("england", 0.001, 1, 1)
    simulate(setup)  # compiled now, in whichever part of a run that falls
    model, run = simulate(setup)
    assert list(run["phases"]) == list(model.timings)
    assert 0 < sum(run["phases"].values()) <= run["processor"] - run["making"]
    assert run["years"] == 2
    assert run["measured years"] == 2  # that of the base year and the one after
    assert england.year(run) == pytest.approx(1000 * (run["processor"] - run["making"]) / 2)


def test_the_floor_decides_as_keyed_draws_do() -> None:
    """Its events are those that the model's own draws give, so that its loop cannot have been left out by the compiler."""
    ids, age, key = np.arange(1, 500, dtype=np.uint64), np.linspace(22.0, 66.0, 499), Key(3, 4)
    expected = 0
    for n, base in enumerate(np.linspace(-3.0, -1.0, floor.DECISIONS)):
        chance = 1 / (1 + np.exp(-(base + 0.01 * age)))
        expected += int((key.uniform(Decision.RETIRE + n, 2025, ids) < chance).sum())
    assert floor._decide(ids, age, 2025, key) == expected


def test_words_of_an_array_are_all_its_bytes() -> None:
    """The pass over the state reads every byte but the last few that make no whole word."""
    array = np.arange(40, dtype=np.int8).reshape(4, 10)
    assert floor._words(array).tobytes() == array.tobytes()
    assert len(floor._words(np.zeros(15, np.int8))) == 1


def test_several_englands_are_copies_that_share_nothing() -> None:
    """Each copy has the same schools, and regions, authorities, communities and clusters of its own."""
    one = fewer_regions(setup_of("england", 0.01, 0, 1).register)
    three = several(one, 3)
    assert len(one.region_names) == REGIONS
    assert len(three) == 3 * len(one)
    assert len(three.region_names) == 3 * REGIONS
    copy = np.repeat(np.arange(3), len(one))
    for name in ("region", "local_authority", "community", "cluster"):
        column = getattr(three, name)
        used = [set(column[(copy == c) & (column >= 0)].tolist()) for c in range(3)]
        assert not used[0] & used[1]
        assert not used[1] & used[2]
        assert len(used[0]) == len(used[2]) > 0
    first = three.take(copy == 0)
    for name in ("urn", "region", "community", "cluster", "cluster_key", "pupils", "phase"):
        assert np.array_equal(getattr(first, name), getattr(one, name)), name
    assert np.array_equal(three.take(copy == 2).pupils, one.pupils)


def test_several_englands_can_be_simulated() -> None:
    """A world of two small Englands passes every conservation check, and has people in both."""
    setup = setup_of("everything", 0.002, 0, 1)
    two = several(fewer_regions(setup.register), 2)
    model = PipelineModel(replace(setup, register=two), 1, measures=())
    model.run()
    copy = model.world.people.school // len(setup.register)
    assert set(copy[model.world.people.status == Status.IN_SERVICE].tolist()) == {0, 1}


def test_more_englands_than_regions_can_be_told_apart_are_refused() -> None:
    """26 copies of 5 regions would wrap round in a column of int8."""
    one = fewer_regions(setup_of("england", 0.001, 0, 1).register)
    with pytest.raises(ValueError, match="26 copies"):
        several(one, 26)


def test_no_pretended_run_is_faster_than_its_sleep() -> None:
    """What a cluster takes is at least what its workers need; a task that fails fails the measurement."""
    line = cluster._line("runs", 2, 8, 0.05, None)
    assert line.ratio is not None
    assert 0 < line.ratio <= 1
    with pytest.raises(children.FailedError, match="No such file"):
        cluster._line("runs", 1, 1, 0.0, "/nowhere")


ORPHAN = """
import os, time
if os.fork() == 0:
    while time.process_time() < 0.5:
        pass
"""


@pytest.mark.skipif(sys.platform != "linux", reason="workers are forked on Linux alone")
def test_what_processes_take_that_nobody_waits_for_is_counted() -> None:
    """Workers are forked from a process that outlives whoever started it by a moment."""
    assert children.finish([sys.executable, "-c", ORPHAN]).processor >= 0.5
