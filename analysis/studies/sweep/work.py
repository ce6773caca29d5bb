"""One run of a sweep, as a worker carries it out."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from analysis.store.record import Rows, Run

if TYPE_CHECKING:
    from scenarios.sweeps.measures import Kept
    from simulation.register import Register
    from simulation.world import Setup


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


def without_register(setup: Setup) -> Setup:
    """The setup with no schools."""
    return replace(setup, register=setup.register.take(np.empty(0, np.int64)))


def carry_out(registers: Sequence[Register], one: OneRun, passed: Callable[[str], None]) -> tuple[Run, Rows]:
    """Simulate a run; returns its record and the rows that are kept."""
    from analysis.runs.replicate import Arm, recorded, replicate

    setup = replace(one.setup, register=registers[one.register])
    label = f"{one.scenario}, point {one.point}, replicate {one.replicate}"
    names = tuple(dict.fromkeys(kept.measure for kept in one.kept))
    arm = Arm(setup, recorded(one.scenario), label)
    run, rows = replicate([arm], one.seed, one.replicate, measures=names, passed=passed)[0].get()
    return replace(run, point=one.point, values=one.values), lines(rows, one.kept)


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
