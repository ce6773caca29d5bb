"""Two school systems of a user's own, a folder each: they run, compare, explain, draw and report in their own words."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

import headway
from analysis.cli import app
from analysis.errors import UserError
from analysis.output.sheet.results import validation
from analysis.output.study import Study, published_of
from analysis.studies.compare.report import note
from scenarios import InputError, load
from simulation.model import PipelineModel

CONTEXTS = Path(__file__).parents[1] / "contexts"
ISLAND, COACHING = CONTEXTS / "island" / "scenario.yaml", CONTEXTS / "island" / "coaching.yaml"
ACADEMIES, KEPT = CONTEXTS / "academies" / "scenario.yaml", CONTEXTS / "academies" / "kept.yaml"
PAIRS = {"island": (ISLAND, COACHING), "academies": (ACADEMIES, KEPT)}


@pytest.fixture(scope="module", params=PAIRS)
def compared(request, tmp_path_factory) -> tuple[str, Path]:
    """A system and the folder of a comparison there of two pairs of runs over two years."""
    folder = tmp_path_factory.mktemp(request.param) / "results"
    headway.compare(*map(str, PAIRS[request.param]), replicates=2, years=2, out=str(folder))
    return request.param, folder


def test_a_system_of_ones_own_is_compared_drawn_and_reported(compared, tmp_path):
    """Every chart that has something to show draws, and the report says rungs and groups as the context does."""
    name, folder = compared
    drawn = headway.figures(str(folder))
    assert {"flows", "origins", "chains"} <= set(drawn)
    told = drawn["flows"].alt + drawn["origins"].alt
    if name == "island":
        assert "Principals who give up their post" in told
        assert "deputy" not in told
    else:
        assert all(f"{words} who give up their post" in told for words in ("Subject leaders", "Lead practitioners"))
    page = tmp_path / "report.html"
    assert CliRunner().invoke(app, ["report", str(folder), "--out", str(page)]).exit_code == 0
    text = page.read_text(encoding="utf-8")
    assert ("from the hills" in text) is (name == "island")
    assert ("Principals who leave" in text) is (name == "island")
    assert ("Heads who leave" in text) is (name == "academies")
    assert ("figures of deputy heads, as there are no such posts" in text) is (name == "island")
    assert "White British" not in text if name == "island" else "White British" in text


@pytest.mark.parametrize(("scenario", "words"), [(COACHING, "60 schools"), (KEPT, "faculty leaders")])
def test_a_system_of_ones_own_is_explained(scenario, words):
    """What a scenario there changes is said in plain words."""
    assert words in str(headway.explain(scenario))


@pytest.mark.parametrize("scenario", ["kenya", ISLAND])
def test_a_sweep_keeps_the_headline_figures_that_the_system_has(scenario, tmp_path):
    """A design that names no measures keeps those of the context: no secondary schools in Kenya, no deputies on an island."""
    design, name = tmp_path / "design.yaml", scenario
    if scenario == ISLAND:
        shutil.copytree(ISLAND.parent, tmp_path / "island")
        name = f"island/{ISLAND.name}"
    design.write_text(
        f"title: Heads\nsummary: Two levels.\nscenarios: [{name}]\nscale: 0.5\nyears: 1\nreplicates: 1\n"
        "levers: {leave.return_from_break: [0.2, 0.3]}\n",
        encoding="utf-8",
    )
    done = CliRunner().invoke(app, ["sweep", str(design), "--out", str(tmp_path / "results"), "--workers", "1"])
    assert done.exit_code == 0, done.output
    assert "secondary" not in done.output
    assert "deputy" not in done.output or scenario == "kenya"
    assert "Leavers" in done.output or "leave" in done.output


def test_results_have_the_labels_of_the_context(compared):
    """Rows are by the context's rungs and no others."""
    name, folder = compared
    with headway.open_study(str(folder)).connect() as db:
        found = {row[0] for row in db.execute("SELECT DISTINCT role FROM results").fetchall()} - {None}
    known = load(PAIRS[name][0]).structure.ladder.names
    assert found <= set(known)
    assert {"classroom_teacher", "head"} <= found


def test_a_model_names_the_rungs_of_its_context():
    """``model.roles`` are the context's, agents show them, and a school finds its head."""
    model = PipelineModel(load(ISLAND).setup(), seed=1, measures=())
    assert [role.name for role in model.roles] == ["CLASSROOM_TEACHER", "HEAD"]
    heads = model.leaders.where(role=model.roles.HEAD)
    assert len(heads) == len(model.schools) == 60
    assert heads[0].role is model.roles.HEAD
    assert heads[0].school.head is heads[0]
    assert heads[0].ethnic_group.name in ("COAST", "HILLS")


@pytest.mark.parametrize("scenario", ["eastern-region-2010", "kenya", str(ISLAND)])
def test_nothing_is_validated_against_another_systems_figures(scenario):
    """A context that extends England has none of England's published figures: that is said in one line, and what to do."""
    with pytest.raises(UserError) as caught:
        headway.validate(scenario, replicates=1)
    assert "no published figures are held" in caught.value.problem
    assert "targets.yaml" in caught.value.advice


def test_a_comparison_says_what_a_system_cannot_have(compared):
    """The words below the tables name the rungs that are not there; of a system with middle leaders by name, those too."""
    name, folder = compared
    found = headway.compare_stored(folder)
    assert found.left_out == "Left out: figures of middle leaders, as there are no such posts in this school system."
    assert found.left_out in note(found)
    labels = {line.label for line in found.lines}
    assert ("Principals who leave" in labels) is (name == "island")
    assert not any("iddle leader" in label for label in labels)


@pytest.fixture
def with_targets(tmp_path) -> Path:
    """A scenario of the island in a folder of its own, with a published figure of it."""
    for file in (ISLAND, ISLAND.parent / "context.yaml", ISLAND.parent / "parameters" / "population.yaml"):
        path = tmp_path / file.relative_to(ISLAND.parent)
        path.parent.mkdir(exist_ok=True)
        path.write_text(file.read_text(encoding="utf-8"), encoding="utf-8")
    (tmp_path / "targets.yaml").write_text(
        "title: T\nsummary: S\ntargets: {1: {title: Staff of a basic school, definition: FTE in service per school,\n"
        "  counted: {what: fte, event: in_service, out_of: schools}}}\n"
        "points:\n  - {target: 1, measure: fte_per_school, where: {phase: basic}, unit: FTE, value: 11, tolerance: 50%,\n"
        "     tolerance_kind: relative, sources: [d_fte_per_school_primary]}\n"
    )
    return tmp_path / "scenario.yaml"


def test_a_context_has_the_figures_of_its_own_folder(with_targets):
    """Those of ``targets.yaml`` beside ``context.yaml``, by the context's own labels."""
    found = headway.validate(str(with_targets), replicates=1)
    (card,) = found.lines
    assert (card.where, card.inside) == ({"phase": "basic"}, True)


def test_figures_of_ones_own_stand_in_for_those_of_the_context(with_targets, tmp_path):
    """A file from anywhere is held against a scenario; one of another definition than its measure is refused, with its line."""
    given = with_targets.parent / "targets.yaml"
    own = tmp_path / "elsewhere" / "own.yaml"
    own.parent.mkdir()
    own.write_text(given.read_text().replace("Staff of a basic school", "Ours").replace("value: 11", "value: 500"))
    given.unlink()
    found = headway.validate(str(with_targets), replicates=1, targets=str(own))
    (card,) = found.lines
    assert (card.target, card.published_low, card.inside) == ("Ours", 500, False)
    own.write_text(own.read_text().replace("what: fte", "what: people"))
    refused = CliRunner().invoke(app, ["validate", "--scenario", str(with_targets), "--targets", str(own)])
    assert isinstance(refused.exception, InputError)
    assert "what is people there and fte here" in refused.exception.render()


def test_a_workbook_holds_the_base_year_against_the_contexts_own_figures(with_targets, tmp_path):
    """The sheet of validation has the context's targets, though the files that were run are gone; without any there is no sheet."""
    folder = tmp_path / "results"
    made = CliRunner().invoke(
        app, ["run", str(with_targets), "--replicates", "1", "--years", "1", "--out", str(folder)]
    )
    assert made.exit_code == 0
    for path in with_targets.parent.glob("*.yaml"):
        path.unlink()
    with Study.of(headway.open_study(folder)) as study:
        sheet = validation(study)
        assert sheet is not None
        (row,) = sheet.table.rows
        described = dict(study.scenarios[0])
    assert "Staff of a basic school" in str(row)
    files = {name: text for name, text in described["given"]["files"].items() if not name.endswith("targets.yaml")}
    assert published_of({**described, "given": {**described["given"], "files": files}}) == []
