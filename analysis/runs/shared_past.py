"""Runs that go on from where another one stands: a past that is simulated once, for every future that it may have."""

from __future__ import annotations

import copy
from collections.abc import Sequence

from simulation.model import PipelineModel
from simulation.processes.base import Process
from simulation.world import Setup, World


class Continued(PipelineModel):
    """A model that goes on from the census at which another one stands."""

    def __init__(
        self, world: World, phases: Sequence[Process] | None = None, measures: Sequence[str] | None = ()
    ) -> None:
        """Take over ``world``; whoever handed it in must not go on using it."""
        self._inherited = world
        super().__init__(world.setup, world.key.seed, world.key.replicate, phases=phases, measures=measures)

    def make_world(self) -> World:
        """The world that was handed over."""
        return self._inherited


def copied(world: World, setup: Setup) -> World:
    """A copy that shares nothing that a run writes, for a run under ``setup``.

    The setup must agree with the world's own about everything that has acted so far.
    """
    return copy.deepcopy(world, {id(world.setup): setup, id(world.key): world.key})
