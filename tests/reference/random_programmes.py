"""Random programmes over the whole grammar, with effects large enough to show in a small world."""

from __future__ import annotations

import math
import random

from simulation.processes.eligibility import codes_of
from simulation.programmes.channels import CHANNELS, COMPONENTS, SKILLS, Channel, On
from simulation.programmes.programme import (
    Area,
    Cascade,
    Condition,
    Delivery,
    Effect,
    Helpers,
    Places,
    Priority,
    Programme,
    ProgrammeCosts,
    TakeUp,
    Unit,
)
from simulation.structure import ENGLAND
from simulation.vocabulary import Role

NAMES = ("apprenticeship", "better-heads", "coaching", "deputies", "exchange", "fellowship")
PERSON_RANGES = {
    "fte": (40, 100),
    "age": (25, 60),
    "years_qualified": (0, 25),
    "years_in_role": (0, 6),
    "years_in_school": (0, 6),
    "years_in_post": (0, 5),
    "years_as_head": (-1, 4),
    "teaching": (-1.5, 2.0),
    "people": (-1.5, 2.0),
    "management": (-1.5, 2.0),
    "system": (-1.5, 2.0),
    "readiness": (-1.5, 2.0),
    "self_view": (-1.0, 1.0),
    "aspiration": (-1.5, 1.5),
    "wellbeing": (-1.5, 1.5),
    "workload": (35, 75),
    "panel_gap": (-0.1, 0.3),
}
SCHOOL_RANGES = {
    "school.disadvantage": (0.0, 1.0),
    "school.pupils": (50, 900),
    "school.leadership": (-1.0, 1.0),
    "school.culture": (-1.0, 1.0),
    "school.trust": (-1.0, 1.0),
    "school.progress": (-0.1, 0.1),
    "school.senior_team": (0, 4),
    "school.cluster_size": (1, 4),
}
CLUSTER_RANGES = {"cluster.schools": (1, 4), "cluster.strength": (0.0, 0.8)}
COLUMNS = {
    Unit.PERSON: (
        *PERSON_RANGES, "role", "sex", "ethnic_group", "acting_role", "completed", "joined", "completed", "joined",
        *SCHOOL_RANGES, "school.phase", "school.kind", "school.region", "school.local_authority",
        *CLUSTER_RANGES, "cluster.kind", "cluster.local_authority",
    ),
    Unit.SCHOOL: (
        *SCHOOL_RANGES, "school.phase", "school.kind", "school.region", "school.local_authority", *CLUSTER_RANGES,
        "cluster.kind", "cluster.local_authority",
    ),
    Unit.CLUSTER: (*CLUSTER_RANGES, "cluster.kind", "cluster.local_authority"),
}  # fmt: skip
SIZES = {
    "log-odds": (0.3, 3.0),
    "standard deviations": (0.1, 1.2),
    "hours a week": (0.5, 8.0),
    "share": (0.05, 0.7),
    "ratio": (0.1, 1.0),
}
"""Least and greatest size of an effect, by the unit of its channel; of either sign."""


def random_programmes(dice: random.Random, first_year: int, last_year: int) -> tuple[Programme, ...]:
    """Up to four programmes that start before, in and after the years ``first_year`` to ``last_year``."""
    names = dice.sample(NAMES, dice.choice((0, 1, 2, 3, 3, 4, 4, 4)))
    return tuple(random_programme(dice, name, first_year, last_year) for name in names)


def random_programme(dice: random.Random, name: str, first_year: int, last_year: int) -> Programme:
    """One programme."""
    unit = dice.choice((Unit.PERSON, Unit.PERSON, Unit.PERSON, Unit.SCHOOL, Unit.CLUSTER))
    delivery = random_delivery(dice, unit)
    # Most start early enough to act for years; some before the first year, some in the last, some after it.
    start = first_year + dice.choice((-1, 0, 1, 1, 2, 2, dice.randint(0, 12), last_year - first_year + 1))
    costs = ProgrammeCosts(
        grant=dice.choice((800.5, 3_000.0, 12_345.25)),
        fee=dice.choice((0.0, 700.5, 1_999.75)),
        release_days=dice.choice((0.0, 2.5, 11.0)),
    )
    return Programme(
        name=name,
        unit=unit,
        who=random_conditions(dice, unit, dice.choice((0, 1, 1, 2, 3))),
        places=random_places(dice, unit, start, start + dice.choice((0, 1, 3, 99))),
        take_up=TakeUp(
            aware=dice.choice((1.0, 0.8)),
            apply=dice.choice((1.0, 0.8, 0.5)),
            apply_aspiration=dice.choice((0.0, 1.0, -0.5)),
            apply_capability=dice.choice((0.0, 0.7)),
            select_aspiration=dice.choice((0.0, 0.8)),
            select_capability=dice.choice((0.0, 1.5, -0.5)),
            complete=dice.choice((1.0, 0.6)),
        ),
        delivery=delivery,
        effects=random_effects(dice, unit, delivery),
        costs=costs,
        sign=dice.choice((1.0, 1.0, 1.0, -1.0)),
    )


def random_places(dice: random.Random, unit: Unit, first: int, last: int) -> Places:
    """A number or a share, with or without a budget; mostly scarce."""
    budget = dice.choice((math.inf, math.inf, dice.uniform(20_000, 300_000)))
    if dice.random() < 0.4:
        return Places(first, last, share=dice.choice((0.2, 0.5, 1.0)), per_schools=dice.uniform(5, 20), budget=budget)
    most = 60 if unit == Unit.PERSON else 8
    return Places(first, last, number=dice.uniform(1, most), per_schools=dice.uniform(5, 20), budget=budget)


def random_conditions(dice: random.Random, unit: Unit, number: int) -> tuple[Condition, ...]:
    """Conditions that leave somebody, mostly."""
    return tuple(random_condition(dice, column) for column in dice.sample(COLUMNS[unit], number))


def random_priority(dice: random.Random, unit: Unit) -> Priority:
    """A column of numbers, whose greatest or least value comes first."""
    columns = {**(PERSON_RANGES if unit == Unit.PERSON else {}), **(SCHOOL_RANGES if unit != Unit.CLUSTER else {})}
    return Priority(dice.choice(sorted({**columns, **CLUSTER_RANGES})), dice.random() < 0.6)


def random_condition(dice: random.Random, column: str) -> Condition:
    """A range, or a list of codes or names; some of them turned round."""
    none_of = dice.random() < 0.3
    if column in ("completed", "joined"):
        return Condition(column, any_of=tuple(dice.sample((*NAMES, "not-run"), 4)), none_of=none_of)
    if column == "school.region":
        return Condition(column, any_of=("Region 0", dice.choice(("Region 1", "Elsewhere"))), none_of=none_of)
    if column in ("school.local_authority", "cluster.local_authority"):
        return Condition(column, any_of=(800, 802), none_of=none_of)
    if column == "acting_role":
        return Condition(column, any_of=(-1, int(Role.HEAD)))
    if column in codes_of(ENGLAND):
        codes = range(len(codes_of(ENGLAND)[column]))
        return Condition(column, any_of=tuple(dice.sample(codes, math.ceil(len(codes) / 2))), none_of=none_of)
    low, high = (PERSON_RANGES | SCHOOL_RANGES | CLUSTER_RANGES)[column]
    least, most = dice.uniform(low, low + (high - low) / 3), dice.uniform(high - (high - low) / 3, high)
    if isinstance(low, int):
        least, most = round(least), round(most)
    return Condition(column, *dice.choice(((least, math.inf), (-math.inf, most), (least, most))))


def random_delivery(dice: random.Random, unit: Unit) -> Delivery:
    """Delivery, mostly with helpers and, of programmes that people join, mostly with a cascade."""
    leaders = Condition("role", any_of=tuple(range(dice.randint(0, 2), 5)))
    helpers = Helpers(
        kind="mentor",
        who=(leaders, *random_conditions(dice, Unit.PERSON, dice.choice((0, 1, 2)))),
        willing=dice.choice((1.0, 0.6, 0.3)),
        each=dice.choice((1, 2, 3)),
        hours=dice.choice((0.0, 1.5, 4.0)),
        within=dice.choice(tuple(Area)),
    )
    cascade = Cascade(
        who=random_conditions(dice, Unit.PERSON, dice.choice((0, 1, 1, 2))),
        each=dice.choice((1.0, 2.5, 20.0)),
        within=dice.choice(tuple(Area)),
    )
    return Delivery(
        years=dice.choice((1, 2, 2, 3)),
        hours=dice.choice((0.0, 2.5, 6.0)),
        helpers=helpers if dice.random() < 0.7 else None,
        cascade=cascade if unit == Unit.PERSON and dice.random() < 0.7 else None,
        quality=dice.choice((1.0, 0.75, 0.4)),
        endorses=dice.choice((0.0, 0.0, 0.8)),
    )


def bearers(channel: Channel, unit: Unit, delivery: Delivery) -> list[On]:
    """On whom a channel can fall in a programme of this kind."""
    left_out = set() if unit == Unit.PERSON else {On.PARTICIPANT, On.TEAM}
    left_out |= set() if delivery.cascade else {On.PEERS}
    left_out |= set() if delivery.helpers else {On.HELPER}
    left_out.add(On.PASSED_OVER)  # these are added to the programme, by dice of their own
    return [on for on in channel.bearers if on not in left_out]


def random_effects(dice: random.Random, unit: Unit, delivery: Delivery) -> tuple[Effect, ...]:
    """Several effects, on any channel and bearer that the programme allows; of a cascade, some on peers at least."""
    pairs = [(channel, on) for channel in CHANNELS.values() for on in bearers(channel, unit, delivery)]
    on_peers = [pair for pair in pairs if pair[1] == On.PEERS]
    own = [random_effect(dice, unit, delivery, pairs) for _ in range(dice.randint(4, 14))]
    return (*own, *(random_effect(dice, unit, delivery, on_peers) for _ in range(2 if on_peers else 0)))


def random_effect(dice: random.Random, unit: Unit, delivery: Delivery, pairs: list[tuple[Channel, On]]) -> Effect:
    """One effect, on one of ``pairs`` of channel and bearer."""
    few = [pair for pair in pairs if pair[1] in (On.INSIDERS, On.OUTSIDERS) or pair[0].name == "cluster_strength"]
    channel, on = dice.choice(few if few and dice.random() < 0.2 else pairs)
    low, high = SIZES[channel.unit]
    can_close_gap = channel.name == "culture" and on == On.SCHOOL and unit != Unit.CLUSTER and delivery.helpers
    return Effect(
        channel=channel.name,
        size=dice.choice((1, 1, -1)) * dice.uniform(low, high),
        on=on,
        begins=dice.choice((0, 0, 1, 2)),
        half_life=dice.choice((math.inf, 0.0, 0.7, 2.0)),
        roles=tuple(sorted(dice.sample(range(6), dice.choice((6, 4, 3))))),
        skills=tuple(sorted(dice.sample(range(len(SKILLS)), dice.randint(1, 3))))
        if channel.name == "capability"
        else (),
        component=dice.randrange(len(COMPONENTS)) if channel.name == "cluster_strength" else 0,
        leader_support=dice.choice((0.0, 0.0, 0.5, -0.8)),
        of_gap=bool(can_close_gap and dice.random() < 0.7),
    )
