"""How long a report of 4 scenarios × 200 replicates takes, and how large it is.

python -m benchmarks.report_time [--replicates 200] [--years 10] [--scenarios 4]

Runs are made up: every measure that the report and its charts ask for, in every group.
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
import tempfile
from pathlib import Path
from time import perf_counter

from tests.analysis.report.stores import write


def main() -> None:
    """Make the folder, then time the command as a user runs it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--replicates", type=int, default=200)
    parser.add_argument("--years", type=int, default=10)
    parser.add_argument("--scenarios", type=int, default=4)
    asked = parser.parse_args()
    names = {f"scenario-{i}": f"Scenario {i}" for i in range(asked.scenarios)}
    with tempfile.TemporaryDirectory() as folder:
        store = write(Path(folder) / "study", names, asked.replicates, years=asked.years)
        rows = sum(record["rows"] for record in store.records().values())
        start = perf_counter()
        subprocess.run([sys.executable, "-m", "analysis.cli", "report", str(store.folder)], check=True)
        seconds = perf_counter() - start
        spent = resource.getrusage(resource.RUSAGE_CHILDREN)
        size = (store.folder / "report" / "report.html").stat().st_size / 1e6
        print(
            f"{rows:,} rows in {asked.scenarios * asked.replicates:,} runs: {seconds:.1f} s, of which at work {spent.ru_utime + spent.ru_stime:.1f} s, {size:.2f} MB"
        )


if __name__ == "__main__":
    main()
