"""Whether a calibration finds parameters that are known, on runs of the model: ``python -m benchmarks.recovery``.

England's plan, cut to a small sample of its schools and to some of its free numbers, is calibrated; then sets of numbers are drawn from what is
believed beforehand, each gives figures by a run of its own, and the calibration is held against what it should find. The runs are kept in the
folder: stopped, the same command goes on.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import yaml

from analysis.runs.work import never
from analysis.store import files
from analysis.studies.calibrate import told
from analysis.studies.calibrate.recover import Recovery, ranks, recover
from analysis.studies.calibrate.study import Calibration, Options, carry_out
from scenarios.calibration import find_plan

SCALE = "0.5%"
FREE = 8
RUNS = {
    "ensemble": 80,
    "passes": 2,
    "refocus": 60,
    "refocuses": 1,
    "repeats": 16,
    "whole": 0,
    "censuses": 5,
    "draws": 100,
}
TRUTHS, RUNS_EACH = 200, 1
LOW, HIGH = 0.85, 0.95
"""Between which the share of 90% intervals that hold what is known should be."""


def written(folder: Path) -> Path:
    """England's plan, made small, in the folder."""
    known = yaml.safe_load(find_plan("england").path.read_text(encoding="utf-8"))
    small = {**known, "scale": SCALE, "runs": RUNS, "free": known["free"][:FREE]}
    path = files.folder(folder) / "plan.yaml"
    files.put(path, yaml.safe_dump(small, sort_keys=False, allow_unicode=True).encode())
    return path


def recovered(folder: Path, truths: int, workers: int) -> tuple[Calibration, Recovery]:
    """The calibration, and how often its intervals hold what is known."""
    found, runner = carry_out(written(folder), folder / "fit", Options(workers), never)
    return found, recover(found, runner, truths, RUNS_EACH)


def main(arguments: list[str]) -> int:
    """Print what is found; exit code 1 if it is not what it should be."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.recovery", description=__doc__)
    parser.add_argument("folder", type=Path, help="where plan and runs are kept")
    parser.add_argument("--truths", type=int, default=TRUTHS, help="sets of numbers that are to be found")
    parser.add_argument("--workers", type=int, default=1)
    given = parser.parse_args(arguments)
    found, recovery = recovered(given.folder, given.truths, given.workers)
    as_it_is, narrow = ranks(found.fit, found.plan.seed)
    for said in told.recovery(as_it_is, narrow, recovery):
        print(said)
    for free, share in zip(found.plan.free, recovery.covered.mean(axis=0), strict=True):
        print(f"  {free.says}: {share:.0%}")
    return 0 if LOW <= recovery.share <= HIGH and as_it_is.uniform and not narrow.uniform else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
