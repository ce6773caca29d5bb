"""What a disk may hold after the power was cut: what was made sure of is there, of everything else anything may be.

By POSIX, ``fsync`` of a file makes sure of what is in it, and ``fsync`` of a folder of the names in it, each apart. So
without, a name may be the old one or the new one, whatever the order in which they were given, and what was written may be
there, in part, or as zeros (`Pillai et al. 2014 <https://www.usenix.org/conference/osdi14/technical-sessions/presentation/pillai>`_).
"""

from __future__ import annotations

import os
import random
import shutil
from pathlib import Path

from analysis.selftest.calls import FSYNC, RENAME, UNLINK, Call


class _File:
    """What a file held when it was last made sure of; None if it never was."""

    data: bytes | None = None


class _Folder:
    """A name that is a folder's."""


_FOLDER = _Folder()
_Entry = _File | _Folder
_Names = dict[str, _Entry]


class Disk:
    """Follows what is made sure of in a folder, and cuts the power."""

    def __init__(self, root: Path) -> None:
        """A folder that is there, with all that it holds made sure of."""
        self._root = root
        self._live: dict[int, _File] = {}
        self._sure: dict[Path, _Names] = {}
        self._settle()

    def meet(self, call: Call) -> None:
        """Take note of a call that is about to be made and will not fail."""
        path = call.path
        if call.kind == FSYNC and path.is_dir():
            self._sure[path] = self._names(path)
        elif call.kind == FSYNC:
            self._file(path).data = path.read_bytes()
        elif call.kind in (RENAME, UNLINK) and path.is_file() and path.stat().st_nlink == 1:
            self._live.pop(path.stat().st_ino, None)  # another file may get its number

    def cut(self, luck: random.Random) -> None:
        """Make of the folder what it may be after the power was cut."""
        self._cut(self._root, luck)
        self._live.clear()
        self._sure.clear()
        self._settle()

    def _cut(self, folder: Path, luck: random.Random) -> None:
        sure, now = self._sure.get(folder, {}), self._names(folder)
        found: dict[str, bytes] = {}
        for name in sorted(sure.keys() | now.keys()):
            entry, kept = sure.get(name), now.get(name)
            if entry is not kept and luck.random() < 0.5:
                entry = kept
            path = folder / name
            if isinstance(entry, _File):
                found[name] = self._content(entry, path.read_bytes() if kept is entry else None, luck)
            elif entry is _FOLDER and path.is_dir():
                self._cut(path, luck)
            elif path.is_dir():
                shutil.rmtree(path)
        for name, kept in now.items():
            if kept is not _FOLDER:
                (folder / name).unlink()
        for name, data in found.items():
            (folder / name).write_bytes(data)

    def _content(self, file: _File, now: bytes | None, luck: random.Random) -> bytes:
        sure = file.data or b""
        if now is None or now == file.data:
            return sure
        part = luck.randint(0, len(now))
        return luck.choice([sure, now, now[:part], now[:part] + bytes(len(now) - part)])

    def _settle(self) -> None:
        for above, _, names in os.walk(self._root):
            for name in names:
                self._file(Path(above) / name).data = (Path(above) / name).read_bytes()
            self._sure[Path(above)] = self._names(Path(above))

    def _names(self, folder: Path) -> _Names:
        return {path.name: _FOLDER if path.is_dir() else self._file(path) for path in sorted(folder.iterdir())}

    def _file(self, path: Path) -> _File:
        return self._live.setdefault(path.stat().st_ino, _File())
