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
 3 replicates"""Two scenarios, three runs each."""
 3 replicatesreturn fakes.write(tmp_path_factory.mktemp("results") / "study", {"england": 4.0, "coaching": -3.0}, 3)


def test_round_trip(study):
 3 replicates"""Every value, base, label and run that was written is read back, with empty cells for "all" and for no base."""
 3 replicateswith store.read(study) as db:
 3 replicates    for replicate in range(3):
 3 replicates        given = fakes.rows(replicate, drift=-3.0)
 3 replicates        codes = zip(*(given.columns[n].tolist() for n in given.columns), strict=True)
 3 replicates        expected = set()
 3 replicates        for year, measure, phase, role, years, value, base in codes:
 3 replicates            words = [given.labels[d][c] if c >= 0 else None for d, c in (("phase", phase), ("role", role), ("years", years))]
 3 replicates            expected.add((year, given.labels["measure"][measure], *words, value, None if np.isnan(base) else base))
 3 replicates        found = db.execute(
 3 replicates            "SELECT year, measure, phase, role, years, value, base FROM results WHERE scenario = 'coaching' AND replicate = ?",
 3 replicates            [replicate],
 3 replicates        ).fetchall()
 3 replicates        assert set(found) == expected
 3 replicates        assert len(found) == len(expected)
 3 replicates    runs = db.execute("SELECT scenario, replicate, seed, digest, seconds FROM runs ORDER BY ALL").fetchall()
 3 replicatesassert runs == [(name, r, 1, f"{r:064x}", 0.5) for name in ("coaching", "england") for r in range(3)]


def test_dimensions_that_are_not_named_are_all(study):
 3 replicates"""Selecting a measure fixes the dimensions that are named and takes "all" of the others."""
 3 replicateswith store.read(study) as db:
 3 replicates    sql, arguments = select(db, "retention_new_to_post", {"phase": "primary", "role": "head", "years": "3"}, "count(*)", "england")
 3 replicates    assert db.execute(sql.split(" ORDER")[0], arguments).fetchone() == (3 * 16,)
 3 replicates    sql, arguments = select(db, "retention_new_to_post", {}, "value")
 3 replicates    assert db.execute(sql, arguments).fetchall() == []
 3 replicates    with pytest.raises(KeyError, match="no dimension 'colour'"):
 3 replicates        select(db, "leaver_rate", {"colour": "red"}, "value")


def test_the_manifest_lists_every_file(study):
 3 replicates"""Each file but the manifest is there with its digest."""
 3 replicatesfiles = {p.relative_to(study).as_posix() for p in study.rglob("*") if p.is_file()}
 3 replicatesassert set(store.manifest(study)["files"]) == files - {"manifest.json"}
 3 replicatesassert {"results.parquet", "runs.parquet", "charts/outlook.svg", "charts/outlook.png"} < files


@pytest.mark.parametrize("damage", ["flip", "cut", "remove"])
def test_damage_is_noticed(tmp_path, damage):
 3 replicates"""One flipped bit, a cut file or a missing one stops the reading."""
 3 replicatesfolder = fakes.write(tmp_path / "study", {"england": 4.0}, 1, charts=False)
 3 replicatesvictim = folder / "results.parquet"
 3 replicatesdata = bytearray(victim.read_bytes())
 3 replicatesdata[len(data) // 2] ^= 1
 3 replicatesif damage == "remove":
 3 replicates    victim.unlink()
 3 replicateselse:
 3 replicates    victim.write_bytes(data if damage == "flip" else victim.read_bytes()[:-1])
 3 replicateswith pytest.raises(UserError, match="missing, damaged or changed"):
 3 replicates    store.read(folder)


def test_nothing_half_written_is_left(tmp_path):
 3 replicates"""A run that is broken off leaves neither a folder nor a trace beside it, even when interrupted."""
 3 replicatesfor error in (ValueError, KeyboardInterrupt):
 3 replicates    with pytest.raises(error), store.writing(tmp_path / "new" / "study", fakes.DIMENSIONS) as writer:
 3 replicates        writer.add(fakes.run(0), fakes.rows(0))
 3 replicates        assert not (tmp_path / "new" / "study").exists()
 3 replicates        raise error
 3 replicates    assert list(tmp_path.iterdir()) == []


def test_results_replace_results_only_when_complete(tmp_path):
 3 replicates"""Until the new results are complete the old ones stand; then nothing of them is left."""
 3 replicatesfolder = fakes.write(tmp_path / "study", {"england": 4.0}, 1, charts=False)
 3 replicatesbefore = store.manifest(folder)["files"]
 3 replicateswith pytest.raises(ValueError, match="stop"), store.writing(folder, fakes.DIMENSIONS):
 3 replicates    raise ValueError("stop")
 3 replicatesassert store.manifest(folder)["files"] == before
 3 replicatesfakes.write(folder, {"england": 5.0}, 2, charts=False)
 3 replicatesassert store.manifest(folder)["files"] != before
 3 replicatesassert [p.name for p in tmp_path.iterdir()] == ["study"]


def test_foreign_files_are_never_replaced(tmp_path):
 3 replicates"""A folder with anything in it that is not a result is refused before the run and left as it is."""
 3 replicatesfolder = fakes.write(tmp_path / "study", {"england": 4.0}, 1, charts=False)
 3 replicates(folder / "notes.txt").write_text("mine")
 3 replicates(tmp_path / "file").write_text("mine")
 3 replicates(tmp_path / "other").mkdir()
 3 replicates(tmp_path / "other" / "manifest.json").write_text(json.dumps({"files": "all"}))
 3 replicates(tmp_path / "other" / "thesis.doc").write_text("mine")
 3 replicatesfor out, words in (
 3 replicates    (folder, "not empty"), (tmp_path / "file", "this is a file"), (tmp_path / "other", "not empty"),
 3 replicates):  # fmt: skip
 3 replicates    with pytest.raises(UserError, match=words), store.writing(out, ()):
 3 replicates        raise AssertionError("the run must not start")
 3 replicatesassert (folder / "notes.txt").read_text() == "mine"
 3 replicates(tmp_path / "empty").mkdir()
 3 replicatesfakes.write(tmp_path / "empty", {"england": 4.0}, 1, charts=False)


@pytest.mark.skipif(os.name == "nt", reason="/proc is a Linux folder")
def test_a_place_that_cannot_be_written(tmp_path):
 3 replicates"""A folder below a file, or where nobody may write, is refused with one message."""
 3 replicates(tmp_path / "file").write_text("")
 3 replicateswith pytest.raises(UserError, match="cannot write there"), store.writing(tmp_path / "file" / "x", ()):
 3 replicates    raise AssertionError("the run must not start")


def test_no_results():
 3 replicates"""A folder without results says so."""
 3 replicateswith pytest.raises(UserError, match="no results of headway here"):
 3 replicates    store.read("/")
