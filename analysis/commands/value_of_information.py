"""``headway value-of-information``: what knowing a figure better would be worth to a stated decision."""

from __future__ import annotations

from typing import Annotated

from analysis import options
from analysis.options import SCENARIO, argument, option
from analysis.runs.plan import DEFAULT_SEED, Options

GOAL = 'What one of an outcome is worth, from which the policy is taken: "cost per head kept < 20000".'
PAIRS = "Pairs of runs, each with a draw of its own: 100 or more tell figures apart."


def value_of_information(
    policy: Annotated[str, argument("POLICY", "The scenario, by name or path.", **SCENARIO)],
    goal: Annotated[str, option("GOAL", GOAL)],
    base: options.Base = None,
    replicates: Annotated[int, options.pairs(PAIRS)] = 100,
    seed: options.Seed = DEFAULT_SEED,
    years: options.Years = None,
    scale: options.Scale = None,
    schools: options.Schools = None,
    context: options.Context = None,
    workers: options.Workers = None,
    as_json: options.JsonOption = False,
) -> None:
    """Say which of the figures that are not known would be worth finding out before a policy is taken or left, and how much.

    Exit code 3 if runs failed and are left out.
    """
    from analysis.output.ending import answered
    from analysis.studies.information import report
    from analysis.studies.information.study import information

    chosen = Options(replicates, seed, years, scale, schools, context, workers)
    found = information(policy, goal, chosen, base=base)
    answered([report.table(found)], [report.sentence(found)], as_json=as_json, pairs=found.comparison)
