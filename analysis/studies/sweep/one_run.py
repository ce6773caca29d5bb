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
from analysis.store.run_file import pack
from scenarios.sweeps.points import with_settings

if TYPE_CHECKING:
    from analysis.runs.replicate import Kept as KeptPast
    from scenarios.doubt import Doubt
    from scenarios.scenario import Scenario
    from scenarios.sweeps.design import Setting
    from scenarios.sweeps.measures import Kept
    from simulation.register import Register
    from simulation.world import Setup

MOST_SCHOOLS = 2_000
"""Schools up to which the past of a run is kept for the next: 30 MB, where all of England would take as much as a run."""


@dataclass(frozen=True)
class Start:
    """What all runs of a scenario set out from."""

    scenario: Scenario
    """Without any setting."""
    register: Register
    schools: int
    """In the whole register, of which ``register`` is a sample."""
    doubt: Doubt | None


@dataclass(frozen=True)
class Common:
    """What all runs of a sweep share: sent to each worker once."""

    starts: Mapping[str, Start]
    """By the name of the scenario."""
    seed: int
    kept: tuple[Kept, ...]
    siblings: bool
    """Whether the design has several runs of a draw and replicate, which may have the same past."""


@dataclass(frozen=True)
class OneRun:
    """What is one run's own, small enough to be sent with every job: whoever carries it out makes its setup."""

    key: str
    """See :func:`analysis.store.record.run_key`."""
    scenario: str
    point: int
    draw: int
    """Of the design: equal for all combinations of levers."""
    replicate: int
    settings: tuple[Setting, ...]
    values: Mapping[str, float | str]


class _Made(threading.local):
    """Setups that this thread has made: with nothing drawn, all replicates of a point have one."""

    common: Common | None = None
    draw: int
    """Those of other draws are forgotten: no run of theirs comes any more."""
    setups: dict[tuple[str, int], Setup]


_made = _Made()


def setup_of(common: Common, one: OneRun) -> Setup:
    """What the model needs to carry out a run."""
    start = common.starts[one.scenario]
    if start.doubt is not None:
        scenario, standing = _standing(start, one)
        return start.doubt.on(scenario).setup(one.replicate, standing)
    if _made.common is not common or _made.draw != one.draw:
        _made.common, _made.draw, _made.setups = common, one.draw, {}
    place = (one.scenario, one.point)
    if place not in _made.setups:
        _, _made.setups[place] = _standing(start, one)
    return _made.setups[place]


def _standing(start: Start, one: OneRun) -> tuple[Scenario, Setup]:
    """The scenario with what a run's point sets, and its setup with nothing drawn."""
    scenario = with_settings(start.scenario, one.settings)
    return scenario, scenario.setup_in(start.register, start.schools)


class _Before(threading.local):
    """The past of the run that this thread carried out before, up to its base year."""

    setup: Setup | None = None
    rest: tuple[Any, ...] = ()
    """What must be equal beside the setup: seed, replicate and measures."""
    kept: KeptPast


_before = _Before()


def carry_out(common: Common, one: OneRun, passed: Passed) -> bytes:
    """Simulate a run; returns it as it is stored, so that whoever keeps it has the least to do: he waits for nobody else."""
    return pack(one.key, *simulate(common, one, passed))


def simulate(common: Common, one: OneRun, passed: Passed) -> tuple[Run, Rows]:
    """Simulate a run; returns its record and the rows that are kept.

    Runs that differ in levers alone, or in programmes that start later, have one past: where one comes after the other,
    the second goes on from what the first has left at the base year.
    """
    from analysis.runs.replicate import Arm, recorded, replicate

    setup = setup_of(common, one)
    label = f"{one.scenario}, point {one.point}, replicate {one.replicate}"
    names = tuple(dict.fromkeys(kept.measure for kept in common.kept))
    arm, past, kept = Arm(setup, recorded(one.scenario), label), None, None
    if common.siblings and setup.warm_up_years and len(setup.register) <= MOST_SCHOOLS:
        past, kept = Past(setup.base_year, (True,)), _left(setup, (common.seed, one.replicate, names))
    found, rows = replicate([arm], common.seed, one.replicate, measures=names, past=past, passed=passed, kept=kept)[
        0
    ].get()
    return replace(found, point=one.point, values=one.values), lines(rows, common.kept)


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
