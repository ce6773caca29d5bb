"""The rows of one measure in the form of a census: what adds up to each of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from itertools import product

import numpy as np

from simulation.census.arrays import fixed
from simulation.census.dimensions import ALL, PLACES
from simulation.census.measure import Kind, Measure, Tally
from simulation.census.medians import medians
from simulation.census.places import Places
from simulation.census.tally import Sums, scale_of, whole
from simulation.kernels import kernel


class Block:
    """The rows of a measure: for each published code along its axes, or pair of codes, every published place."""

    def __init__(self, measure: Measure, places: Places, labels: Mapping[str, Sequence[str]]) -> None:
        self.measure = measure
        self._places = places
        self._sizes = tuple(len(labels[axis]) for axis in measure.axes)
        self._kept = [n for n, axis in enumerate(measure.axes) if axis != measure.across]
        """Axes along which a base is split, by number."""
        published = [
            [*range(size), *([ALL] if axis in measure.totals else [])]
            for axis, size in zip(measure.axes, self._sizes, strict=True)
        ]
        along = [*product(*published)]
        self._cases = _parts(tuple(along), self._sizes)
        self._bases = _parts(tuple(tuple(codes[n] for n in self._kept) for codes in along), self._base_sizes)
        where, self._members = places.published(measure.places)
        axes = np.repeat(np.array(along, np.int8).reshape(len(along), len(measure.axes)), len(where), axis=0)
        self.codes = dict(zip(measure.axes, axes.T, strict=True))
        """int8 code of each row by dimension, -1 for all; dimensions that are not named are all."""
        self.codes |= dict(zip(PLACES, np.tile(where, (len(along), 1)).T, strict=True))
        schools = np.zeros(len(where), np.int64)
        np.add.at(schools, self._members, places.schools_per_cell[:, np.newaxis])
        self._inhabited = np.tile(schools > 0, len(along))
        """Rows of places where there is a school."""

    def __len__(self) -> int:
        return len(self._inhabited)

    @property
    def _base_sizes(self) -> tuple[int, ...]:
        return tuple(self._sizes[n] for n in self._kept)

    def fill(
        self, tally: Tally, sums: Sums, amount: np.ndarray, divisor: np.ndarray, base: np.ndarray
    ) -> tuple[float, float]:
        """Write what was counted, what it is to be divided by, and its base, which are 0 so far; int64.

        Where the divisor stays 0 there is no row. Returns by what their quotient is to be multiplied, and the base
        divided, to be in the measure's unit.
        """
        if self.measure.kind is Kind.MEDIAN:
            return self._fill_medians(tally, amount, divisor, base)
        table = sums.table(tally.school, tally.codes, self._sizes, tally.amount)
        _add_up(table, *self._cases, self._members, amount)
        amount_per = scale_of(tally.amount) * tally.per
        if self.measure.kind is Kind.COUNT:
            divisor[self._reported(tally)] = amount_per
            return 1.0, np.nan
        _add_up(self._out_of(tally, sums), *self._bases, self._members, base)
        divisor[:] = base
        base_per = 1 if tally.out_of is None else scale_of(tally.out_of.amount) * tally.out_of.per
        return base_per / amount_per, base_per

    def _reported(self, tally: Tally) -> np.ndarray:
        """Rows of a count: wherever there is a school, but only of the codes that the tally reports on if it says so."""
        if tally.reports_on is None:
            return self._inhabited
        first = self.codes[self.measure.axes[0]]
        return self._inhabited & ((first == ALL) | np.isin(first, tally.reports_on))

    def _out_of(self, tally: Tally, sums: Sums) -> np.ndarray:
        if tally.out_of is not None:
            return sums.table(tally.out_of.school, tally.out_of.codes, self._base_sizes, tally.out_of.amount)
        coded = [n for n in self._kept if n < len(tally.codes)]
        table = sums.table(tally.school, [tally.codes[n] for n in coded], [self._sizes[n] for n in coded], None)
        return fixed(np.tile(table, self._sizes[-1])) if len(coded) < len(self._kept) else table

    def _fill_medians(
        self, tally: Tally, amount: np.ndarray, divisor: np.ndarray, base: np.ndarray
    ) -> tuple[float, float]:
        if tally.amount is None:
            raise ValueError(f"measure {self.measure.name}: a median is of amounts, and there are none")
        places = self._members[self._places.of_school[tally.school]]
        totals = [axis in self.measure.totals for axis in self.measure.axes]
        amount[:], base[:] = medians(whole(tally.amount), places, tally.codes, self._sizes, totals, len(base))
        divisor[base > 0] = 2 * scale_of(tally.amount) * tally.per
        return 1.0, 1.0


@cache
def _parts(along: tuple[tuple[int, ...], ...], sizes: tuple[int, ...]) -> tuple[np.ndarray, np.ndarray]:
    """Which sums of a table add up to each of the codes ``along`` its axes, where ``ALL`` is a total.

    They are ``part[first[n]:first[n + 1]]`` for the n-th; of the table, with axes of ``sizes``, the first axis is the fastest.
    """
    strides = np.cumprod([1, *sizes])
    parts = [
        [
            int(np.dot(codes, strides[:-1]))
            for codes in product(*([c] if c != ALL else range(size) for c, size in zip(wanted, sizes, strict=True)))
        ]
        for wanted in along
    ]
    first = np.cumsum([0, *map(len, parts)], dtype=np.int32)
    return fixed(first), fixed(np.array([n for part in parts for n in part], np.int32))


@kernel
def _add_up(table: np.ndarray, first: np.ndarray, part: np.ndarray, members: np.ndarray, found: np.ndarray) -> None:
    """Add sums by part and finest place to ``found``, which is by entry of ``first`` and published place."""
    cells, published = members.shape[0], found.shape[0] // (first.shape[0] - 1)
    for n in range(first.shape[0] - 1):
        for cell in range(cells):
            total = 0
            for k in range(first[n], first[n + 1]):
                total += table[part[k] * cells + cell]
            for grouping in range(members.shape[1]):
                found[n * published + members[cell, grouping]] += total
