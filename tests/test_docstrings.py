"""Every test says in its docstring what it holds, in a sentence that its name does not say already."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

FILES = sorted(Path(__file__).parent.rglob("test_*.py"))


def silent(source: str) -> list[str]:
    """Names of the tests in ``source`` that have no docstring, no whole sentence, or their name for one."""
    tests = [
        node
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_")
    ]
    said = {test.name: ast.get_docstring(test) or "" for test in tests}
    return [name for name, text in said.items() if not text.endswith((".", "?")) or _words(text) == _words(name)]


def _words(text: str) -> list[str]:
    return re.findall(r"[a-z0-9]+", text.lower().removeprefix("test_"))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_every_test_says_what_it_holds(file):
    """As CONTRIBUTING.md asks; without it, nobody knows what a change of the test gives up."""
    assert silent(file.read_text(encoding="utf-8")) == []


def test_tests_that_say_nothing_are_found():
    """One without a docstring, one that repeats its name, one without a sentence, and neither of the other two."""
    source = (
        "def test_a_b():\n    pass\ndef test_c_d():\n    '''C d.'''\nclass T:\n    def test_e(self):\n        '''word'''\n"
        "def test_f():\n    '''It holds.'''\ndef helper():\n    pass\n"
    )
    assert silent(source) == ["test_a_b", "test_c_d", "test_e"]
