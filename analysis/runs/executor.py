"""Where runs are carried out: in this process, in threads, in processes of this machine, or on a running Dask cluster.

Tasks go in, and what became of each comes out as it ends. Processes of this machine are reached by pipes that nobody else
can: nothing listens. One that the system ends is replaced, and its task tried again or set aside. They keep nothing on
disk, and end with whoever started them.
"""

from __future__ import annotations

import contextlib
import os
import queue
import threading
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from analysis.runs.process import Process
from analysis.runs.work import (
    TICK,
    Function,
    Hand,
    Outcome,
    Passed,
    Result,
    StopHere,
    Task,
    Work,
    WorkerLostError,
    attempt,
    lost,
    unheard,
)

if TYPE_CHECKING:
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


def _crew(where: Where) -> contextlib.AbstractContextManager[Here | Crew]:
    if where.scheduler is not None:
        from analysis.runs.cluster import crew_of

        return crew_of(where.scheduler, where.certificates)
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
        compile_once(setups)
    tasks = (Task(str(position), part) for position, part in enumerate(parts))
    waiting: dict[str, Outcome] = {}
    work = Work(function, shared, tasks, passed=passed)
    with told(), contextlib.closing(share_out(work, Where(several))) as outcomes:
        for position in range(len(parts)):
            while str(position) not in waiting:
                outcome = next(outcomes)
                waiting[outcome.task.key] = outcome
            outcome = waiting.pop(str(position))
            if outcome.error is not None:
                raise outcome.error
            yield outcome.value


class Thread:
    """A thread of this process: does what it is asked to."""

    def attempt(self, work: Work, part: Any, heard: Passed, unwanted: Callable[[], bool]) -> Result:
        """As :meth:`Hand.attempt`."""

        def step(word: str) -> None:
            heard(word)
            if unwanted():
                raise StopHere

        return attempt(lambda: work.function(work.shared, part, step))

    def end(self) -> None:
        """It ends at its next step."""


class Here:
    """In this process and thread: one task after the other, each only when its outcome is asked for."""

    def __enter__(self) -> Here:
        return self

    def __exit__(self, *_error: object) -> None:
        pass

    def close(self) -> None:
        """Nothing to end."""

    def share_out(self, work: Work) -> Generator[Outcome, None, None]:
        """As :func:`share_out`."""
        with contextlib.suppress(StopHere):
            for task in work.tasks:
                if work.stopped():
                    return
                yield persist(Thread(), work, task, work.passed, work.stopped)


class Crew:
    """Hands that stand ready until they are closed; several callers may share work out among them at once."""

    def __init__(self, hands: Sequence[Hand]) -> None:
        """Each of ``hands`` has one task at a time, so that it is known what it was at when it is lost."""
        self._hands = hands
        self._threads = [ThreadPoolExecutor(1) for _ in hands]
        self._closed = threading.Event()

    @classmethod
    def of_processes(cls, count: int) -> Crew:
        """Processes of this machine."""
        return cls([Process() for _ in range(count)])

    def __enter__(self) -> Crew:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    def __len__(self) -> int:
        return len(self._hands)

    def room(self) -> int:
        """How many tasks may be under way at a time just now."""
        return len(self)

    def close(self) -> None:
        """End processes at once, and threads after the step that they are at."""
        self._closed.set()
        for _ in range(2):  # again, for one that was just being started
            for hand in self._hands:
                hand.end()
            for thread in self._threads:
                thread.shutdown(cancel_futures=True)

    def share_out(self, work: Work) -> Generator[Outcome, None, None]:
        """As :func:`share_out`. After an early end, what is in flight stops at its next step."""
        heard: queue.SimpleQueue[str] = queue.SimpleQueue()  # in other threads, and passed on in the caller's
        over = threading.Event()
        lines = self._lines(work.tasks)
        flying: dict[Future[Outcome], int] = {}

        def unwanted() -> bool:
            return over.is_set() or self._closed.is_set()

        try:
            while not work.stopped():
                idle = sorted(set(range(len(self))) - set(flying.values()))[: max(0, self.room() - len(flying))]
                for n in idle:
                    if (task := next(lines[n], None)) is not None:
                        future = self._threads[n].submit(persist, self._hands[n], work, task, heard.put, unwanted)
                        flying[future] = n
                if idle and not flying:
                    return
                ended, _ = wait(flying, TICK, FIRST_COMPLETED)
                while not heard.empty():
                    work.passed(heard.get())
                for future in ended:
                    del flying[future]
                    yield future.result()
        finally:
            over.set()
            for future in flying:
                future.cancel()

    def _lines(self, tasks: Iterable[Task]) -> list[Iterator[Task]]:
        """What each hand does next: whatever comes, but for tasks that belong to another."""
        rest, own = iter(tasks), [deque[Task]() for _ in self._hands]

        def line(n: int) -> Iterator[Task]:
            while True:
                while own[n]:
                    yield own[n].popleft()
                if (task := next(rest, None)) is None:
                    return
                own[n if task.hand is None else task.hand % len(own)].append(task)

        return [line(n) for n in range(len(own))]


def persist(hand: Hand, work: Work, task: Task, heard: Passed, unwanted: Callable[[], bool]) -> Outcome:
    """Have a task done until it is done or has failed too often."""
    for _ in range(work.tries):
        try:
            result = hand.attempt(work, task.part, heard, unwanted)
            outcome = Outcome(task, result.value, result.told, result.error)
        except WorkerLostError:
            outcome = lost(task, work.tries)
        if outcome.told is None:
            break
    return outcome
