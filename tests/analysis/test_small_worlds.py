"""The smallest systems run: one school or two, schools of one phase, no cluster, a hundredth of a context.

Every output is made of each, from tables that may be empty: nobody joins, nobody is followed, no school is in a trust.
``HEADWAY_SMALL=all`` tries every context at every scale, alone and compared, in place of a sample.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from analysis.cli import app

HEADER = "urn,name,phase,region,local_authority,kind,pupils,fsm_percent"
SCHOOLS = {
    "one special school of a pupil": [("special", "maintained", 1)],
    "one academy": [("secondary", "academy", 900)],
    "two schools, no cluster": [("primary", "maintained", 96), ("secondary", "maintained", 810)],
    "five academies of one trust": [("primary", "academy", 100)] * 5,
    "thirty large schools": [("secondary", "maintained", 1000)] * 30,
}
POLICIES = {
    "eastern-region": "eastern-region-2010",
    "england": "everything",
    "kenya-today": "kenya",
    "rwanda-today": "rwanda",
    "wales-today": "wales",
}
"""A scenario of each context in which nothing new is done, and one in which something is."""
SMALLEST = {"eastern-region": 0.01, "england": 0.002, "kenya-today": 0.01, "rwanda-today": 0.01, "wales-today": 0.02}
EVERY = [(base, scale) for base in POLICIES for scale in (0.01, 0.02, 0.05, 0.1)]
ALL = os.environ.get("HEADWAY_SMALL") == "all"
RUNS = EVERY if ALL else list(SMALLEST.items())
COMPARISONS = EVERY if ALL else [("eastern-region", 0.05), ("kenya-today", 0.01)]


def headway(*arguments: object) -> Result:
    """Run a command in this process; it must end well, and an exception is shown as it is."""
    result = CliRunner().invoke(app, [str(argument) for argument in arguments], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result


def outputs_of(folder: Path) -> None:
    """Make every output of a folder of results."""
    for command in ("report", "workbook", "deck", "check"):
        headway(command, folder)
    headway("export", folder, "--csv", folder / "all.csv")
    assert (folder / "report" / "report.html").stat().st_size > 10_000


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Workbooks and slides are written where one is."""
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def schools(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A register of the schools that the test is of."""
    rows: Sequence[tuple[str, str, int]] = SCHOOLS[request.param]
    lines = [f"{900001 + i},S{i},{p},London,201,{kind},{n},20" for i, (p, kind, n) in enumerate(rows)]
    path = tmp_path / "schools.csv"
    path.write_text("\n".join([HEADER, *lines]) + "\n")
    return path


@pytest.mark.parametrize("schools", SCHOOLS, indirect=True)
def test_a_handful_of_schools_runs_to_every_output(schools: Path, tmp_path: Path) -> None:
    """A run with every programme in it, of a register of few schools: no output fails for want of rows."""
    headway("run", "everything", "--schools", schools, "--years", 2, "--replicates", 1, "--out", tmp_path / "run")
    outputs_of(tmp_path / "run")


@pytest.mark.parametrize("schools", list(SCHOOLS)[1:3], indirect=True)
def test_a_comparison_of_a_handful_of_schools_is_told(schools: Path, tmp_path: Path) -> None:
    """A policy that nobody is there for is compared, and the report of that is made."""
    arms = ("compare", "england", "teaching-leaders")
    headway(*arms, "--schools", schools, "--years", 2, "--replicates", 2, "--out", tmp_path / "out")
    outputs_of(tmp_path / "out")


@pytest.mark.parametrize(("base", "scale"), RUNS)
def test_a_small_part_of_a_context_runs_to_every_output(base: str, scale: float, tmp_path: Path) -> None:
    """A sample may be of one school and no cluster."""
    run = tmp_path / "run"
    headway("run", POLICIES[base] if ALL else base, "--scale", scale, "--years", 2, "--replicates", 1, "--out", run)
    outputs_of(run)


@pytest.mark.parametrize(("base", "scale"), COMPARISONS)
def test_a_small_part_of_a_context_is_compared(base: str, scale: float, tmp_path: Path) -> None:
    """A policy that reaches one school or none is told of beside the system without it."""
    out = tmp_path / "out"
    headway("compare", base, POLICIES[base], "--scale", scale, "--years", 2, "--replicates", 2, "--out", out)
    outputs_of(out)
