"""What is told on the side while something is under way: lines and a bar on the standard error stream."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


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
