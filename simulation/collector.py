"""Mesa's ``DataCollector``, answering over columns where a reporter names an attribute."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import dataclass
from itertools import repeat
from typing import Any

import mesa

from simulation.agentset import ColumnAgentSet

LENIENT = not hasattr(mesa.Model, "schedule_event")
"""Whether an attribute that an agent does not have counts as None, as in Mesa 3.3; later versions raise an error."""

UNCHANGING = (str, int, float, bool, tuple)
"""Types of values that Mesa keeps as they are; others are copied, so that what is kept does not change."""


@dataclass(frozen=True)
class Attribute:
    """A reporter that names an attribute; unlike Mesa's own it can be pickled, and asked of everybody at once."""

    name: str
    reporter: str
    """What it is called in the data."""

    def __call__(self, agent: Any) -> Any:
        """What an agent has under the name. Raise :exc:`AttributeError` if it has nothing, unless that counts as None."""
        try:
            return getattr(agent, self.name)
        except AttributeError as error:
            if LENIENT:
                return None
            raise AttributeError(
                f"Agent {agent.unique_id} of type {type(agent).__name__} has no attribute {self.name!r} "
                f"(reporter: {self.reporter!r})"
            ) from error

    def of(self, agents: ColumnAgentSet) -> list[Any]:
        """What each of ``agents`` has under the name, in order."""
        if agents.in_columns(self.name):
            return agents.get(self.name)
        return [_kept(self(agent)) for agent in agents]


@dataclass(frozen=True)
class WithArguments:
    """A reporter that is a function with arguments after the agent."""

    function: Callable[..., Any]
    arguments: tuple[Any, ...]

    def __call__(self, agent: Any) -> Any:
        """What the function says of an agent."""
        return self.function(agent, *self.arguments)


class DataCollector(mesa.DataCollector):
    """Mesa's collector, with the same arguments and tables, quick for models whose agents live in columns.

    An attribute's name as an agent or agent-type reporter is read from whole columns; a function is called with one agent
    after the other, as in Mesa. It can be pickled, unless a reporter is a lambda.
    """

    def _new_agent_reporter(self, name: str, reporter: Any) -> None:
        super()._new_agent_reporter(name, _named(name, reporter))

    def _new_agenttype_reporter(self, agent_type: type, name: str, reporter: Any) -> None:
        super()._new_agenttype_reporter(agent_type, name, _named(name, reporter))

    def _record_agents(self, model: Any) -> Any:
        agents = model.agents
        if not isinstance(agents, ColumnAgentSet):
            return super()._record_agents(model)
        return _records(model, agents, self.agent_reporters)

    def _record_agenttype(self, model: Any, agent_type: type) -> Any:
        if not isinstance(model.agents, ColumnAgentSet) or not issubclass(agent_type, mesa.Agent):
            return super()._record_agenttype(model, agent_type)
        agents = model.agents_by_type.get(agent_type)
        if agents is None:
            agents = model.agents.select(agent_type=agent_type)
        return _records(model, agents, self.agenttype_reporters[agent_type])


def _named(name: str, reporter: Any) -> Any:
    """A reporter as Mesa takes it, but picklable where Mesa would make a function within a function."""
    if isinstance(reporter, str):
        return Attribute(reporter, name)
    return WithArguments(reporter[0], tuple(reporter[1])) if isinstance(reporter, list) else reporter


def _records(model: Any, agents: ColumnAgentSet, reporters: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    """A row for each agent as Mesa keeps it: when, the agent's id, and what each reporter says."""
    when = model.time if hasattr(model, "time") else model.steps
    columns = [r.of(agents) if isinstance(r, Attribute) else [_kept(r(a)) for a in agents] for r in reporters.values()]
    return list(zip(repeat(when), agents.get("unique_id"), *columns))


def _kept(value: Any) -> Any:
    return value if isinstance(value, UNCHANGING) else deepcopy(value)
