"""What levers and uncertainties do to parameters, in words: tables cell by cell, by whom they are about."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from analysis.figures.words import listed, role_words, said
from scenarios.overrides import PLACE, Override
from scenarios.parameter_files import as_text
from scenarios.strict import Mapping, Node
from scenarios.tables import ALL

Labels = tuple[str, ...]
"""A cell by its labels, one for each axis, as a scenario writes them."""


def does(override: Override) -> str:
    """What an override does, as the scenario writes it without the place, its tables in words: ``{add: 0.1 for heads}``."""
    node = override.node
    if isinstance(node, Mapping):
        node = Mapping(node.place, node.keys, {key: value for key, value in node.values.items() if key != PLACE})
    labels = override.part.split(".")[2:]
    axes = list(zip(override.declaration.axes, override.declaration.labels, strict=True))[len(labels) :]
    return _written(node, axes)


def of_whom(overrides: Sequence[Override]) -> str:
    """Of whom the parts of a table are that overrides name: ``heads in primary schools``; nothing for the whole."""
    parts = [tuple(override.part.split(".")[2:]) for override in overrides]
    return whom(parts, overrides[0].declaration.axes) if all(parts) else ""


Axes = Sequence[tuple[str, Labels]]
NAMED = ("sex", "ethnic_group", "cluster_kind", "route", "skill", "component", "ring")
"""Axes whose labels are words of their own; a label of another is told with its axis: ``age band 30 34``."""


def _written(node: Node, axes: Axes) -> str:
    if not isinstance(node, Mapping):
        return as_text(node)
    if axes and all(key in (*axes[0][1], ALL) for key in node.values):
        cells: dict[str, list[Labels]] = defaultdict(list)
        for labels, value in _cells(node, axes):
            cells[value].append(labels)
        names = [axis for axis, _ in axes]
        if not any(label for of in cells.values() for labels in of for label in labels):
            return next(iter(cells))  # one value for all
        return ", ".join(f"{value} for {whom(of, names)}" for value, of in cells.items())
    return "{" + ", ".join(f"{key}: {_written(value, axes)}" for key, value in node.values.items()) + "}"


def _cells(node: Node, axes: Axes) -> Iterator[tuple[Labels, str]]:
    """Cells that a table gives, with their values; the label is empty where one value is that of all along an axis."""
    if not isinstance(node, Mapping) or not axes:
        yield (), as_text(node)
        return
    for label, inner in node.values.items():
        for labels, value in _cells(inner, axes[1:]):
            yield ("" if list(node.values) == [ALL] else label, *labels), value


def whom(cells: Iterable[Labels], axes: Sequence[str]) -> str:
    """Whom cells of a table are about: ``heads and deputy heads in primary schools``, ``secondary schools``."""
    roles: dict[str, list[str]] = defaultdict(list)
    for cell in cells:
        of = dict(zip(axes, cell, strict=False))
        role = _role(of.pop("role", ""))
        told = [_label(axis, label) for axis, label in of.items() if label]
        if role and "phase" in of and told:
            told[list(of).index("phase")] = f"in {told[list(of).index('phase')]}"
        roles[", ".join(told)].append(role)
    alike: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for rest, named in roles.items():
        alike[tuple(dict.fromkeys(named))].append(rest)
    parts = [
        " ".join(filter(None, (listed(filter(None, n)), listed(filter(None, rests))))) for n, rests in alike.items()
    ]
    return listed(part or "everybody" for part in parts)


def _role(label: str) -> str:
    return "all others" if label == ALL else label and role_words(label)


def _label(axis: str, label: str) -> str:
    if label == ALL:
        return "all other schools" if axis == "phase" else "all others"
    if axis == "phase":
        return f"{said(axis, label)} schools"
    return said(axis, label) if axis in NAMED else f"{axis.replace('_', ' ')} {label.replace('_', ' ')}"
