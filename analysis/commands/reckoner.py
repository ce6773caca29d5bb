"""``headway reckoner``: what one unit of each lever of a programme does and costs, in one table."""

from __future__ import annotations

from typing import Annotated

from analysis import options
from analysis.options import PROGRAMME, SCENARIO, argument, option
from analysis.runs.plan import DEFAULT_SEED, Options

PAIRS = "Pairs of runs for each lever."
WORLD = "The scenario that it runs in."


def reckoner(
    programme: Annotated[str, argument("PROGRAMME", "A programme of the library.", **PROGRAMME)],
    scenario: Annotated[str, option("NAME", WORLD, **SCENARIO)] = "england",
    replicates: Annotated[int, options.pairs(PAIRS)] = 20,
    seed: options.Seed = DEFAULT_SEED,
    years: options.Years = None,
    scale: options.Scale = None,
    schools: options.Schools = None,
    context: options.Context = None,
    workers: options.Workers = None,
    fixed: options.Fixed = False,
    as_json: options.JsonOption = False,
) -> None:
    """Say what one unit more of each lever of a programme changes, with its range, and what it costs in a year."""
    from analysis.output.terminal import show
    from analysis.studies.reckoner import reckon, records, table

    asked = Options(replicates, seed, years, scale, schools, context, workers, fixed)
    show(table(records(reckon(programme, asked, scenario))), as_json)
