"""Random doses: what programmes deliver of what they plan, through whom, and what that makes of their effects."""

from __future__ import annotations

import random
from dataclasses import replace

from simulation.programmes.programme import Condition, Effect, Helpers, Plan, Programme, Unit
from tests.reference.random_programmes import random_conditions, random_priority


def dosed(programme: Programme, n: int) -> Programme:
    """The programme; in three of five configurations with other hours, days, fees and helpers than are planned."""
    if n % 5 in (1, 4):
        return programme
    dice = random.Random(f"dose {n} {programme.name}")
    delivery, costs, take_up = programme.delivery, programme.costs, programme.take_up
    helpers = delivery.helpers and with_skill(delivery.helpers, dice, programme.unit)
    planned = Plan(
        hours=delivery.hours * dice.choice((0.0, 0.5, 1.0, 3.0)),
        release_days=costs.release_days * dice.choice((1.0, 0.5, 2.0)),
        fee=costs.fee * dice.choice((0.0, 1.0, 2.0)),
        helper_hours=helpers.hours / helpers.each * dice.choice((0.0, 0.5, 1.0, 4.0)) if helpers else 0.0,
        training=dice.choice((0.0, 10.0, 40.0)),
        helpers=planned_helpers(helpers, dice),
        grant=costs.grant * dice.choice((0.0, 0.7, 2.0)),
    )
    return replace(
        programme,
        planned=dice.choice((planned, planned, planned, None)),
        delivery=replace(
            delivery,
            helpers=helpers,
            day=dice.choice((0.0, 6.0)),
            half_dose=dice.choice((0.0, 0.5, 0.5, 3.0)),
            paid=dice.random() < 0.2,
        ),
        take_up=replace(
            take_up, apply_fee=dice.choice((0.0, -0.5, -2.0)), complete_release=dice.choice((0.0, 0.2, -0.5))
        ),
        effects=tuple(half_dosed(effect, dice) for effect in programme.effects),
    )


def with_skill(helpers: Helpers, dice: random.Random, unit: Unit) -> Helpers:
    """Helpers who differ in what their help achieves, mostly trained, and in half of all cases matched."""
    return replace(
        helpers,
        training=dice.choice((0.0, 5.0, 20.0)),
        trained=dice.choice((0.0, 0.4, 1.0)),
        skill=dice.choice((0.0, 0.3, 1.5)),
        culture=dice.choice((0.0, 0.0, 0.5)),
        better=dice.choice((0.0, 1.0, -1.0)),
        first=dice.choice((None, random_priority(dice, Unit.PERSON))),
        serve=dice.choice((None, random_priority(dice, unit))),
    )


def planned_helpers(helpers: Helpers | None, dice: random.Random) -> tuple[Condition, ...]:
    """Who could help: those whom the file asks for, or others, from whom these are chosen."""
    if helpers is None:
        return ()
    return dice.choice((helpers.who, random_conditions(dice, Unit.PERSON, 1)))


def half_dosed(effect: Effect, dice: random.Random) -> Effect:
    """The effect; one in three with a response of its own."""
    return replace(effect, half_dose=dice.choice((None, None, dice.uniform(0.0, 2.0))))
