"""The notebook among the guides runs, and shows what its file says."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.docs.notebook import GUIDE, read, told
from tests.servers import PATIENCE

ROOT = Path(__file__).resolve().parents[2]
RENEW = "numbers or words have moved: look at them, then run python -m tests.docs.notebook"


def test_every_cell_runs_in_a_process_of_its_own_and_shows_what_is_kept(tmp_path, monkeypatch):
    """Without Jupyter: words and rounded numbers of every table, titles and descriptions of every picture."""
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.delenv("PYTHONDONTWRITEBYTECODE", raising=False)
    out = tmp_path / "run.ipynb"
    done = subprocess.run(
        [sys.executable, "-m", "tests.docs.notebook", str(out)],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert told(read(out)) == told(read()), RENEW


def test_a_kernel_shows_the_same(tmp_path, monkeypatch):
    """In a real kernel, with HTML tables and SVG pictures among its outputs."""
    nbclient = pytest.importorskip("nbclient", reason="nbclient is not installed")
    pytest.importorskip("ipykernel", reason="ipykernel is not installed")
    nbformat = pytest.importorskip("nbformat", reason="nbformat is not installed")
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    notebook = nbformat.read(GUIDE, as_version=4)
    nbformat.validate(notebook)
    nbclient.NotebookClient(notebook, timeout=PATIENCE, resources={"metadata": {"path": str(tmp_path)}}).execute()
    shown = [kind for outputs in told(notebook) for kind, _ in outputs]
    assert shown.count("text/html") >= 4
    assert shown.count("image/svg+xml") >= 3
    assert "stderr" not in shown
    assert told(notebook) == told(read()), RENEW


def test_the_file_is_free_of_what_is_of_one_machine_or_moment():
    """No paths, addresses of objects or metadata, and cells numbered as in one run from the top."""
    text, notebook = GUIDE.read_text(encoding="utf-8"), read()
    assert re.findall(r"/home/|/root/|/tmp/|/Users/|/work/|[A-Z]:\\\\|0x[0-9a-f]{8}", text) == []
    assert all(cell["metadata"] == {} for cell in notebook["cells"])
    assert notebook["metadata"] == {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    }
    counts = [cell["execution_count"] for cell in notebook["cells"] if cell["cell_type"] == "code"]
    assert counts == list(range(1, len(counts) + 1))


def test_what_the_guide_says_of_its_example_is_so():
    """Coaching raises well-being by what can be told and nobody would notice; the what-if keeps more heads, too few to tell by twelve pairs."""
    (table,) = [
        text for outputs in told(read()) for kind, text in outputs if kind == "text/html" and "90% interval" in text
    ]
    assert "cannot tell" in table
    told_of = r"all years standard deviations \S+ \S+ \+\S+ \S+ to \+\S+ \S+ higher(?: on average)?, better, too small to notice"
    assert re.search(told_of, table)
    assert re.search(r"New heads kept 1 year % [^A-Z]*all years % \S+ \S+ \+\S+ pts – \S+ cannot tell", table)
