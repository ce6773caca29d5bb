"""The pages run: Python blocks as they stand, console blocks by the command line, each page in a folder of its own.

A block fenced as ``python`` is run, and text after ``>>>`` is checked. In a block fenced as ``console``, each line that
starts with ``$ headway`` is run and what follows it is compared; ``...`` stands for anything. Other fences are not run.
"""

from __future__ import annotations

import doctest
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from sybil import Example, Sybil
from sybil.parsers.markdown import CodeBlockParser, PythonCodeBlockParser, SkipParser

ROOT = Path(__file__).resolve().parents[1]
OPTIONS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE


def _headway(command: str) -> str:
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"} | {"PYTHONPATH": str(ROOT)}
    program = f'"{sys.executable}" -c "from analysis.cli import main; main()"'
    done = subprocess.run(
        f"{program} {command}", shell=True, capture_output=True, text=True, env=environment, check=False
    )
    return done.stdout + done.stderr


def run_console(example: Example) -> str | None:
    """Run the commands of a block; return what differs from the page, or None."""
    command, expected = "", ""
    steps: list[tuple[str, str]] = []
    for line in [*example.parsed.splitlines(), "$ "]:
        if line.startswith("$ "):
            if command.startswith("headway "):
                steps.append((command.removeprefix("headway "), expected))
            command, expected = line[2:], ""
        else:
            expected += line + "\n"
    for arguments, wanted in steps:
        got = _headway(arguments)
        if wanted.strip() and not doctest.OutputChecker().check_output(wanted, got, OPTIONS):
            return f"headway {arguments}\n--- the page says\n{wanted}\n--- the command prints\n{got}"
    return None


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
        SkipParser(),
    ],
    patterns=["*.md"],
    setup=_enter,
    teardown=_leave,
).pytest()
