"""Several processes and one folder: killed at any moment, at the same time, with a lock, with no room."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from analysis.errors import UserError
from analysis.store import Store
from analysis.store.lock import locked
from tests.analysis import tiny

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.skipif(os.name == "nt", reason="signals and locks of another kind")


def _start(folder, runs, start=0, step=1, hold=True, **options):
    arguments = [folder, runs, start, step, "hold" if hold else "no"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.Popen(
        [sys.executable, "-m", "tests.analysis.tiny", *map(str, arguments)],
        env=environment,
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        **options,
    )


def _contents(store):
    with store.connect() as db:
        return db.execute("SELECT * FROM results ORDER BY ALL").fetchall()


def test_two_processes_commit_at_the_same_time(tmp_path):
    """Different runs need no lock, and the same run from both is kept once."""
    children = [_start(tmp_path / "s", 60, start, step, hold=False) for start, step in ((0, 1), (0, 1), (1, 2))]
    errors = [child.communicate()[1] for child in children]
    assert errors == [""] * 3
    store = Store.open(tmp_path / "s")
    assert store.status().complete
    assert len(list((tmp_path / "s" / "runs").iterdir())) == 60
    store.compact(everything=True)
    assert len(_contents(store)) == 240


def test_a_second_writer_is_told_who_is_first(tmp_path):
    """Its message has host and process; reading and committing go on; afterwards it may write."""
    import socket

    store = tiny.store(tmp_path / "s", 2)
    with store.writing():
        child = _start(tmp_path / "s", 2)
        _, trace = child.communicate()
        assert child.returncode != 0
        assert f"process {os.getpid()} on {socket.gethostname()} is writing here since" in trace
        other = Store.open(tmp_path / "s")
        other.commit(tiny.key(0), tiny.run(0), tiny.rows(0))
        with pytest.raises(UserError, match="is writing here"):
            other.compact(everything=True)
        assert _contents(other)
        with store.writing():  # its own
            store.compact(everything=True)
    with other.writing():
        pass


def test_a_lock_of_a_process_that_is_gone_is_no_lock(tmp_path):
    """Killed while it holds the lock, a process leaves its name there, and the next takes over at once."""
    tiny.store(tmp_path / "s", 4000)
    child = _start(tmp_path / "s", 4000)
    child.stdout.readline()
    while not (tmp_path / "s" / "lock").read_text() and child.poll() is None:
        time.sleep(0.01)
    child.kill()
    child.communicate()
    assert json.loads((tmp_path / "s" / "lock").read_text())["pid"] == child.pid
    with Store.open(tmp_path / "s").writing():
        pass


def test_a_lock_of_another_machine_holds_until_it_shows_no_life(tmp_path):
    """Locks may not reach across machines: the name of another one counts for half an hour after its last sign of life."""
    (tmp_path / "lock").write_text(json.dumps({"host": "elsewhere", "pid": 1, "since": "2027-09-01 09:00"}))
    with pytest.raises(UserError, match="process 1 on elsewhere is writing here"), locked(tmp_path):
        pass
    os.utime(tmp_path / "lock", (time.time() - 1900,) * 2)
    with locked(tmp_path):
        pass


def test_no_room_for_a_file(tmp_path):
    """A process that may write files of 100 bytes only: message with path and bytes, no file, and with room it goes on."""
    import resource

    tiny.store(tmp_path / "s", 3)

    def limit():
        resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)

    child = _start(tmp_path / "s", 3, hold=False, preexec_fn=limit)
    _, trace = child.communicate()
    assert child.returncode != 0
    assert f"{tmp_path}/s/runs/{tiny.key(0)}.run: no room on the disk for" in trace
    assert not list((tmp_path / "s" / "runs").iterdir())
    assert _start(tmp_path / "s", 3).communicate()[1] == ""
    assert Store.open(tmp_path / "s").status().complete


def test_a_small_disk_that_fills_up(tmp_path):
    """On a disk of 1 MB, as many runs as fit are whole; after making room the same study is finished there."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(disk)], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip(f"needs the right to mount a small disk: {mounted.stderr.decode().strip()}")
    try:
        (disk / "ballast").write_bytes(b"x" * 900_000)
        child = _start(disk / "s", 200, hold=False)
        _, trace = child.communicate()
        assert child.returncode != 0
        assert "no room on the disk for" in trace
        done = Store.open(disk / "s").status().done
        assert 0 < done < 200
        assert Store.open(disk / "s").verify() == []
        assert not list((disk / "s").rglob("*.tmp"))
        (disk / "ballast").unlink()
        assert _start(disk / "s", 200).communicate()[1] == ""
        assert Store.open(disk / "s").status().complete
        assert Store.open(disk / "s").verify() == []
    finally:
        subprocess.run(["umount", str(disk)], check=True)
