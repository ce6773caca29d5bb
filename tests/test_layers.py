"""Imports go one way: headway, then analysis, then scenarios, then simulation; and the model stays clear of files, charts and shells."""

from __future__ import annotations

import ast
from graphlib import CycleError, TopologicalSorter
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


ROOMS = (
    ("cli",), ("commands",), ("app", "doctor", "drawing", "mesa_model", "selftest", "stubs"), ("api", "deciding"), ("given",), ("output",), ("charts",), ("studies",), ("runs",), ("store",),
    ("explain", "options"), ("figures",), ("telling", "paths"), ("errors", "last_resort", "stopping", "streams", "version"), ("limits",),
)  # fmt: skip
"""Folders and files of ``analysis`` from the top down: each imports from those below it alone."""


def house() -> dict[str, str]:
    """The source of every module of the house by its name."""
    found = {}
    for _, path in MODULES:
        name = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        found[name] = path.read_text(encoding="utf-8")
    return found


def arrows(modules: dict[str, str]) -> dict[str, set[str]]:
    """By module, the modules that it imports, wherever in it the import stands: inside functions and for types too."""
    found: dict[str, set[str]] = {}
    for name, source in modules.items():
        tree = ast.walk(ast.parse(source))
        froms = [
            (node.module or "", alias.name) for node in tree if isinstance(node, ast.ImportFrom) for alias in node.names
        ]
        named = {f"{module}.{part}" if f"{module}.{part}" in modules else module for module, part in froms}
        whole = {
            alias.name for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Import) for alias in node.names
        }
        found[name] = ((named | whole) & modules.keys()) - {name}
    return found


def up(found: dict[str, set[str]]) -> set[tuple[str, str]]:
    """Imports within ``analysis`` that lead to a room beside or above that of the importer."""
    floor = {room: n for n, rooms in enumerate(ROOMS) for room in rooms}
    pairs = {(name, other) for name, others in found.items() for other in others}
    within = {pair for pair in pairs if all(name.startswith("analysis.") for name in pair)}
    rooms = {(name, other): (name.split(".")[1], other.split(".")[1]) for name, other in within}
    return {pair for pair, (mine, theirs) in rooms.items() if mine != theirs and floor[mine] >= floor[theirs]}


def circle(found: dict[str, set[str]]) -> list[str]:
    """Modules that import one another in a circle, the first again at the end; empty if none do."""
    try:
        TopologicalSorter(found).prepare()
    except CycleError as error:
        return list(error.args[1])
    return []


def test_rooms_of_analysis_import_from_those_below():
    """Commands, page, front door, output, charts, studies, runs, store, in this order, and never back."""
    found = arrows(house())
    assert {name.split(".")[1] for name in found if name.startswith("analysis.")} == {
        room for of in ROOMS for room in of
    }
    assert up(found) == set()


def test_no_module_imports_another_in_a_circle():
    """Imports inside functions and for types count, so that every module can be read before those that use it."""
    assert circle(arrows(house())) == []


def test_arrows_that_are_wrong_are_found():
    """The checks themselves find an arrow up that is hidden in a function, and a circle that is closed for types alone."""
    modules = {
        "analysis.store": "def f():\n    from analysis.output import table",
        "analysis.output": "import simulation.a",
        "simulation.a": "from simulation.b import b",
        "simulation.b": "if TYPE_CHECKING:\n    from simulation import a",
    }
    found = arrows(modules)
    assert up(found) == {("analysis.store", "analysis.output")}
    assert set(circle(found)) == {"simulation.a", "simulation.b"}
    assert circle({**found, "simulation.b": set()}) == []
