"""``headway sensitivity``: what levels, or effects of a policy, hinge on, with the grade of the evidence for each."""

from __future__ import annotations

from typing import Annotated

import typer

from analysis import options
from analysis.options import SCENARIO, argument, option, within
from analysis.runs.plan import DEFAULT_SEED, Options

METHOD = "morris: which of many matter; sobol: which share of the variance each explains."
MEASURE = "Look at this figure in place of the usual ones: a name, or NAME[DIMENSION=LABEL,...]. Can be given again."
OF = "Vary what has this word in its name or meaning alone. Can be given again."


def _method(value: str) -> str:
    if value not in ("morris", "sobol"):
        raise typer.BadParameter(f"there is no method {value}; write morris or sobol.")
    return value


def sensitivity(
    base: Annotated[str, argument("BASE", "The scenario, by name or path.", **SCENARIO)],
    policy: Annotated[
        str | None,
        typer.Argument(
            metavar="[POLICY]", help="With it, what it changes is looked at.", show_default=False, **SCENARIO
        ),
    ] = None,
    measure: Annotated[list[str] | None, option("NAME", MEASURE, autocompletion=options.figure_names)] = None,
    of: Annotated[list[str] | None, option("WORD", OF)] = None,
    method: Annotated[str, option("NAME", METHOD, _method)] = "morris",
    trajectories: Annotated[
        int,
        option(
            "N", "Of Morris's method: each takes a run for every input and two more.", within(2, 1000, "trajectories")
        ),
    ] = 6,
    rows: Annotated[
        int,
        option(
            "N",
            "Of Sobol's: each takes a run for every input and two more; a power of two is best.",
            within(8, 100_000, "rows"),
        ),
    ] = 64,
    chart: options.ChartFile = None,
    seed: options.Seed = DEFAULT_SEED,
    years: options.Years = None,
    scale: options.Scale = None,
    schools: options.Schools = None,
    context: options.Context = None,
    workers: options.Workers = None,
    as_json: options.JsonOption = False,
) -> None:
    """Say what figures of a base, or effects of a policy, hinge on, and how good the evidence for it is."""
    from analysis.charts.drawing.hinging import hinging
    from analysis.output.ending import answered
    from analysis.studies.sensitivity import report
    from analysis.studies.sensitivity.study import MORRIS, decompose, screen, world

    chosen = Options(1, seed, years, scale, schools, context, workers, fixed=True)
    asked = world(base, policy, chosen, measure or (), of or ())
    found = screen(asked, chosen, trajectories) if method == MORRIS else decompose(asked, chosen, rows)
    said = [report.sentence(found, i) for i in range(len(found.lines))]
    answered(report.tables(found), said, as_json=as_json, chart=chart, draw=lambda: hinging(found))
