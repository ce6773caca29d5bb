"""``headway run``: project scenarios and keep what comes out."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from analysis import options
from analysis.errors import UNSHOWN
from analysis.options import SCENARIO, argument, as_path, option
from analysis.runs.plan import DEFAULT_REPLICATES, DEFAULT_SEED, Options


def run(
    scenarios: Annotated[
        list[str], argument("SCENARIO...", "Names from the library, or paths of YAML files.", **SCENARIO)
    ],
    replicates: options.Replicates = DEFAULT_REPLICATES,
    seed: options.Seed = DEFAULT_SEED,
    years: options.Years = None,
    scale: options.Scale = None,
    schools: options.Schools = None,
    context: options.Context = None,
    workers: options.Workers = None,
    fixed: options.Fixed = False,
    out: Annotated[
        Path | None, option("DIR", "Where results go; results/SCENARIO-DIGEST if not given.", parser=as_path)
    ] = None,
    as_json: options.JsonOption = False,
) -> None:
    """Project one or more scenarios, print a summary, and keep results, charts and a manifest.

    Scenarios share their random draws, so that what differs between them is the policy. Exit code 4 if results are kept
    and charts could not be drawn.
    """
    from analysis.output.terminal import print_text, show
    from analysis.store import telling_what_is_kept
    from analysis.studies.run import carry_out
    from analysis.telling import say

    study = carry_out(scenarios, Options(replicates, seed, years, scale, schools, context, workers, fixed), out)
    with telling_what_is_kept(study.folder):
        undrawn = _undrawn(study.folder, study.ran > 0)
        show(study.table, as_json)
    if not as_json:
        print_text(f"{'Results' if undrawn else 'Results, charts'} and manifest: {study.folder}")
    if undrawn:
        say(f"Charts could not be drawn: {undrawn}\nThe results are whole and kept. The same command draws the charts.")
        raise typer.Exit(UNSHOWN)


def _undrawn(folder: Path, anew: bool) -> str:
    """Draw what the runs of a folder show, unless that is there already; returns why it could not be drawn."""
    from analysis.drawing import draw_apart
    from analysis.store import Store

    store = Store.open(folder)
    return draw_apart(folder) if anew or "charts" not in store.manifest or store.bad_charts() else ""
