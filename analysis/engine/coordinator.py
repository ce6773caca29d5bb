"""The coordinator: hands out jobs, takes back runs as they come, and keeps count of what keeps failing.

Jobs in flight are as many as there are workers, each on a worker of its own, so that when a worker dies the run that
killed it is known. A run that was in a job whose worker died is tried again alone; after three deaths of its own it is
set aside, and the rest go on.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from analysis.engine.cluster import Where, connected
from analysis.engine.work import Done, Failure, Job, Task, carry_out, without_register

if TYPE_CHECKING:
    from simulation.register import Register
    from simulation.world import Setup

TRIES = 3
"""Deaths of a worker after which the run that was alone on it is set aside."""
LONG_ENOUGH = 0.3
"""Seconds a job should take, so that handing it out costs little beside it."""
MOST_IN_A_JOB = 50


@dataclass(frozen=True)
class Work:
    """The runs of one setup that are still to be carried out."""

    setup: Setup
    measures: tuple[str, ...] | None
    tasks: Sequence[Task]


@dataclass(frozen=True)
class Outcome:
    """What became of a run."""

    task: Task
    result: Done | Failure


def carry_out_all(work: Iterable[Work], where: Where) -> Iterator[Outcome]:
    """Carry out all runs and yield each as it ends, in no particular order.

    Close the iterator to stop: what is in flight is given up. Raise :exc:`~analysis.errors.UserError` if a cluster
    cannot be reached.
    """
    if where.is_here:
        for one in work:
            for task in one.tasks:
                job = Job(without_register(one.setup), one.measures, (task,))
                yield from (Outcome(task, result) for _, result in carry_out(job, one.setup.register))
        return
    with connected(where) as client:
        yield from _Coordinator(client, work).run()


class _Coordinator:
    """One sweep on one cluster."""

    def __init__(self, client: Any, work: Iterable[Work]) -> None:
        self.client = client
        self.waiting: Iterator[Work] = iter(work)
        self.again: deque[tuple[Work, Task]] = deque()
        self.deaths: Counter[str] = Counter()
        self.flying: dict[Any, tuple[Work, Job, str]] = {}
        self.registers: dict[int, tuple[Register, Any]] = {}
        self.pace: float | None = None
        self.current: tuple[Work, deque[Task]] | None = None

    def run(self) -> Iterator[Outcome]:
        from distributed import as_completed

        done = as_completed(with_results=False, loop=self.client.loop)
        self._hand_out(done)
        while self.flying:
            future = next(done)
            yield from self._take_back(future)
            self._hand_out(done)

    def _idle(self) -> list[str]:
        busy = {address for _, _, address in self.flying.values()}
        threads = self.client.nthreads()
        idle = [address for address in sorted(threads) if address not in busy]
        if len(threads) == 1:  # threads of this process share one address
            ((address, count),) = threads.items()
            idle = [address] * max(0, count - len(self.flying))
        return idle

    def _hand_out(self, done: Any) -> None:
        for address in self._idle():
            found = self._next_job()
            if found is None:
                return
            work, job = found
            future = self.client.submit(
                carry_out,
                job,
                self._register(work.setup.register),
                pure=False,
                workers=[address],
                allow_other_workers=True,
            )
            self.flying[future] = (work, job, address)
            done.add(future)

    def _register(self, register: Register) -> Any:
        """The register on the cluster: sent once, however many jobs need it."""
        known = self.registers.get(id(register))
        if known is None:
            known = (register, self.client.scatter(register, broadcast=True, hash=False))
            self.registers[id(register)] = known
        return known[1]

    def _next_job(self) -> tuple[Work, Job] | None:
        if self.again:
            work, task = self.again.popleft()
            return work, Job(without_register(work.setup), work.measures, (task,))
        while self.current is None or not self.current[1]:
            work = next(self.waiting, None)  # type: ignore[assignment]
            if work is None:
                return None
            self.current = (work, deque(work.tasks))
        work, tasks = self.current
        size = 1 if self.pace is None else max(1, min(MOST_IN_A_JOB, int(LONG_ENOUGH / max(self.pace, 1e-3))))
        batch = tuple(tasks.popleft() for _ in range(min(size, len(tasks))))
        return work, Job(without_register(work.setup), work.measures, batch)

    def _take_back(self, future: Any) -> Iterator[Outcome]:
        work, job, _ = self.flying.pop(future)
        tasks = {task.key: task for task in job.tasks}
        try:
            results = future.result()
        except Exception as error:  # the worker died, or could not even start on the job
            yield from self._worker_died(work, job, error)
            return
        finally:
            future.release()
        times = [result.seconds for _, result in results if isinstance(result, Done)]
        if times:
            latest = sum(times) / len(times)
            self.pace = latest if self.pace is None else 0.7 * self.pace + 0.3 * latest
        for key, result in results:
            yield Outcome(tasks[key], result)

    def _worker_died(self, work: Work, job: Job, error: Exception) -> Iterator[Outcome]:
        for task in job.tasks:
            if len(job.tasks) == 1:
                self.deaths[task.key] += 1
            if self.deaths[task.key] >= TRIES:
                message = f"the worker ended {TRIES} times while it carried out this run alone ({type(error).__name__})"
                yield Outcome(task, Failure("worker", type(error).__name__, message))
            else:
                self.again.append((work, task))


def share(works: Iterable[Work], index: int, shards: int) -> Iterator[Work]:
    """The part of ``works`` that shard ``index`` of ``shards`` (from 1) carries out: by key, so that no order matters."""
    for work in works:
        mine = [task for task in work.tasks if int(task.key[:16], 16) % shards == index - 1]
        if mine:
            yield replace(work, tasks=mine)
