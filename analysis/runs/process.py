"""Processes of this machine, at the other end of a pipe: they end with whoever started them, and open no port."""

from __future__ import annotations

import contextlib
import gc
import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from multiprocessing.reduction import ForkingPickler
from time import monotonic
from types import ModuleType
from typing import TYPE_CHECKING, Any

from analysis.errors import UserError
from analysis.limits import too_few_files
from analysis.runs.work import TICK, Function, Passed, Result, StopHere, Work, WorkerLostError, attempt
from analysis.store.record import tell

if TYPE_CHECKING:
    from multiprocessing.connection import Connection
    from multiprocessing.context import ForkServerContext, SpawnContext

FORKS = sys.platform == "linux"
"""Whether workers are forked from a process that has loaded the model and has a single thread and nothing open. Elsewhere
than on Linux, libraries that are loaded may not survive a fork: there, each worker loads all for itself."""
LOADED = ("analysis.runs.replicate", "analysis.store.digest")
"""Modules that workers are forked with."""
THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS")
ENVIRONMENT = dict.fromkeys(THREADS, "1")
"""Of every process: one thread each, because runs and not sums are what is shared out."""


class Process:
    """A process of this machine at the other end of a pipe, started when it is first needed and again when it is lost."""

    def __init__(self) -> None:
        self._process: multiprocessing.process.BaseProcess | None = None
        self._pipe: Connection | None = None
        self._given: tuple[Function, Any] | None = None

    def end(self) -> None:
        """End it at once."""
        if self._process is not None and self._process.pid is not None:  # it may never have come to life
            self._process.terminate()
            self._process.join()

    def attempt(self, work: Work, parts: Sequence[Any], heard: Passed, unwanted: Callable[[], bool]) -> list[Result]:
        """Have it carry out tasks. Raise :exc:`WorkerLostError` if it ends, :exc:`StopHere` if that was wanted."""
        asked = False
        try:
            pipe = self._pipe or self._start()
            if self._given is None or self._given[0] is not work.function or self._given[1] is not work.shared:
                self._given = work.function, work.shared
                pipe.send(self._given)
            pipe.send(list(parts))
            while True:
                if not asked and unwanted():
                    pipe.send(None)
                    asked = True
                if pipe.poll(TICK):
                    answer = pipe.recv()
                    if answer is None:
                        raise StopHere
                    if isinstance(answer, list):
                        return answer
                    for word in answer:
                        heard(word)
        except (EOFError, OSError) as error:
            self._pipe = self._given = None
            self.end()
            if unwanted():
                raise StopHere from None
            raise WorkerLostError from error

    def _start(self) -> Connection:
        if few := too_few_files():  # said here, because the process that forks would print a trace
            raise UserError("--workers", "several processes cannot be had", f"{few} Or use --workers 1.")
        context = _context()
        ours, theirs = context.Pipe()
        with _starting, _environment(ENVIRONMENT), _without_main():
            self._process = context.Process(target=_serve, args=(theirs,), daemon=True)
            try:
                self._process.start()
            except OSError as error:
                reason = f"a process could not be started ({error.strerror or error})"
                raise UserError("--workers", reason, "Try --workers 1.") from error
        theirs.close()
        try:
            ours.recv()
        except EOFError:
            raise UserError("--workers", "a process could not be started", "Try --workers 1.") from None
        self._pipe = ours
        return ours


_starting = threading.Lock()


def begin_loading() -> None:
    """Have the model loaded where workers will be forked, while this process goes on."""
    if FORKS:
        from multiprocessing import forkserver  # which Windows does not have

        _context()
        with _starting, _environment(ENVIRONMENT):
            forkserver.ensure_running()


def _context() -> SpawnContext | ForkServerContext:
    """How processes are started."""
    if not FORKS:
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(list(LOADED))
    return context


def _serve(pipe: Connection) -> None:
    """What a process does: carry out tasks until whoever started it is gone. Control-C is for that one.

    It is sent a tuple of function and shared argument, then lists of parts, or None for a wish to stop. It answers with
    tuples of words for steps, and then a list of results, or None once it has stopped.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    gc.freeze()  # what is loaded stays: collecting looks at runs alone, and writes into no memory shared by a fork
    function: Function
    shared: Any
    with contextlib.suppress(EOFError, OSError):
        pipe.send("ready")
        while True:
            message = pipe.recv()
            if message is None:  # a wish to stop that came when the tasks were done
                continue
            if isinstance(message, tuple):
                function, shared = message
                continue
            answer = _in_process(pipe, function, shared, message)
            try:
                pipe.send(answer)
            except OSError:  # nobody is there to hear it
                raise
            except Exception:  # a value that cannot be sent, for one of many reasons
                pipe.send([_as_can_be_sent(result) for result in answer or ()])


def _in_process(pipe: Connection, function: Function, shared: Any, parts: Sequence[Any]) -> list[Result] | None:
    """What came of tasks; None if they were stopped."""
    steps: list[str] = []
    told = -TICK

    def tell_steps() -> None:
        nonlocal told
        told = monotonic()
        try:
            pipe.send(tuple(steps))
            steps.clear()
            if pipe.poll() and pipe.recv() is None:
                raise StopHere
        except (EOFError, OSError):
            os._exit(1)  # nobody is there any more

    def step(word: str) -> None:
        steps.append(word)
        if monotonic() - told >= TICK:
            tell_steps()

    with contextlib.suppress(StopHere):
        results = [attempt(partial(function, shared, part, step)) for part in parts]
        tell_steps()
        return results
    return None


def _as_can_be_sent(result: Result) -> Result:
    """The result itself, or the error that says why it cannot be sent."""
    try:
        ForkingPickler.dumps(result)
    except Exception as error:
        return Result(None, result.seconds, tell(error), error)
    return result


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
