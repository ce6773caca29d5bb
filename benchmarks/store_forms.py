"""Which form keeps runs best: one file each, batches, or one after the other; and what the run store costs.

    python -m benchmarks.store_forms            # about a minute
    python -m benchmarks.store_forms --fsync    # also with every write forced to the disk, as the store does

1,000 runs of 1,000 rows (20 measures, 10 years, 27 dimensions, of which one is used). A fan is the 5th, 50th and 95th
percentile by year of one measure. The figures are in ``benchmarks/README.md``.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from unittest import mock

import duckdb
import numpy as np

from analysis.store import Rows, Run, Store, batch, run_file, run_key

RUNS, MANY = 1_000, 10_000
MEASURES = tuple(f"measure_{i}" for i in range(20))
DIMENSIONS = tuple(f"dimension_{i}" for i in range(27))
LABELS = {"measure": MEASURES, **{d: tuple(f"label_{i}" for i in range(6)) for d in DIMENSIONS}}
NOISE = np.random.default_rng(1)


def rows() -> Rows:
    """1,000 rows: five groups by year and measure, the first of them "all"."""
    columns = {"year": np.tile(np.repeat(np.arange(2025, 2035, dtype=np.int16), 5), 20)}
    columns["measure"] = np.repeat(np.arange(20, dtype=np.int16), 50)
    columns |= {d: np.full(1000, -1, np.int8) for d in DIMENSIONS}
    columns["dimension_0"] = np.tile(np.arange(-1, 4, dtype=np.int8), 200)
    columns |= {"value": NOISE.random(1000), "base": np.full(1000, np.nan)}
    return Rows(columns, LABELS)


def run(i: int) -> Run:
    """A record with three parameters of a design."""
    values = {f"leave.rate_{k}": i / (k + 7) for k in range(3)}
    return Run("england", i % 10, 1, hashlib.sha256(b"%d" % i).hexdigest(), 1.0, i // 10, values)


def store(folder: Path, runs: int) -> Store:
    """An empty store."""
    return Store.create(folder, {"digest": "x"}, {key(i): ("england", i // 10, i % 10) for i in range(runs)})


def key(i: int) -> str:
    """The key of the i-th run."""
    return run_key("benchmark", 1, i)


def fan(db: duckdb.DuckDBPyConnection, table: str) -> list[tuple]:
    """Percentiles by year of one measure, all dimensions "all"."""
    tests = " AND ".join(f"{d} IS NULL" for d in DIMENSIONS)
    return db.execute(
        f"SELECT year, quantile_cont(value, [0.05, 0.5, 0.95]) FROM {table} "
        f"WHERE measure = 'measure_3' AND {tests} GROUP BY year ORDER BY year"
    ).fetchall()


def timed(what: Callable[[], object], times: int = 5) -> float:
    """Milliseconds: the middle of some tries."""
    taken = []
    for _ in range(times):
        start = time.perf_counter()
        what()
        taken.append(time.perf_counter() - start)
    return 1000 * sorted(taken)[times // 2]


def fan_of_files(pattern: Path) -> float:
    """A fan over Parquet files, each time in a fresh database."""

    def ask() -> None:
        with duckdb.connect() as db:
            assert len(fan(db, f"read_parquet('{pattern}')")) == 10

    return timed(ask)


def forms(folder: Path) -> None:
    """One run a file against batches: bytes, writing and a fan."""
    packed = [
        (run_file.record_of(data), rows()) for i in range(RUNS) for data in [run_file.pack(key(i), run(i), rows())]
    ]
    print(f"{'form':<34} {'files':>6} {'MB':>6} {'write, ms a run':>16} {'fan, ms':>8}")
    for name, size in (
        ("Parquet, one run a file", 1),
        ("Parquet, 100 runs a batch", 100),
        ("Parquet, 500 runs a batch", 500),
    ):
        place = folder / f"of{size}"
        place.mkdir()
        start = time.perf_counter()
        for at in range(0, RUNS, size):
            batch.write(place, packed[at : at + size])
        taken = 1000 * (time.perf_counter() - start) / RUNS
        files = list(place.glob("results-*"))
        size_of = sum(f.stat().st_size for f in files) / 1e6
        print(
            f"{name:<34} {len(files):>6} {size_of:>6.1f} {taken:>16.2f} {fan_of_files(place / 'results-*.parquet'):>8.0f}"
        )
    packing = timed(lambda: [run_file.pack(key(i), run(i), packed[i][1]) for i in range(100)]) / 100
    size_of = len(run_file.pack(key(0), run(0), packed[0][1])) * RUNS / 1e6
    print(f"{'columns as they are, one run a file':<34} {RUNS:>6} {size_of:>6.1f} {packing:>16.2f}")


def whole(folder: Path, runs: int) -> None:
    """The store: what a commit costs, how fast it opens, and a fan."""
    made = store(folder, runs)
    given = [rows() for _ in range(50)]
    start = time.perf_counter()
    with made.writing():
        for i in range(runs):
            made.commit(key(i), run(i), given[i % 50])
            made.compact()
            if i + 1 == runs // 2 + 300:
                half = time.perf_counter()
                waiting = timed(lambda: fan_now(folder))
                start += time.perf_counter() - half
        made.compact(everything=True)
    taken = 1000 * (time.perf_counter() - start) / runs
    opened = timed(lambda: Store.open(folder).done())
    with Store.open(folder).connect() as db:
        fan(db, "results")
        again = timed(lambda: fan(db, "results"))
    print(
        f"{runs:,} runs: commit and fold {taken:.2f} ms a run; open and list what is done {opened:.0f} ms; "
        f"open, check every bit and draw a fan {timed(lambda: fan_now(folder)):.0f} ms, of which the fan {again:.0f} ms; "
        f"the same half-way with runs waiting to be folded {waiting:.0f} ms"
    )


def fan_now(folder: Path) -> None:
    """Open, check, ask."""
    with Store.open(folder).connect() as db:
        assert len(fan(db, "results")) == 10


def main() -> None:
    """Print the figures."""
    folder = Path(tempfile.mkdtemp())
    try:
        with mock.patch.object(os, "fsync"):
            forms(folder)
            whole(folder / "thousand", RUNS)
            whole(folder / "many", MANY)
        if "--fsync" in sys.argv:
            print("with fsync: ", end="")
            whole(folder / "forced", RUNS)
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
