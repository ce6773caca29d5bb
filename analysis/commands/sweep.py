"""``headway sweep``: carry out the runs of a design."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from analysis import options
from analysis.options import argument, as_path, option

WORKERS = "Processes that simulate at the same time; as many as processors and memory allow if not given."
EXPAND = "Add to a sweep: replicates=20 or draws=128, as many as there are to be in all."
WAIT = "How long a scheduler may be without workers, at the start and later, before the sweep gives up."

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
    design: Annotated[Path, argument("DESIGN", "A design (YAML).", parser=as_path)],
    out: Annotated[Path, option("DIR", "Where results go.", show_default=False, parser=as_path)],
    workers: Annotated[int | None, option("N", WORKERS, options.within(1, options.MOST_WORKERS, "workers"))] = None,
    threads: Annotated[bool, typer.Option("--threads", help="Threads of one process in place of processes.")] = False,
    scheduler: Annotated[
        str | None, option("ADDRESS", "A running Dask scheduler to use, such as tls://10.0.0.5:8786.")
    ] = None,
    certificates: Annotated[
        Path | None, option("DIR", "Folder with ca.pem, cert.pem and key.pem for the scheduler.", parser=as_path)
    ] = None,
    wait_for_workers: Annotated[float, option("MINUTES", WAIT, options.minutes)] = 1.0,
    expand: Annotated[list[str] | None, option("WHAT=N", EXPAND, _expand)] = None,
    shard: Annotated[str | None, option("I/N", "Only part I of N; headway merge joins them.", _shard)] = None,
    only: Annotated[str | None, option("KEY", "Only the run whose key begins so.")] = None,
    fixed: options.Fixed = False,
    as_json: options.JsonOption = False,
) -> None:
    """Carry out the runs of a design and keep what comes out. The same command goes on where it was stopped.

    Exit code 1 if runs keep failing; the others are finished even so.
    """
    from analysis.store import telling_what_is_kept
    from analysis.studies.sweep.execute import Options
    from analysis.studies.sweep.execute import sweep as carry_out

    counts = {name: int(count) for name, _, count in (value.partition("=") for value in expand or ())}
    part, _, whole = (shard or "1/1").partition("/")
    given = Options(
        workers, threads, scheduler, certificates, 60 * wait_for_workers, counts, (int(part), int(whole)), only, fixed
    )
    with telling_what_is_kept(out):
        code = _report(carry_out(design, out, given), as_json)
    if code:
        raise typer.Exit(code)


def _report(done: Sweep, as_json: bool) -> int:
    """Print how far the sweep is and, once it is whole or as far as it gets, its table; returns the exit code."""
    from analysis.output.terminal import print_json, print_text, show
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
    if done.is_part and as_json:
        carried_out = done.asked - done.set_aside
        print_json({"part": done.what, "runs": carried_out, "done": status.done, "expected": status.expected})
    elif done.is_part:
        print_text(
            f"{done.what}: {done.asked - done.set_aside:,} runs. In {store.folder}: {status.done:,} of {status.expected:,}."
        )
    elif status.done or as_json:
        found = closing.records(store, design) if status.done else []
        show(closing.table(found, design, status.stamp), as_json)
        if as_json and status.stamp:
            say(status.stamp)
    if not as_json:
        print_text(f"Results: {store.folder}\nDigest: {store.digest()}")
    if done.set_aside:
        say(
            f"{done.set_aside:,} runs keep failing and are set aside; why, and what repeats each, is in "
            f"{store.folder / 'failures'}. The same command tries them again."
        )
        return FAILED
    return 0
