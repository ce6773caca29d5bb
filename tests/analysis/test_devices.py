"""A device, a pipe or a stream that an output is sent to stays what it is: what is written whole would take its place."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from analysis.errors import UserError
from analysis.paths import file_due
from analysis.store import files
from tests.analysis import tiny

pytestmark = pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no pipes with names")
COMMANDS = {
    "export": ("export", "study", "--csv", "OUT"),
    "query": ("query", "study", "SELECT 1", "--csv", "OUT"),
    "schools": ("schools", "import", "schools.csv", "--out", "OUT"),
}


@pytest.fixture
def pipe(tmp_path):
    """A pipe, and a link to it."""
    os.mkfifo(tmp_path / "pipe.csv")
    (tmp_path / "link.csv").symlink_to("pipe.csv")
    return tmp_path / "pipe.csv"


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("out", ["pipe.csv", "link.csv"])
def test_a_command_refuses_it_and_it_stays(headway, pipe, tmp_path, command, out):
    """In one message, and nothing is left beside it."""
    store = tiny.store(tmp_path / "study", 1)
    store.commit(tiny.key(0), tiny.run(0), tiny.rows(0))
    row = "900101,A,primary,London,201,academy,400,22.2"
    (tmp_path / "schools.csv").write_text(f"urn,name,phase,region,local_authority,kind,pupils,fsm_percent\n{row}\n")
    before = sorted(path.name for path in tmp_path.iterdir())
    code, _, err = headway(*(out if word == "OUT" else word for word in COMMANDS[command]))
    assert (code, "this is a device, a pipe or a stream" in err) == (2, True), err
    assert stat.S_ISFIFO(pipe.stat().st_mode)
    assert (tmp_path / "link.csv").is_symlink()
    assert sorted(path.name for path in tmp_path.iterdir()) == before


@pytest.mark.parametrize(
    "write", [files.put, files.put_new, lambda path, _data: files.publish(path.parent / "x", path)]
)
def test_whatever_writes_a_file_refuses_it(pipe, tmp_path, write):
    """Charts, reports and the store's own files go the same way."""
    (tmp_path / "x").write_text("whole")
    with pytest.raises(UserError, match="a device, a pipe or a stream"):
        write(pipe, b"whole")
    assert stat.S_ISFIFO(pipe.stat().st_mode)


@pytest.mark.parametrize("path", ["/dev/null", "/dev/stdout", "/dev/fd/1"])
def test_those_of_the_system_are_known(path):
    """Whatever standard output is joined to; a link to a file elsewhere is an ordinary one."""
    if not Path(path).exists():
        pytest.skip(f"this system has no {path}")
    with pytest.raises(UserError, match="a device, a pipe or a stream"):
        file_due(Path(path))


def test_files_links_and_what_is_not_there_are_no_devices(tmp_path):
    """A link that an archive of data keeps in place of a file may be written."""
    (tmp_path / "file").write_text("x")
    (tmp_path / "link").symlink_to("file")
    for name in ("file", "link", "nothing", "."):
        file_due(tmp_path / name)
