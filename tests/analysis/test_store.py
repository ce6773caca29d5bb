"""Results go into a folder that is complete or not there, and come out as they went in."""

from __future__ import annotations

import json
import os

import numpy as np
import pytest

from analysis import store
from analysis.errors import UserError
from analysis.select import select
from tests.analysis import fakes


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    """Two scenarios, three runs each."""
    return fakes.write(tmp_path_factory.mktemp("results") / "study", {"england": 4.0, "coaching": -3.0}, 3)


def test_round_trip(study):
    """Every value, base, label and run that was written is read back, with empty cells for "all" and for no base."""
    with store.read(study) as db:
        for replicate in range(3):
            given = fakes.rows(replicate, drift=-3.0)
            codes = zip(*(given.columns[n].tolist() for n in given.columns), strict=True)
            expected = set()
            for year, measure, phase, role, years, value, base in codes:
                words = [
                    given.labels[d][c] if c >= 0 else None
                    for d, c in (("phase", phase), ("role", role), ("years", years))
                ]
                expected.add((year, given.labels["measure"][measure], *words, value, None if np.isnan(base) else base))
            found = db.execute(
                "SELECT year, measure, phase, role, years, value, base FROM results WHERE scenario = 'coaching' AND replicate = ?",
                [replicate],
            ).fetchall()
            assert set(found) == expected
            assert len(found) == len(expected)
        runs = db.execute("SELECT scenario, replicate, seed, digest, seconds FROM runs ORDER BY ALL").fetchall()
    assert runs == [(name, r, 1, f"{r:064x}", 0.5) for name in ("coaching", "england") for r in range(3)]


def test_dimensions_that_are_not_named_are_all(study):
    """Selecting a measure fixes the dimensions that are named and takes "all" of the others."""
    with store.read(study) as db:
        sql, arguments = select(
            db, "retention_new_to_post", {"phase": "primary", "role": "head", "years": "3"}, "count(*)", "england"
        )
        assert db.execute(sql.split(" ORDER")[0], arguments).fetchone() == (3 * 16,)
        sql, arguments = select(db, "retention_new_to_post", {}, "value")
        assert db.execute(sql, arguments).fetchall() == []
        with pytest.raises(KeyError, match="no dimension 'colour'"):
            select(db, "leaver_rate", {"colour": "red"}, "value")


def test_the_manifest_lists_every_file(study):
    """Each file but the manifest is there with its digest."""
    files = {p.relative_to(study).as_posix() for p in study.rglob("*") if p.is_file()}
    assert set(store.manifest(study)["files"]) == files - {"manifest.json"}
    assert {"results.parquet", "runs.parquet", "charts/outlook.svg", "charts/outlook.png"} < files


@pytest.mark.parametrize("damage", ["flip", "cut", "remove"])
def test_damage_is_noticed(tmp_path, damage):
    """One flipped bit, a cut file or a missing one stops the reading."""
    folder = fakes.write(tmp_path / "study", {"england": 4.0}, 1, charts=False)
    victim = folder / "results.parquet"
    data = bytearray(victim.read_bytes())
    data[len(data) // 2] ^= 1
    if damage == "remove":
        victim.unlink()
    else:
        victim.write_bytes(data if damage == "flip" else victim.read_bytes()[:-1])
    with pytest.raises(UserError, match="missing, damaged or changed"):
        store.read(folder)


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt])
def test_nothing_half_written_is_left(tmp_path, error):
    """A run that is broken off leaves neither a folder nor a trace beside it, even when interrupted."""
    out = tmp_path / "new" / "study"

    def break_off():
        with store.writing(out, fakes.DIMENSIONS) as writer:
            writer.add(fakes.run(0), fakes.rows(0))
            assert not out.exists()
            raise error

    with pytest.raises(error):
        break_off()
    assert list(tmp_path.iterdir()) == []


def test_results_replace_results_only_when_complete(tmp_path):
    """Until the new results are complete the old ones stand; then nothing of them is left."""
    folder = fakes.write(tmp_path / "study", {"england": 4.0}, 1, charts=False)
    before = store.manifest(folder)["files"]
    with pytest.raises(ValueError, match="stop"), store.writing(folder, fakes.DIMENSIONS):
        raise ValueError("stop")
    assert store.manifest(folder)["files"] == before
    fakes.write(folder, {"england": 5.0}, 2, charts=False)
    assert store.manifest(folder)["files"] != before
    assert [p.name for p in tmp_path.iterdir()] == ["study"]


def test_foreign_files_are_never_replaced(tmp_path):
    """A folder with anything in it that is not a result is refused before the run and left as it is."""
    folder = fakes.write(tmp_path / "study", {"england": 4.0}, 1, charts=False)
    (folder / "notes.txt").write_text("mine")
    (tmp_path / "file").write_text("mine")
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "manifest.json").write_text(json.dumps({"files": "all"}))
    (tmp_path / "other" / "thesis.doc").write_text("mine")
    for out, words in (
        (folder, "not empty"), (tmp_path / "file", "this is a file"), (tmp_path / "other", "not empty"),
    ):  # fmt: skip
        with pytest.raises(UserError, match=words), store.writing(out, ()):
            raise AssertionError("the run must not start")
    assert (folder / "notes.txt").read_text() == "mine"
    (tmp_path / "empty").mkdir()
    fakes.write(tmp_path / "empty", {"england": 4.0}, 1, charts=False)


@pytest.mark.skipif(os.name == "nt", reason="/proc is a Linux folder")
def test_a_place_that_cannot_be_written(tmp_path):
    """A folder below a file, or where nobody may write, is refused with one message."""
    (tmp_path / "file").write_text("")
    with pytest.raises(UserError, match="cannot write there"), store.writing(tmp_path / "file" / "x", ()):
        raise AssertionError("the run must not start")


def test_no_results():
    """A folder without results says so."""
    with pytest.raises(UserError, match="no results of headway here"):
        store.read("/")
