"""Programmes in scenarios: which run, what is set about them, and how files that extend each other merge."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from scenarios import InputError, Scenario, check, load
from scenarios.programme_files.known import KnownProgramme
from tests.scenarios.programme_text import GOOD

HEAD = "title: T\nsummary: S\nextends: {}\n"
FRAMEWORK = "early-career-framework"


@pytest.fixture
def write(tmp_path: Path):
    def file(name: str, text: str, extends: str = "england") -> Path:
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(HEAD.format(extends) + text if extends else text, encoding="utf-8")
        return path

    return file


def only(scenario: Scenario) -> KnownProgramme:
    (programme,) = scenario.programmes
    return programme


def test_without_programmes_nothing_but_the_empty_key_is_resolved(write) -> None:
    """England alone has none in scenario, setup and resolved form."""
    scenario = load("england")
    assert scenario.programmes == ()
    assert scenario.setup(load("eastern-region-2010").register.register()).programmes == ()
    assert scenario.resolved()["programmes"] == {}
    assert scenario.resolved()["format"] == 2


def test_an_empty_mapping_runs_a_programme_as_its_file_says(write) -> None:
    """Naming it is enough, and nothing counts as changed."""
    plain = only(load(write("a.yaml", f"programmes: {{{FRAMEWORK}: {{}}}}\n")))
    assert (plain.name, plain.changes, plain.withdrawn) == (FRAMEWORK, (), False)
    assert plain.places.share == 0.93


def test_levers_are_set_by_path_or_in_mappings_and_relative_to_the_file(write) -> None:
    """Both ways of writing reach the same figures, each traced to its line as a lever."""
    path = write(
        "a.yaml",
        f"programmes:\n  {FRAMEWORK}:\n    places: {{share: {{times: 0.5}}, from: 2028/29}}\n"
        "    delivery.helpers.willing: 0.3\n    delivery: {hours: {add: 0.4}, helpers: {each: 2}}\n"
        "    costs: {grant: £1200}\n    withdrawn: true\n",
    )
    known = only(load(path))
    assert (known.places.share, known.places.first) == (0.465, 2028)
    assert known.value("delivery.helpers.willing") == 0.3
    assert known.value("delivery.helpers.each") == 2
    assert known.value("delivery.hours") == 1.0
    assert known.value("costs.grant") == 1200, "a cost that the file leaves out is 0 and can be asked for"
    assert known.programme(2025).sign == -1
    lever = known.figures["delivery.helpers.willing"].provenance
    assert (lever.set_by, lever.grade, lever.file, lever.line) == ("lever", "J", str(path), 7)
    assert {change.set_by for change in known.changes} == {"lever"}
    assert {change.path for change in known.changes} == {
        "places.share",
        "places.from",
        "delivery.helpers.willing",
        "delivery.hours",
        "delivery.helpers.each",
        "costs.grant",
        "withdrawn",
    }


def test_a_number_of_places_takes_the_place_of_a_share(write) -> None:
    """The two exclude each other, and the scenario's word holds."""
    known = only(load(write("a.yaml", f"programmes: {{{FRAMEWORK}: {{places: {{number: 50, per_schools: 100}}}}}}\n")))
    assert (known.places.number, known.places.per_schools, known.places.share) == (50, 100, None)


def test_what_is_uncertain_is_set_under_uncertainties(write) -> None:
    """Set, multiplied or changed by a share, beside parameters of the model, and traced as uncertain."""
    path = f"programmes.{FRAMEWORK}."
    known = only(
        load(
            write(
                "a.yaml",
                f"programmes: {{{FRAMEWORK}: {{}}}}\nuncertainties:\n  {path}effects.stay_in_school: {{times: 0}}\n"
                f"  {path}delivery.quality: 0.6\n  {path}take_up.complete: {{change: -10%}}\n"
                f"  {path}effects.stay_in_teaching: -0.1\n  leave.per_wellbeing: 0.2\n",
            )
        )
    )
    assert known.value("effects.stay_in_school") == 0
    assert known.value("effects.stay_in_teaching") == -0.1
    assert known.value("delivery.quality") == 0.6
    assert known.value("take_up.complete") == pytest.approx(0.81)
    assert known.figures["delivery.quality"].provenance.set_by == "uncertainty"


def test_a_scenario_adds_to_overrides_and_takes_out_the_programmes_of_its_base(write) -> None:
    """Changes build on the base's, `off` removes, and what was removed can be brought back."""
    write("mentors.yaml", GOOD, extends="")
    write(
        "base.yaml",
        f"programmes:\n  {FRAMEWORK}: {{places: {{share: 0.5}}}}\n  mentors: {{file: mentors.yaml}}\n"
        f"uncertainties: {{programmes.{FRAMEWORK}.delivery.quality: 0.6}}\n",
    )
    top = load(
        write(
            "top.yaml",
            f"programmes:\n  mentors: off\n  {FRAMEWORK}: {{places: {{share: {{times: 0.5}}}}}}\n  other: {{file: mentors.yaml}}\n",
            "base.yaml",
        )
    )
    assert [programme.name for programme in top.programmes] == [FRAMEWORK, "other"]
    assert top.programmes[0].places.share == 0.25
    assert top.programmes[0].value("delivery.quality") == 0.6
    assert [change.path for change in top.programmes[0].changes] == ["delivery.quality", "places.share"]
    assert "top.yaml" in top.chain[0]
    assert any(file.endswith("mentors.yaml") for file in top.chain)
    again = load(
        write("again.yaml", f"programmes: {{{FRAMEWORK}: off, mentors: {{file: mentors.yaml}}}}\n", "top.yaml")
    )
    assert [programme.name for programme in again.programmes] == ["mentors", "other"]


def test_the_path_of_a_programme_is_relative_to_the_scenario_that_names_it(write) -> None:
    """A file that extends it from elsewhere need not know where the programme lies."""
    write("own/mentors.yaml", GOOD, extends="")
    write("own/base.yaml", "programmes: {mentors: {file: mentors.yaml}}\n")
    top = load(write("top.yaml", "programmes: {mentors: {places.number: 20}}\n", "own/base.yaml"))
    assert only(top).places.number == 20


def test_programmes_reach_the_setup_the_resolved_scenario_and_the_digest(write) -> None:
    """One place fewer is another digest, another way of writing is not, and no path is kept."""
    write("mentors.yaml", GOOD, extends="")
    root = "title: T\nsummary: S\ncontext: eastern-region-2010\nyears: 5\n"
    both = f"{root}programmes: {{mentors: {{file: mentors.yaml}}, {FRAMEWORK}: {{}}}}\n"
    scenario = load(write("a.yaml", both, extends=""))
    setup = scenario.setup()
    assert [programme.name for programme in setup.programmes] == [FRAMEWORK, "mentors"]
    assert setup.programmes[0].places.first == 2011
    resolved = scenario.resolved()
    assert json.loads(json.dumps(resolved, allow_nan=False)) == resolved
    mentors = resolved["programmes"]["mentors"]
    assert mentors["places"] == {
        "number": 500,
        "per_schools": 21987,
        "share": None,
        "from": "2027/28",
        "until": "2030/31",
        "budget": 900_000,
    }
    assert mentors["figures"]["effects.stay"]["sources"] == ["hpml_leaving_relative_risk_1y"]
    assert "mentors.yaml" not in json.dumps(resolved)
    other_form = f"{root}programmes:\n  {FRAMEWORK}: {{}}\n  mentors: {{file: mentors.yaml, places: {{number: 5e2}}}}\n"
    assert load(write("b.yaml", other_form, extends="")).digest() == scenario.digest()
    without = load(write("c.yaml", root, extends=""))
    fewer = load(write("d.yaml", both.replace("mentors.yaml", "mentors.yaml, places.number: 499"), extends=""))
    assert len({scenario.digest(), without.digest(), fewer.digest()}) == 3


def test_a_wrong_programme_file_is_told_with_the_scenario_that_names_it(write) -> None:
    """The problem is in the one, and the reader started from the other."""
    write("mentors.yaml", GOOD.replace("direction: up", "direction: upp"), extends="")
    (problem,) = check(write("a.yaml", "programmes: {mentors: {file: mentors.yaml}}\n"))
    assert problem.file.endswith("mentors.yaml")
    assert problem.origin is not None
    assert "a.yaml:4 names it" in problem.origin


def test_a_context_without_the_roles_of_the_helpers_is_refused(write, tmp_path: Path) -> None:
    """A ladder without deputies cannot supply deputies as mentors."""
    (tmp_path / "flat").mkdir()
    context = "title: M\nsummary: S\nextends: england\nladder: [classroom_teacher, head]\n"
    (tmp_path / "flat" / "context.yaml").write_text(context)
    text = GOOD.replace("{role: [head], y", "{role: [deputy_head], y").replace(
        "[middle_leader, assistant_head]", "head"
    )
    write("mentors.yaml", text, extends="")
    root = "title: T\nsummary: S\ncontext: flat/context.yaml\nyears: 5\nprogrammes: {mentors: {file: mentors.yaml}}\n"
    (problem,) = check(write("a.yaml", root, extends=""))
    assert problem.code == "E0503"
    assert "delivery.helpers.who of mentors names deputy_head, and the context has no such post" in problem.message


def test_levers_that_leave_helpers_too_few_are_refused(write) -> None:
    """70,000 places need more mentors than there are; the lever's line is named."""
    write("mentors.yaml", GOOD.replace("  budget: 900000\n", ""), extends="")
    lever = "programmes: {mentors: {file: mentors.yaml, places.number: 70000}}\n"
    (problem,) = check(write("a.yaml", lever))
    assert (problem.code, problem.line) == ("E0508", 4)


def test_places_that_start_after_the_horizon_are_allowed(write) -> None:
    """Such a programme does nothing, which is a fair baseline."""
    scenario = load(write("a.yaml", f"years: 3\nprogrammes: {{{FRAMEWORK}: {{places.from: 2040/41}}}}\n"))
    assert only(scenario).places.first == 2040


def test_all_mistakes_about_programmes_are_told_at_once(write) -> None:
    """Wrong values, wrong keys, and unknown programmes in two places, each with line and code."""
    path = write(
        "a.yaml",
        f"programmes:\n  {FRAMEWORK}: {{places.share: 3, effects.stay_in_school: 0}}\n  unknown: {{}}\n"
        "uncertainties:\n  programmes.nobody.effects.x: 1\n",
    )
    with pytest.raises(InputError) as caught:
        load(path)
    assert [(p.line, p.code) for p in caught.value.problems] == [(5, "E0402"), (5, "E0302"), (6, "E0123"), (8, "E0510")]


@pytest.mark.parametrize(
    ("written", "least", "most"), [("{top: 50%}", 0.5, 1.0), ("{bottom: 20%}", 0.0, 0.2), ("{top: 0.25}", 0.75, 1.0)]
)
def test_a_condition_goes_by_rank(tmp_path, written, least, most):
    """The share of schools at one end of their order, and how it is said and kept."""
    path = tmp_path / "half.yaml"
    path.write_text(
        "title: Half\nsummary: Some schools.\nextends: england\nprogrammes:\n  npq:\n"
        f"    who: {{school.disadvantage: {written}}}\n"
    )
    (known,) = load(path).programmes
    (condition,) = (c for c in known.who if c.column == "school.disadvantage")
    assert (condition.least, condition.most, condition.ranked) == (least, most, True)
    plain = next(c for c in known.resolved()["who"] if c["column"] == "school.disadvantage")
    assert plain in (
        {"column": "school.disadvantage", "top": round(1 - least, 10)},
        {"column": "school.disadvantage", "bottom": most},
    )


@pytest.mark.parametrize(
    ("who", "code"),
    [
        ("{school.disadvantage: {top: 50%, least: 0.2}}", "E0306"),
        ("{age: {top: 50%}}", "E0503"),
        ("{school.disadvantage: {top: 150%}}", "E0402"),
    ],
)
def test_a_rank_that_cannot_be_is_refused(tmp_path, who, code):
    """By rank and by value at once, of people, and more than all."""
    path = tmp_path / "half.yaml"
    path.write_text(f"title: Half\nsummary: S.\nextends: england\nprogrammes:\n  npq:\n    who: {who}\n")
    assert [problem.code for problem in check(path)] == [code]
