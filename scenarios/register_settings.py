"""The ``register:`` block of a context: which schools there are, as settings of the register that makes them.

Settings are declared as a frozen dataclass whose fields are made with :func:`simulation.parameters.parameter`; whole
numbers are fields annotated ``int`` with the unit ``posts`` or ``pupils``. The block is checked against them.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any

import numpy as np

from scenarios.strict import Node, choice, fields, whole
from scenarios.tables import as_plain, check_sums, read_cells
from simulation.parameters import UNITS, Array, Declaration, Number, parameter

KINDS = ("synthetic",)


@dataclass(frozen=True)
class SyntheticSettings:
    """Schools made up to match published counts, sizes and trusts."""

    schools: Array = parameter("ratio", "schools of each phase", "phase")
    local_authorities: int = parameter("ratio", "local authorities that the schools lie in")
    academies: Array = parameter("share", "academies among schools", "phase")
    mean_pupils: Array = parameter("pupils", "mean pupils on roll", "phase")
    spread_of_pupils: Array = parameter("ratio", "standard deviation of the logarithm of pupils on roll", "phase")
    mean_disadvantage: Number = parameter("share", "pupils ever eligible for free school meals, mean over schools")
    spread_of_disadvantage: Number = parameter("share", "standard deviation of that share between schools")
    in_trusts: Number = parameter("share", "academies that are in a trust of two schools or more")
    mean_trust_size: Number = parameter("ratio", "mean schools in a trust of two or more")
    largest_trust: int = parameter("ratio", "schools in the largest trust")


@dataclass(frozen=True)
class RegisterSettings:
    """What the context says about its register."""

    kind: str
    settings: Any
    """A settings dataclass of that kind."""

    def resolved(self) -> dict[str, Any]:
        """Plain values, for results and digests."""
        plain: dict[str, Any] = {"kind": self.kind}
        for field in dataclasses.fields(self.settings):
            value = getattr(self.settings, field.name)
            plain[field.name] = as_plain(value) if isinstance(value, np.ndarray) else value
        return plain


def read_register(node: Node) -> RegisterSettings | None:
    """The ``register:`` block; problems are noted in the file's source."""
    names = {field.name: field for field in dataclasses.fields(SyntheticSettings)}
    parts = fields(node, "register", ("kind", *names))
    kind = choice(parts.pop("kind"), KINDS, "kind") if "kind" in parts else None
    values = {name: _read_setting(parts[name], names[name]) for name in names if name in parts}
    if kind is None or len(values) < len(names) or any(value is None for value in values.values()):
        return None
    return RegisterSettings(kind, SyntheticSettings(**values))


def _read_setting(node: Node, field: dataclasses.Field[Any]) -> int | float | np.ndarray | None:
    unit, axes = field.metadata["unit"], field.metadata["axes"]
    if field.type == "int":
        low, high = UNITS[unit]
        return whole(node, max(1, int(low)), min(int(high), 100_000), field.name)
    cells = read_cells(node, axes, unit, field.name)
    declaration = Declaration(field.name, unit, axes, field.metadata["meaning"], field.metadata["sums_to_one_over"])
    if cells is None or not check_sums(cells, declaration, node):
        return None
    if not axes:
        return float(cells.values)
    cells.values.flags.writeable = False
    return cells.values
