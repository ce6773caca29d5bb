"""``headway doctor``: a line for each thing that it looks at, which says what to do where something is not as it should be."""

from __future__ import annotations

import json
import shutil
import socket
from collections import namedtuple
from types import SimpleNamespace

import psutil
import pytest

from analysis import doctor, limits
from tests.analysis import tiny

ABOUT = (
    "versions", "extras", "compiled model", "room here", "temporary folder", "memory", "addresses", "open files", "loopback",
    "fonts", "left behind",
)  # fmt: skip
Usage = namedtuple("Usage", "total used free")


def test_it_looks_at_everything_and_ends_with_0_where_all_is_well(headway, monkeypatch, tmp_path):
    """A line each; with --json a record each; and a folder of results if one is named."""
    monkeypatch.setattr(doctor.tempfile, "tempdir", str(tmp_path))
    code, out, err = headway("doctor", "--json")
    records = json.loads(out)
    assert (code, err) == (0, "")
    assert tuple(record["about"] for record in records) == ABOUT
    assert all(record["found"] for record in records)
    assert all(record["advice"] for record in records if record["state"] != "ok")
    store = tiny.store(tmp_path / "s", 2)
    monkeypatch.setattr(doctor, "_fonts", lambda: doctor.Finding("fonts", "ok", "x"))
    code, out, _ = headway("doctor", tmp_path / "s")
    assert code == 0
    assert len(out.splitlines()) == len(ABOUT) + 1
    assert "partial: 0 of 2 runs" in out.splitlines()[-1]
    store.commit(tiny.key(0), tiny.run(0), tiny.rows(0))
    (run,) = (tmp_path / "s" / "runs").iterdir()
    (run.parent / f".{run.name}.{socket.gethostname()}.999999999.0.tmp").touch()
    assert "1 half-written files" in headway("doctor", tmp_path / "s")[1]
    run.write_bytes(run.read_bytes()[:-1])
    code, out, _ = headway("doctor", tmp_path / "s")
    assert code == 1
    assert f"headway repair {tmp_path / 's'}" in out.splitlines()[-1]


def _refuses(*_given):
    raise OSError(99, "Cannot assign requested address")


WEATHER = {
    "memory that is used up": ("memory", "wrong", lambda p: p.setattr(psutil, "virtual_memory", lambda: SimpleNamespace(available=1e8))),
    "little memory": ("memory", "note", lambda p: p.setattr(psutil, "virtual_memory", lambda: SimpleNamespace(available=1e9))),
    "a full disk": ("room here", "wrong", lambda p: p.setattr(shutil, "disk_usage", lambda _: Usage(2, 1, 1_000_000))),
    "a full temporary folder": ("temporary folder", "note", lambda p: p.setattr(shutil, "disk_usage", lambda _: Usage(2, 1, 10**6))),
    "a folder that can be read only": ("room here", "note", lambda p: p.setattr(doctor, "_can_write", lambda _: False)),
    "nowhere to keep what is compiled": ("compiled model", "note", lambda p: p.setattr("simulation.kernels.places", list)),
    "few addresses": ("addresses", "note", lambda p: p.setattr(limits, "limit", lambda _: 4 << 30)),
    "few files": ("open files", "note", lambda p: p.setattr(limits, "limit", lambda _: 16)),
    "no loopback": ("loopback", "note", lambda p: p.setattr(socket.socket, "connect", _refuses)),
    "no fonts": ("fonts", "note", lambda p: p.setattr(doctor, "_DRAWS", "print(False)")),
    "nothing that draws": ("fonts", "note", lambda p: p.setattr(doctor, "_DRAWS", "import os; os.abort()")),
    "a library that is gone": ("versions", "wrong", lambda p: p.setattr(doctor, "NEEDED", ("no-such-library",))),
    "extras that were left out": ("extras", "note", lambda p: p.setattr(doctor, "EXTRAS", {"no_such_library": "office"})),
}  # fmt: skip


@pytest.mark.parametrize("weather", WEATHER)
def test_each_finding_says_what_to_do(monkeypatch, weather):
    """Every kind of bad weather is found under its name, with advice."""
    about, state, comes = WEATHER[weather]
    comes(monkeypatch)
    checks = {"fonts": doctor._fonts, "versions": doctor._versions, "extras": doctor._extras, "compiled model": doctor._compiled,
              "room here": doctor._room, "temporary folder": doctor._temporary, "memory": doctor._memory,
              "addresses": doctor._addresses, "open files": doctor._handles, "loopback": doctor._loopback}  # fmt: skip
    found = checks[about]()
    assert (found.about, found.state) == (about, state)
    assert found.found
    assert found.advice


def test_what_killed_commands_left_in_the_temporary_folder_is_found(monkeypatch, tmp_path):
    """A folder of a page that runs is not among it."""
    monkeypatch.setattr(doctor.tempfile, "tempdir", str(tmp_path))
    for name in ("headway-app-1", "headway-app-2"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "lock").touch()
    (tmp_path / "headway-trace-x.txt").touch()
    assert "3 files or folders" in doctor._left().found
    with (tmp_path / "headway-app-1" / "lock").open("rb") as other:
        import fcntl

        fcntl.flock(other, fcntl.LOCK_EX)
        assert "2 files or folders" in doctor._left().found
