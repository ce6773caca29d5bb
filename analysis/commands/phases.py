"""``headway phases``: the school year in order, and how long its processes take."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from analysis import options
from analysis.options import SCENARIO, JsonOption

if TYPE_CHECKING:
    from analysis.runs.replicate import Years

PROFILE_SCALE = 0.1
FEWEST_YEARS = 3
"""Years that are simulated: the first compiles, and a mean over one alone would say little."""


def phases(
    profile: Annotated[bool, typer.Option("--profile", help="Also run a scenario once and time each process.")] = False,
    scenario: Annotated[str, options.option("NAME", "The scenario to time.", **SCENARIO)] = "england",
    scale: options.Scale = None,
    as_json: JsonOption = False,
) -> None:
    """Print the processes of a school year in the order in which they happen."""
    from analysis.output.terminal import print_table
    from simulation.phases import PHASES

    records: list[dict[str, object]] = [
        {"order": i, "process": process.name, "meaning": process.meaning} for i, process in enumerate(PHASES, 1)
    ]
    headings = {"order": "", "process": "Process", "meaning": "What happens"}
    note = ""
    if profile:
        times, schools = _milliseconds_per_year(scenario, PROFILE_SCALE if scale is None else scale)
        for record, process in zip(records, PHASES, strict=True):
            record["ms_per_year"] = round(times[process.name], 2)
        headings["ms_per_year"] = "ms a year"
        note = f"{scenario}, {schools:,} schools; total {sum(times.values()):,.1f} ms a simulated year, compilation left out."
    print_table(records, as_json, headings=headings, note=note)


def _milliseconds_per_year(scenario: str, scale: float) -> tuple[dict[str, float], int]:
    """Milliseconds per simulated year by process, and the number of schools; the first year, which compiles, is left out."""
    from analysis.runs.plan import Options, plan
    from analysis.runs.replicate import Arm, replicate

    chosen = plan(scenario, Options(scale=scale))
    if chosen.setup.last_year - chosen.setup.first_year < FEWEST_YEARS:
        chosen = plan(scenario, Options(scale=scale, years=FEWEST_YEARS))
    times: dict[str, float] = replicate([Arm(chosen.setup, _timed)], chosen.seed, 0)[0].get()
    return times, len(chosen.setup.register)


def _timed(years: Years) -> dict[str, float]:
    next(years)
    compiled = dict(next(years).timings)
    *more, model = years
    return {name: 1000 * (t - compiled[name]) / (len(more) + 1) for name, t in model.timings.items()}
