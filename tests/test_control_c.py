"""Control-C at any moment from the first line of the command to the last that Python does: one line, and an exit code."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PROGRAM = """
import atexit, os, runpy, signal, sys
left = int(sys.argv.pop(1))
signal.signal(signal.SIGINT, signal.default_int_handler)  # also where what started it ignores Control-C, as a shell's background does

def hear(event, _given):
    global left
    left -= 1
    if left == 0:
        os.kill(os.getpid(), signal.SIGINT)

begun = left
sys.addaudithook(hear)
atexit.register(lambda: print(begun - left, file=open(os.environ["EVENTS"], "w")))
runpy.run_module("headway", run_name="__main__", alter_sys=True)
"""
"""Presses Control-C at the n-th event of which Python tells, such as a file that is opened or a module that is imported."""
EARLIEST = 100
"""Events before which Python has not come to the first line of ours."""
MOMENTS = (EARLIEST, 0.2, 0.8, 0.99, 1.0)
"""The earliest, and shares of all events; at the last one all is done and Python takes itself down."""


@pytest.fixture(scope="module")
def events(tmp_path_factory) -> int:
    """How many events a command has."""
    folder = tmp_path_factory.mktemp("events")
    assert _pressed(0, folder).returncode == 0
    return int((folder / "events").read_text())


def _pressed(number: int, folder: Path) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "EVENTS": str(folder / "events")}
    return subprocess.run(
        [sys.executable, "-c", PROGRAM, str(number), "library"],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.skipif(os.name == "nt", reason="signals of another kind")
@pytest.mark.parametrize("moment", MOMENTS)
def test_control_c_ends_it_in_one_line_whenever_it_comes(events, tmp_path, moment):
    """Before anything of ours is loaded, in the middle of the libraries, in what is printed, at the end; never in a trace."""
    number = moment if moment == EARLIEST else max(EARLIEST, round(moment * events))
    done = _pressed(number, tmp_path)
    assert "Traceback" not in done.stderr
    assert "ignored in" not in done.stderr
    if done.returncode:
        assert done.returncode == 130
        assert re.fullmatch(r"Stopped\..*\n", done.stderr), done.stderr
    else:
        assert moment >= 0.95, "it has been swallowed"
