"""Every command with arguments of its own, in a folder that has what they need: schools by the handful, and years by the one."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

from tests.analysis import sweeping

FEW = ("--schools", "schools.csv", "--replicates", "2")
GOAL = "posts_vacant in 2026/27 down by 1"
SCHOOLS = """\
urn,name,phase,region,local_authority,kind,pupils,fsm_percent
900001,First,primary,London,201,academy,96,20
900002,Second,secondary,London,201,maintained,810,20
"""


@dataclass(frozen=True)
class Command:
    """A command as it is typed, and what it leaves."""

    words: tuple[str, ...]
    keeps: str = ""
    """The folder of results that it makes, and that the same command goes on with."""
    code: int = 0


def _of(text: str, *more: str, keeps: str = "", code: int = 0) -> Command:
    return Command((*text.split(), *more), keeps, code)


COMMANDS = {
    "back-test": _of("back-test england-2010 --scale 0.0005 --years 2 --fit-until 2011"),
    "break-even": _of("break-even quick.yaml --base base.yaml --vary places.number --steps 2", *FEW, "--goal", GOAL),
    "check": _of("check quick.yaml odd.yaml", code=2),
    "compare": _of("compare base.yaml quick.yaml --out new", *FEW, keeps="new"),
    "deck": _of("deck study"),
    "diff": _of("diff base.yaml quick.yaml"),
    "doctor": _of("doctor study"),
    "evaluate": _of("evaluate early-headship-coaching --scale 0.0005 --years 5 --replicates 1"),
    "explain": _of("explain quick.yaml"),
    "export": _of("export study --csv all.csv --parquet all.parquet"),
    "library": _of("library"),
    "measures": _of("measures retention"),
    "merge": _of("merge study --out new", keeps="new"),
    "new": _of("new scenario mine"),
    "parameters": _of("parameters leave"),
    "phases": _of("phases --profile --scenario quick.yaml --scale 0.0005"),
    "query": _of("query study", "SELECT * FROM results LIMIT 3"),
    "reckoner": _of("reckoner teaching-leaders --scale 0.0005 --years 1 --replicates 2"),
    "repair": _of("repair study"),
    "report": _of("report study"),
    "reproduce": _of("reproduce study TAB-1 --quick"),
    "run": _of("run quick.yaml --out new", *FEW, keeps="new"),
    "schools": _of("schools import schools.csv --out register.csv"),
    "selftest": _of("selftest --histories 1"),
    "sensitivity": _of("sensitivity base.yaml --of break --trajectories 2 --schools schools.csv --measure heads_leaving"),
    "stress": _of(
        "stress base.yaml quick.yaml --out new --futures 8 --replicates 1 --scale 0.0005 --years 1 --goal", GOAL, keeps="new"
    ),
    "sweep": _of("sweep design.yaml --out new", keeps="new"),
    "validate": _of("validate --scale 0.0005 --replicates 1"),
    "value-for-money": _of("value-for-money base.yaml quick.yaml", *FEW),
    "value-of-information": _of("value-of-information quick.yaml --base base.yaml --goal", "cost per head kept < 20000", *FEW),
    "warm-up": _of("warm-up"),
    "workbook": _of("workbook study"),
}  # fmt: skip
STUDY = ("compare", "base.yaml", "quick.yaml", "--out", "study", *FEW), ("report", "study")
"""The commands that make the results that others read."""
ELSEWHERE = {"app", "calibrate", "scheduler", "worker"}
"""They serve until they are stopped, or take long; tests of their own look at them."""


def folder_for_all(folder: Path) -> None:
    """Put into ``folder`` what the commands need, but for the results in ``study``: see :data:`STUDY`."""
    design = sweeping.DESIGN.replace("draws: 3", "draws: 2").replace("replicates: 2", "replicates: 1")
    sweeping.design(folder, design)
    (folder / "schools.csv").write_text(SCHOOLS, encoding="utf-8")
    (folder / "base.yaml").write_text(f"{sweeping.HEAD}context: context.yaml\nyears: 1\n", encoding="utf-8")
    (folder / "odd.yaml").write_text(f"{sweeping.HEAD}extends: englnad\nyeers: 1\n", encoding="utf-8")


def copied(ready: Path, folder: Path) -> Path:
    """A copy of what the commands need, for one that writes into it."""
    shutil.copytree(ready, folder)
    return folder
