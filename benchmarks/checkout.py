"""Another commit, checked out beside this one with an environment of its own, so that both can be timed in turn."""

from __future__ import annotations

import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from benchmarks.children import ROOT, finish, probe
from benchmarks.history import git

FOLDER = Path(tempfile.gettempdir()) / "headway-benchmarks"
"""Where checkouts and environments are made and kept for the next time; it can be deleted."""


@dataclass(frozen=True)
class Checkout:
    """A folder with the project's files, and the Python whose environment they are installed in."""

    name: str
    folder: Path
    python: Path

    def probe(self, scenario: str, scale: float, warm_up: int | None, years: int, replicates: int = 1) -> dict:
        """See :func:`benchmarks.probe.main`. Raise :exc:`RuntimeError` if it timed files of another folder."""
        asked = {"scenario": scenario, "scale": scale, "warm_up": warm_up, "years": years, "replicates": replicates}
        found = probe(self.python, self.folder, **asked)
        if Path(found["folder"]).resolve() != self.folder.resolve():
            raise RuntimeError(f"{self.python} has the model of {found['folder']} and not of {self.folder}")
        return found


HERE = Checkout("this", ROOT, Path(sys.executable))


def check_out(commit: str) -> Checkout:
    """The commit beside this one, made unless it is there. Raise :exc:`subprocess.CalledProcessError` if git has none such."""
    full = git("rev-parse", "--verify", f"{commit}^{{commit}}")
    folder = FOLDER / full[:12]
    if not folder.exists():
        git("worktree", "prune")
        git("worktree", "add", "--detach", str(folder), full)
    finish([sys.executable, "make.py", "--help"], folder)  # the first command makes the environment
    return Checkout(full[:7], folder, folder / ".venv" / "bin" / "python")
