"""A national run, process by process: seconds and memory, with every check on.

python -m benchmarks.national_run [--schools register.csv] [--years 20] [--no-measures] [--no-checks]
"""

from __future__ import annotations

import argparse
import resource
import sys
from dataclasses import replace
from pathlib import Path
from time import perf_counter

import numpy as np

import scenarios
from analysis.runs.replicate import by_key, from_base_year
from analysis.store.digest import run_digest
from scenarios.register.table import read_register
from simulation.model import PipelineModel
from simulation.vocabulary import Status
from simulation.world import Setup

COMPILE_SCALE = 0.01
PEAK_UNIT = 1 if sys.platform == "darwin" else 1024
"""Bytes in a unit of ru_maxrss, which macOS counts otherwise than Linux."""


def national(schools: Path | None, years: int, scale: float) -> Setup:
    """England, or a part of it, for ``years`` years after the base year."""
    scenario = replace(scenarios.load("england"), scale=scale, years=years)
    return scenario.setup(read_register(schools) if schools else None)


def peak_bytes() -> int:
    """The most memory that this process has held."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * PEAK_UNIT


def main() -> None:
    """Run, and print where the time went."""
    arguments = argparse.ArgumentParser(description="Time a run of England, process by process.")
    arguments.add_argument("--schools", type=Path, help="a table of schools; the synthetic register without it")
    arguments.add_argument("--years", type=int, default=20)
    arguments.add_argument("--scale", type=float, default=1.0)
    arguments.add_argument("--no-measures", action="store_true", help="take no measures at the censuses")
    arguments.add_argument("--no-checks", action="store_true", help="leave out the conservation checks")
    given = arguments.parse_args()
    measures = () if given.no_measures else None

    start = perf_counter()
    PipelineModel(national(None, 1, COMPILE_SCALE), 1, measures=measures).run()
    compiled = perf_counter()
    setup = national(given.schools, given.years, given.scale)
    loaded = perf_counter()
    model = PipelineModel(setup, 1, checks=not given.no_checks, measures=measures)
    made = perf_counter()
    model.run()
    done = perf_counter()

    people = model.world.people
    results = model.results
    rows = from_base_year(results.codes(), results.labels(), setup.base_year) if model.measures else None
    state = {"people": by_key(people, "id"), "schools": by_key(model.world.schools, "urn")}
    digest = run_digest(rows.columns if rows else {"none": np.zeros(0, np.int8)}, rows.labels if rows else {}, state)
    stepped = setup.warm_up_years + setup.years
    print(
        f"{len(setup.register):,} schools, {(people.status == Status.IN_SERVICE).sum():,} people in service at the end"
    )
    print(f"{len(people):,} rows of people; {stepped} years stepped ({setup.warm_up_years} of warm-up)")
    print(f"{'compile':24}{compiled - start:>9.2f} s")
    print(f"{'load scenario, register':24}{loaded - compiled:>9.2f} s")
    print(f"{'make the world':24}{made - loaded:>9.2f} s")
    for name, seconds in model.timings.items():
        print(f"  {name:22}{seconds:>9.2f} s")
    print(f"{'all years':24}{done - made:>9.2f} s   {(done - made) / stepped:.3f} s a year")
    print(f"peak memory {peak_bytes() / 1e6:,.0f} MB")
    print(f"digest {digest}")


if __name__ == "__main__":
    main()
