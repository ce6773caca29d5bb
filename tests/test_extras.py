"""What can be left out of an installation is missed by nothing else, and asking for it says how to add it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from analysis.errors import EXTRAS, WHAT

ROOT = Path(__file__).resolve().parents[1]
WITHOUT = """
import sys

class Without:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in {left_out!r}:
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)

sys.meta_path.insert(0, Without())
sys.argv[1:] = {arguments!r}
from headway.__main__ import main
main()
"""


def without(*arguments: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """A command, run as if no extra were installed."""
    code = WITHOUT.format(left_out=set(EXTRAS), arguments=list(arguments))
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    return subprocess.run(
        [sys.executable, "-c", code], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )


def test_runs_charts_and_questions_need_no_extra(tmp_path):
    """From a run to its charts, questions and report."""
    run = (
        "run",
        "eastern-region",
        "--scale",
        "0.1",
        "--years",
        "1",
        "--replicates",
        "2",
        "--workers",
        "2",
        "--out",
        "study",
    )
    commands = [
        run,
        ("query", "study", "SELECT count(*) AS runs FROM runs", "--json"),
        ("report", "study"),
    ]
    for arguments in commands:
        done = without(*arguments, folder=tmp_path)
        assert done.returncode == 0, (arguments, done.stderr)
    assert list((tmp_path / "study" / "charts").glob("*.svg"))


@pytest.mark.parametrize(
    ("arguments", "extra"),
    [(("app",), "page"), (("workbook", "study"), "office"), (("deck", "study"), "office")],
)
def test_what_is_left_out_is_named_with_how_to_add_it(tmp_path, arguments, extra):
    """One message without a traceback, and exit code 2."""
    done = without(*arguments, folder=tmp_path)
    assert done.returncode == 2
    assert f'".[{extra}]"' in done.stderr
    assert WHAT[extra] in done.stderr
    assert "Traceback" not in done.stderr


def test_every_extra_is_declared_and_all_has_them():
    """The table here and ``pyproject.toml`` name the same, and what make.py installs is everything."""
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = declared["optional-dependencies"]
    assert set(EXTRAS.values()) == set(WHAT) <= set(extras)
    assert extras["all"] == ["headway" + "[page,office,dask]"]
    locked = (ROOT / "requirements" / "lock.txt").read_text(encoding="utf-8").lower()
    for extra in ("page", "office", "dask"):
        for requirement in extras[extra]:
            assert f"\n{requirement.split('>')[0]}==" in f"\n{locked}", requirement
    assert not json.dumps(declared["dependencies"]).count("distributed")
