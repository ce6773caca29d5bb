"""Runs on a Dask cluster that somebody else has started: on other machines, under Slurm or Kubernetes.

Who has what is decided here: a worker has one batch of tasks at a time, and answers for it. Dask is the way to reach them;
its own scheduling is not used, so no task moves, waits or is repeated without this side's knowing.
"""

from __future__ import annotations

import asyncio
import concurrent.futures
import contextlib
import pickle
import uuid
from collections import Counter, deque
from collections.abc import Callable, Generator, Iterator, Sequence
from itertools import islice
from time import monotonic

from analysis.errors import UserError
from analysis.runs import remote
from analysis.runs.crew import News, hand_out
from analysis.runs.link import SAME, Link, gone, quiet, security_of
from analysis.runs.work import Outcome, Result, Task, Work, WorkerLostError, lost, never

LOOK = 1.0
"""Seconds after which it is looked who has come and who has gone."""
BEAT = 15.0
"""Seconds after which a worker that has not answered is asked whether it is still at its tasks."""
MOST_LOST = 10
"""Workers that a task may lose before it is set aside: on a cluster they come to an end for many reasons."""


@contextlib.contextmanager
def crew_of(address: str, certificates: str | None, wait: float) -> Iterator[Cluster]:
    """The workers of a running scheduler, which may come and go; ``wait`` is how many seconds it may be without any.

    Raise :exc:`UserError` if it does not answer.
    """
    with quiet():
        link = Link(address, security_of(address, certificates))
        cluster = Cluster(link, wait)
        try:
            link.open()
            yield cluster
        finally:
            link.close(cluster.farewell)


class Cluster:
    """All workers that a cluster has at any time."""

    def __init__(self, link: Link, wait: float) -> None:
        self.link, self._wait = link, wait
        self.name = f"headway-{uuid.uuid4().hex}"
        self._known: set[str] = set()
        self._checked: frozenset[str] = frozenset()  # replaced, never changed: another thread reads it
        self._seen = monotonic()
        self.ours = remote.versions()
        """Versions that every worker must have."""

    def share_out(self, work: Work) -> Generator[Outcome, None, None]:
        """As :func:`analysis.runs.executor.share_out`."""
        pickled = pickle.dumps((work.function, work.shared), protocol=5)
        watching = self.link.begin(self._watch(pickled))
        try:
            yield from hand_out(work, _Hands(self, work, watching), never)
        finally:
            watching.cancel()

    async def farewell(self) -> None:
        """Have workers give up what is under way."""
        await asyncio.gather(
            *(self.link.ask(w, remote.forget, self.name) for w in self._checked), return_exceptions=True
        )

    def at_hand(self, busy: bool) -> frozenset[str]:
        """Workers that have been checked. Raise :exc:`UserError` if none has been there, or ``busy``, for too long."""
        if self._checked or busy:
            self._seen = monotonic()
        elif monotonic() - self._seen > self._wait:
            raise UserError(
                f"--scheduler {self.link.address}", f"it has no workers that answer, for {self._wait:.0f} s",
                "Start some with: headway worker. What is finished is kept, and the same command goes on; "
                "--wait-for-workers says for how long to wait for them.",
            )  # fmt: skip
        return self._checked

    def lose(self, worker: str) -> None:
        """Give it nothing more, until the scheduler names it again and it passes the checks anew."""
        self._checked -= {worker}
        self._known.discard(worker)

    async def _watch(self, pickled: bytes) -> None:
        """Check whoever comes, and take note of who goes. Raise :exc:`UserError` if somebody is not to be trusted."""
        async with asyncio.TaskGroup() as group:
            while True:
                listed = await self.link.workers()
                self._checked &= listed
                for worker in sorted(listed - self._known):
                    group.create_task(self._welcome(worker, pickled))
                self._known |= listed
                self._known &= listed
                await asyncio.sleep(LOOK)

    async def _welcome(self, worker: str, pickled: bytes) -> None:
        try:
            found = await self.link.ask(worker, remote.versions)
            refuse(worker, self.ours, found)
            await self.link.ask(worker, remote.take_in, self.name, pickled)
        except WorkerLostError:  # such as one that was listed and stands still
            self._known.discard(worker)
        else:
            self._checked |= {worker}


def refuse(worker: str, ours: dict[str, str], found: dict[str, str]) -> None:
    """Raise :exc:`UserError` if a worker does not compute as this side does."""
    if differs := [f"{n} {found.get(n)} instead of {wanted}" for n, wanted in ours.items() if found.get(n) != wanted]:
        raise UserError(f"worker {worker}", ", ".join(differs), SAME)


class _Hands:
    """The workers of a cluster, at one piece of work."""

    def __init__(self, cluster: Cluster, work: Work, watching: concurrent.futures.Future[None]) -> None:
        self._cluster, self._work, self._watching = cluster, work, watching
        self._tasks, self._again = iter(work.tasks), deque[Task]()
        self._lost = Counter[str]()

    def free(self, busy: Sequence[str]) -> tuple[list[str], int]:
        if self._watching.done():
            _raise(self._watching)
        workers = self._cluster.at_hand(bool(busy))
        return sorted(workers.difference(busy)), max(1, len(workers))

    def take(self, _worker: str, most: int) -> list[Task]:
        """Those whose worker was lost come first, each alone, so that it is known at which one the next is lost."""
        return [self._again.popleft()] if self._again else list(islice(self._tasks, most))

    def begin(
        self, worker: str, tasks: list[Task], _news: News, _unwanted: Callable[[], bool]
    ) -> concurrent.futures.Future[list[Outcome]]:
        return self._cluster.link.begin(self._persist(worker, tasks))

    async def _persist(self, worker: str, tasks: list[Task]) -> list[Outcome]:
        """Have tasks done, those that fail again up to as often as work says; those of a lost worker are left for another."""
        done: list[Outcome] = []
        for task, first in zip(tasks, await self._attempt(worker, tasks), strict=True):
            result, tries = first, 1
            while result is not None and result.told is not None and tries < self._work.tries:
                (result,), tries = await self._attempt(worker, [task]), tries + 1
            if result is not None:
                done.append(Outcome(task, result.value, result.told, result.error, seconds=result.seconds))
            elif self._lost[task.key] >= MOST_LOST:
                done.append(lost(task, MOST_LOST))
            else:
                self._again.append(task)
        return done

    async def _attempt(self, worker: str, tasks: list[Task]) -> Sequence[Result | None]:
        """A result for each task; None for all if the worker is lost at them."""
        try:
            answer = await self._answer(worker, tasks)
        except WorkerLostError:
            self._cluster.lose(worker)
            if len(tasks) == 1:
                self._lost[tasks[0].key] += 1
            return [None] * len(tasks)
        if answer is None:  # it is new at this address
            self._cluster.lose(worker)
            return [None] * len(tasks)
        model, results = answer
        refuse(worker, self._cluster.ours, {**self._cluster.ours, "model": model})
        return [pickle.loads(result) for result in results]

    async def _answer(self, worker: str, tasks: list[Task]) -> remote.Answer | None:
        """What a worker says to its tasks. As long as it says nothing, it is asked now and then whether it is at them."""
        link, named = self._cluster.link, uuid.uuid4().hex
        parts = pickle.dumps([task.part for task in tasks], protocol=5)
        asked = asyncio.ensure_future(
            link.ask(worker, remote.carry_out, self._cluster.name, named, parts, at_length=True)
        )
        missed = 0
        try:
            while not (await asyncio.wait([asked], timeout=BEAT))[0]:
                missed = 0 if await link.ask(worker, remote.is_at, named) else missed + 1
                if missed > 1:  # once: the answer may be on its way
                    raise WorkerLostError
            answer: remote.Answer | None = asked.result()
            return answer
        finally:
            asked.cancel()


def _raise(watching: concurrent.futures.Future[None]) -> None:
    """What has ended the watch: of several reasons, the first."""
    error = watching.exception()
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    raise error if error is not None else gone("nobody watches any more")
