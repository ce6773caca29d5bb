"""Whatever becomes of a file of the store, nobody sees a traceback, and who does what the message says has it all again."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from analysis.errors import UserError
from analysis.store import Store, batch, files, merge
from analysis.store.repair import repair
from tests.analysis import tiny

RUNS, FAILED = 8, 7
"""Runs of the study, and the one of them that has only failed: six are in batches, one is not."""
KINDS = {
    "manifest": "manifest.json", "expected": "expected.json", "lock": "lock", "run": "runs/*.run", "failure": "failures/*.json",
    "batch": "batches/batch-*.json", "results": "tables/results/*.parquet", "runs": "tables/runs/*.parquet",
    "index of the extract": "extract/extract.json", "extract": "extract/*.parquet",
}  # fmt: skip
FOREIGN = b'{"host": "x", "pid": [1], "format": 4}'


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """A study with a file of each kind, and another one."""
    above = tmp_path_factory.mktemp("damage")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(batch, "MOST_RUNS", 3)
        for name, first in (("mine", 0), ("other", RUNS)):
            store = tiny.store(above / name, RUNS) if name == "mine" else _other(above / name)
            for i in range(first, first + 7):
                store.commit(tiny.key(i), tiny.run(i), tiny.rows(i))
                if i == first + 5:
                    store.compact(everything=True)
            store.fail(tiny.key(first + FAILED), ("tiny", 1, 3), "simulate", ValueError("no"), "x")
            extract = above / name / "extract"
            extract.mkdir()
            (extract / "results-0123456789abcdef.parquet").write_bytes(name.encode())
            described = {"of": "x", "name": "results-0123456789abcdef.parquet", "needs": []}
            kept = files.sha256(extract / "results-0123456789abcdef.parquet")
            files.put(extract / "extract.json", files.sealed({**described, "table_sha256": kept}))
    return above


def _other(folder: Path) -> Store:
    places = {tiny.key(i): ("tiny", i // 4, i % 4) for i in range(RUNS, 2 * RUNS)}
    return Store.create(folder, {"digest": "other", "scenarios": []}, places)


def _flip(path: Path, _: Path) -> None:
    data = bytearray(path.read_bytes() or b"x")
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


def _folder(path: Path, _: Path) -> None:
    path.unlink()
    path.mkdir()


DAMAGE = {
    "flipped": _flip,
    "empty": lambda path, _: path.write_bytes(b""),
    "zeros": lambda path, _: path.write_bytes(bytes(path.stat().st_size)),
    "cut": lambda path, _: path.write_bytes(path.read_bytes()[: path.stat().st_size // 2]),
    "gone": lambda path, _: path.unlink(),
    "a folder": _folder,
    "foreign": lambda path, _: path.write_bytes(FOREIGN),
    "of another study": lambda path, beside: shutil.copy(beside, path),
    "another file": lambda path, _: shutil.copy(path.parents[-1] / _sealed_elsewhere(path), path),
}


def _sealed_elsewhere(path: Path) -> Path:
    """Another file of the same folder that is whole."""
    study = next(above for above in path.parents if above.name == "mine")
    return next(p for p in (study / "expected.json", study / "manifest.json") if p != path and p.is_file())


def _finish(folder: Path) -> Store:
    """What the command that makes the results does: all that is not there is run."""
    store = tiny.store(folder, RUNS)
    with store.writing():
        for i in range(7):
            if tiny.key(i) not in store.done():
                store.commit(tiny.key(i), tiny.run(i), tiny.rows(i))
        store.compact(everything=True)
    return store


def _uses(folder: Path, above: Path) -> list[UserError]:
    """Read, check, join and go on with a folder; returns what users are told."""
    told: list[UserError] = []

    def join() -> None:
        shutil.rmtree(above / "joined", ignore_errors=True)
        merge([folder], above / "joined")

    for use in (
        lambda: _values(Store.open(folder)),
        lambda: told.extend(Store.open(folder).verify()),
        join,
        lambda: _finish(folder),
    ):
        try:
            use()
        except UserError as error:
            told.append(error)
    return told


def _follow(error: UserError, folder: Path) -> None:
    """Do to the letter what a message advises."""
    assert "traceback" not in error.render().lower()
    if "Name a new folder" in error.advice:
        shutil.rmtree(folder)
        return
    named = [Path(error.given)] if re.search("Delete (it|that|the file named first)", error.advice) else []
    named += [folder / "batches" / name for name in re.findall(r"batch-[0-9a-f]+\.json", error.advice)]
    for path in named:
        assert path.resolve().is_relative_to(folder.resolve())
        shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
    assert named or re.search("[Rr]un again the command|Run the study|run the study", error.advice), error.render()


def _values(store: Store) -> list[tuple[object, ...]]:
    with store.connect() as db:
        return db.execute("SELECT * FROM results ORDER BY ALL").fetchall()


def _damaged(whole: Path, tmp_path: Path, kind: str, damage: str) -> Path:
    """A copy of the folder, with one file of a kind damaged."""
    folder = Path(shutil.copytree(whole / "mine", tmp_path / "mine"))
    path, beside = (sorted(of.glob(KINDS[kind]))[0] for of in (folder, whole / "other"))
    DAMAGE[damage](path, beside)
    return folder


@pytest.mark.parametrize("damage", DAMAGE)
@pytest.mark.parametrize("kind", KINDS)
def test_advice_that_is_followed_ends_well(whole, tmp_path, monkeypatch, kind, damage):
    """Every kind of file, damaged in every way: what is read, checked, joined and gone on with is told of it or not affected."""
    monkeypatch.setattr(batch, "MOST_RUNS", 3)
    expected = _values(_finish(Path(shutil.copytree(whole / "mine", tmp_path / "right"))))
    folder = _damaged(whole, tmp_path, kind, damage)
    rounds = 0
    while told := _uses(folder, tmp_path):
        rounds += 1
        assert rounds < 6, told[0].render()
        for error in told[:1]:
            _follow(error, folder)
    store = Store.open(folder)
    assert _values(store) == expected
    assert len(store.done()) == 7
    assert store.verify() == []
    assert not list(folder.glob("**/.*.tmp"))


@pytest.mark.parametrize("damage", DAMAGE)
@pytest.mark.parametrize("kind", KINDS)
def test_a_repair_does_what_the_advice_says(whole, tmp_path, monkeypatch, kind, damage):
    """Once it is done, the command that made the results makes again what is missing; what was damaged is put aside."""
    monkeypatch.setattr(batch, "MOST_RUNS", 3)
    expected = _values(_finish(Path(shutil.copytree(whole / "mine", tmp_path / "right"))))
    folder = _damaged(whole, tmp_path, kind, damage)
    moved, wrong = repair(folder)
    assert wrong == []
    assert len(list((folder / "damaged").glob("*"))) == len(moved)
    store = _finish(folder)
    assert _values(store) == expected
    assert store.verify() == []
    assert repair(folder) == ([], [])


def test_a_repair_leaves_a_sound_folder_and_one_without_results(whole, tmp_path, headway):
    """Nothing is put aside, nothing is written; a repair under another process's lock is refused."""
    folder = Path(shutil.copytree(whole / "mine", tmp_path / "mine"))
    assert headway("repair", folder) == (3, headway("repair", folder)[1], "")
    assert not (folder / "damaged").exists()
    (tmp_path / "none").mkdir()
    code, _, err = headway("repair", tmp_path / "none")
    assert code == 2
    assert "no results of headway here" in err
    assert list((tmp_path / "none").iterdir()) == []
    (folder / "expected.json").unlink()
    code, out, err = headway("repair", folder)
    assert (code, err) == (3, "")
    assert "Run again the command that made these results" in out
    _finish(folder)
    (index,) = list((folder / "batches").iterdir())[:1]
    _flip(index, index)
    code, out, err = headway("repair", folder)
    assert (code, err) == (3, "")
    assert f"Put aside: {index}" in out


STRAY = (
    ".DS_Store", "Thumbs.db", "runs/.x.tmp", "runs/notes.run", "runs/._" + "0" * 64 + ".run", "batches/batch-0 (copy).json",
    "batches/.DS_Store", "failures/readme.json", "tables/results/.y.parquet.z.tmp", "charts/.a.svg.host.99999999999.0.tmp",
    "notes.txt", "tables/runs/desktop.ini",
)  # fmt: skip


def test_what_is_not_ours_is_left_alone(whole, tmp_path, monkeypatch):
    """Files of systems, of other programs and of the user among ours change nothing and stay; so do folders of such names."""
    monkeypatch.setattr(batch, "MOST_RUNS", 3)
    expected = _values(_finish(Path(shutil.copytree(whole / "mine", tmp_path / "right"))))
    for kind in ("files", "folders"):
        folder = Path(shutil.copytree(whole / "mine", tmp_path / kind / "mine"))
        (folder / "charts").mkdir()
        for name in STRAY:
            (folder / name).write_bytes(FOREIGN) if kind == "files" else (folder / name).mkdir()
        told = [error.render() for error in _uses(folder, tmp_path / kind)]
        assert told == []
        assert _values(Store.open(folder)) == expected
        assert all((folder / name).exists() for name in STRAY)


@pytest.mark.parametrize(
    "lock", ["", "[1]", '"x"', "null", '{"host": "x"}', '{"host": 1, "pid": "a", "since": []}', "\xff{"]
)
def test_a_lock_of_another_shape_holds_nobody_up(whole, tmp_path, lock):
    """Only what Headway has written says who is at work."""
    folder = Path(shutil.copytree(whole / "mine", tmp_path / "mine"))
    (folder / "lock").write_bytes(lock.encode("latin-1"))
    assert len(_finish(folder).done()) == 7


def test_folders_that_a_copy_has_dropped_are_made_again(whole, tmp_path):
    """Git, archives and object stores keep no empty folder: reading does without, and writing makes it."""
    folder = Path(shutil.copytree(whole / "mine", tmp_path / "mine"))
    for name in ("runs", "failures"):
        shutil.rmtree(folder / name)
    store = Store.open(folder)
    assert len(store.done()) == 6
    with store.writing():
        store.commit(tiny.key(6), tiny.run(6), tiny.rows(6))
    assert len(Store.open(folder).done()) == 7


def test_a_folder_without_runs_can_be_used_again(tmp_path):
    """Of a study that never had a run; a single run of it, and the folder is its own."""
    _other(tmp_path / "s")
    store = tiny.store(tmp_path / "s", RUNS)
    assert len(store.expected) == RUNS
    store.commit(tiny.key(0), tiny.run(0), tiny.rows(0))
    with pytest.raises(UserError, match="another study"):
        _other(tmp_path / "s")
    (tmp_path / "t").mkdir()
    (tmp_path / "t" / ".DS_Store").touch()
    assert tiny.store(tmp_path / "t", 1).status().expected == 1
