"""An output is sent to a pipe or a stream as it is; a device stays what it is: what is written whole would take its place."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from analysis.errors import UserError
from analysis.paths import file_due, takes_bytes
from analysis.store import files
from analysis.streams import stream_of
from tests.analysis import tiny
from tests.servers import PATIENCE

pytestmark = pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no pipes with names")
ROOT = Path(__file__).resolve().parents[2]
COMMANDS = {
    "export": ("export", "study", "--csv", "OUT"),
    "query": ("query", "study", "SELECT 1 AS one", "--csv", "OUT"),
    "schools": ("schools", "import", "schools.csv", "--out", "OUT"),
}


@pytest.fixture
def pipe(tmp_path):
    """A pipe, and a link to it."""
    os.mkfifo(tmp_path / "pipe.csv")
    (tmp_path / "link.csv").symlink_to("pipe.csv")
    return tmp_path / "pipe.csv"


@pytest.fixture
def there(tmp_path):
    """What the commands read."""
    store = tiny.store(tmp_path / "study", 1)
    store.commit(tiny.key(0), tiny.run(0), tiny.rows(0))
    row = "900101,A,primary,London,201,academy,400,22.2"
    (tmp_path / "schools.csv").write_text(f"urn,name,phase,region,local_authority,kind,pupils,fsm_percent\n{row}\n")


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("out", ["pipe.csv", "link.csv"])
def test_a_pipe_gets_what_a_file_would_have(headway, pipe, there, tmp_path, command, out):
    """To the byte; the pipe and the link to it stay, and nothing is left beside them."""
    before = sorted(path.name for path in tmp_path.iterdir())
    heard: list[bytes] = []
    reader = threading.Thread(target=lambda: heard.append(pipe.read_bytes()), daemon=True)
    reader.start()
    code, _, err = headway(*(out if word == "OUT" else word for word in COMMANDS[command]))
    assert code == 0, err
    reader.join(PATIENCE)
    assert stat.S_ISFIFO(pipe.stat().st_mode)
    assert (tmp_path / "link.csv").is_symlink()
    assert sorted(path.name for path in tmp_path.iterdir()) == before
    assert headway(*("file.csv" if word == "OUT" else word for word in COMMANDS[command]))[0] == 0
    assert heard == [(tmp_path / "file.csv").read_bytes()]


@pytest.mark.parametrize("arguments", [(), ("--json",)])
def test_standard_output_holds_the_output_and_nothing_else(headway, there, tmp_path, arguments):
    """What is told besides goes to standard error."""
    assert headway(*("file.csv" if word == "OUT" else word for word in COMMANDS["query"]))[0] == 0
    command = [sys.executable, "-m", "headway", *COMMANDS["query"][:-1], "/dev/stdout", *arguments]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, check=True)
    assert done.stdout == (tmp_path / "file.csv").read_bytes()
    assert b"/dev/stdout" in done.stderr


def _end_of_a_pipe(_folder: Path) -> tuple[int, int]:
    return os.pipe()


def _end_of_a_terminal(_folder: Path) -> tuple[int, int]:
    return os.openpty()


def _end_of_a_file(folder: Path) -> tuple[int, int]:
    write = os.open(folder / "there", os.O_CREAT | os.O_WRONLY | os.O_TRUNC)
    os.write(write, b"before ")
    return os.open(folder / "there", os.O_RDONLY), write


@pytest.mark.parametrize("opened", [_end_of_a_pipe, _end_of_a_terminal, _end_of_a_file])
def test_an_open_stream_gets_it_behind_what_is_there_already(tmp_path, opened):
    """A pipe, a terminal, and a file that a shell has opened; by links as well, and it stays open."""
    read, write = opened(tmp_path)
    (tmp_path / "link").symlink_to(f"/dev/fd/{write}")
    try:
        assert stream_of(tmp_path / "link") == write
        files.give(Path(f"/dev/fd/{write}"), b"whole ")
        with files.output(tmp_path / "link") as aside:
            aside.write_bytes(b"and whole")
        assert os.read(read, 100).removeprefix(b"before ") == b"whole and whole"
        assert (tmp_path / "link").is_symlink()
    finally:
        os.close(read)
        os.close(write)


def test_a_reader_that_has_gone_is_told_as_that_of_standard_output_is(pipe):
    """By the name that the error has for a file."""
    read = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    write = os.open(pipe, os.O_WRONLY)
    os.close(read)
    with pytest.raises(BrokenPipeError) as raised:
        files.give(Path(f"/dev/fd/{write}"), b"whole")
    os.close(write)
    assert raised.value.filename == "the output"


@pytest.mark.parametrize(
    "write", [files.put, files.put_new, lambda path, _data: files.publish(path.parent / "x", path)]
)
def test_whatever_writes_a_file_of_its_own_refuses_it(pipe, tmp_path, write):
    """The store's own files, charts, workbooks and slides, which are looked at again once they are written."""
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


def test_a_device_is_refused_in_one_message(headway, there):
    """Whoever may write to the system's folders would put a file in its place."""
    code, _, err = headway(*("/dev/null" if word == "OUT" else word for word in COMMANDS["export"]))
    assert (code, "this is a device, a pipe or a stream" in err) == (2, True), err


def test_files_links_and_what_is_not_there_are_no_devices(tmp_path):
    """A link that an archive of data keeps in place of a file may be written; one that leads in a circle is no stream."""
    (tmp_path / "file").write_text("x")
    (tmp_path / "link").symlink_to("file")
    (tmp_path / "circle").symlink_to("circle")
    for name in ("file", "link", "nothing", "."):
        file_due(tmp_path / name)
        assert not takes_bytes(tmp_path / name)
    assert not takes_bytes(tmp_path / "circle")
