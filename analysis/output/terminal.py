"""Tables and text on a terminal, or the records of a table as JSON for a program."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from analysis.figures.rounding import number
from analysis.figures.tables import Records, Table, columns
from analysis.telling import fitted, room

if TYPE_CHECKING:
    from rich.console import JustifyMethod

WIDTH = 100
"""Characters in a line where the output is no terminal."""


def show(table: Table, as_json: bool = False) -> None:
    """Print a table, or its records as JSON and nothing else.

    Where its columns do not fit beside each other so that they can be read, each row is printed as lines of its own.
    """
    if as_json:
        print_json(list(table.records))
        return
    width = room(WIDTH)
    if widths := _widths(table, width - EDGES - BETWEEN * (len(table.columns) - 1)):
        _draw(table, widths, width)
    else:
        print("\n".join(_row_by_row(table)))
    if table.note:
        print_paragraphs([table.note])


BETWEEN, EDGES = 3, 2
"""Characters between two columns, and at both ends of a line."""
READABLE = 12
"""Characters of a line of a cell below which words stand one below the other."""


def _draw(table: Table, widths: Sequence[int], width: int) -> None:
    """Print a table with columns of these widths."""
    from rich import box
    from rich.console import Console
    from rich.table import Table as Drawn
    from rich.text import Text

    # As Text, so that brackets in titles of scenarios and in names that a query gives are not read as markup.
    named = Text(table.title) if table.title else None
    drawn = Drawn(title=named, title_justify="left", title_style="bold", box=box.SIMPLE_HEAD, pad_edge=False)
    for column, wide in zip(table.columns, widths, strict=True):
        justify: JustifyMethod = "right" if column.numeric else "left"
        drawn.add_column(Text(column.heading), justify=justify, width=wide)
    for row in table.rows:
        drawn.add_row(*(Text(row.get(column.key, "")) for column in table.columns))
    Console(width=width, highlight=False, markup=False).print(drawn)


def _widths(table: Table, space: int) -> list[int]:
    """Characters of each column, so that together they take at most ``space``; empty if some word would not fit.

    A column is as wide as its longest line where there is room, else those that ask for most give way, down to their
    longest word or to what can be read.
    """
    from rich.cells import cell_len

    least, most = [], []
    for column in table.columns:
        cells = [column.heading, *(str(row.get(column.key, "")) for row in table.rows)]
        word = max(cell_len(word) for cell in cells for word in (cell.split() or [""]))
        longest = max(cell_len(line) for cell in cells for line in (cell.split("\n") or [""]))
        least.append(max(word, min(longest, READABLE)))
        most.append(max(word, min(longest, column.most or longest)))
    if sum(least) > space:
        return []
    cap = max(most)
    while sum(max(low, min(high, cap)) for low, high in zip(least, most, strict=True)) > space:
        cap -= 1
    return [max(low, min(high, cap)) for low, high in zip(least, most, strict=True)]


def _row_by_row(table: Table) -> list[str]:
    """The table in lines for a narrow terminal: what a row is about, and below it each cell after its heading."""
    first, *others = table.columns
    lines, about = [fitted(table.title, WIDTH)] if table.title else [], ""
    for row in table.rows:
        about = str(row.get("full") or row.get(first.key) or about).strip()
        lines += ["", fitted(about, WIDTH)]
        for column in others:
            if text := str(row.get(column.key, "")):
                heading = " ".join(column.heading.split())
                lines.append(fitted(f"  {heading}: {text.strip()}" if heading else f"  {text.strip()}", WIDTH))
    return [*lines, ""]


def print_table(
    records: Records, as_json: bool = False, *, headings: Mapping[str, str] | None = None, note: str = ""
) -> None:
    """Print records as a table, or as JSON and nothing else.

    ``headings`` names the columns to show, in order, and how they are headed; JSON has every field under its own name.
    """
    headings = headings or {name: name for name in (records[0] if records else {})}
    numeric = [name for name in headings if any(isinstance(record.get(name), int | float) for record in records)]
    rows = [{name: _cell(record.get(name)) for name in headings} for record in records]
    show(Table("", columns(headings, numeric), rows, records, note), as_json)


def print_json(what: Any) -> None:
    """Print JSON for a program."""
    print(json.dumps(what, indent=2, ensure_ascii=False, allow_nan=False))


def print_paragraphs(paragraphs: Sequence[str]) -> None:
    """Print text in lines as wide as tables are, with an empty line between paragraphs."""
    print(fitted("\n\n".join(paragraphs), WIDTH))


def print_text(text: str) -> None:
    """Print text in lines that a terminal holds; where there is none, such as in a file, as it is."""
    print(fitted(text))


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:,}" if isinstance(value, int) else number(value) if isinstance(value, float) else str(value)
