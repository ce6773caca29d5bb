"""The form of a census: which rows its measures can have, laid out once for a run and filled in each year."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from simulation.census.block import Block
from simulation.census.census import Census
from simulation.census.dimensions import ALL, DIMENSIONS, labels_of
from simulation.census.measure import Measure
from simulation.census.places import Places
from simulation.census.tally import Sums
from simulation.world import World


@dataclass
class YearRows:
    """The rows that one census publishes."""

    year: int
    form: Form
    row: np.ndarray
    """Rows of the form, ascending; int32."""
    value: np.ndarray
    base: np.ndarray
    """What a ratio is out of, or the number of cases of a median; NaN for a count."""

    def __len__(self) -> int:
        return len(self.value)

    @property
    def labels(self) -> dict[str, tuple[str, ...]]:
        """Labels along every dimension, in order of code."""
        return self.form.labels

    @property
    def measure(self) -> np.ndarray:
        """Place of the measure in the order of :func:`~simulation.census.measure.measures`; int16."""
        return self.form.measure[self.row]

    @property
    def codes(self) -> dict[str, np.ndarray]:
        """int8 code by dimension, -1 for all."""
        return {dimension: codes[self.row] for dimension, codes in self.form.codes.items()}


class Form:
    """The rows that some measures can have in a run, whose schools stay what they are and where they are."""

    def __init__(self, world: World, numbered: Mapping[int, Measure]) -> None:
        """Lay out the rows of measures, which are given by the numbers that results know them by."""
        self.labels = labels_of(world.setup)
        self._places = Places(world.schools, world.phases, len(self.labels["region"]))
        self._blocks = [Block(measure, self._places, self.labels) for measure in numbered.values()]
        lengths = [len(block) for block in self._blocks]
        self._first = np.cumsum([0, *lengths])
        self._block_of = np.repeat(np.arange(len(lengths)), lengths)
        self.measure = np.repeat(np.array([*numbered], np.int16), lengths)
        """Number of each row's measure; int16."""
        self.codes = {dimension: np.full(len(self.measure), ALL, np.int8) for dimension in DIMENSIONS}
        """int8 code of each row by dimension, -1 for all."""
        for first, block in zip(self._first, self._blocks, strict=False):
            for dimension, codes in block.codes.items():
                self.codes[dimension][first : first + len(block)] = codes

    def __len__(self) -> int:
        return len(self.measure)

    def __getstate__(self) -> dict[str, Any]:
        """Of a copy or a pickle: what tells which rows are which. Only the form that a model laid out can be filled in."""
        return {"labels": self.labels, "measure": self.measure, "codes": self.codes}

    def words(self, row: int) -> list[str]:
        """A row by its measure's number and the words of its codes."""
        codes = {dimension: codes[row] for dimension, codes in self.codes.items()}
        said = [f"{d} {self.labels[d][code]}" for d, code in codes.items() if code >= 0]
        return [f"measure {self.measure[row]}", *said]

    def places_in(self, other: Form) -> np.ndarray:
        """The row of another form that has each row's measure and words; -1 where it has none. int64."""
        mine: list[np.ndarray] = [self.measure]
        theirs: list[np.ndarray] = [other.measure]
        for dimension, words in other.labels.items():
            here = {word: code for code, word in enumerate(words)}
            # "all" goes last, so that code -1 finds it; a word that is not there gets a code that nothing has
            codes = np.array([*(here.get(word, len(words)) for word in self.labels[dimension]), ALL], np.int16)
            mine.append(codes[self.codes[dimension]])
            theirs.append(other.codes[dimension])
        key, known = _mixed(mine), _mixed(theirs)
        order = np.argsort(known, kind="stable")
        place = order[np.minimum(np.searchsorted(known, key, sorter=order), len(order) - 1)]
        same = np.logical_and.reduce([here == there[place] for here, there in zip(mine, theirs, strict=True)])
        return np.where(same, place, -1)

    def filled_in(self, world: World) -> YearRows:
        """What the census of ``world.year`` publishes: a measure that needs more history than there is has no rows.

        Raise :exc:`ValueError` if the census process has not run this year.
        """
        census, sums = Census(world), Sums(self._places)
        amount, divisor, base = (np.zeros(len(self), np.int64) for _ in range(3))
        scale = np.ones((2, len(self._blocks)))
        for n, block in enumerate(self._blocks):
            tally = block.measure.function(census)
            if tally is not None:
                rows = slice(self._first[n], self._first[n + 1])
                scale[:, n] = block.fill(tally, sums, amount[rows], divisor[rows], base[rows])
        row = np.flatnonzero(divisor)
        block_of = self._block_of.take(row)
        times, per = scale[0].take(block_of), scale[1].take(block_of)
        value = amount.take(row) / divisor.take(row) * times
        return YearRows(census.year, self, row.astype(np.int32), value, base.take(row) / per)


def _mixed(columns: list[np.ndarray]) -> np.ndarray:
    """A number for each row, by which equal rows are found; that they are equal is looked at afterwards. uint64."""
    mixed = np.zeros(len(columns[0]), np.uint64)
    for column in columns:
        mixed = (mixed ^ column.astype(np.int64).astype(np.uint64)) * np.uint64(0x9E3779B97F4A7C15)
        mixed ^= mixed >> np.uint64(29)
    return mixed
