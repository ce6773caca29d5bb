"""Compiled loops are kept: wherever that can be, for whoever comes next, and never beyond the source that they are made from.

A house of two files stands for the model: a loop, and in another file the function that it calls. Every process that runs
it tells what came out and how many loops it had to compile.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections import namedtuple
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numba
import numpy as np
import pytest

from simulation import kernels

INNER = "from simulation.kernels import part\n\n\n@part\ndef inner(x):\n    return {} * x\n"
LOOP = """
from simulation.inner import inner
from simulation.kernels import kernel


@kernel
def loop(x):
    return inner(x) + 1
"""
PROCESS = """
from numba.core import event
from simulation.loop import loop

with event.install_recorder("numba:compile") as recorded:
    result = loop(3)
compiled = sum(e.is_start and e.data["dispatcher"] is loop for _time, e in recorded.buffer)
print(result, compiled, loop.stats.cache_path)
"""
NOBODY = 65534


@dataclass
class House:
    """A model of two files, and how to run it."""

    folder: Path
    environment: dict[str, str]
    user: int | None = None

    @property
    def beside(self) -> Path:
        """Where Python keeps bytecode."""
        return self.folder / "simulation" / "__pycache__"

    def run(self) -> tuple[int, int, str]:
        """What a new process gets from the loop, how many loops it compiles, and where it keeps or finds them."""
        done = subprocess.run(
            [sys.executable, "-B", "-c", PROCESS],
            cwd=self.folder,
            env=self.environment,
            user=self.user,
            group=self.user,
            extra_groups=None if self.user is None else [],
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        result, compiled, where = done.stdout.split(maxsplit=2)
        return int(result), int(compiled), where.strip()

    def lock(self) -> None:
        """Take away everybody's right to write to the house; what runs from here on has no rights beyond that."""
        for path in (self.folder, *self.folder.rglob("*")):
            path.chmod(0o755 if path.is_dir() else 0o644)
            if os.getuid() != 0 and path.is_dir():
                path.chmod(0o555)
        if os.getuid() == 0:
            self.user = NOBODY
            try:
                subprocess.run([sys.executable, "-c", ""], user=NOBODY, group=NOBODY, extra_groups=[], check=True)
            except (PermissionError, subprocess.CalledProcessError):
                pytest.skip("this Python is where no other user may look")


@pytest.fixture
def house() -> Iterator[House]:
    """A house in a folder that all users can read, with a temporary folder and a home that only its user can write."""
    folder = Path(tempfile.mkdtemp())
    try:
        folder.chmod(0o755)
        (folder / "simulation").mkdir()
        shutil.copy(kernels.__file__, folder / "simulation")
        (folder / "simulation" / "__init__.py").touch()
        (folder / "simulation" / "loop.py").write_text(LOOP, encoding="utf-8")
        (folder / "simulation" / "inner.py").write_text(INNER.format(2), encoding="utf-8")
        (folder / "tmp").mkdir()
        variables = {"TMPDIR": str(folder / "tmp"), "HOME": str(folder / "nowhere"), "PYTHONPATH": str(folder)}
        yield House(folder, {"PATH": os.environ["PATH"], **variables})
    finally:
        for path in (folder, *folder.rglob("*")):
            if path.is_dir():
                path.chmod(0o755)
        shutil.rmtree(folder)


posix = pytest.mark.skipif(os.name == "nt", reason="rights of files are those of POSIX systems")


def test_a_second_process_compiles_nothing(house):
    """It finds the loop beside the source."""
    assert house.run()[:2] == (7, 1)
    result, compiled, where = house.run()
    assert (result, compiled) == (7, 0)
    assert Path(where).parent == house.beside


def test_a_changed_function_in_another_file_is_compiled_anew(house):
    """After an upgrade nobody computes with what the release before compiled; back at that release, it is there still."""
    assert house.run()[:2] == (7, 1)
    (house.folder / "simulation" / "inner.py").write_text(INNER.format(5), encoding="utf-8")
    assert house.run()[:2] == (16, 1)
    assert house.run()[:2] == (16, 0)
    (house.folder / "simulation" / "inner.py").write_text(INNER.format(2), encoding="utf-8")
    assert house.run()[:2] == (7, 0)


@posix
def test_another_user_reads_what_an_installation_that_nobody_may_write_has_compiled(house):
    """Also without a home."""
    assert house.run()[:2] == (7, 1)
    house.lock()
    result, compiled, where = house.run()
    assert (result, compiled) == (7, 0)
    assert Path(where).parent == house.beside


def _given_to(user: int | None, folder: Path) -> None:
    if user is not None:
        shutil.chown(folder, user, user)
    folder.chmod(0o755)


@posix
@pytest.mark.parametrize(
    ("own", "variables"), [("home", {"HOME": "home"}), ("cache", {"XDG_CACHE_HOME": "cache"}), ("tmp", {})]
)
def test_where_nobody_may_write_to_the_installation_each_user_keeps_their_own(house, own, variables):
    """In the user's cache, or without a home in a temporary folder; the next process finds it."""
    (house.folder / own).mkdir(exist_ok=True)
    house.lock()
    _given_to(house.user, house.folder / own)
    house.environment |= {name: str(house.folder / folder) for name, folder in variables.items()}
    if sys.platform == "darwin" and own == "home":
        pytest.skip("the cache lies elsewhere in a home on macOS")
    assert house.run()[:2] == (7, 1)
    result, compiled, where = house.run()
    assert (result, compiled) == (7, 0)
    assert Path(where).is_relative_to(house.folder / own)
    assert Path(where).stat().st_mode & 0o077 == 0


@posix
@pytest.mark.parametrize("variables", [{}, {"HOME": "tmp"}])
def test_code_that_others_could_have_put_into_a_folder_is_not_run(house, variables):
    """A folder of the right name that anybody can write to is left alone, even with the right loop in it."""
    house.lock()
    _given_to(house.user, house.folder / "tmp")
    house.environment |= {name: str(house.folder / folder) for name, folder in variables.items()}
    for _place in range(1 + len(variables)):
        Path(house.run()[2]).chmod(0o777)
    assert house.run() == (7, 1, "None")


def test_a_folder_that_is_asked_for_stands_in_for_all_others(house):
    """What lies beside the source is not looked at, and nothing is put there."""
    assert house.run()[:2] == (7, 1)
    house.environment["NUMBA_CACHE_DIR"] = str(house.folder / "asked")
    for compiled in (1, 0):
        result = house.run()
        assert result[:2] == (7, compiled)
        assert Path(result[2]).parent == house.folder / "asked"


@pytest.mark.parametrize("damage", [lambda kept: kept[:-1], lambda kept: kept[:0], lambda kept: kept[:-1] + b"?"])
def test_what_is_damaged_is_compiled_again_and_replaced(house, damage: Callable[[bytes], bytes]):
    """Cut short, empty, or with another byte."""
    where = Path(house.run()[2])
    (kept,) = where.iterdir()
    kept.write_bytes(damage(kept.read_bytes()))
    assert house.run()[:2] == (7, 1)
    assert house.run()[:2] == (7, 0)


def test_only_the_latest_versions_are_kept(tmp_path):
    """Those of the same name but for the version; a user's own folder of a similar name stays."""
    (tmp_path / "headway-kernels-mine").mkdir()
    for age in range(kernels.VERSIONS_KEPT + 3):
        folder = tmp_path / f"headway-kernels-{age:032x}"
        folder.mkdir()
        os.utime(folder, (1000 + age, 1000 + age))
    newest = f"headway-kernels-{kernels.VERSION}"
    kernels.Place(tmp_path / newest).write("a loop", b"code")
    left = {f"headway-kernels-{age:032x}" for age in range(4, kernels.VERSIONS_KEPT + 3)}
    assert {path.name for path in tmp_path.iterdir()} == {"headway-kernels-mine", newest} | left


def test_what_is_compiled_after_a_change_of_the_source_is_not_kept(house):
    """The process has loaded one version and would keep its loops for another."""
    changed = (
        f"from pathlib import Path\nimport simulation.inner\nPath({str(house.folder / 'simulation' / 'inner.py')!r})"
    )
    write = f".write_text({INNER.format(5)!r})\n"
    done = subprocess.run(
        [sys.executable, "-B", "-c", changed + write + PROCESS],
        cwd=house.folder, env=house.environment, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stdout.split() == ["7", "1", "None"]
    assert house.run()[:2] == (16, 1)


def test_tuples_of_the_same_name_whose_fields_are_in_another_order_are_told_apart(tmp_path, monkeypatch):
    """Numba calls their types the same; what is kept for the one must not serve the other."""
    monkeypatch.setattr(numba.config, "CACHE_DIR", str(tmp_path))
    numbers = np.int64(1), np.int64(2)
    ab, ba = ((numba.typeof(namedtuple("Pair", names)(*numbers)),) for names in ("a b", "b a"))
    assert repr(ab) == repr(ba)
    loop, kept = numba.njit(lambda pair: pair.a), kernels._Kept("a loop")
    for sig, other in ((ab, ba), (ba, ab)):
        loop.compile(sig)
        kept.save_overload(sig, loop.overloads[sig])
        assert kept.load_overload(sig, loop.targetctx) is not None
        assert kept.load_overload(other, loop.targetctx) is None


def test_no_loop_of_the_model_is_kept_by_numba_itself():
    """Its cache would outlive a change in another file."""
    sources = [path.read_text(encoding="utf-8") for path in sorted(kernels.SOURCE.rglob("*.py"))]
    assert sum("@kernel" in source for source in sources) > 1
    assert not any("cache=True" in source for source in sources)
