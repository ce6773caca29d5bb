"""Two school systems of a user's own, a folder each: they run, compare, explain, draw and report in their own words."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

import headway
from analysis.cli import app
from analysis.errors import UserError
from scenarios import load
from simulation.model import PipelineModel

CONTEXTS = Path(__file__).parents[1] / "contexts"
ISLAND, COACHING = CONTEXTS / "island" / "scenario.yaml", CONTEXTS / "island" / "coaching.yaml"
ACADEMIES, KEPT = CONTEXTS / "academies" / "scenario.yaml", CONTEXTS / "academies" / "kept.yaml"
PAIRS = {"island": (ISLAND, COACHING), "academies": (ACADEMIES, KEPT)}


@pytest.fixture(scope="module", params=PAIRS)
def compared(request, tmp_path_factory) -> tuple[str, Path, object]:
    """A system, the folder of a comparison there of two pairs of runs over two years, and what it found."""
    folder = tmp_path_factory.mktemp(request.param) / "results"
    measures = ["headcount[role=head]", "minority_share[role=head]"] if request.param == "island" else []
    found = headway.compare(*map(str, PAIRS[request.param]), measures=measures, replicates=2, years=2, out=str(folder))
    return request.param, folder, found


def test_a_system_of_ones_own_is_compared_drawn_and_reported(compared, tmp_path):
    """Every chart that has something to show draws, and the report says rungs and groups as the context does."""
    name, folder, _ = compared
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
    assert "White British" not in text if name == "island" else "White British" in text


@pytest.mark.parametrize(("scenario", "words"), [(COACHING, "60 schools"), (KEPT, "faculty leaders")])
def test_a_system_of_ones_own_is_explained(scenario, words):
    """What a scenario there changes is said in plain words."""
    assert words in str(headway.explain(scenario))


def test_results_have_the_labels_of_the_context(compared):
    """Rows are by the context's rungs and no others."""
    name, folder, _ = compared
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


def test_a_context_has_the_figures_of_its_own_folder(tmp_path):
    """Those of ``targets.yaml`` beside ``context.yaml``, by the context's own labels."""
    for file in (ISLAND, ISLAND.parent / "context.yaml", ISLAND.parent / "parameters" / "population.yaml"):
        path = tmp_path / file.relative_to(ISLAND.parent)
        path.parent.mkdir(exist_ok=True)
        path.write_text(file.read_text(encoding="utf-8"), encoding="utf-8")
    (tmp_path / "targets.yaml").write_text(
        "title: T\nsummary: S\ntargets: {1: {title: Staff of a basic school, definition: FTE in service per school}}\n"
        "points:\n  - {target: 1, measure: fte_per_school, where: {phase: basic}, unit: FTE, value: 11, tolerance: 50%,\n"
        "     tolerance_kind: relative, sources: [d_fte_per_school_primary]}\n"
    )
    found = headway.validate(str(tmp_path / "scenario.yaml"), replicates=1)
    (card,) = found.lines
    assert (card.where, card.inside) == ({"phase": "basic"}, True)
