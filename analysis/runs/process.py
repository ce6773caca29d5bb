"""Processes of this machine, at the other end of a pipe: nothing listens, and they end with whoever started them."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import TYPE_CHECKING, Any

from analysis.errors import UserError
from analysis.runs.work import TICK, Function, Passed, Result, StopHere, Work, WorkerLostError, attempt
from analysis.store.record import tell

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS")
ENVIRONMENT = dict.fromkeys(THREADS, "1")
"""Of every process: one thread each, because runs and not sums are what is shared out."""


class Process:
    """A process of this machine at the other end of a pipe, started when it is first needed and again when it is lost."""

    _starting = threading.Lock()

    def __init__(self) -> None:
        self._process: multiprocessing.process.BaseProcess | None = None
        self._pipe: Connection | None = None
        self._given: tuple[Function, Any] | None = None

    def end(self) -> None:
        """End it at once."""
        if self._process is not None:
            self._process.terminate()
            self._process.join()

    def attempt(self, work: Work, part: Any, heard: Passed, unwanted: Callable[[], bool]) -> Result:
        """Have it carry out a task. Raise :exc:`WorkerLostError` if it ends, :exc:`StopHere` if that was wanted."""
        asked = False
        try:
            pipe = self._pipe or self._start()
            if self._given is None or self._given[0] is not work.function or self._given[1] is not work.shared:
                self._given = work.function, work.shared
                pipe.send(self._given)
            pipe.send((part,))
            while True:
                if not asked and unwanted():
                    pipe.send(None)
                    asked = True
                if pipe.poll(TICK):
                    answer = pipe.recv()
                    if isinstance(answer, Result):
                        return answer
                    if answer is None:
                        raise StopHere
                    heard(answer)
        except (EOFError, OSError) as error:
            self._pipe = self._given = None
            self.end()
            if unwanted():
                raise StopHere from None
            raise WorkerLostError from error

    def _start(self) -> Connection:
        context = multiprocessing.get_context("spawn")
        ours, theirs = context.Pipe()
        with self._starting, _environment(ENVIRONMENT), _without_main():
            self._process = context.Process(target=_serve, args=(theirs,), daemon=True)
            self._process.start()
        theirs.close()
        try:
            ours.recv()
        except EOFError:
            raise UserError("--workers", "a process could not be started", "Try --workers 1.") from None
        self._pipe = ours
        return ours


def _serve(pipe: Connection) -> None:
    """What a process does: carry out tasks until whoever started it is gone. Control-C is for that one."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    given: tuple[Any, ...] = ()
    with contextlib.suppress(EOFError, OSError):
        pipe.send("ready")
        while True:
            message = pipe.recv()
            if message is None:  # a wish to stop that came when the task was done
                continue
            if len(message) == 2:
                given = message
                continue
            answer = _in_process(pipe, *given, *message)
            try:
                pipe.send(answer)
            except OSError:  # nobody is there to hear it
                raise
            except Exception as error:  # a value that cannot be sent, for one of many reasons
                pipe.send(Result(None, 0.0, tell(error), error))


def _in_process(pipe: Connection, function: Function, shared: Any, part: Any) -> Result | None:
    """What came of a task; None if it was stopped."""

    def step(word: str) -> None:
        try:
            pipe.send(word)
            if pipe.poll() and pipe.recv() is None:
                raise StopHere
        except (EOFError, OSError):
            os._exit(1)  # nobody is there any more

    with contextlib.suppress(StopHere):
        return attempt(lambda: function(shared, part, step))
    return None


@contextlib.contextmanager
def _without_main() -> Iterator[None]:
    """Processes that are started meanwhile do not run the user's own script again, as Python would have them do."""
    main = sys.modules["__main__"]
    sys.modules["__main__"] = ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = main


@contextlib.contextmanager
def _environment(values: dict[str, str]) -> Iterator[None]:
    """Environment variables for the processes that are started meanwhile."""
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
