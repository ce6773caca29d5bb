"""The smallest differences worth telling that a scenario sets: which are refused, and that every output goes by them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

import scenarios
from analysis.api import compare_stored
from analysis.errors import UserError
from analysis.explain.scenario import sections
from analysis.figures import worth
from analysis.figures.lines import figures
from analysis.figures.naming import naming_of, speaking
from analysis.output.html import report
from analysis.output.html.report import gather
from analysis.runs.plan import Options, identity, plan
from analysis.store import Store
from analysis.studies.compare.answer import answer
from analysis.studies.compare.study import check_pairs
from tests.analysis.output.html.stores import write
from tests.analysis.output.outputs import OUTPUTS, of_charts

OWN = {"leaving": {"least": 0.3, "why": "we promised a third"}, "wellbeing": {"least": 0.001}}
"""The other way round than Headway has it: leaving is too small, and well-being is noticed."""
SMALL = Options(2, years=2, scale=0.2, context="eastern-region-2010")


def of(**said: dict[str, object]) -> scenarios.Scenario:
    """A scenario that sets these."""
    return scenarios.load({"title": "Mine", "extends": "england", "worth": said})


@pytest.mark.parametrize(
    ("figure", "said", "code", "told"),
    [
        ("teachrs", {"least": 1}, "E0302", "there is no figure teachrs"),
        ("teachers", {"least": "5%"}, "E0401", "is in people, not per cent"),
        ("teachers", {"least": "£5"}, "E0401", "is in people, not pounds"),
        ("leaving", {"least": 5}, "E0402", "is a share, from 0 to 1 or in per cent"),
    ],
)
def test_what_cannot_be_of_the_figure_is_refused_before_anything_runs(figure, said, code, told) -> None:
    """A name that nothing goes by, and a size in another unit than the figure's."""
    (problem,) = worth.problems(of(**{figure: said}))
    assert (problem.code, told in problem.message) == (code, True)
    with pytest.raises(scenarios.InputError, match=told):
        plan(of(**{figure: said}), SMALL)


def test_sizes_are_told_in_words() -> None:
    """In the unit in which differences of the figure are read."""
    said = {
        "heads_leaving": {"of_base": "5%"},
        "leaving": {"least": "1%"},
        "cost": {"least": "£1000"},
        "wellbeing": {"least": 0.1},
    }
    with speaking(naming_of(plan(of(**said), SMALL).system)):
        known = figures()
    assert [worth.size_of(known[name]) for name in said] == [
        "5% of the base's figure", "1 percentage point", "£1,000", "0.1 standard deviations",
    ]  # fmt: skip
    assert "New heads kept 3 years: 2 percentage points (so)" in explain_text(
        of(new_heads_retained_3={"least": "2%", "why": "so"})
    )


def explain_text(scenario: scenarios.Scenario) -> str:
    """What ``headway explain`` says of it."""
    return "\n".join(getattr(item, "text", item) for section in sections(scenario) for item in section.body)


def test_no_run_depends_on_it_and_two_scenarios_cannot_contradict_each_other() -> None:
    """The same runs are known by the same key; a comparison has one smallest difference of a figure."""
    bare, one, other = (
        plan(of(**said), SMALL) for said in ({}, {"teachers": {"least": 5}}, {"teachers": {"least": 6}})
    )
    assert identity(one) == identity(other)
    one, other = replace(one, name="one"), replace(other, name="other")
    check_pairs(bare, [one])
    with pytest.raises(UserError, match="5 people in one, and 6 people in other"):
        check_pairs(bare, [one, other])


@pytest.fixture
def undrawn(monkeypatch: pytest.MonkeyPatch) -> None:
    """Draw no charts, which is quicker."""
    monkeypatch.setattr(report, "figures", lambda _source: {})


@pytest.fixture(scope="module")
def stored(tmp_path_factory) -> tuple[Store, Store]:
    """The same runs under Headway's smallest differences and under a scenario's own."""
    folder = tmp_path_factory.mktemp("worth")
    return write(folder / "usual", replicates=30), write(folder / "own", replicates=30, worth=OWN)


@pytest.mark.parametrize("output", [output for output in OUTPUTS if output is not of_charts])
def test_every_output_goes_by_what_the_scenario_sets(stored: tuple[Store, Store], undrawn: None, output) -> None:
    """What is too small to notice turns round, and whoever reads is told that a scenario has set it."""
    usual, own = (" ".join(output(store).split()) for store in stored)
    told = "sets from which difference on it is noticed: teachers who leave (FTE) (30 percentage points)"
    assert (told in usual, told in own) == (False, True)
    assert usual.replace(told, "") != own.replace(told, "")


def test_what_leads_an_answer_follows_what_the_scenario_sets(stored: tuple[Store, Store]) -> None:
    """Two points of leaving are much for Headway, and nothing for whoever has promised thirty."""
    (usual,), (own,) = ([answer(found, o) for o in found.outcomes] for found in map(compare_stored, stored))
    assert (usual.matter[0].line.name, "wellbeing" in {d.line.name for d in usual.small}) == ("leaving", True)
    assert "wellbeing" in {d.line.name for d in own.matter}
    assert "leaving" in {d.line.name for d in own.small}


def test_the_report_lists_why(stored: tuple[Store, Store], undrawn: None) -> None:
    """Of each headline: Headway's reason, or the scenario's."""
    for store, why in zip(
        stored, ("the last digit in which the DfE publishes the rate", "we promised a third"), strict=True
    ):
        (table,) = gather(store, verify=False).worth
        (row,) = (row for row in table.shown.rows if row["figure"] == "Teachers who leave (FTE)")
        assert row["why"].lower() == why.lower()


def test_a_study_that_is_told_anew_keeps_its_runs(tmp_path: Path) -> None:
    """The manifest says what scenarios say now, in the same folder, and nothing of the runs is touched."""
    before = write(tmp_path / "study")
    kept = before.digest()
    now = {
        **before.manifest,
        "scenarios": [{**one, "resolved": {**one["resolved"], "worth": OWN}} for one in before.manifest["scenarios"]],
    }
    after = Store.create(tmp_path / "study", {key: said for key, said in now.items() if key != "format"}, {})
    assert after.manifest["scenarios"][1]["resolved"]["worth"] == OWN
    assert (after.digest(), after.verify()) == (kept, [])
