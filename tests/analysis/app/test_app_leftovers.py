"""What the page writes while it runs, and what a page that was killed has left."""

import os
import time
from pathlib import Path

import pytest

from analysis.app.leftovers import OLD, PREFIX, folder_of_own, take_away
from analysis.store.lock import locked


def _left(above: Path, name: str, age: float) -> Path:
    folder = above / f"{PREFIX}{name}"
    (folder / "jobs" / "one").mkdir(parents=True)
    (folder / "jobs" / "one" / "mine.yaml").write_text("title: x\n")
    (folder / "lock").touch()
    os.utime(folder, (time.time() - age, time.time() - age))
    return folder


def test_what_a_killed_page_left_goes_and_what_is_in_use_stays(tmp_path: Path) -> None:
    """By the lock, which the system lets go of; new folders, links, files and other folders are left alone."""
    dead, new, used = (_left(tmp_path, name, age) for name, age in (("a", 2 * OLD), ("b", 0.0), ("c", 2 * OLD)))
    other = tmp_path / "precious"
    other.mkdir()
    (tmp_path / f"{PREFIX}link").symlink_to(other, target_is_directory=True)
    (tmp_path / f"{PREFIX}file").write_text("x")
    with locked(used):
        os.utime(used, (time.time() - 2 * OLD,) * 2)
        take_away(tmp_path)
        assert used.is_dir()
    assert not dead.exists()
    assert new.is_dir()
    assert other.is_dir()
    assert (tmp_path / f"{PREFIX}file").is_file()


def test_a_folder_of_ones_own_is_private_and_goes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody else may read it while it is there, and it takes with it what was written."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with folder_of_own() as folder:
        assert folder.parent.stat().st_mode & 0o077 == 0
        (folder / "x").write_text("x")
        assert folder.parent.parent == tmp_path
    assert list(tmp_path.iterdir()) == []
