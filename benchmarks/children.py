"""Processes of their own for what is measured: fresh memory, nothing compiled by accident, and an account of what they used."""

from __future__ import annotations

import contextlib
import ctypes
import importlib
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Any, TypeVar

from benchmarks.probe import PEAK_UNIT

ROOT = Path(__file__).resolve().parents[1]
HEADWAY = (sys.executable, "-m", "headway")
PR_SET_CHILD_SUBREAPER = 36
"""From Linux's ``prctl.h``."""
T = TypeVar("T")


@dataclass(frozen=True)
class Ended:
    """A process that has ended well."""

    said: str
    """What it printed on its standard output."""
    clock: float
    """Seconds from its start to its end."""
    processor: float
    """Seconds of processor, its own and those of all processes that it started."""
    peak: int
    """Bytes of memory that it held at most."""


class FailedError(RuntimeError):
    """A process that was to be measured has failed."""


def finish(command: Sequence[str | Path], cwd: Path = ROOT, environment: Mapping[str, str] | None = None) -> Ended:
    """Run a command to its end. Raise :exc:`FailedError` with the end of what it said if it fails."""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as wrong:
        _adopt()
        start = perf_counter()
        process = subprocess.Popen(
            command,
            cwd=cwd,
            env={**os.environ, **(environment or {})},
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=wrong,
            start_new_session=True,
        )
        try:
            _, status, used = os.wait4(process.pid, 0)
        except KeyboardInterrupt:
            process.kill()
            raise
        process.returncode = os.waitstatus_to_exitcode(status)
        clock = perf_counter() - start
        processor = used.ru_utime + used.ru_stime + _orphans(process.pid)
        said, complaint = (stream.seek(0) or stream.read().decode(errors="replace") for stream in (out, wrong))
    if process.returncode:
        words = " ".join(str(part) for part in command)
        raise FailedError(f"{words[:200]} ended with {process.returncode}: {(complaint or said)[-2000:]}")
    return Ended(said, clock, processor, used.ru_maxrss * PEAK_UNIT)


def _orphans(group: int) -> float:
    """Seconds of processor of those that a process has left behind, once they have ended, as they do when it has."""
    seconds = 0.0
    with contextlib.suppress(ChildProcessError):  # there are none, or no more
        while True:
            _, _, used = os.wait4(-group, 0)
            seconds += used.ru_utime + used.ru_stime
    return seconds


def _adopt() -> None:
    """Have this process become the parent of those whose parent ends before them, where workers are forked: on Linux."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def probe(python: Path, checkout: Path, **asked: Any) -> dict[str, Any]:
    """What :mod:`benchmarks.probe` finds in a checkout."""
    script = Path(__file__).with_name("probe.py")
    return answer(finish([python, "-P", script, json.dumps(asked)], checkout))


def call(function: Callable[..., Any], *given: Any) -> Any:
    """What ``function``, of a module, returns for ``given`` in a process of its own; all of it plain values."""
    command = [sys.executable, "-m", "benchmarks.children", function.__module__, function.__name__, json.dumps(given)]
    return answer(finish(command))


def answer(ended: Ended) -> Any:
    """The JSON in the last line that a process has printed."""
    return json.loads(ended.said.splitlines()[-1])


def in_turn(turns: int, *sides: Callable[[], T]) -> list[list[T]]:
    """What each side gives, by turns, in the other order every second time: what slows the machine slows all of them."""
    found: list[list[T]] = [[] for _ in sides]
    for turn in range(turns):
        for n in range(len(sides))[:: -1 if turn % 2 else 1]:
            found[n].append(sides[n]())
    return found


if __name__ == "__main__":
    module, name, given = sys.argv[1:]
    print(json.dumps(getattr(importlib.import_module(module), name)(*json.loads(given))))
