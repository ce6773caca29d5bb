"""Rows come, go and are set aside in place: against a list of rows that does the same in the plainest way."""

from __future__ import annotations

import copy
import os
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulation.columns import Column, Table
from simulation.tables import PEOPLE, people_table

COLUMNS = (
    Column("key", "uint64", "key", "who it is", lasting=True),
    Column("past", "int16", "things", "many, remembered", lasting=True, width=3, missing=-1),
    Column("seen", "int32", "things", "many, an entry of all rows together", lasting=True, width=2, by_entry=True),
    Column("mood", "float64", "points", "not remembered", missing=0.5),
    Column("moods", "int8", "points", "many, not remembered", width=2),
)
LASTING = ("key", "past", "seen")


class Rows:
    """What a table does, with a list of dictionaries for the rows, and another for those set aside."""

    def __init__(self) -> None:
        self.here: list[dict[str, Any]] = []
        self.aside: list[dict[str, Any]] = []

    def keep(self, numbers: list[int]) -> None:
        """As :meth:`Table.keep`."""
        self.here = [self.here[n] for n in numbers]

    def set_aside(self, keys: set[int], forgotten: set[int]) -> None:
        """As :meth:`Table.set_aside`, of whoever has these keys."""
        behind = [{name: row[name] for name in LASTING} for row in self.here if row["key"] in keys]
        self.here = [row for row in self.here if row["key"] not in keys | forgotten]
        self.aside = [row for row in self.aside if row["key"] not in forgotten] + behind


def rows_of(columns: Any, names: tuple[str, ...], start: int = 0) -> list[dict[str, Any]]:
    """The rows of a table as dictionaries, from row ``start``."""
    found = {name: getattr(columns, name)[start:].tolist() for name in names}
    return [dict(zip(names, values, strict=True)) for values in zip(*found.values(), strict=True)]


def in_order(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted(rows, key=lambda row: row["key"])


def add(table: Table, rows: Rows, count: int, first: int) -> None:
    """Add ``count`` rows with keys from ``first`` to both, some columns given and some missing."""
    keys = np.arange(first, first + count, dtype=np.uint64)
    pairs = np.stack([keys % 100, keys % 7], axis=1)
    place = table.append(count, key=keys, mood=keys / 4, moods=pairs, seen=pairs)
    assert place == slice(len(rows.here), len(rows.here) + count)
    for key in range(first, first + count):
        pair = [key % 100, key % 7]
        rows.here.append({"key": key, "past": [-1, -1, -1], "mood": key / 4, "moods": pair, "seen": pair})


def check(table: Table, rows: Rows) -> None:
    """Both hold the same rows, and the rows of the table come first in ``everyone``."""
    assert len(table) == len(rows.here)
    assert in_order(rows_of(table, tuple(table))) == in_order(rows.here)
    assert rows_of(table.everyone, LASTING)[: len(table)] == rows_of(table, LASTING)
    assert in_order(rows_of(table.everyone, LASTING, len(table))) == in_order(rows.aside)


@given(st.data())
def test_a_table_does_what_a_list_of_rows_does(data: st.DataObject) -> None:
    """Whatever is added, kept, set aside and forgotten, in whatever sequence, nobody is lost, doubled or mixed up."""
    table, rows, first = Table("things", COLUMNS), Rows(), 1
    for _ in range(data.draw(st.integers(1, 8))):
        what = data.draw(st.sampled_from(["add", "keep", "set aside", "copy"]))
        if what == "add":
            count = data.draw(st.integers(0, 9))
            add(table, rows, count, first)
            first += count
        elif what == "keep":
            rows.here = rows_of(table, tuple(table))  # keep goes by the order of rows, which setting aside changes
            numbers = data.draw(st.permutations(range(len(table))))[: data.draw(st.integers(0, len(table)))]
            table.keep(np.array(numbers, np.int64))
            rows.keep(numbers)
            assert rows_of(table, tuple(table)) == rows.here
        elif what == "set aside":
            fates = data.draw(st.lists(st.integers(0, 2), min_size=len(table), max_size=len(table)))
            behind = data.draw(st.lists(st.booleans(), min_size=len(rows.aside), max_size=len(rows.aside)))
            aside = np.flatnonzero(np.array(fates, np.int64) == 1)
            forgotten = np.flatnonzero(np.array([fate == 2 for fate in fates] + behind, bool))
            everyone = table.everyone.key.copy()
            table.set_aside(aside, forgotten)
            rows.set_aside(set(everyone[aside].tolist()), set(everyone[forgotten].tolist()))
        else:
            table = copy.deepcopy(table)
        check(table, rows)


def test_a_column_that_is_not_lasting_cannot_be_read_of_those_set_aside() -> None:
    """The error says why, and the others are read-only like every column."""
    table = Table("things", COLUMNS)
    add(table, Rows(), 3, 1)
    table.set_aside(np.array([1]), np.array([], np.int64))
    with pytest.raises(AttributeError, match=r"things\.mood is not kept of rows that are set aside"):
        _ = table.everyone.mood
    with pytest.raises(ValueError, match="read-only"):
        table.everyone.key[0] = 1


def test_setting_aside_tells_whoever_keeps_row_numbers() -> None:
    """Rows from the end have moved, so the generation rises."""
    table = Table("things", COLUMNS)
    add(table, Rows(), 3, 1)
    before = table.generation
    table.set_aside(np.array([0]), np.array([], np.int64))
    assert table.generation > before


def test_room_is_reserved_without_copying_what_comes_later() -> None:
    """After reserving, rows come into the memory that is there."""
    table = Table("things", COLUMNS)
    table.reserve(50)
    memory = table.key.ctypes.data
    for n in range(50):
        table.append(1, key=n)
    assert table.key.ctypes.data == memory


def test_a_person_takes_few_bytes() -> None:
    """What the memory of a run rests on: bytes of a row of people, and of one of whom only the past is kept."""
    assert sum(column.bytes_a_row for column in PEOPLE) <= 321
    assert sum(column.bytes_a_row for column in PEOPLE if column.lasting) <= 113
    table = people_table()
    table.append(1000)
    assert sum(getattr(table, name).nbytes for name in table) <= 321_000


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")
def test_a_process_that_forks_does_not_share_rows_with_its_child() -> None:
    """What the child writes stays with the child."""
    table = Table("things", COLUMNS)
    add(table, Rows(), 3, 1)
    child = os.fork()
    if child == 0:
        table._data["mood"][:] = 9.0
        os._exit(int(table.mood[0]))
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 9
    assert list(table.mood) == [0.25, 0.5, 0.75]
