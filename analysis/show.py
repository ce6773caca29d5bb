"""How tables and numbers look to a reader, and how a table becomes JSON for a program."""

from __future__ import annotations

import json
import math
import sys
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Annotated, Any

import typer

Records = Sequence[Mapping[str, Any]]

JsonOption = Annotated[bool, typer.Option("--json", help="Print the table as a JSON list of records and nothing else.")]

SHARE_UNITS = ("share", "probability", "rate")
"""Units of measures whose values are fractions of 1 and are shown as percentages."""


RIGHT = ("20", "19", "range", "Base", "Policy", "Difference", "Pairing")
"""How headings of columns of numbers begin, which stand to the right."""

WIDTH = 100
"""Characters in a line where the output is no terminal."""


def number(value: float | None, unit: str = "") -> str:
    """A value for reading: shares as percentages, large numbers rounded and with thousands separators.

    ``0.0861, "share"`` → ``8.6%``; ``468123.4, "people"`` → ``468,123``; ``12.64, "years"`` → ``12.6``.
    """
    if value is None or math.isnan(value):
        return "–"
    if unit in SHARE_UNITS:
        return f"{100 * value:.1f}%"
    if unit == "GBP":
        return f"£{value:,.0f}"
    return f"{value:,.0f}" if abs(value) >= 100 or value == int(value) else f"{value:,.1f}"


def wrap(text: str, width: int) -> list[str]:
    """``text`` in as few lines of at most ``width`` characters as will do, of about equal length."""
    fewest = len(textwrap.wrap(text, width, break_long_words=False))
    for narrower in range(len(text) // max(1, fewest), width):
        lines = textwrap.wrap(text, narrower, break_long_words=False)
        if len(lines) <= fewest:
            return lines
    return textwrap.wrap(text, width, break_long_words=False)


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


def say(text: str) -> None:
    """Tell the user something that is not part of the output."""
    print(text, file=sys.stderr)


@contextmanager
def progress(total: int, what: str) -> Iterator[Any]:
    """A function to call with a word after each of ``total`` steps; draws a bar on a terminal's stderr, else nothing."""
    if not sys.stderr.isatty():
        yield lambda _word: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(what, total=total)
        yield lambda word: bar.update(task, advance=1, description=word)
