"""Numbers and tables of numbers as the model declares them: by unit and by labelled axes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np

from scenarios.problems import echo
from scenarios.strict import Mapping, Node, Scalar, did_you_mean, kind, number
from scenarios.strict.fields import listed
from simulation.declaring import UNITS, Declaration, axes_of
from simulation.structure import ENGLAND

ALL = "all"
"""Label that stands for every label of an axis that is not named."""

SUM_TOLERANCE = 1e-6


@dataclass(frozen=True)
class Cells:
    """The values of a table, and where each was written."""

    values: np.ndarray
    """float64, one dimension per axis; of shape ``()`` for a plain number."""
    written: tuple[Scalar | None, ...]
    """For each cell in C order, the text that gave it; None where it is as it was."""


@dataclass(frozen=True)
class _Due:
    """What a table is read as."""

    declaration: Declaration
    unit: str
    bounds: tuple[float, float]

    def inside(self) -> _Due:
        """What stands for each label of the first axis."""
        return replace(self, declaration=replace(self.declaration, axes=self.declaration.axes[1:]))


def read_cells(
    node: Node,
    declaration: Declaration,
    unit: str | None = None,
    what: str | None = None,
    bounds: tuple[float, float] | None = None,
    old: np.ndarray | None = None,
) -> Cells | None:
    """A number, or a table with a mapping for each axis of ``declaration`` in order.

    ``unit`` and ``what`` are the declaration's if not given. Labels that are not named keep the values of ``old``, where it
    is given and has numbers for them. None, with problems noted, if anything is wrong.
    """
    unit = unit or declaration.unit
    values: list[float | None] = []
    written: list[Scalar | None] = []
    due = _Due(declaration, unit, bounds or UNITS[unit])
    if not _gather(node, due, what or declaration.path, old, values, written):
        return None
    return Cells(np.array(values, dtype=np.float64).reshape(declaration.shape), tuple(written))


def _gather(
    node: Node,
    due: _Due,
    what: str,
    old: np.ndarray | None,
    values: list[float | None],
    written: list[Scalar | None],
) -> bool:
    """Append the cells under ``node`` in C order; False if any is wrong."""
    if not due.declaration.axes:
        value = number(node, due.unit, *due.bounds, what)
        if value is None or not isinstance(node, Scalar):
            return False
        values.append(value)
        written.append(node)
        return True
    axis, labels = due.declaration.axes[0], due.declaration.labels[0]
    if not isinstance(node, Mapping):
        _not_by_axis(node, axis, labels, what)
        return False
    kept = {label: old[i] for i, label in enumerate(labels) if not np.isnan(old[i]).any()} if old is not None else {}
    good = _check_labels(node, axis, labels, what, kept)
    shared = True
    for i, label in enumerate(labels):
        before = None if old is None else old[i]
        if label in node.values:
            name = f"{what}, {label}" if " for " in what else f"{what} for {label}"
            good = _gather(node.values[label], due.inside(), name, before, values, written) and good
        elif ALL in node.values:
            if shared:  # what is wrong with it is said once, and not of each label
                shared = _gather(node.values[ALL], due.inside(), what, before, values, written)
                good = good and shared
        elif label in kept:
            values.extend(np.ravel(kept[label]).tolist())
            written.extend([None] * np.size(kept[label]))
    return good


def _not_by_axis(node: Node, axis: str, labels: tuple[str, ...], what: str) -> None:
    given = f"got {echo(node.text)}" if isinstance(node, Scalar) and not node.empty else f"got {kind(node)}"
    hint = None
    if isinstance(node, Scalar) and not node.empty and not node.quoted:
        hint = f"to give each the same value write {{{ALL}: {echo(node.text)}}}"
    node.place.wrong("E0301", f"{what} must be a mapping by {axis} ({listed(labels)}), {given}", hint)


def _check_labels(node: Mapping, axis: str, labels: tuple[str, ...], what: str, kept: Iterable[str]) -> bool:
    unknown = [key for name, key in node.keys.items() if name not in labels and name != ALL]
    for key in unknown:
        other = next((name for name, words in axes_of(ENGLAND).items() if key.text in words and name != axis), None)
        hint = did_you_mean(key.text, (*labels, ALL))
        if hint is None and other:
            hint = f"{key.text} is a label of {other}; here the axis is {axis}: {listed(labels)}"
        key.place.wrong("E0305", f"{what} has no {axis} {echo(key.text)}", hint or f"allowed: {listed((*labels, ALL))}")
    missing = [label for label in labels if label not in node.values]
    if ALL not in node.values and (lacking := [label for label in missing if label not in kept]):
        node.place.wrong("E0305", f"{what} lacks {listed(lacking)}", f"give each {axis}, or {ALL}: for those not named")
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
    labels = declaration.labels[:axis] + declaration.labels[axis + 1 :]
    sums = np.asarray(cells.values.sum(axis=axis))
    off = np.argwhere(np.abs(sums - 1) > SUM_TOLERANCE)
    for index in off:
        row = ", ".join(names[i] for names, i in zip(labels, index, strict=True))
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
    labels = ", ".join(names[int(i)] for names, i in zip(declaration.labels, index, strict=True))
    return f"{declaration.path} for {labels}"


def as_plain(values: np.ndarray) -> float | list:
    """A number, or nested lists of numbers, for JSON."""
    return values.tolist() if values.shape else float(values)
