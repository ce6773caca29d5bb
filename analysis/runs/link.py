"""The connection to a Dask scheduler: every call to Dask is made here, has a deadline, and ends in an answer or in one line."""

from __future__ import annotations

import asyncio
import concurrent.futures
import contextlib
import logging
import os
import ssl
import threading
import warnings
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from typing import Any, TypeVar

import dask
from distributed import Client, Security

from analysis.errors import UserError
from analysis.runs.work import WorkerLostError

ANSWERS = 30.0
"""Seconds within which a scheduler, or a worker that is asked how it is, has answered, however busy its machine."""
CLOSES = 5.0
"""Seconds that a farewell may take."""
SETTINGS = {
    "distributed.client.scheduler-info-interval": "1h",  # nobody looks at it
    "distributed.admin.tick.limit": "1h",
    "distributed.comm.timeouts.connect": f"{ANSWERS:g}s",
}
"""Dask's settings on this side."""
NOISE = ("distributed", "tornado", "asyncio")
"""Loggers that tell of what is told here in one line."""

Value = TypeVar("Value")


class Link:
    """A connection to a scheduler, which lives in a thread of its own. Methods that are coroutines run there, by :meth:`begin`."""

    def __init__(self, address: str, security: Security | None) -> None:
        self.address, self._security = address, security
        self._loop = asyncio.new_event_loop()
        self._loop.set_exception_handler(lambda *_: None)  # Dask's own tasks that end with the connection
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True, name="headway-cluster")
        self._thread.start()
        self._client: Client | None = None

    def begin(self, work: Coroutine[Any, Any, Value]) -> concurrent.futures.Future[Value]:
        """Have a coroutine run in the thread of the connection."""
        return asyncio.run_coroutine_threadsafe(work, self._loop)

    def open(self) -> None:
        """Raise :exc:`UserError` if no scheduler answers in time."""
        try:
            self.begin(self._open()).result(ANSWERS + CLOSES)
        except Exception as error:  # whatever Dask has to say about an address or certificates
            raise _no_answer(self.address, error) from None

    async def _open(self) -> None:
        self._client = Client(
            self.address, timeout=ANSWERS, security=self._security, set_as_default=False, asynchronous=True
        )
        await asyncio.wait_for(self._client, ANSWERS)

    def close(self, farewell: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """Say farewell and leave; who does not answer is left all the same."""

        async def leave() -> None:
            if self._client is not None and self._client.status == "running":
                with contextlib.suppress(Exception):
                    await asyncio.wait_for(farewell(), CLOSES)
            if self._client is not None:
                with contextlib.suppress(Exception):
                    await asyncio.wait_for(self._client.close(CLOSES), CLOSES)
            for task in asyncio.all_tasks() - {asyncio.current_task()}:
                task.cancel()

        with contextlib.suppress(Exception):
            self.begin(leave()).result(3 * CLOSES)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(CLOSES)

    async def workers(self) -> set[str]:
        """Addresses of all workers that the scheduler knows. Raise :exc:`UserError` if it does not answer."""
        assert self._client is not None
        try:
            return set(await self._answer(self._client.nthreads(), ANSWERS))
        except TimeoutError:
            raise gone(f"no answer from the scheduler for {ANSWERS:g} s") from None

    async def ask(self, worker: str, function: Callable[..., Any], *given: Any, at_length: bool = False) -> Any:
        """What ``function`` returns on a worker.

        Raise :exc:`WorkerLostError` if it is lost or does not answer in time, :exc:`UserError` if the scheduler is lost or
        the worker cannot do what it is asked. What is asked ``at_length`` may take as long as the connection lasts:
        whoever asks so sets a deadline by other questions.
        """
        assert self._client is not None
        asked = self._client.run(function, *given, workers=[worker], on_error="return")
        try:
            found = await self._answer(asked, None if at_length else ANSWERS)
        except TimeoutError as error:
            raise WorkerLostError from error
        answer = found[worker]
        if isinstance(answer, OSError | asyncio.CancelledError):
            raise WorkerLostError from answer
        if isinstance(answer, Exception):
            what = f"it cannot do Headway's work ({type(answer).__name__}: {_short(answer)})"
            raise UserError(f"worker {worker}", what, SAME)
        return answer

    async def _answer(self, asked: Awaitable[Value], within: float | None) -> Value:
        try:
            return await asyncio.wait_for(asked, within)
        except TimeoutError:
            raise
        except asyncio.CancelledError as error:
            if (task := asyncio.current_task()) is not None and task.cancelling():
                raise
            raise gone("the connection was closed") from error
        except OSError as error:
            raise gone("the scheduler has closed the connection") from error
        except Exception as error:
            raise gone(f"{type(error).__name__}: {_short(error)}") from error


SAME = "Install the same release of Headway, with the same libraries, on every worker."


def gone(why: str) -> UserError:
    """The scheduler, or all workers, do not answer any more."""
    advice = "What is finished is kept: the same command goes on once they are back."
    return UserError("the cluster", f"its workers or its scheduler are gone ({why})", advice)


def _short(error: BaseException) -> str:
    return " ".join(str(error).split())[:200]


def _no_answer(address: str, error: Exception) -> UserError:
    advice = "Start one with: headway scheduler, and workers with: headway worker."
    if address.startswith("tls:"):
        advice = "With TLS, --certificates DIR must have certificates of the same authority as the scheduler's own."
    return UserError(f"--scheduler {address}", f"no Dask scheduler answers there ({type(error).__name__})", advice)


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """Nothing that Dask logs or warns of reaches the user meanwhile: what matters is said by whoever calls it."""
    names = [name for name in logging.root.manager.loggerDict if name.split(".")[0] in NOISE]
    loggers = [logging.getLogger(name) for name in names]
    levels = [logger.level for logger in loggers]
    with dask.config.set(SETTINGS), warnings.catch_warnings():
        warnings.filterwarnings("ignore", module="distributed")
        try:
            for logger in loggers:
                logger.setLevel(logging.CRITICAL + 1)
            yield
        finally:
            for logger, level in zip(loggers, levels, strict=True):
                logger.setLevel(level)


CERTIFICATES = ("ca.pem", "cert.pem", "key.pem")
ROLES = ("scheduler", "worker", "client")


def security_of(address: str, certificates: str | None) -> Security | None:
    """How to reach a scheduler at ``address``. Raise :exc:`UserError` if certificates and address do not go together."""
    encrypted = address.startswith("tls:")
    if certificates is None:
        if encrypted:
            what, advice = "an address with tls: needs --certificates", "Give the folder: --certificates DIR."
            raise UserError(f"--scheduler {address}", what, advice)
        return None
    if not encrypted:
        what = "certificates are for an address that begins with tls:"
        raise UserError(f"--scheduler {address}", what, "Write tls:// in place of tcp://, or leave --certificates out.")
    return certificates_in(certificates)


def certificates_in(folder: str) -> Security:
    """What a folder holds, for all roles; nothing without TLS is spoken with it. Raise :exc:`UserError` if it cannot be used."""
    ca, cert, key = paths = [os.path.join(folder, name) for name in CERTIFICATES]
    if missing := [path for path in paths if not os.path.isfile(path)]:
        what = f"there is no file {missing[0]}"
        raise UserError(f"--certificates {folder}", what, "It has ca.pem, cert.pem and key.pem.")
    try:
        trusted = ssl.create_default_context(cafile=ca)
        trusted.load_cert_chain(cert, key, password=lambda: "")  # an encrypted key would ask, and wait
    except (OSError, ValueError) as error:
        what = f"cert.pem and key.pem do not go together, or ca.pem is no certificate ({_short(error)[:100]})"
        raise UserError(f"--certificates {folder}", what, "Make them anew, the key without a password.") from None
    files = {f"tls_{role}_{name}": path for role in ROLES for name, path in (("cert", cert), ("key", key))}
    return Security(tls_ca_file=ca, require_encryption=True, **files)
