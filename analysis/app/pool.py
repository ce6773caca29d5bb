"""Processes that stand ready with the model loaded; replicate n always goes to the same one, which knows its past."""

from __future__ import annotations

import contextlib
import multiprocessing
from collections.abc import Callable
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from typing import TYPE_CHECKING, Any

from analysis.app import worker
from analysis.app.worker import SLOTS

if TYPE_CHECKING:
    from analysis.runs.plan import Plan


class Pool:
    """Warm processes. A process that the system ends is replaced; its work fails with :exc:`BrokenProcessPool`."""

    def __init__(self, processes: int) -> None:
        self._context = multiprocessing.get_context("spawn")
        self._stopped = self._context.Array("q", [-1] * SLOTS, lock=False)
        self._years = self._context.Array("q", processes * SLOTS, lock=False)
        self._executors = [self._executor(number) for number in range(processes)]
        self._warm = [executor.submit(worker.warm_up, *_short()) for executor in self._executors]

    def _executor(self, number: int) -> ProcessPoolExecutor:
        return ProcessPoolExecutor(1, self._context, worker.start, (number, self._stopped, self._years))

    def __len__(self) -> int:
        return len(self._executors)

    def wait(self) -> None:
        """Return once the model is loaded everywhere; raise what went wrong."""
        for future in self._warm:
            future.result()

    def begin(self, serial: int) -> None:
        """Forget the job that used the place of ``serial`` before."""
        self._stopped[serial % SLOTS] = -1
        for number in range(len(self)):
            self._years[number * SLOTS + serial % SLOTS] = 0

    def submit(self, number: int, work: Callable[..., Any], *arguments: Any) -> Future[Any]:
        """Have ``work(*arguments)`` done by the process that replicate ``number`` belongs to."""
        at = number % len(self)
        try:
            return self._executors[at].submit(work, *arguments)
        except BrokenProcessPool:
            self._executors[at] = self._executor(at)
            return self._executors[at].submit(work, *arguments)

    def stop(self, serial: int) -> None:
        """Have the work of a job end after the year that it is in."""
        self._stopped[serial % SLOTS] = serial

    def years(self, serial: int) -> int:
        """School years that a job has simulated so far."""
        return sum(self._years[number * SLOTS + serial % SLOTS] for number in range(len(self)))

    def close(self) -> None:
        """End the processes at once."""
        for executor in self._executors:
            processes = list((executor._processes or {}).values())
            executor.shutdown(wait=False, cancel_futures=True)
            for process in processes:
                with contextlib.suppress(OSError):
                    process.terminate()


def _short() -> tuple[list[Plan], tuple[str, ...]]:
    """A short question that uses most of the model."""
    from analysis.runs.plan import Options, plan
    from analysis.studies.compare.study import Arriving

    plans = [plan(name, Options(1, 1, 2)) for name in ("eastern-region", "eastern-region-2010")]
    return plans, Arriving(plans).measures
