"""Every field of a programme acts: changed by itself it moves some output, or it is said why it cannot."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from typing import Any

import pytest

from simulation.model import PipelineModel
from simulation.programmes.channels import On
from simulation.programmes.programme import (
    Again,
    Area,
    Cascade,
    Condition,
    Delivery,
    Effect,
    Helpers,
    New,
    Places,
    Plan,
    Priority,
    Programme,
    ProgrammeCosts,
    Quota,
    TakeUp,
    Unit,
)
from simulation.world import Setup
from tests.reference.base_parameters import base_parameters
from tests.reference.configurations import random_setup
from tests.reference.structures import fitted

WORLDS = (9, 4, 19, 29, 0)
"""Random worlds in which a field is tried, one after the other until it moves something."""
TEACHERS = (Condition("role", any_of=(0, 1, 2)),)
LEADERS = (Condition("role", any_of=(1, 2, 3, 4)),)


def programmes(base_year: int, schools: int) -> dict[str, Programme]:
    """One programme of people, one of schools and one of clusters, which use all of the grammar between them."""
    places = Places(base_year + 1, base_year + 4, number=3.0 * schools, per_schools=schools, budget=5_000.0 * schools)
    person = Programme(
        "person", Unit.PERSON, TEACHERS,
        replace(places, quotas=(Quota(0.5, (Condition("years_qualified", most=8),)),), priority=Priority("school.disadvantage")),
        TakeUp(0.8, 0.5, 0.5, 0.5, 1.0, 1.0, 0.7, -0.5, 0.2),
        Delivery(2, 3.0, Helpers("mentor", LEADERS, 0.6, 2, 2.0, Area.REGION, 8.0, 0.5, 0.5), Cascade(TEACHERS, 2.0, Area.COMMUNITY), 0.6),
        (
            Effect("leaving_sector", -1.5, On.PARTICIPANT, 0, 1.0),
            Effect("capability", 1.0, On.TEAM, 1, 2.0, roles=(0,), skills=(0,), leader_support=0.8),
            Effect("wellbeing", 1.0, On.PEERS, 0, 1.0),
        ),
        ProgrammeCosts(900.0, 400.0, 2.0), again=Again(1), planned=Plan(2.0, 1.0, 100.0, 0.5, 10.0, LEADERS),
    )  # fmt: skip
    school = Programme(
        "school", Unit.SCHOOL, (), Places(base_year + 1, base_year + 4, share=0.4), TakeUp(apply=0.7, apply_aspiration=0.5, select_capability=1.0),
        Delivery(2, 1.0, Helpers("adviser", LEADERS, 0.9, 1, 1.0, Area.ANYWHERE), paid=True), (Effect("culture", 0.8, On.SCHOOL, of_gap=True),),
        ProgrammeCosts(500.0), planned=Plan(1.0, helper_hours=1.0, grant=1_000.0),
    )  # fmt: skip
    cluster = Programme(
        "cluster", Unit.CLUSTER, (), Places(base_year + 1, base_year + 4, share=1.0), TakeUp(), Delivery(3, endorses=0.8),
        (Effect("cluster_strength", 0.8, On.CLUSTER, component=0),),
    )  # fmt: skip
    return {one.name: one for one in (person, school, cluster)}


VARIANTS: dict[str, Any] = {
    "name": "another",
    "who": (Condition("role", any_of=(1,)),),
    "sign": -1.0,
    "again.after": 0,
    "again.on": (New.ROLE,),
    "again.adds_up": True,
    "places.first": +1,
    "places.last": -1,
    "places.number": 1.0,
    "places.per_schools": 10.0,
    "places.budget": 900.0,
    "places.quotas": (),
    "places.quotas.0.share": 1.0,
    "places.quotas.0.who": TEACHERS,
    "places.ahead": (Condition("sex", any_of=(1,)),),
    "places.priority.column": "age",
    "places.priority.most": False,
    "take_up.aware": 0.4,
    "take_up.apply": 0.2,
    "take_up.apply_aspiration": -1.0,
    "take_up.apply_capability": -1.0,
    "take_up.select_aspiration": -2.0,
    "take_up.select_capability": -2.0,
    "take_up.complete": 0.2,
    "take_up.apply_fee": -5.0,
    "take_up.complete_release": -2.0,
    "planned.hours": 9.0,
    "planned.release_days": 9.0,
    "planned.fee": 2_000.0,
    "planned.helper_hours": 5.0,
    "planned.training": 40.0,
    "planned.helpers": (Condition("role", any_of=(4,)),),
    "delivery.day": 6.0,
    "delivery.half_dose": 5.0,
    "delivery.helpers.training": 0.0,
    "delivery.helpers.trained": 1.0,
    "delivery.helpers.skill": 0.0,
    "delivery.helpers.culture": 1.0,
    "delivery.helpers.better": 1.0,
    "delivery.helpers.first": Priority("people"),
    "delivery.helpers.serve": Priority("management"),
    "effects.0.half_dose": 3.0,
    "delivery.years": 1,
    "delivery.hours": 9.0,
    "delivery.helpers.who": (Condition("role", any_of=(4,)),),
    "delivery.helpers.willing": 0.2,
    "delivery.helpers.each": 1,
    "delivery.helpers.hours": 8.0,
    "delivery.helpers.within": Area.SCHOOL,
    "delivery.cascade.who": (Condition("role", any_of=(0,)),),
    "delivery.cascade.each": 0.2,
    "delivery.cascade.within": Area.SCHOOL,
    "delivery.quality": 0.1,
    "effects": (),
    "effects.0.channel": "applying",
    "effects.0.size": 3.0,
    "effects.0.on": On.SCHOOL,
    "effects.0.begins": 2,
    "effects.0.half_life": 0.0,
    "effects.0.award": True,
    "effects.1.roles": (),
    "effects.1.skills": (3,),
    "effects.1.leader_support": 0.0,
    "costs.grant": 2_000.0,
    "costs.fee": 900.0,
    "costs.release_days": 9.0,
}
"""Fields of the programme of people, each with another value; years are added to."""
OTHERS: dict[tuple[str, str], Any] = {
    ("school", "places.share"): 0.9,
    ("school", "effects.0.of_gap"): False,
    ("school", "delivery.paid"): False,
    ("school", "planned.grant"): 5_000.0,
    ("cluster", "unit"): Unit.SCHOOL,
    ("cluster", "everybody"): True,
    ("cluster", "delivery.endorses"): 0.0,
    ("cluster", "effects.0.component"): 3,
}
"""Fields that need another kind of programme."""
DO_NOTHING = {
    "delivery.helpers.kind": "what helpers are called: told to readers",
    "effects.0.side": "a side effect is told apart in what people read, not in what happens",
    "family": "several programmes of one family are told together, and count as one for who may join: see its own tests",
    "earlier": "the numbers of earlier years: see the tests of dates",
    "places.priority.at": "the place in a file that says it",
}
"""Fields that move no output by themselves, and why."""


def at(whole: Any, path: str, value: Any) -> Any:
    """``whole`` with the field at a dotted path replaced; numbers in it are places in a tuple."""
    head, _, rest = path.partition(".")
    if isinstance(whole, tuple):
        n = int(head)
        return (*whole[:n], at(whole[n], rest, value), *whole[n + 1 :])
    return replace(whole, **{head: at(getattr(whole, head), rest, value) if rest else value})


def moved(name: str, path: str, value: Any) -> bool:
    """Whether some world measures something else once a field has another value."""
    for n in WORLDS:
        setup = world(n)
        running = {one.name: one for one in setup.programmes}
        if path in ("places.first", "places.last"):
            value = getattr(running[name].places, path.removeprefix("places.")) + VARIANTS[path]
        other = at(running[name], path, value)
        if measured(
            replace(setup, programmes=tuple(other if one.name == name else one for one in setup.programmes))
        ) != as_it_is(n):
            return True
    return False


@cache
def world(n: int) -> Setup:
    """Random world ``n`` with plausible parameters, a year of warm-up, and the three programmes."""
    setup = random_setup(n)
    running = tuple(programmes(setup.base_year, len(setup.register)).values())
    parameters = fitted(base_parameters(), setup.structure)
    return replace(
        setup, parameters=parameters, earlier=(), zone=None, zones=(), warm_up_years=1, years=6, programmes=running
    )


@cache
def as_it_is(n: int) -> bytes:
    """What world ``n`` measures if nothing is changed."""
    return measured(world(n))


def measured(setup: Setup) -> bytes:
    """Every measure of every census."""
    model = PipelineModel(setup, 3)
    model.run()
    return b"".join(column.tobytes() for column in model.results.codes().values())


@pytest.mark.parametrize("path", VARIANTS)
def test_a_field_of_a_programme_of_people_acts(path: str) -> None:
    """With another value, some measure of some census is another."""
    assert moved("person", path, VARIANTS[path])


LEFT_OUT = ("again", "places.priority", "delivery.helpers", "planned")
"""Parts of a programme of people that it can do without."""


@pytest.mark.parametrize("path", LEFT_OUT)
def test_a_part_that_is_left_out_acts(path: str) -> None:
    """Joining again, who comes first, and helpers."""
    assert moved("person", path, None)


def test_a_cascade_acts() -> None:
    """Left out with the effects on peers that it is for."""
    for n in WORLDS:
        setup = world(n)
        person = next(one for one in setup.programmes if one.name == "person")
        alone = tuple(effect for effect in person.effects if effect.on is not On.PEERS)
        without = replace(person, effects=alone, delivery=replace(person.delivery, cascade=None))
        others = (one for one in setup.programmes if one.name != "person")
        if measured(replace(setup, programmes=(without, *others))) != as_it_is(n):
            return
    pytest.fail("nobody is led")


@pytest.mark.parametrize(("name", "path"), OTHERS)
def test_a_field_that_needs_another_kind_of_programme_acts(name: str, path: str) -> None:
    """Shares, gaps, what schools join as, endorsement, and the component of a cluster's strength."""
    assert moved(name, path, OTHERS[name, path])


@pytest.mark.parametrize("path", ["delivery.helpers.kind", "effects.0.side"])
def test_what_is_said_to_do_nothing_does_nothing(path: str) -> None:
    """Words for readers."""
    assert not moved("person", path, {"delivery.helpers.kind": "coach", "effects.0.side": True}[path])


def fields(whole: Any, path: str = "") -> Iterator[str]:
    """Every field of a programme by path, tuples by their first member."""
    for field in dataclasses.fields(whole):
        here, value = f"{path}{field.name}", getattr(whole, field.name)
        first = value[0] if isinstance(value, tuple) and value else value
        if not dataclasses.is_dataclass(value):
            yield here
        if dataclasses.is_dataclass(first):
            yield from fields(first, f"{here}.0." if isinstance(value, tuple) else f"{here}.")


def test_no_field_is_forgotten() -> None:
    """Whoever adds one to the grammar says here how it acts, or why it does not."""
    known = {
        path.replace(".1.", ".0.")
        for path in (*VARIANTS, *LEFT_OUT, "delivery.cascade", *DO_NOTHING, *(path for _, path in OTHERS))
    }
    of_conditions = (
        "who.0.",
        ".who.0.",
        "planned.helpers.0.",
    )  # conditions have tests of their own, over all their columns
    found = {path for one in programmes(2025, 9).values() for path in fields(one)}
    missing = {path for path in found - known if not any(part in path for part in of_conditions)}
    assert not missing
