"""What is carried out somewhere: work, tasks, and what became of them."""

from __future__ import annotations

import contextlib
import copy
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from time import perf_counter
from typing import Any, Protocol

from analysis.errors import UserError
from analysis.store.record import Told, tell

Passed = Callable[[str], None]
"""Is told a word after each step of a task, such as a simulated year."""
Function = Callable[[Any, Any, Passed], Any]
"""Work: called with what all tasks share, with the task's own part, and with what to tell of its steps. It must stand
at the top of a module, so that another process can find it."""
TICK = 0.1
"""Seconds after which a request to stop is seen, and steps are told."""


@dataclass(frozen=True)
class Result:
    """What came of some work: a value, or an error."""

    value: Any
    seconds: float
    told: Told | None = None
    """The error, in words."""
    error: Exception | None = None
    """The error itself, as it can be sent to another process."""

    def get(self) -> Any:
        """The value. Raise the error if there is one."""
        if self.error is not None:
            raise self.error
        return self.value


def attempt(work: Callable[[], Any]) -> Result:
    """Do some work, and say what came of it."""
    start = perf_counter()
    try:
        return Result(work(), perf_counter() - start)
    except Exception as error:
        return Result(None, perf_counter() - start, tell(error), _portable(error))


def _portable(error: Exception) -> Exception:
    """The error as it can be sent to another process, with its traceback as a note."""
    told = tell(error)
    try:
        found = copy.deepcopy(error)  # made again as the other process would make it
    except Exception:  # an error with an __init__ of its own may not come back
        found = RuntimeError(f"{told.type}: {told.message}")
    found.add_note(told.traceback)
    return found


@dataclass(frozen=True)
class Task:
    """Something to carry out."""

    key: str
    """Names it, once among all tasks."""
    part: Any
    """What is its own, beside what all tasks share."""
    hand: int | None = None
    """Tasks of one number go to one hand, which may remember what it did before; None for any that is free."""


@dataclass(frozen=True)
class Outcome:
    """What became of a task: a value, or an error and where it happened."""

    task: Task
    value: Any
    told: Told | None = None
    error: Exception | None = None
    stage: str = "simulate"
    """``simulate``, or ``worker`` if the worker itself came to an end."""
    seconds: float = 0.0
    """That it took, where it was carried out."""


def unheard(_word: str) -> None:
    """Told to nobody."""


def never() -> bool:
    """Nobody has asked to stop."""
    return False


class StopHere(BaseException):
    """Ends a task in the middle when nobody wants it any more."""


class WorkerLostError(Exception):
    """The system has ended a process."""


@dataclass(frozen=True)
class Work:
    """Tasks that share a function and its first argument."""

    function: Function
    shared: Any
    """Sent to each worker once."""
    tasks: Iterable[Task]
    tries: int = 1
    """Times that a task may fail, or end its worker, before it is set aside."""
    passed: Passed = unheard
    """Is told a word after each step, in the thread that asks for outcomes."""
    stopped: Callable[[], bool] = never
    """Says whether to end early: what is in flight then is given up."""
    count: int = 0
    """How many tasks there are, where ``tasks`` does not tell; 0 if that is not known."""


def lost(task: Task, tries: int) -> Outcome:
    """What became of a task that has ended its worker each time."""
    times = "once" if tries == 1 else f"{tries} times"
    message = f"the worker was ended by the system {times} at this, perhaps for lack of memory"
    error = UserError("a worker process", "the system ended it, probably for lack of memory", "Use fewer: --workers 1.")
    return Outcome(task, None, Told("KilledWorker", message, ""), error, "worker")


class Hand(Protocol):
    """Somebody who carries out tasks: a thread, a process, a worker of a cluster."""

    def attempt(self, work: Work, parts: Sequence[Any], heard: Passed, unwanted: Callable[[], bool], /) -> list[Result]:
        """Carry out the tasks of these ``parts`` one after the other, telling ``heard`` of their steps; a result for each.

        Raise :exc:`WorkerLostError` if the worker comes to an end, :exc:`StopHere` if they are ``unwanted``.
        """
        ...

    def end(self) -> None:
        """End at once, or at the next step."""
        ...


def persist(
    hand: Hand, work: Work, tasks: Sequence[Task], heard: Passed, unwanted: Callable[[], bool]
) -> list[Outcome]:
    """Have tasks done together, and those that fail again alone, until they are done or have failed too often.

    When the worker is lost at several, nobody knows at which: that counts as a try of none of them.
    """
    results: Sequence[Result | None] = [None] * len(tasks)
    if len(tasks) > 1:
        with contextlib.suppress(WorkerLostError):
            results = hand.attempt(work, [task.part for task in tasks], heard, unwanted)

    def outcome(task: Task, result: Result | None) -> Outcome:
        for _ in range(work.tries if result is None else work.tries - 1):
            if result is not None and result.told is None:
                break
            try:
                (result,) = hand.attempt(work, [task.part], heard, unwanted)
            except WorkerLostError:
                result = None
        if result is None:
            return lost(task, work.tries)
        return Outcome(task, result.value, result.told, result.error, seconds=result.seconds)

    return [outcome(task, result) for task, result in zip(tasks, results, strict=True)]
