"""``headway stress``: policies against futures, where each fails a goal, and how much is regretted."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from analysis import options
from analysis.options import MOST_REPLICATES, SCENARIO, argument, as_path, option, within

GOAL = 'What is to be reached: "cost per head kept < 20000", "posts_vacant in 2030/31 down by 100".'
PLAN = "A plan (YAML), or the base and then each policy, by name or path."
OUT = "Where runs are kept; the same command goes on where it was stopped."


def stress(
    names: Annotated[list[str], argument("PLAN | BASE POLICY...", PLAN, **SCENARIO)],
    goal: Annotated[str, option("GOAL", GOAL)],
    out: Annotated[Path, option("DIR", OUT, show_default=False, parser=as_path)],
    futures: Annotated[
        int | None, option("N", "Futures to try; 64 if not given.", within(8, 100_000, "futures"))
    ] = None,
    replicates: Annotated[
        int | None, option("N", "Pairs of runs in each; 2 if not given.", within(1, MOST_REPLICATES, "replicates"))
    ] = None,
    chart: options.ChartFile = None,
    seed: Annotated[int | None, option("S", "Seed of all random draws: same seed, same results.", options.seed)] = None,
    years: options.Years = None,
    scale: options.Scale = None,
    workers: options.Workers = None,
    fixed: options.Fixed = False,
    as_json: options.JsonOption = False,
) -> None:
    """Try policies against what may come: how often each fails a goal, where, and how far it is then behind the best.

    Exit code 1 if runs keep failing, 130 if it was stopped: nothing is told before all runs are there.
    """
    from analysis.charts.drawing.curves import withstood
    from analysis.output.ending import answered
    from analysis.store import telling_what_is_kept
    from analysis.studies.stress import report
    from analysis.studies.stress.plan import planned
    from analysis.studies.stress.study import stress as carry_out
    from analysis.studies.sweep.execute import Options
    from analysis.telling import say

    asked = {"futures": futures, "replicates": replicates, "seed": seed, "years": years, "scale": scale}
    path = planned(names, out, asked)
    if len(names) > 1:
        say(f"Plan: {path}")
    with telling_what_is_kept(out):
        done, found = carry_out(path, goal, out, Options(workers, fixed=fixed))
    if found is None:
        status = done.store.status()
        stopped = "Stopped. " if done.stopped else ""
        say(f"{stopped}{status.done:,} of {status.expected:,} runs are kept in {out}; the same command goes on.")
        raise typer.Exit(done.stopped or 1)
    answered(
        [report.table(found)], report.sentences(found), as_json=as_json, chart=chart, draw=lambda: withstood(found)
    )
