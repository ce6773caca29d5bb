"""Values with places: where they hold, that nothing happens outside, and what cannot be placed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import scenarios
from scenarios.register.table import read_register, write_register
from simulation.model import PipelineModel
from simulation.parameters import declared
from simulation.register import Register
from simulation.vocabulary import ClusterKind, Phase, SchoolKind
from simulation.world import Setup

BASE = "title: A\nsummary: Assumes a change.\nextends: england\nscale: 0.004\nyears: 5\n"
RETURN = "leave.return_from_break"
ENGLAND = scenarios.load("england")
T = ENGLAND.parameters.leave.return_from_break
NORTH = "where: {school.region: North East}"
PLACED = [path for path, declaration in declared().items() if not declaration.everywhere]
GROUPS = 12
"""In how many groups all of them are placed, a group at a time."""


def load(tmp_path: Path, text: str) -> scenarios.Scenario:
    path = tmp_path / "changed.yaml"
    path.write_text(BASE + text, encoding="utf-8")
    return scenarios.load(path)


def by_school(setup: Setup, path: str, year: int) -> list[np.ndarray | float]:
    """What a parameter is at each school in a school year."""
    of_zones = [parameters.value(path) for parameters in setup.in_zones(year)]
    return [of_zones[zone] for zone in setup.zone_of_schools]


def in_region(register: Register, name: str) -> np.ndarray:
    return register.region == register.region_names.index(name)


def test_a_lever_holds_in_the_place_and_from_the_year_that_it_names(tmp_path):
    """In the North East from 2027/28 on; before and elsewhere the value is the base's to the last bit."""
    setup = load(tmp_path, f"levers: {{{RETURN}: {{add: 0.03, {NORTH}, from: 2027/28}}}}\n").setup()
    north = in_region(setup.register, "North East")
    assert 0 < north.sum() < len(north)
    for year in range(setup.first_year, setup.last_year + 1):
        expected = np.where(north & (year >= 2027), T + 0.03, T)
        assert by_school(setup, RETURN, year) == expected.tolist()


@pytest.mark.parametrize(
    ("where", "rows"),
    [
        ("{school.region: north_east}", lambda r: in_region(r, "North East")),
        ("{school.phase: [primary, special]}", lambda r: (r.phase == Phase.PRIMARY) | (r.phase == Phase.SPECIAL)),
        ("{school.kind: {none_of: [academy]}}", lambda r: r.kind == SchoolKind.MAINTAINED),
        ("{school.disadvantage: {least: 30%}}", lambda r: r.disadvantage >= 0.3),
        ("{school.pupils: {most: 200}}", lambda r: r.pupils <= 200),
        ("{school.cluster_size: {most: 1}}", lambda r: np.append(r.cluster_size, 1)[r.cluster] == 1),
        (
            "{cluster.kind: trust}",
            lambda r: (r.cluster >= 0) & (np.append(r.cluster_kind, -1)[r.cluster] == ClusterKind.TRUST),
        ),
        ("{school.phase: primary, school.region: London}", lambda r: (r.phase == 0) & in_region(r, "London")),
    ],
)
def test_places_are_told_by_what_the_register_says(tmp_path, where, rows):
    """The conditions of who:, all together, on schools and their clusters."""
    setup = load(tmp_path, f"levers: {{{RETURN}: {{to: 0.6, where: {where}}}}}\n").setup()
    expected = np.where(rows(setup.register), 0.6, T)
    assert by_school(setup, RETURN, 2030) == expected.tolist()
    assert len(set(expected)) == 2


def test_a_rank_is_among_the_schools_that_run(tmp_path):
    """The most disadvantaged fifth is a fifth, whatever the levels."""
    setup = load(tmp_path, f"levers: {{{RETURN}: {{to: 0.6, where: {{school.disadvantage: {{top: 20%}}}}}}}}\n").setup()
    chosen = np.array(by_school(setup, RETURN, 2030)) == 0.6
    assert chosen.sum() == int(0.2 * len(chosen) + 0.5)
    assert setup.register.disadvantage[chosen].min() >= setup.register.disadvantage[~chosen].max()


def test_where_places_overlap_changes_follow_each_other(tmp_path):
    """A school in two places has both changes, in the order of the file; later ones act on what is there by then."""
    first = tmp_path / "first.yaml"
    first.write_text(BASE + f"levers: {{{RETURN}: {{to: 0.5, {NORTH}}}}}\n", encoding="utf-8")
    second = tmp_path / "second.yaml"
    top = "title: B\nsummary: More.\nextends: first.yaml\n"
    second.write_text(
        top + f"levers: {{{RETURN}: {{times: 1.2, where: {{school.phase: primary}}}}}}\n", encoding="utf-8"
    )
    setup = scenarios.load(second).setup()
    north, primary = in_region(setup.register, "North East"), setup.register.phase == 0
    expected = np.select([north & primary, north, primary], [0.5 * 1.2, 0.5, T * 1.2], T)
    assert by_school(setup, RETURN, 2030) == expected.tolist()
    assert len(setup.zones) == 3


def small_change(path: str) -> dict[str, float]:
    """A change of a parameter of England that stays in its range; times 1 where shares have to add up."""
    declaration, (low, high) = declared()[path], ENGLAND.provenance[path].range
    value, step = np.asarray(ENGLAND.parameters.value(path)), 0.01 * (high - low)
    if declaration.sums_to_one_over:
        return {"times": 1.0}
    if value.max() + step <= high:
        return {"add": step}
    return {"add": -step} if value.min() - step >= low else {"times": 0.999}


@pytest.mark.parametrize("paths", [PLACED[n::GROUPS] for n in range(GROUPS)], ids=lambda paths: paths[0])
def test_every_parameter_of_a_school_can_be_placed(paths):
    """Inside each is what its change makes of it everywhere, outside and before it is the base's, and all others are too.

    Several at a time, of groups far apart: none of them has another's value.
    """
    changes = {path: {**small_change(path), "from": "2028/29"} for path in paths}
    small = {"title": "A", "summary": "B.", "extends": "england", "scale": 0.004, "years": 5}
    in_primary = {path: {**change, "where": {"school.phase": "primary"}} for path, change in changes.items()}
    placed = scenarios.load({**small, "levers": in_primary}).setup()
    everywhere = scenarios.load({**small, "levers": changes}).setup()
    base = scenarios.load(small).setup()
    for year in (2025, 2027, 2028, 2030):
        outside, inside = placed.in_zones(year)
        for other in declared():
            unchanged = base.parameters_in(year).value(other)
            assert np.array_equal(outside.value(other), unchanged)
            assert np.array_equal(inside.value(other), everywhere.parameters_in(year).value(other))
            assert other in paths or np.array_equal(inside.value(other), unchanged)
    for path in paths:
        changed = not np.array_equal(placed.in_zones(2028)[1].value(path), base.parameters_in(2028).value(path))
        assert changed or small_change(path) == {"times": 1.0}
    assert np.array_equal(placed.zone, base.register.phase == 0)


def test_a_place_is_in_the_digest(tmp_path):
    """Another place is another scenario; the same place written otherwise is the same one."""
    one, same, other = (
        load(tmp_path, f"levers: {{{RETURN}: {{to: 0.6, where: {{school.region: {name}}}}}}}\n").digest()
        for name in ("North East", "north_east", "London")
    )
    assert one == same != other


def test_until_its_time_nothing_changes_anywhere(tmp_path):
    """A run whose placed lever holds from 2028/29 on is the base's run up to 2027/28, and another one after it."""
    found = []
    for text in ("", f"levers: {{{RETURN}: {{to: 0.8, where: {{school.phase: primary}}, from: 2028/29}}}}\n"):
        model = PipelineModel(load(tmp_path, text).setup(), 1, checks=True, measures=())
        states = {}
        while model.running:
            model.step()
            states[model.year] = (model.world.people.status.tobytes(), model.world.people.wellbeing.tobytes())
        found.append(states)
    same = [year for year in found[0] if found[0][year] == found[1][year]]
    assert same == [year for year in found[0] if year <= 2027]


@pytest.mark.parametrize(
    ("written", "line"),
    [
        (f"appoint.merit_weights: {{times: 1, {NORTH}}}", "has no place"),
        (f"{RETURN}: {{add: 0.03, where: {{school.leadership: {{least: 0}}}}}}", "changes as a run goes"),
        (f"{RETURN}: {{add: 0.03, where: {{}}}}", "names no place"),
        (f"{RETURN}: {{add: 0.03, where: {{age: {{least: 30}}}}}}", "age is a column of people"),
        (f"{RETURN}: {{add: 0.03, where: {{school.regoin: London}}}}", "did you mean school.region?"),
        (f"{RETURN}: {{add: 0.03, where: {{school.region: Lodon}}}}", "did you mean London?"),
        (f"{RETURN}: {{add: 0.9, {NORTH}}}", "becomes 1.35, outside its range"),
        (f"{RETURN}: {{{NORTH}}}", "must be one of change, times, add, to"),
        (f"{RETURN}: {{add: 0.03, {NORTH}, from: 2020/21}}", "cannot be pulled in 2020/21"),
    ],
)
def test_places_that_cannot_be_are_refused(tmp_path, written, line):
    """One message each, which says what is wrong or what may have been meant."""
    with pytest.raises(scenarios.InputError) as caught:
        load(tmp_path, f"levers: {{{written}}}\n")
    (problem,) = caught.value.problems
    assert line in f"{problem.message} {problem.hint}"
    assert (problem.line, problem.column is not None) == (6, True)


@pytest.fixture
def inspected(tmp_path) -> Path:
    """A table of schools with columns of its own: words in one, numbers in another."""
    register = ENGLAND.setup_in(replace(ENGLAND, scale=0.004).setup().register, 20_000).register
    words = [("good", "requires_improvement", "", "inadequate")[row % 4] for row in range(len(register))]
    numbers = [str(row) if row % 3 else "" for row in range(len(register))]
    write_register(replace(register, own={"ofsted": tuple(words), "band": tuple(numbers)}), tmp_path / "schools.csv")
    return tmp_path / "schools.csv"


@pytest.mark.parametrize(
    ("where", "chosen"),
    [
        ("{school.ofsted: [inadequate, requires_improvement]}", lambda r: r % 2 == 1),
        ("{school.ofsted: {none_of: [good]}}", lambda r: r % 4 != 0),
        ("{school.band: {least: 30}}", lambda r: (r >= 30) & (r % 3 > 0)),
        ("{school.band: {bottom: 50%}}", lambda r: (r % 3 > 0) & (r < np.median(r[r % 3 > 0]))),
    ],
)
def test_a_column_of_ones_own_register_tells_places(tmp_path, inspected, where, chosen):
    """Words by name, numbers by range or rank; a school of which it says nothing meets no range."""
    register = read_register(inspected)
    scenario = load(tmp_path, f"levers: {{{RETURN}: {{to: 0.6, where: {where}}}}}\n")
    found = replace(scenario, scale=1.0).setup(register)
    expected = np.where(chosen(np.arange(len(register))), 0.6, T)
    assert by_school(found, RETURN, 2030) == expected.tolist()


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (f"levers: {{{RETURN}: {{to: 0.6, where: {{school.osfted: good}}}}}}\n", "did you mean ofsted?"),
        (f"levers: {{{RETURN}: {{to: 0.6, where: {{school.rating: good}}}}}}\n", "its own columns: band, ofsted"),
        (f"levers: {{{RETURN}: {{to: 0.6, where: {{school.ofsted: goood}}}}}}\n", "did you mean good?"),
        ("programmes: {npq: {who: {school.rating: good}}}\n", "--schools FILE"),
    ],
)
def test_a_column_that_the_register_lacks_is_named(tmp_path, inspected, text, line):
    """One error, at the condition, with the columns that there are or how to bring one."""
    scenario = load(tmp_path, text)
    with pytest.raises(scenarios.InputError) as caught:
        scenario.setup(read_register(inspected))
    (problem,) = caught.value.problems
    assert line in f"{problem.message} {problem.hint}"
    assert problem.file.endswith("changed.yaml")
    assert problem.line == 6
