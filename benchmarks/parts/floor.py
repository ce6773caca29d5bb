"""c: how far a year of England is from the least that it could take: its draws and logits in a bare loop, one pass over its state."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from statistics import median
from time import process_time

import numpy as np
from numba import njit

from benchmarks.asked import Asked
from benchmarks.children import call
from benchmarks.parts.england import SCENARIO, of_phase, year
from benchmarks.probe import compile_for, setup_of, simulate
from benchmarks.table import Aim, Line
from simulation.draws import Decision, Key, counter, threefry, unit
from simulation.vocabulary import Status

TITLE = "England, scenario everything: the year against the floor"
DECISIONS = 8
"""Draws, and logits to hold them against, for each person in a year."""
TRIES = 9


def measure(asked: Asked) -> Iterator[Line]:
    """The year and each phase in floors, then what the floor is made of."""
    size = asked.sizes
    found = call(run_and_floor, size.scale, size.warm_up, size.years)
    run, floor = found["run"], found["floor, ms"]
    about = f"{DECISIONS} draws and logits for each of {run['rows']:,} rows of people"
    yield Line("a year ÷ floor", year(run) / floor, {"ms": year(run), "floor, ms": floor}, Aim(most=6), about)
    yield Line(
        "a year ÷ floor of those in service",
        year(run) / found["floor in service, ms"],
        {"floor, ms": found["floor in service, ms"]},
    )
    for phase in run["phases"]:
        years = "measured year" if phase == "measures" else "year"
        yield Line(f"{phase}, a {years} ÷ floor", of_phase(run, phase) / floor, {"ms": of_phase(run, phase)})
    bare = {"ms": found["pass, ms"], "MB": found["state, MB"], "bytes a row of people": found["bytes a row"]}
    yield Line("one pass over the state's bytes ÷ floor", found["pass, ms"] / floor, bare)
    yield Line(
        "a keyed draw ÷ one of numpy's",
        found["draw, ns"] / found["numpy, ns"],
        {"ns": found["draw, ns"], "numpy, ns": found["numpy, ns"], "about a pair, ns": found["pair, ns"]},
        Aim(most=5, of="ns"),
    )


def run_and_floor(scale: float, warm_up: int, years: int) -> dict:
    """The run, and in the same process and for the same people what is below it."""
    compile_for(SCENARIO, warm_up, years)
    model, run = simulate(setup_of(SCENARIO, scale, warm_up, years))
    people = model.world.people
    ids, age = people.id.copy(), (model.year - people.birth_year).astype(np.float64)
    working = people.status == Status.IN_SERVICE
    arrays = [getattr(table, name) for table in model.world.tables for name in sorted(table)]
    state = sum(array.nbytes for array in arrays)
    n, key, generator = len(ids), model.key, np.random.default_rng(1)
    subs = np.arange(n, dtype=np.int64) % 60_000
    return {
        "run": run,
        "floor, ms": _ms(lambda: _decide(ids, age, model.year, key)),
        "floor in service, ms": _ms(lambda: _decide(ids[working], age[working], model.year, key)),
        "pass, ms": _ms(lambda: [_read(_words(array)) for array in arrays]),
        "state, MB": state / 1e6,
        "bytes a row": sum(getattr(people, name).nbytes for name in sorted(people)) / n,
        "draw, ns": 1e6 * _ms(lambda: key.uniform(Decision.RETIRE, 2025, ids)) / n,
        "pair, ns": 1e6 * _ms(lambda: key.uniform(Decision.SEE_MOVE, 2025, ids, subs)) / n,
        "numpy, ns": 1e6 * _ms(lambda: generator.random(n)) / n,
    }


def _ms(what: Callable[[], object]) -> float:
    """Milliseconds of processor, the median of some calls after a first one."""
    what()
    taken = []
    for _ in range(TRIES):
        start = process_time()
        what()
        taken.append(process_time() - start)
    return 1000 * median(taken)


def _decide(ids: np.ndarray, age: np.ndarray, year: int, key: Key) -> int:
    """Draw and decide for everybody; returns how many events there were."""
    return _events(
        ids,
        age,
        np.linspace(-3.0, -1.0, DECISIONS),
        int(Decision.RETIRE),
        year,
        np.uint64(key.seed),
        np.uint64(key.replicate),
    )


@njit
def _events(ids, age, base, first, year, k0, k1):  # type: ignore[no-untyped-def]
    events = 0
    for i in range(len(ids)):
        for d in range(len(base)):
            word, _ = threefry(ids[i], counter(first + d, year, 0), k0, k1)
            events += unit(word) < 1.0 / (1.0 + math.exp(-(base[d] + 0.01 * age[i])))
    return events


def _words(array: np.ndarray) -> np.ndarray:
    """The bytes of an array, eight at a time; those left over at its end are passed over."""
    flat = np.ascontiguousarray(array).reshape(-1).view(np.uint8)
    return flat[: len(flat) // 8 * 8].view(np.uint64)


@njit
def _read(words):  # type: ignore[no-untyped-def]
    seen = np.uint64(0)
    for i in range(len(words)):
        seen ^= words[i]
    return seen
