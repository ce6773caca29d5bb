"""The standard streams, whatever the one who started the program has made of them."""

from __future__ import annotations

import errno
import os
import sys


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


LOST = {errno.EPIPE, errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO, errno.EBADF}
"""How writing to a stream fails."""


def about(error: BaseException) -> bool:
    """Whether ``error`` is about the output: every file that is written says its name if that fails."""
    return isinstance(error, OSError) and error.filename is None and error.errno in LOST


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
