"""Two runs that differ in one programme: the same draws, the same past, and a future with it and without it."""

from __future__ import annotations

from dataclasses import replace

from simulation.model import PipelineModel
from simulation.programmes.programme import Programme
from simulation.world import Setup, World

NEVER = 0
"""A school year long before any run."""


def without(setup: Setup, programme: str) -> Setup:
    """The setup in which nobody ever starts in ``programme``.

    It stays in the list, so that all programmes keep their places there; a programme in which nobody starts is none.
    """
    return with_programme(setup, never(named(setup, programme)))


def with_programme(setup: Setup, programme: Programme) -> Setup:
    """The setup with ``programme`` in the place of the one of its name, or added."""
    others = tuple(p for p in setup.programmes if p.name != programme.name)
    return replace(setup, programmes=(*others, programme))


def never(programme: Programme) -> Programme:
    """The programme with no year in which anybody can start."""
    return replace(programme, places=replace(programme.places, first=NEVER + 1, last=NEVER))


def named(setup: Setup, programme: str) -> Programme:
    """The programme of that name; raise :exc:`KeyError` if the setup has none."""
    for found in setup.programmes:
        if found.name == programme:
            return found
    raise KeyError(programme)


def warmed_up(setup: Setup, programme: str, seed: int, replicate: int) -> World:
    """The world without ``programme`` at the census before anybody can first start in it."""
    first = max(named(setup, programme).places.first, setup.first_year + 1)
    model = PipelineModel(without(setup, programme), seed, replicate, measures=())
    while model.year < first - 1 and model.running:
        model.step()
    return model.world
