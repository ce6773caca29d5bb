"""How far a sweep is, and how long it has still to go."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic

from analysis.telling import progress, say

EVERY = 60.0
"""Seconds between two lines where stderr is no terminal, such as the log of a batch system."""


@contextmanager
def telling(total: int) -> Iterator[Callable[[], None]]:
    """A function to call after each of ``total`` runs: a bar with the time left on a terminal, else a line a minute."""
    if sys.stderr.isatty():
        with progress(total, "Runs") as step:
            yield lambda: step("Runs")
        return
    start = last = monotonic()
    done = 0

    def count() -> None:
        nonlocal done, last
        done += 1
        now = monotonic()
        if now - last >= EVERY and done < total:
            last = now
            say(f"{done:,} of {total:,} runs; about {spell((now - start) / done * (total - done))} left")

    yield count


def spell(seconds: float) -> str:
    """A duration in words that promise no more than an estimate can."""
    if seconds < 90:
        return f"{max(1, round(seconds))} s"
    if seconds < 90 * 60:
        return f"{round(seconds / 60)} min"
    return f"{seconds / 3600:.1f} h" if seconds < 48 * 3600 else f"{seconds / 86400:.1f} days"
