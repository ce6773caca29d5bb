"""The coordinator: hands out jobs, takes back results as they come, and keeps count of what keeps failing.

Each worker has one job at a time, so that when a worker dies it is known what it was at. Tasks of a job whose worker
died are tried again one by one; a task that fails or ends its worker three times of its own is set aside, and the rest
go on.
"""

from __future__ import annotations

import contextlib
import queue
from collections import Counter, deque
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from time import monotonic
from typing import Any

from analysis.errors import UserError
from analysis.runs.cluster import Where, connected
from analysis.runs.work import TOPIC, Function, Passed, Result, attempt, carry_out
from analysis.store.record import Told

TRIES = 3
"""Failures after which a task is set aside."""
LONG_ENOUGH = 0.3
"""Seconds a job should take, so that handing it out costs little beside it."""
MOST_IN_A_JOB = 200
PATIENCE = 60.0
"""Seconds without a worker after which a cluster is given up."""
TICK = 0.1
"""Seconds after which a request to stop is seen."""


@dataclass(frozen=True)
class Task:
    """Something to carry out."""

    key: str
    """Names it, once among all tasks."""
    part: Any
    """What is its own, beside what all tasks share."""


@dataclass(frozen=True)
class Outcome:
    """What became of a task: a value, or an error and where it happened."""

    task: Task
    value: Any
    told: Told | None = None
    error: Exception | None = None
    stage: str = "simulate"
    """``simulate``, or ``worker`` if the worker itself came to an end."""


def share_out(
    function: Function, shared: Any, tasks: Iterable[Task], where: Where, *, tries: int = TRIES,
    passed: Passed = lambda _word: None, stopped: Callable[[], bool] = lambda: False,
) -> Generator[Outcome, None, None]:  # fmt: skip
    """Carry out all tasks and yield what became of each as it ends, in no particular order.

    ``function`` is called with ``shared``, which is sent to each worker once, and a task's part. It ends early when
    ``stopped`` says so or when the iterator is closed: what is in flight then is given up. Raise :exc:`UserError` if a
    cluster cannot be reached or is lost.
    """
    if where.scheduler is None and (where.workers == 1 or where.threads):
        yield from _here(function, shared, tasks, where.workers, tries, passed, stopped)
        return
    with connected(where) as client:
        from analysis.runs.shared import give, take_back

        name = give(client, shared)
        # What is heard in a thread of Dask's is passed on in this one.
        steps: queue.SimpleQueue[str] = queue.SimpleQueue()
        client.subscribe_topic(TOPIC, lambda event: steps.put(event[1]))
        try:
            for outcome in _Coordinator(client, function, name, tasks, tries, stopped).run():
                while not steps.empty():
                    passed(steps.get())
                if outcome is not None:
                    yield outcome
        finally:
            client.unsubscribe_topic(TOPIC)
            with contextlib.suppress(OSError, TimeoutError):  # the cluster may be gone
                take_back(client, name)


class _StopHere(BaseException):
    """Ends a task in this process when somebody asks to stop."""


def _here(
    function: Function, shared: Any, tasks: Iterable[Task], workers: int, tries: int, passed: Passed,
    stopped: Callable[[], bool],
) -> Iterator[Outcome]:  # fmt: skip
    """Carry out tasks in this process, in so many threads."""
    closed = False

    def step(word: str) -> None:
        passed(word)
        if closed or stopped():
            raise _StopHere

    def persist(task: Task) -> Outcome:
        for _ in range(tries):
            result = attempt(function, shared, task.part, step)
            if result.told is None:
                break
        return Outcome(task, result.value, result.told, result.error)

    try:
        if workers == 1:
            for task in tasks:
                if stopped():
                    return
                yield persist(task)
            return
        with ThreadPoolExecutor(workers) as pool:
            try:
                yield from _in_threads(pool, persist, iter(tasks), workers, stopped)
            finally:
                closed = True  # before the pool waits for its threads
    except _StopHere:
        return


def _in_threads(
    pool: ThreadPoolExecutor, persist: Callable[[Task], Outcome], tasks: Iterator[Task], workers: int,
    stopped: Callable[[], bool],
) -> Iterator[Outcome]:  # fmt: skip
    flying: set[Future[Outcome]] = set()
    while not stopped():
        flying |= {pool.submit(persist, task) for _, task in zip(range(workers - len(flying)), tasks, strict=False)}
        if not flying:
            return
        ended, flying = wait(flying, timeout=TICK, return_when=FIRST_COMPLETED)
        for future in ended:
            yield future.result()


class _Coordinator:
    """One round of work on one cluster."""

    def __init__(
        self,
        client: Any,
        function: Function,
        shared: str,
        tasks: Iterable[Task],
        tries: int,
        stopped: Callable[[], bool],
    ) -> None:
        self.client, self.function, self.shared, self.tries, self.stopped = client, function, shared, tries, stopped
        self.waiting = iter(tasks)
        self.more = True
        self.again: deque[Task] = deque()
        self.failures: Counter[str] = Counter()
        self.lost: Counter[str] = Counter()
        self.flying: dict[Any, tuple[tuple[Task, ...], str]] = {}
        self.ended: queue.SimpleQueue[Any] = queue.SimpleQueue()
        self.pace: float | None = None

    def run(self) -> Iterator[Outcome | None]:
        """What becomes of tasks, and None now and then while there is nothing new."""
        last_seen = monotonic()
        while not self.stopped():
            self._hand_out()
            if not (self.flying or self.again or self.more):
                return
            try:
                future = self.ended.get(timeout=TICK)
            except queue.Empty:
                if self.client.nthreads():
                    last_seen = monotonic()
                elif self.client.status != "running" or monotonic() - last_seen > PATIENCE:
                    raise _gone() from None
                yield None
                continue
            last_seen = monotonic()
            yield from self._take_back(future)
            del future

    def _idle(self) -> list[str]:
        busy = {address for _, address in self.flying.values()}
        return [address for address in sorted(self.client.nthreads()) if address not in busy]

    def _hand_out(self) -> None:
        for address in self._idle():
            job = self._next_job()
            if not job:
                self.more = False
                return
            future = self.client.submit(
                carry_out, self.function, self.shared, tuple(task.part for task in job),
                pure=False, workers=[address], allow_other_workers=True,
            )  # fmt: skip
            self.flying[future] = job, address
            future.add_done_callback(self.ended.put)

    def _next_job(self) -> tuple[Task, ...]:
        if self.again:
            return (self.again.popleft(),)
        size = 1 if self.pace is None else max(1, min(MOST_IN_A_JOB, int(LONG_ENOUGH / max(self.pace, 1e-4))))
        return tuple(task for _, task in zip(range(size), self.waiting, strict=False))

    def _take_back(self, future: Any) -> Iterator[Outcome]:
        from distributed.scheduler import KilledWorker

        job, _ = self.flying.pop(future)
        try:
            results: list[Result] = future.result()
        except KilledWorker as error:
            yield from self._died(job, error)
            return
        except Exception as error:  # such as a result that is lost on its way back
            self._lost(job, error)
            return
        finally:
            future.release()
        latest = sum(result.seconds for result in results) / len(results)
        self.pace = latest if self.pace is None else 0.7 * self.pace + 0.3 * latest
        for task, result in zip(job, results, strict=True):
            if result.told is not None:
                self.failures[task.key] += 1
                if self.failures[task.key] < self.tries:
                    self.again.append(task)
                    continue
            yield Outcome(task, result.value, result.told, result.error)

    def _died(self, job: tuple[Task, ...], error: Exception) -> Iterator[Outcome]:
        for task in job:
            if len(job) == 1:
                self.failures[task.key] += 1
            if self.failures[task.key] >= self.tries:
                times = "once" if self.tries == 1 else f"{self.tries} times"
                message = f"the worker was ended by the system {times} at this, perhaps for lack of memory"
                told = Told(type(error).__name__, message, "")
                yield Outcome(task, None, told, RuntimeError(message), "worker")
            else:
                self.again.append(task)

    def _lost(self, job: tuple[Task, ...], error: Exception) -> None:
        """Put back tasks that were lost on the way through no fault of theirs; raise if that goes on and on."""
        for task in job:
            self.lost[task.key] += 1
            if self.client.status != "running" or self.lost[task.key] > 10:
                raise _gone(error) from error
            self.again.append(task)


def _gone(error: Exception | None = None) -> UserError:
    why = f" ({type(error).__name__}: {str(error)[:200]})" if error else ""
    return UserError(
        "the cluster", f"its workers or its scheduler are gone{why}",
        "What is finished is kept: the same command goes on once they are back.",
    )  # fmt: skip
