"""What a design varies: a path, and the values or the distribution that are written for it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from functools import cached_property

import numpy as np

from scenarios.overrides import RELATIVE, part_of, path_hint
from scenarios.parameter_files import as_text
from scenarios.problems import echo
from scenarios.programme_files.figures import FIGURES
from scenarios.programme_files.places import PLACES
from scenarios.programme_files.settings import PREFIX, in_programme
from scenarios.strict import Mapping, Node, Scalar, Sequence, did_you_mean, fields, items, kind, number, whole
from scenarios.sweeps.sampling import DISTRIBUTIONS, Distribution
from simulation.declaring import UNITS, Declaration
from simulation.structure import ENGLAND, Structure

MOST_STEPS = 10_000
STEPS = ("from", "to", "steps")
RANGE = "range"
"""Word that stands for the range that the parameter itself declares, every value of it equally likely."""
WAYS = ("times", "add")
"""Relative ways that take a range of steps or a distribution."""
_FREE = ("ratio", -1e10, 1e10)
"""Bounds of numbers whose unit is known only once the scenario is read; what they become is checked then."""


@dataclass(frozen=True)
class Factor:
    """A lever or an uncertainty."""

    path: str
    key: Scalar
    """The path as written."""
    node: Node
    """What is written for it."""
    set_by: str
    """``lever``, ``uncertainty`` or ``future``: as uncertain, and from the first projected year on alone."""
    way: str | None
    """``times`` or ``add`` if its numbers are relative to what the scenario has."""
    levels: tuple[Node, ...] = ()
    """Its values, each as a scenario would write it; empty for a distribution."""
    distribution: Distribution | None = None
    """None for a list of values and for :data:`RANGE`."""
    structure: Structure = ENGLAND
    """Of the context whose labels paths into tables have."""

    @property
    def column(self) -> str:
        """What its values are called among results."""
        return f"{self.path}.{self.way}" if self.way else self.path

    @property
    def declaration(self) -> Declaration | None:
        """The parameter, or the part of its table; None for a programme's figure."""
        return part_of(self.path, self.structure)

    @property
    def is_range(self) -> bool:
        """Whether it is the range that the parameter itself declares."""
        return not self.levels and self.distribution is None

    @cached_property
    def values(self) -> tuple[float | str, ...]:
        """Its values for the table of runs: whole numbers if all of them are, or else numbers, or else text."""
        inner = [level.values[self.way] if self.way and isinstance(level, Mapping) else level for level in self.levels]
        texts = [as_text(node) for node in inner]
        for kind_of_number in (int, float):
            with suppress(ValueError):
                return tuple(kind_of_number(text) for text in texts)
        return tuple(texts)

    def node_for(self, value: float) -> Node:
        """A sampled value as a scenario would write it."""
        return _within(self.way, self.node, _written(self.node, value))


def read_factors(node: Node, set_by: str, structure: Structure) -> tuple[Factor, ...]:
    """``levers:``, ``uncertainties:`` or ``futures:`` of a design, by the labels of a context; problems are noted in its source."""
    if not isinstance(node, Mapping):
        node.place.wrong("E0301", f"parameters by path are due here, got {kind(node)}", "such as leave.step_down: …")
        return ()
    found = (_read_factor(path, node.keys[path], value, set_by, structure) for path, value in node.values.items())
    return tuple(factor for factor in found if factor is not None)


def _read_factor(path: str, key: Scalar, node: Node, set_by: str, structure: Structure) -> Factor | None:
    path = in_programme(path)
    if path.startswith(PREFIX) and set_by == "future":
        key.place.wrong("E0302", f"{echo(path)} is a programme's, not the world's", "write it under uncertainties:")
        return None
    if path.startswith(PREFIX):
        if path.removeprefix(PREFIX).count(".") == 0:
            key.place.wrong("E0302", f"{echo(path)} names no figure", "such as programmes.npq.places.number")
            return None
    elif part_of(path, structure) is None:
        key.place.wrong("E0302", f"there is no parameter {echo(path)}", path_hint(path, structure))
        return None
    return _read_values(Factor(path, key, node, set_by, None, structure=structure), node)


def _read_values(factor: Factor, node: Node) -> Factor | None:
    """The factor with what ``node`` says it takes; None, with problems noted, if that is nothing to vary."""
    if isinstance(node, Sequence):
        return _with_levels(factor, [_within(factor.way, factor.node, item) for item in node.items])
    if isinstance(node, Mapping) and node.values and set(node.values) <= set(STEPS):
        return _read_steps(factor, node)
    if isinstance(node, Mapping) and len(node.values) == 1:
        ((name, inner),) = node.values.items()
        if name in WAYS and factor.way is None:
            return _read_values(replace(factor, way=name), inner)
        if name in DISTRIBUTIONS:
            return _read_distribution(factor, name, node)
    if isinstance(node, Scalar) and node.text == RANGE and not node.quoted and factor.way is None:
        return factor if _may_be_uncertain(factor, node) and not _is_table(factor, node) else None
    _note_no_values(factor, node)
    return None


def _note_no_values(factor: Factor, node: Node) -> None:
    given = echo(as_text(node)) or "nothing"
    also = "" if factor.set_by == "lever" else " or a distribution"
    hint = (
        f"such as [{given}, …]"
        if isinstance(node, Scalar) and not node.empty
        else "such as [0.1, 0.2], {from: 0.1, to: 0.3, steps: 3} or {times: [0.9, 1.1]}"
    )
    if isinstance(node, Mapping):
        near = [did_you_mean(name, (*STEPS, *DISTRIBUTIONS, *RELATIVE)) for name in node.values]
        hint = next((word for word in near if word), hint)
    node.place.wrong("E0601", f"{factor.path} needs several values{also}, got {given}", hint)


def _with_levels(factor: Factor, levels: list[Node]) -> Factor | None:
    if len(levels) < 2:  # one value is what a scenario is for
        place, given = factor.node.place, len(levels)
        place.wrong("E0601", f"{factor.path} needs several values, got {given}", "set a single one in a scenario")
        return None
    seen: dict[str, Node] = {}
    for level in levels:
        text = as_text(level)
        same = seen.setdefault(_plain(text), level)
        if same is not level:
            level.place.wrong("E0603", f"{factor.path} has the value {echo(text)} twice", "take one of them out")
    return replace(factor, levels=tuple(levels))


def _plain(text: str) -> str:
    """One form for numbers that are written differently."""
    try:
        return repr(
            float(
                Decimal(text.removesuffix("%").removeprefix("£").replace(",", "")) / (100 if text.endswith("%") else 1)
            )
        )
    except InvalidOperation:
        return text


def _read_steps(factor: Factor, node: Mapping) -> Factor | None:
    parts = fields(node, f"the steps of {factor.path}", STEPS)
    if len(parts) < len(STEPS) or _is_table(factor, node):
        return None
    unit, low, high = _due(factor)
    first, last = (number(parts[name], unit, low, high, name) for name in ("from", "to"))
    steps = whole(parts["steps"], 2, MOST_STEPS, "steps")
    if first is None or last is None or steps is None:
        return None
    values = [first + (last - first) * i / (steps - 1) for i in range(steps)]
    # Ten digits say all that steps can mean, and spare the reader 0.30000000000000004.
    nodes = [_within(factor.way, factor.node, _written(node, float(f"{value:.10g}"))) for value in values]
    return _with_levels(factor, nodes)


def _read_distribution(factor: Factor, name: str, node: Mapping) -> Factor | None:
    if not _may_be_uncertain(factor, node) or _is_table(factor, node):
        return None
    known = DISTRIBUTIONS[name]
    due = f"{name} takes [{', '.join(known.arguments)}]"
    parts = items(node.values[name], name)
    if len(parts) != len(known.arguments):
        if isinstance(node.values[name], Sequence):
            node.values[name].place.wrong("E0602", f"{due}, got {len(parts)} numbers")
        return None
    unit, low, high = _due(factor)
    arguments = [number(part, unit, low, high, what) for part, what in zip(parts, known.arguments, strict=True)]
    if any(argument is None for argument in arguments):
        return None
    values = tuple(float(argument) for argument in arguments if argument is not None)
    wrong = known.wrong(*values)
    if wrong:
        node.values[name].place.wrong("E0602", f"{due}, and {wrong}")
        return None
    return replace(factor, distribution=Distribution(name, values))


def _may_be_uncertain(factor: Factor, node: Node) -> bool:
    """Whether a distribution may stand here; a problem is noted if not."""
    if factor.set_by == "lever":
        message = f"{factor.path} is a lever and cannot have a distribution: a government chooses it"
        node.place.wrong("E0602", message, "list its values, or move it to uncertainties:")
    return factor.set_by != "lever"


def _is_table(factor: Factor, node: Node) -> bool:
    """Whether one number cannot be the value because the parameter is a table; that is noted."""
    declaration = factor.declaration
    if declaration is None or not declaration.axes or factor.way is not None:
        return False
    hint = f"vary all its cells together: {{times: {as_text(node)}}}, with numbers around 1"
    node.place.wrong("E0602", f"{factor.path} is a table by {', '.join(declaration.axes)}, not one number", hint)
    return True


def _due(factor: Factor) -> tuple[str, float, float]:
    """Unit of the numbers written for a factor, and what is possible at all."""
    if factor.way == "times":
        return "ratio", 0.0, 1000.0
    declaration = factor.declaration
    inner = factor.path.removeprefix(PREFIX).partition(".")[2]
    if declaration is not None:
        due = (declaration.unit, *UNITS[declaration.unit])
    else:
        due = FIGURES.get(inner) or PLACES.get(inner.removeprefix("places.")) or _FREE
    unit, low, high = due
    return (unit, low - high, high - low) if factor.way == "add" else due


def _written(node: Node, value: float) -> Scalar:
    text = str(int(value)) if value == int(value) and abs(value) < 1e15 else repr(float(value))
    return Scalar(node.place, text, quoted=False)


def _within(way: str | None, node: Node, value: Node) -> Node:
    if way is None:
        return value
    return Mapping(value.place, {way: Scalar(node.place, way, quoted=False)}, {way: value})


def sampled(factor: Factor, u: np.ndarray, span: tuple[float, float] | None) -> Iterator[tuple[float | str, Node]]:
    """For each quantile, the value for the table of runs, and as a scenario would write it.

    ``span`` is the range that the parameter declares. Every value of a list is equally likely.
    """
    if factor.levels:
        for i in np.minimum((u * len(factor.levels)).astype(np.int64), len(factor.levels) - 1):
            yield factor.values[i], factor.levels[i]
        return
    distribution = factor.distribution or Distribution("uniform", span or (0.0, 0.0))
    for value in distribution.at(u):
        yield float(value), factor.node_for(float(value))
