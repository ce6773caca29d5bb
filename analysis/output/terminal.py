"""Tables and text on a terminal, or a table as JSON for a program."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from analysis.figures.rounding import number

if TYPE_CHECKING:
    from analysis.figures.tables import Table

Records = Sequence[Mapping[str, Any]]

RIGHT = ("20", "19", "range", "Base", "Policy", "Difference", "Pairing")
"""How headings of columns of numbers begin, which stand to the right."""

WIDTH = 100
"""Characters in a line where the output is no terminal."""


def print_table(
    records: Records, as_json: bool, *, title: str = "", headings: Mapping[str, str] | None = None, note: str = ""
) -> None:
    """Print records as a table, or as JSON and nothing else.

    ``headings`` names the columns to show, in order, and how they are headed; JSON has every field under its own name.
    """
    if as_json:
        print(json.dumps(list(records), indent=2, ensure_ascii=False, allow_nan=False))
        return
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console(width=None if sys.stdout.isatty() else WIDTH, highlight=False)
    # As Text, so that brackets in titles of scenarios and in names that a query gives are not read as markup.
    named = Text(title) if title else None
    table = Table(title=named, title_justify="left", title_style="bold", box=box.SIMPLE_HEAD, pad_edge=False)
    headings = headings or {name: name for name in (records[0] if records else {})}
    for name, heading in headings.items():
        numeric = any(isinstance(r.get(name), int | float) for r in records)
        table.add_column(Text(heading), justify="right" if numeric or heading.startswith(RIGHT) else "left")
    for record in records:
        table.add_row(*(_cell(record.get(name)) for name in headings))
    console.print(table)
    if note:
        console.print(note, markup=False)


def show(table: Table, as_json: bool = False) -> None:
    """Print a table, or its records as JSON and nothing else."""
    headings = {column.key: column.heading for column in table.columns}
    print_table(
        table.records if as_json else table.rows, as_json, title=table.title, headings=headings, note=table.note
    )


def print_paragraphs(paragraphs: Sequence[str]) -> None:
    """Print text in lines as wide as tables are, with an empty line between paragraphs."""
    from rich.console import Console

    console = Console(width=None if sys.stdout.isatty() else WIDTH, highlight=False)
    console.print("\n\n".join(paragraphs), markup=False)


def _cell(value: Any) -> Any:
    from rich.text import Text

    if value is None:
        return Text("")
    if isinstance(value, bool):
        return Text("yes" if value else "no")
    return Text(f"{value:,}" if isinstance(value, int) else number(value) if isinstance(value, float) else str(value))
