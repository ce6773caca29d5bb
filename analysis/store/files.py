"""Files that are there whole or not at all, and that show it if a bit of them has changed."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import itertools
import json
import os
import re
import shutil
import socket
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from analysis.errors import UserError
from analysis.paths import file_due, takes_bytes
from analysis.streams import OUTPUT, stream_of

MISSING = "this file is missing"
FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
STRAY_AFTER = 3600.0
"""Seconds after which a temporary file that another machine has left counts as abandoned."""

MOST_OF_A_NAME = 100
"""Bytes of a file's name that its temporary name has: all of those in the store, and no name gets too long by it."""

_UNSEALED = "0" * 64
_SEAL = re.compile(rb'\{\s*"sha256": "([0-9a-f]{64})"')
_TEMPORARY = re.compile(r"\..*?\.(?:run|json|parquet|svg|png|html)\.(.*)\.(\d{1,9})\.\d+\.tmp")
_numbers = itertools.count()


class DamagedError(UserError):
    """A file of the store is missing, cut short or not what was written.

    ``remove`` has what the advice says to delete: the file itself, unless others belong to it.
    """

    def __init__(self, path: Path, problem: str, advice: str = "", remove: Sequence[Path] = ()) -> None:
        again = "un again the command that made these results: what it held is made anew."
        gone = problem == MISSING
        what = "folder" if path.is_dir() else "file"
        super().__init__(str(path), problem, advice or (f"R{again}" if gone else f"Delete that {what} and r{again}"))
        self.path, self.remove = path, tuple(remove) or (path,)


def ready(path: Path, suffix: str) -> Path:
    """``path`` if a file can be put there. Raise :exc:`UserError` for a folder that is not there, and for a folder."""
    if not path.parent.is_dir():
        raise UserError(str(path), f"there is no folder {path.parent}", "Make it first, or name another.")
    if path.is_dir():
        raise UserError(str(path), "this is a folder", f"Name a file in it, such as {path / 'results'}{suffix}.")
    return path


def folder(path: Path) -> Path:
    """Make a folder, and those above it, unless it is there. Raise :exc:`UserError` if that cannot be done.

    What is made outlasts a power cut: else all that is put there would be gone with its name.
    """
    try:
        missing = list(itertools.takewhile(lambda above: not above.is_dir(), (path, *path.parents)))
        path.mkdir(parents=True, exist_ok=True)
        for made in missing:
            sync_folder(made.parent)
    except FileExistsError as error:
        advice = "Move or delete that file, and run the same command again."
        raise UserError(str(path), "this is a file, and a folder is due here", advice) from error
    except OSError as error:
        raise cannot_write(path, error) from error
    return path


def sha256(path: Path) -> str:
    """SHA-256 of a file, in hexadecimal. Raise :exc:`UserError` if it cannot be read."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise cannot_read(path, error) from error


def temporary(path: Path) -> Path:
    """A name beside ``path`` that nobody else uses; it says who does."""
    name = path.name.encode()[:MOST_OF_A_NAME].decode(errors="ignore")
    return path.with_name(f".{name}.{socket.gethostname()}.{os.getpid()}.{next(_numbers)}.tmp")


def put(path: Path, data: bytes) -> None:
    """Write ``path`` whole, in place of what was there."""
    aside = _written(path, data)
    with storing(path, len(data), aside):
        aside.replace(path)
        sync_folder(path.parent)


def put_new(path: Path, data: bytes) -> bool:
    """Write ``path`` whole unless it is there already; return whether it was written."""
    aside = _written(path, data)
    with storing(path, len(data), aside):
        try:
            os.link(aside, path)
        except FileExistsError:
            return False
        except OSError:  # a file system without hard links
            if path.exists():
                return False
            aside.replace(path)
        else:
            aside.unlink()
        finally:
            aside.unlink(missing_ok=True)
        sync_folder(path.parent)
    return True


def publish(aside: Path, path: Path) -> None:
    """Give a file that is complete, and that something else has written, its name."""
    with storing(path, aside.stat().st_size, aside):
        with aside.open("rb+") as file:
            os.fsync(file.fileno())
        aside.replace(path)
        sync_folder(path.parent)


def _written(path: Path, data: bytes) -> Path:
    aside = temporary(path)
    with storing(path, len(data), aside), aside.open("xb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    return aside


@contextlib.contextmanager
def output(path: Path, needed: int = 0) -> Iterator[Path]:
    """Where to write what a user wants at ``path``: it takes its name once it is whole, or is sent to the pipe or stream there."""
    if takes_bytes(path):
        with tempfile.TemporaryDirectory(prefix="headway-") as folder:
            aside = Path(folder) / "whole"
            with storing(aside, needed, aside):
                yield aside
            send(path, aside.read_bytes())
        return
    aside = temporary(path)
    with storing(path, needed, aside):
        yield aside
        publish(aside, path)


def give(path: Path, data: bytes) -> None:
    """Write what a user wants at ``path``, or send it to the pipe or stream there."""
    if takes_bytes(path):
        send(path, data)
    else:
        put(path, data)


def send(path: Path, data: bytes) -> None:
    """Write to a pipe, which waits for whoever reads it, or to a stream of this process, behind what has been printed there."""
    sys.stdout.flush()
    number = stream_of(path)
    try:
        with path.open("wb") if number is None else os.fdopen(number, "wb", closefd=False) as file:
            file.write(data)
    except OSError as error:
        error.filename = OUTPUT
        raise


def sync_folder(folder: Path) -> None:
    """Make sure that the names in a folder outlast a power cut."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextlib.contextmanager
def storing(path: Path, needed: int, aside: Path) -> Iterator[None]:
    """Turn a failure to write ``path`` into a message, and leave nothing of ``aside`` behind."""
    try:
        file_due(path)
        yield
    except BaseException as error:
        with contextlib.suppress(OSError):
            aside.unlink(missing_ok=True)
        duckdb = sys.modules.get("duckdb")
        wrote = duckdb is not None and isinstance(error, duckdb.IOException)
        if isinstance(error, OSError) or wrote:
            raise cannot_write(path, error, needed) from error
        raise


def cannot_write(path: Path, error: BaseException, needed: int = 0) -> UserError:
    """The message about a write that failed."""
    code = getattr(error, "errno", None)
    full = code in FULL or "no space left" in str(error).lower() or "file too large" in str(error).lower()
    if code == errno.EISDIR:
        return UserError(
            str(path), "this is a folder, and a file is due here", "Delete that folder, and do the same again."
        )
    again = "what is finished is kept, and the same command goes on from there."
    if not full:
        reason = os.strerror(code) if code else str(error).splitlines()[0]
        return UserError(
            str(path), f"cannot write ({reason})", f"Mend that, or name a folder that you may write: {again}"
        )
    try:
        free = f"{shutil.disk_usage(path.parent).free:,} bytes are free"
    except OSError:
        free = "how much is free is not known"
    return UserError(str(path), f"no room on the disk for {needed:,} bytes ({free})", f"Make room: {again}")


def sealed(content: Mapping[str, Any], indent: int | None = None) -> bytes:
    """JSON text whose first member, ``sha256``, is the SHA-256 of the text with that member all zeros."""
    text = json.dumps({"sha256": _UNSEALED, **content}, indent=indent, ensure_ascii=False, allow_nan=False) + "\n"
    data = text.encode()
    return data.replace(_UNSEALED.encode(), hashlib.sha256(data).hexdigest().encode(), 1)


def read(path: Path) -> bytes:
    """What a file holds. Raise :exc:`FileNotFoundError`, :exc:`DamagedError` for a folder, :exc:`UserError` for all else."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise
    except IsADirectoryError:
        raise DamagedError(path, "this is a folder, and a file is due here") from None
    except OSError as error:
        raise cannot_read(path, error) from error


def cannot_read(path: Path, error: OSError) -> UserError:
    """The message about something that is there and cannot be read."""
    advice = "Mend that, and run the same command again."
    return UserError(str(path), f"it cannot be read ({error.strerror or error})", advice)


def unsealed(path: Path, *members: str) -> dict[str, Any]:
    """What :func:`sealed` text holds. Raise :exc:`DamagedError` if it is not what was written, or lacks any of ``members``."""
    try:
        data = read(path)
    except FileNotFoundError:
        raise DamagedError(path, MISSING) from None
    seal = _SEAL.match(data)
    if seal is None or hashlib.sha256(data.replace(seal[1], _UNSEALED.encode(), 1)).hexdigest() != seal[1].decode():
        raise DamagedError(path, "damaged or changed since it was written: its SHA-256 does not match")
    content = json.loads(data)
    if any(name not in content for name in members):
        raise DamagedError(path, "this is another file of a folder of results under that name")
    del content["sha256"]
    return content


def is_stray(path: Path) -> bool:
    """Whether a file is a temporary one of ours, left over from a process that has ended."""
    found = _TEMPORARY.fullmatch(path.name)
    if found is None or not path.is_file():
        return False
    host, pid = found.groups()
    if host == socket.gethostname():
        return not alive(int(pid))
    with contextlib.suppress(FileNotFoundError):
        return time.time() - path.stat().st_mtime > STRAY_AFTER
    return False


def drop(path: Path) -> None:
    """Delete a file that nobody needs; what cannot be deleted stays."""
    with contextlib.suppress(OSError):
        path.unlink()


def alive(pid: int) -> bool:
    """Whether a process of this machine is running."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True
