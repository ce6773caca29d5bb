"""Processes that share a folder, simulated: who goes next at each call, and who fails or dies at which, is drawn from a seed."""

from __future__ import annotations

import contextlib
import errno
import itertools
import os
import random
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from analysis.selftest.calls import (
    COPY,
    FSYNC,
    KINDS,
    LINK,
    LIST,
    MKDIR,
    OPEN,
    QUERY,
    READ,
    RENAME,
    STAT,
    UNLINK,
    WRITE,
    Call,
    GoneError,
    watched,
)  # fmt: skip
from analysis.selftest.disk import Disk

FIRST_PID = 900_000_000
"""Numbers of simulated processes: above those that any system gives."""

ERRORS = {
    OPEN: (errno.EACCES, errno.EIO, errno.EMFILE, errno.ENFILE, errno.ESTALE),
    READ: (errno.EIO, errno.ESTALE),
    WRITE: (errno.ENOSPC, errno.EIO, errno.EDQUOT, errno.EFBIG),
    RENAME: (errno.EACCES, errno.EIO, errno.ENOSPC, errno.EROFS),
    LINK: (errno.EPERM, errno.EIO, errno.EMLINK, errno.ENOSPC),
    FSYNC: (errno.EIO, errno.ENOSPC),
    STAT: (errno.EACCES, errno.EIO, errno.ESTALE),
    LIST: (errno.EACCES, errno.EIO, errno.EMFILE),
    UNLINK: (errno.EACCES, errno.EIO, errno.EROFS),
    MKDIR: (errno.EACCES, errno.ENOSPC, errno.EROFS),
    COPY: (errno.ENOSPC, errno.EIO),
    QUERY: (errno.EIO, errno.EMFILE),
}
"""How each kind of call fails, as the manual pages of Linux and those of network file systems have it."""
BY_HANDLE = (READ, WRITE, FSYNC)
"""Calls about a file that is open: the system's error does not say which."""
GROWING = (WRITE, COPY, MKDIR, LINK)
"""Calls that need room on the disk."""


class DiedError(BaseException):
    """A process was ended by the system."""


@dataclass
class Fault:
    """What becomes of a process at one of its calls."""

    kind: str
    """``error``, ``no room`` (from then on), ``death`` or ``power cut`` (of all processes)."""
    at: int
    """How many calls come before."""
    luck: random.Random

    def __str__(self) -> str:
        return f"{self.kind} at call {self.at}"


@dataclass(eq=False)
class Process:
    """Something that is done to folders, as a process of its own."""

    pid: int
    what: str
    work: Callable[[], None]
    fault: Fault | None = None
    calls: int = 0
    struck: str = ""
    """The call at which its fault came, and what it was."""
    ended: bool = False
    error: BaseException | None = None
    """What has ended it, unless it came to its end."""


@dataclass
class Machine:
    """One folder, the disk that it is on, and the processes that run at the same time."""

    folder: Path
    luck: random.Random
    disk: Disk = field(init=False)
    trace: list[str] = field(default_factory=list)
    """Every call, by process, kind and name."""

    def __post_init__(self) -> None:
        self.disk = Disk(self.folder)
        self._pids = itertools.count(FIRST_PID)
        self._running: list[Process] = []
        self._turn: Process | None = None
        self._change = threading.Condition()
        self._mine = threading.local()
        self._cut = False

    def run(self, works: Sequence[tuple[str, Callable[[], None], Fault | None]]) -> list[Process]:
        """Do several things at the same time, until all have come to an end, whichever; then the power may be cut."""
        processes = [Process(next(self._pids), what, work, fault) for what, work, fault in works]
        self._running, self._cut = list(processes), False
        self._turn = self.luck.choice(self._running)
        with watched(self.folder, self._meet, disk=False), self._numbers():
            threads = [threading.Thread(target=self._live, args=(one,)) for one in processes]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
        if self._cut:
            self.disk.cut(self.luck)
        return processes

    @contextlib.contextmanager
    def _numbers(self) -> Iterator[None]:
        """Let each process have a number of its own, and be there as long as it runs."""
        getpid, kill = os.getpid, os.kill

        def alive(pid: int, number: int) -> None:
            if pid < FIRST_PID:
                return kill(pid, number)
            if not any(one.pid == pid for one in self._running):
                raise ProcessLookupError(errno.ESRCH, os.strerror(errno.ESRCH))
            return None

        def number() -> int:
            one = getattr(self._mine, "process", None)
            return getpid() if one is None else one.pid

        os.getpid, os.kill = number, alive
        try:
            yield
        finally:
            os.getpid, os.kill = getpid, kill

    def _live(self, one: Process) -> None:
        self._mine.process = one
        try:
            self._wait(one)
            one.work()
        except BaseException as error:
            error.__traceback__ = error.__traceback__ if isinstance(error, Exception) else None
            one.error = error
        finally:
            with self._change:
                one.ended = True
                self._running.remove(one)
                self._turn = self.luck.choice(self._running) if self._running else None
                self._change.notify_all()

    def _wait(self, one: Process) -> None:
        with self._change:
            self._change.wait_for(lambda: self._turn is one)

    def _meet(self, call: Call) -> None:
        one = getattr(self._mine, "process", None)
        if one is None:  # of whoever looks on
            return
        if one.ended:
            raise GoneError
        if len(self._running) > 1:
            with self._change:
                self._turn = self.luck.choice(self._running)
                self._change.notify_all()
            self._wait(one)
        if self._cut:
            one.ended = True
            raise GoneError
        self.trace.append(f"{one.pid - FIRST_PID} {call.kind} {self._name(call.path)}")
        if one.fault is not None:
            self._strike(one, one.fault, call)
        one.calls += 1
        self.disk.meet(call)

    def _name(self, path: Path) -> str:
        """A path for reading; temporary names are different each time."""
        folder = path.parent.relative_to(self.folder) if path != self.folder else Path()
        return f"{folder}/a temporary file" if path.suffix == ".tmp" else str(folder / path.name)

    def _strike(self, one: Process, fault: Fault, call: Call) -> None:
        if one.calls < fault.at or (one.struck and fault.kind != "no room"):
            return
        said = f"{call.kind} of {self._name(call.path)}"
        if fault.kind in ("death", "power cut"):
            one.struck, one.ended = said, True
            self._cut = fault.kind == "power cut"
            raise DiedError
        if fault.kind == "no room" and call.kind in GROWING:
            one.struck = said
            raise failed(call, errno.ENOSPC)
        if fault.kind == "error" and call.kind in KINDS:
            number = fault.luck.choice(ERRORS[call.kind])
            one.struck = f"{said}: {errno.errorcode[number]}"
            raise failed(call, number)


def failed(call: Call, number: int) -> OSError:
    """How Python tells that a call has failed."""
    return OSError(number, os.strerror(number), *(() if call.kind in BY_HANDLE else (str(call.path),)))
