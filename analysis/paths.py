"""Paths as users give them: looked at once, on the way in, so that everything behind reads them alike."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from analysis.errors import UserError
from analysis.streams import stream_of

LONGEST = 255
"""Bytes of a name in a folder, on the file systems that are in use."""


def have_home() -> None:
    """Let libraries ask for a home where the user has none, as some accounts of services: there is nothing in it."""
    try:
        Path.home()
    except RuntimeError:
        os.environ["HOME"] = "/nonexistent"


def given_path(text: str | Path, option: str = "") -> Path:
    """What a user means by ``text``, given for ``option``: with ``~`` as their home, and otherwise as it was written.

    Nothing needs to be there. Raise :exc:`UserError` for what can be no path: an empty name, bytes that are no text, a name
    that is too long, a file in place of a folder on the way, a folder that may not be looked into.
    """
    told = f"{option} {printable(text)}".strip()
    problem, advice = _unwritable(str(text))
    if problem:
        raise UserError(told or "a path", problem, advice)
    path = _at_home(Path(text), told)
    try:
        path.stat()
    except FileNotFoundError:
        pass
    except NotADirectoryError:
        file = next((above for above in path.parents if above.is_file()), path.parent)
        raise UserError(told, f"{file} is a file and no folder", "Name another place.") from None
    except OSError as error:
        problem = f"it cannot be looked at ({error.strerror})"
        raise UserError(told, problem, "Name a place that you may read.") from None
    return path


def file_due(path: Path) -> None:
    """Raise :exc:`UserError` for a device, a pipe, a socket, or a link to an open stream such as ``/dev/stdout``.

    A file is written aside and takes the place of what is there: whoever may write to the system's folders would lose theirs.
    """
    try:
        mode = path.stat().st_mode
        streams = path.is_symlink() and os.path.realpath(path.parent).startswith(("/dev", "/proc"))
    except OSError:  # nothing is there; whatever else is wrong is told by the write
        return
    if streams or not (stat.S_ISREG(mode) or stat.S_ISDIR(mode)):
        raise UserError(
            str(path), "this is a device, a pipe or a stream, and a file would be put in its place",
            "Name a file, and send that on.",
        )  # fmt: skip


def takes_bytes(path: Path) -> bool:
    """Whether an output can be sent to where ``path`` leads, and leave it what it is: a pipe, or an open stream of this process."""
    try:
        return stat.S_ISFIFO(path.stat().st_mode) or stream_of(path) is not None
    except OSError:
        return False


def given_name(text: str) -> str:
    """As :func:`given_path`, of what may be a name in the library as well: only what is written is looked at."""
    problem, advice = _unwritable(text)
    if problem:
        raise UserError(printable(text) or "a name", problem, advice)
    return str(_at_home(Path(text), printable(text))) if text.startswith("~") else text


def printable(text: str | Path) -> str:
    r"""A path that any stream can print: bytes that are no text stand as ``\xff``."""
    return os.fsencode(text).decode("utf-8", "backslashreplace")


def _unwritable(text: str) -> tuple[str, str]:
    """What is wrong with ``text`` as a path, and what to do; nothing if it can be one."""
    if not text:
        return "this name is empty", "Write . for the current folder."
    if "\0" in text:
        return "a path has no zero bytes", "Name another place."
    try:
        longest = max(len(part.encode()) for part in text.split(os.sep))
    except UnicodeEncodeError:
        return "it has bytes that are no text (UTF-8)", "Rename it, or name another place."
    if longest > LONGEST:
        return f"a name in it has {longest} bytes, and at most {LONGEST} are possible", "Write a shorter name."
    return "", ""


def _at_home(path: Path, told: str) -> Path:
    if not path.parts or not path.parts[0].startswith("~") or path.exists():
        return path
    try:
        return path.expanduser()
    except RuntimeError:
        advice = "Write the path from / on; for a name that begins so, put ./ in front."
        raise UserError(told, f"nobody knows where {path.parts[0]} is", advice) from None
