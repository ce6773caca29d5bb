"""b: the model against the slow reference model, on the same work: same setup, seed and replicate, same people at the end."""

from __future__ import annotations

from collections.abc import Iterator
from statistics import median
from time import process_time
from typing import Any

from benchmarks.asked import Asked
from benchmarks.children import call, in_turn
from benchmarks.probe import setup_of, simulate
from benchmarks.table import Aim, Line
from simulation.vocabulary import Status
from simulation.world import Setup

TITLE = "The slow reference model ÷ the model, a person-year, no warm-up, no measures"
SEED = 1
FAST_TRIES = 5
"""Runs of the model for one of the reference's, which takes so much longer."""


def measure(asked: Asked) -> Iterator[Line]:
    """One line for each world."""
    for scenario, scale in asked.sizes.references:
        found = call(both, scenario, scale, asked.sizes.reference_years, asked.sizes.turns)
        slow, fast, people = found["slow"], found["fast"], found["person-years"]
        each = {"µs a person-year": 1e6 * median(fast) / people, "µs there": 1e6 * median(slow) / people}
        part = "" if scale == 1 else f"{100 * scale:g}% of "
        ratio = median(there / here for there, here in zip(slow, fast, strict=True))
        figures = {"schools": found["schools"], "person-years": people, **each}
        yield Line(f"{part}{scenario}, reference ÷ model", ratio, figures, Aim(least=150))


def both(scenario: str, scale: float, years: int, turns: int) -> dict[str, Any]:
    """Seconds of processor of the slow model and of the fast one, a number a turn, and what they did.

    Raise :exc:`RuntimeError` if there are not as many people in service in both, year by year.
    """
    setup = setup_of(scenario, scale, 0, years)
    fast(setup)  # compiled now
    slows, fasts = in_turn(turns, lambda: slow(setup), lambda: fast(setup))
    if slows[0][1] != fasts[0][1]:
        raise RuntimeError(f"{scenario}: {slows[0][1]:,} person-years in the reference, {fasts[0][1]:,} in the model")
    seconds = {"slow": [s for s, _ in slows], "fast": [s for s, _ in fasts]}
    return {**seconds, "person-years": slows[0][1], "schools": len(setup.register)}


def fast(setup: Setup) -> tuple[float, int]:
    """Seconds that the model takes for all years, the median of some runs, and the person-years in service."""
    runs = [simulate(setup, measures=())[1] for _ in range(FAST_TRIES)]
    return median(run["processor"] - run["making"] for run in runs), runs[0]["person-years"]


def slow(setup: Setup) -> tuple[float, int]:
    """Seconds that the reference model takes for all years, and the person-years; making its world is not timed."""
    from tests.reference.model import ReferenceModel

    model, person_years, seconds = ReferenceModel(setup, SEED, 0), 0, 0.0
    while model.year < setup.last_year:
        start = process_time()
        model.step()
        seconds += process_time() - start
        person_years += sum(person.status == Status.IN_SERVICE for person in model.people)
    return seconds, person_years
