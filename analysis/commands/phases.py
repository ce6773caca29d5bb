"""``headway phases``: the school year in order, and how long its processes take."""

from __future__ import annotations

from typing import Annotated

import typer

from analysis import options
from analysis.options import JsonOption

PROFILE_SCALE = 0.1


def phases(
    profile: Annotated[bool, typer.Option("--profile", help="Also run a scenario once and time each process.")] = False,
    scenario: Annotated[str, options.option("NAME", "The scenario to time.")] = "england",
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
        from analysis.studies.profile import milliseconds_per_year

        share = scale if scale is not None else PROFILE_SCALE
        times, schools = milliseconds_per_year(scenario, share)
        for record, process in zip(records, PHASES, strict=True):
            record["ms_per_year"] = round(times[process.name], 2)
        headings["ms_per_year"] = "ms a year"
        note = f"{scenario}, {schools:,} schools; total {sum(times.values()):,.1f} ms a simulated year, compilation left out."
    print_table(records, as_json, headings=headings, note=note)
