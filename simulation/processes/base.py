"""One process of the school year, as data that can be listed, timed and tested."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from simulation.world import Own, World


class Model(Protocol):
    """The model as a standard process sees it: its world."""

    world: World


@dataclass(frozen=True)
class Process:
    """A step of the year: its name, what it stands for, and the function that does it.

    The function gets the model, a :class:`simulation.model.PipelineModel`, and what the process may write of it: the
    columns that name the process as their owner; those of a user's own process are the measures of state that
    :attr:`~simulation.columns.Column.open_to_users` lists.
    """

    name: str
    meaning: str
    run: Callable[[Any, Own], None]
