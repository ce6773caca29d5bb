"""Where runs are carried out: in this process, in threads, in processes of this machine, or on a running Dask cluster.

Tasks go in, and what became of each comes out as it ends. Processes of this machine are reached by pipes that nobody else
can. One that the system ends is replaced, and its task tried again or set aside. They keep nothing on disk, and end with
whoever started them.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Generator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from analysis.runs.crew import Crew, Here, Thread
from analysis.runs.process import Process, begin_loading
from analysis.runs.work import (
    Function,
    Outcome,
    Passed,
    Task,
    Work,
    unheard,
)

if TYPE_CHECKING:
    from analysis.runs.cluster import Cluster
    from simulation.world import Setup

WORTH_IT = 800_000
"""Schools times simulated years from which a second process saves more time than its start costs."""
YEAR_ITSELF = 500
"""Schools that take as long as a year takes whatever the number of schools."""
MOST_UNASKED = 2
"""Processes that are started unless more are asked for: a national run takes about 1.3 GB of memory in each."""


@dataclass(frozen=True)
class Where:
    """Where runs are carried out."""

    workers: int = 1
    """Processes or threads; 1 means this process and thread. Of no meaning with a scheduler."""
    threads: bool = False
    scheduler: str | None = None
    """Address of a running Dask scheduler, such as ``tcp://10.0.0.5:8786``."""
    certificates: str | None = None
    """Folder with ``ca.pem``, ``cert.pem`` and ``key.pem`` for a scheduler that asks for TLS."""
    wait: float = 60.0
    """Seconds that a cluster may be without a worker, at the start and later."""


def workers_for(runs: int, setups: Sequence[Setup], asked: int | None) -> int:
    """Processes for so many runs of ``setups``, each as often: as many as ``asked``, or as pay off; never more than runs."""
    sizes = [(len(s.register) + YEAR_ITSELF) * (s.last_year - s.first_year) for s in setups]
    worth = runs * sum(sizes) / max(1, len(sizes)) >= WORTH_IT
    return max(1, min(runs, asked or (min(MOST_UNASKED, os.cpu_count() or 1) if worth else 1)))


def share_out(work: Work, where: Where) -> Generator[Outcome, None, None]:
    """Carry out all tasks and yield what became of each as it ends, in no particular order.

    Closing the iterator gives up what is in flight. Raise :exc:`UserError` if workers cannot be had or are all lost.
    """
    with _crew(where) as crew:
        yield from crew.share_out(work)


def _crew(where: Where) -> contextlib.AbstractContextManager[Here | Crew | Cluster]:
    if where.scheduler is not None:
        from analysis.runs.cluster import crew_of

        return crew_of(where.scheduler, where.certificates, where.wait)
    if where.workers == 1:
        return Here()
    return Crew([Thread() if where.threads else Process() for _ in range(where.workers)])


def in_order(
    function: Function,
    shared: Any,
    parts: Sequence[Any],
    setups: Sequence[Setup],
    workers: int | None = None,
    passed: Passed = unheard,
) -> Generator[Any, None, None]:
    """What ``function`` returns for each of ``parts``, in their order: a run, or a few, of one of ``setups``.

    ``workers`` processes do it; as many as pay off if None. Whoever stops asking for results (or closes the iterator) ends
    them; with one worker nothing is done before it is asked for. An error in a part is raised when its turn comes;
    :exc:`UserError` if the system ended its process.
    """
    from analysis.runs.compiling import compile_once, told

    several = workers_for(len(parts), setups, workers)
    if several > 1:
        begin_loading()
        compile_once(setups)
    tasks = (Task(str(position), part) for position, part in enumerate(parts))
    waiting: dict[str, Outcome] = {}
    work = Work(function, shared, tasks, passed=passed, count=len(parts))
    with told(), contextlib.closing(share_out(work, Where(several))) as outcomes:
        for position in range(len(parts)):
            while str(position) not in waiting:
                outcome = next(outcomes)
                waiting[outcome.task.key] = outcome
            outcome = waiting.pop(str(position))
            if outcome.error is not None:
                raise outcome.error
            yield outcome.value
