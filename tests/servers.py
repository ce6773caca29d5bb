"""Programs that run until they are stopped: started, waited for by their own line, and heard when they die instead."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

PATIENCE = 600
"""Seconds that anything may take to start, answer or end: far more than on any machine that is merely busy."""


class Server:
    """A program that runs, the line of its output that says that it is ready, and all that it has said so far."""

    def __init__(self, command: Sequence[str | Path], line: str, **options: Any) -> None:
        """Start ``command``; ``options`` go to :class:`subprocess.Popen`."""
        given = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True, "start_new_session": True}
        self.process = subprocess.Popen(command, **given, **options)
        self.ready: re.Match[str] | None = None
        self._line, self._said, self._settled = re.compile(line), [], threading.Event()
        self._reader = threading.Thread(target=self._listen, daemon=True)
        self._reader.start()

    def _listen(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self._said.append(line)
            if self.ready is None and (found := self._line.search(line)):
                self.ready = found
                self._settled.set()
        self._settled.set()  # it has ended

    @property
    def said(self) -> str:
        """What it has printed so far."""
        return "".join(self._said)

    def wait(self) -> re.Match[str]:
        """Its line, once it is there. Fail with all that it said if it ends without, or takes longer than any start does."""
        self._settled.wait(PATIENCE)
        assert self.ready is not None, f"{self.process.args} did not start; it said:\n{self.said}"
        return self.ready

    def stop(self) -> None:
        """End it as Control-C does, which all that it has started hears too, and hear it out."""
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGINT)
        self.process.wait(PATIENCE)
        self._reader.join(PATIENCE)
        assert self.process.stdout is not None
        self.process.stdout.close()


def free_port() -> int:
    """A port of this machine that nobody listens on now."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


@contextmanager
def served(command: Sequence[str | Path], line: str, **options: Any) -> Iterator[Server]:
    """A server that is ready, and is stopped afterwards; see :class:`Server`."""
    server = Server(command, line, **options)
    try:
        server.wait()
        yield server
    finally:
        server.stop()
