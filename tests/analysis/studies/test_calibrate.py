"""Calibration: on a system whose posterior is known in closed form, stopped and gone on with, and refused where it cannot be."""

from __future__ import annotations

import csv
import json
import shutil
import subprocess
import sys
import time
import tomllib
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from analysis.cli import app
from analysis.errors import UserError
from analysis.studies.calibrate import kept, told
from analysis.studies.calibrate.identified import known, sentences
from analysis.studies.calibrate.recover import ranks, recover
from analysis.studies.calibrate.runs import STAGE, Stage, StoppedError
from analysis.studies.calibrate.sampler import scores
from analysis.studies.calibrate.smoother import factors
from analysis.studies.calibrate.study import Calibration, Options, calibrate, carry_out
from analysis.version import model_version
from scenarios import InputError
from scenarios.calibration import CalibrationPlan, Free, find_plan, read_plan, shifted
from scenarios.checking import check
from scenarios.posterior import ABOUT, FILE, posterior_beside, read_posterior
from scenarios.targets import Point

ISLAND = Path(__file__).parents[2] / "contexts" / "island"
Z90 = 1.6448536269514722
"""Standard errors either way of 90% of a normal distribution."""
SLOPES = scores(7, 0, 0, 6, 9)
"""Of nine figures on six parameters; the last parameter does nothing."""
SLOPES[5] = 0
CHANCE, ERROR, OFFSET = 0.4, 0.5, 0.25
"""Of a run of the sample; of a published figure; and by how much the whole lies above a sample."""


def free(name: str) -> Free:
    """A parameter whose value is its standard normal score."""
    return Free(
        name,
        f"the {name}",
        (name,),
        ((name, ()),),
        (0.0,),
        ((-10.0, 10.0),),
        "standard deviations",
        False,
        -Z90,
        Z90,
        "A",
    )


def point(number: int, value: float) -> Point:
    """A published figure of known error."""
    return Point(
        number, f"Figure {number}", "A figure", "leaver_rate", {}, "years", value, value, 1.0, "absolute", (), given_error=ERROR
    )  # fmt: skip


@dataclass
class Linear:
    """A system whose figures are linear in its parameters, with chance: stands in for the runs of a model."""

    points: tuple[Point, ...]
    told: list[str] = field(default_factory=list)

    def figures(self, stage: Stage) -> np.ndarray:
        """What runs of a stage would give."""
        self.told.append(stage.name)
        chance = scores(11, stage.number, 0, len(stage.rows), SLOPES.shape[1])
        return stage.rows @ SLOPES + (OFFSET + 0.1 * CHANCE * chance if stage.whole else CHANCE * chance)


TRUTH = scores(8, 0, 0, 1, 6)[0]
PUBLISHED = TRUTH @ SLOPES + OFFSET + ERROR * scores(9, 0, 0, 1, SLOPES.shape[1])[0]
PLAN = CalibrationPlan(
    "Toy", "toy", None, 0.01, 3, ensemble=60, passes=4, refocus=60, refocuses=1, repeats=40, whole=8, censuses=1, draws=200,
    discrepancy=0.0, own_discrepancy={}, free=tuple(free(f"n{i}") for i in range(6)), file="toy.yaml",
)  # fmt: skip


@pytest.fixture(scope="module")
def toy() -> Calibration:
    """The toy, calibrated."""
    return calibrate(Linear(tuple(point(i, v) for i, v in enumerate(PUBLISHED, start=1))), PLAN, "digest")  # type: ignore[arg-type]


def test_draws_have_the_mean_and_the_spread_that_are_known_in_closed_form(toy):
    """A linear system: means within 4.5 standard errors of 200 draws, spreads within 30%; a false alarm in fewer than 1 in 10,000."""
    covariance = np.linalg.inv(np.eye(6) + SLOPES @ SLOPES.T / ERROR**2)
    mean = covariance @ SLOPES @ (PUBLISHED - OFFSET) / ERROR**2
    spread = np.sqrt(np.diag(covariance))
    assert np.abs(toy.draws.mean(axis=0) - mean).max() < 4.5 * (spread / np.sqrt(200)).max() + 0.1
    assert toy.draws.std(axis=0) == pytest.approx(spread, rel=0.3)
    assert toy.chains.r_hat < 1.01
    assert toy.fit.emulator.explained.min() > 0.6


def test_what_a_sample_costs_is_told_and_taken_off(toy):
    """The whole lies 0.25 above samples: told to within four errors, and no figure is a quarter off for it."""
    assert np.abs(toy.sample_bias - OFFSET).max() < 4 * toy.sample_error.max()
    mean, _, inside = kept.inside(toy)
    assert np.abs(mean - PUBLISHED).max() < 3 * ERROR
    assert inside.min() > 0.5
    assert told.covered(toy) > 0.75


def test_what_nothing_tells_is_said_to_be_open(toy):
    """The sixth parameter moves no figure: its spread is what it was, and it is the combination that is left free."""
    states = toy.chains.draws(2000)
    found = known(PLAN.free, states)
    assert [one.verdict for one in found][5] == "not identified"
    assert {one.verdict for one in found[:5]} <= {"identified", "weakly identified"}
    said = " ".join(sentences(PLAN.free, states))
    assert "tell 5 of 6 free numbers. They do not tell the n5." in said
    assert "What they leave most free is more of the n5:" in said


def test_known_parameters_are_found_and_draws_that_are_too_narrow_are_caught(toy):
    """500 ranks are uniform (false alarm 1 in 1,000), 20% too narrow they are not; 90% intervals of 200 truths cover 85 to 95% (5 errors)."""
    as_it_is, narrow = ranks(toy.fit, 5)
    assert as_it_is.uniform
    assert not narrow.uniform
    found = recover(toy, Linear(toy.points), truths=200, runs_each=4)  # type: ignore[arg-type]
    assert 0.85 <= found.share <= 0.95


def test_the_factors_of_the_passes_add_up_to_one_look_at_the_figures():
    """However many passes, the inverses of what errors are inflated by come to 1."""
    assert [sum(1 / f for f in factors(n)) for n in range(1, 9)] == pytest.approx([1.0] * 8, abs=1e-3)


# --- on a small system of schools ------------------------------------------------------------------------------------

TARGETS = """\
title: Figures of the island
summary: Made up.
targets:
  1:
    title: Yearly leaver rate
    definition: As it is measured
    counted: {what: fte, event: left_service, out_of: in_service_before}
  2:
    title: School-to-school mobility
    definition: As it is measured
    counted: {what: people, event: changed_school, out_of: in_service}
    kept_out: true
points:
  - {target: 1, measure: leaver_rate, unit: share, value: 9%, n: 400, tolerance: 1%, tolerance_kind: absolute, sources: [leaver_rate_all_all_2024]}
  - {target: 2, measure: mover_rate, unit: share, value: 8%, tolerance: 1%, tolerance_kind: absolute, sources: [mobility_primary_2015]}
"""
YAML = """\
title: The island, fitted
summary: Two numbers, by few runs.
scenario: scenario.yaml
scale: 100%
seed: 4
runs: {ensemble: 20, passes: 1, refocus: 10, refocuses: 1, repeats: 8, whole: 2, censuses: 2, draws: 20}
discrepancy: {all: 10%, 1: 20%}
free:
  - {name: back, says: coming back from a break, cells: [leave.return_from_break], range: [20%, 80%]}
  - {name: out, says: leaving, cells: ["leave.state_schools[basic,25_29]", "leave.state_schools[upper,25_29]"], shift: [-1, 1], grade: J}
"""


@pytest.fixture
def island(tmp_path) -> Path:
    """A copy of the island with figures and a plan; returns the plan."""
    folder = tmp_path / "island"
    shutil.copytree(ISLAND, folder)
    (folder / "targets.yaml").write_text(TARGETS, encoding="utf-8")
    (folder / "plan.yaml").write_text(YAML, encoding="utf-8")
    return folder / "plan.yaml"


def never() -> bool:
    """Nobody stops."""
    return False


def kill_once(seen: Callable[[], bool], *words: object) -> None:
    """Start a command and kill it, without a chance to tidy up, once something is seen; it may be over by then."""
    command = [sys.executable, "-m", "headway", *map(str, words), "--workers", "1"]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        while not seen() and process.poll() is None:
            time.sleep(0.02)
        process.kill()
    assert seen()


def calibrated(*words: object) -> str:
    """What ``headway calibrate`` prints."""
    done = CliRunner().invoke(app, ["calibrate", *map(str, words), "--workers", "1"])
    assert done.exit_code == 0, done.output
    return done.stdout


def test_stopped_and_gone_on_with_it_leaves_the_same_files(island, tmp_path):
    """Stopped in the middle of a stage, killed at any moment after, and then in shards: draws and what is known of them are the same, bit for bit."""
    whole, parts = tmp_path / "whole", tmp_path / "parts"
    said = json.loads(calibrated(island, "--out", whole, "--json"))
    assert [one["number"] for one in said["target"]] == [1, 2]
    with pytest.raises(StoppedError):
        carry_out(island, parts, Options(1), lambda: len(list((parts / "runs").glob("*.json"))) >= 13)
    assert len(list((parts / "runs").glob("*.json"))) == 13
    kill_once(lambda: len(list((parts / "runs").glob("*.json"))) > 13, "calibrate", island, "--out", parts)
    for part in ("2/2", "1/2", "1/1"):  # the rest of a stage in shards, and all others at once
        calibrated(island, "--out", parts, "--shard", part)
    for name in (FILE, ABOUT):
        assert (parts / name).read_bytes() == (whole / name).read_bytes()
    runs = sorted((whole / "runs").glob("*.json"))
    assert [path.read_bytes() for path in runs] == [(parts / "runs" / path.name).read_bytes() for path in runs]
    about = tomllib.loads((whole / ABOUT).read_text(encoding="utf-8"))
    assert about["runs"] == len(runs)
    assert about["target"][1]["kept_out"]
    rows = list(csv.DictReader((whole / FILE).read_text(encoding="utf-8").splitlines()))
    assert len(rows) == 20
    assert set(rows[0]) == {
        "draw",
        "leave.return_from_break",
        *(f"leave.state_schools[{p},25_29]" for p in ("basic", "upper")),
    }
    shutil.copy(whole / FILE, island.parent / FILE)
    _, scenario = read_plan(find_plan(island))
    found = posterior_beside(scenario.targets)
    assert found is not None
    assert len(read_posterior(found, scenario.structure, scenario.schedule.start.values())) == 20


def test_a_folder_is_of_one_plan(island, tmp_path):
    """A plan that was changed does not go on with runs of before, and says so."""
    out = tmp_path / "out"
    with pytest.raises(StoppedError):
        carry_out(island, out, Options(1), lambda: True)
    island.write_text(YAML.replace("seed: 4", "seed: 5"), encoding="utf-8")
    with pytest.raises(UserError, match="another plan"):
        carry_out(island, out, Options(1), never)


def test_nothing_is_fitted_to_what_is_kept_out(toy):
    """A figure that is kept out, whatever it says, moves no draw, and is foretold all the same."""
    absurd = [*toy.points, replace(point(99, 1e6), kept_out=True)]

    class More(Linear):
        def figures(self, stage: Stage) -> np.ndarray:
            found = super().figures(stage)
            return np.column_stack([found, found[:, 0]])

    small = replace(PLAN, ensemble=30, passes=1, refocuses=0, whole=0)
    one, other = calibrate(Linear(toy.points), small, ""), calibrate(More(tuple(absurd)), small, "")  # type: ignore[arg-type]
    assert np.array_equal(one.chains.states, other.chains.states)
    mean = kept.inside(other)[0]
    assert mean[-1] == pytest.approx(mean[0])


def test_no_two_runs_have_the_same_chance():
    """Replicates are numbered by stage with room for all runs that a stage may have."""
    assert STAGE > 5000 * 2 - 1
    stages = [0, *range(1, 9), *range(11, 17), 20, 21, 30, 40]
    assert len(set(stages)) == len(stages)


def test_a_figure_of_another_definition_is_refused(island):
    """Target 1 counted by people is none of the measure, which counts FTE: nothing is run."""
    text = TARGETS.replace("{what: fte, event: left_service", "{what: people, event: left_service")
    (island.parent / "targets.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as error:
        carry_out(island, island.parent / "out", Options(1), never)
    assert error.value.problems[0].code == "E0420"
    assert not (island.parent / "out").exists()


@pytest.mark.parametrize(
    ("before", "after", "code", "words"),
    [
        ("return_from_break]", "return_from_brake]", "E0204", "there is no parameter 'leave.return_from_brake'"),
        ("[20%, 80%]", "[50%, 80%]", "E0409", "its centre, 0.45, does not lie within 0.5 to 0.8"),
        ("[20%, 80%]", "[50%, 80%], centre: 40%", "E0409", "its centre, 0.4, does not lie within 0.5 to 0.8"),
        ("[20%, 80%]", "[20%, 80%], centre: 10%", "E0409", "0.1 is outside the parameter's own range, 0.2 to 0.8"),
        ("shift: [-1, 1]", "shift: [-1, 1], centre: [5%]", "E0411", "it has 2 cells and 1 centres"),
        ("[20%, 80%]", "[10%, 80%]", "E0409", "wider than the parameter's own range"),
        ("[20%, 80%]", "[20%]", "E0411", "it has two ends"),
        ("shift: [-1, 1]", "range: [0%, 10%]", "E0306", "a range is of one number"),
        ("shift: [-1, 1], ", "", "E0303", "either a range, of one number, or a shift, of several"),
        ('"leave.state_schools[upper,25_29]"', '"leave.worst_led"', "E0306", "cells of different units"),
        ('"leave.state_schools[upper,25_29]"', '"leave.return_from_break"', "E0603", "is in back already"),
        ("leave.return_from_break]", '"leave.dates[may]"]', "E0306", "add up to 1"),
        ("ensemble: 20", "ensemble: 2", "E0402", "ensemble must be a whole number (20 to 5,000)"),
        ("passes: 1, ", "", "E0303", "runs lacks passes"),
        ("title: The island", "titel: The island", "E0302", "has no key titel"),
        ("scenario.yaml", "coaching.yaml", "E0306", "has programmes"),
    ],
)
def test_what_is_wrong_with_a_plan_is_said(island, before, after, code, words):
    """Each with its code and in words."""
    island.write_text(YAML.replace(before, after), encoding="utf-8")
    with pytest.raises(InputError) as error:
        read_plan(find_plan(island))
    assert (code, True) in {(problem.code, words in problem.message) for problem in error.value.problems}


def test_a_context_without_a_plan_says_which_have_one():
    """`headway calibrate wales`: there is none; England has one, and it can be read."""
    with pytest.raises(InputError, match="there is no calibration wales"):
        find_plan("wales")
    plan, scenario = read_plan(find_plan("england"))
    assert scenario.context == "england"
    assert len(plan.free) >= 20
    assert np.abs(plan.cells(np.zeros((1, len(plan.free)))).ravel()).max() < 60


def test_values_of_a_context_do_not_move_what_is_believed_around_centres(island):
    """A plan's centres stand in for the context's values, of a range and of a shift; where a plan has none, those it is."""
    with_centres = YAML.replace("[20%, 80%]", "[20%, 80%], centre: 30%").replace("[-1, 1]", "[-1, 1], centre: [6%, 7%]")
    values = island.parent / "parameters" / "leave.yaml"
    found = {}
    for text in (YAML, with_centres):
        island.write_text(text, encoding="utf-8")
        for value in ("45%", "60%"):
            values.write_text(
                f"return_from_break:\n  value: {value}\n  unit: probability\n  range: [20%, 80%]\n  sources: []\n  grade: J\n",
                encoding="utf-8",
            )
            plan, _ = read_plan(find_plan(island))
            found[text, value] = plan.cells(np.array([[-1.0, -1.0], [0.0, 0.0], [1.0, 1.0]]))
    assert not np.array_equal(found[YAML, "45%"], found[YAML, "60%"])
    assert np.array_equal(found[with_centres, "45%"], found[with_centres, "60%"])
    assert found[with_centres, "45%"][1, 1:] == pytest.approx([0.06, 0.07])


def test_a_shift_keeps_what_is_impossible_impossible(island):
    """On the scale of its unit, and within the ranges of its cells."""
    plan, _ = read_plan(find_plan(island))
    out = plan.free[1]
    assert out.in_cells(np.zeros(1))[0] == pytest.approx(out.standing)
    by = np.array([-2.0, 2.0])
    assert [shifted(p, by, "share").tolist() for p in (0.0, 1.0)] == [[0.0, 0.0], [1.0, 1.0]]
    assert shifted(3.0, by, "years") == pytest.approx(3 * np.exp(by))
    assert shifted(3.0, by, "log-odds").tolist() == [1.0, 5.0]
    up = out.in_cells(np.array([1.0]))[0] / (1 - out.in_cells(np.array([1.0]))[0])
    stands = np.array(out.standing) / (1 - np.array(out.standing))
    assert np.log(up / stands) == pytest.approx(out.values(np.array([1.0]))[0])


def test_draws_of_another_version_of_the_model_are_used_and_that_is_said(island):
    """`validate` notes it, and goes on; with draws of this version, or --fixed, there is nothing to say."""
    (island.parent / FILE).write_text("draw,leave.return_from_break\n0,0.4\n", encoding="utf-8")
    words = ["validate", "--scenario", str(island.parent / "scenario.yaml"), "--replicates", "1"]
    for model, more, noted in (("0+old", [], True), ("0+old", ["--fixed"], False), (model_version(), [], False)):
        (island.parent / ABOUT).write_text(f'model = "{model}"\n', encoding="utf-8")
        done = CliRunner().invoke(app, [*words, *more])
        assert done.exit_code == 0, done.output
        assert ("made with another version of the model, 0+old;" in done.stderr) is noted


def test_check_tells_what_is_wrong_with_a_plan(island):
    """`headway check` knows a plan by what it frees: a good one has nothing wrong, a bad one what reading it says."""
    assert check(island) == []
    island.write_text(YAML.replace("return_from_break]", "return_from_brake]"), encoding="utf-8")
    assert [problem.code for problem in check(island)] == ["E0204"]
