"""``headway evaluate``: a programme as a study would see it, beside what it does."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from analysis import options
from analysis.options import PROGRAMME, SCENARIO, argument, as_path, option
from analysis.runs.plan import DEFAULT_SEED, Options

WORLD = "The world to evaluate it in; the scenario of the same name, or england, if not given."


def evaluate(
    programme: Annotated[
        str, argument("PROGRAMME", "A programme of the library, or the path of a YAML file.", **PROGRAMME)
    ],
    calibration: Annotated[
        str | None, option("NAME", "One reading of the findings; all of the file if not given.")
    ] = None,
    scenario: Annotated[str | None, option("NAME", WORLD, **SCENARIO)] = None,
    replicates: options.Replicates = 8,
    seed: options.Seed = DEFAULT_SEED,
    years: options.Years = None,
    scale: options.Scale = None,
    schools: options.Schools = None,
    workers: options.Workers = None,
    fixed: options.Fixed = False,
    out: Annotated[
        Path | None, option("FILE", "Where to keep everything found: FILE.json or FILE.csv.", parser=as_path)
    ] = None,
    as_json: options.JsonOption = False,
) -> None:
    """Evaluate a programme with its study's own design, and show the reported gap, the true effect and selection.

    Participants are compared with similar people who did not take part, as evaluators do; and with themselves in the
    same run without the programme, as only a model can.
    """
    from analysis.output.terminal import print_table, print_text, show
    from analysis.studies.evaluate.card import check_ending, keep, records, tables
    from analysis.studies.evaluate.evaluate import evaluate as carry_out

    check_ending(out)
    found = carry_out(
        programme, Options(replicates, seed, years, scale, schools, workers=workers, fixed=fixed), calibration, scenario
    )
    if out is not None:
        keep(found, out)
    if as_json:
        print_table(records(found), True)
        return
    for number, table in enumerate(tables(found)):
        print("\n" * bool(number), end="")
        show(table)
    if out is not None:
        print_text(f"Everything found: {out}")
