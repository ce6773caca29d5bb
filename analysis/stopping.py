"""Control-C: whatever an interruption makes of the program, it ends as interrupted; the second one ends it at once."""

from __future__ import annotations

import _thread
import contextlib
import gc
import os
import signal
import sys
import threading
from collections.abc import Iterator
from typing import Any

EXIT_CODE = 130
"""What a shell gives for a program that SIGINT has ended."""
NOTHING = "Nothing more is kept; the same command starts again."
"""What is said where nobody says what is kept."""
AGAIN = 0.01
"""Seconds after which an interruption that came where none can be raised comes again."""


class Interruption:
    """Whether Control-C was pressed.

    An interruption in the middle of a library may come out as any error, or be swallowed: what counts is that it was.
    """

    error: KeyboardInterrupt | None = None
    _swallowed = False

    def handle(self, _number: int, _frame: Any) -> None:
        """Take note of the signal and raise it; the second ends the process."""
        if self.error is not None and not self._swallowed:
            os._exit(EXIT_CODE)
        self._swallowed = False
        self.error = KeyboardInterrupt()
        raise self.error

    def unraised(self, found: sys.UnraisableHookArgs) -> None:
        """Come again soon, if Python could not raise it where it came, such as while an object was being deleted.

        What is deleted half done, as a file that a library was writing, may complain; of that nothing is said.
        """
        if self.error is None:
            sys.__unraisablehook__(found)
        elif found.exc_value is self.error:
            self._swallowed = True
            later = threading.Timer(AGAIN, _press)
            later.daemon = True
            later.start()


def _press() -> None:
    """Interrupt the main thread, out of a wait too where a system can do that."""
    if hasattr(signal, "pthread_kill") and (main := threading.main_thread().ident) is not None:
        signal.pthread_kill(main, signal.SIGINT)
    else:
        _thread.interrupt_main()


def told(raised: BaseException) -> str:
    """The line about an interruption that came out as ``raised``: what is kept, and how to go on."""
    notes = [note for note in getattr(raised, "__notes__", ()) if "\n" not in note]  # a longer one belongs to a trace
    return " ".join(["Stopped.", *(notes or [NOTHING])])


@contextlib.contextmanager
def noting(kept: str) -> Iterator[None]:
    """Let an interruption that comes meanwhile say what is kept, and how to go on."""
    try:
        yield
    except KeyboardInterrupt as error:
        error.add_note(kept)
        raise


@contextlib.contextmanager
def listening() -> Iterator[Interruption]:
    """Handle Control-C meanwhile, unless somebody else does; only the main thread of a program can."""
    heard = Interruption()
    ours = signal.getsignal(signal.SIGINT) is signal.default_int_handler
    if not ours or threading.current_thread() is not threading.main_thread():
        yield heard
        return
    before = sys.unraisablehook
    sys.unraisablehook = heard.unraised
    signal.signal(signal.SIGINT, heard.handle)
    try:
        yield heard
    finally:
        signal.signal(signal.SIGINT, signal.default_int_handler)
        if heard.error is not None:
            heard.error.__traceback__ = None
            gc.collect()  # what is half done goes now, while nothing is said of it
        sys.unraisablehook = before
