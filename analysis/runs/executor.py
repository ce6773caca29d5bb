"""Where runs are carried out: in this process, in threads, in processes of this machine, or on a running Dask cluster.

Tasks go in, and what became of each comes out as it ends. Processes of this machine are reached by pipes that nobody else
can: nothing listens. One that the system ends is replaced, and its task tried again or set aside. They keep nothing on
disk, and end with whoever started them.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import pickle
import queue
import signal
import sys
import threading
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from types import ModuleType
from typing import TYPE_CHECKING, Any

from analysis.errors import UserError
from analysis.runs.work import (
    Function,
    Outcome,
    Passed,
    Result,
    StopHere,
    Task,
    Work,
    WorkerLostError,
    attempt,
    lost,
    unheard,
)
from analysis.store.failures import tell

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

    from simulation.world import Setup

TICK = 0.1
"""Seconds after which a request to stop is seen."""
THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS")
ENVIRONMENT = dict.fromkeys(THREADS, "1")
"""Of every worker: one thread each, because runs and not sums are what is shared out."""
WORTH_IT = 800_000
"""Schools times simulated years from which a second process saves more time than its start costs."""
YEAR_ITSELF = 500
"""Schools that take as long as a year takes whatever the number of schools."""
MOST_UNASKED = 2
"""Processes that are started unless more are asked for: a national run takes about 1.3 GB of memory in each."""


@dataclass(frozen=True)
class Where:
    """Where runs are carried out."""

    workers: int = 1
    """Processes or threads; 1 means this process and thread. Of no meaning with a scheduler."""
    threads: bool = False
    scheduler: str | None = None
    """Address of a running Dask scheduler, such as ``tcp://10.0.0.5:8786``."""
    certificates: str | None = None
    """Folder with ``ca.pem``, ``cert.pem`` and ``key.pem`` for a scheduler that asks for TLS."""


def workers_for(runs: int, setups: Sequence[Setup], asked: int | None) -> int:
    """Processes for so many runs of ``setups``, each as often: as many as ``asked``, or as pay off; never more than runs."""
    sizes = [(len(s.register) + YEAR_ITSELF) * (s.last_year - s.first_year) for s in setups]
    worth = runs * sum(sizes) / max(1, len(sizes)) >= WORTH_IT
    return max(1, min(runs, asked or (min(MOST_UNASKED, os.cpu_count() or 1) if worth else 1)))


def share_out(work: Work, where: Where) -> Generator[Outcome, None, None]:
    """Carry out all tasks and yield what became of each as it ends, in no particular order.

    Closing the iterator gives up what is in flight. Raise :exc:`UserError` if workers cannot be had or are all lost.
    """
    if where.scheduler is not None:
        from analysis.runs.cluster import share_out as on_cluster

        yield from on_cluster(work, where)
        return
    with Here() if where.workers == 1 else Crew(where.workers, where.threads) as crew:
        yield from crew.share_out(work)


def in_order(
    function: Function,
    shared: Any,
    parts: Sequence[Any],
    setups: Sequence[Setup],
    workers: int | None = None,
    passed: Passed = unheard,
) -> Generator[Any, None, None]:
    """What ``function`` returns for each of ``parts``, in their order: a run, or a few, of one of ``setups``.

    ``workers`` processes do it; as many as pay off if None. Whoever stops asking for results (or closes the iterator) ends
    them; with one worker nothing is done before it is asked for. An error in a part is raised when its turn comes;
    :exc:`UserError` if the system ended its process.
    """
    from analysis.runs.compiling import compile_once, told

    several = workers_for(len(parts), setups, workers)
    if several > 1:
        compile_once(setups)
    tasks = (Task(str(position), part) for position, part in enumerate(parts))
    waiting: dict[str, Outcome] = {}
    work = Work(function, shared, tasks, passed=passed)
    with told(), contextlib.closing(share_out(work, Where(several))) as outcomes:
        for position in range(len(parts)):
            while str(position) not in waiting:
                outcome = next(outcomes)
                waiting[outcome.task.key] = outcome
            outcome = waiting.pop(str(position))
            if outcome.error is not None:
                raise outcome.error
            yield outcome.value


class Here:
    """In this process and thread: one task after the other, each only when its outcome is asked for."""

    def __enter__(self) -> Here:
        return self

    def __exit__(self, *_error: object) -> None:
        pass

    def close(self) -> None:
        """Nothing to end."""

    def share_out(self, work: Work) -> Generator[Outcome, None, None]:
        """As :func:`share_out`."""

        def step(word: str) -> None:
            work.passed(word)
            if work.stopped():
                raise StopHere

        with contextlib.suppress(StopHere):
            for task in work.tasks:
                if work.stopped():
                    return
                yield _persist(lambda part: attempt(lambda: work.function(work.shared, part, step)), task, work.tries)


class Crew:
    """Threads or processes that stand ready until they are closed; several callers may share work out among them."""

    def __init__(self, workers: int, threads: bool = False) -> None:
        self._lanes = [ThreadPoolExecutor(1) for _ in range(workers)]
        self._processes = [None if threads else _Process() for _ in range(workers)]
        self._closed = threading.Event()

    def __enter__(self) -> Crew:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    def __len__(self) -> int:
        return len(self._lanes)

    def close(self) -> None:
        """End processes at once, and threads after the step that they are at."""
        self._closed.set()
        for process in filter(None, self._processes):
            process.end()
        for lane in self._lanes:
            lane.shutdown(cancel_futures=True)

    def share_out(self, work: Work) -> Generator[Outcome, None, None]:
        """As :func:`share_out`. After an early end, what is in flight stops at its next step."""
        heard: queue.SimpleQueue[str] = queue.SimpleQueue()  # in other threads, and passed on in the caller's
        over = threading.Event()
        lines = self._lines(work.tasks)
        flying: dict[Future[Outcome], int] = {}
        try:
            while not work.stopped():
                for lane in sorted(set(range(len(self))) - set(flying.values())):
                    if (task := next(lines[lane], None)) is not None:
                        does = self._does(lane, work, heard.put, over)
                        flying[self._lanes[lane].submit(_persist, does, task, work.tries)] = lane
                if not flying:
                    return
                ended, _ = wait(flying, TICK, FIRST_COMPLETED)
                while not heard.empty():
                    work.passed(heard.get())
                for future in ended:
                    del flying[future]
                    yield future.result()
        finally:
            over.set()
            for future in flying:
                future.cancel()

    def _lines(self, tasks: Iterable[Task]) -> list[Iterator[Task]]:
        """What each lane does next: whatever comes, but for tasks that belong to another."""
        rest, own = iter(tasks), [deque[Task]() for _ in self._lanes]

        def line(lane: int) -> Iterator[Task]:
            while True:
                while own[lane]:
                    yield own[lane].popleft()
                if (task := next(rest, None)) is None:
                    return
                own[lane if task.lane is None else task.lane % len(own)].append(task)

        return [line(lane) for lane in range(len(own))]

    def _does(self, lane: int, work: Work, heard: Passed, over: threading.Event) -> Callable[[Any], Result]:
        """How a lane carries out the part of a task."""

        def unwanted() -> bool:
            return over.is_set() or self._closed.is_set()

        def step(word: str) -> None:
            heard(word)
            if unwanted():
                raise StopHere

        if (process := self._processes[lane]) is not None:
            return lambda part: process.attempt(work.function, work.shared, part, heard, unwanted)
        return lambda part: attempt(lambda: work.function(work.shared, part, step))


class _Process:
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

    def attempt(
        self, function: Function, shared: Any, part: Any, heard: Passed, unwanted: Callable[[], bool]
    ) -> Result:
        """Have it carry out a task. Raise :exc:`WorkerLostError` if it ends, :exc:`StopHere` if that was wanted."""
        asked = False
        try:
            pipe = self._pipe or self._start()
            if self._given is None or self._given[0] is not function or self._given[1] is not shared:
                self._given = function, shared
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
            except (TypeError, AttributeError, pickle.PicklingError) as error:  # a value that cannot be sent
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


def _persist(work: Callable[[Any], Result], task: Task, tries: int) -> Outcome:
    """Do a task until it is done or has failed so many times."""
    for _ in range(tries):
        try:
            result = work(task.part)
            outcome = Outcome(task, result.value, result.told, result.error)
        except WorkerLostError:
            outcome = lost(task, tries)
        if outcome.told is None:
            break
    return outcome


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
