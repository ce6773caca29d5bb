"""A plugin for pytest under which Mesa's own tests meet Headway's model and sets of agents in place of Mesa's.

Whatever takes ``mesa.Model`` from here on, tests and Mesa's examples alike, gets a :class:`PipelineModel` of a system in
which nobody lives yet; a set that a test makes of agents is a :class:`ColumnAgentSet` of their model.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import mesa
import mesa.agent
import mesa.model
import numpy as np

from simulation.agentset import ColumnAgentSet
from simulation.collector import DataCollector
from simulation.model import PipelineModel
from simulation.world import World
from tests.worlds import tiny_setup

SETUP = tiny_setup(years=100_000)


class Model(PipelineModel):
    """Headway's model, made with the arguments of Mesa's."""

    def __init__(self, *_args: Any, seed: Any = None, rng: Any = None, scenario: Any = None, **_named: Any) -> None:
        if seed is not None and rng is not None:
            raise ValueError("as Mesa says it")
        super().__init__(SETUP, seed, phases=[], rng=rng, scenario=scenario)

    def make_world(self) -> World:
        """A world without schools or people."""
        return World(self.setup, self.key, self.setup.first_year)


class _Kind(type):
    """Answers for the class that it stands in for."""

    def __instancecheck__(cls, thing: object) -> bool:
        return isinstance(thing, THEIRS)

    def __subclasscheck__(cls, kind: type) -> bool:
        return issubclass(kind, THEIRS)


class AgentSet(metaclass=_Kind):
    """Makes sets of a model's agents as that model makes them; of nobody, or without a model of ours, as Mesa does."""

    def __new__(cls, agents: Iterable[Any], random: Any = None) -> Any:
        """The set of ``agents``."""
        agents = list(agents)
        model = getattr(agents[0], "model", None) if agents else None
        if not isinstance(model, PipelineModel):
            return THEIRS(agents, random)
        nobody = ColumnAgentSet(
            model.roster, np.empty(0, np.int8), np.empty(0, np.uint64), model.random if random is None else random
        )
        return nobody._from_iterable(agents)


THEIRS = mesa.agent.AgentSet

for _module in (mesa, mesa.model):
    _module.Model = Model
for _module in (mesa, mesa.datacollection):
    _module.DataCollector = DataCollector


def pytest_collection_modifyitems(items: list[Any]) -> None:
    """Give the tests our sets; Mesa's own go on being what Mesa itself keeps its agents in."""
    for module in {item.module for item in items if hasattr(item, "module")}:
        if getattr(module, "AgentSet", None) is THEIRS:
            module.AgentSet = AgentSet
