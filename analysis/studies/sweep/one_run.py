"""One run of a design: what is its own, how it is carried out, and what is kept of it."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from analysis.runs.past import Past, first_difference
from analysis.runs.work import Passed
from analysis.store.record import Rows, Run

if TYPE_CHECKING:
    from analysis.runs.replicate import Kept as KeptPast
    from scenarios.sweeps.measures import Kept
    from simulation.register import Register
    from simulation.world import Setup

MOST_SCHOOLS = 2_000
"""Schools up to which the past of a run is kept for the next: 30 MB, where all of England would take as much as a run."""


@dataclass(frozen=True)
class OneRun:
    """What is one run's own, small enough to be sent with every job."""

    setup: Setup
    """With an empty register."""
    register: int
    """Position of its register among those that all runs share."""
    scenario: str
    point: int
    replicate: int
    seed: int
    values: Mapping[str, float | str]
    kept: tuple[Kept, ...]
    siblings: bool
    """Whether the design has other runs of the same draw and replicate, which may have the same past."""


class _Before(threading.local):
    """The past of the run that this thread carried out before, up to its base year."""

    setup: Setup | None = None
    rest: tuple[Any, ...] = ()
    """What must be equal beside the setup: seed, replicate and measures."""
    kept: KeptPast


_before = _Before()


def carry_out(registers: Sequence[Register], one: OneRun, passed: Passed) -> tuple[Run, Rows]:
    """Simulate a run; returns its record and the rows that are kept.

    Runs that differ in levers alone, or in programmes that start later, have one past: where one comes after the other,
    the second goes on from what the first has left at the base year.
    """
    from analysis.runs.replicate import Arm, recorded, replicate

    setup = replace(one.setup, register=registers[one.register])
    label = f"{one.scenario}, point {one.point}, replicate {one.replicate}"
    names = tuple(dict.fromkeys(kept.measure for kept in one.kept))
    arm, past, kept = Arm(setup, recorded(one.scenario), label), None, None
    if one.siblings and setup.warm_up_years and len(setup.register) <= MOST_SCHOOLS:
        past, kept = Past(setup.base_year, (True,)), _left(setup, (one.seed, one.replicate, names))
    found, rows = replicate([arm], one.seed, one.replicate, measures=names, past=past, passed=passed, kept=kept)[
        0
    ].get()
    return replace(found, point=one.point, values=one.values), lines(rows, one.kept)


def _left(setup: Setup, rest: tuple[Any, ...]) -> KeptPast:
    """The past up to the base year, as the run before left it if it is that of ``setup`` too; else to be filled."""
    from analysis.runs.replicate import Kept

    before = _before.setup
    if before is not None and _before.rest == rest and first_difference(before, setup) > setup.base_year:
        _before.kept = replace(_before.kept, first=None)
    else:
        _before.setup, _before.rest, _before.kept = setup, rest, Kept()
    return _before.kept


def lines(rows: Rows, kept: Sequence[Kept]) -> Rows:
    """The rows of measures and of single lines of measures; a programme that does not run has none."""
    columns, labels = rows.columns, rows.labels
    chosen = np.zeros(len(columns["value"]), bool)
    for one in kept:
        here = columns["measure"] == labels["measure"].index(one.measure)
        if one.where is not None:
            for name in labels:
                if name != "measure":
                    here = here & (columns[name] == _code(labels[name], one.where.get(name)))
        chosen |= here
    return Rows({name: column[chosen] for name, column in columns.items()}, labels)


def _code(words: tuple[str, ...], word: str | None) -> int:
    """The code of a word, -1 for "all", and one that no row has for a word that is none here."""
    if word is None:
        return -1
    return words.index(word) if word in words else len(words)
