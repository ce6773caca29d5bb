"""A table, whatever shows it: a terminal, a page, a sheet, a slide or a notebook."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

Records = Sequence[Mapping[str, Any]]


@dataclass(frozen=True)
class Column:
    """A column of a table."""

    key: str
    """Of its cells in :attr:`Table.rows`."""
    heading: str
    """A line break is where a narrow column may break it."""
    numeric: bool = False
    """It holds numbers, or words for them, and stands to the right."""
    most: int = 0
    """Characters that it is wide at most where width is counted in characters; 0 for as many as there is room for."""


@dataclass(frozen=True)
class Table:
    """Rows of text under headings, and the records, with nothing rounded, that the text is made of."""

    title: str
    columns: tuple[Column, ...]
    """The first holds what each row is about."""
    rows: Sequence[Mapping[str, Any]]
    """Cells by the key of their column, as text (in a workbook numbers too); a row may lack some. A row whose first cell is
    indented belongs to the one above it: under the key ``full`` it says in full what it is about."""
    records: Records = ()
    """For programs: JSON, and what ``headway reproduce`` compares."""
    note: str = ""
    """How to read it, below it."""

    def only(self, keys: Iterable[str]) -> Table:
        """The table with these columns alone, in this order."""
        by_key = {column.key: column for column in self.columns}
        return replace(self, columns=tuple(by_key[key] for key in keys))


def columns(headings: Mapping[str, str], numeric: Iterable[str] = ()) -> tuple[Column, ...]:
    """Columns from headings by key; ``numeric`` are the keys of those that hold numbers."""
    numbers = set(numeric)
    return tuple(Column(key, heading, key in numbers) for key, heading in headings.items())


def headed(title: str, rows: Sequence[Mapping[str, Any]], numeric: Iterable[str] = (), note: str = "") -> Table:
    """A table whose rows all have the same keys, which are its headings."""
    return Table(title, columns({heading: heading for row in rows[:1] for heading in row}, numeric), rows, note=note)
