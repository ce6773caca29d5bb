"""Three programmes that between them use all of the grammar that accounts and measures look at."""

from __future__ import annotations

from dataclasses import replace

from simulation.programmes.channels import On
from simulation.programmes.programme import (
    Area,
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
from simulation.vocabulary import Role
from simulation.world import Setup
from tests.worlds import rough_setup

HEADS = (Condition("role", any_of=(Role.HEAD,)),)

PEOPLE = Programme(
    "coaching",
    Unit.PERSON,
    (Condition("role", any_of=(0, 1, 2, 3)),),
    Places(2024, 2027, number=12.4, per_schools=12),
    TakeUp(aware=0.8, apply=0.6, select_aspiration=0.5, complete=0.8),
    Delivery(2, hours=1.5, helpers=Helpers("coach", HEADS, willing=0.7, each=2, hours=1.0, within=Area.REGION)),
    (Effect("aspiration", 0.3, On.PARTICIPANT), Effect("wellbeing", -0.1, On.HELPER, side=True)),
    ProgrammeCosts(grant=1000.4, fee=500, release_days=3),
)
SCHOOLS = Programme(
    "review",
    Unit.SCHOOL,
    (),
    Places(2025, 2040, share=0.3),
    TakeUp(),
    Delivery(1, helpers=Helpers("reviewer", HEADS, willing=0.9, each=1, hours=2.0, within=Area.ANYWHERE)),
    (Effect("culture", 0.2, On.SCHOOL, half_life=2.0),),
    ProgrammeCosts(fee=300, release_days=2),
)
CLUSTERS = Programme(
    "together",
    Unit.CLUSTER,
    (),
    Places(2025, 2026, number=1),
    TakeUp(),
    Delivery(2, hours=1.0),
    (Effect("cluster_strength", 0.1, On.CLUSTER),),
    ProgrammeCosts(grant=20_000, fee=750, release_days=1),
)
ALL = (PEOPLE, SCHOOLS, CLUSTERS)


def without_effect(programme: Programme) -> Programme:
    """The same programme, which takes nobody's time and changes nothing."""
    helpers = programme.delivery.helpers
    delivery = replace(programme.delivery, hours=0.0, helpers=helpers and replace(helpers, hours=0.0))
    effects = tuple(replace(effect, size=0.0) for effect in programme.effects)
    return replace(programme, effects=effects, delivery=delivery)


def setup_with(*programmes: Programme, years: int = 3) -> Setup:
    """Twelve schools from 2025, after a warm-up of two years, with supply cover at 200 GBP a day."""
    setup = rough_setup(years=years)
    values = setup.parameters.values()
    values["costs.supply_day"] = values["costs.supply_day"] + 200.0
    return replace(setup, parameters=type(setup.parameters).from_values(values), programmes=programmes)
