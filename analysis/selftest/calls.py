"""Every call that is made of the operating system about files below a folder passes somebody who may let it fail.

Python's own calls are replaced while it is watched: those of ``os``, and files that ``open`` opens. What a library in another
language does is not seen; of DuckDB, a table that is written and a database that is asked for files count as one call each.
"""

from __future__ import annotations

import builtins
import contextlib
import io
import os
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from analysis.store import batch

READ, WRITE, OPEN, STAT, LIST = "read", "write", "open", "stat", "list"
LINK, RENAME, UNLINK, FSYNC, MKDIR, TRUNCATE, LOCK = "link", "rename", "unlink", "fsync", "mkdir", "truncate", "lock"
COPY, QUERY, SLEEP = "copy", "query", "sleep"
KINDS = (OPEN, READ, WRITE, RENAME, LINK, FSYNC, STAT, LIST, UNLINK, MKDIR, COPY, QUERY)
"""Kinds of calls that may fail. ``copy`` is a table that DuckDB writes, ``query`` one that it reads."""


@dataclass(frozen=True)
class Call:
    """A call that is about to be made."""

    kind: str
    path: Path


class GoneError(BaseException):
    """Of a process that has ended: what it would still do has no effect."""


Meet = Callable[[Call], None]
"""Called before each call. What it raises, the call raises; a write has then written the first half of what was given."""


@contextlib.contextmanager
def watched(folder: Path, meet: Meet, disk: bool = True) -> Iterator[None]:
    """Let ``meet`` see every call about what is in ``folder``, of all threads of this process.

    Without ``disk`` nobody waits for the disk: where power cuts are simulated, nothing needs to outlast a real one.
    """
    _Watch(os.path.abspath(folder), meet, disk).install(stack := contextlib.ExitStack())
    with stack:
        yield


class _Watch:
    def __init__(self, folder: str, meet: Meet, disk: bool) -> None:
        self._folder, self._meet, self._disk = folder, meet, disk
        self._within = folder + os.sep
        self._handles: dict[int, Path] = {}
        self._busy = threading.local()

    def inside(self, path: Any) -> Path | None:
        """``path``, absolute, if it is in the folder; it may be a number of an open file."""
        if isinstance(path, int):
            return self._handles.get(path)
        try:
            text = os.path.abspath(os.fsdecode(path))
        except (TypeError, ValueError):
            return None
        return Path(text) if text == self._folder or text.startswith(self._within) else None

    def tell(self, kind: str, path: Path) -> None:
        """Tell of a call; calls that are made meanwhile are not told."""
        if getattr(self._busy, "now", False):
            return
        self._busy.now = True
        try:
            self._meet(Call(kind, path))
        finally:
            self._busy.now = False

    def opened(self, handle: int, path: Path) -> None:
        self._handles[handle] = path

    def closed(self, handle: int) -> None:
        self._handles.pop(handle, None)

    def install(self, stack: contextlib.ExitStack) -> None:
        """Put the calls in place until ``stack`` is closed."""
        plain = {
            "stat": STAT, "lstat": STAT, "unlink": UNLINK, "remove": UNLINK, "rmdir": UNLINK, "mkdir": MKDIR,
            "fsync": FSYNC, "link": LINK, "rename": RENAME, "replace": RENAME,
        }  # fmt: skip
        for name, kind in plain.items():
            self._put(stack, os, name, self._telling(getattr(os, name), kind))
        self._put(stack, os, "listdir", self._listdir(os.listdir))
        self._put(stack, os, "scandir", self._scandir(os.scandir))
        self._put(stack, os, "open", self._os_open(os.open))
        self._put(stack, os, "close", self._os_close(os.close))
        self._put(stack, io, "open", (opens := self._opening(io.open)))
        self._put(stack, builtins, "open", opens)
        self._put(stack, batch, "database", self._database(batch.database))
        self._put(stack, time, "sleep", self._sleeping(time.sleep))
        with contextlib.suppress(ImportError):
            import fcntl

            self._put(stack, fcntl, "flock", self._locking(fcntl.flock))

    def _put(self, stack: contextlib.ExitStack, module: Any, name: str, value: Any) -> None:
        stack.callback(setattr, module, name, getattr(module, name))
        setattr(module, name, value)

    def _telling(self, real: Any, kind: str) -> Any:
        def call(path: Any, *more: Any, **named: Any) -> Any:
            # Of a link and a new name, what counts is where it goes.
            goal = self.inside(more[0]) if kind in (LINK, RENAME) and more else self.inside(path)
            if goal is not None:
                self.tell(kind, goal)
                if kind == FSYNC and not self._disk:
                    return None
            return real(path, *more, **named)

        return call

    def _listdir(self, real: Any) -> Any:
        def call(path: Any = ".") -> Any:
            if (folder := self.inside(path)) is None:
                return real(path)
            self.tell(LIST, folder)
            return sorted(real(path))  # in one order, so that a call has one number

        return call

    def _scandir(self, real: Any) -> Any:
        def call(path: Any = ".") -> Any:
            if (folder := self.inside(path)) is None:
                return real(path)
            self.tell(LIST, folder)
            with real(path) as found:
                return _Entries(sorted(found, key=lambda entry: entry.name))

        return call

    def _os_open(self, real: Any) -> Any:
        def call(path: Any, *more: Any, **named: Any) -> int:
            if (there := self.inside(path)) is not None:
                self.tell(OPEN, there)
            handle = real(path, *more, **named)
            if there is not None:
                self.opened(handle, there)
            return handle

        return call

    def _os_close(self, real: Any) -> Any:
        def call(handle: int) -> None:
            self.closed(handle)
            real(handle)

        return call

    def _opening(self, real: Any) -> Any:
        def call(
            file: Any, mode: str = "r", buffering: int = -1, encoding: Any = None, errors: Any = None, newline: Any = None,
            closefd: bool = True, opener: Any = None,
        ) -> Any:  # fmt: skip
            path = None if isinstance(file, int) else self.inside(file)
            if path is None:
                return real(file, mode, buffering, encoding, errors, newline, closefd, opener)
            self.tell(OPEN, path)
            raw = _Raw(self, path, mode.replace("b", "").replace("t", ""))
            kind: Any = io.BufferedReader
            if "+" in mode:
                kind = io.BufferedRandom
            elif not raw.readable():
                kind = io.BufferedWriter
            buffered = kind(raw)
            return buffered if "b" in mode else io.TextIOWrapper(buffered, encoding, errors, newline)

        return call

    def _database(self, real: Any) -> Any:
        return lambda: _Database(real(), self)

    def _sleeping(self, real: Any) -> Any:
        def call(seconds: float) -> None:
            self.tell(SLEEP, Path(self._folder))
            real(min(seconds, 0.001))

        return call

    def _locking(self, real: Any) -> Any:
        def call(file: Any, operation: int) -> Any:
            if (path := self.inside(file if isinstance(file, int) else file.fileno())) is not None:
                self.tell(LOCK, path)
            return real(file, operation)

        return call


class _Raw(io.FileIO):
    """A file whose reading and writing are told of."""

    def __init__(self, watch: _Watch, path: Path, mode: str) -> None:
        super().__init__(str(path), mode)
        self._watch, self._path, self._number = watch, path, self.fileno()
        watch.opened(self._number, path)

    def readinto(self, buffer: Any) -> int:
        self._watch.tell(READ, self._path)
        return super().readinto(buffer)

    def readall(self) -> bytes:
        self._watch.tell(READ, self._path)
        return super().readall()

    def write(self, data: Any) -> int:
        try:
            self._watch.tell(WRITE, self._path)
        except GoneError:
            raise
        except BaseException:
            super().write(memoryview(data)[: len(data) // 2])
            raise
        return super().write(data)

    def truncate(self, size: int | None = None) -> int:
        self._watch.tell(TRUNCATE, self._path)
        return super().truncate(size)

    def close(self) -> None:
        if not self.closed:
            self._watch.closed(self._number)
        super().close()


class _Entries(list[Any]):
    """What ``os.scandir`` gives: an iterator that can be closed."""

    def __enter__(self) -> _Entries:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Nothing is open."""

    def __next__(self) -> Any:
        if not self:
            raise StopIteration
        return self.pop(0)


class _Database:
    """A database of DuckDB's, which reads and writes without Python: a file that it names is told of once."""

    def __init__(self, real: Any, watch: _Watch) -> None:
        self._real, self._watch = real, watch

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)

    def __enter__(self) -> _Database:
        self._real.__enter__()
        return self

    def __exit__(self, *raised: Any) -> Any:
        return self._real.__exit__(*raised)

    def execute(self, sql: str, *more: Any) -> Any:
        """As DuckDB's own."""
        import duckdb

        copied = sql.startswith("COPY ")
        path = _named_in(sql.rsplit(" TO ", 1)[1] if copied else sql) if copied or "read_parquet" in sql else None
        if path is None or self._watch.inside(path) is None:
            return self._real.execute(sql, *more)
        try:
            self._watch.tell(COPY if copied else QUERY, Path(path))
        except BaseException as error:
            if copied and not isinstance(error, GoneError):
                self._real.execute(sql, *more)
                os.truncate(path, os.stat(path).st_size // 2)
            if isinstance(error, OSError):  # as DuckDB says it
                problem = f'IO Error: Could not {"write to" if copied else "read from"} file "{path}": {error.strerror}'
                raise duckdb.IOException(problem) from None
            raise
        return self._real.execute(sql, *more)


def _named_in(sql: str) -> str | None:
    """The first file that a question names."""
    parts = sql.split("'")
    return parts[1] if len(parts) > 1 else None
