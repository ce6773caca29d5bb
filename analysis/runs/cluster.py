"""Runs on a Dask cluster that somebody else has started: on other machines, under Slurm or Kubernetes.

Each worker has one job at a time, so that when it dies it is known what it was at. Tasks of a job whose worker died are
tried again one by one; a task that fails or ends its worker so many times of its own is set aside, and the rest go on.
"""

from __future__ import annotations

import contextlib
import os
import queue
import sys
import uuid
from collections import Counter, deque
from collections.abc import Generator, Iterator, Sequence
from time import monotonic
from typing import Any

import dask
from distributed import Client, Security, WorkerPlugin, get_worker
from distributed.scheduler import KilledWorker

from analysis.errors import UserError
from analysis.runs.executor import TICK, Where
from analysis.runs.work import Function, Outcome, Result, Task, Work, attempt, lost

ANSWERS = 10.0
"""Seconds for a scheduler to answer, and for its first worker to arrive."""
LONG_ENOUGH = 0.3
"""Seconds a job should take, so that handing it out costs little beside it."""
MOST_IN_A_JOB = 200
MOST_LOST = 10
"""Times a task may be lost on its way before the cluster is given up."""
PATIENCE = 60.0
"""Seconds without a worker after which a cluster is given up."""
TOPIC = "headway-steps"
QUIET = {
    "distributed.admin.tick.limit": "60s",
    "distributed.logging": {"distributed": "critical"},
}
"""Dask's settings on this side: no chatter."""


def share_out(work: Work, where: Where) -> Generator[Outcome, None, None]:
    """As :func:`analysis.runs.executor.share_out`, on the cluster that ``where`` names."""
    with connected(where) as client:
        plugin = _Shared(work.shared)
        client.register_plugin(plugin, name=plugin.name)
        # What is heard in a thread of Dask's is passed on in this one.
        steps: queue.SimpleQueue[str] = queue.SimpleQueue()
        client.subscribe_topic(TOPIC, lambda event: steps.put(event[1]))
        try:
            for outcome in _Coordinator(client, work, plugin.name).run():
                while not steps.empty():
                    work.passed(steps.get())
                if outcome is not None:
                    yield outcome
        finally:
            client.unsubscribe_topic(TOPIC)
            with contextlib.suppress(OSError, TimeoutError):  # the cluster may be gone
                client.unregister_worker_plugin(plugin.name)


@contextlib.contextmanager
def connected(where: Where) -> Iterator[Client]:
    """A client of a running scheduler.

    Raise :exc:`UserError` if it does not answer, or its workers run another version of Headway or of Python.
    """
    address, security = str(where.scheduler), _security(where.certificates)
    with dask.config.set(QUIET):
        try:
            client = Client(address, timeout=ANSWERS, security=security, set_as_default=False)
        except (OSError, ValueError, TypeError, TimeoutError) as error:
            advice = (
                "Start one with: dask scheduler --host 127.0.0.1, and workers with: dask worker ADDRESS --nthreads 1."
            )
            if address.startswith("tls:"):
                advice = "One with TLS needs --certificates DIR, with certificates of the same authority as its own."
            what = f"no Dask scheduler answers there ({type(error).__name__})"
            raise UserError(f"--scheduler {address}", what, advice) from None
        try:
            _check_versions(client, address)
            yield client
        finally:
            client.close()


def _security(certificates: str | None) -> Security | None:
    if certificates is None:
        return None
    ca, cert, key = paths = [os.path.join(certificates, name) for name in ("ca.pem", "cert.pem", "key.pem")]
    if missing := [path for path in paths if not os.path.isfile(path)]:
        what = f"there is no file {missing[0]}"
        raise UserError(f"--certificates {certificates}", what, "It has ca.pem, cert.pem and key.pem.")
    return Security(tls_ca_file=ca, tls_client_cert=cert, tls_client_key=key, require_encryption=True)


def versions() -> dict[str, str]:
    """What must be the same on every machine: Headway, its draws, and Python (major and minor)."""
    from analysis.version import headway_version
    from simulation.draws import RNG_VERSION

    python = f"{sys.version_info.major}.{sys.version_info.minor}"
    return {"headway": headway_version(), "draws": str(RNG_VERSION), "python": python}


def _check_versions(client: Client, address: str) -> None:
    try:
        client.wait_for_workers(1, timeout=ANSWERS)
    except TimeoutError:
        advice = "Start some with: dask worker ADDRESS --nthreads 1."
        raise UserError(f"--scheduler {address}", "it has no workers", advice) from None
    ours, theirs = versions(), client.run(versions)
    for worker, found in sorted(theirs.items()):
        if differs := [
            f"{n} {found.get(n)} instead of {wanted}" for n, wanted in ours.items() if found.get(n) != wanted
        ]:
            advice = "Install the same release of Headway on every worker."
            raise UserError(f"worker {worker}", ", ".join(differs), advice)


class _Shared(WorkerPlugin):
    """What all tasks share, sent to each worker once; one that takes a dead one's place is given it before any task."""

    def __init__(self, value: Any) -> None:
        self.value, self.name = value, f"headway-{uuid.uuid4().hex}"


def _carry_out(function: Function, name: str, parts: Sequence[Any]) -> list[Result]:
    """Carry out tasks on a worker, which knows by ``name`` what they share. An error in one does not stop the others."""
    worker = get_worker()
    shared = worker.plugins[name].value  # type: ignore[attr-defined]

    def step(word: str) -> None:
        worker.log_event(TOPIC, word)

    return [attempt(lambda part=part: function(shared, part, step)) for part in parts]  # type: ignore[misc]


class _Coordinator:
    """One round of work on one cluster."""

    def __init__(self, client: Client, work: Work, shared: str) -> None:
        self.client, self.work, self.shared = client, work, shared
        self.waiting, self.more = iter(work.tasks), True
        self.again: deque[Task] = deque()
        self.failures: Counter[str] = Counter()
        self.lost: Counter[str] = Counter()
        self.flying: dict[Any, tuple[tuple[Task, ...], str]] = {}
        self.ended: queue.SimpleQueue[Any] = queue.SimpleQueue()
        self.pace: float | None = None

    def run(self) -> Iterator[Outcome | None]:
        """What becomes of tasks, and None now and then while there is nothing new."""
        last_seen = monotonic()
        while not self.work.stopped():
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

    def _hand_out(self) -> None:
        busy = {address for _, address in self.flying.values()}
        for address in sorted(set(self.client.nthreads()) - busy):
            job = self._next_job()
            if not job:
                self.more = False
                return
            parts = tuple(task.part for task in job)
            future = self.client.submit(
                _carry_out,
                self.work.function,
                self.shared,
                parts,
                pure=False,
                workers=[address],
                allow_other_workers=True,
            )
            self.flying[future] = job, address
            future.add_done_callback(self.ended.put)

    def _next_job(self) -> tuple[Task, ...]:
        if self.again:
            return (self.again.popleft(),)
        size = 1 if self.pace is None else max(1, min(MOST_IN_A_JOB, int(LONG_ENOUGH / max(self.pace, 1e-4))))
        return tuple(task for _, task in zip(range(size), self.waiting, strict=False))

    def _take_back(self, future: Any) -> Iterator[Outcome]:
        job, _ = self.flying.pop(future)
        try:
            results: list[Result] = future.result()
        except KilledWorker:
            yield from self._died(job)
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
                if self.failures[task.key] < self.work.tries:
                    self.again.append(task)
                    continue
            yield Outcome(task, result.value, result.told, result.error)

    def _died(self, job: tuple[Task, ...]) -> Iterator[Outcome]:
        for task in job:
            self.failures[task.key] += len(job) == 1
            if self.failures[task.key] >= self.work.tries:
                yield lost(task, self.work.tries)
            else:
                self.again.append(task)

    def _lost(self, job: tuple[Task, ...], error: Exception) -> None:
        """Put back tasks that were lost on the way through no fault of theirs; raise if that goes on and on."""
        for task in job:
            self.lost[task.key] += 1
            if self.client.status != "running" or self.lost[task.key] > MOST_LOST:
                raise _gone(error) from error
            self.again.append(task)


def _gone(error: Exception | None = None) -> UserError:
    why = f" ({type(error).__name__}: {str(error)[:200]})" if error else ""
    advice = "What is finished is kept: the same command goes on once they are back."
    return UserError("the cluster", f"its workers or its scheduler are gone{why}", advice)
