"""Who comes first, joining again and blocks of one programme, as files say them: what is read, what it becomes, what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from scenarios import InputError, Scenario, check, load
from scenarios.programme_files.known import KnownProgramme
from scenarios.sweeps.design import load_design
from scenarios.sweeps.points import with_settings
from simulation.programmes.programme import Again, Condition, New, Priority, Quota
from tests.scenarios.programme_text import GOOD

HEAD = "title: T\nsummary: S\nextends: {}\n"


@pytest.fixture
def write(tmp_path: Path):
    """A function that writes a scenario, of a base unless there is none, and returns its path."""

    def file(text: str, extends: str = "england", name: str = "a.yaml") -> Path:
        path = tmp_path / name
        path.write_text(HEAD.format(extends) + text if extends else text, encoding="utf-8")
        return path

    return file


def known(scenario: Scenario, name: str) -> KnownProgramme:
    """One of a scenario's programmes."""
    return next(programme for programme in scenario.programmes if programme.name == name)


MENTORS = "programmes:\n  excellence-in-leadership:\n    "


def test_who_comes_first_and_joining_again_reach_the_model(write) -> None:
    """Of a programme's file and of a scenario alike, down to what is left out."""
    text = GOOD.replace(
        "  from: 2027/28\n",
        "  from: 2027/28\n  first: {role: head}\n  priority: {least: school.leadership}\n"
        "  quotas:\n    primary: {share: 20%, who: {school.phase: primary}}\n    young: {share: 0.5, who: {age: {most: 40}}}\n",
    ).replace("take_up:", "again: {after: 2, on: [new_school, new_role], adds_up: true}\ntake_up:", 1)
    write(text, extends="", name="mentors.yaml")
    of_file = known(load(write("programmes: {mentors: {file: mentors.yaml}}\n")), "mentors").programme(2025)
    places = of_file.places
    assert places.ahead == (Condition("role", any_of=("head",)),)
    assert places.priority == Priority("school.leadership", most=False)
    assert places.quotas == (
        Quota(0.2, (Condition("school.phase", any_of=("primary",)),)),
        Quota(0.5, (Condition("age", most=40),)),
    )
    assert of_file.again == Again(2, (New.ROLE, New.SCHOOL), adds_up=True)
    again = "programmes:\n  mentors:\n    file: mentors.yaml\n    again: {after: 0}\n"
    set_here = again + "    places: {first: {}, priority: school.disadvantage, quotas: {}}\n"
    of_scenario = known(load(write(set_here)), "mentors").programme(2025)
    assert of_scenario.places.ahead == of_scenario.places.quotas == ()
    assert of_scenario.places.priority == Priority("school.disadvantage")
    assert of_scenario.again == Again()
    assert of_scenario.places.number == places.number


def test_what_a_file_says_can_be_taken_out(write) -> None:
    """``once`` and ``none`` say what holds where nothing is said, and the scenario is resolved as if nothing were."""
    plain = known(
        load(write(MENTORS + "{again: once, places: {first: {}, priority: none}}\n")), "excellence-in-leadership"
    )
    assert plain.again is None
    assert not plain.programme(2025).places.is_ordered
    assert not {"again", "block_of"} & set(plain.resolved())
    assert not {"first", "priority", "quotas"} & set(plain.resolved()["places"])


WRONG = [
    ("again: 3", "E0406", "again must be one of once"),
    ("again: {}", "E0303", "again says nothing"),
    ("again: {after: 1.5}", "E0403", "again.after must be a whole number"),
    ("again: {after: -1}", "E0402", "again.after"),
    ("again: {on: new_post}", "E0406", "again.on must be one of new_role, new_school"),
    ("again: {on: []}", "E0303", "again.on lists nothing"),
    ("again: {on: [new_role, new_role]}", "E0503", "again.on lists a value twice"),
    ("again: {aftr: 1}", "E0302", "did you mean after"),
    ("again: {adds_up: yes}", "E0404", "did you mean true"),
    ("places: {first: head}", "E0301", "places.first must be a mapping"),
    ("places: {first: {roles: head}}", "E0502", "did you mean role"),
    ("places: {priority: school.disadvantag}", "E0502", "did you mean school.disadvantage"),
    ("places: {priority: role}", "E0502", "places.priority cannot go by role"),
    ("places: {priority: {}}", "E0506", "the most or the least of one column"),
    ("places: {priority: {most: age, least: age}}", "E0506", "the most or the least of one column"),
    ("places: {quotas: {heads: 0.2}}", "E0301", "places.quotas.heads must be a mapping"),
    ("places: {quotas: {heads: {share: 20%}}}", "E0303", "places.quotas.heads lacks who"),
    ("places: {quotas: {heads: {share: 120%, who: {role: head}}}}", "E0402", "places.quotas.heads.share"),
    ("places: {quotas: {a: {share: 0.6, who: {}}, b: {share: 0.5, who: {}}}}", "E0506", "come to 110% of all places"),
    ("places: {quotas: {heads: {share: 20%, who: {role: headd}}}}", "E0406", "did you mean head"),
]


@pytest.mark.parametrize(("text", "code", "words"), WRONG, ids=[text for text, *_ in WRONG])
def test_what_cannot_be_is_refused_in_words(write, text: str, code: str, words: str) -> None:
    """Each with its code, where it stands and what is allowed."""
    shown = [problem for problem in check(write(f"{MENTORS}{text}\n")) if problem.code == code]
    assert len(shown) == 1
    assert shown[0].line == 6
    assert words in f"{shown[0].message} {shown[0].hint}"


def test_schools_have_no_new_role(write) -> None:
    """What is new is new for people; a school joins again after some years."""
    with pytest.raises(InputError, match="a school has no new role"):
        load(write("programmes:\n  system-leadership:\n    again: {on: new_role}\n"))


BLOCKS = """programmes:
  npq-north-east:
    programme: npq
    who: {school.region: North East}
    places: {number: 2000, from: 2027/28}
    again: {after: 3}
  npq-rest:
    programme: npq
    who: {school.region: {none_of: [North East]}}
"""


def test_a_programme_runs_in_two_blocks_with_rules_of_their_own(write) -> None:
    """Each has its name, conditions, places and dates; what they share is the programme of which they are blocks."""
    scenario = load(write(BLOCKS))
    north, rest = (programme.programme(2025) for programme in scenario.programmes)
    assert (north.name, north.kin, rest.name, rest.kin) == ("npq-north-east", "npq", "npq-rest", "npq")
    assert (north.places.number, north.places.first, rest.places.number, rest.places.first) == (2000, 2027, 29818, 2026)
    assert (north.again, rest.again) == (Again(3), None)
    assert north.effects == rest.effects
    assert len({programme.title for programme in scenario.programmes}) == 2
    assert scenario.resolved()["programmes"]["npq-rest"]["block_of"] == "npq"


def test_a_block_beside_the_programme_under_its_own_name_is_of_its_family(write) -> None:
    """The base's programme and a block that is added are one programme."""
    scenario = load(write("programmes:\n  npq: {}\n  npq-more: {programme: npq}\n"))
    assert {programme.programme(2025).kin for programme in scenario.programmes} == {"npq"}


def test_what_is_uncertain_of_the_programme_holds_for_all_blocks(write) -> None:
    """By the programme's name for all of them, by a block's for one."""
    text = "uncertainties:\n  programmes.npq.take_up.aware: 0.6\n  programmes.npq-rest.take_up.apply: 0.2\n"
    scenario = load(write(BLOCKS + text))
    aware, apply = ([p.value(f"take_up.{name}") for p in scenario.programmes] for name in ("aware", "apply"))
    assert aware == [0.6, 0.6]
    assert apply == [0.13, 0.2]


def test_blocks_of_one_s_own_file_are_a_family_too(write) -> None:
    """They name the same file; a condition names any of the blocks."""
    write(GOOD, extends="", name="mentors.yaml")
    text = "programmes:\n  east: {file: mentors.yaml}\n  west: {file: mentors.yaml}\n"
    scenario = load(write(text))
    assert {programme.programme(2025).kin for programme in scenario.programmes} == {"east"}


def test_a_condition_names_the_programme_of_which_only_blocks_run(write) -> None:
    """``completed: npq`` needs no programme called npq if a block of it runs."""
    text = BLOCKS + "  teaching-leaders: {who: {completed: npq}}\n"
    assert check(write(text)) == []
    with pytest.raises(InputError, match="completed npq, which does not run here"):
        load(write("programmes:\n  teaching-leaders: {who: {completed: npq}}\n"))


@pytest.mark.parametrize(
    ("text", "code", "words"),
    [
        ("  a: {programme: npqq}\n", "E0123", "did you mean npq"),
        ("  a: {programme: npq.yaml}\n", "E0123", "file: npq.yaml"),
        ("  a: {file: npq}\n", "E0121", "programme: npq"),
        ("  a: {file: npq.yaml, programme: npq}\n", "E0507", "both a file and a programme"),
        ("  A B: {programme: npq}\n", "E0115", "small letters"),
        (
            "  npq: {programme: teaching-leaders}\n  b: {programme: npq}\n",
            "E0510",
            "another programme is called that here",
        ),
    ],
)
def test_blocks_that_cannot_be_are_refused_in_words(write, text: str, code: str, words: str) -> None:
    """Each with its code and what to write instead."""
    shown = check(write(f"programmes:\n{text}"))
    assert [problem.code for problem in shown] == [code]
    assert words in f"{shown[0].message} {shown[0].hint}"


def test_a_design_varies_blocks_apart_and_what_is_uncertain_of_all_together(write) -> None:
    """Levers are a block's own; an uncertainty of the programme is one draw for all of its blocks."""
    write(BLOCKS, name="blocks.yaml")
    text = """title: D
summary: S
scenarios: [blocks.yaml]
draws: 2
levers:
  programmes.npq-rest.places.number: [100, 200]
  programmes.npq-north-east.again: [once, {after: 1}]
uncertainties:
  programmes.npq.take_up.apply: {uniform: [0.1, 0.2]}
"""
    design = load_design(write(text, extends="", name="design.yaml"))
    seen = set()
    for point in range(design.points):
        scenario = with_settings(design.scenarios[0], design.settings(point))
        north, rest = (known(scenario, name) for name in ("npq-north-east", "npq-rest"))
        assert north.value("take_up.apply") == rest.value("take_up.apply")
        assert north.places.number == 2000
        seen.add((rest.places.number, north.again, rest.again))
    assert seen == {(number, again, None) for number in (100, 200) for again in (None, Again(1))}
