"""a: England, every phase, with every check and measure, line by line, in turn with another commit."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from statistics import median

from benchmarks.asked import Asked
from benchmarks.checkout import HERE
from benchmarks.probe import COMPILE_SCALE
from benchmarks.table import Aim, Line
from benchmarks.turns import Turns

TITLE = "England, scenario everything, all checks and measures"
SCENARIO = "everything"


def measure(asked: Asked) -> Iterator[Line]:
    """A year in all, memory, then each phase; processor time, and the ratio of the other commit's to this one's."""
    size = asked.sizes
    for side in [HERE, *([asked.against] if asked.against else [])]:  # so that no compiler takes memory afterwards
        side.probe(SCENARIO, COMPILE_SCALE, size.warm_up, size.years)
    turns = Turns.of(asked, lambda side: side.probe(SCENARIO, size.scale, size.warm_up, size.years))
    run = turns.ours[0]
    about = f"{run['person-years'] / run['years']:,.0f} people in service, {run['rows']:,} rows at the end"
    yield turns.line("a year of England", year, Aim(least=6), note=about)
    yield turns.line("the same by the clock", lambda found: 1000 * found["clock"] / found["years"])
    yield turns.line("peak memory", lambda found: found["peak MB"], Aim(most=550, of="MB"), unit="MB")
    yield turns.line("making the world", lambda found: 1000 * found["making"])
    for phase in run["phases"]:
        what = f"{phase}, a {'measured ' if phase == 'measures' else ''}year"
        line = turns.line(what, lambda found, phase=phase: of_phase(found, phase))
        share = median(found["phases"][phase] / (found["processor"] - found["making"]) for found in turns.ours)
        yield replace(line, figures={**line.figures, "% of all": 100 * share})


def year(run: dict) -> float:
    """Milliseconds of processor that a simulated year takes, the making of the world apart."""
    return 1000 * (run["processor"] - run["making"]) / run["years"]


def of_phase(run: dict, phase: str) -> float:
    """Milliseconds of processor of a phase, a year; measures: a measured year. 0 for a phase that the run does not have."""
    years = run["measured years"] if phase == "measures" else run["years"]
    return 1000 * run["phases"].get(phase, 0.0) / years
