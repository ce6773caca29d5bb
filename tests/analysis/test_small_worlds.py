"""The smallest systems run: one school or two, schools of one phase, no cluster, a hundredth of a context.

Every output is made of each, from tables that may be empty: nobody joins, nobody is followed, no school is in a trust.
"""

from __future__ import annotations

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
PARTS = [
    ("eastern-region", 0.01),
    ("eastern-region", 0.05),
    ("kenya-today", 0.01),
    ("rwanda-today", 0.01),
    ("wales-today", 0.02),
    ("england", 0.002),
]


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


@pytest.mark.parametrize("schools", list(SCHOOLS)[:3], indirect=True)
def test_a_comparison_of_a_handful_of_schools_is_told(schools: Path, tmp_path: Path) -> None:
    """A policy that nobody is there for is compared, and the report of that is made."""
    arms = ("compare", "england", "teaching-leaders")
    headway(*arms, "--schools", schools, "--years", 2, "--replicates", 2, "--out", tmp_path / "out")
    outputs_of(tmp_path / "out")


@pytest.mark.parametrize(("name", "scale"), PARTS)
def test_a_small_part_of_a_context_runs_to_every_output(name: str, scale: float, tmp_path: Path) -> None:
    """A sample may be of one school and no cluster."""
    run = tmp_path / "run"
    headway("run", name, "--scale", scale, "--years", 2, "--replicates", 1, "--out", run)
    outputs_of(run)
