"""Whether a calibration finds parameters that are known, on runs of a small system: ``python -m benchmarks.recovery FOLDER``.

The island of the tests, sixty schools, is calibrated on four figures; then sets of its free numbers are drawn from what is believed
beforehand, each gives figures by a run of its own, and the calibration is held against what it should find. The runs are kept in the
folder: stopped, the same command goes on.
"""

from __future__ import annotations

import argparse
import shutil
import sys
from pathlib import Path

from analysis.runs.work import never
from analysis.store import files
from analysis.studies.calibrate import told
from analysis.studies.calibrate.recover import Recovery, ranks, recover
from analysis.studies.calibrate.study import Calibration, Options, carry_out

ISLAND = Path(__file__).parents[1] / "tests" / "contexts" / "island"
TARGETS = """\
title: Figures of the island
summary: Made up.
targets:
  1: {title: "Leaver rate, basic", definition: As it is measured, counted: {what: fte, event: left_service, out_of: in_service_before}}
  2: {title: "Leaver rate, upper", definition: As it is measured, counted: {what: fte, event: left_service, out_of: in_service_before}}
  3: {title: Mobility, definition: As it is measured, counted: {what: people, event: changed_school, out_of: in_service}}
  4: {title: Returners among entrants, definition: As it is measured, counted: {what: fte, event: returned, out_of: entrants}}
points:
  - {target: 1, measure: leaver_rate, where: {phase: basic}, unit: share, value: 9%, n: 400, tolerance: 1%, tolerance_kind: absolute, sources: [leaver_rate_all_all_2024]}
  - {target: 2, measure: leaver_rate, where: {phase: upper}, unit: share, value: 9%, n: 400, tolerance: 1%, tolerance_kind: absolute, sources: [leaver_rate_all_all_2024]}
  - {target: 3, measure: mover_rate, unit: share, value: 8%, tolerance: 1%, tolerance_kind: absolute, sources: [mobility_primary_2015]}
  - {target: 4, measure: returner_share_of_entrants, unit: share, value: 40%, n: 100, tolerance: 5%, tolerance_kind: absolute, sources: [leaver_rate_all_all_2024]}
"""
BANDS = ("25_29", "30_34", "35_39", "40_44", "45_49")
PLAN = """\
title: The island, fitted
summary: Three numbers, by few runs.
scenario: scenario.yaml
scale: 100%
seed: 4
runs: {ensemble: 60, passes: 2, refocus: 40, refocuses: 1, repeats: 16, whole: 0, censuses: 2, draws: 100}
discrepancy: {all: 10%}
free:
  - {name: back, says: coming back from a break, cells: [leave.return_from_break], range: [20%, 80%]}
"""
"""Leaving between 25 and 49, by phase, is added by :func:`plan`."""
TRUTHS, RUNS_EACH = 200, 1
LOW, HIGH = 0.85, 0.95
"""Between which the share of 90% intervals that hold what is known should be."""


def plan() -> str:
    """The plan of three free numbers, as YAML."""
    lines = []
    for phase in ("basic", "upper"):
        cells = ", ".join(f'"leave.state_schools[{phase},{band}]"' for band in BANDS)
        lines.append(
            f"  - {{name: {phase}, says: leaving {phase} schools, shift: [-0.8, 0.8], grade: J, cells: [{cells}]}}"
        )
    return PLAN + "\n".join([*lines, ""])


def written(folder: Path) -> Path:
    """The island with figures and a plan, in the folder."""
    place = folder / "island"
    if not place.exists():
        shutil.copytree(ISLAND, place)
    files.put(place / "targets.yaml", TARGETS.encode())
    files.put(place / "plan.yaml", plan().encode())
    return place / "plan.yaml"


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
