"""Hands that carry out tasks, alone or as a crew: threads, processes of this machine, workers of a cluster."""

from __future__ import annotations

import contextlib
import queue
import threading
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from itertools import islice
from operator import length_hint
from typing import Any, Protocol, TypeVar

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
    attempt,
    persist,
)

TOGETHER = 0.5
"""Seconds of small tasks that are handed over at once, so that handing over and waiting for it take no time to speak of."""
MOST_TOGETHER = 64
UNKNOWN = 1 << 30
"""Tasks that are left where nobody knows how many there are."""
STEADY = 0.9
"""How slowly an estimate of how long a task takes falls, so that one quick task does not hand over many slow ones."""


class Thread:
    """A thread of this process: does what it is asked to."""

    def attempt(self, work: Work, parts: Sequence[Any], heard: Passed, unwanted: Callable[[], bool]) -> list[Result]:
        """As :meth:`Hand.attempt`."""

        def step(word: str) -> None:
            heard(word)
            if unwanted():
                raise StopHere

        return [attempt(partial(work.function, work.shared, part, step)) for part in parts]

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
                yield from persist(Thread(), work, [task], work.passed, work.stopped)


Who = TypeVar("Who")
News = Callable[[str], None]
"""Is told a word after each step, in whatever thread."""


class Hands(Protocol[Who]):
    """Who carries out the tasks of one piece of work."""

    def free(self, busy: Sequence[Who]) -> tuple[list[Who], int]:
        """Those who can be given tasks now, but for the ``busy`` ones, and how many there are in all, at least 1."""
        ...

    def take(self, hand: Who, most: int) -> list[Task]:
        """What ``hand`` is to do next, at most so many tasks; nothing if nothing is left."""
        ...

    def begin(self, hand: Who, tasks: list[Task], news: News, unwanted: Callable[[], bool]) -> Future[list[Outcome]]:
        """Have ``hand`` do them. The outcome of a task may be left out if it is to be taken again."""
        ...


def hand_out(work: Work, hands: Hands[Who], closed: Callable[[], bool]) -> Generator[Outcome, None, None]:
    """As :func:`analysis.runs.executor.share_out`. After an early end, what is in flight stops at its next step."""
    news: queue.SimpleQueue[str | Future[list[Outcome]]] = queue.SimpleQueue()  # of other threads, for the caller's
    over = threading.Event()
    ready, pace = deque[Outcome](), TOGETHER
    flying: dict[Future[list[Outcome]], Who] = {}
    left = work.count or length_hint(work.tasks) or UNKNOWN

    def unwanted() -> bool:
        return over.is_set() or closed()

    def hear(timeout: float) -> None:
        """Take in what is new, waiting for it if need be."""
        with contextlib.suppress(queue.Empty):
            while True:
                new = news.get(timeout=timeout)
                timeout = 0
                if isinstance(new, str):
                    work.passed(new)
                else:
                    del flying[new]
                    ready.extend(new.result())

    try:
        while not work.stopped():
            idle, room = hands.free(list(flying.values()))
            for hand in idle:
                if tasks := hands.take(hand, so_many(pace, left // (2 * room))):
                    left -= len(tasks)
                    future = hands.begin(hand, tasks, news.put, unwanted)
                    flying[future] = hand
                    future.add_done_callback(news.put)
            if idle and not flying and not ready:
                return
            hear(0 if ready else TICK)
            if ready:
                pace = max(ready[0].seconds, STEADY * pace)
                yield ready.popleft()
    finally:
        over.set()
        for future in flying:
            future.cancel()


class Crew:
    """Hands that stand ready until they are closed; several callers may share work out among them at once."""

    def __init__(self, hands: Sequence[Hand]) -> None:
        """Each of ``hands`` has one task at a time, so that it is known what it was at when it is lost."""
        self.hands = hands
        self.threads = [ThreadPoolExecutor(1) for _ in hands]
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
        return len(self.hands)

    def close(self) -> None:
        """End processes at once, and threads after the step that they are at."""
        self._closed.set()
        for _ in range(2):  # again, for one that was just being started
            for hand in self.hands:
                hand.end()
            for thread in self.threads:
                thread.shutdown(cancel_futures=True)

    def share_out(self, work: Work) -> Generator[Outcome, None, None]:
        """As :func:`analysis.runs.executor.share_out`."""
        return hand_out(work, _Own(self, work), self._closed.is_set)


class _Own:
    """A crew's hands, by their numbers, at one piece of work."""

    def __init__(self, crew: Crew, work: Work) -> None:
        self._crew, self._work = crew, work
        self._lines = self._lines_of(work.tasks)

    def free(self, busy: Sequence[int]) -> tuple[list[int], int]:
        return [n for n in range(len(self._crew)) if n not in busy], len(self._crew)

    def take(self, hand: int, most: int) -> list[Task]:
        return list(islice(self._lines[hand], most))

    def begin(self, hand: int, tasks: list[Task], news: News, unwanted: Callable[[], bool]) -> Future[list[Outcome]]:
        return self._crew.threads[hand].submit(persist, self._crew.hands[hand], self._work, tasks, news, unwanted)

    def _lines_of(self, tasks: Iterable[Task]) -> list[Iterator[Task]]:
        """What each hand does next: whatever comes, but for tasks that belong to another."""
        rest, own = iter(tasks), [deque[Task]() for _ in self._crew.hands]

        def line(n: int) -> Iterator[Task]:
            while True:
                while own[n]:
                    yield own[n].popleft()
                if (task := next(rest, None)) is None:
                    return
                own[n if task.hand is None else task.hand % len(own)].append(task)

        return [line(n) for n in range(len(own))]


def so_many(seconds: float, most: int = MOST_TOGETHER) -> int:
    """Tasks of so many seconds each that are handed over at once, at most ``most``: nobody is to wait for others' at the end."""
    return max(1, min(MOST_TOGETHER, most, int(TOGETHER / max(seconds, 1e-9))))
