"""e: from 50 thousand to 10 million people in service: time a person-year and bytes a person."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import psutil

from benchmarks.asked import Asked
from benchmarks.children import FailedError, call
from benchmarks.parts.england import SCENARIO
from benchmarks.parts.englands import fewer_regions, several
from benchmarks.probe import compile_for, peak_bytes, setup_of, simulate
from benchmarks.table import Aim, Line
from simulation.world import Setup

TITLE = "One England and several, every check, no measures, no warm-up: a person-year ÷ one of 500 thousand people"
ENGLAND = 0.52
"""Millions of people in service in England at the start."""
EACH = "µs a person-year"
DEAREST = 4
"""Phases that are told apart."""
STANDARD = 0.5
"""Millions of people: the size that the others are held against."""


def measure(asked: Asked) -> Iterator[Line]:
    """A line for each size; one for which there is no room, or that fails, says so."""
    sizes = sorted(asked.sizes.people)
    lines: dict[float, Line] = {}
    for millions in sizes:
        smaller = next((n for n in reversed(lines) if lines[n].figures), None)
        needed = lines[smaller].figures["GB"] * millions / smaller if smaller else 0.0
        lines[millions] = _line(millions, asked.sizes.people_years, needed)
    standard = lines[STANDARD if STANDARD in sizes else sizes[-1]].figures.get(EACH)
    for millions, line in lines.items():
        ratio = line.figures[EACH] / standard if line.figures and standard else None
        yield replace(line, ratio=ratio, aim=Aim(most=1.4) if ratio and millions == sizes[-1] > STANDARD else None)


def _line(millions: float, years: int, needed: float) -> Line:
    """What so many people take, who are expected to need so many GB."""
    what = f"{millions:g} million people" if millions >= 1 else f"{1000 * millions:g} thousand people"
    room = psutil.virtual_memory().available / 1e9
    if needed > 0.9 * room:
        return Line(what, note=f"left out: needs some {needed:.0f} GB, and {room:.0f} GB are free")
    try:
        run = call(of_size, millions, years)
    except FailedError as error:
        return Line(what, note=f"failed: {str(error).splitlines()[-1][:200]}")
    people = run["person-years"] / years
    figures = {
        "people in service": people,
        EACH: 1e6 * run["seconds"] / run["person-years"],
        "bytes of state a person": run["state"] / people,
        "bytes at the peak": (run["peak"] - run["empty"]) / people,
        "GB": run["peak"] / 1e9,
        "making the world, s": run["making"],
    }
    dearest = {f"µs {name}": 1e6 * s / run["person-years"] for name, s in _dearest(run["phases"])}
    return Line(what, None, figures | dearest)


def _dearest(phases: dict[str, float]) -> list[tuple[str, float]]:
    """The phases that take most, with their seconds."""
    return sorted(phases.items(), key=lambda phase: -phase[1])[:DEAREST]


def of_size(millions: float, years: int) -> dict:
    """Simulate so many people, for so many years."""
    compile_for(SCENARIO, 0, years)
    simulate(setup_for(0.005, years), measures=())
    setup, empty = setup_for(millions, years), peak_bytes()
    model, run = simulate(setup, measures=())
    state = sum(getattr(table, name).nbytes for table in model.world.tables for name in sorted(table))
    return {
        "person-years": run["person-years"],
        "seconds": run["processor"] - run["making"],
        "making": run["making"],
        "phases": run["phases"],
        "state": state,
        "empty": empty,
        "peak": peak_bytes(),
    }


def setup_for(millions: float, years: int) -> Setup:
    """The scenario in a sample of England, or in several Englands, the last cut short; each region is a market of its own."""
    copies, part = max(1, math.ceil(millions / ENGLAND)), millions / ENGLAND
    one = setup_of(SCENARIO, 1.0 if part > 1 else part, 0, years)
    register = several(fewer_regions(one.register), copies)
    kept = np.arange(len(register)) < round(part / copies * len(register)) if part > 1 else np.ones(len(register), bool)
    return replace(one, register=register.take(kept))
