"""d: 87 schools over 15 years, as the context warms them up: replicates a second on one core."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from statistics import median

from benchmarks.asked import Asked
from benchmarks.table import Line
from benchmarks.turns import Turns

TITLE = "87 schools, all checks and measures, one core"
SCENARIO = "eastern-region"


def measure(asked: Asked) -> Iterator[Line]:
    """A replicate, against the other commit if there is one; then where its time goes, as shares of it."""
    years, count = asked.sizes.replicate_years, asked.sizes.replicates

    def each(run: dict) -> float:
        """Milliseconds of processor of a replicate."""
        return 1000 * run["processor"] / count

    turns = Turns.of(asked, lambda side: side.probe(SCENARIO, 1.0, None, years, count))
    whole = turns.line("a replicate", each, note=f"{turns.ours[0]['years'] // count} years, warm-up included")
    yield replace(whole, figures={"replicates a second": 1000 / whole.figures["ms"], **whole.figures})
    for what in ("making", *turns.ours[0]["phases"]):
        spent = [1000 * {**run["phases"], "making": run["making"]}[what] / count for run in turns.ours]
        share = median(ms / each(run) for ms, run in zip(spent, turns.ours, strict=True))
        yield Line(f"{'making the world' if what == 'making' else what} ÷ a replicate", share, {"ms": median(spent)})
