"""Programmes: nothing without effects, order-free sums, real helpers with limited time, and doses that dilute."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from functools import cache

import numpy as np
import pytest

import scenarios
from analysis.runs.replicate import columns
from analysis.store.digest import run_digest
from simulation.draws import Key
from simulation.model import PipelineModel
from simulation.population import initial_world
from simulation.processes.eligibility import who_meet
from simulation.programmes.channels import CHANNELS, On, PersonSlot
from simulation.programmes.programme import (
    Area,
    Cascade,
    Condition,
    Delivery,
    Effect,
    Helpers,
    Places,
    Programme,
    ProgrammeCosts,
    TakeUp,
    Unit,
)
from simulation.vocabulary import Role, Status
from simulation.world import Setup

SEED, FIRST, YEARS = 3, 2026, 4
OWN_STATE = ("joined", "completed")
"""Columns that tell of programmes themselves and not of what they changed."""


@cache
def base() -> Setup:
    """About 330 schools and 8,000 people, two years of warm-up and four projected, without programmes."""
    scenario = replace(scenarios.load("england"), scale=0.015, years=YEARS, warm_up_years=2)
    return scenario.setup()


def run(*programmes: Programme, setup: Setup | None = None, years: int = YEARS) -> PipelineModel:
    """The base with ``programmes``, after ``years`` of projection, accounts checked."""
    setup = replace(setup or base(), programmes=programmes, years=years)
    model = PipelineModel(setup, SEED)
    model.run()
    return model


def role(*roles: Role) -> Condition:
    """In one of these roles."""
    return Condition("role", any_of=tuple(int(r) for r in roles))


def programme(name: str = "coached", *effects: Effect, **parts: object) -> Programme:
    """Coaching for heads and deputies by experienced heads of the same region."""
    given: dict[str, object] = {
        "unit": Unit.PERSON,
        "who": (role(Role.DEPUTY_HEAD, Role.ASSISTANT_HEAD),),
        "places": Places(FIRST, FIRST + YEARS, number=40, per_schools=len(base().register)),
        "take_up": TakeUp(aware=0.8, apply=0.5, apply_aspiration=0.5, select_capability=0.5, complete=0.8),
        "delivery": Delivery(2, hours=1.0, helpers=coaches()),
        "effects": effects or (Effect("capability", 0.3, On.PARTICIPANT, skills=(1, 2)),),
        "costs": ProgrammeCosts(1000.0, 500.0, 4.0),
    }
    return Programme(name, **(given | parts))  # type: ignore[arg-type]


def coaches(**changes: object) -> Helpers:
    """Experienced heads who coach two people each."""
    who = (role(Role.HEAD), Condition("years_as_head", least=2))
    return Helpers(
        **({"kind": "coach", "who": who, "willing": 0.4, "each": 2, "hours": 1.5, "within": Area.REGION} | changes)
    )  # type: ignore[arg-type]


def every_channel(size: float) -> tuple[Effect, ...]:
    """An effect of ``size`` through every channel on everybody who can bear it."""
    return tuple(
        Effect(channel.name, size, on, skills=(0, 1, 2, 3), component=k % 6)
        for channel in CHANNELS.values()
        for k, on in enumerate(channel.bearers)
    )


def idle() -> Programme:
    """A programme that changes nothing, through every channel: no effect, no hours."""
    delivery = Delivery(
        2, helpers=coaches(hours=0.0), cascade=Cascade((role(Role.MIDDLE_LEADER),), 10, Area.REGION), endorses=0.9
    )
    return programme("idle", *every_channel(0.0), delivery=delivery)


def state(model: PipelineModel, without: Sequence[str] = ()) -> str:
    """Digest of all results and of everything known about people, schools and clusters."""
    tables = {
        name: {
            column: values for column, values in columns(getattr(model.world, name)).items() if column not in without
        }
        for name in ("people", "schools", "clusters")
    }
    codes, labels = model.results.codes(), model.results.labels()
    return run_digest(codes, labels, tables)


def differences(a: PipelineModel, b: PipelineModel) -> list[str]:
    """Columns, other than programmes' own, that two runs do not have alike."""
    tables = (
        (a.world.people, b.world.people),
        (a.world.schools, b.world.schools),
        (a.world.clusters, b.world.clusters),
    )
    return [
        f"{one.name}.{name}"
        for one, other in tables
        for name in one
        if name not in (*OWN_STATE, "shift", "given") and not np.array_equal(getattr(one, name), getattr(other, name))
    ]


def assert_same_world(a: PipelineModel, b: PipelineModel) -> None:
    """Bit for bit the same people, schools and clusters, but for who is on a programme."""
    assert len(a.world.people) == len(b.world.people)
    assert differences(a, b) == []
    for one, other in zip((a.world.people, a.world.schools), (b.world.people, b.world.schools), strict=True):
        assert np.array_equal(one.shift, other.shift)
        assert np.array_equal(one.given, other.given)


def test_a_programme_whose_effects_are_zero_leaves_everything_bit_identical():
    """Through every channel, on everybody, with helpers, a cascade and an endorsement."""
    without, with_it = run(), run(idle())
    assert len(with_it.world.enrolments) > 50
    assert_same_world(without, with_it)


def test_a_programme_that_starts_after_the_horizon_leaves_everything_bit_identical():
    """And nobody joins it."""
    without, with_it = run(), run(programme("late", places=Places(FIRST + YEARS, FIRST + 20, number=40)))
    assert len(with_it.world.enrolments) == 0
    assert state(without) == state(with_it)


def test_each_channel_alone_moves_something_on_everybody_who_can_bear_it():
    """The checks above would not see a channel that nothing reads."""
    without = run(years=2)
    tutors = coaches(who=(role(Role.MIDDLE_LEADER),), hours=0.0, each=1)
    delivery = Delivery(1, helpers=tutors, cascade=Cascade((role(Role.MIDDLE_LEADER),), 10, Area.REGION))
    for channel in CHANNELS.values():
        for on in channel.bearers:
            effect = Effect(channel.name, 1.5, on, skills=(1,), component=2)
            with_it = run(programme("one", effect, delivery=delivery), years=2)
            assert differences(without, with_it), f"{channel.name} on {on.name.lower()} moves nothing"


def test_programmes_combine_in_any_order():
    """Three at once, on the same people and channels, sharing helpers: named in any order, one run."""
    parts = (
        programme(
            "alpha",
            *every_channel(0.1),
            delivery=Delivery(2, helpers=coaches(), cascade=Cascade((role(Role.HEAD),), 2, Area.REGION)),
        ),
        programme("beta", Effect("capability", 0.1, On.PARTICIPANT, skills=(1,)), Effect("culture", 0.3, On.SCHOOL)),
        programme("gamma", Effect("leaving_sector", -0.3, On.SCHOOL), Effect("workload", 0.7, On.TEAM)),
    )
    orders = [parts, parts[::-1], (parts[1], parts[2], parts[0])]
    assert len({state(run(*order)) for order in orders}) == 1


def test_a_programme_beside_another_renames_nobody_and_moves_no_draw_of_the_other():
    """A second programme that needs no helpers and changes nothing leaves the first one's enrolments as they were."""
    other = programme("beside", *every_channel(0.0)[:1], delivery=Delivery(1))
    alone, beside = run(programme()), run(programme(), other)
    mine = alone.world.enrolments
    number = [p.name for p in beside.setup.programmes].index("coached")
    theirs = beside.world.enrolments.programme == number
    for name in ("unit", "start", "completes", "dose", "helper"):
        assert np.array_equal(getattr(mine, name), getattr(beside.world.enrolments, name)[theirs]), name


def doses(places: float, willing: float = 0.05) -> tuple[float, float]:
    """Mean dose, and the skill that all participants together gained, after a year with ``places`` starts."""
    taught = programme(
        places=Places(FIRST, FIRST, number=places, per_schools=len(base().register)),
        take_up=TakeUp(),
        delivery=Delivery(1, helpers=coaches(willing=willing, each=2)),
    )
    model = run(taught, years=1)
    people = model.world.people
    gained = people.shift[:, PersonSlot.PEOPLE].sum() / 2**20
    assert len(model.world.enrolments) == places
    return float(model.world.enrolments.dose.mean()), float(gained)


def test_doubling_places_without_more_mentors_lowers_the_dose_and_does_not_double_the_effect():
    """Once every mentor has as many as they can help, further places only thin out what there is."""
    (dose, gain), (thin, gain_of_twice) = doses(100), doses(200)
    assert thin < 0.75 * dose
    assert gain <= gain_of_twice < 1.5 * gain
    # With mentors enough for either, twice the places are twice the effect, exactly.
    (full, of_few), (still_full, of_many) = doses(20, willing=1.0), doses(40, willing=1.0)
    assert full == still_full == 1.0
    assert of_many == 2 * of_few


def test_nobody_helps_beyond_their_time_or_in_two_programmes_at_once():
    """Two programmes that want the same heads share them out."""
    both = run(programme("first"), programme("second"), years=1)
    helping = both.world.log.helping
    assert len(set(helping.person.tolist())) == len(helping) > 10
    assert set(helping.programme.tolist()) == {0, 1}
    assert (helping.load <= 1).all()
    people = both.world.people
    assert (people.status[helping.row] != Status.GONE).any()
    hours = people.shift[helping.row, PersonSlot.WORKLOAD] / 2**20
    assert hours == pytest.approx(1.5 * helping.load, abs=2**-20)


def test_helpers_cost_their_own_school_time_and_participants_theirs_cover():
    """Grants fall where the participant is, helpers' time where the helper is."""
    model = run(programme(), years=1)
    log, entries = model.world.log, model.world.enrolments
    grant, fee, release, time = log.programme_costs[0].T
    assert grant.sum() == 1000 * len(entries)
    assert fee.sum() == 500 * len(entries)
    assert ((release > 0) == (grant > 0)).all()
    assert set(np.flatnonzero(time)) == set(log.helping.school.tolist())


def test_withdrawn_places_cost_and_change_the_opposite():
    """Those who would have had the places lose what the others gain: the sums are exact mirrors in the first year."""
    given, taken = run(programme(), years=1), run(programme(sign=-1.0), years=1)
    assert np.array_equal(given.world.enrolments.unit, taken.world.enrolments.unit)
    rows = np.flatnonzero(given.world.people.shift.any(axis=1))
    for slot in (PersonSlot.PEOPLE, PersonSlot.MANAGEMENT, PersonSlot.WORKLOAD):
        a, b = given.world.people.shift[rows, slot], taken.world.people.shift[rows, slot]
        assert np.abs(a + b).max() <= 1, slot  # fixed() rounds halves upwards on either side
    assert np.array_equal(given.world.log.programme_costs, -taken.world.log.programme_costs)


def test_places_round_to_their_due_on_average():
    """A third of a place a year is a place in about a third of systems: 300 keys, false alarm below 1 in 10,000."""
    from simulation.draws import Key
    from simulation.processes.places import places

    third = programme(places=Places(FIRST, FIRST, number=1 / 3, per_schools=len(base().register)))
    world = PipelineModel(replace(base(), programmes=(third,)), SEED, measures=()).world
    found = []
    for replicate in range(300):
        world.key = Key(SEED, replicate)
        found.append(places(world, third, 1000))
    assert set(found) <= {0, 1}
    assert abs(np.mean(found) - 1 / 3) < 4 * np.sqrt(2 / 9 / 300)


@pytest.mark.parametrize("number", [0, 1, 7, 19])
def test_places_go_to_the_highest_scores_and_ties_to_smaller_ids(number: int) -> None:
    """As sorting by score, then id, would have it, with many ties at the bar and applicants in any order."""
    from simulation.processes.places import best

    ids = np.arange(20, dtype=np.uint64) * np.uint64(7) % np.uint64(20)
    score = np.array([1.0, 0.5, 0.5, -1.0] * 5)
    order = sorted(range(20), key=lambda i: (-score[i], ids[i]))
    assert set(np.flatnonzero(best(score, ids, number))) == set(order[:number])


def test_a_share_of_schools_by_rank_is_that_many_schools():
    """The top half and the bottom fifth, ties by URN; whoever is in neither has a value between those of the two."""
    world = initial_world(scenarios.load("eastern-region-2010").setup(), Key(1))
    rows, values = np.arange(len(world.schools)), world.schools.disadvantage
    top, bottom = (
        who_meet(world, [Condition("school.disadvantage", *ends, ranked=True)], Unit.SCHOOL, rows)
        for ends in ((0.5, 1.0), (0.0, 0.2))
    )
    assert (len(top), len(bottom)) == (len(rows) - math.floor(0.5 * len(rows) + 0.5), math.floor(0.2 * len(rows) + 0.5))
    assert values[top].min() >= np.delete(values, top).max()
    assert values[bottom].max() <= np.delete(values, bottom).min()
    staff = np.flatnonzero(world.people.status == Status.IN_SERVICE)
    chosen = who_meet(world, [Condition("school.disadvantage", 0.5, 1.0, ranked=True)], Unit.PERSON, staff)
    assert set(world.people.school[chosen].tolist()) == set(top.tolist())
