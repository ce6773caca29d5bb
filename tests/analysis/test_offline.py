"""With the network cut off, everything works, and nothing so much as tries to reach another machine."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.servers import PATIENCE

ROOT = Path(__file__).resolve().parents[2]
UNSHARE = shutil.which("unshare")


@pytest.fixture(scope="module")
def alone() -> list[str]:
    """How to start a program in a network of its own."""
    if UNSHARE is None:
        pytest.skip("unshare is not here: a network cannot be cut off")
    done = subprocess.run([UNSHARE, "-rn", "true"], capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip(f"a network of its own is not permitted here: {done.stderr.strip()}")
    return [UNSHARE, "-rn"]


def test_run_report_workbook_deck_and_page_work_without_a_network(alone: list[str], tmp_path: Path) -> None:
    """Cut off from it, everything is made in full, and nothing even tries to connect."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [*alone, sys.executable, "-m", "tests.analysis.offline"],
        cwd=tmp_path, env=environment, capture_output=True, text=True, check=False, timeout=PATIENCE,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
    told = json.loads(done.stdout.splitlines()[-1])
    assert told["cut"] == ["192.0.2.1"]  # it was heard, and not reached
    assert told["tried"] == []
    assert "tried" not in told["told"]
    assert told["page"] > 5000
    assert {"/static/app.css", "/static/app.js"} <= set(told["parts"])
    assert min(told["parts"].values()) > 100
    made = (
        "out/report/report.html",
        "out/charts/outlook.svg",
        "out/charts/outlook.png",
        "book.xlsx",
        "book.ods",
        "deck.pptx",
        "out.csv",
    )
    for name in made:
        assert (tmp_path / name).stat().st_size > 1000, name
