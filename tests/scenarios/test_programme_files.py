"""Programme files: what is read, what it becomes, and what is refused."""

from __future__ import annotations

import math
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scenarios import InputError, check, load_programme, programme_library
from scenarios.places import library_names
from scenarios.problems import CODES
from scenarios.programme_files.figures import FIGURES
from scenarios.programme_files.known import KnownProgramme
from simulation.programmes.channels import On
from simulation.programmes.programme import Area, Condition, Unit
from tests.scenarios.programme_text import GOOD, broken

MUSEUM = Path(__file__).parent / "bad" / "programmes"


def read(folder: Path, text: str) -> KnownProgramme:
    path = folder / "mentors.yaml"
    path.write_text(text, encoding="utf-8")
    return load_programme(path)


def read_or_refuse(folder: Path, text: str) -> KnownProgramme | None:
    """The programme, or None if it is refused with the name of its file."""
    try:
        return read(folder, text)
    except InputError as error:
        if "mentors.yaml" not in error.render():
            raise
        return None


def test_everything_in_the_file_reaches_the_model(tmp_path: Path) -> None:
    """Each key of the file, down to the last default, is found in the programme that the model is given."""
    known = read(tmp_path, GOOD)
    programme = known.programme(2025)
    assert (programme.name, programme.unit, programme.sign) == ("mentors", Unit.PERSON, 1.0)
    assert set(programme.who) == {
        Condition("role", any_of=("middle_leader", "assistant_head")),
        Condition("school.phase", any_of=("secondary",)),
        Condition("years_in_role", most=2),
        Condition("age", 25, 60),
        Condition("completed", any_of=("early-career-framework",), none_of=True),
    }
    places = programme.places
    assert (places.number, places.per_schools, places.share, places.budget) == (500, 21987, None, 900_000)
    assert (places.first, places.last) == (2027, 2030)
    take_up = programme.take_up
    assert (take_up.aware, take_up.apply, take_up.apply_aspiration, take_up.apply_capability) == (0.5, 0.3, 0.4, 0)
    assert (take_up.select_aspiration, take_up.select_capability, take_up.complete) == (0, 0.5, 1)
    delivery = programme.delivery
    assert (delivery.years, delivery.hours, delivery.quality, delivery.endorses) == (2, 1, 1, 0)
    assert delivery.helpers is not None
    assert (delivery.helpers.kind, delivery.helpers.willing, delivery.helpers.each) == ("mentor", 0.3, 2)
    assert (delivery.helpers.hours, delivery.helpers.within) == (2, Area.REGION)
    assert set(delivery.helpers.who) == {Condition("role", any_of=("head",)), Condition("years_in_role", 5)}
    assert delivery.cascade is not None
    assert (delivery.cascade.each, delivery.cascade.within) == (5, Area.SCHOOL)
    stay, skill, load = programme.effects
    assert (stay.channel, stay.size, stay.on, stay.half_life, stay.side) == (
        "leaving_sector",
        -0.4,
        On.PARTICIPANT,
        2,
        False,
    )
    assert (skill.roles, skill.skills, skill.begins, skill.half_life) == (("classroom_teacher",), (1, 2), 1, 0)
    assert skill.leader_support == 0.3
    assert (load.on, load.side, load.half_life) == (On.HELPER, True, math.inf)
    assert (programme.costs.grant, programme.costs.fee, programme.costs.release_days) == (1500, 0, 3)


def test_every_figure_knows_where_it_comes_from(tmp_path: Path) -> None:
    """Value as written, unit, range, grade, sources and line are kept with the number."""
    known = read(tmp_path, GOOD)
    assert set(known.figures) - set(FIGURES) == {"effects.stay", "effects.skill", "side_effects.load"}
    stay = known.figures["effects.stay"].provenance
    assert (stay.value, stay.unit, stay.range, stay.grade, stay.note) == ("-0.4", "log-odds", (-0.8, 0), "B", "matched")
    assert stay.sources == ("hpml_leaving_relative_risk_1y",)
    assert (stay.line, stay.set_by) == (GOOD.splitlines().index("    size: -0.4") + 1, "programme")
    assert known.figures["take_up.aware"].provenance.value == "50%"


def test_places_start_in_the_first_projected_year_and_never_end_unless_the_file_says_so(tmp_path: Path) -> None:
    """The default follows the base year of the scenario that runs the programme."""
    text = GOOD.replace("  from: 2027/28\n  until: 2030/31\n", "")
    programme = read(tmp_path, text).programme(2010)
    assert programme.places.first == 2011
    assert programme.runs(2100)


def test_the_library_holds_programmes_that_load(tmp_path: Path) -> None:
    """The list is the folder, and each has a title and a summary."""
    entries = programme_library()
    assert [entry.name for entry in entries] == library_names("programme")
    assert "early-career-framework" in library_names("programme")
    assert all(entry.title and entry.summary for entry in entries)


WRONG = [
    ("joins: person", "joins: people", "E0406", "joins must be one of person, school, cluster"),
    ("  school.phase: secondary", "  phase: secondary", "E0502", "did you mean school.phase?"),
    ("  school.phase: secondary", "  favourite: 2", "E0502", "allowed: role, sex"),
    ("school.phase: secondary", "school.phase: secundary", "E0406", "did you mean secondary?"),
    ("[middle_leader, assistant_head]", "[middle_leadr]", "E0406", "did you mean middle_leader?"),
    ("[middle_leader, assistant_head]", "[]", "E0503", "role lists nothing"),
    ("[middle_leader, assistant_head]", "[head, head]", "E0503", "lists a value twice"),
    ("[middle_leader, assistant_head]", "trust_leader", "E0503", "only people in service take part"),
    ("[middle_leader, assistant_head]", "{some_of: head}", "E0302", "has no key some_of"),
    ("years_in_role: {most: 2}", "years_in_role: 2", "E0301", "such as {least: 2}, {most: 2} or both"),
    ("years_in_role: {most: 2}", "years_in_role: {}", "E0303", "lacks least or most"),
    ("years_in_role: {most: 2}", "years_in_role: {most: 99}", "E0402", "most years_in_role"),
    ("{least: 25, most: 60}", "{least: 60, most: 25}", "E0503", "cannot be at least 60 and at most 25"),
    ("{least: 25, most: 60}", "{least: 150}", "E0402", "least age must be a number of years (18 to 80)"),
    ("{least: 25, most: 60}", "{most: 30}\n  years_qualified: {least: 20}", "E0503", "nobody has years_qualified"),
    ("{most: 2}", "{most: 2}\n  years_in_post: {least: 5}", "E0503", "nobody has years_in_post of at least 5"),
    ("{none_of: [early-career-framework]}", "[early-carer-framework]", "E0501", "did you mean early-career-framework?"),
    ("{none_of: [early-career-framework]}", "mentors", "E0503", "nobody can join mentors who has joined it before"),
    ("{none_of: [early-career-framework]}", "early-career-framework\n  joined: {none_of: early-career-framework}",
     "E0503", "completed a programme without joining it"),
    ("  school.phase: secondary", "  school.region: East of Englnd", "E0406", "did you mean East of England?"),
    ("  number: 500\n", "", "E0506", "places needs a number or a share"),
    ("  number: 500\n", "  number: 500\n  share: 0.2\n", "E0506", "places has a number and a share"),
    ("  number: 500\n", "  share: 1.2\n", "E0402", "places.share must be a share (0 to 1)"),
    ("  per_schools: 21987\n", "", "E0506", "a number of places needs per_schools"),
    ("  until: 2030/31", "  until: 2026/27", "E0506", "places end in 2026/27, before they start in 2027/28"),
    ("  grant: {value: 1500, range: [0, 5000], sources: [], grade: J}\n", "", "E0506", "costs.grant is 0"),
    ("value: 50%", "value: 90%", "E0409", "take_up.aware is 90%, outside its range 0.2 to 0.8"),
    ("value: 50%, ", "", "E0303", "take_up.aware lacks value"),
    ("{value: 50%, range: [20%, 80%], sources: [], grade: J}", "50%", "E0301", "needs its range, sources and grade"),
    ("  aware:", "  awear:", "E0302", "did you mean aware?"),
    ("  years: 2\n", "  years: 0\n", "E0402", "delivery.years must be a whole number (1 to 10)"),
    ("each: {value: 2,", "each: {value: 1.5,", "E0403", "delivery.helpers.each must be a whole number"),
    ("each: {value: 2, range: [1, 4]", "each: {value: 0, range: [0, 4]", "E0402", "(1 to 1,000)"),
    ("    within: region", "    within: county", "E0406", "local_authority, region, anywhere"),
    ("{role: [head], years_in_role: {least: 5}}", "{role: [head], years_in_role: {least: 5, most: 2}}", "E0503",
     "at least 5 and at most 2"),
    ("{role: [head], years_in_role: {least: 5}}", "{role: [head], age: {least: 90}}", "E0402", "(18 to 80)"),
    ("{role: [head], years_in_role: {least: 5}}", "{role: [trust_leader]}", "E0503", "only people in service take part"),
    ("channel: leaving_sector", "channel: leaving_secter", "E0504", "did you mean leaving_sector?"),
    ("channel: leaving_sector", "channel: money", "E0504", "allowed: leaving_sector, leaving_school"),
    ("unit: log-odds", "unit: probability", "E0408", "that of the channel leaving_sector; got probability"),
    ("    on: participant", "    on: insiders", "E0504", "leaving_sector cannot fall on insiders"),
    ("    on: participant", "    on: participants", "E0406", "did you mean participant?"),
    ("    skills: [people, management]\n", "", "E0507", "capability needs skills: teaching, people, management, system"),
    ("    half_life: 2\n", "    half_life: 2\n    skills: [people]\n", "E0507", "only capability raises skills"),
    ("    half_life: 2\n", "    half_life: 2\n    roles: [head]\n", "E0507", "roles pick people among a team"),
    ("    half_life: 2\n", "    half_life: 2\n    component: chair\n", "E0507", "only cluster_strength has components"),
    ("    half_life: 2\n", "    half_life: 2\n    of_gap: true\n", "E0507", "of_gap needs an effect on the culture"),
    ("    half_life: 2\n", "    half_life: forever\n", "E0406", "a number of years, lasts or delivery"),
    ("    on: helper\n", "    on: helper\n    half_life: 3\n", "E0507", "lasts as long as they help"),
    ("    on: helper\n", "    on: helper\n    leader_support: 1\n", "E0507", "do not depend on a leader's support"),
    ("size: -0.4", "size: -0.9", "E0409", "effects.stay is -0.9, outside its range -0.8 to 0"),
    ("    sources: [hpml_leaving_relative_risk_1y]", "    sources: [hpml_leaving_relative_risk_1]", "E0412",
     "did you mean hpml_leaving_relative_risk_1y?"),
    ("    sources: [hpml_leaving_relative_risk_1y]", "    sources: []", "E0413", "grade B needs a source"),
    ("(hpml_leaving_relative_risk_1y)", "(hpml_leaving_relative_risk)", "E0412", "hpml_leaving_relative_risk"),
    ("outcome: in_state_teaching", "outcome: in_state_teching", "E0509", "did you mean in_state_teaching?"),
    ("outcome: in_state_teaching", "outcome: happiness", "E0509", "allowed: in_state_teaching, in_own_school"),
    ("direction: up", "direction: upwards", "E0406", "direction must be one of up, down"),
    ("direction: up, years_after: 1", "direction: up", "E0303", "lacks years_after"),
    ("outcome: in_own_school, years_after: 3", "outcome: in_state_teaching, years_after: 1", "E0509",
     "is under moves and under leaves_alone"),
    ("sources: [hpml_retention_own_school_1y_diff]", "sources: [hpml_retention]", "E0412", "hpml_retention"),
    ("title: Mentors\n", "", "E0303", "a programme lacks title"),
    ("title: Mentors\n", "title: Mentors\ntitle: Again\n", "E0111", "is here twice"),
    ("moves:\n  - {outcome: in_state_teaching, direction: up, years_after: 1}\n", "moves: []\n", "E0509", "at least one"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "code", "words"), WRONG, ids=[f"{w[2]}-{i}" for i, w in enumerate(WRONG)])
def test_a_wrong_programme_is_refused(tmp_path: Path, old: str, new: str, code: str, words: str) -> None:
    """Each mistake has its code, its words and its line."""
    path = tmp_path / "mentors.yaml"
    path.write_text(broken(old, new), encoding="utf-8")
    problems = check(path)
    said = "\n".join(problem.render() for problem in problems)
    assert words in said, said
    assert code in {problem.code for problem in problems}, said
    assert all(problem.line for problem in problems)


CASCADE = """\
  cascade:
    who: {}
    each: {value: 5, range: [1, 10], sources: [], grade: J}
    within: school
  helpers:"""


def school_programme() -> str:
    """A programme that schools join, without what only people can have."""
    text = GOOD.replace("joins: person", "joins: school")
    text = text.replace(GOOD[GOOD.index("who:\n") : GOOD.index("places:")], "who: {school.phase: secondary}\n")
    text = text.replace(GOOD[GOOD.index("  cascade:\n") : GOOD.index("effects:")], "")
    text = text.replace("on: participant", "on: school").replace("on: team", "on: school")
    text = text.replace("outcome: in_state_teaching", "outcome: culture")
    return text.replace("outcome: in_own_school", "outcome: trust")


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("half_life: 2", "half_life: 2", ""),
        ("{school.phase: secondary}", "{age: {least: 30}}", "age is a column of people, and who is about schools"),
        ("    on: school\n    half_life", "    on: participant\n    half_life", "did you mean school?"),
        ("    on: school\n    begins", "    on: team\n    begins", "on: team needs people who join"),
        ("outcome: culture", "outcome: promoted", "promoted is an outcome of people"),
        ("outcome: culture", "outcome: promoted, on: school", ""),
        ("outcome: culture", "outcome: culture, on: helper", ""),
        ("outcome: culture", "outcome: culture, on: helpers", "did you mean helper?"),
        ("outcome: culture", "outcome: wellbeing, on: team", "on: team needs people who join"),
        ("outcome: culture", "outcome: wellbeing, on: peers", "on: peers needs people who join"),
        ("outcome: culture", "outcome: cluster_strength, on: cluster", "cannot be read on: cluster"),
        ("outcome: culture", "outcome: wellbeing, on: outsiders", "on must be one of"),
        ("  helpers:", CASCADE, "a cascade needs people who join"),
    ],
)
def test_what_only_people_can_have_is_refused_where_schools_join(
    tmp_path: Path, old: str, new: str, words: str
) -> None:
    """Conditions, bearers, outcomes and cascades of people make no sense for schools; the base file does."""
    text = school_programme()
    assert text.count(old) == 1
    path = tmp_path / "mentors.yaml"
    path.write_text(text.replace(old, new), encoding="utf-8")
    said = "\n".join(problem.render() for problem in check(path))
    assert words in said if words else said == ""


def test_helpers_too_few_to_matter_are_refused_with_how_many_there_can_be_and_would_be_needed(tmp_path: Path) -> None:
    """Heads: 21,987 posts, 3 in 10 willing, 2 each; 6,596 helpers serve at most 13,192 people."""
    path = tmp_path / "mentors.yaml"
    fits, too_many = 65_000, 70_000
    text = GOOD.replace("  budget: 900000\n", "")
    path.write_text(text.replace("number: 500", f"number: {fits}"), encoding="utf-8")
    assert check(path) == []
    path.write_text(text.replace("number: 500", f"number: {too_many}"), encoding="utf-8")
    (problem,) = check(path)
    assert problem.code == "E0508"
    assert "in 21,987 schools there can be at most 6,596 helpers" in problem.message
    assert "70,000 would be needed for 70,000 starts a year over 2 years" in problem.message
    path.write_text(broken("number: 500", f"number: {too_many}"), encoding="utf-8")
    assert check(path) == [], "a budget of 900,000 pays for 300 starts"
    path.write_text(
        text.replace("number: 500", f"number: {too_many}").replace("{role: [head], y", "{role: [middle_leader], y"),
        encoding="utf-8",
    )
    assert check(path) == [], "how many middle leaders a school has is not bounded"


def test_a_programme_must_change_something(tmp_path: Path) -> None:
    """Without effects it is refused, unless it lifts the quality of others."""
    start, end = GOOD.index("effects:\n"), GOOD.index("costs:\n")
    path = tmp_path / "mentors.yaml"
    path.write_text(GOOD[:start] + "effects: {}\n" + GOOD[end:], encoding="utf-8")
    (problem,) = check(path)
    assert "changes nothing" in problem.message
    endorses = "  hours: {value: 1, range: [0.5, 2], sources: [], grade: J}\n"
    other = endorses.replace("hours", "endorses").replace("value: 1, range: [0.5, 2]", "value: 0.8, range: [0.5, 1]")
    path.write_text((GOOD[:start] + "effects: {}\n" + GOOD[end:]).replace(endorses, endorses + other), encoding="utf-8")
    assert check(path) == []


@pytest.mark.parametrize("path", sorted(MUSEUM.glob("5*.yaml")), ids=lambda path: path.stem)
def test_a_wrong_programme_of_the_museum_is_refused(path: Path) -> None:
    """Each file says on its first line what the message must hold; loading and checking find the same."""
    words = path.read_text(encoding="utf-8").splitlines()[0].removeprefix("# must say:").split(";")
    with pytest.raises(InputError) as caught:
        load_programme(path)
    said = caught.value.render()
    for word in words:
        assert word.strip() in said, said
    assert check(path) == list(caught.value.problems)


def test_every_code_about_programmes_is_in_the_museum() -> None:
    """Whoever adds a code adds a file that makes the mistake."""
    first_lines = [
        path.read_text(encoding="utf-8").splitlines()[0]
        for path in [*MUSEUM.glob("5*.yaml"), *MUSEUM.parent.glob("1*.yaml")]
    ]
    of_the_register = {"E0520"}  # no file alone makes it: tests/scenarios/test_placed.py runs one on a register
    for code in (code for code in CODES if code.startswith("E05") and code not in of_the_register):
        assert any(code in line for line in first_lines), code


VALUES = ["2", "0.5", "-1", "90%", "NO", "~", "[1]", "{a: 1}", "head", "2027/28", "1e9", '"x"', "", "true", "off"]


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_mutated_programme_is_refused_or_seen_in_what_is_resolved(tmp_path: Path, data: st.DataObject) -> None:
    """Change, drop, double, rename or re-indent one line: never a crash, never a change that nobody sees."""
    before = read(tmp_path, GOOD).resolved()
    lines = GOOD.splitlines()
    row = data.draw(st.integers(0, len(lines) - 1))
    key, _, value = lines[row].partition(": ")
    kind = data.draw(st.sampled_from(["value", "drop", "double", "rename", "indent", "dedent", "reverse"]))
    new = {
        "value": [f"{key}: {data.draw(st.sampled_from(VALUES))}"],
        "drop": [],
        "double": [lines[row]] * 2,
        "rename": [f"{key}x: {value}"],
        "indent": ["  " + lines[row]],
        "dedent": [lines[row].lstrip()],
        "reverse": [f"{key}: {value[::-1]}"],
    }[kind]
    mutated = "\n".join(lines[:row] + new + lines[row + 1 :]) + "\n"
    after = read_or_refuse(tmp_path, mutated)
    if after is None:
        return
    after.programme(2025)
    if after.resolved() == before:
        assert mutated.split() == GOOD.split(), mutated
    else:
        assert mutated != GOOD
