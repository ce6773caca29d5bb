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
CALLS = {"hash", "globals", "vars", "input", "Random"}
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


def _imports(node: ast.Import | ast.ImportFrom) -> list[str]:
    if isinstance(node, ast.Import):
        return [f"import {a.name}" for a in node.names if a.name.split(".")[0] in MODULES or a.name == "numpy.random"]
    module, names = node.module or "", {a.name for a in node.names}
    banned = module.split(".")[0] in MODULES and names - HARMLESS.get(module, set())
    return [f"from {module}"] if banned or module == "numpy.random" or (module == "numpy" and "random" in names) else []


def _call(node: ast.Call, takes_any_order: bool) -> list[str]:
    name, found = _dotted(node.func), []
    last = node.func.attr if isinstance(node.func, ast.Attribute) else name
    given = {k.arg: getattr(k.value, "value", "?") for k in node.keywords}
    if name in CALLS:
        found.append(f"{name}()")
    if last in FOLDERS and not takes_any_order:
        found.append(f"{name}() unsorted")
    if last == "argsort" and given.get("kind") != "stable":
        found.append("an argsort that is not stable")
    if (
        name in {"list", "tuple", "enumerate", "iter", "np.array", "np.fromiter"}
        and node.args
        and _is_set(node.args[0])
    ):
        found.append(f"{name}() of a set")
    return found + [option for option in ("fastmath", "parallel") if given.get(option)]


def hits(source: str) -> list[str]:
    """What in ``source`` could make two runs of the same inputs differ, with the line."""
    found: list[tuple[int, str]] = []
    tree = ast.parse(source)
    any_order = {
        argument
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and _dotted(node.func) in {"sorted", "len", "min", "max"}
        for argument in node.args
    }
    for node in ast.walk(tree):
        what: list[str] = []
        if isinstance(node, ast.Import | ast.ImportFrom):
            what = _imports(node)
        elif isinstance(node, ast.Attribute) and _dotted(node) in {"np.random", "numpy.random"}:
            what = [_dotted(node)]
        elif isinstance(node, ast.Call):
            what = _call(node, node in any_order)
        elif isinstance(node, ast.For | ast.comprehension) and _is_set(node.iter):
            what = ["a loop over a set"]
        found += [(getattr(node, "lineno", 0), w) for w in what]
    return [f"{line}: {w}" for line, w in found]


FRESH_SEEDS = ROOT / "simulation" / "seeds.py"
"""Draws a seed for a model that is given none; all else follows from it."""

FILES = sorted(path for path in (ROOT / "simulation").rglob("*.py") if path != FRESH_SEEDS)


@pytest.mark.parametrize("path", FILES, ids=[str(p.relative_to(ROOT)) for p in FILES])
def test_the_model_has_no_hidden_input(path):
    """No module of the model draws, looks at the clock, or lets an arbitrary order in."""
    assert hits(path.read_text(encoding="utf-8")) == []


def test_chance_from_outside_comes_in_by_the_seed_alone():
    """One call in the whole model draws a fresh seed: where the model's key is made."""
    calls = [
        (path.name, node.lineno)
        for path in [*FILES, FRESH_SEEDS]
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and _dotted(node.func).endswith("fresh_seed")
    ]
    assert {name for name, _ in calls} == {"model.py"}
    assert {hit.split(": ")[1] for hit in hits(FRESH_SEEDS.read_text(encoding="utf-8"))} == {"np.random"}


@pytest.mark.parametrize(
    "planted",
    [
        "import random", "from random import shuffle", "import numpy.random", "from numpy import random", "import uuid", "import time",
        "from datetime import datetime", "from time import time", "x = np.random.default_rng(1)", "x = numpy.random.rand()",
        "hash('a')", "[p for p in folder.glob('*')]", "os.listdir('.')", "order = np.argsort(a)",
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
        "from random import Random\n\ndef f(g: Random): ...",
        "np.sort(a)",
        "from time import perf_counter",
        "order = np.argsort(a, kind='stable')",
        "for x in sorted({1, 2}):\n    pass",
        "x in {1, 2}",
        "len(set(a))",
        "random_walk = 1",
        "sorted(folder.glob('*'))",
        "@njit(cache=True)\ndef f():\n    pass",
    ],
)
def test_innocent_code_passes(innocent):
    """What cannot make runs differ is left alone."""
    assert hits(innocent) == []
