"""What a process of the page does: pairs of runs, with the base's past kept for the next question about it."""

from __future__ import annotations

import gc
from collections import OrderedDict
from dataclasses import dataclass, replace
from typing import Any

from analysis.runs.replicate import Kept, Plans, pair
from analysis.runs.work import Passed, Result

MOST_KEPT = 400_000_000
"""Bytes of past that a process keeps."""

_kept: OrderedDict[tuple[Any, ...], tuple[Kept, int]] = OrderedDict()
"""By base, replicate and measures: what can be used again, and how large it is."""


@dataclass(frozen=True)
class Question:
    """What all pairs of a job share."""

    plans: Plans
    base: str
    """Identity of the base: all that determines its runs but seed and replicate."""


def warm_up(question: Question, number: int, passed: Passed) -> None:
    """Load the model and its compiled parts by a short pair of runs."""
    answer(question, number, passed)
    _kept.clear()
    gc.collect()
    gc.freeze()  # what is loaded stays; from here on, collecting looks at runs alone


def answer(question: Question, number: int, passed: Passed) -> list[Result]:
    """What came of each plan, the base first, as :func:`analysis.runs.replicate.pair` has it.

    The base's world at the base year, and what came of the base, are kept for the next job with the same base. Accounts
    are not checked: that changes nothing, and whoever keeps a comparison runs it again with the checks.
    """
    base = question.plans.plans[0]
    past = question.plans.past.no_later(base.setup.base_year)  # the next policy may part from the base there
    key = (question.base, base.seed, number, question.plans.measures, past.until)
    kept, _ = _kept.pop(key, (Kept(), 0))
    try:
        return pair(replace(question.plans, past=past), number, passed, checks=False, kept=kept)
    finally:
        if kept.world is not None and kept.first is not None:
            _kept[key] = kept, _size(kept)
            while sum(size for _, size in _kept.values()) > MOST_KEPT:
                _kept.popitem(last=False)
        gc.collect()  # a model and its agent views point at each other


def _size(kept: Kept) -> int:
    """Bytes of what is kept: its tables, with the room that they hold for more rows, and what was measured."""
    assert kept.world is not None
    assert kept.first is not None
    _, rows = kept.first.value
    measured = kept.results.nbytes + sum(column.nbytes for column in rows.columns.values())
    return sum(table.nbytes for table in kept.world.tables) + measured
