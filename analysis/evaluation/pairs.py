"""Two runs that differ in one programme: the same draws, the same past, and a future with it and without it."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from dataclasses import replace

from simulation.model import PipelineModel
from simulation.processes.base import Process
from simulation.programmes.programme import Programme
from simulation.world import Setup, World

NEVER = 0
"""A school year long before any run."""


class Continued(PipelineModel):
    """A model that goes on from the census at which another one stands, without measures."""

    def __init__(self, world: World, phases: Sequence[Process] | None = None) -> None:
        """Take over ``world``; whoever handed it in must not go on using it."""
        self._inherited = world
        super().__init__(world.setup, world.key.seed, world.key.replicate, phases=phases, measures=())

    def make_world(self) -> World:
        """The world that was handed over."""
        return self._inherited


def copied(world: World, setup: Setup) -> World:
    """A copy that shares nothing that a run writes, for a run under ``setup``.

    The setup must agree with the world's own about everything that has acted so far.
    """
    return copy.deepcopy(world, {id(world.setup): setup, id(world.key): world.key})


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
