"""Nothing in the model depends on anything but its inputs and keyed draws: no generator, no clock, no order of a set."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]

MODULES = {"random", "secrets", "uuid", "time", "datetime"}
"""Modules that bring in chance or the clock."""
HARMLESS = {"time": {"perf_counter"}, "random": {"Random"}}
"""What may be taken from them all the same: how long something took, and the type of the generator that Mesa hands in."""
CALLS = {"hash", "id", "globals", "vars", "input", "Random"}
"""Calls whose answers differ from process to process, or that make a generator."""
FOLDERS = {"glob", "rglob", "iterdir", "listdir", "scandir"}
"""Calls that list folders in whatever order the disk has them."""


def _dotted(node: ast.expr) -> str:
    parts = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    return ".".join([node.id, *reversed(parts)]) if isinstance(node, ast.Name) else ""


def _is_set(node: ast.expr) -> bool:
    """Whether an expression is plainly a set: a display, a comprehension, a call of set, or an operation on those."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr | ast.BitAnd | ast.Sub | ast.BitXor):
        return _is_set(node.left) or _is_set(node.right)
    named = isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in {"set", "frozenset"}
    return named or isinstance(node, ast.Set | ast.SetComp)


def hits(source: str) -> list[str]:
    """What in ``source`` could make two runs of the same inputs differ, with the line."""
    found = []
    tree = ast.parse(source)
    sorted_inside = {
        id(argument)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in {"sorted", "len", "sum", "min", "max"}
        for argument in node.args
    }
    for node in ast.walk(tree):
        line = getattr(node, "lineno", 0)
        if isinstance(node, ast.Import):
            found += [f"{line}: import {a.name}" for a in node.names if a.name.split(".")[0] in MODULES or a.name == "numpy.random"]
        elif isinstance(node, ast.ImportFrom):
            module = (node.module or "").split(".")[0]
            names = {a.name for a in node.names}
            if (module in MODULES and names - HARMLESS.get(module, set())) or node.module == "numpy.random":
                found.append(f"{line}: from {node.module}")
            if module == "numpy" and "random" in names:
                found.append(f"{line}: from numpy import random")
        elif isinstance(node, ast.Attribute):
            if _dotted(node) in {"np.random", "numpy.random"}:
                found.append(f"{line}: {_dotted(node)}")
        elif isinstance(node, ast.Call):
            name = _dotted(node.func)
            if name in CALLS:
                found.append(f"{line}: {name}()")
            if name.split(".")[-1] in FOLDERS and id(node) not in sorted_inside:
                found.append(f"{line}: {name}() unsorted")
            if isinstance(node.func, ast.Attribute) and node.func.attr == "argsort":
                kind = next((k.value for k in node.keywords if k.arg == "kind"), None)
                if not (isinstance(kind, ast.Constant) and kind.value == "stable"):
                    found.append(f"{line}: an argsort that is not stable")
            if name in {"list", "tuple", "enumerate", "iter", "np.array", "np.fromiter"} and node.args and _is_set(node.args[0]):
                found.append(f"{line}: {name}() of a set")
            found += [f"{line}: fastmath" for k in node.keywords if k.arg in {"fastmath", "parallel"} and getattr(k.value, "value", True)]
        elif isinstance(node, ast.For | ast.comprehension) and _is_set(node.iter):
            found.append(f"{getattr(node, 'lineno', node.iter.lineno)}: a loop over a set")
    return found


FILES = sorted((ROOT / "simulation").rglob("*.py"))


@pytest.mark.parametrize("path", FILES, ids=[str(p.relative_to(ROOT)) for p in FILES])
def test_the_model_has_no_hidden_input(path):
    """No module of the model draws, looks at the clock, or lets an arbitrary order in."""
    assert hits(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    "planted",
    [
        "import random", "from random import shuffle", "import numpy.random", "from numpy import random", "import uuid", "import time",
        "from datetime import datetime", "from time import time", "x = np.random.default_rng(1)", "x = numpy.random.rand()",
        "hash('a')", "id(x)", "[p for p in folder.glob('*')]", "os.listdir('.')", "order = np.argsort(a)",
        "order = np.argsort(a, kind='quicksort')", "order = (a + b).argsort()", "from random import Random\ng = Random(1)", "for x in {1, 2}:\n    pass", "y = [x for x in set(a)]", "list(set(a) | b)",
        "np.array({1, 2})", "@njit(fastmath=True)\ndef f():\n    pass", "@njit(parallel=True)\ndef f():\n    pass",
    ],
)  # fmt: skip
def test_planted_defects_are_found(planted):
    """Each kind of defect is found when it is there."""
    assert len(hits(planted)) == 1


@pytest.mark.parametrize(
    "innocent",
    [
        "from random import Random\n\ndef f(g: Random): ...", "np.sort(a)",
        "from time import perf_counter", "order = np.argsort(a, kind='stable')", "for x in sorted({1, 2}):\n    pass", "x in {1, 2}",
        "len(set(a))", "random_walk = 1", "sorted(folder.glob('*'))", "@njit(cache=True)\ndef f():\n    pass",
    ],
)  # fmt: skip
def test_innocent_code_passes(innocent):
    """What cannot make runs differ is left alone."""
    assert hits(innocent) == []
