"""Runs one after the other or in several processes at once: results are the same and come in the same order."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from analysis import run
from analysis.errors import UserError

if TYPE_CHECKING:
    from analysis.runstore.record import Rows, Run

WORTH_IT = 800_000
"""Schools times simulated years from which a second process saves more time than its start costs."""
MOST_UNASKED = 2
"""Processes that are started unless more are asked for: a national run takes about 1.3 GB of memory in each."""

_plans: list[run.Plan] = []
_passed: Any = None


Task = tuple[int, int]
"""Position of a plan, and a replicate of it."""


def how_many(plans: list[run.Plan], tasks: Sequence[Task], asked: int | None) -> int:
    """Processes to use: as many as ``asked``, or as pay off on this machine; never more than there are runs."""
    setups = [plans[i].setup for i, _ in tasks]
    work = sum(len(s.register) * (s.last_year - s.first_year) for s in setups)
    unasked = min(MOST_UNASKED, os.cpu_count() or 1) if work >= WORTH_IT else 1
    return min(len(tasks), unasked if asked is None else asked)


def simulate_all(
    plans: list[run.Plan], tasks: Sequence[Task], workers: int, passed: Callable[[str], None]
) -> Iterator[tuple[Run, Rows]]:
    """Run ``tasks`` and give what comes out in their order; ``passed`` is called with a word after each simulated year.

    Raise :exc:`UserError` if the system ends a process, which happens when memory runs out.
    """
    if workers <= 1:
        for i, r in tasks:
            label = _label(plans[i], r)
            yield run.simulate(plans[i], r, lambda _year, label=label: passed(label))  # type: ignore[misc]
        return
    from concurrent.futures import ProcessPoolExecutor, wait
    from concurrent.futures.process import BrokenProcessPool

    context = multiprocessing.get_context("spawn")
    queue = context.SimpleQueue()
    pool = ProcessPoolExecutor(workers, context, _start, (plans, queue))
    try:
        for future in [pool.submit(_simulate, *task) for task in tasks]:
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


def _simulate(plan: int, replicate: int) -> tuple[Run, Rows]:
    label = _label(_plans[plan], replicate)
    return run.simulate(_plans[plan], replicate, lambda _year: _passed.put(label))


def _label(plan: run.Plan, replicate: int) -> str:
    return f"{plan.name}, run {replicate + 1} of {plan.replicates}"
