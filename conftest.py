"""README.md and the pages run, each from its top in a folder of its own: what a reader copies works.

- A block of ``python`` is run as it stands, and text after ``>>>`` is checked.
- A block of ``sh`` is run as it is typed; a block of ``console`` too, line by line after ``$``, and what follows each is
  compared; ``...`` stands for anything. Both run in a clone that its own ``make.py`` has set up, without the development
  tools.
- A block of ``yaml`` or ``csv`` goes into the file that the line above names, as in "Save this as `policy.yaml`:".

``<!-- skip: next "why" -->`` leaves a block out, and pytest's summary says why.
"""

from __future__ import annotations

import doctest
import functools
import os
import re
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sybil import Document, Example, Region, Sybil
from sybil.parsers.markdown import CodeBlockParser, PythonCodeBlockParser, SkipParser

from tests.docs import commands

OPTIONS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE


@pytest.fixture(scope="session")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Callable[[], Path]:
    """A function that gives the folder of the clone, which is set up when it is first asked for."""
    folder = tmp_path_factory.getbasetemp()
    shared = folder.parent if "PYTEST_XDIST_WORKER" in os.environ else folder
    return functools.cache(lambda: commands.cloned(shared))


def run_shell(example: Example) -> str | None:
    """Run a block as it is typed; return what went wrong, or None."""
    return commands.run(example.parsed, example.namespace["clone"](), _folder(example))


def run_console(example: Example) -> str | None:
    """Run the commands of a block; return what differs from the page, or None."""
    for command, wanted in re.findall(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", example.parsed + "\n", re.MULTILINE):
        got = commands.said(command, example.namespace["clone"](), _folder(example))
        differs = wanted.strip() and not doctest.OutputChecker().check_output(wanted, got, OPTIONS)
        if differs or "Traceback" in got:
            return f"{command}\n--- the page says\n{wanted}\n--- the command prints\n{got}"
    return None


def files(document: Document) -> Iterator[Region]:
    """Blocks that the text says to put into a file."""
    for found in re.finditer(
        r"`([\w-]+\.(yaml|csv))`[^`\n]*:\n\n```\2\n(.*?)^```", document.text, re.MULTILINE | re.DOTALL
    ):
        yield Region(found.start(3), found.end(3), (found.group(1), found.group(3)), write_file)


def write_file(example: Example) -> None:
    """Put a block into its file."""
    name, text = example.parsed
    (_folder(example) / name).write_text(text, encoding="utf-8")


def _folder(example: Example) -> Path:
    """Where a page's reader is: README's in the folder of its file, another's in one of their own."""
    return example.namespace["clone"]() if Path(example.path).name == "README.md" else Path.cwd()


def _enter(namespace: dict[str, Any]) -> None:
    """Start a page in an empty folder."""
    namespace["_came_from"] = Path.cwd()
    namespace["_folder"] = tempfile.mkdtemp()
    os.chdir(namespace["_folder"])


def _leave(namespace: dict[str, Any]) -> None:
    os.chdir(namespace["_came_from"])
    shutil.rmtree(namespace["_folder"], ignore_errors=True)
    namespace.clear()  # what a page leaves open, such as a database, must not outlive it


pytest_collect_file = Sybil(
    parsers=[
        PythonCodeBlockParser(doctest_optionflags=OPTIONS),
        CodeBlockParser(language="console", evaluator=run_console),
        CodeBlockParser(language="sh", evaluator=run_shell),
        files,
        SkipParser(),
    ],
    patterns=["README.md", "docs/*/*.md"],
    setup=_enter,
    teardown=_leave,
    fixtures=["clone"],
).pytest()
