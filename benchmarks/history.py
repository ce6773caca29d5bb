"""What was measured so far, and what was tried and did not help: ``history.jsonl``, one object a line, kept in the repository.

A measurement has the keys of :class:`Measured`; something that did not help has ``date``, ``tried`` and ``found``, and is
written by hand.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from benchmarks.children import ROOT

HISTORY = Path(__file__).with_name("history.jsonl")
TRIED = ("date", "tried", "found")


@dataclass(frozen=True)
class Measured:
    """One part, measured once."""

    part: str
    """Its letter."""
    title: str
    date: str
    """Of its end, as 2026-11-30T07:15Z."""
    commit: str
    """What was measured; with a plus sign if files had been changed since."""
    against: str
    """The commit that it was held against; empty for none."""
    machine: str
    busy_elsewhere: float
    """Processors that other work kept busy meanwhile, on average."""
    seconds: float
    lines: list[dict]
    """See :meth:`benchmarks.table.Line.record`."""

    def __str__(self) -> str:
        against = f" against {self.against}" if self.against else ""
        meanwhile = f"{self.seconds:,.0f} s, {self.busy_elsewhere:.1f} processors busy with other work meanwhile"
        return f"{self.part}: {self.title} ({self.commit}{against}, {self.date}; {meanwhile})"


def append(measured: Measured, history: Path = HISTORY) -> None:
    """Add a measurement."""
    with history.open("a", encoding="utf-8") as file:
        file.write(json.dumps(asdict(measured), ensure_ascii=False) + "\n")


def entries(history: Path = HISTORY) -> Iterator[dict]:
    """Everything that it has, oldest first."""
    if history.exists():
        yield from (json.loads(line) for line in history.read_text(encoding="utf-8").splitlines())


def latest(history: Path = HISTORY) -> list[Measured]:
    """The newest measurement of each part, in the order of their letters."""
    found = {entry["part"]: Measured(**entry) for entry in entries(history) if "part" in entry}
    return [found[part] for part in sorted(found)]


def tried(history: Path = HISTORY) -> list[dict[str, str]]:
    """What did not help."""
    return [entry for entry in entries(history) if "tried" in entry]


def commit() -> str:
    """The commit that is measured, marked with a plus sign if files have been changed since."""
    head = git("rev-parse", "--short=7", "HEAD")
    return head + ("+" if git("status", "--porcelain", "--untracked-files=no", ":!benchmarks/history.jsonl") else "")


def git(*arguments: str) -> str:
    """What git says in this repository. Raise :exc:`subprocess.CalledProcessError` if it fails."""
    return subprocess.run(["git", *arguments], cwd=ROOT, check=True, capture_output=True, text=True).stdout.strip()
