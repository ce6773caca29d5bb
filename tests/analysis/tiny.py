"""The smallest runs that a store can hold, for tests of the store alone; also a program that commits them in a loop."""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path

import numpy as np

from analysis.store import Rows, Run, Store, batch, run_key

COLUMNS = ("year", "measure", "programme", "value", "base")


def key(i: int) -> str:
    """The key of the i-th run."""
    return run_key("tiny", 1, i)


def run(i: int, seconds: float = 0.5) -> Run:
    """Its record: four replicates to a point."""
    digest = hashlib.sha256(b"%d" % i).hexdigest()
    return Run("tiny", i % 4, 2**64 - 1, digest, seconds, i // 4, {"leave.rate": i / 8})


def rows(i: int, labels: tuple[str, ...] = ("x", "y")) -> Rows:
    """Its results: two measures in two years, with labels for programmes that runs may disagree on."""
    kinds = (np.int16, np.int16, np.int8, np.float64, np.float64)
    records = [
        (2025 + k // 2, k % 2, labels.index("x") if k % 2 else -1, i + k / 4, 5.0 if k % 2 else np.nan)
        for k in range(4)
    ]
    columns = {n: np.array([r[j] for r in records], kinds[j]) for j, n in enumerate(COLUMNS)}
    return Rows(columns, {"measure": ("a", "b"), "programme": labels})


def store(folder: Path, runs: int) -> Store:
    """A study of so many runs."""
    return Store.create(
        folder, {"digest": "tiny", "scenarios": []}, {key(i): ("tiny", i // 4, i % 4) for i in range(runs)}
    )


def main(folder: str, runs: int, start: int, step: int, hold: bool) -> None:
    """Commit what is missing of every ``step``-th run from ``start`` on; with ``hold``, as the only writer, with batches."""
    batch.MOST_RUNS = 20
    mine = store(Path(folder), runs)
    print("ready", flush=True)

    def work() -> None:
        for i in range(start, runs, step):
            if key(i) not in mine.done():
                mine.commit(key(i), run(i), rows(i))
                if hold:
                    mine.compact()

    if hold:
        with mine.writing():
            work()
            mine.compact(everything=True)
    else:
        work()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4]), sys.argv[5] == "hold")
