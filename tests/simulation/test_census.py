"""How measures are found, summed by place, collected over years and documented."""

from __future__ import annotations

import csv
import re
from dataclasses import replace
from fnmatch import fnmatch
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulation.census.census import Census
from simulation.census.dimensions import DIMENSIONS
from simulation.census.form import Form, YearRows
from simulation.census.measure import Kind, Measure, Tally, collect, measures
from simulation.census.places import Places, fifths_by_disadvantage
from simulation.census.publish import choose, measure_year
from simulation.census.reference import PAGE, measures_page
from simulation.census.results import Results
from simulation.census.tally import SCALE, Sums
from simulation.processes import census as census_process
from simulation.structure import ENGLAND
from simulation.tables import HISTORY, UNSEEN
from simulation.vocabulary import Status
from simulation.world import World
from tests.simulation.census_worlds import (
    OUT,
    PRIMARY,
    REGIONS,
    SECONDARY,
    SPECIAL,
    add_person,
    add_schools,
    at,
    make_world,
    random_world,
)
from tests.worlds import run_alone

ROOT = Path(__file__).resolve().parents[2]


def same(one: YearRows, other: YearRows) -> bool:
    """Every bit of two years' rows is the same."""
    return (
        np.array_equal(one.measure, other.measure)
        and all(np.array_equal(one.codes[d], other.codes[d]) for d in DIMENSIONS)
        and one.value.tobytes() == other.value.tobytes()
        and one.base.tobytes() == other.base.tobytes()
    )


@settings(max_examples=5, deadline=None)
@given(seed=st.integers(0, 2**32 - 1))
def test_the_order_of_people_changes_no_bit_of_any_measure(seed: int) -> None:
    """Sums are of whole numbers, so that rows may stand in any order."""
    world = random_world(seed)
    before = measure_year(world)
    world.people.keep(np.random.default_rng(seed).permutation(len(world.people)))
    assert same(before, measure_year(world))


def shuffle_schools(world: World, seed: int) -> None:
    """Put schools in another order, and everybody's school numbers with them."""
    order = np.random.default_rng(seed).permutation(len(world.schools))
    new_row = np.argsort(order).astype(np.int32)
    for column in ("school", "seen_school"):
        old = world.people._data[column]
        world.people._data[column] = np.where(old >= 0, new_row[old], -1).astype(np.int32)
    world.clusters._data["lead_school"] = new_row[world.clusters.lead_school]
    world.schools.keep(order)


def test_the_order_of_schools_changes_no_bit_of_any_measure_even_where_schools_are_equally_disadvantaged() -> None:
    """Ties between schools are broken by URN, not by row."""
    world = random_world(3)
    before = measure_year(world)
    shuffle_schools(world, 4)
    assert same(before, measure_year(world))


def test_fifths_are_cut_by_number_of_schools_within_the_phase_with_ties_by_urn() -> None:
    """Six primary and two secondary schools, cut by hand."""
    world = make_world(2005)
    add_schools(
        world,
        [PRIMARY] * 6 + [SECONDARY] * 2,
        urn=[6, 5, 4, 3, 2, 1, 8, 7],
        disadvantage=[0.9, 0.1, 0.1, 0.5, 0.5, 0.5, 0.2, 0.2],
    )
    assert fifths_by_disadvantage(world.schools).tolist() == [4, 0, 0, 3, 2, 1, 2, 0]


def tally_world() -> World:
    world = make_world(2005)
    add_schools(world, [PRIMARY, PRIMARY, SECONDARY], region=[0, 1, 1], disadvantage=[0.1, 0.2, 0.3])
    return world


def tallied(measure: Measure, tally: Tally) -> dict[tuple[str, ...], float]:
    """Value by phase, region and own labels, for rows that are not by disadvantage."""
    found = Form(tally_world(), {0: replace(measure, function=lambda _: tally)}).filled_in(tally_world())
    words = {d: (*found.labels[d], "all") for d in DIMENSIONS}
    names, codes = ("phase", "region", *measure.axes), found.codes
    return {
        tuple(words[name][int(codes[name][i])] for name in names): float(found.value[i])
        for i in range(len(found))
        if codes["disadvantage"][i] == -1
    }


def test_counts_have_a_row_wherever_there_is_a_school_and_add_up() -> None:
    """A place with schools and nobody counted has a nought; one without schools has no row."""
    measure = Measure("m", "M", "people", "d", "s", lambda _: None)
    found = tallied(measure, Tally(np.array([0, 0, 2])))
    assert found == {
        ("all", "all"): 3,
        ("primary", "all"): 2,
        ("secondary", "all"): 1,
        ("all", "North"): 2,
        ("all", "South"): 1,
        ("primary", "North"): 2,
        ("primary", "South"): 0,
        ("secondary", "South"): 1,
    }


def test_medians_of_even_and_odd_numbers_of_cases_are_by_group_and_in_total() -> None:
    """The mean of the middle two where the number is even; a group without cases has no row."""
    measure = Measure("m", "M", "years", "d", "s", lambda _: None, Kind.MEDIAN, ("sex",), ("sex",))
    found = tallied(measure, Tally(np.array([0, 0, 0, 2]), (np.array([0, 1, 1, 1]),), np.array([9, 1, 4, 30])))
    assert found[("primary", "all", "female")] == 9
    assert found[("primary", "all", "male")] == 2.5
    assert found[("primary", "all", "all")] == 4
    assert found[("all", "all", "all")] == 6.5
    assert found[("all", "South", "male")] == 30
    assert ("secondary", "all", "female") not in found


@pytest.mark.parametrize("kind", [Kind.MEDIAN, Kind.RATIO])
def test_without_cases_there_is_neither_a_median_nor_a_rate(kind: Kind) -> None:
    """Nothing is published rather than a nought or a NaN."""
    measure = Measure("m", "M", "years", "d", "s", lambda _: None, kind, ("sex",), ("sex",))
    nobody = np.empty(0, np.int32)
    assert tallied(measure, Tally(nobody, (nobody,), nobody)) == {}


def test_shares_across_an_axis_are_of_the_whole_base() -> None:
    """Three of four, by group, have shares that add up to three quarters."""
    measure = Measure("m", "M", "share", "d", "s", lambda _: None, Kind.RATIO, ("sex",), ("sex",), across="sex")
    found = tallied(measure, Tally(np.zeros(3, int), (np.array([0, 1, 1]),), out_of=Tally(np.zeros(4, int))))
    assert found[("all", "all", "female")] == 0.25
    assert found[("all", "all", "male")] == 0.5
    assert found[("all", "all", "all")] == 0.75


def test_amounts_with_a_column_for_each_code_are_those_of_as_many_cases() -> None:
    """Two schools with three women and one man between them; a mean is over one case for each school and column."""
    count = Measure("m", "M", "people", "d", "s", lambda _: None, axes=("sex",), totals=("sex",))
    schools, people = np.array([0, 2]), np.array([[2, 1], [1, 0]])
    found = tallied(count, Tally(schools, (), people))
    assert found[("all", "all", "female")] == 3
    assert found[("primary", "all", "male")] == 1
    assert found[("all", "all", "all")] == 4
    mean = tallied(replace(count, kind=Kind.RATIO), Tally(schools, (), people))
    assert mean[("all", "all", "female")] == 1.5
    assert mean[("all", "all", "all")] == 1
    per_school = replace(count, kind=Kind.RATIO, across="sex")
    assert tallied(per_school, Tally(schools, (), people))[("all", "all", "all")] == 2


def test_what_measures_share_is_summed_once_and_told_apart_by_array_and_axis() -> None:
    """The same arrays give the same sums; an equal array, or another axis, gives sums of its own."""
    sums = Sums(Places(tally_world().schools, len(ENGLAND.phases), len(REGIONS)))
    school, codes, hours = np.array([0, 2]), np.array([0, 1]), np.array([100, 50])
    once = sums.table(school, [codes], [2], hours)
    assert sums.table(school, [codes], [2], hours) is once
    assert sums.table(school, [codes], [2], hours.copy()) is not once
    assert len(sums.table(school, [codes], [3], hours)) == len(once) * 3 / 2
    assert sums.table(school, [codes], [2], None).sum() == 2


@pytest.mark.parametrize(
    "tally",
    [
        Tally(np.array([0, 0]), (np.array([0]),)),
        Tally(np.array([0, 0]), (np.array([0, 1]),), np.array([1])),
        Tally(np.array([0, 0]), (), np.array([[1], [1]])),
        Tally(np.array([0, 0])),
        Tally(np.array([0, 0]), (np.array([0, 1]), np.array([0, 1]))),
    ],
)
def test_codes_and_amounts_that_do_not_fit_their_cases_are_an_error(tally: Tally) -> None:
    """The compiled sums read as far as there are cases."""
    measure = Measure("m", "M", "x", "d", "s", lambda _: None, axes=("sex",))
    with pytest.raises(ValueError, match="a measure gives"):
        tallied(measure, tally)


def test_real_amounts_are_summed_in_parts_so_that_large_and_small_do_not_drown_each_other() -> None:
    """A billion and its opposite leave two of the smallest amounts between them exactly."""
    measure = Measure("m", "M", "x", "d", "s", lambda _: None)
    amounts = np.array([1e9, 1 / SCALE, -1e9, 1 / SCALE])
    assert tallied(measure, Tally(np.zeros(4, int), (), amounts))[("all", "all")] == 2 / SCALE


@pytest.mark.parametrize("code", [-1, 2])
def test_a_code_without_a_label_is_an_error(code: int) -> None:
    """A case is never counted under the wrong label or wrapped round to the last."""
    measure = Measure("m", "M", "x", "d", "s", lambda _: None, axes=("sex",))
    with pytest.raises(IndexError, match="along an axis of 2 labels"):
        tallied(measure, Tally(np.array([0]), (np.array([code]),)))


def test_places_that_make_no_sense_for_a_measure_are_left_out() -> None:
    """A measure by phase alone has no rows by region."""
    measure = Measure("m", "M", "x", "d", "s", lambda _: None, places=("phase",))
    assert set(tallied(measure, Tally(np.array([0])))) == {("all", "all"), ("primary", "all"), ("secondary", "all")}


def test_measures_come_in_order_of_name_and_every_one_says_what_it_is() -> None:
    """Each has a definition that ends as a sentence, a unit and a source."""
    names = list(measures())
    assert names == sorted(names)
    assert len(names) > 50
    for measure in measures().values():
        assert re.fullmatch(r"[a-z_]+", measure.name)
        assert measure.definition.endswith(".")
        assert measure.unit
        assert measure.source


def module_with(*found: Measure) -> ModuleType:
    module = ModuleType("extra")
    module.MEASURES = found  # type: ignore[attr-defined]
    return module


def test_two_measures_of_one_name_are_an_error() -> None:
    """The folder is the list, so a clash is found when it is read."""
    measure = Measure("twice", "M", "x", "d", "s", lambda _: None)
    with pytest.raises(ValueError, match="two measures are called 'twice'"):
        collect([module_with(measure), module_with(measure)])


def test_a_module_without_a_measure_is_an_error() -> None:
    """A file in the folder that exposes nothing is a mistake, not a helper."""
    with pytest.raises(TypeError, match="must expose MEASURE"):
        collect([ModuleType("empty")])


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"axes": ("planet",)}, "no axis 'planet'"),
        ({"axes": ("phase",)}, "no axis 'phase'"),
        ({"totals": ("role",)}, "'role' is not one of its axes"),
        ({"across": "role"}, "'role' is not one of its axes"),
        ({"places": ("planet",)}, "no place 'planet'"),
    ],
)
def test_a_declaration_that_contradicts_itself_is_an_error(wrong: dict, message: str) -> None:
    """Axes, totals and places must exist and belong together; the message names the one that does not."""
    with pytest.raises(ValueError, match=message):
        Measure("m", "M", "x", "d", "s", lambda _: None, **wrong)


def test_an_unknown_measure_is_answered_with_the_nearest_names() -> None:
    """A slip of one letter is met with the measure that was meant."""
    with pytest.raises(KeyError, match="did you mean leaver_rate"):
        choose(["leaver_rat"])


def test_only_the_measures_asked_for_are_taken() -> None:
    """The others cost nothing and leave no rows."""
    taken = measure_year(random_world(1), ["fte", "headcount"])
    assert {list(measures())[code] for code in taken.measure} == {"fte", "headcount"}


def test_every_measure_has_rows_once_there_is_enough_history() -> None:
    """Only what needs this year's log, a programme or several authorities has none in a world that was put together by hand."""
    world = random_world(1)
    missing = set(measures()) - {list(measures())[code] for code in measure_year(world).measure}
    assert missing <= {"costs", "costs_per_pupil", "posts_acting", "posts_advertised", "posts_readvertised"} | {
        "appointments_by_ring",
        "headships_readvertised_by_religion",
        "vacancy_chain_length",
        "vacancy_chain_lengths",
        "senior_posts_filled_inside_trust",
        "vacancy_rate_narrow",
        "posts_temporarily_filled",
        "terms_to_fill",
        "terms_vacant",
        "schools_per_executive_head",
    } | {name for name, one in measures().items() if name.startswith(("programme_", "authority_")) or one.of_pairs}


def test_measuring_changes_nothing_in_the_world() -> None:
    """Every column of people, schools and clusters is the same, byte for byte."""
    world = random_world(2)
    tables = (world.people, world.schools, world.clusters)
    before = [{name: getattr(t, name).tobytes() for name in t} for t in tables]
    measure_year(world)
    assert before == [{name: getattr(t, name).tobytes() for name in t} for t in tables]


def test_the_census_process_writes_this_years_column_and_no_other() -> None:
    """Until it has run, the year cannot be measured; history stays as it was."""
    world = random_world(5)
    history = world.people.seen_status.copy()
    world.year += 1
    with pytest.raises(ValueError, match="the census of 2016 has not been taken"):
        Census(world)
    run_alone(census_process.PROCESS, world)
    column = world.year % HISTORY
    assert (world.people.seen_status[:, column] == world.people.status).all()
    assert (world.people.seen_role[:, column] == world.people.role).all()
    assert (world.people.seen_school[:, column] == world.people.school).all()
    others = np.arange(HISTORY) != column
    assert (world.people.seen_status[:, others] == history[:, others]).all()
    Census(world)


def test_people_who_join_later_stay_unseen_at_earlier_censuses() -> None:
    """Whatever the rows of the history held before, a newcomer has no past in it."""
    world = make_world(2001)
    add_schools(world, [PRIMARY])
    world.people.append(1, id=np.uint64(1), status=int(Status.IN_SERVICE))
    run_alone(census_process.PROCESS, world)
    assert world.people.seen_status[0, 2001 % HISTORY] == Status.IN_SERVICE
    assert (np.delete(world.people.seen_status[0], 2001 % HISTORY) == UNSEEN).all()


def test_results_keep_years_in_order_and_give_labels_to_codes() -> None:
    """Values are asked for by label, and wrong years, labels and dimensions are each named."""
    world = make_world(2005)
    add_schools(world, [PRIMARY, SPECIAL], region=[0, 1])
    add_person(world, [at(1), at(1)])
    add_person(world, [at(0), at(0, status=OUT)])
    results = Results()
    results.add(measure_year(world, ["headcount"]))
    columns = results.to_columns()
    assert set(columns["year"]) == {2005}
    assert set(columns["measure"]) == {"headcount"}
    assert results.value("headcount", 2005, region="South", role="classroom_teacher") == 1
    assert results.value("headcount", 2005, phase="primary") == 0
    row = [(columns["phase"] == "special") & (columns["region"] == "South") & (columns["role"] == "all")]
    assert columns["value"][row[0]].tolist() == [1.0]
    assert set(columns["sex"]) == {"all"}
    assert np.isnan(columns["base"]).all()
    with pytest.raises(ValueError, match="2005 cannot follow"):
        results.add(measure_year(world, ["headcount"]))
    with pytest.raises(KeyError, match="phase has no 'nursery'"):
        results.value("headcount", 2005, phase="nursery")
    with pytest.raises(KeyError, match="no dimension 'planet'"):
        results.value("headcount", 2005, planet="Mars")
    with pytest.raises(KeyError, match="years are"):
        results.value("headcount", 2004)


def test_empty_results_have_columns_without_rows() -> None:
    """The table has its shape before the first census is added."""
    columns = Results().to_columns()
    assert {"year", "measure", "value", "base", *DIMENSIONS} == set(columns)
    assert all(len(column) == 0 for column in columns.values())


def test_the_page_of_measures_is_what_the_declarations_say() -> None:
    """Whoever changes a measure renews the page."""
    assert (ROOT / PAGE).read_text(encoding="utf-8") == measures_page(), (
        f"{PAGE} is stale: run python -m simulation.census.reference"
    )


def test_every_evidence_id_that_a_measure_names_exists() -> None:
    """Patterns with a star must match some row too."""
    known: set[str] = set()
    for path in (ROOT / "scenarios" / "evidence").glob("*.csv"):
        with path.open(encoding="utf-8") as lines:
            known |= {row["id"] for row in csv.DictReader(lines)}
    for measure in measures().values():
        for name in re.findall(r"[a-z0-9]+(?:_[a-z0-9*]+)+", measure.source):
            assert any(fnmatch(row, name) for row in known), f"{measure.name} names {name}"
