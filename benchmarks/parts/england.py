"""a: England, every phase, with every check and measure, line by line, in turn with another commit."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from statistics import median

from benchmarks.asked import Asked
from benchmarks.checkout import HERE, Checkout
from benchmarks.children import in_turn
from benchmarks.probe import COMPILE_SCALE
from benchmarks.table import Aim, Line

TITLE = "England, scenario everything, all checks and measures"
SCENARIO = "everything"


def measure(asked: Asked) -> Iterator[Line]:
    """A year in all, memory, then each phase; processor time, and the ratio of the other commit's to this one's."""
    size = asked.sizes

    def run(checkout: Checkout) -> dict:
        return checkout.probe(SCENARIO, size.scale, size.warm_up, size.years)

    sides = [HERE, *([asked.against] if asked.against else [])]
    for side in sides:  # so that what is kept on disk is compiled, and its compiler takes no memory
        side.probe(SCENARIO, COMPILE_SCALE, size.warm_up, size.years)
    runs = in_turn(size.turns, *(lambda side=side: run(side) for side in sides))
    ours, theirs = runs[0], runs[1] if asked.against else None
    name = asked.against.name if asked.against else ""
    yield _compared(f"a year of England, {name} ÷ this", *_each(ours, theirs, year), Aim(least=6), _about(ours[0]))
    yield _compared(f"the same by the clock, {name} ÷ this", *_each(ours, theirs, by_the_clock))
    yield _compared(
        f"peak memory, {name} ÷ this", *_each(ours, theirs, lambda r: r["peak MB"]), Aim(most=550, of="MB"), unit="MB"
    )
    yield _compared(f"making the world, {name} ÷ this", *_each(ours, theirs, lambda r: 1000 * r["making"]))
    for phase in ours[0]["phases"]:
        what = f"{phase}, a {'measured ' if phase == 'measures' else ''}year"
        share = median(run["phases"][phase] / (run["processor"] - run["making"]) for run in ours)
        line = _compared(what, *_each(ours, theirs, lambda r, phase=phase: of_phase(r, phase)))
        yield replace(line, figures={**line.figures, "% of all": 100 * share})


def year(run: dict) -> float:
    """Milliseconds of processor that a simulated year takes, the making of the world apart."""
    return 1000 * (run["processor"] - run["making"]) / run["years"]


def by_the_clock(run: dict) -> float:
    """Milliseconds that a simulated year takes, the making of the world included."""
    return 1000 * run["clock"] / run["years"]


def of_phase(run: dict, phase: str) -> float:
    """Milliseconds of processor of a phase, a year; measures: a measured year. 0 for a phase that the run does not have."""
    years = run["measured years"] if phase == "measures" else run["years"]
    return 1000 * run["phases"].get(phase, 0.0) / years


def _about(run: dict) -> str:
    """How large the run was."""
    return f"{run['person-years'] / run['years']:,.0f} people in service, {run['rows']:,} rows at the end"


def _each(ours: list[dict], theirs: list[dict] | None, of) -> tuple[list[float], list[float] | None]:
    return [of(run) for run in ours], [of(run) for run in theirs] if theirs else None


def _compared(
    what: str, ours: list[float], theirs: list[float] | None, aim: Aim | None = None, note: str = "", unit: str = "ms"
) -> Line:
    """A line with the median of the ratios of turns, and the medians of both sides."""
    figures = {unit: median(ours)}
    if theirs is None:
        return Line(what.replace(",  ÷ this", ""), None, figures, aim if aim and aim.of else None, note)
    ratios = [there / here for here, there in zip(ours, theirs, strict=True) if here]
    figures |= {f"{unit} there": median(theirs)}
    if len(ratios) > 1:
        figures |= {"least ratio": min(ratios), "most": max(ratios)}
    return Line(what, median(ratios) if ratios else None, figures, aim, note)
