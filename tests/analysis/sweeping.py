"""Sweeps that take seconds: some ten schools, one year, no years before it; and work for workers that ends badly."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

from analysis.studies.sweep import one_run
from tests.servers import PATIENCE

HEAD = "title: Quick\nsummary: Small worlds.\n"
DESIGN = """\
title: Twelve runs
summary: For tests.
scenarios: [quick.yaml]
scale: 0.0005
replicates: 2
levers:
  programmes.teaching-leaders.places.number: [320, 32000]
uncertainties:
  leave.state_schools: {times: {uniform: [0.8, 1.2]}}
draws: 3
"""


def design(folder: Path, text: str = DESIGN, name: str = "design.yaml") -> Path:
    """A design, with the scenario that it runs beside it."""
    (folder / "context.yaml").write_text(f"{HEAD}extends: england\nwarm_up_years: 0\n", encoding="utf-8")
    quick = "context: context.yaml\nyears: 1\nprogrammes:\n  teaching-leaders: {}\n"
    (folder / "quick.yaml").write_text(HEAD + quick, encoding="utf-8")
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def poisoned(common, one, passed):
    """A run as ever, but for two: one ends its process, the other raises an error."""
    if (one.point, one.replicate) == (1, 1):
        os._exit(9)
    if (one.point, one.replicate) == (2, 0):
        raise ValueError("no such luck")
    return one_run.carry_out(common, one, passed)


def product(shared, part, passed):
    """Multiply; every tenth tells a step. Of the others some are odd: see below."""
    if part == 1001:
        return "simulation.model" in sys.modules
    if part == 1002:
        return lambda: "nobody can send this"
    if part == 13:
        raise ValueError("thirteen")
    if part == 14:
        os._exit(9)
    if part == 15:
        time.sleep(10 * PATIENCE)
    if part == 16:
        return os.getpid()
    if part in (17, 18, 19):  # many short steps
        for _ in range(100 * PATIENCE if part > 17 else 5):
            time.sleep(0.1)
            passed("step")
        return os.getpid()
    if part % 10 == 0:
        passed(f"step {part}")
    return shared * part
