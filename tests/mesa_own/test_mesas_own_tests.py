"""Mesa's own tests hold for Headway's model, sets of agents and collector, in the version of Mesa that is installed.

They are taken from Mesa's source package, which is fetched once by the hash in ``sources.txt`` and kept beside pytest's other
notes. Without it, and without a network, they are skipped.
"""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
import sys
import tarfile
import xml.etree.ElementTree as ET
from pathlib import Path

import mesa
import pytest

from tests.mesa_own.left_out import IN_MESA, OTHERWISE, ignored

ROOT = Path(__file__).resolve().parents[2]
LOCKED = {
    version: (line, digest)
    for line in (Path(__file__).parent / "sources.txt").read_text(encoding="utf-8").splitlines()
    for version, digest in re.findall(r"^mesa==(\S+) --hash=sha256:(\w+)$", line)
}


def source(folder: Path) -> Path:
    """Mesa's source package, from ``folder`` or from the package index; skip where it cannot be had."""
    if mesa.__version__ not in LOCKED:
        pytest.skip(f"sources.txt does not lock the source package of Mesa {mesa.__version__}")
    line, digest = LOCKED[mesa.__version__]
    path = folder / f"mesa-{mesa.__version__}.tar.gz"
    if not path.is_file():
        wanted = folder / "wanted.txt"
        wanted.write_text(line + "\n", encoding="utf-8")
        pip = [
            sys.executable,
            "-m",
            "pip",
            "download",
            "-q",
            "--no-deps",
            "--no-binary",
            "mesa",
            "--no-build-isolation",
        ]
        done = subprocess.run(
            [*pip, "--require-hashes", "-r", wanted, "-d", folder], capture_output=True, text=True, check=False
        )
        if not path.is_file():
            pytest.skip(f"the source package of Mesa cannot be had: {done.stderr.strip().splitlines()[-1:]}")
    assert hashlib.sha256(path.read_bytes()).hexdigest() == digest, f"{path} is not what was locked: delete it"
    return path


def unpacked(package: Path, folder: Path) -> None:
    """Mesa's tests in ``folder/tests``, as a part of the same namespace package as our own."""
    inside = f"mesa-{mesa.__version__}/"
    with tarfile.open(package) as archive:
        for member in archive.getmembers():
            if member.isfile() and member.name.startswith(f"{inside}tests/"):
                member.name = member.name.removeprefix(inside)
                archive.extract(member, folder, filter="data")
    (folder / "tests" / "__init__.py").unlink()


def outcomes(report: Path) -> dict[str, str]:
    """``passed``, ``failed`` or ``skipped`` by file and test, parameters left away: the worst of them."""
    found: dict[str, str] = {}
    for case in ET.parse(report).iter("testcase"):
        kinds = {child.tag for child in case}
        outcome = "failed" if kinds & {"failure", "error"} else "skipped" if "skipped" in kinds else "passed"
        name = f"{case.get('classname', '').split('.')[-1]}::{case.get('name', '').split('[')[0]}"
        if found.get(name) != "failed":
            found[name] = outcome
    return found


def test_mesas_own_tests_hold(tmp_path, request, record_testsuite_property):
    """All pass but those that say what Headway does otherwise, and these do fail."""
    notes = getattr(request.config, "cache", None)
    unpacked(source(notes.mkdir("mesa-source") if notes else tmp_path), tmp_path)
    left_out = [f"--ignore=tests/{name}" for name in sorted(ignored())]
    # The world of these models is empty: there is nothing to compile for.
    environment = os.environ | {"PYTHONPATH": f"{ROOT}{os.pathsep}{tmp_path}", "NUMBA_DISABLE_JIT": "1"}
    # Mesa's folder `time` would be taken for Python's module if the current folder were looked in.
    command = [
        sys.executable,
        "-P",
        "-m",
        "pytest",
        "-q",
        "-p",
        "tests.mesa_own.shim",
        "-p",
        "no:cacheprovider",
        "-p",
        "no:xdist",
    ]
    options = ["-W", "ignore", "--rootdir=.", "--import-mode=importlib", "--junit-xml=report.xml", *left_out, "tests"]
    done = subprocess.run(
        [*command, *options], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode in {0, 1}, done.stdout[-3000:] + done.stderr[-3000:]
    found = outcomes(tmp_path / "report.xml")
    told = {kind: sum(outcome == kind for outcome in found.values()) for kind in ("passed", "failed", "skipped")}
    record_testsuite_property(f"Mesa {mesa.__version__}", str(told))
    otherwise = IN_MESA[mesa.__version__]
    assert otherwise <= OTHERWISE.keys()
    assert {name for name, outcome in found.items() if outcome == "failed"} == otherwise, done.stdout[-6000:]
    assert told["passed"] > 150, told
