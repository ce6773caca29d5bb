"""Publications that a file cites by itself stand wherever the library's rows of evidence do."""

from __future__ import annotations

from pathlib import Path

import pytest

import scenarios
from scenarios import InputError
from scenarios.catalogue import load_programme
from scenarios.checking import check
from scenarios.cites import backing
from scenarios.evidence import Citation, evidence

OWN = Path(__file__).parent / "own" / "principal-pipeline.yaml"
RAND = Citation(
    "Principal Pipelines",
    2019,
    "https://www.rand.org/pubs/research_reports/RR2666.html",
    "Newly placed principals of districts with pipelines were likelier to stay at their school",
)
SCENARIO = """\
title: Pipeline
summary: With a study of its own.
extends: england
cites:
  smith2021: {title: Coming back, year: 2021}
programmes:
  principal-pipeline:
    file: principal-pipeline.yaml
    costs.grant: {to: 4000, sources: [smith2021], grade: D}
uncertainties:
  programmes.principal-pipeline.effects.stay_put: {times: 0.5, sources: [smith2021, ehco_fee], grade: C, note: by half}
  leave.retire_role_odds: {times: {all: 1, head: 1.1}, note: A guess.}
levers:
  leave.return_from_break: {2027/28: 62%, 2029/30: 64%, sources: [smith2021], grade: B}
"""


def written(folder: Path, text: str) -> Path:
    (folder / "principal-pipeline.yaml").write_text(OWN.read_text(encoding="utf-8"), encoding="utf-8")
    path = folder / "policy.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_programmes_own_study_stands_behind_effects_costs_outcomes_and_findings() -> None:
    """The name reaches each, with title, address, year and what it found; rows of the library are found as before."""
    known = load_programme(OWN)
    assert known.cites == {"rand2019": RAND}
    assert [known.figures[path].provenance.sources for path in ("effects.stay_put", "costs.grant")] == [
        ("rand2019",)
    ] * 2
    assert known.study is not None
    assert {finding.sources for finding in known.study.findings} == {("rand2019",)}
    assert known.leaves_alone[0].sources == ("rand2019",)
    assert backing("rand2019", known.cites) == RAND
    assert backing("ehco_fee", known.cites) is evidence()["ehco_fee"]


def test_what_a_scenario_sets_rests_on_what_it_says(tmp_path: Path) -> None:
    """Parameters, levers and uncertain figures of programmes: sources and grade beside any way to change a value."""
    loaded = scenarios.load(written(tmp_path, SCENARIO))
    assert set(loaded.cites) == {"rand2019", "smith2021"}
    back = loaded.provenance["leave.return_from_break"]
    assert (back.sources, back.grade, back.set_by) == (("smith2021",), "B", "lever")
    assert [round(loaded.parameters_in(year).leave.return_from_break, 2) for year in (2027, 2029)] == [0.62, 0.64]
    guess = loaded.provenance["leave.retire_role_odds"]
    assert (guess.sources, guess.grade, guess.note) == ((), "J", "A guess.")
    (programme,) = loaded.programmes
    grant, stay = (programme.figures[path] for path in ("costs.grant", "effects.stay_put"))
    assert (grant.value, grant.provenance.sources, grant.provenance.grade) == (4000, ("smith2021",), "D")
    assert (stay.value, stay.provenance.sources) == (-0.25, ("smith2021", "ehco_fee"))
    assert programme.cites["smith2021"] == loaded.cites["smith2021"]


def test_what_is_cited_is_part_of_a_scenario_and_changes_no_number(tmp_path: Path) -> None:
    """It is among the resolved values, so another publication is another digest; a scenario without any has no such key."""
    one = scenarios.load(written(tmp_path, SCENARIO))
    other = scenarios.load(written(tmp_path, SCENARIO.replace("year: 2021", "year: 2022")))
    assert one.resolved()["cites"]["smith2021"]["year"] == 2021
    assert one.digest() != other.digest()
    assert one.resolved()["parameters"] == other.resolved()["parameters"]
    assert "cites" not in scenarios.load("england").resolved()


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("cites:\n", "cites:\n  jones1999: {title: Unused, year: 1999}\n", "nothing in this file rests on jones1999"),
        ("smith2021: {", "Smith: {", "small letters, digits and _, got Smith"),
        ("smith2021: {", "ehco_fee: {", "ehco_fee is a row of the library's evidence"),
        ("year: 2021", "year: soon", "year must be a whole number"),
        (", year: 2021", "", "cites.smith2021 lacks year"),
        ("smith2021: {title", "rand2019: {title", "rand2019 is another publication in"),
        ("[smith2021], grade: D", "[smith2022], grade: D", "did you mean smith2021?"),
        ("[smith2021], grade: D", "[doe2020], grade: D", "cites: {doe2020: {title: …, address: …, year: …}}"),
        (", grade: D", "", "costs.grant of principal-pipeline lacks grade"),
        ("sources: [smith2021], grade: B", "grade: B", "leave.return_from_break lacks sources"),
        ("[smith2021], grade: B", "[], grade: B", "grade B needs a source"),
    ],
)
def test_a_citation_that_cannot_be_is_refused(old: str, new: str, said: str, tmp_path: Path) -> None:
    """What is unused, misnamed, incomplete or ambiguous is told with its place."""
    assert old in SCENARIO
    text = SCENARIO.replace(old, new, 1)
    if "rand2019" in new:
        text = text.replace("[smith2021", "[rand2019")
    with pytest.raises(InputError) as caught:
        scenarios.load(written(tmp_path, text))
    assert said in caught.value.render()


def test_a_programme_file_is_held_to_the_same(tmp_path: Path) -> None:
    """By itself too: an unused publication is an error of the file, and an id in brackets may be the file's own."""
    path = tmp_path / "own.yaml"
    path.write_text(OWN.read_text().replace("[rand2019]", "[ehco_fee]").replace(" (rand2019)", ""))
    assert [problem.code for problem in check(path)] == ["E0417"]
    path.write_text(OWN.read_text().replace("[rand2019]", "[ehco_fee]"))
    assert check(path) == []


def test_in_python_too() -> None:
    """A scenario given as a mapping cites as a file does."""
    told = {
        "extends": "england",
        "cites": {"smith2021": {"title": "Coming back: a study", "year": 2021}},
        "levers": {"leave.return_from_break": {"to": 0.6, "sources": ["smith2021"], "grade": "B"}},
    }
    assert scenarios.load(told).cites["smith2021"].title == "Coming back: a study"
