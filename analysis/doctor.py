"""What Headway needs of a machine, looked at: each finding in a line, and what to do where something is not as it should be."""

from __future__ import annotations

import contextlib
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from analysis import limits
from analysis.errors import EXTRAS, WHAT, UserError

OK, NOTE, WRONG = "ok", "note", "wrong"
NEEDED = ("numpy", "pandas", "scipy", "numba", "mesa", "duckdb", "altair", "vl-convert-python")
"""Libraries without which nothing runs, whose versions matter most."""
LEAST_ROOM = 200_000_000
"""Bytes of disk with which a study of a few runs has room for certain, charts and report with it."""
LEAST_MEMORY = 500_000_000
"""Bytes of memory: twice what a process takes that has loaded everything and simulates a small world."""
OF_ENGLAND = 1.3e9
"""Bytes of memory of a process that simulates all of England; see :data:`analysis.studies.sweep.execute.PER_SCHOOL`."""
LEFT_BEHIND = ("headway-trace-*.txt", "headway-app-*", "headway-selftest-*")
"""What Headway puts into the temporary folder, and what is gone from there when it has ended well, but for traces."""


@dataclass(frozen=True)
class Finding:
    """What was looked at and what was found."""

    about: str
    state: str
    """``ok``; ``note`` for what stops something that not everybody needs; ``wrong`` for what stops every run."""
    found: str
    advice: str = ""
    """What to do about it."""


def look(results: Path | None = None) -> Iterator[Finding]:
    """All that there is to find about this machine, and about a folder of results. Raise nothing that a machine can cause."""
    for check in (
        _versions,
        _extras,
        _compiled,
        _room,
        _temporary,
        _memory,
        _addresses,
        _handles,
        _loopback,
        _fonts,
        _left,
    ):
        yield check()
    if results is not None:
        yield _results(results)


def _versions() -> Finding:
    from analysis.version import headway_version

    found, missing = [f"headway {headway_version()}", f"Python {sys.version.split()[0]}"], []
    for name in NEEDED:
        try:
            found.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            missing.append(name)
    if missing:
        advice = "Install Headway again: python3 make.py in a clone of it."
        return Finding("versions", WRONG, f"{', '.join(missing)} cannot be found", advice)
    return Finding("versions", OK, ", ".join(found))


def _extras() -> Finding:
    from importlib.util import find_spec

    others = EXTRAS.keys() - {"multipart"}  # the former name of python_multipart
    absent = sorted({EXTRAS[module] for module in others if find_spec(module) is None})
    if absent:
        said = f"not installed: {' and '.join(f'{extra} ({WHAT[extra]})' for extra in absent)}"
        advice = f'In the clone of Headway: python -m pip install ".[{",".join(absent)}]"'
        return Finding("extras", NOTE, said, advice)
    return Finding("extras", OK, f"installed: {', '.join(WHAT)}")


def _compiled() -> Finding:
    from simulation.kernels import KERNELS, places

    for place in places():
        kept = len(list(place.folder.glob("*"))) if place.folder.is_dir() and place.is_safe() else 0
        if kept >= len(KERNELS):
            return Finding("compiled model", OK, f"kept in {place.folder}")
    writable = next((place.folder for place in places() if _can_write(place.folder)), None)
    if writable is not None:
        said = f"not kept yet; it will be in {writable}"
        return Finding("compiled model", NOTE, said, "headway warm-up compiles it now, so that no later command waits.")
    advice = "Name a folder that can be written in the environment variable NUMBA_CACHE_DIR."
    return Finding("compiled model", NOTE, "it can be kept nowhere: every process compiles it again", advice)


def _room() -> Finding:
    return _space("room here", Path.cwd(), "Start in another folder, or name one with --out.")


def _temporary() -> Finding:
    try:
        folder = Path(tempfile.gettempdir())
    except OSError:
        return Finding("temporary folder", WRONG, "there is none that can be written", "Name one in TMPDIR.")
    return _space("temporary folder", folder, "Name another one in the environment variable TMPDIR.", NOTE)


def _space(about: str, folder: Path, advice: str, state: str = WRONG) -> Finding:
    """How much may be written to a folder."""
    try:
        free = shutil.disk_usage(folder).free
    except OSError as error:
        return Finding(about, state, f"{folder}: {error.strerror}", advice)
    if not _can_write(folder):
        return Finding(about, NOTE, f"{folder} cannot be written", advice)
    said = f"{free / 1e9:,.1f} GB are free in {folder}"
    if free < LEAST_ROOM:
        return Finding(about, state, said, f"Make room for {LEAST_ROOM / 1e6:,.0f} MB. {advice}")
    return Finding(about, OK, said)


def _can_write(folder: Path) -> bool:
    """Whether a file can be put into a folder, or into the first one above it that is there."""
    there = next((above for above in (folder, *folder.parents) if above.is_dir()), None)
    with contextlib.suppress(OSError):
        with tempfile.TemporaryFile(dir=there) as file:
            file.write(b"x")
            file.flush()
        return there is not None
    return False


def _memory() -> Finding:
    import psutil

    free = psutil.virtual_memory().available
    workers = int(free // OF_ENGLAND)
    said = f"{free / 1e9:,.1f} GB are free: room for {workers:,} processes that simulate all of England"
    if free < LEAST_MEMORY:
        return Finding("memory", WRONG, said, "Close other programs, or use another machine.")
    if workers == 0:
        return Finding("memory", NOTE, said, "Use --scale 0.1 for a tenth of England.")
    return Finding("memory", OK, said)


def _addresses() -> Finding:
    limit = limits.limit("RLIMIT_AS")
    if limit is None or limit > 1.5 * limits.TO_DRAW:
        return Finding("addresses", OK, "not limited" if limit is None else f"{limit / 1e9:,.0f} GB")
    said = f"limited to {limit / 1e9:,.1f} GB: charts and reports cannot be drawn, which takes {limits.TO_DRAW / 1e9:,.0f} GB"
    return Finding("addresses", NOTE, said, "ulimit -v unlimited")


def _handles() -> Finding:
    files = limits.limit("RLIMIT_NOFILE")
    if files is not None and files < limits.FEWEST_FILES:
        said = f"a process may have only {files} open: several processes cannot simulate, and no chart can be drawn"
        return Finding("open files", NOTE, said, f"ulimit -n {limits.ENOUGH_FILES}")
    return Finding("open files", OK, "not limited" if files is None else f"{files:,} at once")


def _loopback() -> Finding:
    try:
        with socket.create_server(("127.0.0.1", 0)) as listener:
            why = limits.unreachable(listener)
    except OSError as error:
        why = error.strerror or str(error)
    if why:
        said = f"127.0.0.1 cannot be reached ({why}): headway app, scheduler and worker need it"
        return Finding("loopback", NOTE, said, f"{limits.LOOPBACK_UP} All other commands work without.")
    return Finding("loopback", OK, "127.0.0.1 answers")


_DRAWS = """
import vl_convert
page = '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="20">%s</svg>'
text = '<text x="2" y="15" font-family="sans-serif">H</text>'
print(vl_convert.svg_to_png(page % text) != vl_convert.svg_to_png(page % ""))
"""


def _fonts() -> Finding:
    """Draw a letter, in a process of its own: what draws may take its process down."""
    try:
        done = subprocess.run(
            [sys.executable, "-P", "-c", _DRAWS], stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
        )
    except OSError as error:
        return Finding("fonts", NOTE, f"no process can be started to draw: {error.strerror}", "Use fewer processes.")
    if done.returncode:
        advice = "headway run keeps its results all the same, and draws its charts where this works."
        return Finding("fonts", NOTE, "nothing can be drawn here", advice)
    if done.stdout.strip() != "True":
        return Finding(
            "fonts", NOTE, "charts will have no letters", "Install a font, such as the package fonts-dejavu."
        )
    return Finding("fonts", OK, "letters are drawn")


def _left() -> Finding:
    from analysis.store.lock import locked

    try:
        above = Path(tempfile.gettempdir())
        found = [path for pattern in LEFT_BEHIND for path in above.glob(pattern)]
    except OSError as error:
        return Finding("left behind", NOTE, f"the temporary folder cannot be looked at ({error.strerror})")
    dead = []
    for path in found:
        with contextlib.suppress(OSError, UserError):  # somebody else's, or of a page that runs
            if path.is_dir() and (path / "lock").is_file():
                with locked(path):
                    pass
            dead.append(path)
    if not dead:
        return Finding("left behind", OK, f"nothing in {above}")
    said = f"{len(dead)} files or folders of earlier commands in {above}, such as {dead[0].name}"
    return Finding(
        "left behind", NOTE, said, "Traces are for whoever maintains Headway; when no headway runs, delete them."
    )


def _results(folder: Path) -> Finding:
    from analysis.store import Store, files

    try:
        store = Store.open(folder)
        wrong = store.verify()
    except UserError as error:
        wrong = [error]
    if wrong:
        return Finding(
            "results", WRONG, wrong[0].render().removeprefix("error: ").replace("\n ", "."), f"headway repair {folder}"
        )
    stray = [path for path in folder.glob("**/.*.tmp") if files.is_stray(path)]
    if stray:
        said = f"{len(stray)} half-written files of processes that have ended, such as {stray[0].name}"
        return Finding("results", NOTE, said, "Run again the command that made these results: it takes them away.")
    return Finding("results", OK, store.status().stamp or f"all {store.status().expected:,} runs are there, and sound")
