"""Machines and accounts that are short of something: each command ends right, or in a message of few lines; never in a traceback.

Anybody can run this: what needs rights that are not there is skipped. ``HEADWAY_MACHINES=all`` tries everything.
"""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import pytest

from analysis.store import Store

ROOT = Path(__file__).resolve().parents[1]
ALL = os.environ.get("HEADWAY_MACHINES") == "all"
RUN = "run england --scale 0.0005 --years 1 --replicates 2 --workers 1 --out out"
TWO = RUN.replace("--workers 1", "--workers 2")
CHECK, PAGE = "check england coaching-network", "app --port 0"
NOBODY = "setpriv --reuid=54321 --regid=54321 --clear-groups --"
"""A user whom the system has no name for, and who has no rights."""
pytestmark = pytest.mark.skipif(os.name == "nt", reason="these machines have another kind of shell")


@dataclass(frozen=True)
class Machine:
    """What is short, as a line of shell that starts ``$HEADWAY`` with the words of a command, and how the command may end."""

    shell: str
    command: str
    codes: tuple[int, ...]
    says: str = ""
    """What must be in what it says."""
    lean: bool = False
    """Whether the suite tries it."""


MACHINES = {
    "a user without name, rights and home, in root's clone": Machine(f"env -u HOME -u USER {NOBODY} $HEADWAY", RUN, (0,)),
    "such a user asks for little": Machine(f"env -u HOME -u USER {NOBODY} $HEADWAY", CHECK, (0,), lean=True),
    "a home that cannot be written": Machine(f"HOME=/proc {NOBODY} $HEADWAY", CHECK, (0,)),
    "a folder that can be read only": Machine(f"chmod 555 . && {NOBODY} $HEADWAY", RUN, (2,), "cannot write (Permission denied)"),
    "a disk that can be read only": Machine("mount -t tmpfs -o ro none . && cd $PWD && $HEADWAY", RUN, (2,), "Read-only file system"),
    "a disk of 2 MB": Machine("mount -t tmpfs -o size=2m none . && cd $PWD && $HEADWAY", RUN, (0, 2, 4)),
    "a disk of 300 KB": Machine("mount -t tmpfs -o size=300k none . && cd $PWD && $HEADWAY", RUN, (2, 4), "no room on the disk", lean=True),
    "no temporary folder": Machine(f"TMPDIR=/proc {NOBODY} $HEADWAY", CHECK, (0,)),
    "no loopback: the page": Machine("unshare -n $HEADWAY", PAGE, (2,), "127.0.0.1"),
    "no loopback: a run": Machine("unshare -n $HEADWAY", TWO, (0,)),
    "16 files, several processes": Machine("ulimit -n 16; $HEADWAY", TWO, (2,), "ulimit -n 1024"),
    "16 files": Machine("ulimit -n 16; $HEADWAY", RUN, (0, 4), "ulimit -n 1024"),
    "16 files unless more are asked for": Machine("ulimit -Sn 16; $HEADWAY", TWO, (0,)),
    "0.3 GB of addresses": Machine("ulimit -v 300000; $HEADWAY", CHECK, (5,), "ulimit -v unlimited", lean=True),
    "1 GB of addresses": Machine("ulimit -v 1000000; $HEADWAY", RUN, (0, 4, 5), "ulimit -v"),
    "8 GB of addresses": Machine("ulimit -v 8000000; $HEADWAY", RUN, (0, 4), "ulimit -v"),
    "streams that are closed": Machine("$HEADWAY", f"{RUN} <&- >&- 2>&-", (0,)),
    "an output that is full": Machine("$HEADWAY", f"{RUN} >/dev/full", (4,)),
    "a Turkish locale": Machine("LC_ALL=tr_TR.UTF-8 $HEADWAY", RUN, (0,)),
    "a Turkish page of codes": Machine("LC_ALL=C PYTHONCOERCECLOCALE=0 PYTHONUTF8=0 PYTHONIOENCODING=iso8859-9 $HEADWAY", RUN, (0,)),
    "a locale of ASCII": Machine("LC_ALL=POSIX PYTHONCOERCECLOCALE=0 PYTHONUTF8=0 $HEADWAY", CHECK, (0,)),
    "a time zone 14 hours ahead": Machine("TZ=Pacific/Kiritimati $HEADWAY", RUN, (0,)),
    "a time zone that is none": Machine("TZ=:no/such $HEADWAY", CHECK, (0,)),
    "Python without assertions": Machine("PYTHONOPTIMIZE=1 $HEADWAY", RUN, (0,)),
    "Python without docstrings": Machine("PYTHONOPTIMIZE=2 $HEADWAY", RUN, (0,)),
    "help of Python without docstrings": Machine("PYTHONOPTIMIZE=2 $HEADWAY", "export --help", (0,), "Write", lean=True),
    "warnings that are errors": Machine("PYTHONWARNINGS=error::DeprecationWarning:analysis $HEADWAY", CHECK, (0,)),
}  # fmt: skip
CASES = {name: machine for name, machine in MACHINES.items() if ALL or machine.lean}


@pytest.fixture(scope="module")
def wanted(tmp_path_factory):
    """The digest of the run where nothing is short."""
    folder = tmp_path_factory.mktemp("wanted")
    done = _in_shell("$HEADWAY " + RUN, folder)
    assert done.returncode == 0, done.stderr
    return Store.open(folder / "out").digest()


@pytest.fixture
def everybodys():
    """An empty folder that other users reach, which those of pytest's are not."""
    with tempfile.TemporaryDirectory(prefix="headway-machines-") as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


def _in_shell(line: str, folder: Path) -> subprocess.CompletedProcess[str]:
    headway = f"{shlex.quote(sys.executable)} -m headway"
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "HEADWAY": headway}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    return subprocess.run(
        ["bash", "-c", f"cd {shlex.quote(str(folder))}\n{line}"], env=environment, capture_output=True, text=True,
        errors="replace", check=False, stdin=subprocess.DEVNULL,
    )  # fmt: skip


def _needs(shell: str) -> None:
    """Skip what this account may not do here."""
    outer = [word for word in ("mount", "unshare", "setpriv") if word in shell.split()]
    if outer and (os.geteuid() != 0 or not all(map(shutil.which, outer))):
        pytest.skip(f"needs the rights of root, and {' and '.join(outer)}")
    if NOBODY in shell:
        again = "import subprocess, sys; subprocess.run([sys.executable, '-c', ''], check=True)"  # root's rights end with one start
        probe = subprocess.run([*NOBODY.split(), sys.executable, "-c", again], capture_output=True, check=False)
        if probe.returncode:
            pytest.skip("this Python is where no other user may look")
    for word, try_it in (("mount", "mount -t tmpfs none /mnt"), ("unshare", "true")):
        if (
            word in outer
            and subprocess.run(["unshare", "-mn", "sh", "-c", try_it], check=False, capture_output=True).returncode
        ):
            pytest.skip(f"{word} is not allowed here")


@pytest.mark.parametrize("name", CASES)
def test_it_ends_right_or_in_a_message(request, everybodys, name):
    """What is kept is what is kept elsewhere; what is refused is told without a trace."""
    machine = MACHINES[name]
    _needs(machine.shell)
    work, kept = everybodys / "work", everybodys / "kept"
    work.mkdir()
    work.chmod(0o777)
    line = f"{machine.shell} {machine.command}\ncode=$?\ncp -r out {shlex.quote(str(kept))} 2>/dev/null\nexit $code"
    if "mount" in machine.shell:  # in a namespace of its own, so that it is gone afterwards
        line = f"exec unshare -m bash -c {shlex.quote(line)}"
    done = _in_shell(line, work)
    said = done.stdout + done.stderr
    assert done.returncode in machine.codes, said
    assert "Traceback" not in said
    assert done.returncode == 0 or machine.says in said, said
    if done.returncode in (0, 4) and machine.command.startswith("run"):
        assert Store.open(kept).digest() == request.getfixturevalue("wanted")  # made only where it is needed
