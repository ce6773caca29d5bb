"""Seconds per person-year: the model against the slow reference model, on the same work in one run.

    python -m benchmarks.fast_against_reference

Both simulate the same setups with the same seed, and end with the same people: the 87 schools of
``eastern-region-2010``, where a year's fixed costs weigh most, and a part of England. The fast model then does all of
England alone. Person-years are rows of people after each step, of whatever status: everybody whom a year looks at.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass, replace
from time import perf_counter

import scenarios
from simulation.model import PipelineModel
from simulation.vocabulary import Status
from simulation.world import Setup
from tests.reference.model import ReferenceModel

SEED, REPLICATE = 7, 1
CLAIM = 100
"""How many times faster per person-year the fast model is claimed to be."""


@dataclass(frozen=True)
class Timed:
    """What one model did, and how long it took."""

    person_years: int
    seconds: float
    working: int
    """People in service at the end."""

    @property
    def microseconds(self) -> float:
        """Microseconds per person-year."""
        return 1e6 * self.seconds / self.person_years


def small(scale: float, years: int) -> Setup:
    """Part of ``eastern-region-2010``, for ``years`` years without a warm-up."""
    setup = replace(scenarios.load("eastern-region"), scale=scale).setup()
    return replace(setup, warm_up_years=0, years=years)


def large(scale: float, years: int) -> Setup:
    """Part of ``england``, for ``years`` years without a warm-up."""
    return replace(replace(scenarios.load("england"), scale=scale).setup(), warm_up_years=0, years=years)


def time_fast(setup: Setup, repeats: int = 1) -> Timed:
    """Step the fast model through all years; the best of ``repeats`` runs. Making the first world is not timed."""
    best = None
    for _ in range(repeats):
        model = PipelineModel(setup, SEED, REPLICATE, measures=())
        rows, start = 0, perf_counter()
        while model.running:
            model.step()
            rows += len(model.world.people)
        seconds = perf_counter() - start
        best = seconds if best is None else min(best, seconds)
    assert best is not None
    return Timed(rows, best, int((model.world.people.status == Status.IN_SERVICE).sum()))


def time_reference(setup: Setup) -> Timed:
    """Step the reference model through all years."""
    model = ReferenceModel(setup, SEED, REPLICATE)
    rows, start = 0, perf_counter()
    while model.year < setup.last_year:
        model.step()
        rows += len(model.people)
    seconds = perf_counter() - start
    return Timed(rows, seconds, sum(person.status == Status.IN_SERVICE for person in model.people))


def main() -> None:
    """Time both and print the comparison."""
    arguments = argparse.ArgumentParser(description="The model against the slow reference model, per person-year.")
    arguments.add_argument("--scale", type=float, default=0.03, help="share of england that both simulate")
    arguments.add_argument("--years", type=int, default=3)
    given = arguments.parse_args()
    print(f"{'work':>22}{'schools':>9}{'model':>11}{'person-years':>14}{'seconds':>10}{'µs each':>10}{'ratio':>9}")
    worlds = {"eastern-region-2010": small(1.0, given.years), "part of england": large(given.scale, given.years)}
    time_fast(small(1.0, 1))  # compile
    for name, setup in worlds.items():
        reference, fast = time_reference(setup), time_fast(setup, repeats=5)
        assert reference.working == fast.working, "the two models disagree: nothing to compare"
        ratio = reference.microseconds / fast.microseconds
        show(name, setup, "reference", reference, 1.0)
        show(name, setup, "fast", fast, ratio)
        print(f"{'':22}at least {CLAIM} times faster: {'holds' if ratio >= CLAIM else 'does not hold'}")
    whole = large(1.0, given.years)
    show("england", whole, "fast", time_fast(whole), None)


def show(name: str, setup: Setup, model: str, timed: Timed, ratio: float | None) -> None:
    """Print one line of the comparison."""
    times = "" if ratio is None else f"{ratio:9.0f}"
    print(
        f"{name:>22}{len(setup.register):>9,}{model:>11}{timed.person_years:>14,}{timed.seconds:>10.3f}"
        f"{timed.microseconds:>10.2f}{times}"
    )


if __name__ == "__main__":
    main()
