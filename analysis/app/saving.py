"""A comparison that is kept in a folder of results, with every measure, and the report that is made of it."""

from __future__ import annotations

import contextlib
import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from analysis.errors import UserError
from analysis.store import Store

WAIT = 0.2
"""Seconds between two looks for the first pairs."""
OVER = ("done", "stopped", "failed")


@dataclass
class Saved:
    """A comparison that is being kept; it is run again by commands of its own, whose steps can be read from the folder."""

    folder: Path
    runs: int
    """Runs that there are to be."""
    state: str = "waiting"
    """``waiting`` for the first pairs, ``running``, ``writing`` the report, ``done``, ``stopped`` or ``failed``."""
    error: str = ""
    report: Path | None = None
    _process: subprocess.Popen[bytes] | None = field(default=None, init=False, repr=False)

    @property
    def over(self) -> bool:
        """Whether nothing more will come."""
        return self.state in OVER

    @property
    def done(self) -> int:
        """Runs that are kept so far."""
        try:
            return Store.open(self.folder).status().done
        except (UserError, OSError):  # the folder is only being made
            return 0

    @property
    def percent(self) -> int:
        """How far it is, in per cent of the runs."""
        return round(100 * self.done / max(1, self.runs))

    @property
    def far(self) -> str:
        """How far it is, in words."""
        return f"{self.done:,} of {self.runs:,} runs"

    @property
    def standing(self) -> str:
        """What stands in the list of questions."""
        words = {"waiting": "report to be made", "running": f"report: {self.far}", "writing": "report is being written"}
        return words.get(self.state, {"done": "report", "stopped": "report stopped"}.get(self.state, "no report"))

    def start(self, words: list[str], ready: Callable[[], bool], over: Callable[[], bool]) -> None:
        """Keep what the command ``words`` runs, once ``ready`` says that its first pairs are there.

        If ``over`` says first that there will be none, it has failed.
        """
        threading.Thread(target=self._make, args=(words, ready, over), name="saving", daemon=True).start()

    def stop(self) -> None:
        """End it; what is kept stays."""
        if not self.over:
            self.state = "stopped"
        if self._process is not None:
            with contextlib.suppress(OSError):
                self._process.terminate()

    def _make(self, words: list[str], ready: Callable[[], bool], over: Callable[[], bool]) -> None:
        pause = threading.Event()
        while not ready():
            if self.over:
                return
            if over() and not ready():
                self._fail("There is nothing to keep: no pair of runs came to its end.")
                return
            pause.wait(WAIT)
        report = self.folder / "report" / "report.html"
        try:
            self.folder.parent.mkdir(parents=True, exist_ok=True)
            kept = self._step("running", [*words, "--out", str(self.folder)])
            written = kept and self._step("writing", ["report", str(self.folder)])
        except OSError:
            kept = False
        if not kept:
            self._fail(f"It could not be kept in {self.folder}. Is there room, and may that folder be written?")
        elif not self.over:
            self.report = report if written and report.is_file() else None
            self.state = "done"

    def _step(self, state: str, words: list[str]) -> bool:
        """Carry out a command of Headway; returns whether something came of it."""
        if self.over:
            return True
        self.state = state
        command = [sys.executable, "-m", "analysis.cli", *words]
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        if self.over:  # stopped while it was started
            self._process.terminate()
        return self._process.wait() in (0, 3)

    def _fail(self, message: str) -> None:
        if not self.over:
            self.error, self.state = message, "failed"
