"""A scheduler and workers, each a process of its own, to be killed, stopped and replaced; and work for them."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil

from tests.servers import Server

ROOT = Path(__file__).resolve().parents[2]
DASK = [sys.executable, "-m", "dask"]
LOCAL = ["--host", "127.0.0.1", "--no-dashboard"]


class House:
    """Processes that belong together and end together."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.servers: list[Server] = []

    def start(self, command: list[str], line: str, code: Path = ROOT) -> Server:
        """A process that has said ``line``, with Headway from the folder ``code``."""
        server = Server(command, line, cwd=self.folder, env={**os.environ, "PYTHONPATH": str(code)})
        self.servers.append(server)
        server.wait()
        return server

    def scheduler(self, port: int = 0) -> Server:
        """A scheduler on the loopback address."""
        return self.start([*DASK, "scheduler", "--port", str(port), *LOCAL], r"Scheduler at:\s+(tcp:\S+)")

    def worker(self, address: str, *options: str, code: Path = ROOT) -> Server:
        """A worker that the scheduler knows."""
        return self.start([*DASK, "worker", address, "--nthreads", "1", *LOCAL, *options], r"Registered to:", code)

    def end(self) -> None:
        """End all, whatever state they are in."""
        for server in self.servers:
            for process in family(server):
                with contextlib.suppress(psutil.NoSuchProcess):
                    process.kill()
            server.stop()


def certificates_in(folder: Path) -> str:
    """A folder of certificates as the guide has it made, but for smaller keys."""
    make = "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=headway -keyout key.pem -out cert.pem"
    subprocess.run(make.split(), cwd=folder, check=True, capture_output=True)
    (folder / "ca.pem").write_bytes((folder / "cert.pem").read_bytes())
    return str(folder)


@contextlib.contextmanager
def house(folder: Path) -> Iterator[House]:
    """Ended afterwards."""
    made = House(folder)
    try:
        yield made
    finally:
        made.end()


def family(server: Server) -> list[psutil.Process]:
    """A process and all that it has started; a nanny comes before its worker."""
    with contextlib.suppress(psutil.NoSuchProcess):
        return [(first := psutil.Process(server.process.pid)), *first.children(recursive=True)]
    return []


def send(number: signal.Signals, *processes: psutil.Process) -> None:
    """Send a signal to processes that may be gone already."""
    for process in processes:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.send_signal(number)


def other_model(folder: Path) -> Path:
    """Headway's code under the same version number, with a line more in the model."""
    for name in ("analysis", "scenarios", "simulation", "headway", "tests"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__", "*.nb?"))
    shutil.copy(ROOT / "pyproject.toml", folder)
    with (folder / "simulation" / "draws.py").open("a", encoding="utf-8") as file:
        file.write("\n# Another model.\n")
    return folder


def slow_square(_shared: object, part: int, passed) -> int:
    """Some steps of a twentieth of a second."""
    for _ in range(4):
        time.sleep(0.05)
        passed("step")
    return part * part


def until(file: str, part: int, passed) -> int:
    """The first is done at once; the others wait for a file."""
    while part and not Path(file).exists():
        time.sleep(0.02)
        passed("step")
    return part


def changes_the_model(_shared: object, part: int, _passed) -> int:
    """Done by a worker that passes the checks when it comes, and computes with another model later."""
    from analysis.runs import remote

    if part == 3:
        remote.model_version = lambda: "another"
    return part


def ends_its_process(_shared: object, part: int, _passed) -> int:
    """One of them does so each time."""
    if part == 2:
        os._exit(9)
    return part


def error_of(command: list[str], folder: Path) -> str:
    """What a command that fails as a user's mistake does prints on standard error."""
    done = subprocess.run(command, capture_output=True, text=True, cwd=folder, check=False, timeout=600)
    assert done.returncode == 2, done.stderr
    return done.stderr
