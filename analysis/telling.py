"""What is told on the side while something is under way: lines and a bar on the standard error stream."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from time import monotonic

EVERY = 60.0
"""Seconds between two lines about how far it is."""


def say(text: str) -> None:
    """Tell the user something that is not part of the output."""
    with suppress(OSError):  # a stream that is full or closed is no reason to stop
        print(text, file=sys.stderr)


@contextmanager
def progress(total: int, what: str, unit: str = "school years") -> Iterator[Callable[[str], None]]:
    """A function to call with a word after each of ``total`` steps, counted in ``unit``.

    It draws a bar with the time left on a terminal's stderr, else writes a line a minute, such as into the log of a batch
    system.
    """
    if not sys.stderr.isatty():
        yield _lines(total, unit)
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(what, total=total)
        yield lambda word: bar.update(task, advance=1, description=word)


def _lines(total: int, unit: str) -> Callable[[str], None]:
    start = last = monotonic()
    done = 0

    def step(_word: str) -> None:
        nonlocal done, last
        done += 1
        now = monotonic()
        if now - last >= EVERY and done < total:
            last = now
            say(f"{done:,} of {total:,} {unit}; about {spell((now - start) / done * (total - done))} left")

    return step


def spell(seconds: float) -> str:
    """A duration in words that promise no more than an estimate can."""
    if seconds < 90:
        return f"{max(1, round(seconds))} s"
    if seconds < 90 * 60:
        return f"{round(seconds / 60)} min"
    return f"{seconds / 3600:.1f} h" if seconds < 48 * 3600 else f"{seconds / 86400:.1f} days"
