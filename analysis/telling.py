"""What is told on the side while something is under way: lines and a bar on the standard error stream."""

from __future__ import annotations

import re
import shutil
import sys
import textwrap
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from time import monotonic
from typing import TextIO

EVERY = 60.0
"""Seconds between two lines about how far it is."""


def say(text: str) -> None:
    """Tell the user something that is not part of the output."""
    with suppress(OSError):  # a stream that is full or closed is no reason to stop
        print(fitted(text, stream=sys.stderr), file=sys.stderr)


def room(otherwise: int, stream: TextIO | None = None) -> int:
    """Characters in a line of the terminal that ``stream`` (the output if not given) is; ``otherwise`` if it is none.

    COLUMNS says it for a terminal alone: some programs, such as those that read lines, leave it to all that they start.
    """
    if not (stream or sys.stdout).isatty():
        return otherwise
    return shutil.get_terminal_size((otherwise or 80, 24)).columns


def fitted(text: str, otherwise: int = 0, stream: TextIO | None = None) -> str:
    """Text in lines that a terminal holds, broken between words; where there is none, of so many characters, or as it is.

    Lines keep their indent. What quotes a line of a file (``12 | title: x``, and what points into it) stays as it is.
    """
    width = room(otherwise, stream)
    if not width:
        return text
    return "\n".join(
        line if len(line) <= width or QUOTED.match(line) else _broken(line, width) for line in text.split("\n")
    )


QUOTED = re.compile(r"\s*\d* \| ")


def _broken(line: str, width: int) -> str:
    indent = line[: len(line) - len(line.lstrip())][: width // 4]
    lines = textwrap.wrap(
        line.strip(),
        width,
        initial_indent=indent,
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
    )
    return "\n".join(lines)


class Pace:
    """How far some work is, and how long the rest will take.

    Steps come in bursts, as several tasks are handed over at once, and what comes before the first, such as loading the
    model, does not come again. So the pace is that since the first step, without those that came along with it; nothing is
    said until as many have come again.
    """

    def __init__(self, total: int, unit: str, each: int = 1, most: bool = False) -> None:
        """``total`` steps, so many of which ``each`` ``unit`` takes; with ``most``, it may end before all are done."""
        self.total, self.unit, self.each, self.most = total, unit, each, most
        self.done = 0
        self._first = self._last = 0.0
        self._together = 0

    def step(self, now: float) -> None:
        """One more step is done, at the time ``now`` in seconds."""
        self.done += 1
        self._first = self._first or now
        self._last = now
        if now - self._first < TOGETHER:
            self._together = self.done

    @property
    def left(self) -> float | None:
        """Seconds that the rest will take; None while that cannot be said."""
        since = self.done - self._together
        if not self.done or since < self._together:
            return None
        return (self._last - self._first) / since * (self.total - self.done)

    @property
    def far(self) -> str:
        """How far it is: ``3 of 30 pairs of runs``."""
        return f"{self.done // self.each:,} of {'at most ' if self.most else ''}{-(-self.total // self.each):,} {self.unit}"

    @property
    def told(self) -> str:
        """How long the rest will take: ``about 2 min left``; nothing while that cannot be said."""
        if self.left is None or self.done >= self.total:
            return ""
        return f"{'at most' if self.most else 'about'} {spell(self.left)} left"


TOGETHER = 1.0
"""Seconds after the first step in which others are taken to come along with it."""


@contextmanager
def progress(total: int, what: str, unit: str, each: int = 1, most: bool = False) -> Iterator[Callable[[str], None]]:
    """A function to call with a word after each of ``total`` steps; what is counted is the ``unit``, of ``each`` so many steps.

    It draws a bar with the time left on a terminal's stderr, else writes a line a minute, such as into the log of a batch
    system. With ``most``, the work may end before all steps are done.
    """
    pace = Pace(total, unit, each, most)
    if not sys.stderr.isatty():
        yield _lines(pace)
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn

    console = Console(stderr=True)
    columns = (
        TextColumn("{task.fields[far]}"), BarColumn(bar_width=max(4, min(30, console.width // 5))),
        TextColumn("{task.fields[left]}"), TextColumn("{task.description}"),
    )  # fmt: skip
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task(what, total=total, far=pace.far, left="")

        def step(word: str) -> None:
            pace.step(monotonic())
            bar.update(task, completed=pace.done, description=word, far=pace.far, left=pace.told)

        yield step


def _lines(pace: Pace) -> Callable[[str], None]:
    last = monotonic()

    def step(_word: str) -> None:
        nonlocal last
        now = monotonic()
        pace.step(now)
        if now - last >= EVERY and pace.done < pace.total:
            last = now
            say("; ".join(filter(None, (pace.far, pace.told))))

    return step


def spell(seconds: float) -> str:
    """A duration in words that promise no more than an estimate can."""
    if seconds < 90:
        return f"{max(1, round(seconds))} s"
    if seconds < 90 * 60:
        return f"{round(seconds / 60)} min"
    return f"{seconds / 3600:.1f} h" if seconds < 48 * 3600 else f"{seconds / 86400:.1f} days"
