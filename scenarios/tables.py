"""Numbers and tables of numbers as the model declares them: by unit and by labelled axes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from scenarios.problems import echo
from scenarios.strict import Mapping, Node, Scalar, did_you_mean, kind, number
from scenarios.strict.fields import listed
from simulation.declaring import AXES, UNITS, Declaration

ALL = "all"
"""Label that stands for every label of an axis that is not named."""

SUM_TOLERANCE = 1e-6


@dataclass(frozen=True)
class Cells:
    """The values of a table, and where each was written."""

    values: np.ndarray
    """float64, one dimension per axis; of shape ``()`` for a plain number."""
    written: tuple[Scalar, ...]
    """For each cell in C order, the text that gave it."""


def read_cells(
    node: Node, axes: tuple[str, ...], unit: str, what: str, bounds: tuple[float, float] | None = None
) -> Cells | None:
    """A number, or a table with a mapping for each axis in order; None, with problems noted, if anything is wrong."""
    low, high = bounds or UNITS[unit]
    values: list[float | None] = []
    written: list[Scalar] = []
    if not _gather(node, axes, unit, (low, high), what, values, written):
        return None
    shape = tuple(len(AXES[axis]) for axis in axes)
    return Cells(np.array(values, dtype=np.float64).reshape(shape), tuple(written))


def _gather(
    node: Node,
    axes: tuple[str, ...],
    unit: str,
    bounds: tuple[float, float],
    what: str,
    values: list[float | None],
    written: list[Scalar],
) -> bool:
    """Append the cells under ``node`` in C order; False if any is wrong."""
    if not axes:
        value = number(node, unit, *bounds, what)
        if value is None or not isinstance(node, Scalar):
            return False
        values.append(value)
        written.append(node)
        return True
    labels = AXES[axes[0]]
    if not isinstance(node, Mapping):
        _not_by_axis(node, axes[0], what)
        return False
    good = _check_labels(node, axes[0], labels, what)
    shared: tuple[list[float | None], list[Scalar]] = ([], [])
    if ALL in node.values:  # read once, so that what is wrong with it is said once
        good = _gather(node.values[ALL], axes[1:], unit, bounds, what, *shared) and good
    for label in labels:
        if label not in node.values:
            values.extend(shared[0])
            written.extend(shared[1])
            continue
        name = f"{what}, {label}" if " for " in what else f"{what} for {label}"
        good = _gather(node.values[label], axes[1:], unit, bounds, name, values, written) and good
    return good


def _not_by_axis(node: Node, axis: str, what: str) -> None:
    given = f"got {echo(node.text)}" if isinstance(node, Scalar) and not node.empty else f"got {kind(node)}"
    hint = None
    if isinstance(node, Scalar) and not node.empty and not node.quoted:
        hint = f"to give each the same value write {{{ALL}: {echo(node.text)}}}"
    node.place.wrong("E0301", f"{what} must be a mapping by {axis} ({listed(AXES[axis])}), {given}", hint)


def _check_labels(node: Mapping, axis: str, labels: tuple[str, ...], what: str) -> bool:
    unknown = [key for name, key in node.keys.items() if name not in labels and name != ALL]
    for key in unknown:
        other = next((name for name, words in AXES.items() if key.text in words), None)
        hint = did_you_mean(key.text, (*labels, ALL))
        if hint is None and other:
            hint = f"{key.text} is a label of {other}; here the axis is {axis}: {listed(labels)}"
        key.place.wrong("E0305", f"{what} has no {axis} {echo(key.text)}", hint or f"allowed: {listed((*labels, ALL))}")
    missing = [label for label in labels if label not in node.values]
    if missing and ALL not in node.values:
        node.place.wrong("E0305", f"{what} lacks {listed(missing)}", f"give each {axis}, or {ALL}: for those not named")
        return False
    if ALL in node.values and not missing:
        node.keys[ALL].place.wrong("E0305", f"{what} names every {axis}, so {ALL} means nothing", "take it out")
        return False
    return not unknown


def check_sums(cells: Cells, declaration: Declaration, where: Node) -> bool:
    """Note shares that do not sum to one along the declared axis; False if there are any."""
    if declaration.sums_to_one_over is None:
        return True
    axis = declaration.axes.index(declaration.sums_to_one_over)
    sums = np.asarray(cells.values.sum(axis=axis))
    off = np.argwhere(np.abs(sums - 1) > SUM_TOLERANCE)
    others = [name for i, name in enumerate(declaration.axes) if i != axis]
    for index in off:
        row = ", ".join(AXES[name][i] for name, i in zip(others, index, strict=True))
        total = float(sums[tuple(index)])
        where.place.wrong(
            "E0410",
            f"{declaration.path}{f' for {row}' if row else ''} must sum to 1 over {declaration.sums_to_one_over}, "
            f"but sums to {total:.6g}",
            f"it is {'over' if total > 1 else 'short'} by {abs(total - 1):.6g}",
        )
    return not len(off)


def cell_name(declaration: Declaration, flat: int) -> str:
    """A cell by its labels: ``leave.step_down for primary, head``."""
    if not declaration.axes:
        return declaration.path
    index = np.unravel_index(flat, declaration.shape)
    labels = ", ".join(AXES[axis][int(i)] for axis, i in zip(declaration.axes, index, strict=True))
    return f"{declaration.path} for {labels}"


def as_plain(values: np.ndarray) -> float | list:
    """A number, or nested lists of numbers, for JSON."""
    return values.tolist() if values.shape else float(values)
