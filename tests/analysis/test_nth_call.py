"""The n-th call of a sweep, a merge, a comparison and a report fails, for n = 1, 2, 3 and on until the whole passes.

After each the work is done all the same, or refused in a message; and the same command then ends with equal contents.
"""

from __future__ import annotations

import errno
import os
import re
import shutil
from collections import Counter
from pathlib import Path

import pytest

from analysis.selftest.calls import KINDS, watched
from analysis.selftest.processes import ERRORS, failed
from analysis.store import Store
from analysis.studies.sweep import execute
from tests.analysis import sweeping

HOW = os.environ.get("HEADWAY_CALLS", "")
EVERY = HOW in ("all", "turn")
"""``HEADWAY_CALLS=turn`` lets every call fail, in place of a few, with its errors in turn; ``all`` with each of them."""
DESIGN = sweeping.DESIGN.replace("draws: 3", "draws: 2").replace("replicates: 2", "replicates: 1")
COMPARE = ("compare", "base.yaml", "quick.yaml", "--replicates", 2, "--scale", 0.0005, "--workers", 1)
WORKS = {
    "sweep": (("sweep", "design.yaml", "--out", "new", "--workers", 1), "new"),
    "merge": (("merge", "first", "second", "--out", "new"), "new"),
    "compare": ((*COMPARE, "--out", "new"), "new"),
    "report": (("report", "compared"), "compared"),
}
"""Commands, and the folder that they make or read."""

FEW = {("sweep", "link"): 1, ("merge", "open"): 20, ("compare", "fsync"): 9}
"""What the suite tries, and which of the calls fails."""
CASES = [(work, kind) for work in WORKS for kind in KINDS] if EVERY else FEW


@pytest.fixture(scope="module")
def ready(tmp_path_factory):
    """A design, its two shards, and a comparison."""
    folder = tmp_path_factory.mktemp("ready")
    design = sweeping.design(folder, DESIGN)
    (folder / "base.yaml").write_text(f"{sweeping.HEAD}context: context.yaml\nyears: 1\n", encoding="utf-8")
    for name, shard in (("first", (1, 2)), ("second", (2, 2))):
        execute.sweep(design, folder / name, execute.Options(workers=1, shard=shard))
    return folder


def _contents(folder: Path) -> str:
    store = Store.open(folder)
    assert store.verify() == []
    assert store.status().complete
    return store.digest()


class _Nth:
    """Lets the n-th call of a kind fail with an error."""

    def __init__(self, kind: str, number: int, error: int) -> None:
        self.kind, self.left, self.error = kind, number, error
        self.struck = ""

    def __call__(self, call):
        if call.kind == self.kind:
            self.left -= 1
            if self.left == 0:
                self.struck = str(call.path)
                raise failed(call, self.error)


@pytest.mark.parametrize(("work", "kind"), CASES)
def test_whichever_call_fails_it_is_told_and_the_same_command_goes_on(headway, ready, remembered, tmp_path, work, kind):
    """Every call of a kind, with every error that it can have; but for a few of them in the suite."""
    command, made = WORKS[work]
    shutil.copytree(ready, tmp_path, dirs_exist_ok=True)
    if work == "report":
        assert headway(*COMPARE, "--out", "compared")[0] == 0
    assert headway(*command)[0] == 0
    wanted = _contents(tmp_path / made)
    before = tmp_path.parent / f"{tmp_path.name} before"
    if work == "report":
        shutil.rmtree(tmp_path / "compared" / "extract")  # what it reads is gathered anew each time
    else:
        shutil.rmtree(tmp_path / made)
    shutil.copytree(tmp_path, before)
    counted: Counter[str] = Counter()
    for every in ERRORS[kind] if HOW == "all" else [0]:
        number = 0
        while True:
            number += 1 if EVERY else FEW[work, kind]
            for path in tmp_path.iterdir():
                shutil.rmtree(path) if path.is_dir() else path.unlink()
            shutil.copytree(before, tmp_path, dirs_exist_ok=True)
            error = every or ERRORS[kind][number % len(ERRORS[kind])]
            nth = _Nth(kind, number, error)
            with watched(tmp_path, nth, disk=False):
                code, out, err = headway(*command)
            if not nth.struck and EVERY:
                break
            assert nth.struck
            where = f"{kind} {number}, {errno.errorcode[error]}, {nth.struck}: {code}\n{out}{err}"
            assert code in (0, 2, 4, 5), where
            assert "Traceback" not in out + err, where
            assert "the output cannot be written" not in err, where
            assert "has a fault" not in err, where
            assert code == 0 or re.search(r"error( E\d{4})?: ", err), where
            counted["calls"] += 1
            counted[f"ended with {code}"] += 1
            code, out, again = headway(*command)
            assert code == 0, f"{where}\nand then:\n{out}{again}"
            assert _contents(tmp_path / made) == wanted, where
            assert not list(tmp_path.glob("*/**/.*.tmp")), where
            if not EVERY:
                break
    print(f"COUNTED {work} {kind} {dict(counted)}")
    assert counted["calls"] or kind in ("link", "mkdir", "unlink")
