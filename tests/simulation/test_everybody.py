"""Measures: everybody who meets the conditions has one, in full and in each of its years, and nobody joins."""

from __future__ import annotations

import itertools
import math
from dataclasses import replace

import numpy as np
import pytest

from simulation.model import PipelineModel
from simulation.numerics import FIXED_POINT, logistic, logit
from simulation.programmes.channels import CHANNELS, On, PersonSlot, SchoolSlot
from simulation.programmes.programme import (
    Area,
    Cascade,
    Condition,
    Delivery,
    Effect,
    Places,
    Programme,
    ProgrammeCosts,
    TakeUp,
    Unit,
)
from simulation.vocabulary import Role, Sex, Status
from simulation.world import Setup
from tests.simulation.programmes import setup_with
from tests.simulation.test_exact_worlds import Z, world_of

HEADS = (Condition("role", any_of=(Role.HEAD,)),)
ALWAYS = Places(2024, 2100, share=1.0)
BEARERS = [
    (channel.name, unit, on)
    for channel in CHANNELS.values()
    for unit in Unit
    for on in channel.bearers
    # Nobody is passed over before the first market: that has tests of its own.
    if on not in (On.HELPER, On.PEERS, On.PASSED_OVER) and (unit is Unit.PERSON or on not in (On.PARTICIPANT, On.TEAM))
]


def measure(
    unit: Unit, *effects: Effect, who: tuple[Condition, ...] = (), places: Places = ALWAYS, **costs: float
) -> Programme:
    """A measure without anybody who helps or leads others."""
    return Programme(
        "measure", unit, who, places, TakeUp(), Delivery(1), effects, ProgrammeCosts(**costs), everybody=True
    )


def effect(channel: str, on: On, size: float = 0.25) -> Effect:
    """An effect that names what its channel needs."""
    return Effect(channel, size, on, skills=(0, 1, 2, 3) if channel == "capability" else (), component=2)


def run(setup: Setup, seed: int = 3) -> PipelineModel:
    model = PipelineModel(setup, seed, measures=())
    model.run()
    return model


def state(model: PipelineModel) -> list[bytes]:
    """All columns of people, schools and clusters."""
    world = model.world
    return [getattr(t, name).tobytes() for t in (world.people, world.schools, world.clusters) for name in t.columns]


def test_whoever_meets_its_conditions_has_it_and_the_odds_say_how_many_leave() -> None:
    """Twice the odds of leaving for women, none for men: shares 1/3 and 1/5 of 30,000 people, |z| < 5 each, 1e-6."""
    women = (Condition("sex", any_of=(Sex.FEMALE,)),)
    setup = world_of(30_000, 1, leave__state_schools=0.2, population__female=0.5)
    added = measure(Unit.PERSON, effect("leaving_sector", On.PARTICIPANT, math.log(2.0)), who=women)
    model = PipelineModel(replace(setup, programmes=(added,)), 2, measures=())
    sex = model.world.people.sex[model.world.people.status == Status.IN_SERVICE]
    left_by_sex = np.zeros(2)
    model.step()
    everyone = model.world.people.everyone
    for leaver in model.world.log.leavers.row:
        left_by_sex[everyone.sex[leaver]] += 1
    for code, p in ((Sex.FEMALE, logistic(logit(0.2) + math.log(2.0))), (Sex.MALE, 0.2)):
        n = int((sex == code).sum())
        assert n > 10_000
        assert abs(left_by_sex[code] - n * p) < Z * math.sqrt(n * p * (1 - p))


@pytest.mark.parametrize(
    "idle",
    [
        measure(Unit.PERSON, effect("leaving_sector", On.PARTICIPANT, 0.0), grant=1000),
        measure(Unit.SCHOOL, effect("culture", On.SCHOOL), places=Places(2090, 2100, share=1.0)),
        measure(Unit.CLUSTER, fee=100),
    ],
)
def test_a_measure_without_effect_or_before_its_time_changes_nobody(idle: Programme) -> None:
    """Every column of everybody, every school and every cluster is the same to the last bit; it draws nothing."""
    assert state(run(setup_with(idle))) == state(run(setup_with()))


@pytest.mark.parametrize(
    ("channel", "unit", "on"), BEARERS, ids=lambda value: str(getattr(value, "name", value)).lower()
)
def test_every_channel_moves_what_it_says(channel: str, unit: Unit, on: On) -> None:
    """Its slot is raised, of nobody else's is, and the years after are not those without it."""
    model = PipelineModel(setup_with(measure(unit, effect(channel, on))), 3, measures=())
    base = PipelineModel(setup_with(), 3, measures=())
    for one in (model, base):
        one.step()
    world, found = model.world, set()
    for table, slots in ((world.people, PersonSlot), (world.schools, SchoolSlot)):
        found |= {slots(slot).name.lower() for slot in np.flatnonzero(table.shift.any(axis=0))}
    found |= {f"component {k}" for k in np.flatnonzero(world.clusters.shift.any(axis=0))}
    due = {
        "capability": {"teaching", "people", "management", "system"},
        "cluster_strength": {"component 2"},
        "pupil_progress": {"pupil_progress", "team_progress"} if on is On.TEAM else {"pupil_progress"},
    }.get(channel, {channel})
    due = {On.INSIDERS: {"own_candidates"}, On.OUTSIDERS: {"seen_from_outside"}}.get(on, due)
    assert found == due
    for one in (model, base):
        one.run()
    assert state(model) != state(base)


def test_it_follows_those_who_meet_it() -> None:
    """Whoever is a head has it this year, whoever was one has not, and all have all of it."""
    model = PipelineModel(
        setup_with(measure(Unit.PERSON, effect("wellbeing", On.PARTICIPANT), who=HEADS)), 3, measures=()
    )
    seen = []
    while model.running:
        people = model.world.people
        heads = set(people.id[(people.role == Role.HEAD) & (people.status == Status.IN_SERVICE)].tolist())
        model.step()
        people = model.world.people
        has_it = people.id[people.shift[:, PersonSlot.WELLBEING] != 0]
        assert set(has_it.tolist()) <= heads
        assert set(people.shift[:, PersonSlot.WELLBEING].tolist()) <= {0, int(0.25 * FIXED_POINT)}
        assert model.world.log.funnel[0].tolist() == [len(heads), 0, 0, 0]
        assert not people.joined.any()
        seen.append(heads)
    assert any(before != after for before, after in itertools.pairwise(seen))


def test_it_ends_when_it_says() -> None:
    """In force in one year; the year after nothing of it is left in any channel."""
    places, start = Places(2026, 2026, share=1.0), Effect("culture", 0.5, On.SCHOOL)
    model = PipelineModel(setup_with(measure(Unit.SCHOOL, start, places=places)), 3, measures=())
    raised = {}
    while model.running:
        model.step()
        raised[model.year] = int(np.count_nonzero(model.world.schools.shift[:, SchoolSlot.CULTURE]))
    assert {year for year, schools in raised.items() if schools} == {2026}
    assert raised[2026] == len(model.world.schools)


@pytest.mark.parametrize("unit", Unit)
def test_costs_are_booked_for_each_who_has_it(unit: Unit) -> None:
    """A grant for each, a fee of its school or of each of its schools, and cover at the price of a day; in whole GBP."""
    bought = measure(unit, grant=1000.4, fee=250, release_days=2, places=Places(2026, 2027, share=1.0))
    model = PipelineModel(setup_with(bought), 3, measures=())
    while model.running:
        model.step()
        world, booked = model.world, model.world.log.programme_costs[0]
        n = int(world.log.funnel[0, 0])
        if not 2026 <= model.year <= 2027:
            assert not booked.any()
            continue
        in_clusters = int((world.schools.cluster >= 0).sum())
        schools = in_clusters if unit is Unit.CLUSTER else n
        assert n > 0
        assert booked[:, 0].sum() == 1000 * n
        assert booked[:, 1].sum() == 250 * schools
        assert booked[:, 2].sum() == 400 * schools
        assert not booked[:, 3].any()
        assert len(world.log.measured) == n


def test_the_census_counts_those_who_had_it() -> None:
    """Where they were when it reached them: as many as met it, from its first year to its last."""
    model = PipelineModel(
        setup_with(measure(Unit.SCHOOL, effect("trust", On.SCHOOL), places=Places(2026, 2027, share=1.0))), 3
    )
    model.run()
    for year in (2026, 2027):
        assert model.results.value("programme_participants", year, programme="measure") == len(model.world.schools)
    with pytest.raises(LookupError):
        model.results.value("programme_participants", 2028, programme="measure")


def test_nobody_helps_in_a_measure() -> None:
    """A measure with a cascade is refused: nobody has joined to lead others."""
    with pytest.raises(ValueError, match="nobody joins a measure"):
        replace(measure(Unit.PERSON), delivery=Delivery(1, cascade=Cascade((), 2.0, Area.REGION)))
