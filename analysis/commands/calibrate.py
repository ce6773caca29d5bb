"""``headway calibrate``: what published figures leave of a context's parameters, as draws."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from analysis import options
from analysis.commands.sweep import WAIT, WORKERS, _shard
from analysis.options import CONTEXT, argument, as_path, option

if TYPE_CHECKING:
    from analysis.studies.calibrate.study import Options

KEEP = "Put the draws beside the plan's context too, where every run of it takes them."
RECOVER = "Try it on parameters that are known: by the emulator, and by runs."


def calibrate(
    plan: Annotated[str, argument("PLAN", "A context that has a plan, or the file of one (YAML).", **CONTEXT)],
    out: Annotated[Path, option("DIR", "Where runs and draws go.", show_default=False, parser=as_path)],
    workers: Annotated[int | None, option("N", WORKERS, options.within(1, options.MOST_WORKERS, "workers"))] = None,
    scheduler: Annotated[
        str | None, option("ADDRESS", "A running Dask scheduler to use, such as tls://10.0.0.5:8786.")
    ] = None,
    certificates: Annotated[
        Path | None, option("DIR", "Folder with ca.pem, cert.pem and key.pem for the scheduler.", parser=as_path)
    ] = None,
    wait_for_workers: Annotated[float, option("MINUTES", WAIT, options.minutes)] = 1.0,
    shard: Annotated[
        str | None, option("I/N", "Only part I of N of each stage's runs; others share the folder.", _shard)
    ] = None,
    recover: Annotated[bool, typer.Option("--recover", help=RECOVER)] = False,
    keep: Annotated[bool, typer.Option("--keep", help=KEEP)] = False,
    as_json: options.JsonOption = False,
) -> None:
    """Fit a context's base year to published figures. The same command goes on where it was stopped."""
    from analysis.runs.executor import Where
    from analysis.stopping import noting
    from analysis.studies.calibrate.study import Options

    part, _, whole = (shard or "1/1").partition("/")
    authority = str(certificates) if certificates else None
    where = Where(1, scheduler=scheduler, certificates=authority, wait=60 * wait_for_workers) if scheduler else None
    with noting(_kept(out)):
        _carry_out(plan, out, Options(workers, where, (int(part), int(whole))), recover, keep, as_json)


def _kept(out: Path) -> str:
    return f"What is done is kept in {out}; the same command goes on."


def _carry_out(plan: str, out: Path, given: Options, recover: bool, keep: bool, as_json: bool) -> None:
    """Carry out what is missing, keep the draws, and print what came of it."""
    from analysis.output.terminal import print_json, print_paragraphs, print_text, show
    from analysis.studies.calibrate import kept, told
    from analysis.studies.calibrate.recover import ranks
    from analysis.studies.calibrate.recover import recover as recovered
    from analysis.studies.calibrate.runs import StoppedError
    from analysis.studies.calibrate.study import carry_out, context_folder
    from analysis.studies.sweep.execute import listening
    from analysis.telling import say

    with listening() as stopping:
        try:
            found, runner = carry_out(plan, out, given, stopping.asked)
            recovery = recovered(found, runner) if recover else None
        except StoppedError:
            if not stopping.exit_code:
                say(f"This part of the stage is done. When the others are too, the same command goes on in {out}.")
                if as_json:
                    print_json({"complete": False, "folder": str(out)})
                return
            say(f"Stopped. {_kept(out)}")
            raise typer.Exit(stopping.exit_code) from None
    files = kept.keep_draws(found, out)
    if keep:
        files = kept.keep_draws(found, context_folder(plan))
    tables = told.figures(found), told.parameters(found)
    words = kept.described(found)["words"]
    if recovery is not None:
        words += told.recovery(*ranks(found.fit, found.plan.seed), recovery)
    if as_json:
        print_json({**kept.described(found), "words": words})
        return
    for table in tables:
        show(table)
    print_paragraphs(words)
    print_text(f"\nDraws: {files[0]}\nWhat is to be known of them: {files[1]}")
