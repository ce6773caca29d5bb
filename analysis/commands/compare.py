"""``headway compare``: what policies change, from pairs of runs that share their random draws."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from analysis import options
from analysis.options import MOST_REPLICATES, SCENARIO, argument, as_path, option, within
from analysis.runs.plan import DEFAULT_SEED, Options

if TYPE_CHECKING:
    from analysis.studies.compare.summing import Comparison

PAIRS = "Pairs of runs for each policy; 30 if not given."
PRECISION = 'Run until this is known so well: "heads_leaving: +/-5 at 90%".'
MOST = "With --precision: pairs after which to give up; 1,000 if not given."
MEASURE = "Show this in place of the headlines: a name, or NAME[DIMENSION=LABEL,...]. Can be given again."


def _level(value: float) -> float:
    if not 50 <= value <= 99.9:
        raise typer.BadParameter(f"{value:g} is not possible; write a per cent from 50 to 99.9, such as 90.")
    return value


def compare(
    base: Annotated[str, argument("BASE", "The scenario to compare with.", **SCENARIO)],
    policies: Annotated[list[str], argument("POLICY...", "Scenarios to compare with it, by name or path.", **SCENARIO)],
    replicates: Annotated[int | None, options.pairs(PAIRS)] = None,
    precision: Annotated[str | None, option("TARGET", PRECISION)] = None,
    most: Annotated[int | None, option("N", MOST, within(36, MOST_REPLICATES, "pairs"))] = None,
    measure: Annotated[list[str] | None, option("NAME", MEASURE, autocompletion=options.figure_names)] = None,
    by: Annotated[list[str] | None, option("DIMENSION", "Break --measure down. Can be given again.")] = None,
    all_years: Annotated[bool, typer.Option("--all-years", help="Show every year, not only the last.")] = False,
    level: Annotated[
        float, option("P", "Confidence of intervals and words, in per cent.", _level, parser=options.as_per_cent)
    ] = 90,
    seed: options.Seed = DEFAULT_SEED,
    years: options.Years = None,
    scale: options.Scale = None,
    schools: options.Schools = None,
    context: options.Context = None,
    workers: options.Workers = None,
    fixed: options.Fixed = False,
    out: Annotated[Path | None, option("DIR", "Keep all runs here, with every measure.", parser=as_path)] = None,
    as_json: options.JsonOption = False,
) -> None:
    """Compare policies with a base, run by run on the same random draws, and say what differs and how sure that is.

    Exit code 1 if the precision that was asked for was not reached, 3 if runs failed and are left out.
    """
    from analysis.output.study import prepare
    from analysis.store import Store, telling_what_is_kept
    from analysis.studies.compare.study import carry_out, pairs_asked
    from analysis.studies.compare.summing import Asked

    pairs, cap = pairs_asked(replicates, precision, most, "--")
    asked = Asked(measure or (), by or (), precision, cap, level / 100, all_years=all_years, out=out)
    chosen = Options(pairs, seed, years, scale, schools, context, workers, fixed)
    with telling_what_is_kept(out):
        found = carry_out([base, *policies], chosen, asked)
        if found.folder is not None:
            prepare(Store.open(found.folder))
        _print(found, as_json)
    if found.failures:
        raise typer.Exit(3)
    if found.precision is not None and not found.precision.reached:
        raise typer.Exit(1)


def _print(found: Comparison, as_json: bool) -> None:
    """Print what was found, or its records as JSON."""
    from analysis.output.terminal import print_paragraphs, print_table, print_text, show
    from analysis.studies.compare.brief import each
    from analysis.studies.compare.report import caveats, note, one_policy, records
    from analysis.telling import say

    if as_json:
        print_table([*records(found), *(record for made in found.reach for record in made.records)], True)
        for paragraph in caveats(found)[1 : 1 + bool(found.failures)]:
            say(paragraph)
    else:
        for made in (*found.reach, *(one_policy(found, outcome) for outcome in found.outcomes)):
            show(made)
        print_paragraphs([note(found), *caveats(found)])
        for made in each(found):
            show(made)
        if found.folder is not None:
            print_text(f"Runs and manifest: {found.folder}")
