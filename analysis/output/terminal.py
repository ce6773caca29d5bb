"""Tables and text on a terminal, or the records of a table as JSON for a program."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from analysis.figures.rounding import number
from analysis.figures.tables import Records, Table, columns

if TYPE_CHECKING:
    from rich.console import JustifyMethod

WIDTH = 100
"""Characters in a line where the output is no terminal."""


def show(table: Table, as_json: bool = False) -> None:
    """Print a table, or its records as JSON and nothing else."""
    if as_json:
        print(json.dumps(list(table.records), indent=2, ensure_ascii=False, allow_nan=False))
        return
    from rich import box
    from rich.table import Table as Drawn
    from rich.text import Text

    # As Text, so that brackets in titles of scenarios and in names that a query gives are not read as markup.
    named = Text(table.title) if table.title else None
    drawn = Drawn(title=named, title_justify="left", title_style="bold", box=box.SIMPLE_HEAD, pad_edge=False)
    for column in table.columns:
        justify: JustifyMethod = "right" if column.numeric else "left"
        drawn.add_column(Text(column.heading), justify=justify, max_width=column.most or None)
    for row in table.rows:
        drawn.add_row(*(Text(row.get(column.key, "")) for column in table.columns))
    _print(drawn)
    if table.note:
        _print(table.note)


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


def print_paragraphs(paragraphs: Sequence[str]) -> None:
    """Print text in lines as wide as tables are, with an empty line between paragraphs."""
    _print("\n\n".join(paragraphs))


def _print(what: Any) -> None:
    from rich.console import Console

    Console(width=None if sys.stdout.isatty() else WIDTH, highlight=False, markup=False).print(what)


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:,}" if isinstance(value, int) else number(value) if isinstance(value, float) else str(value)
