"""Ladders, phases and groups of a context: what it takes over from the one that it extends, and what it has to say itself."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from scenarios import InputError, load
from scenarios.checking import check
from simulation.declaring import axes_of
from simulation.structure import ENGLAND, Tier
from tests.scenarios.programme_text import GOOD

CONTEXTS = Path(__file__).parents[1] / "contexts"
ISLAND, ACADEMIES = CONTEXTS / "island" / "scenario.yaml", CONTEXTS / "academies" / "scenario.yaml"
HEAD = "title: T\nsummary: S\nextends: england\n"


def context(folder: Path, text: str, **groups: str) -> Path:
    """A context of its own in ``folder``, with files of parameters."""
    (folder / "parameters").mkdir(exist_ok=True)
    for group, values in groups.items():
        (folder / "parameters" / f"{group}.yaml").write_text(values)
    path = folder / "context.yaml"
    path.write_text(HEAD + text)
    return path


def told(path: Path) -> str:
    return "\n".join(problem.render() for problem in check(path))


def table(name: str, value: str, unit: str = "posts", range_: str = "[0, 15]") -> str:
    return f"{name}:\n  value: {value}\n  unit: {unit}\n  range: {range_}\n  sources: []\n  grade: J\n"


def test_england_is_the_same_in_python_and_in_its_file() -> None:
    """What tests and Mesa models name in Python is what the context's file says."""
    assert load("england").structure == ENGLAND


@pytest.mark.parametrize("path", [ISLAND, ACADEMIES])
def test_a_context_of_ones_own_is_one_short_folder(path: Path) -> None:
    """Two rungs with other phases and groups, or three rungs more: well under sixty lines each, and no code."""
    files = [path.parent / "context.yaml", *(path.parent / "parameters").glob("*.yaml")]
    assert sum(len(file.read_text().splitlines()) for file in files) < 60
    assert check(path) == []


def test_labels_take_the_values_of_their_likes() -> None:
    """Along every axis and in every table: by name, or by what they are like; shares still add up."""
    england, island, academies = (load(where).parameters for where in ("england", ISLAND, ACADEMIES))
    assert np.array_equal(island.costs.pay, england.costs.pay[:2][:, [0, 4]])
    assert np.array_equal(island.appoint.gap_ethnic_group, england.appoint.gap_ethnic_group[[0, 2]])
    assert np.array_equal(academies.appoint.bar, england.appoint.bar[:, [0, 1, 1, 2, 2, 3, 4, 5]])
    assert island.population.ethnic_group.tolist() == [[[0.7, 0.3], [0.85, 0.15]]] * 2


def test_a_table_names_only_what_differs() -> None:
    """One rung of a table by phase and role; all others keep what they had."""
    england, academies = load("england").parameters.establishment, load(ACADEMIES).parameters.establishment
    assert academies.posts_at_no_size[:, 3].tolist() == [0, 0.5, 0]
    kept = [0, 1, 2, 4, 5, 6, 7]
    assert np.array_equal(academies.posts_at_no_size[:, kept], england.posts_at_no_size[:, [0, 1, 1, 2, 3, 4, 5]])
    assert academies.posts_per_100_pupils[:, 3].tolist() == [0.1] * 3


def test_what_a_context_lacks_is_told_in_one_message(tmp_path: Path) -> None:
    """A rung like nothing and groups without shares: every value that is missing, with the labels that miss it."""
    path = context(
        tmp_path,
        "ladder: [classroom_teacher, {name: coach, is: middle}, head]\nethnic_groups: [{name: a, like: black}, b]\n",
    )
    (problem,) = check(path)
    assert problem.code == "E0303"
    for part in (
        "costs.pay for coach",
        "appoint.gap_ethnic_group for b",
        "population.ethnic_group;",
        "leave.step_down",
    ):
        assert part in problem.message
    assert "pupils_per_teacher" not in problem.message


def test_posts_of_a_senior_rung_are_never_doubled(tmp_path: Path) -> None:
    """A rung that is like one that is still there lacks posts; one that takes its place has them."""
    both = "ladder: [classroom_teacher, {name: vice, like: deputy_head}, deputy_head, head]\n"
    message = told(context(tmp_path, both))
    assert all(f"establishment.{name} for vice" in message for name in ("posts_at_no_size", "most_posts"))
    assert "costs.pay" not in message
    assert told(context(tmp_path, "ladder: [classroom_teacher, {name: vice, like: deputy_head}, head]\n")) == ""


@pytest.mark.parametrize(
    ("ladder", "words"),
    [
        ("[head, classroom_teacher]", "from the bottom up"),
        ("[classroom_teacher]", "one rung that is head, got 0"),
        ("[classroom_teacher, head, {name: boss, is: head}]", "what is head is named head"),
        ("[classroom_teacher, {name: boss, is: captain}, head]", "is must be one of"),
        ("[classroom_teacher, {name: lead, like: deputyhead}, head]", "did you mean deputy_head?"),
        ("[classroom_teacher, middel_leader, head]", "did you mean middle_leader?"),
        ("[classroom_teacher, {name: a, is: middle}, {name: b, is: middle}, head]", "say what share a has"),
        (
            "[classroom_teacher, {name: a, is: middle, share: 50%}, {name: b, is: middle, share: 40%}, head]",
            "must sum to 1, but sum to 0.9",
        ),
        ("[classroom_teacher, {name: times, is: middle}, head]", "means something else in tables"),
        ("[classroom_teacher, {name: x, is: senior, colour: red}, head]", "colour"),
        ("{classroom_teacher: 1}", "ladder"),
    ],
)
def test_a_wrong_ladder_is_refused(tmp_path: Path, ladder: str, words: str) -> None:
    """Order, kinds, likenesses, shares and names: each mistake has its message."""
    assert words in told(context(tmp_path, f"ladder: {ladder}\n"))


def test_a_label_of_england_that_is_gone_is_no_label_here(tmp_path: Path) -> None:
    """Tables and levers of a context have its labels and no others; the message names them."""
    values = table("middle_leader_share", "{primary: 10%, junior: 5%}", "share", "[0%, 40%]")
    message = told(context(tmp_path, "phases: [{name: infant, like: primary}]\n", establishment=values))
    assert "no phase primary" in message
    assert "infant" in message
    with pytest.raises(InputError, match=r"there is no parameter leave\.step_down\.primary\.head"):
        load(ISLAND, levers={"leave.step_down.primary.head": 0.1})
    assert load(ISLAND, levers={"leave.step_down.basic.head": 0.01}).parameters.leave.step_down[0, 1] == 0.01


def test_programmes_mean_the_rungs_that_a_context_has(tmp_path: Path) -> None:
    """Its own words are understood, England's are nobody's where they are not there, and slips are told."""
    base = f"title: T\nsummary: S\nextends: {ACADEMIES.name}\nprogrammes: "
    folder = tmp_path / "academies"
    folder.mkdir()
    for file in [ACADEMIES, ACADEMIES.parent / "context.yaml"]:
        (folder / file.name).write_text(file.read_text())
    (folder / "parameters").mkdir()
    (folder / "parameters" / "establishment.yaml").write_text(
        (ACADEMIES.parent / "parameters" / "establishment.yaml").read_text()
    )
    mine = folder / "mine.yaml"
    mine.write_text(f"{base}{{teaching-leaders: {{who: {{role: [subject_leader, faculty_leader]}}}}}}\n")
    assert check(mine) == []
    mine.write_text(f"{base}{{teaching-leaders: {{who: {{role: subject_leeder}}}}}}\n")
    assert "did you mean subject_leader?" in told(mine)
    mine.write_text(f"{base}{{teaching-leaders: {{who: {{role: middle_leader}}}}}}\n")
    assert "names middle_leader, and the context has no such post" in told(mine)


def test_what_a_rung_is_orders_it() -> None:
    """The extra rungs are where the rules look for them."""
    ladder = load(ACADEMIES).structure.ladder
    assert [ladder.names[r] for r in ladder.middle] == ["subject_leader", "faculty_leader"]
    assert [ladder.names[r] for r in ladder.seniors] == ["lead_practitioner", "assistant_head", "deputy_head"]
    assert ladder.tier(ladder.trust_leader) is Tier.TRUST
    assert axes_of(load(ISLAND).structure)["ethnic_group"] == ("coast", "hills")


@pytest.mark.parametrize(("rung", "refused"), [("vice_principal", True), ("faculty_leader", False)])
def test_helpers_on_a_rung_of_ones_own_are_bounded_by_what_it_is(tmp_path: Path, rung: str, refused: bool) -> None:
    """Of a rung in the senior team there can be so many in a school and no more; of one that leads teams any number."""
    ladder = (
        "ladder: [classroom_teacher, {name: faculty_leader, is: middle, like: middle_leader}, "
        "{name: vice_principal, like: deputy_head}, head]\n"
    )
    context(tmp_path, ladder)
    text = GOOD.replace("  budget: 900000\n", "").replace("{role: [head], y", f"{{role: [{rung}], y")
    text = text.replace("[middle_leader, assistant_head]", "classroom_teacher").replace("number: 500", "number: 700000")
    (tmp_path / "mentors.yaml").write_text(text)
    path = tmp_path / "a.yaml"
    path.write_text(
        "title: T\nsummary: S\ncontext: context.yaml\nyears: 5\nprogrammes: {mentors: {file: mentors.yaml}}\n"
    )
    assert ("E0508" in told(path)) is refused


def test_a_table_set_in_parts_rests_on_the_sources_of_all_parts(tmp_path: Path) -> None:
    """Each part's sources are kept, and the weaker grade; the whole table set anew rests on what that rests on alone."""
    one = "costs.pay.primary.head: {times: 1.1, sources: [pay_median_head_2024], grade: B}\n"
    path = tmp_path / "a.yaml"
    path.write_text(
        "title: T\nsummary: S\nextends: england\nlevers:\n"
        f"  {one}  costs.pay.secondary: {{times: 1.05, sources: [teachers_hc_all_2025], grade: C}}\n"
    )
    found = load(path).provenance["costs.pay"]
    assert found.sources == ("pay_median_head_2024", "teachers_hc_all_2025")
    assert found.grade == "C"
