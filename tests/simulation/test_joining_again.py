"""Joining again, places by quota and priority, and blocks of one programme: closed forms, and rules that each run must keep."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import replace

import numpy as np
import pytest

from simulation.model import PipelineModel
from simulation.numerics import FIXED_POINT
from simulation.processes.places import chosen
from simulation.processes.taking_part import rows_of_units
from simulation.programmes.channels import On, PersonSlot, SchoolSlot
from simulation.programmes.programme import (
    Again,
    Condition,
    Delivery,
    Effect,
    New,
    Places,
    Priority,
    Programme,
    Quota,
    TakeUp,
    Unit,
)
from simulation.vocabulary import Role
from tests.simulation.test_programmes import FIRST, SEED, YEARS, assert_same_world, base, programme, role, run, state

EVERYBODY = TakeUp()
SIZE = 0.25


def for_schools(name: str = "kept", **parts: object) -> Programme:
    """Every school takes part for a year, as often as it may, and its culture gains; nothing wears off."""
    given: dict[str, object] = {
        "unit": Unit.SCHOOL,
        "who": (),
        "places": Places(FIRST, FIRST + YEARS, share=1.0),
        "take_up": EVERYBODY,
        "delivery": Delivery(1),
        "effects": (Effect("teacher_growth", SIZE, On.SCHOOL, half_life=1.0),),
    }
    return programme(name, **(given | parts))


def starts(model: PipelineModel) -> dict[tuple[int, int], list[int]]:
    """Years in which each unit started, by programme and id."""
    enrolments, found = model.world.enrolments, defaultdict(list)
    for number, unit, start in zip(enrolments.programme, enrolments.unit, enrolments.start, strict=True):
        found[int(number), int(unit)].append(int(start))
    return found


@pytest.mark.parametrize(
    ("again", "expected"),
    [
        (None, [FIRST]),
        (Again(), [FIRST, FIRST + 1, FIRST + 2, FIRST + 3]),
        (Again(after=1), [FIRST, FIRST + 2]),
        (Again(after=2), [FIRST, FIRST + 3]),
        (Again(after=9), [FIRST]),
    ],
)
def test_whoever_may_and_will_joins_again_as_soon_as_the_rule_lets_them(again: Again | None, expected: list[int]):
    """With places for all, every school starts in the same years: so many after the end of the last year of delivery."""
    model = run(for_schools(again=again))
    assert all(years == expected for years in starts(model).values())
    assert len(starts(model)) == len(base().register)
    completed = model.results.value("programme_completed", FIRST + 3, programme="kept")
    assert completed == len(base().register) * (FIRST + 3 in expected)


@pytest.mark.parametrize(("adds_up", "times"), [(False, 1.0), (True, 1 + 1 / 2 + 1 / 4 + 1 / 8)])
def test_another_time_raises_to_the_full_or_adds_up(adds_up: bool, times: float):
    """Four times, the earlier ones halved each year: the strongest alone by default, and the geometric sum if it is meant."""
    wear = {"collaborate__wear": 0.0}
    setup = replace(base(), parameters=base().parameters.replace(**wear))
    model = run(for_schools(again=Again(adds_up=adds_up)), setup=setup)
    shift = model.world.schools.shift[:, SchoolSlot.TEACHER_GROWTH] / FIXED_POINT
    assert np.allclose(shift, SIZE * times, atol=4 / FIXED_POINT)


def test_a_time_that_gave_more_goes_on_until_it_has_faded_below_the_latest():
    """Somebody who drops out of the second time keeps what is left of the first, and never has both."""
    effect = Effect("aspiration", 1.0, On.PARTICIPANT, half_life=1.0)
    again = programme(
        "again", effect, take_up=TakeUp(complete=0.5), delivery=Delivery(1), again=Again(),
        who=(role(Role.HEAD),), places=Places(FIRST, FIRST + 1, share=1.0),
    )  # fmt: skip
    model = run(again, years=2)
    enrolments, found = model.world.enrolments, Counter()
    rows = rows_of_units(model.world)
    of = defaultdict(dict)
    for row, start, completes in zip(rows, enrolments.start, enrolments.completes, strict=True):
        of[int(row)][int(start)] = 1.0 if completes else 0.5
    for row, doses in of.items():
        if len(doses) == 2:
            strongest = max(doses[FIRST] / 2, doses[FIRST + 1])
            assert model.world.people.shift[row, PersonSlot.ASPIRATION] == strongest * FIXED_POINT
            found[doses[FIRST], doses[FIRST + 1]] += 1
    assert len(found) == 4, "each of completing and not, twice"


def test_a_new_role_or_school_lets_people_join_again():
    """Whoever started a second time had, by then, a role or a school that was new since; some with either, and others wait."""
    rule = Again(on=(New.ROLE, New.SCHOOL))
    mentored = programme(
        "mentored", who=(role(Role.ASSISTANT_HEAD, Role.DEPUTY_HEAD, Role.HEAD),), take_up=EVERYBODY,
        places=Places(FIRST, FIRST + 9, share=1.0), delivery=Delivery(1), again=rule,
    )  # fmt: skip
    model = PipelineModel(replace(base(), programmes=(mentored,), years=6), SEED)
    seen: set[str] = set()
    while model.year < FIRST + 5:
        before = {unit: years[-1] for (_, unit), years in starts(model).items()}
        people = model.world.people
        since = {
            int(i): (int(r), int(s)) for i, r, s in zip(people.id, people.role_since, people.school_since, strict=True)
        }
        model.step()
        now = {unit: years[-1] for (_, unit), years in starts(model).items()}
        for unit, year in now.items():
            if year == model.year and unit in before:
                new_role, new_school = (value >= before[unit] for value in since[unit])
                assert new_role or new_school
                seen.add("role" if not new_school else "school" if not new_role else "both")
    assert seen == {"role", "school", "both"}
    assert any(len(years) == 1 for years in starts(model).values())


def applicants(model: PipelineModel, conditions: tuple[Condition, ...] = ()) -> np.ndarray:
    """Rows of all leaders from assistant head to head."""
    people = model.world.people
    return np.flatnonzero((people.role >= Role.ASSISTANT_HEAD) & (people.role <= Role.HEAD) & (people.status == 0))


@pytest.fixture(scope="module")
def model() -> PipelineModel:
    """The base year, with nobody on anything."""
    return PipelineModel(replace(base(), years=1), SEED, measures=())


def got(model: PipelineModel, there_are: int, **places: object) -> np.ndarray:
    """Rows of those who get places, where all leaders apply."""
    given = programme("given", take_up=EVERYBODY, places=Places(FIRST, FIRST, number=1.0, **places))
    rows = applicants(model)
    return rows[chosen(model.world, given, rows, model.world.people.id[rows], there_are)]


HEADS, REST = (role(Role.HEAD),), (role(Role.ASSISTANT_HEAD, Role.DEPUTY_HEAD),)


def test_quotas_are_kept_and_what_is_left_of_them_stays_empty(model: PipelineModel):
    """A fifth of 50 is kept for heads, who also win places that nobody keeps; all of one for those who are not there is lost."""
    roles = model.world.people.role
    quota = Quota(0.2, REST)
    taken = got(model, 50, quotas=(Quota(0.2, HEADS), Quota(0.8, REST)))
    assert Counter(int(r == Role.HEAD) for r in roles[taken]) == {1: 10, 0: 40}
    nobody = Quota(0.6, (Condition("age", least=200),))
    assert len(got(model, 50, quotas=(nobody,))) == 20
    assert len(got(model, 50, quotas=(nobody, replace(quota, share=0.4)))) == 20
    assert len(got(model, 0, quotas=(quota,))) == 0
    everybody = len(applicants(model))
    assert len(got(model, 10 * everybody, quotas=(quota,))) == everybody, (
        "more places than applicants, kept ones included"
    )


def test_parts_of_places_go_to_quotas_in_turn_and_all_of_them_are_given(model: PipelineModel):
    """Two halves of three places: two and one or one and two, as the year's draw has it, and about as often."""
    roles, found = model.world.people.role, Counter()
    key, year = model.world.key, model.world.year
    for other in range(60):
        model.world.year = year + other
        taken = roles[got(model, 3, quotas=(Quota(0.5, HEADS), Quota(0.5, REST)))]
        found[int((taken == Role.HEAD).sum())] += len(taken) == 3
    model.world.key, model.world.year = key, year
    assert set(found) == {1, 2}
    assert sum(found.values()) == 60
    assert 15 <= found[1] <= 45


def test_who_comes_first_gets_places_before_all_others(model: PipelineModel):
    """With fewer places than heads, heads alone; with more, all heads and then others."""
    roles = model.world.people.role
    heads = int((roles[applicants(model)] == Role.HEAD).sum())
    assert (roles[got(model, heads - 5, ahead=HEADS)] == Role.HEAD).all()
    taken = roles[got(model, heads + 5, ahead=HEADS)]
    assert Counter(bool(r == Role.HEAD) for r in taken) == {True: heads, False: 5}


@pytest.mark.parametrize("most", [True, False])
def test_priority_goes_by_the_value_of_a_column(model: PipelineModel, most: bool):
    """Nobody without a place has a value that comes before that of anybody with one; among equals a draw decides."""
    rows = applicants(model)
    value = model.world.schools.disadvantage[model.world.people.school] * (1 if most else -1)
    taken = got(model, 30, priority=Priority("school.disadvantage", most))
    left = np.setdiff1d(rows, taken)
    assert len(taken) == 30
    assert value[taken].min() >= value[left].max()
    equal = value[rows] == value[taken].min()
    assert 0 < np.isin(rows[equal], taken).sum() < equal.sum(), "the last place is drawn among people of one school"


def test_whoever_has_no_cluster_comes_last(model: PipelineModel):
    """By a column of clusters, people in none get what is left."""
    rows = applicants(model)
    inside = model.world.schools.cluster[model.world.people.school] >= 0
    there_are = int(inside[rows].sum())
    for most in (True, False):
        taken = got(model, there_are + 3, priority=Priority("cluster.schools", most))
        assert inside[taken].sum() == there_are


def test_blocks_of_one_programme_know_of_each_other():
    """Nobody joins two blocks; two programmes of different families take the same people."""
    first, second = (for_schools(name, places=Places(FIRST + k, 2099, share=1.0)) for k, name in enumerate("ab"))
    apart = run(first, second)
    assert {n for n, _ in starts(apart)} == {0, 1}
    together = run(replace(first, family="f"), replace(second, family="f"))
    assert {n for n, _ in starts(together)} == {0}


def test_blocks_that_may_be_joined_again_do_not_double_what_the_programme_gives():
    """From one block to the other the strongest counts, though each has a size of its own."""
    setup = replace(base(), parameters=base().parameters.replace(collaborate__wear=0.0))
    smaller = (Effect("teacher_growth", SIZE / 4, On.SCHOOL, half_life=1.0),)
    first = for_schools("a", family="f", places=Places(FIRST, FIRST, share=1.0))
    second = for_schools(
        "b", family="f", places=Places(FIRST + 1, FIRST + 1, share=1.0), effects=smaller, again=Again()
    )
    model = run(first, second, setup=setup, years=2)
    assert {n for n, _ in starts(model)} == {0, 1}
    shift = model.world.schools.shift[:, SchoolSlot.TEACHER_GROWTH]
    assert (shift == SIZE / 2 * FIXED_POINT).all()


def test_conditions_name_a_block_or_the_whole_programme():
    """Whoever joined a block has joined what the family is called, and not the other block."""
    block = programme("north", places=Places(FIRST, FIRST, number=9.0, per_schools=1.0), family="f")
    who = {}
    for name in ("f", "north", "south"):
        after = programme("next", who=(Condition("joined", any_of=(name,)),), take_up=EVERYBODY)
        found = starts(run(block, replace(after, places=Places(FIRST + 1, 2099, share=1.0)), years=2))
        joined, followed = ({unit for number, unit in found if number == n} for n in (1, 0))
        assert followed < joined, "but for those who left in the year"
        who[name] = followed
    assert who["f"] == who["north"] != set()
    assert who["south"] == set()


def test_blocks_must_be_blocks_of_one_programme():
    """Programmes with other effects are no blocks of one."""
    other = replace(for_schools("b"), effects=(Effect("culture", 0.1, On.SCHOOL),), family="f")
    with pytest.raises(ValueError, match="not alike"):
        replace(base(), programmes=(replace(for_schools("a"), family="f"), other))


def test_a_programme_joined_again_without_effect_changes_no_bit():
    """Quotas, priority and further times draw for themselves alone."""
    nothing = programme(
        "nothing", Effect("aspiration", 0.0, On.PARTICIPANT), delivery=Delivery(1), again=Again(),
        places=Places(
            FIRST, 2099, number=40, per_schools=len(base().register), quotas=(Quota(0.3, HEADS),), ahead=REST,
            priority=Priority("school.disadvantage"),
        ),
    )  # fmt: skip
    with_it, without = run(nothing), run()
    assert_same_world(with_it, without)
    assert any(len(years) > 1 for years in starts(with_it).values())


def test_another_programme_leaves_who_joins_again_as_it_was():
    """Draws go by programme: one with other people and no effect moves nobody else's start."""
    ours = for_schools(again=Again(after=1), places=Places(FIRST, 2099, share=0.5))
    other = replace(for_schools("alone", again=Again()), effects=(Effect("teacher_growth", 0.0, On.SCHOOL),))
    alone, beside = run(ours), run(ours, other)
    mine = {unit: years for (number, unit), years in starts(beside).items() if number == 1}
    assert mine == {unit: years for (_, unit), years in starts(alone).items()}
    assert state(alone) != state(run())
