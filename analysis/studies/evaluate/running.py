"""Running the pairs of an evaluation, in one process or several: the results are the same."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable

from analysis.errors import UserError
from analysis.studies.evaluate.replicate import Case, Pair, simulate_pair

MOST_UNASKED = 2
"""Processes that are started unless more are asked for."""

_cases: list[Case] = []


def simulate_all(
    cases: list[Case], seed: int, replicates: int, workers: int, done: Callable[[str], None]
) -> list[list[Pair]]:
    """All replicates of all cases, in order; ``done`` is called with a word after each pair.

    Raise :exc:`UserError` if the system ends a process, which happens when memory runs out.
    """
    tasks = [(i, r) for i in range(len(cases)) for r in range(replicates)]
    found: dict[tuple[int, int], Pair] = {}
    if min(workers, len(tasks)) == 1:
        for i, r in tasks:
            found[i, r] = simulate_pair(cases[i], seed, r)
            done(_word(cases[i], r, replicates))
    else:
        _in_processes(cases, seed, tasks, workers, lambda task, pair: found.update({task: pair}), done, replicates)
    return [[found[i, r] for r in range(replicates)] for i in range(len(cases))]


def _in_processes(
    cases: list[Case], seed: int, tasks: list[tuple[int, int]], workers: int,
    keep: Callable[[tuple[int, int], Pair], None], done: Callable[[str], None], replicates: int,
) -> None:  # fmt: skip
    from concurrent.futures import ProcessPoolExecutor, as_completed
    from concurrent.futures.process import BrokenProcessPool

    pool = ProcessPoolExecutor(workers, multiprocessing.get_context("spawn"), _start, (cases,))
    try:
        futures = {pool.submit(_simulate, i, seed, r): (i, r) for i, r in tasks}
        for future in as_completed(futures):
            keep(futures[future], future.result())
            i, r = futures[future]
            done(_word(cases[i], r, replicates))
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


def _start(cases: list[Case]) -> None:
    """Make a process ready. Control-C ends it at once and without a trace; the process that started it tells the user."""
    import signal

    signal.signal(signal.SIGINT, signal.SIG_DFL)
    _cases[:] = cases


def _simulate(case: int, seed: int, replicate: int) -> Pair:
    return simulate_pair(_cases[case], seed, replicate)


def _word(case: Case, replicate: int, replicates: int) -> str:
    named = f"{case.programme}, {case.calibration}" if case.calibration else case.programme
    return f"{named}, pair {replicate + 1} of {replicates}"
