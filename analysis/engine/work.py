"""What a worker does: simulate replicates of one setup and hand back rows, or what went wrong.

This module is imported by workers, which may be other processes or other machines: it keeps nothing on disk.
"""

from __future__ import annotations

import traceback
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np

    from simulation.register import Register
    from simulation.world import Setup

LONGEST_MESSAGE = 2000


@dataclass(frozen=True)
class Task:
    """One run to carry out."""

    key: str
    """Content address of the run."""
    plan: int
    """Which of the plans it is a replicate of."""
    seed: int
    replicate: int


@dataclass(frozen=True)
class Failure:
    """A run that did not come to its end."""

    stage: str
    """``simulate`` or ``worker``: the worker itself came to an end."""
    kind: str
    """Name of the error."""
    message: str
    trace: str = ""
    """Where it happened, by file name and line, without the paths of any machine."""


@dataclass(frozen=True)
class Done:
    """A run that was carried out."""

    columns: dict[str, np.ndarray]
    """See :class:`analysis.runstore.Rows`."""
    labels: dict[str, tuple[str, ...]]
    digest: str
    seconds: float


@dataclass(frozen=True)
class Job:
    """What a worker needs for the runs of one plan, but for the register, which many plans share."""

    setup: Setup
    """With an empty register."""
    measures: tuple[str, ...] | None
    tasks: tuple[Task, ...]


def without_register(setup: Setup) -> Setup:
    """The setup with no schools, small enough to be sent with every job."""
    import numpy as np

    return replace(setup, register=setup.register.take(np.empty(0, np.int64)))


def carry_out(job: Job, register: Register) -> list[tuple[str, Done | Failure]]:
    """Carry out every run of ``job``, in order; an error in one does not stop the others."""
    setup = replace(job.setup, register=register)
    return [(task.key, _attempt(setup, job.measures, task)) for task in job.tasks]


def _attempt(setup: Setup, measures: Sequence[str] | None, task: Task) -> Done | Failure:
    from analysis.run import simulate_setup

    try:
        run, rows = simulate_setup(setup, task.seed, task.replicate, measures)
    except Exception as error:
        return Failure("simulate", type(error).__name__, str(error)[:LONGEST_MESSAGE], _trace(error))
    return Done(dict(rows.columns), dict(rows.labels), run.digest, run.seconds)


def _trace(error: BaseException) -> str:
    frames = traceback.extract_tb(error.__traceback__)
    return "\n".join(f"{Path(frame.filename).name}:{frame.lineno} in {frame.name}" for frame in frames[-12:])


def settings() -> dict[str, Any]:
    """Environment of every worker: one thread each, because runs and not sums are what is shared out."""
    names = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS")
    return dict.fromkeys(names, "1")
