"""Limits that a system sets to a process, where they are too narrow; and whether a machine reaches itself."""

from __future__ import annotations

import contextlib
from socket import socket

ENOUGH_FILES = 1024
"""Files that a process may have open, as most systems have it."""
FEWEST_FILES = 64
"""With fewer, charts and processes that simulate together find no handle for what they need."""

TO_DRAW = 16 << 30
"""Bytes of addresses that the engine that draws charts reserves, whatever of them it uses."""

PATIENCE = 30.0
"""Seconds in which a machine answers itself, busy as it may be."""
LOOPBACK_UP = "Bring the network of this machine up: ip link set lo up."


def limit(name: str) -> int | None:
    """A limit of this process by its name in :mod:`resource`; None where there is none, or no limits."""
    try:
        import resource
    except ImportError:
        return None
    found = resource.getrlimit(getattr(resource, name))[0]
    return None if found == resource.RLIM_INFINITY else found


def widen() -> None:
    """Allow this process, and those that it starts, as many open files as is usual, as far as the system lets it."""
    with contextlib.suppress(ImportError, OSError, ValueError):
        import resource

        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        most = ENOUGH_FILES if hard == resource.RLIM_INFINITY else min(hard, ENOUGH_FILES)
        if soft != resource.RLIM_INFINITY and soft < most:
            resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))


def too_few_files() -> str:
    """What to say where a process may have too few files open; empty where there are enough."""
    files = limit("RLIMIT_NOFILE")
    if files is None or files >= FEWEST_FILES:
        return ""
    return f"A process may have only {files} files open here, which is too few: ulimit -n {ENOUGH_FILES}."


def too_few_addresses() -> str:
    """What to say where a process may have too little memory, counted in addresses; empty where there is enough."""
    size = limit("RLIMIT_AS")
    if size is None or size > 1.5 * TO_DRAW:
        return ""
    return f"A process may have only {size / 1e9:,.1f} GB of addresses here, which may be too few: ulimit -v unlimited."


def unreachable(listener: socket) -> str:
    """Why this machine does not reach what it listens on itself; empty if it does. Whoever listens must take one connection."""
    with socket(listener.family) as asks:
        asks.settimeout(PATIENCE)
        try:
            asks.connect(listener.getsockname())
        except OSError as error:
            return error.strerror or str(error)
    return ""
