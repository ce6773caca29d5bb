"""The standard streams, whatever the one who started the program has made of them."""

from __future__ import annotations

import errno
import io
import os
import sys
from pathlib import Path
from typing import Any, TextIO

MOST_LINKS = 40
"""Links that are followed one after the other, as the system itself does."""
OUTPUT = "the output"
"""What an error of a standard stream has for a file's name, so that none of a file is taken for one of it."""


class _Named(io.FileIO):
    """A standard stream whose errors say that they are of it."""

    def write(self, b: Any, /) -> int:
        """Write bytes; raise :exc:`OSError` with :data:`OUTPUT` for a file's name."""
        try:
            return super().write(b) or 0
        except OSError as error:
            error.filename = OUTPUT
            raise


def _named(stream: TextIO) -> TextIO:
    """The same stream with errors that say so; as it is, where somebody has put another in its place."""
    binary = getattr(stream, "buffer", None)
    at_once = isinstance(binary, io.FileIO)  # of python -u
    if stream not in (sys.__stdout__, sys.__stderr__) or not isinstance(getattr(binary, "raw", binary), io.FileIO):
        return stream
    stream.flush()
    raw = _Named(stream.fileno(), "w", closefd=False)
    inner = raw if at_once else io.BufferedWriter(raw)
    lines = bool(getattr(stream, "line_buffering", False))
    return io.TextIOWrapper(inner, stream.encoding, stream.errors, line_buffering=lines, write_through=at_once)


def stand_in() -> None:
    """Put something in the place of standard streams that are closed, and let no character end the program.

    Otherwise the next file that is opened would be taken for the stream, and what is said would be written into it.
    """
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # the lowest number that is free, which is this one
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115
        elif getattr(stream, "errors", "") == "strict" and hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
        setattr(sys, name, _named(getattr(sys, name)))


def stream_of(path: Path) -> int | None:
    """The number of the open stream of this process that a path names, as ``/dev/stdout`` and what it leads to; None if it names none."""
    own = (f"/proc/{os.getpid()}/fd", "/dev/fd")
    for _ in range(MOST_LINKS):
        above = os.path.realpath(path.parent)
        if above in own and path.name.isdecimal():
            return int(path.name)
        if not path.is_symlink():
            break
        path = Path(above, path.readlink())
    return None


def leave_to(path: Path | None) -> None:
    """If an output goes to standard output, have all that is told meanwhile go to standard error, and nothing else into the output."""
    number = None if path is None else stream_of(path)
    if number is None:
        return
    try:
        same = number == 1 or os.path.samestat(os.fstat(number), os.fstat(1))
    except OSError:  # it is closed: the write says so
        return
    if same:
        sys.stdout.flush()
        sys.stdout = sys.stderr


LOST = {errno.EPIPE, errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO, errno.EBADF}
"""How writing to a stream fails."""


def about(error: BaseException) -> bool:
    """Whether ``error`` is about the output, and not about a file or a connection that fails likewise."""
    return isinstance(error, OSError) and error.filename == OUTPUT and error.errno in LOST


def flush() -> str:
    """Write out what has been printed; returns why that cannot be done, or nothing.

    That a reader has gone away (``headway ... | head``) is no failure.
    """
    try:
        sys.stdout.flush()
    except OSError as error:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # else Python tries once more at its end
        return why(error)
    return ""


def why(error: BaseException) -> str:
    """What to say of an output that fails: nothing if a reader has gone away."""
    return "" if isinstance(error, BrokenPipeError) else getattr(error, "strerror", None) or str(error)
