"""What a process of the pool does: pairs of runs, with the base's past kept for the next question about it."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from time import perf_counter
from typing import TYPE_CHECKING, Any

from analysis.store.failures import tell
from analysis.store.record import Told

if TYPE_CHECKING:
    from analysis.app.watch import Recording
    from analysis.runs.plan import Plan
    from analysis.store.record import Rows, Run
    from simulation.model import PipelineModel
    from simulation.world import World

SLOTS = 64
"""Jobs that can be told apart in what the processes share; serial numbers go round."""
MOST_KEPT = 400_000_000
"""Bytes of past that a process keeps."""


@dataclass(frozen=True)
class Task:
    """One replicate of a base and its policies."""

    serial: int
    """Number of the job."""
    replicate: int
    shares: tuple[bool, ...]
    """For each policy, whether it goes on from the base's world at the base year."""
    measures: tuple[str, ...]
    base: str
    """Identity of the base: all that determines its runs but seed and replicate."""


@dataclass
class _Kept:
    world: World
    """As the base left it at the base year."""
    result: tuple[Run, Rows]
    """What came of the base in the end."""
    size: int


class StoppedError(Exception):
    """The job is not wanted any more."""


_kept: OrderedDict[tuple[Any, ...], _Kept] = OrderedDict()
_shared: dict[str, Any] = {}


def start(number: int, stopped: Any, years: Any) -> None:
    """Make a process ready. Control-C is for the process that started it, without which this one does not go on."""
    import signal
    import threading

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    _shared.update(number=number, stopped=stopped, years=years)


def _end_with_parent() -> None:
    import multiprocessing
    import os

    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def warm_up(plans: list[Plan], measures: tuple[str, ...]) -> None:
    """Load the model and its compiled parts by a short pair of runs."""
    import gc

    pair(plans, Task(0, 0, (True,) * (len(plans) - 1), measures, "warm-up"))
    _kept.clear()
    gc.collect()
    gc.freeze()  # what is loaded stays; from here on, collecting looks at runs alone


def pair(plans: list[Plan], task: Task) -> list[tuple[Run, Rows] | Told] | None:
    """What came of each plan, the base first, as :func:`analysis.runs.replicate.replicate` has it; None if stopped.

    The base's world at the base year, and what came of the base, are kept for the next job with the same base.
    """
    import gc

    from analysis.runs.shared_past import Continued, copied
    from simulation.model import PipelineModel

    passed = _passed(task.serial)
    base, *policies = plans
    try:
        kept = _attempt(lambda: _base(base, task, passed))
        found: list[tuple[Run, Rows] | Told] = [kept if isinstance(kept, Told) else kept.result]
        for policy, shares in zip(policies, task.shares, strict=True):

            def run(policy: Plan = policy, shares: bool = shares) -> tuple[Run, Rows]:
                begun = perf_counter()
                if shares and isinstance(kept, _Kept):
                    model: PipelineModel = Continued(copied(kept.world, policy.setup), measures=task.measures)
                else:
                    model = PipelineModel(policy.setup, policy.seed, task.replicate, measures=task.measures)
                return _finish(model, policy, begun, passed)

            found.append(_attempt(run))
    except StoppedError:
        return None
    finally:
        gc.collect()  # a model and its agent views point at each other
    return found


def watch(chosen: Plan, serial: int, replicate: int) -> Recording | None:
    """One replicate, recorded year by year; None if stopped."""
    from analysis.app.watch import record_run

    try:
        return record_run(chosen, replicate, _passed(serial))
    except StoppedError:
        return None


def _passed(serial: int) -> Callable[[int], None]:
    """What to call after each year: counts it, and raises :exc:`StoppedError` if the job has been stopped."""
    number, stopped, years = _shared["number"], _shared["stopped"], _shared["years"]
    cell = number * SLOTS + serial % SLOTS

    def passed(_year: int) -> None:
        years[cell] += 1
        if stopped[serial % SLOTS] == serial:
            raise StoppedError

    return passed


def _base(base: Plan, task: Task, passed: Callable[[int], None]) -> _Kept:
    from analysis.runs.shared_past import copied
    from simulation.model import PipelineModel

    key = (task.base, base.seed, task.replicate, task.measures)
    if key in _kept:
        _kept.move_to_end(key)
        return _kept[key]
    begun = perf_counter()
    model = PipelineModel(base.setup, base.seed, task.replicate, measures=task.measures)
    model.checks = False
    while model.year < base.setup.base_year:
        model.step()
        passed(model.year)
    world = copied(model.world, base.setup)
    result = _finish(model, base, begun, passed)
    kept = _Kept(world, result, _size(world))
    _kept[key] = kept
    while len(_kept) > 1 and sum(one.size for one in _kept.values()) > MOST_KEPT:
        _kept.popitem(last=False)
    return kept


def _size(world: World) -> int:
    """Bytes of the tables of a world, roughly."""
    tables = (world.people, world.schools, world.clusters, world.enrolments)
    return sum(getattr(table, name).nbytes for table in tables for name in table)


def _finish(model: PipelineModel, plan: Plan, begun: float, passed: Callable[[int], None]) -> tuple[Run, Rows]:
    from analysis.runs.plan import record

    model.checks = False  # they change nothing, and whoever keeps a comparison runs it again with them
    model.run(passed)
    return record(model, plan.name, perf_counter() - begun)


def _attempt(work: Callable[[], Any]) -> Any:
    try:
        return work()
    except StoppedError:
        raise
    except Exception as error:
        return tell(error)
