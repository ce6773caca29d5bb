"""Runs one after the other or in several processes at once: results are the same and come in the same order."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable, Generator, Iterator, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from analysis import run
from analysis.errors import UserError

if TYPE_CHECKING:
    from analysis.runstore.record import Rows, Run

WORTH_IT = 800_000
"""Schools times simulated years from which a second process saves more time than its start costs."""
YEAR_ITSELF = 500
"""Schools that take as long as a year takes whatever the number of schools."""
MOST_UNASKED = 2
"""Processes that are started unless more are asked for: a national run takes about 1.3 GB of memory in each."""

T = TypeVar("T")

_plans: list[run.Plan] = []
_passed: Any = None


Task = tuple[int, int]
"""Position of a plan, and a replicate of it."""


def how_many(plans: list[run.Plan], tasks: Sequence[Task], asked: int | None) -> int:
    """Processes to use: as many as ``asked``, or as pay off on this machine; never more than there are runs."""
    setups = [plans[i].setup for i, _ in tasks]
    work = sum((len(s.register) + YEAR_ITSELF) * (s.last_year - s.first_year) for s in setups)
    unasked = min(MOST_UNASKED, os.cpu_count() or 1) if work >= WORTH_IT else 1
    return min(len(tasks), unasked if asked is None else asked)


def simulate_all(
    plans: list[run.Plan], tasks: Sequence[Task], workers: int, passed: Callable[[str], None]
) -> Iterator[tuple[Run, Rows]]:
    """Run ``tasks`` and give what comes out in their order; ``passed`` is called with a word after each simulated year.

    Raise :exc:`UserError` if the system ends a process, which happens when memory runs out.
    """
    return in_order(_simulate, plans, tasks, workers, passed)


def in_order(
    work: Callable[..., T], plans: list[run.Plan], tasks: Sequence[Any], workers: int, passed: Callable[[str], None]
) -> Generator[T, None, None]:
    """What ``work(plans, task, passed)`` returns for each of ``tasks``, in their order.

    ``work`` must stand at the top of a module, so that another process can find it. Whoever stops asking for results
    (or closes the iterator) ends the processes; with one worker nothing is done before it is asked for.

    Raise :exc:`UserError` if the system ends a process.
    """
    if workers <= 1:
        for task in tasks:
            yield work(plans, task, passed)
        return
    from concurrent.futures import ProcessPoolExecutor, wait
    from concurrent.futures.process import BrokenProcessPool

    context = multiprocessing.get_context("spawn")
    queue = context.SimpleQueue()
    pool = ProcessPoolExecutor(workers, context, _start, (plans, queue))
    try:
        for future in [pool.submit(_call, work, task) for task in tasks]:
            while not future.done():
                wait([future], timeout=0.2)
                while not queue.empty():
                    passed(queue.get())
            yield future.result()
    except BrokenProcessPool:
        raise UserError(
            f"{workers} processes", "the system ended one of them, probably for lack of memory", "Use --workers 1."
        ) from None
    except BaseException:  # an interrupt above all: do not wait for runs that nobody wants any more
        for child in multiprocessing.active_children():
            child.terminate()
        raise
    finally:
        pool.shutdown(cancel_futures=True)


def _start(plans: list[run.Plan], queue: Any) -> None:
    """Make a process ready. Control-C ends it at once and without a trace; the process that started it tells the user."""
    import signal

    signal.signal(signal.SIGINT, signal.SIG_DFL)
    global _passed
    _plans[:], _passed = plans, queue


def _call(work: Callable[..., T], task: Any) -> T:
    return work(_plans, task, _passed.put)


def _simulate(plans: list[run.Plan], task: tuple[int, int], passed: Callable[[str], None]) -> tuple[Run, Rows]:
    plan, replicate = plans[task[0]], task[1]
    label = f"{plan.name}, run {replicate + 1} of {plan.replicates}"
    return run.simulate(plan, replicate, lambda _year: passed(label))
