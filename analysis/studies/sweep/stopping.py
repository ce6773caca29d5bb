"""Ctrl-C and SIGTERM: once to stop cleanly, twice to stop now."""

from __future__ import annotations

import contextlib
import os
import signal
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from analysis.telling import say

EXIT_CODES = {signal.SIGINT: 130, signal.SIGTERM: 143}
"""What a shell gives for a program that one of these has ended."""


@dataclass
class Stopping:
    """Whether somebody has asked to stop."""

    exit_code: int = 0
    """130 or 143 once somebody has."""

    def asked(self) -> bool:
        """Whether to stop as soon as may be."""
        return self.exit_code != 0

    def handle(self, number: int, _frame: Any) -> None:
        """Take note of a signal; the second ends the process at once, which costs no more than the runs in progress."""
        code = EXIT_CODES[signal.Signals(number)]
        if self.exit_code:
            os._exit(code)
        self.exit_code = code
        say("\nStopping: runs in progress are given up, finished ones are kept. Once more stops at once.")


@contextlib.contextmanager
def listening() -> Iterator[Stopping]:
    """Handle signals meanwhile; only the main thread of a program can."""
    stopping = Stopping()
    if threading.current_thread() is not threading.main_thread():
        yield stopping
        return
    before = {number: signal.signal(number, stopping.handle) for number in EXIT_CODES}
    try:
        yield stopping
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
