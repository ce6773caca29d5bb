"""Runs one after the other or in several processes at once: results are the same and come in the same order."""

from __future__ import annotations

import os
from collections.abc import Callable, Generator, Iterator, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from analysis.runs import coordinator
from analysis.runs import plan as run
from analysis.runs.cluster import Where

if TYPE_CHECKING:
    from analysis.store.record import Rows, Run

WORTH_IT = 800_000
"""Schools times simulated years from which a second process saves more time than its start costs."""
YEAR_ITSELF = 500
"""Schools that take as long as a year takes whatever the number of schools."""
MOST_UNASKED = 2
"""Processes that are started unless more are asked for: a national run takes about 1.3 GB of memory in each."""

T = TypeVar("T")

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
    """Run ``tasks`` and give what comes out in their order; ``passed`` is called with a word after each simulated year."""
    return in_order(_simulate, plans, tasks, workers, passed)


def in_order(
    work: Callable[[list[run.Plan], Any, Callable[[str], None]], T], plans: list[run.Plan], tasks: Sequence[Any],
    workers: int, passed: Callable[[str], None],
) -> Generator[T, None, None]:  # fmt: skip
    """What ``work(plans, task, passed)`` returns for each of ``tasks``, in their order.

    ``work`` must stand at the top of a module, so that another process can find it. Whoever stops asking for results
    (or closes the iterator) ends the processes; with one worker nothing is done before it is asked for. An error in
    ``work``, and the end of a process at the hands of the system, are raised when their turn comes.
    """
    from analysis.runs.compiling import compile_once, told

    if workers <= 1:
        with told():
            for task in tasks:
                yield work(plans, task, passed)
        return
    compile_once(plan.setup for plan in plans)
    waiting: dict[str, coordinator.Outcome] = {}
    outcomes = coordinator.share_out(work, plans, _named(tasks), Where(workers), tries=1, passed=passed)
    try:
        for position in range(len(tasks)):
            while str(position) not in waiting:
                outcome = next(outcomes)
                waiting[outcome.task.key] = outcome
            outcome = waiting.pop(str(position))
            if outcome.error is not None:
                raise outcome.error
            yield outcome.value
    finally:
        outcomes.close()


def _named(tasks: Sequence[Any]) -> Iterator[coordinator.Task]:
    return (coordinator.Task(str(position), task) for position, task in enumerate(tasks))


def _simulate(plans: list[run.Plan], task: Task, passed: Callable[[str], None]) -> tuple[Run, Rows]:
    plan, replicate = plans[task[0]], task[1]
    label = f"{plan.name}, run {replicate + 1} of {plan.replicates}"
    return run.simulate(plan, replicate, lambda _year: passed(label))
