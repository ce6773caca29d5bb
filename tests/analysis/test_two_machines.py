"""A sweep whose scheduler and worker are on machines of their own, as far as the network goes: a namespace each, and a wire."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from contextlib import ExitStack

import pytest

from tests.analysis.clusters import certificates_in
from tests.servers import PATIENCE, served

HERE, THERE = "10.86.77.1", "10.86.77.2"
DESIGN = """\
title: Places
summary: Twice as many.
scenarios: [teaching-leaders]
years: 1
scale: 0.001
replicates: 1
levers:
  programmes.teaching-leaders.places.number: [640, 1280]
"""
IP = shutil.which("ip") or "/usr/sbin/ip"
HEADWAY = [sys.executable, "-m", "headway"]


def _ip(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([IP, *words], capture_output=True, text=True, check=False)


@pytest.fixture
def inside():
    """Makes a command one of this machine or of the other, which share one wire and nothing else."""
    names = ["headway-here", "headway-there"]
    try:
        made = [_ip("netns", "add", name).returncode for name in names]
    except OSError:
        made = [1]
    if any(made):
        for name, code in zip(names, made, strict=False):
            if code == 0:
                _ip("netns", "del", name)
        pytest.skip("network namespaces need Linux, the command ip and the rights of root")
    try:
        _ip("link", "add", "here", "netns", names[0], "type", "veth", "peer", "name", "there", "netns", names[1])
        for name, wire, address in zip(names, ("here", "there"), (HERE, THERE), strict=True):
            _ip("-n", name, "address", "add", f"{address}/24", "dev", wire)
            _ip("-n", name, "link", "set", wire, "up")
            _ip("-n", name, "link", "set", "lo", "up")
        yield [[IP, "netns", "exec", name] for name in names]
    finally:
        for name in names:
            _ip("netns", "del", name)


def _digest(command: list[str]) -> str:
    done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE, check=False)
    assert done.returncode == 0, done.stderr
    found = re.search(r"digest:? ([0-9a-f]{64})", done.stdout, re.IGNORECASE)
    assert found, done.stdout
    return found[1]


def test_a_sweep_over_two_machines_gives_what_one_gives_and_opens_a_port_on_each(inside, tmp_path):
    """The values of a sweep on this machine alone; listening are the scheduler and the worker, each at its address."""
    design, keys = tmp_path / "design.yaml", tmp_path / "keys"
    design.write_text(DESIGN)
    keys.mkdir()
    given = ["--certificates", certificates_in(keys)]
    here, there = inside
    with ExitStack() as running:
        scheduler = [*here, *HEADWAY, "scheduler", "--host", HERE, "--port", "0", *given]
        address = running.enter_context(served(scheduler, r"Scheduler at (tls:\S+)")).wait()[1]
        worker = running.enter_context(served([*there, *HEADWAY, "worker", address, *given], r"Worker at (tls:\S+) of"))
        sweep = [*HEADWAY, "sweep", str(design)]
        over_two = _digest([*here, *sweep, "--out", str(tmp_path / "two"), "--scheduler", address, *given])
        listening = [subprocess.check_output([*machine, "ss", "-ltunH"], text=True).splitlines() for machine in inside]
        opened = {f"tls://{line.split()[4]}" for lines in listening for line in lines}
        assert opened == {address, worker.wait()[1]}
        assert worker.wait()[1].startswith(f"tls://{THERE}:")
    assert over_two == _digest([*sweep, "--out", str(tmp_path / "one")])
