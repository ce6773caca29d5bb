"""What a sweep will need, before it starts: memory from the size of its worlds, and time only as a rough guess."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from analysis.errors import UserError
from analysis.telling import say, spell

if TYPE_CHECKING:
    from analysis.studies.sweep.plan import Ready

PROCESS = 0.25e9
"""Bytes of a process that has loaded everything and simulated a small world."""
PER_SCHOOL = 50e3
"""Bytes that each school adds: England's 21,900 schools make 1.3 GB."""
YEAR_ITSELF = 0.02
"""Seconds of a simulated year whatever the number of schools."""
YEAR_PER_SCHOOL = 1e-4
"""Seconds that each school adds to a simulated year."""
WORTH_IT = 20.0
"""Seconds of work from which a second process is started unasked."""


def seconds_of(ready: Ready, runs: int) -> float:
    """Seconds that so many runs take one after the other, to within a factor of three or so."""
    each = [
        (base.plan.setup.last_year - base.plan.setup.first_year)
        * (YEAR_ITSELF + YEAR_PER_SCHOOL * len(base.plan.setup.register))
        for base in ready.bases
    ]
    return runs * sum(each) / len(each)


def bytes_of(ready: Ready, workers: int, threads: bool) -> float:
    """Bytes of memory that so many workers need at once."""
    world = PER_SCHOOL * max(len(base.plan.setup.register) for base in ready.bases)
    return PROCESS + workers * world if threads or workers == 1 else PROCESS + workers * (PROCESS + world)


def available() -> float:
    """Bytes of memory that are free on this machine."""
    import psutil

    return psutil.virtual_memory().available


def workers_for(ready: Ready, runs: int, asked: int | None, threads: bool) -> int:
    """As many workers as asked; else as many as there are processors and room for, if the work is worth it."""
    if asked is None:
        worth = seconds_of(ready, runs) >= WORTH_IT
        asked = (os.cpu_count() or 1) if worth else 1
        while asked > 1 and bytes_of(ready, asked, threads) > 0.8 * available():
            asked -= 1
    return max(1, min(asked, runs))


def check_room(ready: Ready, runs: int, workers: int, threads: bool) -> None:
    """Say what is to come. Raise :exc:`UserError` if there is no room for it."""
    needed, free = bytes_of(ready, workers, threads), available()
    kind = "thread" if threads else "process"
    with_s = f"{workers} {kind}{('' if workers == 1 else 's' if threads else 'es')}"
    if needed > free:
        fewer = max((n for n in range(1, workers) if bytes_of(ready, n, threads) <= free), default=0)
        problem = f"about {needed / 1e9:.1f} GB of memory are needed, and {free / 1e9:.1f} GB are free"
        advice = f"Use --workers {fewer}." if fewer else "Use a smaller scale, or another machine."
        raise UserError(f"--workers {workers}", problem, advice)
    guess = spell(seconds_of(ready, runs) / workers)
    say(f"{runs:,} runs to do in {with_s}: up to {needed / 1e9:.1f} GB of memory, and roughly {guess}")
