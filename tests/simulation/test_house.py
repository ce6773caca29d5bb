"""How the house of the model is built: what its functions take, and that its modules do not import each other in a circle."""

from __future__ import annotations

import ast
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FILES = {path: ast.parse(path.read_text(encoding="utf-8")) for path in sorted((ROOT / "simulation").rglob("*.py"))}
MOST = 12
"""Positional arguments that anybody can keep apart; beyond, they belong in a named tuple."""


def imports(modules: dict[str, ast.Module]) -> dict[str, set[str]]:
    """Which of ``modules``, by dotted name, each imports: at the top, within functions, and for types alone."""
    found: dict[str, set[str]] = {}
    for name, module in modules.items():
        wanted = set()
        for node in ast.walk(module):
            if isinstance(node, ast.Import):
                wanted |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom):
                wanted |= {node.module or ""} | {f"{node.module}.{alias.name}" for alias in node.names}
        found[name] = wanted & set(modules) - {name}
    return found


def dotted(path: Path) -> str:
    """The name under which a file is imported."""
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


MODULES = {dotted(path): module for path, module in FILES.items()}


OF_ENGLAND = {"Role", "Phase", "EthnicGroup"}
"""England's codes by name, for those who write Python for England."""


def test_no_rule_names_a_rung_a_phase_or_a_group_of_england() -> None:
    """Rules ask what a rung is: only the structure of England itself is made of England's names."""
    named = {
        name
        for name, module in MODULES.items()
        for node in ast.walk(module)
        if isinstance(node, ast.Name) and node.id in OF_ENGLAND
    }
    assert named == {"simulation.structure"}


def test_no_modules_import_each_other_in_a_circle() -> None:
    """Each module can be read after those that it imports; imports in functions and for types count too."""
    tuple(TopologicalSorter(imports(MODULES)).static_order())


def test_a_circle_is_found() -> None:
    """The check itself sees a circle whose second arrow is hidden in a function."""
    hidden = {"a": ast.parse("from b import x"), "b": ast.parse("def f():\n    import a")}
    with pytest.raises(CycleError):
        tuple(TopologicalSorter(imports(hidden)).static_order())


def test_the_grammar_of_programmes_reads_no_world() -> None:
    """Programmes are data: what reads a world stands with the processes and the census."""
    up = {name: found for name, found in imports(MODULES).items() if name.startswith("simulation.programmes.")}
    assert up
    assert {target for found in up.values() for target in found if not target.startswith("simulation.programmes.")} == {
        "simulation.in_force"
    }  # which of several numbers holds in a year: no world either


def crowded(module: ast.Module) -> list[str]:
    """Functions of ``module`` with more than :data:`MOST` positional arguments."""
    functions = (node for node in ast.walk(module) if isinstance(node, ast.FunctionDef | ast.Lambda))
    return [
        f"{getattr(function, 'name', 'lambda')} on line {function.lineno}"
        for function in functions
        if len(function.args.posonlyargs) + len(function.args.args) > MOST
    ]


def test_no_function_takes_more_positional_arguments_than_anybody_can_keep_apart() -> None:
    """Kernels too take named tuples of columns and parameters, not one argument for each."""
    assert {str(path): found for path, module in FILES.items() if (found := crowded(module))} == {}


def test_a_crowded_function_is_found() -> None:
    """The check itself counts: thirteen arguments are one too many."""
    thirteen = ", ".join(f"a{k}" for k in range(MOST + 1))
    assert crowded(ast.parse(f"def f({thirteen}): ...")) == ["f on line 1"]
    assert crowded(ast.parse(f"def f({thirteen.replace('a0, ', '')}): ...")) == []
