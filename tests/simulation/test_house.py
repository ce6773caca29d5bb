"""How the house of the model is built: what its functions take, and that its modules do not import each other in a circle."""

from __future__ import annotations

import ast
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FILES = {path: ast.parse(path.read_text(encoding="utf-8")) for path in sorted((ROOT / "simulation").rglob("*.py"))}
MOST = 12
"""Positional arguments that anybody can keep apart; beyond, they belong in a named tuple."""


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
