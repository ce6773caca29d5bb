"""Where runs are carried out: in this process, in threads, in processes of this machine, or on a running Dask cluster.

Processes are a local Dask cluster that listens on the loopback address only, encrypts what it sends with a certificate
made for the occasion, and has neither a dashboard nor any other page: a stranger on the same machine can neither read
nor submit work. Threads need no cluster, and nothing listens.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from analysis.errors import UserError
from analysis.runs.work import ENVIRONMENT

if TYPE_CHECKING:
    from distributed import Client

PATIENCE = 10.0
"""Seconds for a scheduler to answer, and for its first worker to arrive."""
QUIET = {
    "distributed.scheduler.allowed-failures": 0,  # the ledger of the coordinator counts, run by run
    "distributed.worker.daemon": True,
    "distributed.scheduler.http.routes": [],
    "distributed.worker.http.routes": [],
    "distributed.nanny.http.routes": [],
    "distributed.admin.tick.limit": "60s",
    "distributed.worker.memory.target": False,
    "distributed.worker.memory.spill": False,
    "distributed.worker.memory.pause": False,
    "distributed.worker.memory.terminate": False,
    "distributed.logging": {"distributed": "critical"},
}
"""Dask's settings: no pages, no spilling to disk, which would leave results of ours behind, no chatter."""


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

    @property
    def is_here(self) -> bool:
        """Whether runs are carried out in this process, one by one."""
        return self.scheduler is None and self.workers == 1


@contextlib.contextmanager
def connected(where: Where) -> Iterator[Client]:
    """A client of the cluster; a local one is started before and ended after.

    Raise :exc:`UserError` if the scheduler does not answer, or runs another version of Headway or of Python.
    """
    import dask
    import distributed  # noqa: F401 - it adds its defaults to the settings, which must not come after ours

    with dask.config.set(QUIET), _environment(ENVIRONMENT):
        if where.scheduler is not None:
            with _remote(where.scheduler, where.certificates) as client:
                yield client
        else:
            with _local(where) as client:
                yield client


@contextlib.contextmanager
def _local(where: Where) -> Iterator[Client]:
    from distributed import Client, LocalCluster, Security

    security = Security.temporary()
    try:
        cluster = LocalCluster(
            n_workers=where.workers, threads_per_worker=1, processes=True, host="127.0.0.1", protocol="tls://",
            security=security, dashboard_address=None, memory_limit=0, silence_logs=50,
            scheduler_kwargs={"dashboard_address": "127.0.0.1:0"},  # any free port: it answers "not found" to all
        )  # fmt: skip
    except RuntimeError as error:
        raise UserError(
            f"--workers {where.workers}", f"the processes could not be started ({error})", "Try fewer, or --workers 1."
        ) from None
    with cluster, Client(cluster, security=security, set_as_default=False) as client:
        yield client


@contextlib.contextmanager
def _remote(address: str, certificates: str | None) -> Iterator[Client]:
    from distributed import Client, Security

    security = None
    if certificates is not None:
        ca, cert, key = (os.path.join(certificates, name) for name in ("ca.pem", "cert.pem", "key.pem"))
        if missing := [path for path in (ca, cert, key) if not os.path.isfile(path)]:
            raise UserError(
                f"--certificates {certificates}",
                f"there is no file {missing[0]}",
                "It has ca.pem, cert.pem and key.pem.",
            )
        security = Security(tls_ca_file=ca, tls_client_cert=cert, tls_client_key=key, require_encryption=True)
    try:
        client = Client(address, timeout=PATIENCE, security=security, set_as_default=False)
    except (OSError, ValueError, TypeError, TimeoutError) as error:
        advice = "Start one with: dask scheduler --host 127.0.0.1, and workers with: dask worker ADDRESS --nthreads 1."
        if address.startswith("tls:"):
            advice = "One with TLS needs --certificates DIR, with certificates of the same authority as its own."
        raise UserError(
            f"--scheduler {address}", f"no Dask scheduler answers there ({type(error).__name__})", advice
        ) from None
    try:
        _check_versions(client, address)
        yield client
    finally:
        client.close()


def _check_versions(client: Client, address: str) -> None:
    from analysis.runs.versions import versions

    ours = versions()
    try:
        client.wait_for_workers(1, timeout=PATIENCE)
    except TimeoutError:
        raise UserError(
            f"--scheduler {address}", "it has no workers", "Start some with: dask worker ADDRESS --nthreads 1."
        ) from None
    theirs = client.run(versions)
    for worker, found in sorted(theirs.items()):
        differs = [
            f"{name} {found.get(name)} instead of {wanted}"
            for name, wanted in ours.items()
            if found.get(name) != wanted
        ]
        if differs:
            raise UserError(
                f"worker {worker}", ", ".join(differs), "Install the same release of Headway on every worker."
            )


@contextlib.contextmanager
def _environment(values: dict[str, str]) -> Iterator[None]:
    """Environment variables for the processes that are started meanwhile."""
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
