"""``headway evaluate``: what it prints, keeps and refuses, and the reading of studies and calibrations."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

import scenarios
from analysis.cli import app
from analysis.figures.estimates import Estimate
from analysis.figures.rounding import decimals, large, spelt
from analysis.runs.plan import Options
from analysis.studies.evaluate.card import counts, policy_rows, rows, too_few
from analysis.studies.evaluate.evaluate import Line, cases, default_study, simulate_all, summed_up
from analysis.studies.evaluate.measures import MEASURES
from analysis.studies.evaluate.pairs import named, simulate_pair
from scenarios.places import PACKAGE
from scenarios.programme_files.study import MEASURES as KNOWN_MEASURES
from scenarios.programme_files.study import Finding
from tests.analysis.studies.evaluate.cases import case, programme, study

TEACHING_LEADERS = (PACKAGE / "programmes" / "teaching-leaders.yaml").read_text(encoding="utf-8")


def written(folder: Path, text: str) -> Path:
    path = folder / "teaching-leaders.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_files_and_evaluation_know_the_same_measures() -> None:
    """The checker of files and the evaluation list the same, of the same units."""
    assert {name: measure.of for name, measure in MEASURES.items()} == KNOWN_MEASURES


def test_the_study_and_its_calibrations_reach_the_runs() -> None:
    """Selection costs effect, leaving rates of the group stay, and all cohorts can be followed up."""
    found = cases("teaching-leaders", Options(scale=0.01))
    assert [c.calibration for c in found] == ["mostly-causal", "mostly-selection", "mostly-ambition"]
    causal, selection, _ = (c.setup.parameters.leave for c in found)
    assert causal.per_aspiration == 0
    assert selection.per_aspiration > 0
    assert (selection.role_odds[1] - causal.role_odds[1])[1] > 0.3, "leaving rates of middle leaders are kept"
    stay = [
        next(e.size for e in named(c.setup, "teaching-leaders").effects if e.channel == "leaving_sector") for c in found
    ]
    assert stay[0] < stay[1] < stay[2] < 0
    assert found[0].study.first == 2026
    assert found[0].setup.last_year == found[0].study.last_census == 2026 + 9 + 5


def test_a_calibration_is_read_in_the_scenario_that_it_names() -> None:
    """Where ambition explains promotions, these include a step within middle leadership, and results move half as much."""
    causal, _, ambition = cases("teaching-leaders", Options(scale=0.01))
    assert "post_holder" not in causal.setup.structure.ladder.names
    assert "post_holder" in ambition.setup.structure.ladder.names
    sizes = [{e.channel: e.size for e in named(c.setup, "teaching-leaders").effects} for c in (causal, ambition)]
    assert sizes[1]["pupil_progress"] <= 0.5 * sizes[0]["pupil_progress"]
    assert sizes[1]["being_chosen"] < 0.2 * sizes[0]["being_chosen"]
    assert "results of the department after two years" in causal.fitted_to
    assert "results of the department after two years" not in ambition.fitted_to


def test_figures_of_the_file_itself_can_be_evaluated() -> None:
    """Under the name "as-in-its-file" nothing is calibrated."""
    (found,) = cases("teaching-leaders", Options(scale=0.01), "as-in-its-file")
    assert found.setup.parameters.leave.per_aspiration == 0
    known = scenarios.load_programme("teaching-leaders")
    assert known.study is not None
    assert named(found.setup, "teaching-leaders") == known.programme(2025)


def test_a_programme_without_a_study_is_asked_about_careers() -> None:
    """Staying and promotion after two years are measured for any programme of people."""
    known = replace(scenarios.load_programme("teaching-leaders"), study=None)
    asked = {(f.measure, f.years_after) for f in default_study(known).findings}
    assert {("in_state_teaching", 2), ("in_own_school", 2), ("promoted", 2)} <= asked


def test_processes_find_what_one_process_finds() -> None:
    """Two processes give the pairs of one, and each pair is reported once."""
    chosen = [case(programme(), study((Finding("stay", "in_state_teaching", 1),), cohorts=1), years=2)]
    alone, together = (simulate_all(chosen, 3, 2, workers) for workers in (1, 2))
    assert alone == together
    assert len(alone[0]) == 2


def test_a_row_says_what_is_published_simulated_and_inside() -> None:
    """In percentages with the gap in points; outside stands out in capitals."""
    findings = (
        Finding("stay on", "in_state_teaching", 1, participants=0.9, comparison=0.8, difference=0.1, within=1.0),
        Finding("rise", "promoted", 1, difference=5.0, within=0.01),
    )
    chosen = case(programme(), study(findings, cohorts=1), years=2)
    found = summed_up(chosen, [simulate_pair(chosen, 1, r) for r in range(2)])
    first, second = rows(found)
    assert first["Published"] == "90% v 80% (+10)"
    assert first["Verdict"] == "met"
    assert second["Verdict"] == "MISSED"
    assert {row["Standing"] for row in (first, second)} == {"free"}
    assert re.fullmatch(r"[\d.]+% v [\d.]+%", first["Simulated"])
    assert policy_rows([found])[0]["Calibration"] == "as in its file"


@pytest.mark.parametrize(
    ("half", "shown"), [(0.0043, "86.1% ± 0.4"), (0.043, "86% ± 4"), (0.00043, "86.12% ± 0.04"), (0.31, "86% ± 31")]
)
def test_no_digit_below_the_first_uncertain_one(half: float, shown: str) -> None:
    """The half-width keeps one digit, and the value ends where it does."""
    assert spelt(Estimate(0.86123, half), "share") == shown


def test_counts_are_rounded_to_the_first_uncertain_digit() -> None:
    """The half-width is rounded up, and levels have no sign."""
    assert large(Estimate(-217.3, 84.2)) == "-220 ± 90"
    assert large(Estimate(112_345.0, 51_000.0), signed=False) == "110,000 ± 60,000"
    assert decimals(0.0) == 1


def test_the_command_prints_and_keeps_what_it_finds(tmp_path: Path) -> None:
    """All calibrations in words and in the file, where every gap is effect plus selection."""
    short = re.sub(r"cohorts: \d+", "cohorts: 1", TEACHING_LEADERS)
    path, out = written(tmp_path, short), tmp_path / "found.json"
    arguments = ["evaluate", str(path), "--scale", "0.01", "--replicates", "2", "--workers", "1", "--out", str(out)]
    result = CliRunner().invoke(app, arguments)
    assert result.exit_code == 0, result.output
    for words in (
        "mostly causal",
        "mostly selection",
        "mostly ambition",
        "True effect",
        "Where it arises",
        "What the policy would do",
    ):
        assert words in result.output
    kept = json.loads(out.read_text(encoding="utf-8"))
    assert [e["calibration"] for e in kept] == ["mostly-causal", "mostly-selection", "mostly-ambition"]
    assert {f["standing"] for f in kept[2]["findings"]} == {"fitted", "free", "predicted"}
    for finding in kept[0]["findings"]:
        gap, effect, selection = (finding[name]["mean"] for name in ("gap", "effect", "selection"))
        assert (effect is None) == (selection is None)  # nobody of the few was promoted, say
        assert None in (gap, effect) or gap == pytest.approx(effect + selection)


@pytest.mark.parametrize(
    ("old", "new", "code", "words"),
    [
        ("matched_on: [role,", "matched_on: [aspiration,", "E0511", "evaluators cannot see aspiration"),
        ("matched_on: [role,", "matched_on: [rolle,", "E0511", "no column rolle"),
        ("measure: in_own_school", "measure: in_own_schol", "E0406", "in_own_school"),
        ("comparison: 77%", "comparison: 770%", "E0402", "comparison"),
        ("effects.be_chosen: 1", "effects.be_chosn: 1", "E0505", "effects.be_chosn"),
        ("leave.per_aspiration: 0.5", "leave.per_aspirations: 0.5", "E0505", "leave.per_aspiration"),
        ("  cohorts: 10", "  cohorts: 0", "E0402", "cohorts"),
        ("  lost_time:", "  lost_tim:", "E0302", "lost_time"),
    ],
)
def test_a_wrong_study_is_refused_with_its_place(tmp_path: Path, old: str, new: str, code: str, words: str) -> None:
    """Each mistake has its code, line and the word that is wrong."""
    assert old in TEACHING_LEADERS
    path = written(tmp_path, TEACHING_LEADERS.replace(old, new, 1))
    with pytest.raises(scenarios.InputError) as refused:
        scenarios.load_programme(path)
    told = [problem for problem in refused.value.problems if problem.code == code]
    assert told, refused.value.render()
    assert told[0].line is not None
    assert words in f"{told[0].message} {told[0].hint}"


def test_a_calibration_outside_a_figures_range_is_refused(tmp_path: Path) -> None:
    """Reproducing a study is no licence to leave what evidence can bear."""
    changed = re.sub(r"leave.per_aspiration: 0\.\d+", "leave.per_aspiration: 3", TEACHING_LEADERS)
    with pytest.raises(scenarios.InputError, match=r"leave\.per_aspiration"):
        cases(str(written(tmp_path, changed)), Options(scale=0.01), "mostly-selection")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--calibration", "mostly-casual"], "mostly-causal"),
        (["--years", "3"], "Ask for 15 years or more"),
        (["--out", "found.xlsx"], "FILE.json or FILE.csv"),
    ],
)
def test_what_cannot_be_done_is_said_with_what_can(arguments: list[str], words: str) -> None:
    """A slip in a name, a horizon too short and a file of another kind."""
    result = CliRunner().invoke(app, ["evaluate", "teaching-leaders", "--scale", "0.01", *arguments])
    assert result.exception is not None
    assert words in result.exception.render()  # type: ignore[attr-defined]


def test_an_evaluation_keeps_the_scenarios_scale() -> None:
    """Unless another is asked for, of the command and of Python alike: no sample is taken unasked."""
    import inspect

    import headway
    from analysis.commands.evaluate import evaluate as command

    whole, some = (cases("teaching-leaders", Options(scale=scale), "as-in-its-file")[0] for scale in (None, 0.1))
    assert len(whole.setup.register) > 9 * len(some.setup.register)
    assert len(whole.setup.register) == len(scenarios.load("teaching-leaders").setup().register)
    assert [inspect.signature(f).parameters["scale"].default for f in (command, headway.evaluate)] == [None, None]


@pytest.mark.parametrize(
    ("mean", "half", "verdict"),
    [
        (0.5, 0.01, "met"),
        (0.515, 0.004, "met"),
        (0.515, 0.01, "too few pairs"),
        (0.5, 0.03, "too few pairs"),
        (0.53, 0.02, "too few pairs"),
        (0.53, 0.005, "missed"),
        (0.6, float("nan"), "too few pairs"),
    ],
)
def test_a_figure_is_met_by_its_whole_interval(mean: float, half: float, verdict: str) -> None:
    """Published 50%, tolerance two points: all of the interval inside, all of it outside, or pairs too few to tell."""
    sure, simulated = Estimate(0.5, 0.001), Estimate(mean, half)
    finding = Finding("stay_put", "in_own_school", 1, participants=0.5, comparison=0.5, within=0.02)
    line = Line(finding, "free", "share", simulated, sure, sure, sure, sure, 10.0)
    assert line.verdict == verdict
    assert line.inside is {"met": True, "missed": False, "too few pairs": None}[verdict]
    said = too_few([line, replace(line, participants=sure)])
    assert ("too few for 1 of the 2" in said) is (verdict == "too few pairs")
    met = 1 + (verdict == "met")
    assert f"{met} of 2 free figures" in counts([line, replace(line, participants=sure)])


def test_of_a_prediction_nothing_is_met() -> None:
    """A finding without a published figure has no verdict, however sure the simulated one is."""
    sure = Estimate(0.5, 0.001)
    line = Line(Finding("rise", "promoted", 1), "predicted", "share", sure, sure, sure, sure, sure, 10.0)
    assert (line.inside, line.verdict, counts([]), too_few([])) == (None, "", "", "")
