"""Histories of a folder of results, drawn from a seed: processes that fail, die and lose power, and what must hold after each.

Whatever happens, a run that was committed is there, once, with the values that it had; nothing is damaged; what cannot be
done is refused with a message; and the work goes on to the end that it would have had.
"""

from __future__ import annotations

import hashlib
import math
import random
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from analysis.errors import UserError
from analysis.selftest.processes import Fault, Machine, Process
from analysis.store import Rows, Run, Store, batch, merge, run_key
from analysis.store.files import MISSING
from analysis.store.repair import repair

RUNS = 12
IN_A_BATCH = 4
ELSEWHERE = range(7, RUNS)
"""Runs that another folder has, to be merged with."""
LIVES = 8
"""Times in a history that one or two processes run."""
MOST_CALLS = 150
"""A fault comes at one of so many calls; where a process makes fewer, none comes."""
FAULTS = ("error", "error", "no room", "death", "death", "power cut", "")
STUDY = {"digest": "selftest", "scenarios": []}


class BrokenError(Exception):
    """Something that must hold does not."""


@dataclass
class Told:
    """What has happened in a history, and whether all held."""

    seed: int
    lives: list[str] = field(default_factory=list)
    counted: Counter[str] = field(default_factory=Counter)
    broken: str = ""
    trace: str = ""
    """SHA-256 of all calls in their order: equal for equal histories."""


def key(i: int) -> str:
    """The key of the i-th run."""
    return run_key("selftest", 1, i)


PLACES = {key(i): ("selftest", None, i) for i in range(RUNS)}


def run(i: int) -> tuple[Run, Rows]:
    """The i-th run: two measures in two years, with values of its own."""
    columns = {
        "year": np.array([2025, 2026] * 2, np.int16), "measure": np.array([0, 0, 1, 1], np.int16),
        "value": np.array([i + k / 4 for k in range(4)]), "base": np.array([np.nan, np.nan, 5.0, i]),
    }  # fmt: skip
    return Run("selftest", i, 1, hashlib.sha256(b"%d" % i).hexdigest(), 0.5), Rows(columns, {"measure": ("a", "b")})


DIGESTS = {key(i): run(i)[0].digest for i in range(RUNS)}
Values = list[tuple[Any, ...]]


def values(store: Store) -> Values:
    """All rows of a store, in one order."""
    with store.connect() as db:
        return db.execute("SELECT run, year, measure, value, base FROM results ORDER BY ALL").fetchall()


def values_of(done: set[str]) -> Values:
    """What :func:`values` must give for a store that has these runs."""
    rows: Values = []
    for i in range(RUNS):
        if key(i) in done:
            columns = run(i)[1].columns
            for k in range(4):
                value, base = float(columns["value"][k]), float(columns["base"][k])
                rows.append((key(i), int(columns["year"][k]), "ab"[k // 2], value, None if math.isnan(base) else base))
    return sorted(rows, key=lambda row: row[:3])


class History:
    """A folder, what has been promised about it, and what may be done to it."""

    def __init__(self, seed: int, folder: Path) -> None:
        """A history in ``folder``, which is new."""
        self.told = Told(seed)
        self._luck = random.Random(seed)
        folder.mkdir()
        self.mine, self.other, self.joined = folder / "mine", folder / "other", folder / "joined"
        self.kept: set[str] = set()
        """Runs of which a commit has returned."""
        for i in ELSEWHERE:
            Store.create(self.other, STUDY, PLACES).commit(key(i), *run(i))
        self.machine = Machine(folder, random.Random(f"{seed} machine"))

    def go(self) -> Told:
        """Live through it; what does not hold is in ``broken``."""
        try:
            for _ in range(LIVES):
                self._life()
            self._end()
        except BrokenError as error:
            self.told.broken = str(error)
        self.told.trace = hashlib.sha256("\n".join(self.machine.trace).encode()).hexdigest()
        return self.told

    def _life(self) -> None:
        names = self._luck.choices(list(WORKS), k=self._luck.choice((1, 1, 2)))
        works = []
        for name in names:
            kind, at = self._luck.choice(FAULTS), int(MOST_CALLS * self._luck.random() ** 2)
            luck = random.Random(self._luck.random())
            works.append((name, partial(WORKS[name], self, luck), Fault(kind, at, luck) if kind else None))
        early = not self.kept
        ended = self.machine.run(works)
        self.told.lives.append(" beside ".join(_said(one) for one in ended))
        for one in ended:
            self._count(one)
            self._judge(one, len(ended) > 1, early)
        self._look()

    def _count(self, one: Process) -> None:
        self.told.counted["calls"] += one.calls
        self.told.counted["processes"] += 1
        if one.struck and one.fault:
            self.told.counted[one.fault.kind] += 1

    def _judge(self, one: Process, beside: bool, early: bool) -> None:
        """A process that failed has said so in a message; one that nothing happened to has not failed.

        But for those who write ``beside`` others, and who come before there is anything.
        """
        if one.error is None or not isinstance(one.error, Exception):
            return
        named = isinstance(one.error, OSError) and one.error.filename is not None  # told in a line by the last resort
        if not isinstance(one.error, UserError) and not named:
            self._break(f"{one.what} ended with {type(one.error).__name__}: {one.error}", one.error)
        busy = beside and "is writing here" in str(one.error)
        if not one.struck and not busy and not (early and _nothing_there(one.error)):
            self._break(f"{one.what} failed although nothing happened to it: {one.error}", one.error)

    def _look(self) -> None:
        """What must hold at any time."""
        for folder, promised in (
            (self.mine, self.kept),
            (self.other, {key(i) for i in ELSEWHERE}),
            (self.joined, set()),
        ):
            try:
                store = Store.open(folder)
            except UserError as error:
                if promised or not _nothing_there(error):
                    self._break(f"{folder.name} cannot be opened: {error}", error)
                continue
            if lost := promised - store.done():
                self._break(f"{len(lost)} runs that were committed are not in {folder.name}")
            if wrong := store.verify():
                self._break(f"{folder.name}: {wrong[0]}")
            if changed := [k for k, record in store.records().items() if record["digest"] != DIGESTS[k]]:
                self._break(f"{folder.name} has other results of {len(changed)} runs than were committed")

    def _end(self) -> None:
        """All is finished without a fault: it is what it would have been, and nothing is left lying about."""
        luck = random.Random(0)
        for name in ("commit everything", "merge"):
            (one,) = self.machine.run([(name, partial(WORKS[name], self, luck), None)])
            if one.error is not None:
                self._break(f"it cannot be finished: {one.what}: {one.error}", one.error)
        for folder in (self.mine, self.joined):
            store = Store.open(folder)
            if not store.status().complete or values(store) != values_of(set(PLACES)):
                self._break(f"{folder.name} is not what it would have been")
            if left := [*folder.glob("**/.*.tmp"), *folder.glob("runs/*")]:
                self._break(f"{folder.name}: left lying about: {left[0].name}")

    def _break(self, problem: str, error: BaseException | None = None) -> None:
        raise BrokenError(problem) from error


def _nothing_there(error: Exception) -> bool:
    """Whether an error says that there are no results yet, or that whoever wanted to make them has not come far."""
    return "no results of headway here" in str(error) or f"manifest.json: {MISSING}" in str(error)


def _commit(here: History, luck: random.Random, some: bool = True) -> None:
    """Commit runs that are missing, as a sweep does, alone or beside others that do."""
    store = Store.create(here.mine, STUDY, PLACES)

    def work() -> None:
        for i in range(RUNS):
            if key(i) not in store.done() and (not some or luck.random() < 0.5):
                store.commit(key(i), *run(i))
                here.kept.add(key(i))
                if not some or alone:
                    store.compact()

    alone = luck.random() < 0.5
    if not some or alone:
        with store.writing():
            work()
            store.compact(everything=True)
    else:
        work()


def _fold(here: History, _luck: random.Random) -> None:
    Store.open(here.mine).compact(everything=True)


def _read(here: History, _luck: random.Random) -> None:
    store = Store.open(here.mine)
    with store.connect() as db:
        found = db.execute("SELECT run, year, measure, value, base FROM results ORDER BY ALL").fetchall()
    done = {row[0] for row in found}
    if found != values_of(done) or not store.done() <= done:
        raise BrokenError("a reader has seen other values than were committed")


def _check(here: History, _luck: random.Random) -> None:
    if wrong := Store.open(here.mine).verify():
        raise wrong[0]


def _merge(here: History, _luck: random.Random) -> None:
    folders = [here.mine, here.other] if here.mine.is_dir() and here.kept else [here.other]
    merge(folders, here.joined)


def _take(here: History, _luck: random.Random) -> None:
    merge([here.other], here.mine)


def _fail(here: History, luck: random.Random) -> None:
    store = Store.open(here.mine)
    i = luck.randrange(RUNS)
    store.fail(key(i), PLACES[key(i)], "simulate", ValueError("no such luck"), "headway")


def _repair(here: History, _luck: random.Random) -> None:
    moved, wrong = repair(here.mine)
    if moved:
        raise BrokenError(f"a repair of what is sound has put aside {[path.name for path in moved]}")
    if wrong:
        raise wrong[0]


WORKS: dict[str, Callable[[History, random.Random], None]] = {
    "commit": _commit, "commit, too": _commit, "commit everything": lambda here, luck: _commit(here, luck, some=False),
    "fold": _fold, "read": _read, "check": _check, "merge": _merge, "take over": _take, "fail": _fail, "repair": _repair,
}  # fmt: skip
"""What a process may do."""


def _said(one: Process) -> str:
    ended = type(one.error).__name__ if one.error is not None else "done"
    struck = f", {one.fault.kind} at call {one.fault.at}, {one.struck}" if one.struck and one.fault else ""
    return f"{one.what} ({ended}{struck})"


@contextmanager
def small_batches() -> Iterator[None]:
    """Let a batch be full with a few runs."""
    before = batch.MOST_RUNS
    batch.MOST_RUNS = IN_A_BATCH
    try:
        yield
    finally:
        batch.MOST_RUNS = before


def replay(seed: int, folder: Path) -> Told:
    """The history of a seed, lived in a new folder below ``folder`` that is gone afterwards."""
    there = folder / f"history-{seed}"
    try:
        with small_batches():
            return History(seed, there).go()
    finally:
        shutil.rmtree(there, ignore_errors=True)
