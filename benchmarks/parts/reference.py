"""b: the model against the slow reference model, on the same work: same setup, seed and replicate, same people at the end."""

from __future__ import annotations

from collections.abc import Iterator
from statistics import median
from time import process_time

from benchmarks.asked import Asked
from benchmarks.children import call, in_turn
from benchmarks.probe import setup_of, simulate
from benchmarks.table import Aim, Line
from simulation.vocabulary import Status

TITLE = "The slow reference model ÷ the model, a person-year, no warm-up, no measures"
SEED = 1
FAST_TRIES = 5
"""Runs of the model for one of the reference's, which takes so much longer."""


def measure(asked: Asked) -> Iterator[Line]:
    """One line for each world."""
    for scenario, scale in asked.sizes.references:
        slow, fast = call(both, scenario, scale, asked.sizes.reference_years)
        figures = {
            "schools": slow["schools"],
            "person-years": slow["person-years"],
            "µs a person-year": 1e6 * fast / slow["person-years"],
            "µs there": 1e6 * slow["seconds"] / slow["person-years"],
        }
        part = "" if scale == 1 else f"{100 * scale:g}% of "
        yield Line(f"{part}{scenario}, reference ÷ model", slow["seconds"] / fast, figures, Aim(least=150))


def both(scenario: str, scale: float, years: int) -> tuple[dict, float]:
    """What the reference did and the seconds of processor it took; the seconds of the model, median of some runs.

    Raise :exc:`RuntimeError` if they end with different numbers of people in service.
    """
    setup = setup_of(scenario, scale, 0, years)
    simulate(setup, measures=())  # compiled now
    [slow], [fast] = in_turn(
        1, lambda: slowly(setup), lambda: [simulate(setup, measures=()) for _ in range(FAST_TRIES)]
    )
    people = fast[0][0].world.people
    working = int((people.status == Status.IN_SERVICE).sum())
    if working != slow["working"]:
        raise RuntimeError(
            f"{scenario}: {working:,} people in service in the model, {slow['working']:,} in the reference"
        )
    return slow, median(run["processor"] - run["making"] for _, run in fast)


def slowly(setup) -> dict:
    """The reference model, stepped through all years; making its world is not timed."""
    from tests.reference.model import ReferenceModel

    model, person_years, seconds = ReferenceModel(setup, SEED, 0), 0, 0.0
    while model.year < setup.last_year:
        start = process_time()
        model.step()
        seconds += process_time() - start
        working = sum(person.status == Status.IN_SERVICE for person in model.people)
        person_years += working
    return {"seconds": seconds, "person-years": person_years, "working": working, "schools": len(setup.register)}
