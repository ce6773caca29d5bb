"""The machine on which something was measured, and how busy others kept it meanwhile."""

from __future__ import annotations

import os
import platform
import resource
from pathlib import Path
from time import perf_counter

import psutil


def described() -> str:
    """The machine in a line: processor, how many, memory, system and Python."""
    names = [line.partition(":")[2].strip() for line in _lines(Path("/proc/cpuinfo")) if line.startswith("model name")]
    processor = names[0] if names else platform.processor() or platform.machine()
    memory = psutil.virtual_memory().total / 1e9
    return f"{os.cpu_count()} × {processor}, {memory:.0f} GB, {platform.system()}, Python {platform.python_version()}"


def _lines(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8").splitlines() if path.exists() else []


class Watch:
    """Counts, from when it is made, how many processors others than us and our children kept busy."""

    def __init__(self) -> None:
        self._start, self._all, self._ours = perf_counter(), _busy(), _ours()

    def seconds(self) -> float:
        """Seconds gone by."""
        return perf_counter() - self._start

    def busy_elsewhere(self) -> float:
        """Processors that were busy with other work, on average."""
        return max(0.0, (_busy() - self._all) - (_ours() - self._ours)) / self.seconds()


def _busy() -> float:
    """Seconds that all processors have been busy, since the machine was started."""
    times = psutil.cpu_times()
    return sum(times) - times.idle - getattr(times, "iowait", 0.0) - getattr(times, "guest", 0.0)


def _ours() -> float:
    """Seconds of processor that this process and the children that have ended have used."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)
