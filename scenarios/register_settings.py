"""The ``register:`` block of a context: which schools there are, as settings of the register that makes them.

The block is checked against the settings' own dataclass: its keys are the fields, nested mappings are nested
dataclasses, lists are tuples, and a field that is left out keeps its default.
"""

from __future__ import annotations

import dataclasses
import typing
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, IntEnum
from typing import Any

from scenarios.problems import InputError, Problem
from scenarios.register.authorities import known
from scenarios.register.synthetic import SyntheticSettings, synthetic_register
from scenarios.strict import Node, boolean, choice, fields, items, number, text, whole
from simulation.register import Register

UNITS: dict[str, tuple[str, float, float]] = {
    "academies": ("share", 0.0, 1.0),
    "church_of_england": ("share", 0.0, 1.0),
    "roman_catholic": ("share", 0.0, 1.0),
    "other_faith": ("share", 0.0, 1.0),
    "disadvantage": ("share", 0.0, 1.0),
    "academies_in_trusts": ("share", 0.0, 1.0),
    "maintained_in_local_clusters": ("share", 0.0, 1.0),
    "maintained_in_federations": ("share", 0.0, 1.0),
    "local_cluster_sizes": ("share", 0.0, 1.0),
    "federation_sizes": ("share", 0.0, 1.0),
    "mean_pupils": ("pupils", 1.0, 1e4),
    "pupils_spread": ("number", 0.0, 3.0),
    "disadvantage_concentration": ("number", 0.01, 1e4),
    "weight": ("number", 1e-6, 1e6),
    "trust_log_mean": ("number", -5.0, 5.0),
    "trust_log_spread": ("number", 0.01, 5.0),
}
"""Units and bounds of settings that have them; any other number is finite and at most a million."""

MOST_WHOLE = 1_000_000_000


KINDS: dict[str, type] = {"synthetic": SyntheticSettings}
"""Settings by kind of register."""


@dataclass(frozen=True)
class RegisterSettings:
    """What the context says about its register."""

    kind: str
    settings: Any
    """Of the class that :data:`KINDS` has for the kind."""
    file: str
    line: int
    phases: tuple[str, ...]
    """The context's, in order of code."""

    @property
    def schools(self) -> int:
        """Schools of the whole system."""
        return sum(kind.schools for kind in self.settings.types)

    def register(self) -> Register:
        """The register that the settings describe; raise :exc:`~scenarios.problems.InputError` if there is none."""
        try:
            return synthetic_register(self.settings, self.phases)
        except ValueError as error:
            raise InputError([Problem(self.file, self.line, None, "E0402", f"register: {error}")]) from None

    def resolved(self) -> dict[str, Any]:
        """Plain values, for results and digests."""
        return {"kind": self.kind, **_plain(self.settings)}


def names_of_authorities(resolved: Mapping[str, Any]) -> dict[str, str]:
    """Names of local authorities by number, as text: those that a register as it was resolved names, or England's."""
    own = {str(one["number"]): str(one["name"]) for one in resolved.get("authorities", ())}
    return own or {code: name for code, (name, _) in known().items()}


def _plain(value: Any) -> Any:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {f.name: _plain(getattr(value, f.name)) for f in dataclasses.fields(value)}
    if isinstance(value, tuple):
        return [_plain(member) for member in value]
    return value.name.lower() if isinstance(value, Enum) else value


def read_register(node: Node, phases: tuple[str, ...]) -> RegisterSettings | None:
    """The ``register:`` block of a context with these phases; problems are noted in the file's source."""
    kind = None
    values = getattr(node, "values", {})
    if "kind" in values:
        kind = choice(values["kind"], KINDS, "kind")
    if kind is None:
        if "kind" not in values:
            fields(node, "register", ("kind",), values)
        return None
    settings = _read_dataclass(node, KINDS[kind], "register", phases, extra=("kind",))
    if settings is None:
        return None
    return RegisterSettings(kind, settings, node.place.source.file, node.place.line, phases)


def _read_dataclass(node: Node, cls: type, what: str, phases: tuple[str, ...], extra: tuple[str, ...] = ()) -> Any:
    hints = typing.get_type_hints(cls)
    known = [f for f in dataclasses.fields(cls) if f.init]
    needed = [f.name for f in known if f.default is dataclasses.MISSING and f.default_factory is dataclasses.MISSING]
    parts = fields(node, what, (*extra, *needed), [f.name for f in known if f.name not in needed])
    values = {name: _read_value(part, hints[name], name, phases) for name, part in parts.items() if name not in extra}
    if any(value is None for value in values.values()) or any(name not in values for name in needed):
        return None
    try:
        return cls(**values)
    except ValueError as error:
        node.place.wrong("E0402", str(error))
        return None


def _read_value(node: Node, hint: Any, name: str, phases: tuple[str, ...]) -> Any:
    """A value of the type that a field is annotated with; None, with a problem noted, if it is not one."""
    if typing.get_origin(hint) is tuple:
        member, _ = typing.get_args(hint)
        found = [_read_value(item, member, name, phases) for item in items(node, name)]
        return None if None in found or not hasattr(node, "items") else tuple(found)
    if dataclasses.is_dataclass(hint):
        return _read_dataclass(node, typing.cast("type", hint), name, phases)
    if name == "phase":
        return choice(node, phases, name)
    if isinstance(hint, type) and issubclass(hint, IntEnum):
        word = choice(node, [member.name.lower() for member in hint], name)
        return None if word is None else hint[word.upper()]
    if hint is float:
        unit, low, high = UNITS.get(name, ("number", -1e6, 1e6))
        return number(node, unit, low, high, name)
    readers: dict[Any, Any] = {
        int: lambda: whole(node, 0, MOST_WHOLE, name),
        bool: lambda: boolean(node, name),
        str: lambda: text(node, 200, name),
    }
    return readers[hint]()
