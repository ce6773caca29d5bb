"""f: a sweep of small runs on one and two workers, and what store and engine add to runs of 87 schools and of England."""

from __future__ import annotations

import re
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import wraps
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.asked import Asked
from benchmarks.children import HEADWAY, Ended, call, finish, in_turn
from benchmarks.table import Aim, Line

TITLE = "A sweep of small runs on 1 and 2 workers; what it costs to keep a run"
SWEEP = """title: A sweep
summary: Runs that differ in how many leave.
scenarios: [{scenario}]
scale: {scale}
replicates: 1
uncertainties:
  leave.state_schools: {{times: {{uniform: [0.8, 1.2]}}}}
draws: {runs}
"""
SCENARIO = "title: As it is\nsummary: Nothing new.\ncontext: {context}\nyears: {years}\n"
CONTEXT = "title: 87 schools\nsummary: No warm-up.\nextends: eastern-region-2010\nwarm_up_years: 0\n"
SMALL_YEARS = 5


def measure(asked: Asked) -> Iterator[Line]:
    """The sweep, called again when it is finished, and what a run costs besides its simulation."""
    size = asked.sizes
    with tempfile.TemporaryDirectory() as folder:
        yield from _sweep(Path(folder), size.runs, size.turns)
    context, years = "eastern-region-2010", size.replicate_years
    yield _besides(f"87 schools, {years} years", context, 1.0, years, size.replicates, Aim(most=0.1))
    yield _besides(f"England, {size.years} years", "england", size.kept_scale, size.years, 2)


def _sweep(folder: Path, runs: int, turns: int) -> Iterator[Line]:
    (folder / "context.yaml").write_text(CONTEXT, encoding="utf-8")
    design = write_design(folder, "context.yaml", 1.0, SMALL_YEARS, runs)

    def with_workers(count: int) -> Ended:
        place = tempfile.mkdtemp(dir=folder)
        return finish([*HEADWAY, "sweep", str(design), "--out", place, "--workers", str(count)], folder)

    one, two = in_turn(turns, lambda: with_workers(1), lambda: with_workers(2))
    if len({_digest(ended) for ended in (*one, *two)}) > 1:
        raise RuntimeError("the sweep's digest differs with the number of workers")
    ratio = median(alone.clock / both.clock for alone, both in zip(one, two, strict=True))
    figures = {"s with one": median(e.clock for e in one), "s with two": median(e.clock for e in two)}
    figures |= {
        f"processor {n}": median(e.processor for e in side) for n, side in (("with one", one), ("with two", two))
    }
    yield Line(f"{runs:,} runs, 1 worker ÷ 2, by the clock", ratio, figures, Aim(least=1.8))
    place = next(path.parent for path in folder.glob("*/manifest.json"))
    again = finish([*HEADWAY, "sweep", str(design), "--out", str(place)], folder)
    yield Line(
        "the same sweep, finished and called again ÷ run",
        again.clock / median(e.clock for e in one),
        {"s": again.clock},
    )


def _digest(ended: Ended) -> str:
    return re.findall("Digest: ([0-9a-f]{64})", ended.said)[-1]


def write_design(folder: Path, context: str, scale: float, years: int, runs: int) -> Path:
    """Write a design of so many runs."""
    (folder / "scenario.yaml").write_text(SCENARIO.format(context=context, years=years), encoding="utf-8")
    path = folder / "design.yaml"
    path.write_text(SWEEP.format(scenario="scenario.yaml", scale=scale, runs=runs), encoding="utf-8")
    return path


def _besides(what: str, context: str, scale: float, years: int, runs: int, aim: Aim | None = None) -> Line:
    """What a sweep does besides simulating, a run: what more runs take more than two do, so that starting is left out."""
    two, more = (call(kept, context, scale, years, count) for count in (2, 2 + runs))
    ms = {name: 1000 * (more[name] - two[name]) / runs for name in more}
    besides = ms["processor"] - ms["simulating"]
    figures = {"ms a run": besides, "commit": ms["commit"], "fold": ms["fold"], "simulating": ms["simulating"]}
    return Line(f"store and engine ÷ simulating, {what}", besides / ms["simulating"], figures, aim)


def kept(context: str, scale: float, years: int, runs: int) -> dict[str, float]:
    """Seconds of processor that a sweep takes in this process: in all, simulating, committing and folding."""
    from analysis.store import Store
    from analysis.studies.sweep.execute import Options, sweep
    from simulation.model import PipelineModel

    spent = dict.fromkeys(("simulating", "commit", "fold"), 0.0)
    timed = ((PipelineModel, "__init__", "simulating"), (PipelineModel, "step", "simulating"))
    for owner, method, name in (*timed, (Store, "commit", "commit"), (Store, "compact", "fold")):
        setattr(owner, method, _timed(getattr(owner, method), name, spent))
    with tempfile.TemporaryDirectory() as folder:
        design = write_design(Path(folder), context, scale, years, runs)
        start = time.process_time()
        sweep(design, Path(folder) / "out", Options(workers=1))
        return {**spent, "processor": time.process_time() - start}


def _timed(method: Callable[..., Any], name: str, spent: dict[str, float]) -> Callable[..., Any]:
    """The method, which adds the processor time of its calls to what was ``spent`` under ``name``."""

    @wraps(method)
    def timed(*given: Any, **named: Any) -> Any:
        start = time.process_time()
        try:
            return method(*given, **named)
        finally:
            spent[name] += time.process_time() - start

    return timed
