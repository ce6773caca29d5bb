"""One process of the school year, as data that can be listed, timed and tested."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from simulation.world import World


@dataclass(frozen=True)
class Process:
    """A step of the year: its name, what it stands for, and the function that does it."""

    name: str
    meaning: str
    run: Callable[[World], None]
