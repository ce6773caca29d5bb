"""SIGKILL at any call of a sweep, of folding and of a merge: nothing is lost, nothing is there twice, every value is equal."""

from __future__ import annotations

import contextlib
import os
import random
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from analysis.store import Store, batch
from tests.analysis import killing, sweeping, tiny

ROOT = Path(__file__).resolve().parents[2]
KILLS = int(os.environ.get("HEADWAY_KILLS", "15"))
"""Processes that are killed, three fifths of them at folding: ``HEADWAY_KILLS=500`` before the test's name for more, at other moments."""
SHARES = {"fold": 0.6, "merge": 0.2, "sweep": 0.2}
MOST_CALLS = {"fold": 600, "merge": 400, "sweep": 200}
"""A process is killed at one of so many calls."""
pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="this system forks no processes")


@contextlib.contextmanager
def nursery(*design: Path) -> Iterator[Callable[[str, Path, int], int]]:
    """A function that has work done by a process that is killed at a call; returns its exit code."""
    with subprocess.Popen(
        [sys.executable, "-W", "ignore", "-m", "tests.analysis.killing", *map(str, design)], cwd=ROOT, text=True,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
    ) as process:  # fmt: skip
        assert process.stdin is not None
        assert process.stdout is not None

        def live(work: str, folder: Path, call: int) -> int:
            print(work, folder, call, sep="\t", file=process.stdin, flush=True)
            return int(process.stdout.readline())

        yield live
        process.stdin.close()


def contents(store: Store) -> list[tuple[object, ...]]:
    with store.connect() as db:
        return db.execute("SELECT * FROM results ORDER BY ALL").fetchall()


def ready(folder: Path, work: str) -> list[Path]:
    """What the work needs; returns a design, if it is a sweep."""
    folder.mkdir()
    if work == "merge":
        for name, mine in (("first", range(0, killing.RUNS, 2)), ("second", range(1, killing.RUNS, 2))):
            store = tiny.store(folder / name, killing.RUNS)
            for i in mine:
                store.commit(tiny.key(i), tiny.run(i), tiny.rows(i))
                if i < killing.RUNS // 2:
                    store.compact()
    return [sweeping.design(folder)] if work == "sweep" else []


@pytest.mark.parametrize("work", SHARES)
def test_killed_at_any_call_it_is_what_it_would_have_been(work, tmp_path, monkeypatch):
    """The same work is begun again until it is done, and from its beginning whenever it is."""
    monkeypatch.setattr(batch, "MOST_RUNS", killing.IN_A_BATCH)
    folder, luck = tmp_path / work, random.Random(f"{work} {KILLS}")
    design, out = ready(folder, work), tmp_path / work / "out"
    wanted, kills, ends = None, 0, 0
    with nursery(*design) as live:
        assert live(work, folder, 0) == 0
        wanted = contents(Store.open(out))
        shutil.rmtree(out)
        while kills < KILLS * SHARES[work]:
            code = live(work, folder, luck.randint(1, MOST_CALLS[work]))
            assert code in (0, -signal.SIGKILL)
            kills += code == -signal.SIGKILL
            if kills % 10 == 0 and (out / "manifest.json").exists():
                assert Store.open(out).verify() == []
            if code == 0:
                ends += 1
                _is_whole(out, wanted)
                shutil.rmtree(out)
        assert live(work, folder, 0) == 0
    _is_whole(out, wanted)
    print(f"COUNTED {work}: {kills} killed, {ends + 1} times finished")


def _is_whole(out: Path, wanted: list[tuple[object, ...]]) -> None:
    store = Store.open(out)
    assert store.status().complete
    assert store.verify() == []
    assert contents(store) == wanted
    assert len(list((out / "tables" / "results").iterdir())) == len(store.batches())
    assert not list(out.glob("runs/*"))
    assert not list(out.glob("**/.*.tmp"))
