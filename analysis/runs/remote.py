"""What a worker of a cluster is asked to do: to say what it runs, to take in what all tasks share, and to carry out tasks."""

from __future__ import annotations

import asyncio
import pickle
import sys
from collections.abc import Sequence
from functools import partial
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from analysis.runs.work import Function, Result, StopHere, attempt
from analysis.store.record import tell
from analysis.version import headway_version, model_version

if TYPE_CHECKING:
    from distributed import Worker

LIBRARIES = ("numpy", "scipy", "numba", "mesa")
"""Libraries that compute: another version may round otherwise."""
MOST_GIVEN = 8
"""Pieces of work that a worker remembers; one whose coordinator has died is forgotten as others come."""

Answer = tuple[str, list[bytes]]
"""The version of the model that has computed, and what came of each task, pickled."""

_given: dict[str, tuple[Function, Any]] = {}
_under_way: set[str] = set()


def versions() -> dict[str, str]:
    """What must be the same on every machine: Headway, the code of its model, its draws, and what computes for it."""
    from simulation.draws import RNG_VERSION

    python = f"{sys.version_info.major}.{sys.version_info.minor}"
    ours = {"headway": headway_version(), "model": model_version(), "draws": str(RNG_VERSION), "python": python}
    return {**ours, **{name: version(name) for name in LIBRARIES}}


async def take_in(name: str, pickled: bytes) -> None:
    """Remember a function and its first argument by ``name``."""
    _given[name] = pickle.loads(pickled)
    while len(_given) > MOST_GIVEN:
        del _given[next(iter(_given))]


async def forget(name: str) -> None:
    """Tasks of ``name`` are not wanted any more: those under way stop at their next step."""
    _given.pop(name, None)


async def is_at(tasks: str) -> bool:
    """Whether these tasks are under way here, or wait for their turn."""
    return tasks in _under_way


async def carry_out(name: str, tasks: str, parts: bytes, dask_worker: Worker) -> Answer | None:
    """Carry out tasks in the worker's own thread; None if it does not know ``name`` (any more), such as a new one at an old address."""
    _under_way.add(tasks)
    try:
        thread = dask_worker.executors["default"]
        return await asyncio.get_running_loop().run_in_executor(thread, _carry_out, name, parts)
    finally:
        _under_way.discard(tasks)


def _carry_out(name: str, pickled: bytes) -> Answer | None:
    if name not in _given:
        return None
    function, shared = _given[name]
    parts: Sequence[Any] = pickle.loads(pickled)

    def step(_word: str) -> None:
        if name not in _given:
            raise StopHere

    try:
        results = [attempt(partial(function, shared, part, step)) for part in parts]
    except StopHere:
        return None
    return model_version(), [_packed(result) for result in results]


def _packed(result: Result) -> bytes:
    """The result as it is sent, or the error that says why it cannot be."""
    try:
        return pickle.dumps(result, protocol=5)
    except Exception as error:
        told = tell(error)
        return pickle.dumps(Result(None, result.seconds, told, RuntimeError(f"{told.type}: {told.message}")))
