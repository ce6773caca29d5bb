"""Control-C at any moment from the first line of the command to the last that Python does: one line, and an exit code.

Commands that come to an end are tried in ``tests/analysis/test_every_command.py``; here are those that serve until they are
stopped, and a calibration, which takes long.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.analysis.clusters import certificates_in
from tests.analysis.every import ELSEWHERE
from tests.servers import PATIENCE, served

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


def _pressed(number: int, folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "EVENTS": str(folder / "events")}
    return subprocess.run(
        [sys.executable, "-c", PROGRAM, str(number), *(words or ("library",))],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE,
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


WHILE_STARTING = (EARLIEST, 1000, 2500)
"""Events of a command that takes long: none of these has come to its work by then."""
LONG = {
    "app": ("app", "--port", "0", "--results", "results"),
    "calibrate": ("calibrate", "england", "--out", "fitted"),
    "scheduler": ("scheduler", "--port", "0", "--certificates", "."),
    "worker": ("worker", "tls://127.0.0.1:9", "--certificates", "."),
}
"""Commands that are in no other table, as they are typed."""


@pytest.fixture(scope="module")
def certified(tmp_path_factory) -> Path:
    """A folder with certificates, in which commands may write."""
    return Path(certificates_in(tmp_path_factory.mktemp("long")))


def _typed(name: str, folder: Path) -> list[str]:
    return [word if word not in (".", "results", "fitted") else str(folder / word) for word in LONG[name]]


def test_every_other_command_is_tried_here():
    """What the table of commands leaves out stands in this one."""
    assert set(LONG) == ELSEWHERE


@pytest.mark.skipif(os.name == "nt", reason="signals of another kind")
@pytest.mark.parametrize("name", LONG)
def test_control_c_ends_a_long_command_in_one_line_while_it_starts(certified, tmp_path, name):
    """Whatever it is about to serve or to run."""
    for number in WHILE_STARTING:
        done = _pressed(number, tmp_path, *_typed(name, certified))
        assert done.returncode == 130, (number, done.stderr)
        assert re.fullmatch(r"Stopped\..*\n", done.stderr), (number, done.stderr)


@pytest.mark.skipif(os.name == "nt", reason="signals of another kind")
@pytest.mark.parametrize(("name", "line"), [("app", r"at http://"), ("scheduler", r"Scheduler at tls://")])
def test_control_c_ends_what_serves_and_nothing_more_is_said(certified, name, line):
    """It was asked to serve until then, so all is well: the line that says where it is, and exit code 0."""
    with served([sys.executable, "-m", "headway", *_typed(name, certified)], line, cwd=ROOT) as server:
        pass
    assert server.process.returncode == 0
    assert server.said.count("\n") == 1, server.said
