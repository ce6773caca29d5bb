"""Imports go one way: headway, then analysis, then scenarios, then simulation; and the model stays clear of files, charts and shells."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]

ALLOWED = {
    "simulation": {"simulation"},
    "scenarios": {"scenarios", "simulation"},
    "analysis": {"analysis", "scenarios", "simulation"},
    "headway": {"headway", "analysis", "scenarios"},
}
"""For each of the house's packages, those that it may import."""

KEPT_OUT = {
    "simulation": {
        "yaml",
        "pydantic",
        "duckdb",
        "pyarrow",
        "altair",
        "vl_convert",
        "typer",
        "rich",
        "click",
        "dask",
        "distributed",
    },
    "scenarios": {"duckdb", "altair", "vl_convert", "typer", "rich", "click", "mesa"},
    "analysis": {"click"},  # the command line carries a copy of its own
    "headway": {"numpy", "pandas", "numba", "mesa", "typer", "yaml"},  # import headway costs nothing
}
"""Libraries that a package must do without, at module level or inside functions."""


def imported(source: str) -> set[str]:
    """Top-level names of all that a module imports, wherever in it the import stands."""
    names = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"line {node.lineno}: imports are written in full, not relative to a package"
            names.add((node.module or "").split(".")[0])
    return names


def wrong(package: str, source: str) -> set[str]:
    """Imports in ``source`` that a module of ``package`` must not have."""
    names = imported(source)
    return (names & set(ALLOWED)) - ALLOWED[package] | names & KEPT_OUT[package]


MODULES = [(package, path) for package in ALLOWED for path in sorted((ROOT / package).rglob("*.py"))]


@pytest.mark.parametrize(("package", "path"), MODULES, ids=[str(p.relative_to(ROOT)) for _, p in MODULES])
def test_imports_go_one_way(package, path):
    """No module imports from a package above its own, nor a library that its package does without."""
    assert wrong(package, path.read_text(encoding="utf-8")) == set()


@pytest.mark.parametrize(
    ("package", "source", "found"),
    [
        ("simulation", "from scenarios.places import locate", {"scenarios"}),
        ("simulation", "def f():\n    import analysis.store", {"analysis"}),
        ("scenarios", "if True:\n    from analysis import show", {"analysis"}),
        ("simulation", "import yaml", {"yaml"}),
        ("analysis", "import click", {"click"}),
        ("analysis", "import headway", {"headway"}),
        ("analysis", "from scenarios import load\nimport simulation.draws", set()),
    ],
)
def test_wrong_arrows_are_found(package, source, found):
    """The check itself finds wrong imports, hidden ones too, and lets right ones pass."""
    assert wrong(package, source) == found


ROOMS = ("commands", "output", "charts", "studies", "runs", "store")
"""Rooms of ``analysis`` from the top down: each may use those after it, and never those before it."""


def upwards(room: str, source: str) -> set[str]:
    """Rooms above ``room`` that a module of it imports, wherever in it the import stands."""
    above = {f"analysis.{name}" for name in ROOMS[: ROOMS.index(room)]}
    found = set()
    for node in ast.walk(ast.parse(source)):
        names = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
        if isinstance(node, ast.Import | ast.ImportFrom):
            names += [".".join(filter(None, (*names[:1], alias.name))) for alias in node.names]
        found |= {".".join(name.split(".")[:2]) for name in names} & above
    return found


@pytest.mark.parametrize("room", ROOMS)
def test_rooms_of_analysis_use_only_those_below(room):
    """Output shows what studies found, studies use runs, runs fill the store: nothing knows who uses it."""
    paths = sorted((ROOT / "analysis" / room).rglob("*.py"))
    assert paths
    assert {str(path): found for path in paths if (found := upwards(room, path.read_text(encoding="utf-8")))} == {}


def test_wrong_arrows_between_rooms_are_found():
    """Imports by name, of a module, inside a function: none escapes; arrows down pass."""
    for source in (
        "from analysis.charts import draw",
        "import analysis.charts.style",
        "def f():\n    from analysis import charts",
    ):
        assert upwards("studies", source) == {"analysis.charts"}
        assert upwards("output", source) == set()


def test_models_are_made_in_one_place():
    """Whatever is asked of a model, ``analysis`` makes it where a replicate is defined: here every call of the class is."""
    made = {"PipelineModel", "Continued"}
    found = set()
    for path in (ROOT / "analysis").rglob("*.py"):
        calls = [
            node.func for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.Call)
        ]
        if any(isinstance(call, ast.Name) and call.id in made for call in calls):
            found.add(path.relative_to(ROOT / "analysis").as_posix())
    assert found == {"runs/replicate.py"}
