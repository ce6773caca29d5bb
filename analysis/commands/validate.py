"""``headway validate``: the model against published figures."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from analysis import options
from analysis.options import SCENARIO, JsonOption
from analysis.runs.plan import DEFAULT_REPLICATES, DEFAULT_SEED, Options


def validate(
    replicates: options.Replicates = DEFAULT_REPLICATES,
    seed: options.Seed = DEFAULT_SEED,
    scale: options.Scale = None,
    schools: options.Schools = None,
    scenario: Annotated[
        str, options.option("NAME", "The scenario to hold against the figures.", **SCENARIO)
    ] = "england",
    targets: Annotated[
        Path | None,
        options.option("FILE", "Figures of your own, in place of those of the context.", parser=options.as_path),
    ] = None,
    checks: Annotated[
        bool,
        typer.Option("--checks", help="The context's figures that nothing was fitted to, in place of its targets."),
    ] = False,
    workers: options.Workers = None,
    fixed: options.Fixed = False,
    strict: Annotated[bool, typer.Option("--strict", help="End with exit code 1 unless every figure is met.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Compare the base year with the figures that are published for it, each measured as its source measures it."""
    from analysis.output.terminal import show
    from analysis.studies.validate import card, table

    cards = card(
        scenario, Options(replicates, seed, None, scale, schools, workers=workers, fixed=fixed), targets, checks
    )
    show(table(cards, replicates), as_json)
    if strict and not all(c.inside for c in cards):
        raise typer.Exit(1)
