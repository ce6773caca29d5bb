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
STANDARD = 0.5
"""Millions of people: the size that the others are held against."""


def measure(asked: Asked) -> Iterator[Line]:
    """A line for each size; one for which there is no room says so."""
    years, found = asked.sizes.people_years, {}
    largest = max(asked.sizes.people)
    standard = STANDARD if STANDARD in asked.sizes.people else largest
    needed = 0.0
    for millions in sorted(asked.sizes.people):
        room = psutil.virtual_memory().available
        if needed * millions > 0.9 * room:
            note = f"left out: needs some {needed * millions / 1e9:.0f} GB and {room / 1e9:.0f} GB are free"
            found[millions] = Line(_words(millions), note=note)
            continue
        try:
            run = call(of_size, millions, years)
        except FailedError as error:
            found[millions] = Line(_words(millions), note=f"failed: {str(error).splitlines()[-1][:200]}")
            continue
        needed = run["peak"] / millions
        each = run["person-years"] / years
        figures = {
            "people in service": each,
            "µs a person-year": 1e6 * run["seconds"] / run["person-years"],
            "bytes of state a person": run["state"] / each,
            "bytes at the peak": (run["peak"] - run["empty"]) / each,
            "making the world, s": run["making"],
        }
        found[millions] = Line(_words(millions), None, figures)
    base = found[standard].figures.get("µs a person-year")
    for millions, line in found.items():
        ratio = line.figures["µs a person-year"] / base if base and line.figures else None
        yield replace(line, ratio=ratio, aim=Aim(most=1.4) if millions == largest > standard and ratio else None)


def _words(millions: float) -> str:
    return f"{millions:g} million people" if millions >= 1 else f"{1000 * millions:g} thousand people"


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
