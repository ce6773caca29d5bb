"""Whether each lever of a programme's delivery and costs moves what the programme is for, in a small world."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import cache

import numpy as np

import scenarios
from scenarios.programme_files.known import Figure, KnownProgramme
from simulation.model import PipelineModel
from simulation.programmes.channels import CHANNELS, On, PersonSlot, SchoolSlot
from simulation.programmes.programme import Effect, Programme
from simulation.world import Setup, World

LEVERS = (
    "delivery.hours",
    "delivery.helpers.willing",
    "delivery.helpers.each",
    "delivery.helpers.hours",
    "delivery.helpers.training",
    "costs.grant",
    "costs.fee",
    "costs.release_days",
)
"""Levers that are numbers and that a file may have; places and conditions say who joins, and are tried elsewhere."""
GIVES_LESS = {
    "costs.fee": "a fee keeps schools from letting people apply: apply_fee says how far",
    "delivery.helpers.each": "who helps more people has less time for each",
}
"""Levers of which more may give less, and why."""
OF_ONE = {"delivery.helpers.each": 1.0}
"""The least that a lever can be."""
FEWER = {"delivery.helpers.willing": 20}
"""By what a lever is divided to have less of it, where half is enough for a small world."""
MORE = {"costs.release_days": 30}
"""By what it is multiplied to have more: few more complete for a day or two."""
FREE = 1000.0
"""What a fee is raised to where the file has none."""


@cache
def small_world() -> Setup:
    """About 110 schools and 2,700 people, whose first year is run."""
    return replace(replace(scenarios.load("england"), scale=0.005, years=1).setup(), warm_up_years=0, years=1)


def _at_once(programme: Programme) -> Programme:
    """The programme for half of all who may join, with all effects in the first year, so that one year shows what it does."""
    places = replace(programme.places, first=0, last=9999, number=None, share=1.0, budget=np.inf, quotas=())
    take_up = replace(programme.take_up, aware=1.0, apply=0.5)
    return replace(
        programme, places=places, take_up=take_up, effects=tuple(replace(e, begins=0) for e in programme.effects)
    )


def _slots(effect: Effect) -> list[int]:
    if effect.on in (On.INSIDERS, On.OUTSIDERS):
        return [SchoolSlot.OWN_CANDIDATES if effect.on is On.INSIDERS else SchoolSlot.SEEN_FROM_OUTSIDE]
    if effect.channel == "capability":
        return [PersonSlot.TEACHING + skill for skill in effect.skills]
    slot = CHANNELS[effect.channel].slot
    return [effect.component if slot is None else int(slot)]


def _table(world: World, effect: Effect) -> np.ndarray:
    if effect.channel == "cluster_strength":
        return world.clusters.shift
    of_schools = CHANNELS[effect.channel].of_schools or effect.on in (On.INSIDERS, On.OUTSIDERS)
    return world.schools.shift if of_schools else world.people.shift


def achieved(programme: Programme) -> tuple[int, tuple[int, ...]]:
    """How many are on the programme after its first year, and what it has changed, effect by effect, in 2**-20 units.

    Each in the direction that is meant; hours and what helping does to helpers are no aims of a programme.
    """
    model = PipelineModel(replace(small_world(), programmes=(_at_once(programme),)), 3, measures=())
    model.run()
    world = model.world
    meant = [e for e in programme.effects if e.size and not e.side and e.on is not On.HELPER]
    found = (np.sign(e.size) * _table(world, e)[:, _slots(e)].sum() for e in meant)
    return len(world.enrolments), tuple(int(total) for total in found)


def _with(known: KnownProgramme, path: str, value: float) -> Programme:
    figure = known.figures[path]
    return replace(known, figures={**known.figures, path: Figure(value, figure.provenance)}).programme(2025)


def faults(known: KnownProgramme) -> Iterator[str]:
    """Levers that move nothing and are not said to, or that give less where more is set without a reason, in words."""
    started, planned = achieved(known.programme(2025))
    if not started:
        yield "nobody starts in the small world"
        return
    for path in LEVERS:
        if path not in known.figures:
            continue
        value = known.value(path)
        fewer = max(OF_ONE.get(path, 0.0), value // 2) if path in OF_ONE else value / FEWER.get(path, 2)
        (_, less), (_, more) = (achieved(_with(known, path, to)) for to in (fewer, MORE.get(path, 2) * value or FREE))
        moves = more != planned or less != planned
        if moves and path in known.cost_only:
            yield f"{path} is cost only, and moves {known.name}"
        if not moves and path not in known.cost_only:
            yield f"{path} moves nothing, and is not said to be cost only"
        falls = any(high < low for low, high in zip(less, more, strict=True))
        if falls and path not in GIVES_LESS:
            yield f"more of {path} gives less"
