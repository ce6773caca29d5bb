"""``headway sweep``: carry out the runs of a design."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from analysis import options
from analysis.options import JsonOption

if TYPE_CHECKING:
    from analysis.studies.sweep.execute import Sweep

FAILED = 1
"""Exit code where runs keep failing."""


def _expand(values: list[str] | None) -> list[str] | None:
    for value in values or ():
        name, _, count = value.partition("=")
        if name not in ("replicates", "draws") or not count.isdecimal() or not 0 < int(count) <= options.MOST_DRAWS:
            raise typer.BadParameter(f"{value!r} is not possible; write replicates=20 or draws=128.")
    return values


def _shard(value: str | None) -> str | None:
    if value is not None:
        part, _, whole = value.partition("/")
        if not (part.isdecimal() and whole.isdecimal() and 1 <= int(part) <= int(whole) <= options.MOST_SHARDS):
            raise typer.BadParameter(f"{value!r} is not possible; the second of three parts is 2/3.")
    return value


def sweep(
    design: Annotated[Path, typer.Argument(metavar="DESIGN", help="A design (YAML).", show_default=False)],
    out: Annotated[Path, typer.Option(metavar="DIR", help="Where results go.", show_default=False)],
    workers: Annotated[
        int | None,
        typer.Option(
            callback=options.within(1, options.MOST_WORKERS, "workers"),
            metavar="N",
            show_default=False,
            help="Processes that simulate at the same time; as many as processors and memory allow if not given.",
        ),
    ] = None,
    threads: Annotated[bool, typer.Option("--threads", help="Threads of one process in place of processes.")] = False,
    scheduler: Annotated[
        str | None,
        typer.Option(
            metavar="ADDRESS", help="A running Dask scheduler to use, such as tls://10.0.0.5:8786.", show_default=False
        ),
    ] = None,
    certificates: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR", help="Folder with ca.pem, cert.pem and key.pem for the scheduler.", show_default=False
        ),
    ] = None,
    expand: Annotated[
        list[str] | None,
        typer.Option(
            callback=_expand,
            metavar="WHAT=N",
            show_default=False,
            help="Add to a sweep: replicates=20 or draws=128, as many as there are to be in all.",
        ),
    ] = None,
    shard: Annotated[
        str | None,
        typer.Option(
            callback=_shard, metavar="I/N", help="Only part I of N; headway merge joins them.", show_default=False
        ),
    ] = None,
    only: Annotated[
        str | None, typer.Option(metavar="KEY", help="Only the run whose key begins so.", show_default=False)
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Carry out the runs of a design and keep what comes out. The same command goes on where it was stopped.

    Exit code 1 if runs keep failing; the others are finished even so.
    """  # fmt: skip
    from analysis.studies.sweep.execute import Options
    from analysis.studies.sweep.execute import sweep as carry_out

    counts = {name: int(count) for name, _, count in (value.partition("=") for value in expand or ())}
    part, _, whole = (shard or "1/1").partition("/")
    given = Options(workers, threads, scheduler, certificates, counts, (int(part), int(whole)), only)
    code = _report(carry_out(design, out, given), as_json)
    if code:
        raise typer.Exit(code)


def _report(done: Sweep, as_json: bool) -> int:
    """Print how far the sweep is and, once it is whole or as far as it gets, its table; returns the exit code."""
    from analysis.output.terminal import show
    from analysis.studies.sweep import closing
    from analysis.telling import say

    store, design = done.store, done.design
    status = store.status()
    if done.stopped and not status.complete:
        say(
            f"Stopped. {status.done:,} of {status.expected:,} runs are kept in {store.folder}; the same command goes on."
        )
        return done.stopped
    if not done.carried_out and not done.set_aside:
        say(f"All {done.asked:,} runs are there already: nothing had to be run.")
    if done.is_part and not as_json:
        print(
            f"{done.what}: {done.asked - done.set_aside:,} runs. In {store.folder}: {status.done:,} of {status.expected:,}."
        )
    elif status.done:
        show(closing.table(closing.records(store, design), design, status.stamp), as_json)
        if as_json and status.stamp:
            say(status.stamp)
    if not as_json:
        print(f"Results: {store.folder}\nDigest: {store.digest()}")
    if done.set_aside:
        say(
            f"{done.set_aside:,} runs keep failing and are set aside; why, and what repeats each, is in "
            f"{store.folder / 'failures'}. The same command tries them again."
        )
        return FAILED
    return 0
