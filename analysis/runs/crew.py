"""Hands that carry out tasks, alone or as a crew: threads, processes of this machine, workers of a cluster."""

from __future__ import annotations

import contextlib
import queue
import threading
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from typing import Any

from analysis.runs.process import Process
from analysis.runs.work import (
    TICK,
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
)


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
        """As :func:`analysis.runs.executor.share_out`."""
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
        """As :func:`analysis.runs.executor.share_out`. After an early end, what is in flight stops at its next step."""
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
