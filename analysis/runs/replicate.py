"""One replicate of a base and its policies: runs that share their draws and, where they can, their past."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from time import perf_counter
from typing import TYPE_CHECKING

import numpy as np

from analysis.runs.shared_past import Continued, copied
from analysis.store.failures import tell
from analysis.store.record import Told
from simulation.model import PipelineModel

if TYPE_CHECKING:
    from analysis.runs.plan import Plan
    from analysis.store import Rows, Run
    from simulation.world import Setup, World


def shares_past(base: Setup, policy: Setup) -> bool:
    """Whether a policy can go on from the base's world at the base year.

    Both must have the same schools, years and parameters until then, and no programme of either may start earlier:
    programmes are told apart by their place in the list.
    """
    from analysis.runs.plan import register_digest

    if any(p.places.first <= base.base_year for p in (*base.programmes, *policy.programmes)):
        return False
    ours, theirs = (setup.parameters_in(base.base_year).values() for setup in (base, policy))
    like = replace(
        base, register=policy.register, parameters=policy.parameters, past=policy.past, programmes=policy.programmes
    )
    return (
        like == policy
        and all(np.array_equal(ours[path], theirs[path]) for path in ours)
        and register_digest(base.register) == register_digest(policy.register)
    )


@dataclass(frozen=True)
class Task:
    """One replicate to run."""

    replicate: int
    shares: tuple[bool, ...]
    """For each policy, whether it goes on from the base's world at the base year."""
    measures: tuple[str, ...] | None
    """Measures to take; None for all."""


def replicate(
    plans: Sequence[Plan], task: Task, passed: Callable[[str], None]
) -> tuple[int, list[tuple[Run, Rows] | Told]]:
    """Run the base (the first of ``plans``) and every policy; an error in one does not stop the others.

    Returns the replicate's number with what came of each plan, in their order. ``passed`` is called with a word after
    each simulated year.
    """
    import gc

    base, *policies = plans
    words = [f"{plan.name}, run {task.replicate + 1}" for plan in plans]
    copies: dict[int, World] = {}

    def run_base() -> tuple[Run, Rows]:
        start = perf_counter()
        model = PipelineModel(base.setup, base.seed, task.replicate, measures=task.measures)
        while any(task.shares) and model.year < base.setup.base_year:
            model.step()
            passed(words[0])
        for number, policy in enumerate(policies):
            if task.shares[number]:
                copies[number] = copied(model.world, policy.setup)
        return _finish(model, base, start, lambda: passed(words[0]))

    def run_policy(number: int) -> tuple[Run, Rows]:
        start = perf_counter()
        policy = policies[number]
        if number in copies:
            model: PipelineModel = Continued(copies.pop(number), measures=task.measures)
            for _year in range(policy.setup.first_year, policy.setup.base_year):
                passed(words[number + 1])
        else:
            model = PipelineModel(policy.setup, policy.seed, task.replicate, measures=task.measures)
        return _finish(model, policy, start, lambda: passed(words[number + 1]))

    found = [_attempt(run_base)]
    found += [_attempt(partial(run_policy, number)) for number in range(len(policies))]
    gc.collect()  # a model and its agent views point at each other
    return task.replicate, found


def _finish(model: PipelineModel, plan: Plan, start: float, passed: Callable[[], None]) -> tuple[Run, Rows]:
    from analysis.runs.plan import record

    model.run(lambda _year: passed())
    return record(model, plan.name, perf_counter() - start)


def _attempt(work: Callable[[], tuple[Run, Rows]]) -> tuple[Run, Rows] | Told:
    try:
        return work()
    except Exception as error:
        return tell(error)
