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
