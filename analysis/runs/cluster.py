"""Runs on a Dask cluster that somebody else has started: on other machines, under Slurm or Kubernetes."""

from __future__ import annotations

import contextlib
import os
import sys
import threading
import uuid
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import replace
from functools import partial
from time import monotonic, sleep
from typing import Any

import dask
from distributed import Client, Security, WorkerPlugin, get_worker
from distributed.scheduler import KilledWorker

from analysis.errors import UserError
from analysis.runs.crew import Crew
from analysis.runs.work import (
    TICK,
    Function,
    Outcome,
    Passed,
    Result,
    StopHere,
    Work,
    WorkerLostError,
    attempt,
    unheard,
)

ANSWERS = 10.0
"""Seconds for a scheduler to answer, and for its first worker to arrive."""
MOST_HANDS = 1_000
"""Workers that are given tasks at a time at most, however many there are."""
MOST_LOST = 10
"""Times a task may be lost on its way before the cluster is given up."""
PATIENCE = 60.0
"""Seconds without a worker after which a cluster is given up."""
QUIET = {"distributed.admin.tick.limit": "60s", "distributed.logging": {"distributed": "critical"}}
"""Dask's settings on this side: no chatter."""


@contextlib.contextmanager
def crew_of(address: str, certificates: str | None) -> Iterator[Crew]:
    """The workers of a running scheduler.

    Raise :exc:`UserError` if it does not answer, or its workers run another version of Headway or of Python.
    """
    security = _security(certificates)
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
            with Cluster(client) as crew:
                yield crew
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
    """Carry out tasks on a worker, which knows by ``name`` what all share."""
    shared = get_worker().plugins[name].value  # type: ignore[attr-defined]
    return [attempt(partial(function, shared, part, unheard)) for part in parts]


class Remote:
    """Whichever worker the scheduler finds free, for some tasks at a time."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def attempt(self, work: Work, parts: Sequence[Any], _heard: Passed, unwanted: Callable[[], bool]) -> list[Result]:
        """As :meth:`Hand.attempt`; steps are not heard of. Raise :exc:`UserError` if the tasks are lost again and again."""
        for _ in range(MOST_LOST):
            future = self._client.submit(_carry_out, work.function, work.shared, parts, pure=False)
            done = threading.Event()
            future.add_done_callback(lambda _future, done=done: done.set())
            try:
                while not done.wait(TICK):
                    if unwanted():
                        raise StopHere
                results: list[Result] = future.result()
                return results
            except KilledWorker as error:
                raise WorkerLostError from error
            except Exception as error:  # such as a result that is lost on its way back
                if self._client.status != "running":
                    raise _gone(error) from error
                lost = error
            finally:
                future.release()
        raise _gone(lost)

    def end(self) -> None:
        """The worker is not ours to end."""


class Cluster(Crew):
    """All workers that a cluster has at any time."""

    def __init__(self, client: Client) -> None:
        super().__init__([Remote(client) for _ in range(MOST_HANDS)])
        self._client = client
        self._counted, self._seen, self._workers = 0.0, monotonic(), 0

    def room(self) -> int:
        """As many runs at a time as there are workers. Raise :exc:`UserError` if there have been none for long."""
        now = monotonic()
        if now - self._counted >= TICK:
            self._counted, self._workers = now, len(self._client.nthreads())
            self._seen = now if self._workers else self._seen
        if not self._workers:
            if self._client.status != "running" or now - self._seen > PATIENCE:
                raise _gone()
            sleep(TICK)
        return self._workers

    def share_out(self, work: Work) -> Generator[Outcome, None, None]:
        """As :func:`analysis.runs.executor.share_out`."""
        plugin = _Shared(work.shared)
        self._client.register_plugin(plugin, name=plugin.name)
        try:
            yield from super().share_out(replace(work, shared=plugin.name))
        finally:
            with contextlib.suppress(OSError, TimeoutError):  # the cluster may be gone
                self._client.unregister_worker_plugin(plugin.name)


def _gone(error: Exception | None = None) -> UserError:
    why = f" ({type(error).__name__}: {str(error)[:200]})" if error else ""
    advice = "What is finished is kept: the same command goes on once they are back."
    return UserError("the cluster", f"its workers or its scheduler are gone{why}", advice)
