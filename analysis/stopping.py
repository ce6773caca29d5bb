"""Control-C: whatever an interruption makes of the program, it ends as interrupted; the second one ends it at once."""

from __future__ import annotations

import contextlib
import os
import signal
import threading
from collections.abc import Iterator
from typing import Any

EXIT_CODE = 130
"""What a shell gives for a program that SIGINT has ended."""


class Interruption:
    """Whether Control-C was pressed.

    An interruption in the middle of a library may come out as any error, or be swallowed: what counts is that it was.
    """

    error: KeyboardInterrupt | None = None

    def handle(self, _number: int, _frame: Any) -> None:
        """Take note of the signal and raise it; the second ends the process."""
        if self.error is not None:
            os._exit(EXIT_CODE)
        self.error = KeyboardInterrupt()
        raise self.error


@contextlib.contextmanager
def listening() -> Iterator[Interruption]:
    """Handle Control-C meanwhile, unless somebody else does; only the main thread of a program can."""
    heard = Interruption()
    ours = signal.getsignal(signal.SIGINT) is signal.default_int_handler
    if not ours or threading.current_thread() is not threading.main_thread():
        yield heard
        return
    signal.signal(signal.SIGINT, heard.handle)
    try:
        yield heard
    finally:
        signal.signal(signal.SIGINT, signal.default_int_handler)
