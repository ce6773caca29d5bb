"""A scheduler and workers that open one port each, with TLS, at the address that was asked for, and no pages."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from typing import Any

from distributed import Scheduler, Worker
from distributed.comm.addressing import get_address_host, parse_address
from distributed.core import Server
from distributed.http.routing import RoutingApplication
from distributed.utils import get_ip
from tornado.httpserver import HTTPServer

from analysis.errors import UserError
from analysis.runs.link import CLOSES, certificates_in, quiet
from analysis.runs.remote import versions

SIGNALS = (signal.SIGINT, signal.SIGTERM)
SAY = "It is tls://, a host and a port, such as tls://10.0.0.5:8786: what the scheduler printed."


class _NoPages:
    """Dask's servers open a port for pages whether or not they have any: these do not."""

    def start_http_server(self, *_routes: Any, **_options: Any) -> None:
        """Make what Dask closes at the end, and open nothing."""
        self.http_application = RoutingApplication()
        self.http_server = HTTPServer(self.http_application)


class _Scheduler(_NoPages, Scheduler): ...


class _Worker(_NoPages, Worker): ...


def scheduler(host: str, port: int, certificates: str, ready: Callable[[str], None]) -> None:
    """Be a scheduler until a signal ends it; ``ready`` is told its address.

    Raise :exc:`UserError` if it cannot be opened there.
    """

    async def serve() -> None:
        made = _Scheduler(host=f"tls://{_bracketed(host)}", port=port, security=security, dashboard=False)
        try:
            await made
        except Exception as error:  # whatever Dask has to say about an address
            what = f"it cannot be opened there ({_reason(error)})"
            advice = "--host is an address of this machine; --port a number that nobody else has, or 0 for any."
            raise UserError(f"--host {host} --port {port}", what, advice) from None
        await _until_ended(made, made.close, lambda: ready(made.address))

    security = certificates_in(certificates)
    with quiet():
        asyncio.run(serve())


def worker(address: str, certificates: str, host: str | None, wait: float, ready: Callable[[str], None]) -> None:
    """Be a worker until a signal or the scheduler's end ends it; ``ready`` is told its address.

    Raise :exc:`UserError` if no scheduler answers in ``wait`` seconds, or it cannot be opened at ``host``, an address of
    this machine; None for the one from which the scheduler is reached.
    """

    async def serve() -> None:
        given = _bracketed(host or _own_address(address))
        made = _Worker(
            address, host=f"tls://{given}", nthreads=1, security=security, dashboard=False, memory_limit=0,
            death_timeout=wait,
        )  # fmt: skip
        try:
            await asyncio.wait_for(made, wait)
        except TimeoutError:
            what, advice = f"no scheduler has answered there for {wait:.0f} s", "Start it with: headway scheduler."
            with suppress(Exception):
                await asyncio.wait_for(made.close(executor_wait=False), 1)
            raise UserError(address, what, f"{advice} Its certificates must be of the same authority.") from None
        except Exception as error:  # whatever Dask has to say about an address
            what = f"a worker cannot be opened there ({_reason(error)})"
            raise UserError(f"--host {given}", what, "It is an address of this machine.") from None
        await _until_ended(made, lambda: made.close(executor_wait=False), lambda: ready(made.address))
        os._exit(0)  # a run that is under way is somebody else's now, and Dask waits for it

    security = certificates_in(certificates)
    versions()  # read now: what this process is made of, before anything can change beneath it
    with quiet():
        asyncio.run(serve())


async def _until_ended(server: Server, close: Callable[[], Awaitable[Any]], ready: Callable[[], None]) -> None:
    """Until it ends by itself or somebody sends a signal, upon which it is closed. Whoever is told that it is ``ready`` may send one."""
    asked, loop = asyncio.Event(), asyncio.get_running_loop()
    for number in SIGNALS:
        signal.signal(number, lambda *_: loop.call_soon_threadsafe(asked.set))
    ready()
    waits: list[Coroutine[Any, Any, Any]] = [asked.wait(), server.finished()]
    _, waiting = await asyncio.wait([asyncio.ensure_future(w) for w in waits], return_when=asyncio.FIRST_COMPLETED)
    for task in waiting:
        task.cancel()
    with suppress(Exception):
        await asyncio.wait_for(close(), CLOSES)


def _own_address(scheduler: str) -> str:
    """The address of this machine from which the scheduler is reached."""
    try:
        return get_ip(get_address_host(scheduler))
    except (OSError, ValueError) as error:
        raise UserError(scheduler, f"this is no address that can be reached ({_reason(error)})", SAY) from None


def check_address(address: str) -> None:
    """Raise :exc:`UserError` unless ``address`` is one of a scheduler with TLS."""
    with suppress(ValueError):
        scheme, rest = parse_address(address)
        host, _, port = rest.rpartition(":")
        if scheme == "tls" and host and port.isdecimal() and 0 < int(port) < 65_536:
            return
    raise UserError(address, "this is no address of a scheduler", SAY)


def _bracketed(host: str) -> str:
    """The host as it stands in an address: IPv6 in brackets."""
    return f"[{host}]" if ":" in host and not host.startswith("[") else host


def _reason(raised: BaseException) -> str:
    error = raised.__cause__ or raised  # Dask's own says no more than that it has failed
    return getattr(error, "strerror", None) or " ".join(str(error).split())[:150] or type(error).__name__
