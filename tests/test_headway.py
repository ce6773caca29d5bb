"""The front door as a package: it costs nothing to import, all it names is there, and nothing of a user's own hides it."""

from __future__ import annotations

import importlib
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import headway

ROOT = Path(__file__).resolve().parents[1]
HEAVY = {"numpy", "pandas", "numba", "mesa", "typer", "analysis", "scenarios", "simulation"}


def python(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    """Run Python in a folder; Headway is found as from an installation, after the folder itself."""
    program = "import sys; sys.path.append({!r}); sys.argv = sys.argv[1:]; {}"
    start = {
        "-m": "import runpy; runpy.run_module('headway', run_name='__main__', alter_sys=True)",
        "script": "from headway.__main__ import main; main()",
    }.get(arguments[0], arguments[0])
    code = program.format(str(ROOT), start)
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONPATH"}
    return subprocess.run(
        [sys.executable, "-c", code, "headway", *arguments[1:]],
        cwd=cwd, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_importing_headway_imports_nothing_else(tmp_path):
    """``import headway`` brings in no library of numbers and none of Headway's other packages."""
    done = python("import headway, json; print(json.dumps([m.split('.')[0] for m in sys.modules]))", cwd=tmp_path)
    loaded = set(json.loads(done.stdout))
    assert "headway" in loaded
    assert loaded & HEAVY == set()


def test_everything_named_is_there():
    """Each public name leads to something of that name with a docstring, and ``dir`` lists them all."""
    assert dir(headway) == sorted(headway.__all__)
    for name in headway.__all__:
        assert getattr(headway, name).__doc__, name
    with pytest.raises(AttributeError, match="no attribute 'rum'"):
        _ = headway.rum  # type: ignore[attr-defined]


def test_editors_see_what_is_there():
    """The names that type checkers see are those that are imported when asked for, from the same homes."""
    source = Path(headway.__file__).read_text(encoding="utf-8")
    seen = source[source.index("if TYPE_CHECKING:") : source.index("__all__")]
    for name in headway.__all__:
        home = headway._HOMES[name]
        assert f"from {home} import" in seen, name
        assert name in seen
    for package in ("headway", "analysis", "scenarios", "simulation"):
        assert (Path(importlib.import_module(package).__file__ or "").parent / "py.typed").is_file()


@pytest.mark.parametrize("start", ["-m", "script"])
def test_the_command_line_starts(start, tmp_path):
    """``python -m headway`` and the script ``headway`` are the same command line."""
    done = python(start, "--version", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (0, f"headway {headway.version()}\n")


@pytest.mark.parametrize("start", ["-m", "script"])
@pytest.mark.parametrize("hidden", ["analysis.py", "scenarios.py", "simulation.py", "analysis/__init__.py"])
def test_a_file_that_hides_a_package_is_named(start, hidden, tmp_path):
    """A user's own ``analysis.py`` where they start is met by one sentence and exit code 2."""
    (tmp_path / hidden).parent.mkdir(exist_ok=True)
    (tmp_path / hidden).write_text("")
    done = python(start, "--version", cwd=tmp_path)
    name = hidden.partition(".")[0].partition("/")[0]
    shown = tmp_path / (name if "/" in hidden else hidden)
    said = f"error: {shown} hides Headway's own package {name}: rename it, or start in another folder.\n"
    assert (done.returncode, done.stdout, done.stderr) == (2, "", said)


@pytest.mark.parametrize(
    "use", ["import headway; headway.run", "from headway import run", "import analysis, headway; headway.run"]
)
def test_a_file_that_hides_a_package_is_named_in_python(use, tmp_path):
    """The same sentence ends the traceback when Headway is used from Python, even if the file was imported before."""
    (tmp_path / "analysis.py").write_text("")
    last = python(use, cwd=tmp_path).stderr.strip().splitlines()[-1]
    own = tmp_path / "analysis.py"
    assert last == f"ImportError: {own} hides Headway's own package analysis: rename it, or start in another folder."


def test_other_files_hide_nothing(tmp_path):
    """A folder of data that happens to be called ``analysis`` is no package and hides nothing."""
    (tmp_path / "analysis").mkdir()
    done = python("import headway; print(headway.version())", cwd=tmp_path)
    assert done.stdout.strip() == headway.version()
