"""What a deliberate change of one rule of the reference is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

import numpy as np
import pytest

from simulation.world import Setup


@dataclass(frozen=True)
class Mutation:
    """One changed rule: what it is, the process (or the two) that can show it first, and how to change it."""

    name: str
    process: str
    patch: Callable[[pytest.MonkeyPatch], None] | None = None
    parameters: dict[str, float | np.ndarray] = field(default_factory=dict)
    """Values that the mutated reference takes instead of the configuration's: a rule that is not followed."""
    first: int = 0
    """The configuration to try first: those before it are not likely to notice."""

    def setup(self, setup: Setup) -> Setup:
        """The setup from which the mutated reference runs."""
        values = {
            name: np.broadcast_to(value, np.shape(setup.parameters.value(name.replace("__", "."))))
            for name, value in self.parameters.items()
        }
        return replace(setup, parameters=setup.parameters.replace(**values))


def changed(target: object, name: str, value: object) -> Callable[[pytest.MonkeyPatch], None]:
    """How to put ``value`` in place of what a module or class has by ``name``."""
    return lambda monkeypatch: monkeypatch.setattr(target, name, value)
