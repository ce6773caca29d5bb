"""d: 87 schools over 15 years, as the context warms them up: replicates a second on one core."""

from __future__ import annotations

from collections.abc import Iterator
from statistics import median

from benchmarks.asked import Asked
from benchmarks.checkout import HERE
from benchmarks.children import in_turn
from benchmarks.table import Line

TITLE = "87 schools, all checks and measures, one core"
SCENARIO = "eastern-region"


def measure(asked: Asked) -> Iterator[Line]:
    """Replicates a second, against the other commit if there is one; then where a replicate's time goes."""
    size = asked.sizes
    sides = [HERE, *([asked.against] if asked.against else [])]
    runs = in_turn(
        size.turns,
        *(lambda side=side: side.probe(SCENARIO, 1.0, None, size.replicate_years, size.replicates) for side in sides),
    )
    rates = [[size.replicates / run["processor"] for run in side] for side in runs]
    stepped = runs[0][0]["years"] // size.replicates
    figures = {"a second": median(rates[0]), "ms each": 1000 / median(rates[0])}
    what, ratio = "replicates a second", None
    if asked.against:
        what += f", this ÷ {asked.against.name}"
        ratio = median(here / there for here, there in zip(*rates, strict=True))
        figures["a second there"] = median(rates[1])
    yield Line(what, ratio, figures, note=f"{stepped} years each, warm-up included")
    spent = {"making the world": "making", **{phase: phase for phase in runs[0][0]["phases"]}}
    for what, key in spent.items():
        ms = median(1000 * ({**run["phases"], "making": run["making"]}[key]) / size.replicates for run in runs[0])
        yield Line(f"{what}, of a replicate", ms * median(rates[0]) / 1000, {"ms": ms})
