"""Sums of cases by cell: a finest place, and a code along each of a measure's axes.

What is summed are whole numbers, so that a sum is the same whatever the order of its terms.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import prod
from typing import Any

import numpy as np

from simulation.census.arrays import fixed, small
from simulation.census.places import Places
from simulation.kernels import kernel

SCALE = 1 << 20
"""Real amounts are summed as whole numbers of 1/1,048,576, so that a sum does not depend on the order of its terms.

Whole amounts are summed as they are. A sum of real amounts must stay below 2**63 / SCALE, about 8.8e12.
"""

KEPT = 24
"""Arrays that are kept for another measure to use: all of a national census would be 60 MB, most of them used once."""


class Sums:
    """The sums of one census. What several measures ask for in a row is summed once: arrays are told apart by identity."""

    def __init__(self, places: Places) -> None:
        self._places = places
        self._made: dict[tuple[Any, ...], tuple[np.ndarray, tuple[Any, ...]]] = {}

    def table(
        self, school: np.ndarray, codes: Sequence[np.ndarray], sizes: Sequence[int], amount: np.ndarray | None
    ) -> np.ndarray:
        """Sums of ``amount`` (None: one each), int64: the finest places, for each code of the first axis, of the second ...

        ``school`` places the cases, ``codes`` and ``sizes`` are those along the axes. An amount of shape (cases, n) has a
        column for each code of the last axis, which then is not among ``codes``. Real amounts are in parts of
        :data:`SCALE`. Raise :exc:`IndexError` for a code that an axis does not have.
        """
        if amount is not None and amount.dtype.kind == "f":  # large, and asked for once
            return fixed(self._summed(tuple(sizes), amount, school, *codes))
        return self._once(self._summed, tuple(sizes), amount, school, *codes)

    def _once(self, make: Callable[..., np.ndarray], sizes: tuple[int, ...], *arrays: np.ndarray | None) -> np.ndarray:
        """What ``make`` gives for these arrays, made unless it was lately asked for; to be read only."""
        key = (make.__name__, sizes, *map(id, arrays))
        known = self._made.pop(key, None)
        # The arrays are kept as well, so that no other can have their identity.
        made = (fixed(make(sizes, *arrays)), arrays) if known is None else known
        self._made[key] = made  # as the last, so that what has not been asked for the longest goes first
        if len(self._made) > KEPT:
            del self._made[next(iter(self._made))]
        return made[0]

    def _summed(
        self, sizes: tuple[int, ...], amount: np.ndarray | None, school: np.ndarray, *codes: np.ndarray
    ) -> np.ndarray:
        along = len(codes) + (amount is not None and amount.ndim == 2)
        if along != len(sizes):
            raise ValueError(f"a measure gives codes along {along} axes of {len(sizes)}")
        cell = self._once(self._cells, sizes[: len(codes)], school, *codes)
        if amount is not None and len(amount) != len(cell):
            raise ValueError(f"a measure gives {len(amount)} amounts for {len(cell)} cases")
        cells = self._places.cells
        if amount is None or amount.ndim == 1:
            return summed(cell, amount, cells * prod(sizes))
        if amount.shape[1:] != sizes[-1:]:
            raise ValueError(f"a measure gives amounts of shape {amount.shape} along an axis of {sizes[-1]} labels")
        return np.concatenate([summed(cell, column, cells * prod(sizes[:-1])) for column in amount.T])

    def _cells(self, sizes: tuple[int, ...], school: np.ndarray, *codes: np.ndarray) -> np.ndarray:
        """The place of each case in a table with axes of ``sizes``; uint16, or int32 in a table that is too large for it."""
        cells = self._places.cells * prod(sizes)
        cell = np.empty(len(school), np.uint16 if cells <= 1 << 16 else np.int32)
        if not sizes:
            if not _place(self._places.of_school, fixed(school.astype(np.int32, copy=False)), cell):
                raise IndexError(f"a measure places cases in schools from {school.min()} to {school.max()}")
            return cell
        wider, code = self._once(self._cells, sizes[:-1], school, *codes[:-1]), small(codes[-1])
        if len(code) != len(cell):
            raise ValueError(f"a measure gives {len(code)} codes for {len(cell)} cases")
        if not _narrow(wider, code, cells // sizes[-1], sizes[-1], cell):
            raise IndexError(
                f"a measure gives codes from {code.min()} to {code.max()} along an axis of {sizes[-1]} labels"
            )
        return cell


def whole(amount: np.ndarray) -> np.ndarray:
    """Amounts as whole numbers: real ones in parts of :data:`SCALE`."""
    return np.floor(amount * SCALE + 0.5).astype(np.int64) if amount.dtype.kind == "f" else amount.astype(np.int64)


def scale_of(amount: np.ndarray | None) -> int:
    """How many parts of 1 sums of an amount are in."""
    return SCALE if amount is not None and amount.dtype.kind == "f" else 1


def summed(cell: np.ndarray, amount: np.ndarray | None, cells: int) -> np.ndarray:
    """Sums of ``amount`` (None: one each) by cell, int64; real amounts are in parts of :data:`SCALE`.

    ``cell`` is from 0 to ``cells`` - 1, which is not checked.
    """
    table = np.zeros(cells, np.int64)
    if amount is None:
        _count(cell, table)
    elif amount.dtype.kind == "f":
        _add_in_parts(cell, fixed(np.ascontiguousarray(amount, np.float64)), table)
    else:
        if amount.dtype == np.bool_:
            amount = amount.view(np.int8)
        elif amount.dtype not in (np.int8, np.int16):  # those of many people; others are few, not worth compiling for
            amount = amount.astype(np.int64)
        _add(cell, fixed(np.ascontiguousarray(amount)), table)
    return table


@kernel
def _place(of_school: np.ndarray, school: np.ndarray, cell: np.ndarray) -> bool:
    """The finest place of each case; whether there are all the schools."""
    right = True
    for i in range(school.shape[0]):
        row = np.uint32(school[i])  # unsigned, so that an index needs no test for counting from the end
        known = row < of_school.shape[0]
        right &= known
        cell[i] = of_school[row if known else np.uint32(0)]
    return right


@kernel
def _narrow(wider: np.ndarray, code: np.ndarray, stride: int, size: int, cell: np.ndarray) -> bool:
    """Cells along one more axis; whether its codes are all below its size."""
    right = True
    for i in range(wider.shape[0]):
        right &= 0 <= code[i] < size
        cell[i] = wider[i] + code[i] * stride
    return right


@kernel
def _count(cell: np.ndarray, table: np.ndarray) -> None:
    for i in range(cell.shape[0]):
        table[np.uint32(cell[i])] += 1


@kernel
def _add(cell: np.ndarray, amount: np.ndarray, table: np.ndarray) -> None:
    for i in range(cell.shape[0]):
        table[np.uint32(cell[i])] += amount[i]


@kernel
def _add_in_parts(cell: np.ndarray, amount: np.ndarray, table: np.ndarray) -> None:
    for i in range(cell.shape[0]):
        table[np.uint32(cell[i])] += int(np.floor(amount[i] * SCALE + 0.5))
