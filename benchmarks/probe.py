"""Times runs of a scenario in whichever checkout it is started from, with what every commit has had, and prints JSON.

``PYTHON -P benchmarks/probe.py '{"scenario": "everything", "scale": 1.0, "warm_up": 15, "years": 20, "replicates": 1}'``

It imports nothing from this folder, so that the Python of another checkout can run it too.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import simulation.model
from simulation.model import PipelineModel
from simulation.vocabulary import Status
from simulation.world import Setup

COMPILE_SCALE = 0.01
"""Share of the schools that is simulated first, so that everything is compiled before anything is timed."""
PEAK_UNIT = 1 if sys.platform == "darwin" else 1024
"""Bytes in a unit of ru_maxrss, which macOS counts otherwise than Linux."""


def setup_of(scenario: str, scale: float, warm_up: int | None, years: int) -> Setup:
    """A scenario of the library at a scale, with so many years; ``warm_up`` None leaves the context's own."""
    import scenarios

    setup = replace(scenarios.load(scenario), scale=scale, years=years).setup()
    return setup if warm_up is None else replace(setup, warm_up_years=warm_up)


def compile_for(scenario: str, warm_up: int | None, years: int) -> None:
    """Simulate as many years of a few schools: some measures need a past before anything of theirs is compiled."""
    PipelineModel(setup_of(scenario, COMPILE_SCALE, warm_up, years), 1).run()


def peak_bytes() -> int:
    """The most memory that this process has held."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * PEAK_UNIT


def simulate(setup: Setup, replicates: int = 1, measures: tuple[str, ...] | None = None) -> tuple[PipelineModel, dict]:
    """Run replicates one after the other, every check on; the last model, and what all of them took.

    Seconds of processor, by phase and in all, do not depend on what else the machine is at; ``clock`` does.
    """
    if not hasattr(simulation.model, "perf_counter"):
        raise RuntimeError(
            "the model no longer times its phases by simulation.model.perf_counter: mend benchmarks.probe"
        )
    simulation.model.perf_counter = time.process_time  # type: ignore[assignment]
    phases: dict[str, float] = {}
    clock, used, making, working = time.perf_counter(), time.process_time(), 0.0, 0
    for number in range(replicates):
        start = time.process_time()
        model = PipelineModel(setup, 1, number, measures=measures)
        making += time.process_time() - start
        while model.running:
            model.step()
            working += int((model.world.people.status == Status.IN_SERVICE).sum())
        for name, seconds in model.timings.items():
            phases[name] = phases.get(name, 0.0) + seconds
    stepped = replicates * (setup.warm_up_years + setup.years)
    return model, {
        "processor": time.process_time() - used,
        "clock": time.perf_counter() - clock,
        "making": making,
        "phases": phases,
        "years": stepped,
        "measured years": replicates * (setup.years + 1) if model.measures else 0,
        "person-years": working,
        "rows": len(model.world.people),
        "peak MB": peak_bytes() / 1e6,
    }


def main(scenario: str, scale: float, warm_up: int | None, years: int, replicates: int) -> dict[str, Any]:
    """Compile, then time; see :func:`simulate`. Also says from which ``folder`` the model comes."""
    compile_for(scenario, warm_up, years)
    found = simulate(setup_of(scenario, scale, warm_up, years), replicates)[1]
    return {**found, "folder": str(Path(simulation.model.__file__).parents[1])}


if __name__ == "__main__":
    print(json.dumps(main(**json.loads(sys.argv[1]))))
