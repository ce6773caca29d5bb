"""The lines of the guide for R give every row, where R and the package that a line needs are installed."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.analysis import tiny

GUIDE = Path(__file__).parents[2] / "docs" / "guides" / "results.md"
(ROW,) = re.findall(r"^\| R \| (.*) \|$", GUIDE.read_text(encoding="utf-8"), re.MULTILINE)
LINES = re.findall(r"`(.*?)`", ROW)


def test_there_are_lines():
    """Each begins with its package."""
    assert [line.partition("::")[0] for line in LINES] == ["arrow", "duckdb"]


@pytest.mark.skipif(shutil.which("Rscript") is None, reason="R is not installed")
@pytest.mark.parametrize("line", LINES)
def test_a_line_gives_every_row(line, tmp_path):
    """As many rows as were kept."""
    store = tiny.store(tmp_path / "study", 7)
    for i in range(7):
        store.commit(tiny.key(i), tiny.run(i), tiny.rows(i))
    store.compact(everything=True)
    package = line.partition("::")[0]
    script = f'if (!requireNamespace("{package}", quietly = TRUE)) quit(status = 3); cat(nrow({line}))'
    done = subprocess.run(["Rscript", "-e", script], cwd=tmp_path, capture_output=True, text=True, check=False)
    if done.returncode == 3:
        pytest.skip(f"R's {package} is not installed")
    assert done.stdout == "28", done.stderr
