"""How long the processes of a school year take."""

from __future__ import annotations

from analysis.runs.plan import Options, plan
from analysis.runs.replicate import Arm, Years, replicate


def milliseconds_per_year(scenario: str, scale: float) -> tuple[dict[str, float], int]:
    """Milliseconds per simulated year by process, and the number of schools; the first year, which compiles, is left out."""
    chosen = plan(scenario, Options(scale=scale))
    times: dict[str, float] = replicate([Arm(chosen.setup, _timed)], chosen.seed, 0)[0].get()
    return times, len(chosen.setup.register)


def _timed(years: Years) -> dict[str, float]:
    next(years)
    compiled = dict(next(years).timings)
    *more, model = years
    return {name: 1000 * (t - compiled[name]) / (len(more) + 1) for name, t in model.timings.items()}
