"""One writer at a time for what concerns a whole study: its manifest, its batches. Commits of runs need no lock.

The operating system holds the lock on the file and lets go of it when a process ends, however it ends. The file says
who has it, for the message. It is emptied and not deleted: a lock on a deleted file would guard nothing.
"""

from __future__ import annotations

import contextlib
import errno
import json
import os
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from analysis.errors import UserError
from analysis.store.files import DamagedError, alive, cannot_read, cannot_write

NAME = "lock"
STALE_AFTER = 1800.0
"""Seconds without a sign of life after which a lock that another machine has left is taken over."""


@contextlib.contextmanager
def locked(folder: Path, patience: float = 0.0) -> Iterator[Path]:
    """Hold the lock of ``folder``; yields the file, to be touched now and then as a sign of life.

    Raise :exc:`UserError`, saying who has it, if another process is writing there and does not end within ``patience``
    seconds.
    """
    until = time.monotonic() + patience
    path = folder / NAME
    try:
        file = path.open("a+", encoding="utf-8")
    except IsADirectoryError:
        raise DamagedError(path, "this is a folder, and a file is due here") from None
    except OSError as error:
        raise cannot_write(path, error) from error
    with file:
        while not (held := _take(file)) or _still_there(_holder(file, path), path):
            if time.monotonic() >= until:
                raise _in_use(folder, _holder(file, path))
            if held:
                _release(file)
            time.sleep(0.02)
        _name(file, path)
        try:
            yield path
        finally:
            with contextlib.suppress(OSError):  # the next one sees that nobody has the lock
                file.truncate(0)


def _name(file: IO[str], path: Path) -> None:
    """Write down who has the lock."""
    holder = {"host": socket.gethostname(), "pid": os.getpid(), "since": time.strftime("%Y-%m-%d %H:%M")}
    try:
        file.truncate(0)
        file.write(json.dumps(holder))
        file.flush()
    except OSError as error:
        with contextlib.suppress(OSError):
            file.close()  # which tries once more to write
        raise cannot_write(path, error) from error


def _take(file: IO[str]) -> bool:
    try:
        if os.name == "nt":
            import msvcrt

            file.seek(1 << 20)
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined,unused-ignore]
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        # A file system without locks: what the file says has to do.
        return error.errno in (errno.ENOLCK, errno.ENOTSUP, errno.ENOSYS)
    return True


def _release(file: IO[str]) -> None:
    if os.name == "nt":
        import msvcrt

        file.seek(1 << 20)
        msvcrt.locking(file.fileno(), msvcrt.LK_UNLCK, 1)  # type: ignore[attr-defined,unused-ignore]
    else:
        import fcntl

        fcntl.flock(file, fcntl.LOCK_UN)


def _holder(file: IO[str], path: Path) -> dict[str, Any]:
    """Who has the lock, as the file says: ``host``, ``pid`` and ``since``; empty if it says nothing that we have written."""
    try:
        file.seek(0)
        said = json.loads(file.read())
    except OSError as error:
        raise cannot_read(path, error) from error
    except ValueError:  # empty: nobody; cut short: somebody who ended while writing it
        return {}
    kinds = {"host": str, "pid": int, "since": str}
    ours = isinstance(said, dict) and all(isinstance(said.get(name), kind) for name, kind in kinds.items())
    return said if ours and 0 < said["pid"] < 1 << 31 else {}


def _still_there(holder: dict[str, Any], path: Path) -> bool:
    """Whether the process that the file names may be writing although the lock could be had."""
    if not holder:
        return False
    if holder["host"] == socket.gethostname():
        return holder["pid"] != os.getpid() and os.name != "nt" and _without_locks(path) and alive(holder["pid"])
    return time.time() - path.stat().st_mtime < STALE_AFTER


def _without_locks(path: Path) -> bool:
    """Whether the file system has no locks."""
    import fcntl

    with path.open("rb") as probe:
        try:
            fcntl.flock(probe, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except OSError as error:
            return error.errno in (errno.ENOLCK, errno.ENOTSUP, errno.ENOSYS)
    return False


def _in_use(folder: Path, holder: dict[str, Any]) -> UserError:
    who = f"process {holder['pid']} on {holder['host']}" if holder else "another process"
    since = f" since {holder['since']}" if holder else ""
    return UserError(
        str(folder),
        f"{who} is writing here{since}",
        f"Wait until it ends. If it has ended for certain, delete {folder / NAME}. Reading needs no lock.",
    )
