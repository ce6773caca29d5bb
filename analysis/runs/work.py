"""What a worker does: carry out tasks one after the other and hand back what comes out, or what went wrong.

Workers may be threads, other processes or other machines. They keep nothing on disk: whoever shared the work out keeps
the results.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from time import perf_counter
from typing import Any

from analysis.store.failures import tell
from analysis.store.record import Told

Passed = Callable[[str], None]
"""Is told a word after each step of a task, such as a simulated year."""
Function = Callable[[Any, Any, Passed], Any]
"""Work: called with what all tasks share, with the task's own part, and with what to tell of its steps. It must stand
at the top of a module, so that another process can find it."""
TOPIC = "headway-steps"
THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS")
ENVIRONMENT = dict.fromkeys(THREADS, "1")
"""Of every worker: one thread each, because runs and not sums are what is shared out."""


@dataclass(frozen=True)
class Result:
    """What came out of a task."""

    value: Any
    seconds: float
    told: Told | None = None
    """The error, in words, if there was one."""
    error: Exception | None = None
    """The error itself."""


def carry_out(function: Function, name: str, parts: Sequence[Any]) -> list[Result]:
    """Carry out tasks on a worker of a cluster, which knows by ``name`` what they share.

    An error in one does not stop the others.
    """
    from distributed import get_worker

    worker = get_worker()
    shared = worker.plugins[name].value  # type: ignore[attr-defined]
    return [attempt(function, shared, part, lambda word: worker.log_event(TOPIC, word)) for part in parts]


def attempt(function: Function, shared: Any, part: Any, passed: Passed) -> Result:
    """Carry out one task."""
    start = perf_counter()
    try:
        return Result(function(shared, part, passed), perf_counter() - start)
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
