"""``headway back-test``: the model from a past base year on, against what happened."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated

import typer

from analysis import options
from analysis.options import SCENARIO, JsonOption, argument, as_path, option
from analysis.runs.plan import DEFAULT_SEED, Options

FEWEST = 8
"""Runs from which predictions are told, beside means."""


def _year(text: str | int) -> int:
    """A school year, as ``2015`` or ``2015/16``, by the calendar year in which it starts."""
    found = re.fullmatch(r"(\d{4})(?:/(\d{2}))?", str(text))
    if found is None or (found[2] is not None and int(found[2]) != (int(found[1]) + 1) % 100):
        raise typer.BadParameter(f"{text} is no school year; write 2015/16, or the year in which it starts.")
    return int(found[1])


def back_test(
    scenario: Annotated[
        str, argument("SCENARIO", "A scenario of a context of which it is known what happened.", **SCENARIO)
    ],
    fit_until: Annotated[
        int | None,
        option(
            "YEAR", "Last school year to fit to; the base year fits nothing, five later if not given.", parser=_year
        ),
    ] = None,
    replicates: options.Replicates = FEWEST,
    seed: options.Seed = DEFAULT_SEED,
    years: options.Years = None,
    scale: options.Scale = None,
    workers: options.Workers = None,
    fixed: options.Fixed = False,
    out: Annotated[
        Path | None, option("DIR", "Where to keep everything found, and the picture.", parser=as_path)
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Run from a past base year to today, and hold each series against what happened: fitted first years, foretold ones after."""
    from analysis.output.terminal import print_text, show
    from analysis.studies.back_test.study import back_test as carry_out
    from analysis.studies.back_test.told import records, table

    found = carry_out(scenario, Options(replicates, seed, years, scale, workers=workers, fixed=fixed), fit_until)
    if out is not None:
        from analysis.charts.back_test import keep

        keep(records(found), out)
    show(table(found), as_json)
    if out is not None and not as_json:
        print_text(f"Everything found, and the picture: {out}")
