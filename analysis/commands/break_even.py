"""``headway break-even``: what a stated goal needs of one figure of a policy."""

from __future__ import annotations

from typing import Annotated

from analysis import options
from analysis.options import SCENARIO, argument, option, within
from analysis.runs.plan import DEFAULT_SEED, Options

GOAL = 'What is to be reached: "cost per head kept < 20000", "posts_vacant in 2030/31 down by 100".'
VARY = "A figure of the policy: effects.stay_in_state_schools, take_up.apply, places.number, costs.grant, or a path in full."


def break_even(
    policy: Annotated[str, argument("POLICY", "The scenario, by name or path.", **SCENARIO)],
    goal: Annotated[str, option("GOAL", GOAL)],
    vary: Annotated[str, option("PATH", VARY)],
    base: options.Base = None,
    low: Annotated[
        float | None,
        option("X", "Least value to try; that of its range if not given.", None, "--from", parser=options.as_number),
    ] = None,
    high: Annotated[float | None, option("X", "Most to try.", None, "--to", parser=options.as_number)] = None,
    steps: Annotated[int, option("N", "Values to try.", within(2, 50, "values"))] = 7,
    chart: options.ChartFile = None,
    replicates: Annotated[int, options.pairs("Pairs of runs for each value.")] = 30,
    seed: options.Seed = DEFAULT_SEED,
    years: options.Years = None,
    scale: options.Scale = None,
    schools: options.Schools = None,
    context: options.Context = None,
    workers: options.Workers = None,
    fixed: options.Fixed = False,
    as_json: options.JsonOption = False,
) -> None:
    """Say what efficacy, take-up, mentors, places or cost a goal needs, and how likely it is met at each.

    Exit code 3 if runs failed and are left out.
    """
    from analysis.charts.drawing.curves import needed
    from analysis.output.ending import answered
    from analysis.studies.break_even import report
    from analysis.studies.break_even.study import break_even as carry_out

    chosen = Options(replicates, seed, years, scale, schools, context, workers, fixed)
    found = carry_out(policy, goal, vary, chosen, base=base, low=low, high=high, steps=steps)
    said = [report.sentence(found)]
    answered(
        [report.table(found)], said, as_json=as_json, chart=chart, draw=lambda: needed(found), pairs=found.comparison
    )
