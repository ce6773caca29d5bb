"""Getting at a file's text without being led astray by paths, links, pipes or encodings."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from scenarios.strict.nodes import Source

MOST_BYTES = 1_000_000


def read_text(path: Path, source: Source, root: Path | None = None) -> str:
    """Text of a regular file of at most 1 MB in UTF-8, without byte-order mark and with plain line feeds.

    ``root`` is the folder (already resolved) that the file must lie in once links are followed; without it, the folder
    that ``path`` names. Raise :exc:`InputError` otherwise.
    """

    def refuse(code: str, message: str, hint: str | None = None) -> None:
        source.problem(code, message, hint=hint)
        source.stop_if_wrong()

    data = b""
    try:
        folder = root or path.parent.resolve()
        real = path.resolve(strict=True)
        if not real.is_relative_to(folder):
            refuse("E0102", "the link leads out of its folder", "put the file itself there")
        descriptor = os.open(real, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOFOLLOW", 0))
        with os.fdopen(descriptor, "rb") as handle:
            mode = os.fstat(handle.fileno()).st_mode
            if not stat.S_ISREG(mode):
                refuse("E0102", f"this is {_kind(mode)}, not a file")
            data = handle.read(MOST_BYTES + 1)
    except FileNotFoundError:
        refuse("E0101", "there is no such file")
    except IsADirectoryError:
        refuse("E0102", "this is a folder, not a file")
    except PermissionError:
        folder_there = path.is_dir() if os.access(path.parent, os.X_OK) else False
        refuse(*(("E0102", "this is a folder, not a file") if folder_there else ("E0103", "the file may not be read")))
    except (OSError, ValueError, RuntimeError) as error:
        reason = getattr(error, "strerror", None) or "its links go round in a circle, or its name is not possible"
        refuse("E0103", f"the file cannot be opened: {reason}")
    if len(data) > MOST_BYTES:
        refuse("E0105", "the file is larger than 1 MB")
    return _decode(data, source)


def _kind(mode: int) -> str:
    if stat.S_ISDIR(mode):
        return "a folder"
    return "a pipe" if stat.S_ISFIFO(mode) else "a device"


def _decode(data: bytes, source: Source) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        source.problem("E0106", "the file is in UTF-16", hint="save it with encoding UTF-8")
        source.stop_if_wrong()
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        before = data[: error.start]
        line = before.count(b"\n") + 1
        column = len(before[before.rfind(b"\n") + 1 :].decode("utf-8")) + 1
        source.lines = data.decode("utf-8", errors="replace").splitlines()
        byte = data[error.start]
        hint = "a pound sign from another encoding?" if byte == 0xA3 else None
        source.problem(
            "E0106", f"byte 0x{byte:02X} is not UTF-8", line, column, hint=hint or "save it with encoding UTF-8"
        )
        source.stop_if_wrong()
        raise AssertionError("unreachable") from error
    return text.removeprefix("\ufeff").replace("\r\n", "\n")
