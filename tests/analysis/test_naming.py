"""What readers see is said in the words of the context that it is about."""

from __future__ import annotations

from pathlib import Path

import pytest

import headway
from analysis.explain.words import who
from analysis.figures.lines import figures, groups_in, left_out, shown_in
from analysis.figures.naming import System, naming_in, naming_of, speaking, system_of
from analysis.figures.words import posts, role_words, said
from analysis.studies.compare.asking import chosen
from scenarios import load
from simulation.programmes.programme import Condition, Unit
from simulation.structure import ENGLAND, Ladder, Structure

CONTEXTS = Path(__file__).parents[1] / "contexts"
ISLAND = CONTEXTS / "island" / "scenario.yaml"


@pytest.fixture(scope="module")
def island():
    """How the island calls its posts, phases and groups."""
    loaded = load(ISLAND)
    return naming_of(system_of(loaded.structure, loaded.resolved()))


def test_figures_are_told_in_the_words_of_the_context(island):
    """Labels of the table name a rung as the context does, wherever in them it stands, and nothing of England's is left."""
    assert figures()["heads_leaving"].label == "Heads who leave"
    assert figures()["promoted_to_head"].label == "Promotions to head"
    assert figures()["new_primary_heads_retained_3"].phrase == "new primary heads who stay three years"
    assert figures()["ethnic_minorities_among_heads"].short == "heads not White British"
    with speaking(island):
        told = figures()
        assert told["heads_leaving"].label == "Principals who leave"
        assert told["promoted_to_head"].label == "Promotions to posts of principals"
        assert told["head_posts_vacant"].long == "Posts of principals vacant on census day"
        assert told["ethnic_minorities_among_heads"].short == "principals not coast"
        words = " ".join(f"{line.label} {line.long} {line.short}" for line in shown_in("comparison")).lower()
        assert "head" not in words
        assert role_words("head") == "principals"
        assert posts("head") == "posts of principals"
        assert (said("phase", "upper"), said("ethnic_group", "hills")) == ("upper secondary", "from the hills")
    assert figures()["heads_leaving"].label == "Heads who leave", "the words hold for the block alone"


def test_a_figure_is_the_same_in_whatever_words(island):
    """Words do not tell figures apart: what was asked for in England's is found among those of the context."""
    before = shown_in("page")
    with speaking(island):
        assert list(shown_in("page")) == list(before)
        assert [line.label for line in shown_in("page")] != [line.label for line in before]


def test_what_a_system_cannot_have_is_left_out_with_the_reason(island):
    """Rungs and phases that the context has not have no figure, and one line says which and why; England has all."""
    assert left_out("comparison") == left_out("table of a run") == ""
    with speaking(island):
        assert "middle_leaders_retained" not in {line.name for line in shown_in("comparison")}
        assert (
            left_out("comparison")
            == "Left out: figures of middle leaders, as there are no such posts in this school system."
        )
        assert left_out("table of a run") == (
            "Left out: figures of primary and secondary schools, as this school system has no phase of that name."
        )
        assert "deputy_heads_promoted" not in {line.name for line in groups_in("report")["sex"]}
        assert "deputy heads" in left_out("report", "sex")
        assert left_out("report", "disadvantage") == ""


def test_of_several_systems_what_any_has_is_told(island):
    """England beside the island: nothing is left out, and the first one's words are used."""
    both = naming_of(system_of(load(ISLAND).structure, load(ISLAND).resolved()), System(ENGLAND, {}))
    with speaking(both):
        assert left_out("comparison") == ""
        assert figures()["heads_leaving"].label == "Principals who leave"
    assert naming_in({"scenarios": [{"resolved": load(ISLAND).resolved()}]}) == island


def test_programmes_go_by_their_titles_whichever_scenario_runs_them():
    """In labels of figures; with its name beside where two have one title."""
    first = {"programmes": {"coached": {"title": "Coaching"}}}
    second = {"programmes": {"npq": {"title": "Qualifications"}, "again": {"title": "Qualifications"}}}
    with speaking(naming_in({"scenarios": [{"resolved": first}, {"resolved": second}]})):
        labels = [figures()["cost_of_programmes"].of("programme", name).label for name in ("coached", "npq")]
    assert labels == ["Costs of Coaching", "Costs of Qualifications (npq)"]


def test_a_measure_that_is_asked_for_is_headed_in_the_words_of_the_context(island):
    """``--measure NAME[DIMENSION=LABEL]`` gives a line with the context's words for the label."""
    with speaking(island):
        (line,) = chosen(["headcount[role=head]"], (), [load(ISLAND).setup()])
    assert line.label.endswith(": principals")


@pytest.fixture
def own(tmp_path):
    """A function that writes a scenario of the island with more in it, and returns its path."""
    for file in (ISLAND.parent).rglob("*.yaml"):
        path = tmp_path / file.relative_to(ISLAND.parent)
        path.parent.mkdir(exist_ok=True)
        path.write_text(file.read_text(encoding="utf-8"), encoding="utf-8")

    def write(more: str, name: str = "mine") -> Path:
        path = tmp_path / f"{name}.yaml"
        path.write_text(f"title: T\nsummary: S\nextends: scenario.yaml\n{more}", encoding="utf-8")
        return path

    return write


def test_levers_and_pay_are_explained_in_the_words_of_the_context(own):
    """Parts and whole tables are told by whom they are about, and all parts of one table are told."""
    levers = (
        "levers:\n  costs.pay.basic.head: {times: 1.1}\n  costs.pay.upper: {times: 1.05, from: 2027/28}\n"
        "  leave.retire_role_odds: {head: 1.2, all: 1}\n  leave.role_odds: {times: {all: {head: 1.2, all: 1}}}\n"
        "  recruit.fill: {basic: 90%, upper: 80%}\n"
    )
    text = " ".join(str(headway.explain(own(levers))).split())
    assert "(costs.pay.basic.head), for principals in basic schools: 1.1 times what it was" in text
    assert "(costs.pay.upper), for upper secondary schools: 1.05 times what it was from 2027/28 on" in text
    assert "(leave.retire_role_odds): set to 1.2 for principals, 1 for all others" in text
    assert "(leave.role_odds): multiplied by 1.2 for principals, 1 for all others" in text
    assert "(recruit.fill): set to 90% for basic schools, 80% for upper secondary schools" in text
    assert "Principals in basic schools are paid 10% more" in text
    assert "{" not in text


def test_differences_are_told_in_the_words_of_the_context(own):
    """``diff`` of two scenarios there says whom a programme is for as the context does."""
    one = own("programmes: {early-headship-coaching: {who: {role: [head]}}}\n", "one")
    other = own("programmes: {early-headship-coaching: {who: {role: [head], school.phase: upper}}}\n", "other")
    text = " ".join(str(headway.diff(str(one), str(other))).split())
    assert (
        "other: principals, who first became one of the principals at most 4 years ago, in upper secondary schools"
        in text
    )


def test_words_of_one_axis_are_not_those_of_another():
    """A phase and a group of one name each have their own words."""
    structure = Structure(Ladder(ENGLAND.ladder.rungs), ("north", "south"), ("north", "other"))
    with speaking(
        naming_of(System(structure, {"phase": {"north": "northern"}, "ethnic_group": {"north": "from the north"}}))
    ):
        assert (said("phase", "north"), said("ethnic_group", "north")) == ("northern", "from the north")
        assert said("sex", "female") == "women"


def test_codes_in_conditions_made_in_python_are_those_of_the_context(island):
    """The second rung of the island is its principals, of England its middle leaders."""
    condition = Condition("role", any_of=(1,))
    assert who([condition], Unit.PERSON) == "middle leaders"
    with speaking(island):
        assert who([condition], Unit.PERSON) == "principals"
