"""``headway value-for-money``: what a unit of each outcome costs, who pays, and how likely it is worth an amount."""

from __future__ import annotations

from typing import Annotated

import typer

from analysis import options
from analysis.options import SCENARIO, argument, option
from analysis.runs.plan import DEFAULT_SEED, Options

DISCOUNT = "Discount by this rate a year, in per cent, in place of the Green Book's 3.5%."


def _rate(value: float | None) -> float | None:
    if value is not None and not 0 <= value <= 20:
        raise typer.BadParameter(f"{value:g} is not possible; write a per cent a year from 0 to 20, such as 1.5.")
    return value


def value_for_money(
    base: Annotated[str, argument("BASE", "The scenario to compare with.", **SCENARIO)],
    policies: Annotated[list[str], argument("POLICY...", "Scenarios to value, by name or path.", **SCENARIO)],
    discount: Annotated[float | None, option("P", DISCOUNT, _rate, parser=options.as_per_cent)] = None,
    chart: options.ChartFile = None,
    replicates: Annotated[int, options.pairs("Pairs of runs for each policy.")] = 30,
    seed: options.Seed = DEFAULT_SEED,
    years: options.Years = None,
    scale: options.Scale = None,
    schools: options.Schools = None,
    context: options.Context = None,
    workers: options.Workers = None,
    fixed: options.Fixed = False,
    as_json: options.JsonOption = False,
) -> None:
    """Say what policies cost in present values, who pays, and what a head kept, a vacancy-term avoided or a pupil's grade costs.

    Exit code 3 if runs failed and are left out.
    """
    from analysis.charts.drawing.curves import acceptability
    from analysis.output.ending import answered
    from analysis.studies.value import report
    from analysis.studies.value.value import carry_out

    chosen = Options(replicates, seed, years, scale, schools, context, workers, fixed)
    found, values = carry_out([base, *policies], chosen, None if discount is None else discount / 100)
    tables = [made for one in values for made in (report.costs(one), report.gains(one))]
    said = [report.sentence(one) for one in values]
    answered(tables, said, as_json=as_json, chart=chart, draw=lambda: acceptability(values), pairs=found)
