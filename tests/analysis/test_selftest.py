"""The store against failing calls, dying processes and power cuts; and the trial itself, which must find a store that is worse."""

from __future__ import annotations

import os

import pytest

from analysis.selftest.histories import replay
from analysis.store import Store, batch, files

MANY = int(os.environ.get("HEADWAY_SELFTEST", "4"))
"""Histories that are lived through: ``HEADWAY_SELFTEST=3000`` before the test's name for more."""


def test_whatever_happens_nothing_is_lost_double_or_changed(headway):
    """Histories of the first seeds, as the command lives through them; it says how much of what there was."""
    code, out, _ = headway("selftest", "--histories", MANY)
    assert code == 0, out
    assert f"{MANY:,} histories of " in out
    assert "none was lost" in out


def test_a_history_is_replayed_by_its_seed(tmp_path):
    """Call for call, whichever processes it has; another seed is another history."""
    first, again, other = (replay(seed, tmp_path) for seed in (5, 5, 6))
    assert first == again
    assert first.trace != other.trace
    assert list(tmp_path.iterdir()) == []


def _unsynced_folders(patch):
    patch.setattr(files, "sync_folder", lambda _folder: None)


def _unsynced_files(patch):
    real = files._written

    def written(path, data):
        with pytest.MonkeyPatch.context() as inner:
            inner.setattr(os, "fsync", lambda _handle: None)
            return real(path, data)

    patch.setattr(files, "_written", written)


def _in_place(patch):
    """Files under their own name from the first byte on."""

    def put_new(path, data):
        if path.exists():
            return False
        with files.storing(path, len(data), path.with_name("none")), path.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        files.sync_folder(path.parent)
        return True

    patch.setattr(files, "put_new", put_new)


def _runs_deleted_before_the_index(patch):
    real = batch._publish

    def publish(db, folder, records):
        for record in records:
            (folder / "runs" / f"{record['key']}.run").unlink(missing_ok=True)
        return real(db, folder, records)

    patch.setattr(batch, "_publish", publish)


def _half_written_is_not_swept_up(patch):
    patch.setattr(Store, "_sweep_up", lambda _store: None)


def _errors_as_they_come(patch):
    patch.setattr(files, "cannot_read", lambda _path, error: error)


WORSE = {
    _unsynced_folders: 5, _unsynced_files: 5, _in_place: 2, _runs_deleted_before_the_index: 1, _half_written_is_not_swept_up: 4,
    _errors_as_they_come: 1,
}  # fmt: skip
"""Ways to do less, and a seed that finds each at the time of writing; if not, others are tried."""


@pytest.mark.parametrize(("worse", "likely"), WORSE.items())
def test_a_store_that_does_less_is_found_out(monkeypatch, tmp_path, worse, likely):
    """What the store does for safety is needed: without each part, a history soon ends badly and says how."""
    worse(monkeypatch)
    assert any(replay(seed, tmp_path).broken for seed in (likely, *range(1, 60)))


def test_the_command_says_what_repeats_a_failure(headway, monkeypatch):
    """Exit code 1, what does not hold, the lives up to there, and the command that lives them again."""
    _runs_deleted_before_the_index(monkeypatch)
    code, out, _ = headway("selftest", "--histories", 60)
    assert code == 1
    seed = out.split("history of seed ")[1].split()[0]
    again = headway("selftest", "--seed", seed, "--histories", 1)
    assert again[:2] == (1, out)
    assert f"headway selftest --seed {seed} --histories 1" in out
