"""Starting and ending the page."""

from __future__ import annotations

import os
import secrets
import signal
import socket
from contextlib import suppress
from ipaddress import IPv6Address, ip_address
from pathlib import Path

from analysis.app.guard import Guard, Rules, weak_token
from analysis.errors import UserError
from analysis.limits import LOOPBACK_UP, unreachable
from analysis.telling import say

MOST_PROCESSES = 2


def serve(port: int, host: str | None, token: str | None, processes: int | None, results: Path) -> None:
    """Serve the page until it is interrupted. Raise :exc:`UserError` for an address or a token that cannot be used."""
    import uvicorn

    from analysis.app.connections import Patient
    from analysis.app.jobs import Jobs
    from analysis.app.pages import application
    from analysis.runs.crew import Crew

    address = host or "127.0.0.1"
    token = _token(address, token)
    listening = _listen(address, port)
    port = listening.getsockname()[1]
    rules = Rules(hosts(address, port), token)
    jobs = Jobs(Crew.of_processes(processes or min(MOST_PROCESSES, os.cpu_count() or 1)), results)
    guarded = Guard(application(jobs, rules), rules)
    config = uvicorn.Config(
        guarded, http=Patient, ws="none", lifespan="off", access_log=False, log_level="warning", server_header=False,
        proxy_headers=False, limit_concurrency=100, timeout_keep_alive=5, timeout_graceful_shutdown=1,
    )  # fmt: skip
    shown = f"[{address}]" if ":" in address else address
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    lines = [f"Headway is at http://{shown}:{port}/ (Control-C stops it)."]
    if token is not None:
        lines.append(f"Whoever opens it is asked for this token: {token}")

    class Told(uvicorn.Server):
        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            """Say where it is once it hears Control-C, which may come as soon as that has been read."""
            await super().startup(sockets=sockets)
            say("\n".join(lines))

    try:
        with suppress(KeyboardInterrupt):
            Told(config).run(sockets=[listening])
    finally:
        jobs.close()
        listening.close()


def _token(address: str, token: str | None) -> str | None:
    if token == "new":
        token = secrets.token_urlsafe(24)
    if token is not None:
        wrong = weak_token(token)
        if wrong:
            raise UserError("--token", wrong, "Write --token new, and one is made.")
    elif not is_loopback(address):
        raise UserError(
            f"--host {address}",
            "others can reach this address, so a token is needed",
            "Add --token new, and one is made.",
        )
    return token


def is_loopback(address: str) -> bool:
    """Whether only this machine can reach an address."""
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return address == "localhost"


def _is_everywhere(address: str) -> bool:
    """Whether an address stands for all that this machine has, as it is or as the newer protocol writes the older one's."""
    given = ip_address(address)
    older = given.ipv4_mapped if isinstance(given, IPv6Address) else None
    return given.is_unspecified or (older is not None and older.is_unspecified)


def hosts(address: str, port: int) -> frozenset[str]:
    """Host headers that are allowed: the address itself, and localhost where it is this machine's own; with the port."""
    names = {f"[{address}]" if ":" in address else address}
    if is_loopback(address):
        names.add("localhost")
    return frozenset(f"{name}:{port}" for name in names) | (frozenset(names) if port == 80 else frozenset())


def _listen(address: str, port: int) -> socket.socket:
    """A socket at one address. Everywhere at once (0.0.0.0) is refused: no Host header could be checked then."""
    try:
        if not is_loopback(address) and _is_everywhere(address):
            raise UserError(
                f"--host {address}", "this is every address at once", "Name the one address to be reached at."
            )
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        listener = socket.create_server((address, port), family=family, backlog=64)
    except ValueError:
        advice = "Write one such as 127.0.0.1 or 192.168.1.20."
        raise UserError(f"--host {address}", "this is no address", advice) from None
    except OSError as error:
        problem = f"cannot be used: {os.strerror(error.errno or 0)}"
        raise UserError(f"{address}:{port}", problem, "Choose another with --port.") from None
    if why := unreachable(listener):
        listener.close()
        raise UserError(address, f"it cannot be reached from this machine itself: {why}", LOOPBACK_UP)
    return listener
