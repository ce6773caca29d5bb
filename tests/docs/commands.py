"""Commands of the pages, run as they are typed: in a clone of Headway that was set up as a newcomer sets it up."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import urllib.request
from contextlib import suppress
from pathlib import Path

import pytest

from tests.servers import PATIENCE, served

ROOT = Path(__file__).resolve().parents[2]
LEFT_OUT = shutil.ignore_patterns(".*", "*.pyc", "node_modules", "results", "*.egg-info")
"""What a clone does not bring along. Compiled loops come, as the same source has them here: to compile them takes a minute."""
SERVES = r"(?:headway|make\.py) app\b"
"""A last line that runs until it is stopped, and prints the address of a page."""


def cloned(shared: Path) -> Path:
    """The clone in ``shared``, made and set up from the plain lock by the first process that asks for it.

    Where the libraries cannot be had the test is skipped with pip's words; where ``CI`` is set it fails.
    """
    fcntl = pytest.importorskip("fcntl", reason="the pages' commands are for a POSIX shell")
    clone = shared / "headway"
    with (shared / "headway.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not clone.exists():
            shutil.copytree(ROOT, clone, ignore=LEFT_OUT)
        done = subprocess.run(
            [sys.executable, "make.py", "--version"],
            cwd=clone,
            env=_environment(),
            capture_output=True,
            text=True,
            check=False,
        )
    if done.returncode:
        (pytest.fail if os.environ.get("CI") else pytest.skip)(f"the clone was not set up: {done.stderr[-2000:]}")
    return clone


def _environment(clone: Path | None = None) -> dict[str, str]:
    """What a user's shell has: nothing of this process's Python; with a clone, its environment is activated."""
    dropped = ("PYTHONPATH", "PYTHONHOME", "PYTHONDONTWRITEBYTECODE", "VIRTUAL_ENV")
    kept = {name: value for name, value in os.environ.items() if name not in dropped}
    return kept if clone is None else {**kept, "PATH": f"{clone / '.venv' / 'bin'}{os.pathsep}{kept['PATH']}"}


def said(command: str, clone: Path, folder: Path) -> str:
    """What a command prints, its messages last; whether it was the first, and had to compile, is left out."""
    done = subprocess.run(
        command, shell=True, cwd=folder, env=_environment(clone), capture_output=True, text=True, check=False
    )
    return done.stdout + re.sub(r"^Compiling the model, once.*\n", "", done.stderr, flags=re.MULTILINE)


def run(block: str, clone: Path, folder: Path) -> str | None:
    """Run a block of shell commands; return what they printed if one of them failed, or None.

    A block that ends with a server is waited for, its page is opened, and it is stopped. What a block leaves running in
    the background ends with it.
    """
    typed = {"args": ["bash", "-ec", block], "cwd": folder, "env": _environment(clone)}
    if re.search(SERVES, block.strip().splitlines()[-1]):
        with served(typed.pop("args"), r"http://127\.0\.0\.1:\d+/", **typed) as server:
            address = server.wait()[0]
            page = urllib.request.urlopen(address, timeout=PATIENCE).read()
        return None if b"</html>" in page else server.said
    with tempfile.TemporaryFile("w+") as output:
        process = subprocess.Popen(**typed, stdout=output, stderr=output, start_new_session=True)
        try:
            code = process.wait(PATIENCE)
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
        output.seek(0)
        return f"exit code {code}\n{output.read()}" if code else None
