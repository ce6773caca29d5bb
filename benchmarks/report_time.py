"""How long a report of 4 scenarios × 200 replicates takes, and how large it is.

python -m benchmarks.report_time [--replicates 200] [--years 10] [--scenarios 4] [--folder STUDY]

Runs are made up, with every measure that the report and its charts ask for in every group, unless a folder is named. The
first report is made without an extract, the second with the one that commands which run a study leave behind.
"""

from __future__ import annotations

import argparse
import resource
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from time import perf_counter

from analysis.store import Store
from tests.analysis.output.html.stores import write


def main() -> None:
    """Make the folder, then time the command as a user runs it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--replicates", type=int, default=200)
    parser.add_argument("--years", type=int, default=10)
    parser.add_argument("--scenarios", type=int, default=4)
    parser.add_argument("--folder", type=Path, help="a study that is there; its extract is made anew")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        if asked.folder is None:
            names = {f"scenario-{i}": f"Scenario {i}" for i in range(asked.scenarios)}
            store = write(Path(folder) / "study", names, asked.replicates, years=asked.years)
        else:
            store = Store.open(asked.folder)
        rows = sum(record["rows"] for record in store.records().values())
        print(f"{rows:,} rows in {len(store.records()):,} runs")
        shutil.rmtree(store.folder / "extract", ignore_errors=True)
        for what in ("without an extract", "with it"):
            begun, used = perf_counter(), _used()
            subprocess.run([sys.executable, "-m", "analysis.cli", "report", str(store.folder)], check=True)
            size = (store.folder / "report" / "report.html").stat().st_size / 1e6
            print(f"{what}: {perf_counter() - begun:.1f} s, of processor {_used() - used:.1f} s, {size:.2f} MB")


def _used() -> float:
    spent = resource.getrusage(resource.RUSAGE_CHILDREN)
    return spent.ru_utime + spent.ru_stime


if __name__ == "__main__":
    main()
