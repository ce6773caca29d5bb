"""Carrying out a sweep: what it will need, what is missing is run, kept and counted, and a wish to stop is heard."""

from __future__ import annotations

import contextlib
import hashlib
import os
import shlex
import signal
import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from analysis.errors import UserError
from analysis.runs import manifest
from analysis.runs.compiling import told
from analysis.runs.executor import Where, share_out
from analysis.runs.process import begin_loading
from analysis.runs.work import Outcome, Work
from analysis.store import Store, layout
from analysis.store.layout import check_folder
from analysis.store.record import Place, canonical
from analysis.studies.sweep.one_run import carry_out
from analysis.studies.sweep.plan import Ready, check_same, counts, prepare
from analysis.telling import progress, say, spell
from scenarios.sweeps.design import Design, load_design

EXIT_CODES = {signal.SIGINT: 130, signal.SIGTERM: 143}
"""What a shell gives for a program that one of these has ended."""


@dataclass
class Stopping:
    """Whether somebody has asked to stop."""

    exit_code: int = 0
    """130 or 143 once somebody has."""

    def asked(self) -> bool:
        """Whether to stop as soon as may be."""
        return self.exit_code != 0

    def handle(self, number: int, _frame: Any) -> None:
        """Take note of a signal; the second ends the process at once, which costs no more than the runs in progress."""
        code = EXIT_CODES[signal.Signals(number)]
        if self.exit_code:
            os._exit(code)
        self.exit_code = code
        say("\nStopping: runs in progress are given up, finished ones are kept. Once more stops at once.")


@contextlib.contextmanager
def listening() -> Iterator[Stopping]:
    """Handle signals meanwhile; only the main thread of a program can."""
    stopping = Stopping()
    if threading.current_thread() is not threading.main_thread():
        yield stopping
        return
    before = {number: signal.signal(number, stopping.handle) for number in EXIT_CODES}
    try:
        yield stopping
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


PROCESS = 0.25e9
"""Bytes of a process that has loaded everything and simulated a small world."""
PER_SCHOOL = 50e3
"""Bytes that each school adds: England's 21,900 schools make 1.3 GB."""
YEAR_ITSELF = 0.02
"""Seconds of a simulated year whatever the number of schools."""
YEAR_PER_SCHOOL = 1e-4
"""Seconds that each school adds to a simulated year."""
WORTH_IT = 20.0
"""Seconds of work from which a second process is started unasked."""


def seconds_of(ready: Ready, runs: int) -> float:
    """Seconds that so many runs take one after the other, to within a factor of three or so."""
    each = [
        (base.plan.setup.last_year - base.plan.setup.first_year)
        * (YEAR_ITSELF + YEAR_PER_SCHOOL * len(base.plan.setup.register))
        for base in ready.bases
    ]
    return runs * sum(each) / len(each)


def bytes_of(ready: Ready, workers: int, threads: bool) -> float:
    """Bytes of memory that so many workers need at once."""
    world = PER_SCHOOL * max(len(base.plan.setup.register) for base in ready.bases)
    return PROCESS + workers * world if threads or workers == 1 else PROCESS + workers * (PROCESS + world)


def available() -> float:
    """Bytes of memory that are free on this machine."""
    import psutil

    return psutil.virtual_memory().available


def workers_for(ready: Ready, runs: int, asked: int | None, threads: bool) -> int:
    """As many workers as asked; else as many as there are processors and room for, if the work is worth it."""
    if asked is None:
        worth = seconds_of(ready, runs) >= WORTH_IT
        asked = (os.cpu_count() or 1) if worth else 1
        while asked > 1 and bytes_of(ready, asked, threads) > 0.8 * available():
            asked -= 1
    return max(1, min(asked, runs))


def check_room(ready: Ready, runs: int, workers: int, threads: bool) -> None:
    """Say what is to come. Raise :exc:`UserError` if there is no room for it."""
    needed, free = bytes_of(ready, workers, threads), available()
    kind = "thread" if threads else "process"
    with_s = f"{workers} {kind}{('' if workers == 1 else 's' if threads else 'es')}"
    if needed > free:
        fewer = max((n for n in range(1, workers) if bytes_of(ready, n, threads) <= free), default=0)
        raise UserError(
            f"--workers {workers}", f"about {needed / 1e9:.1f} GB of memory are needed, and {free / 1e9:.1f} GB are free",
            f"Use --workers {fewer}." if fewer else "Use a smaller scale, or another machine.",
        )  # fmt: skip
    guess = spell(seconds_of(ready, runs) / workers)
    say(f"{runs:,} runs to do in {with_s}: up to {needed / 1e9:.1f} GB of memory, and roughly {guess}")


TRIES = 3
"""Failures after which a run is set aside."""


@dataclass(frozen=True)
class Options:
    """What the command line says about a sweep."""

    workers: int | None = None
    threads: bool = False
    scheduler: str | None = None
    certificates: Path | None = None
    wait: float = 60.0
    """Seconds that a cluster may be without workers."""
    expand: Mapping[str, int] = field(default_factory=dict)
    """``replicates`` or ``draws``, as many as there are to be in all."""
    shard: tuple[int, int] = (1, 1)
    """Which part of how many, from 1."""
    only: str | None = None
    """The key of the one run to carry out, or how it begins."""
    fixed: bool = False
    """Draw nothing but what the design says."""


@dataclass(frozen=True)
class Sweep:
    """What a call leaves behind."""

    store: Store
    design: Design
    carried_out: int
    """Runs finished by this call."""
    set_aside: int
    """Runs of this call's share that keep failing."""
    stopped: int
    """Exit code if it was stopped, else 0."""

    asked: int
    """Runs of this call's share, whoever has carried them out."""
    what: str
    """The share in words, such as ``Shard 2/3``; empty for the whole."""

    @property
    def is_part(self) -> bool:
        """Whether this was a share, and the others are not all there yet."""
        return bool(self.what) and not self.store.status().complete


def sweep(path: Path, folder: Path, options: Options) -> Sweep:
    """Run what is missing of a design's runs in ``folder``.

    Raise ``scenarios.InputError`` or :exc:`UserError` for what cannot be used; nothing is run then.
    """
    return run_design(load_design(path), folder, options, ["headway", "sweep", str(path), "--out", str(folder)])


def run_design(design: Design, folder: Path, options: Options, command: Sequence[str]) -> Sweep:
    """The same of a design that is read; ``command`` is what carries it out."""
    check_folder(folder)
    ready, store = _open(design, folder, options)
    todo = _todo(store, options, ready.design)
    where = _where(ready, todo, options)
    with store.writing(), listening() as stopping:
        fixed = ["--fixed"] if options.fixed else []
        carried_out, set_aside = _run(store, ready, todo, where, stopping, shlex.join([*command, *fixed]))
        store.compact(everything=True)
    asked = len(_share(store, options))
    what = f"Run {options.only}" if options.only else f"Shard {'/'.join(map(str, options.shard))}"
    whole = options.only is None and options.shard[1] == 1
    return Sweep(store, ready.design, carried_out, set_aside, stopping.exit_code, asked, "" if whole else what)


def _open(design: Design, folder: Path, options: Options) -> tuple[Ready, Store]:
    """The folder with every run that it is to have; points are looked at only if it does not expect them all yet."""
    if "draws" in options.expand and (not design.uncertainties or design.sampling == "full"):
        raise UserError("--expand draws", "the design samples no uncertainties", "Only replicates can be added.")
    asked = {"replicates": design.replicates, "draws": design.draws}
    before = layout.manifest_of(folder) if (folder / layout.MANIFEST).exists() else None
    ready = prepare(design, options.fixed)
    wanted = {**asked, **options.expand}
    if before is not None:
        now = _described(ready, asked)
        if before["digest"] == now["digest"] or layout.is_taken(folder, now["digest"]):
            check_same(folder, before, now)
            wanted = counts(folder, before, asked, options.expand)
            asked = before["design"]["asked"]
        else:
            before = None  # of a study that never had a run: the folder can be used again
    if before is None and any(wanted[name] < asked[name] for name in wanted):
        raise UserError("--expand", "the design itself has more than that", "Only more is possible.")
    ready = ready.with_more(**wanted, first=asked["draws"])
    if ready.design.unbalanced:
        say(f"Note: {ready.design.unbalanced}.")
    there = Store.open(folder) if before is not None and (folder / layout.EXPECTED).exists() else None
    if there is not None and len(there.expected) == ready.design.runs:
        return ready, there
    described = _described(ready, asked)
    store = Store.create(folder, described, ready.keys())
    if store.manifest["design"] != described["design"]:
        store.note(design=described["design"], scenarios=described["scenarios"])
    return ready, store


def _described(ready: Ready, asked: Mapping[str, int]) -> dict[str, Any]:
    """The manifest of a sweep."""
    identities = {base.scenario.name: base.identity for base in ready.bases}
    kept = [kept.text for kept in ready.kept]
    design, counted = ready.design, ("replicates", "draws", "points", "lever_points")
    said = {"title": design.title, "summary": design.summary, **design.plain(), "asked": dict(asked)}
    said |= {name: getattr(design, name) for name in counted}
    digest = hashlib.sha256(canonical([design.plain(), identities, kept])).hexdigest()
    described = manifest.build([base.plan for base in ready.bases])
    fixed = all(base.plan.doubt is None for base in ready.bases)
    more = {} if fixed else {"fixed": False}
    return {**described, "digest": digest, "design": said, "kept": kept, "identities": identities, **more}


def in_share(key: str, shard: tuple[int, int]) -> bool:
    """Whether a run belongs to a shard: by its key, so that no order and no other run matters."""
    return int(key[:16], 16) % shard[1] == shard[0] - 1


def _share(store: Store, options: Options) -> list[str]:
    """The keys of this call's share."""
    if options.only is None:
        return [key for key in store.expected if in_share(key, options.shard)]
    named = [key for key in store.expected if key.startswith(options.only)]
    if len(named) != 1:
        found = "no run has a key" if not named else f"{len(named)} runs have a key"
        raise UserError(
            f"--only {options.only}", f"{found} that begins so", "The records in the folder failures name the keys."
        )
    return named


def _todo(store: Store, options: Options, design: Design) -> list[tuple[str, Place]]:
    """What is to be run, draws in order."""
    expected, done = store.expected, store.done()
    keys = [key for key in _share(store, options) if key not in done]

    def order(item: tuple[str, Place]) -> tuple[int, int, int, str]:
        scenario, point, replicate = item[1]
        assert point is not None
        return design.draw(point), replicate, point, scenario  # runs that may share a past stand together

    return sorted(((key, expected[key]) for key in keys), key=order)


def _where(ready: Ready, todo: Sequence[Any], options: Options) -> Where:
    certificates = str(options.certificates) if options.certificates else None
    if options.only is not None:
        return Where(1)
    workers = workers_for(ready, len(todo), options.workers, options.threads)
    if options.scheduler is None and todo:
        check_room(ready, len(todo), workers, options.threads)
    return Where(workers, options.threads and workers > 1, options.scheduler, certificates, options.wait)


def _run(
    store: Store, ready: Ready, todo: Sequence[tuple[str, Place]], where: Where, stopping: Stopping, command: str
) -> tuple[int, int]:
    """Carry out what is to be done; returns how many runs were finished and how many set aside."""
    if not todo:
        return 0, 0
    if where.workers > 1 and where.scheduler is None:
        if not where.threads:
            begin_loading()
        ready.warm_up()
    done = set_aside = 0
    with told(), progress(len(todo), "Runs", "runs") as tell:
        work = Work(carry_out, ready.common(), ready.tasks(todo), TRIES, stopped=stopping.asked, count=len(todo))
        for outcome in share_out(work, where):
            if outcome.told is None:
                store.keep(outcome.value)
                store.compact()
                done += 1
            else:
                _set_aside(store, outcome, command)
                set_aside += 1
            tell("Runs")
    return done, set_aside


def _set_aside(store: Store, outcome: Outcome, command: str) -> None:
    key, one = outcome.task.key, outcome.task.part
    assert outcome.told is not None
    place = (one.scenario, one.point, one.replicate)
    store.fail(key, place, outcome.stage, outcome.told, f"{command} --only {key[:16]}")
    say(f"Set aside: {one.scenario}, point {one.point}, replicate {one.replicate}: {outcome.told.message[:200]}")
