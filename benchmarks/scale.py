"""What the newest figures come to when runs of England are wanted by the hundred thousand; arithmetic, nothing is measured."""

from __future__ import annotations

from collections.abc import Sequence

from benchmarks.history import Measured
from benchmarks.table import Line

RUNS = 100_000
CORES, WORKERS = 2, 50
STEPPED = 35
"""School years of a run: 15 of warm-up and 20 projected."""


def at_scale(latest: Sequence[Measured]) -> list[Line]:
    """Lines for :data:`RUNS` runs of England; none unless parts a, f and i have been measured.

    A run takes the processor time of a. Its results pass through the scheduler, the coordinator that hands out runs (i) and
    the store (f), one after the other; the last two are one process. The slowest of these and of the workers sets the pace.
    """
    parts = {measured.part: measured.lines for measured in latest}
    if not {"a", "f", "i"} <= parts.keys():
        return []
    year, making = (_figures(parts["a"], what)["ms"] for what in ("a year of England", "making the world"))
    keeping = _figures(parts["f"], "store and engine ÷ simulating, England")
    passing = parts["i"][-1]["figures"]
    run = (STEPPED * year + making) / 1000
    coordinator = (passing["ms a run, coordinator"] + keeping["commit"] + keeping["fold"]) / 1000
    paces = {"workers": run / WORKERS, "coordinator": coordinator, "scheduler": passing["scheduler and workers"] / 1000}
    slowest = max(paces, key=lambda name: paces[name])
    hours = {name: RUNS * seconds / 3600 for name, seconds in paces.items()}
    return [
        Line(f"{RUNS:,} runs of England on {CORES} cores", None, {"days": RUNS * run / CORES / 86400, "s a run": run}),
        Line(f"the same on {WORKERS} workers", None, {"hours": hours[slowest]}, note=f"the {slowest} set the pace"),
        *(Line(f"the same, were it for the {name} alone", None, {"hours": found}) for name, found in hours.items()),
        Line("workers that one coordinator keeps busy", None, {"workers": run / max(coordinator, paces["scheduler"])}),
    ]


def _figures(lines: Sequence[dict], what: str) -> dict[str, float]:
    """Figures of the line that begins with ``what``. Raise :exc:`LookupError` if there is none."""
    found = [line["figures"] for line in lines if line["what"].startswith(what)]
    if not found:
        raise LookupError(f"no line begins with {what!r}")
    return found[0]
