"""Wherever a number is shown with what it rests on, a publication of a file's own is shown as the library's evidence is."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from typer.testing import CliRunner

import scenarios
from analysis.cli import app
from analysis.explain import explained
from analysis.figures.tables import Table
from analysis.output.html.assumed import cited
from analysis.output.html.exhibits import Numbering
from analysis.output.sheet.assumed import IN_FILES, assumed
from tests.scenarios.test_cites import OWN, SCENARIO, written


def told(name: Path) -> str:
    return " ".join(str(explained(name)).split())


@pytest.fixture
def described(tmp_path: Path) -> list[dict[str, Any]]:
    """England, and a policy that cites two publications of its own, as a manifest describes them."""
    how = {"years": 3, "schools": 10, "scale": 1.0, "replicates": 1, "seed": 1, "register_notes": []}
    loaded = [scenarios.load("england"), scenarios.load(written(tmp_path, SCENARIO))]
    return [{"name": s.name, "title": s.title, "resolved": s.resolved(), **how} for s in loaded]


def test_explain_names_it_with_each_effect_and_says_what_else_rests_on_it(tmp_path: Path) -> None:
    """Title, year and address; the ids in the file's own words are left out as those of the library are."""
    words = told(OWN)
    assert "(Principal Pipelines, 2019, https://www.rand.org/pubs/research_reports/RR2666.html)" in words
    assert "Behind grant, stay put (" in words
    assert "leaves alone being in the same post or a higher one, in the same phase, the study's finding" in words
    assert "rand2019" not in words
    policy = told(written(tmp_path, SCENARIO))
    assert "(leave.return_from_break): set to 62% from 2027/28 on; set to 64% from 2029/30 on Cited by" in policy
    assert policy.count("Cited by the file: Coming back, 2021.") == 2


def test_a_report_lists_it_with_what_it_is_used_for(described: list[dict[str, Any]]) -> None:
    """Among the evidence behind what policies change, as a link where it has an address."""
    shown = cited(described, Numbering()).of_policies
    assert shown is not None
    assert isinstance(shown.shown, Table)
    rows = {row["source"]: row for row in shown.shown.rows}
    assert ": grant" in rows["Coming back, 2021"]["used"]
    assert rows["Principal Pipelines, 2019"]["url"].startswith("https://www.rand.org/")
    assert rows["Principal Pipelines, 2019"]["says"].startswith("Newly placed principals")


def test_a_workbook_lists_it_among_the_evidence(described: list[dict[str, Any]]) -> None:
    """A row of its sheet of evidence, which says that the scenario cites it."""
    _, evidence = assumed(SimpleNamespace(scenarios=described))  # type: ignore[arg-type]
    rows = {row[IN_FILES]: row for row in evidence.table.rows}
    assert rows["smith2021"]["Published in"] == "Coming back"
    assert rows["rand2019"]["Read in the source"] == "cited by the scenario"
    assert rows["ehco_fee"]["Read in the source"] in ("yes", "no")


def test_evaluate_shows_the_studys_own_publication_and_the_departments_definition(tmp_path: Path) -> None:
    """Published figures are held against "same post or higher, same phase", and where they were read is told."""
    out = tmp_path / "found.json"
    done = CliRunner().invoke(
        app, ["evaluate", str(OWN), "--scale", "0.005", "--replicates", "2", "--workers", "1", "--out", str(out)]
    )
    assert done.exit_code == 0, done.output
    assert "Published in Principal Pipelines, 2019, https://www.rand.org" in " ".join(done.output.split())
    ((evaluation),) = json.loads(out.read_text(encoding="utf-8"))
    own, dfe = evaluation["findings"]
    assert (own["measure"], own["published"]["difference"]) == ("in_own_school", 0.058)
    assert (dfe["measure"], dfe["published"]["difference"]) == ("same_post_or_higher", 0.078)
    assert dfe["published_in"] == ["Principal Pipelines, 2019, https://www.rand.org/pubs/research_reports/RR2666.html"]
    assert 0.3 < dfe["participants"]["mean"] < 0.95
