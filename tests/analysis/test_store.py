"""The store keeps what it was given, once, whole, and notices when that is no longer so."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.errors import PartialError, UserError
from analysis.store import DamagedError, Rows, Store, batch, files, merge, run_key, scenario_digest
from tests.analysis import fakes, tiny

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def small_batches(monkeypatch):
    """Batches of three runs."""
    monkeypatch.setattr(batch, "MOST_RUNS", 3)


def _snapshot(store):
    with store.connect() as db:
        return db.execute("SELECT * FROM results ORDER BY ALL").fetchall()


def test_what_was_committed_is_read_back(tmp_path, small_batches):
    """Values, bases, labels and records are the same before and after they are folded into batches."""
    store = tiny.store(tmp_path / "s", 8)
    given_rows = {i: tiny.rows(i, labels=("x", "y") if i % 2 else ("y", "z", "x")) for i in range(8)}
    for i, rows in given_rows.items():
        assert store.commit(tiny.key(i), tiny.run(i), rows)
    expected = sorted(
        (tiny.key(i), "tiny", i // 4, i % 4, int(year), rows.labels["measure"][m],
         "" if p < 0 else "programme", None if p < 0 else rows.labels["programme"][p], value, None if np.isnan(base) else base)
        for i, rows in given_rows.items()
        for year, m, p, value, base in zip(*(rows.columns[c] for c in tiny.COLUMNS), strict=True)
    )  # fmt: skip
    found = []
    for fold in (lambda: 0, store.compact, lambda: store.compact(everything=True)):
        fold()
        found.append(_snapshot(store))
        with store.connect() as db:
            assert db.execute(
                'SELECT run, seed, digest, "leave.rate" FROM runs ORDER BY point, replicate'
            ).fetchall() == [(tiny.key(i), 2**64 - 1, tiny.run(i).digest, i / 8) for i in range(8)]
    assert sorted(found[0], key=repr) == sorted(expected, key=repr)
    assert found[0] == found[1] == found[2]
    assert len(store.batches()) == 3
    assert not list((tmp_path / "s" / "runs").iterdir())
    assert Store.open(tmp_path / "s").records() == store.records()


def test_a_batch_is_sorted_whatever_the_order_of_its_rows(tmp_path):
    """By breakdown (coarse first), measure, group, run and year, so that a question reads a small part of the file."""
    import duckdb

    random = np.random.default_rng(1)
    runs = []
    for i in range(3):
        shuffled = random.permutation(60)
        columns = {
            "year": np.tile(np.arange(2025, 2030), 12), "measure": np.repeat([1, 0], 30),
            "phase": np.tile(np.repeat([-1, 0, 1], 10), 2), "sex": np.tile(np.repeat([-1, 1], 5), 6), "value": random.random(60),
            "base": np.full(60, np.nan),
        }  # fmt: skip
        given = {name: column[shuffled] if i else column for name, column in columns.items()}
        labels = {"measure": ("a", "b"), "phase": ("p", "s"), "sex": ("female", "male")}
        runs.append((tiny.run(i), Rows(given, labels)))
    store = tiny.store(tmp_path / "s", 3)
    for i, run in enumerate(runs):
        store.commit(tiny.key(i), *run)
    store.compact(everything=True)
    (one,) = store.batches().values()
    with duckdb.connect() as db:
        found = db.execute(
            "SELECT breakdown, measure, phase, sex, replicate, year FROM read_parquet(?)", [str(one.path("results"))]
        ).fetchall()

    def place(row):
        breakdown, *rest = row
        return ["", "phase", "sex", "phase, sex"].index(breakdown), *("" if word is None else word for word in rest)

    assert len(found) == 180
    assert found == sorted(found, key=place)


@settings(max_examples=12)
@given(st.permutations(range(7)), st.sets(st.integers(0, 6), max_size=2))
def test_the_digest_depends_on_the_runs_alone(tmp_path_factory, order, folds):
    """Whatever the order, and whenever runs are folded into batches, the digest is the same; another run changes it."""
    store = tiny.store(tmp_path_factory.mktemp("s"), 8)
    for step, i in enumerate(order):
        store.commit(tiny.key(i), tiny.run(i), tiny.rows(i))
        if step in folds:
            store.compact(everything=True)
    plain = [[tiny.key(i), tiny.run(i).digest] for i in range(7)]
    import hashlib

    text = json.dumps(sorted(plain), separators=(",", ":"))
    assert store.digest() == hashlib.sha256(text.encode()).hexdigest()
    assert Store.open(store.folder).digest() == store.digest()
    store.commit(tiny.key(7), tiny.run(7), tiny.rows(7))
    assert store.digest() != hashlib.sha256(text.encode()).hexdigest()


LEAF = st.one_of(
    st.integers(-3, 3), st.floats(allow_nan=False, allow_infinity=False), st.text(max_size=3), st.booleans()
)
SCENARIO = st.dictionaries(st.text(max_size=4), st.one_of(LEAF, st.lists(LEAF, max_size=3)), min_size=1, max_size=4)


@given(SCENARIO, st.randoms(use_true_random=False), LEAF)
def test_a_key_changes_with_every_value_and_with_nothing_else(resolved, random, other):
    """The order of keys does not count; any value, the register, the seed, the replicate and what is kept do."""
    names = list(resolved)
    random.shuffle(names)
    base = scenario_digest(resolved, "register")
    assert scenario_digest({name: resolved[name] for name in names}, "register") == base
    changed = {**resolved, names[0]: other}
    assert (scenario_digest(changed, "register") == base) == (json.dumps(changed) == json.dumps(resolved))
    assert scenario_digest(resolved, "another register") != base
    keys = [
        run_key(base, 1, 0),
        run_key(base, 2, 0),
        run_key(base, 1, 1),
        run_key(base, 1, 0, ["a"]),
        run_key(base, 1, 0, []),
    ]
    assert len(set(keys)) == 5
    assert run_key(base, 1, 0, ["b", "a"]) == run_key(base, 1, 0, ["a", "b", "a"])


def test_a_run_is_committed_once(tmp_path):
    """The same run again changes nothing, in a batch or not; other results for it are an error that names it."""
    store = tiny.store(tmp_path / "s", 2)
    for _ in range(2):
        store.commit(tiny.key(0), tiny.run(0), tiny.rows(0))
        before = {p: p.read_bytes() for p in (tmp_path / "s").rglob("*") if p.is_file()}
        for again in (store, Store.open(tmp_path / "s")):
            assert not again.commit(tiny.key(0), tiny.run(0, seconds=9.0), tiny.rows(0))
            with pytest.raises(UserError, match="point 0, replicate 1: done before with other results"):
                again.commit(tiny.key(0), tiny.run(1), tiny.rows(1))
        assert {p: p.read_bytes() for p in (tmp_path / "s").rglob("*") if p.is_file()} == before
        store.compact(everything=True)


@pytest.mark.parametrize(
    ("column", "wrong"),
    [
        ("measure", np.array([0, 0, 0, 9], np.int16)),
        ("programme", np.array([0, -2, 0, 0], np.int8)),
        ("year", np.arange(3)),
        ("value", np.arange(4)),
        ("programme", np.zeros(4)),
    ],
)
def test_rows_that_make_no_sense_are_refused(tmp_path, column, wrong):
    """The message names the column, and nothing of the run is kept."""
    store = tiny.store(tmp_path / "s", 1)
    rows = tiny.rows(0)
    with pytest.raises(ValueError, match=column):
        store.commit(tiny.key(0), tiny.run(0), Rows({**rows.columns, column: wrong}, rows.labels))
    assert store.done() == set()
    assert not list((tmp_path / "s" / "runs").iterdir())


def _damaged_copies(path):
    """A file with each of some bits flipped, and cut at some places."""
    data = path.read_bytes()
    for at in sorted(
        {0, 1, 20, len(data) // 3, len(data) // 2, len(data) - 2, len(data) - 1, *range(7, len(data), 97)}
        & set(range(len(data)))
    ):
        yield data[:at] + bytes([data[at] ^ (1 << at % 8)]) + data[at + 1 :]
        yield data[:at]


@pytest.fixture
def whole(tmp_path, small_batches):
    """A store with a file of every kind."""
    store = tiny.store(tmp_path / "s", 6)
    for i in range(4):
        store.commit(tiny.key(i), tiny.run(i), tiny.rows(i))
        store.compact()
    store.fail(tiny.key(5), ("tiny", 1, 1), "simulate", ValueError("x"), "headway")
    (tmp_path / "s" / "charts").mkdir()
    (tmp_path / "s" / "charts" / "a.svg").write_text("<svg/>")
    store.note(charts=[{"name": "a", "files": {"charts/a.svg": files.sha256(tmp_path / "s" / "charts" / "a.svg")}}])
    assert store.verify() == []
    return store


KINDS = (
    "manifest.json",
    "expected.json",
    "runs/*.run",
    "tables/results/results-*",
    "tables/runs/runs-*",
    "batches/batch-*",
    "failures/*",
    "charts/*",
)


@pytest.mark.parametrize("kind", KINDS)
def test_damage_anywhere_is_found_and_named(whole, kind):
    """A flipped bit, a cut and, except for what only a whole run is missing from, a missing file: found, with what to do."""
    (path,) = whole.folder.glob(kind)
    good, before = path.read_bytes(), _snapshot(whole)
    for bad in _damaged_copies(path):
        path.write_bytes(bad)
        try:
            wrong = Store.open(whole.folder).verify()
        except DamagedError as error:
            wrong = [error]
        assert [w.path.name for w in wrong] == [path.name]
        assert "elete" in wrong[0].render()
        if kind in KINDS[:4] or kind == "batches/batch-*":
            with pytest.raises(DamagedError, match=path.name):
                Store.open(whole.folder).connect()
    path.write_bytes(good)
    assert Store.open(whole.folder).verify() == []
    assert _snapshot(Store.open(whole.folder)) == before


@pytest.mark.parametrize("kind", KINDS[:7])
def test_deleting_what_is_damaged_and_running_again_mends_it(whole, kind):
    """Whichever file is lost, the same study finds out which runs are missing, and is the same when they are made again."""
    digest, rows = whole.digest(), _snapshot(whole)
    (path,) = whole.folder.glob(kind)
    path.unlink()
    if path.suffix == ".parquet":
        (wrong,) = Store.open(whole.folder).verify()
        assert wrong.path.name.startswith("batch-")
        assert f"{path.name}, which belongs to it, is missing" in str(wrong)
        next(whole.folder.glob("batches/batch-*")).unlink()
    again = tiny.store(whole.folder, 6)
    lost = [i for i in range(4) if tiny.key(i) not in again.done()]
    assert len(lost) == (1 if "run" in path.suffix else 3 if "batches" in kind or "tables" in kind else 0)
    for i in lost:
        again.commit(tiny.key(i), tiny.run(i), tiny.rows(i))
    again.compact(everything=True)
    assert again.digest() == digest
    assert _snapshot(again) == rows
    assert Store.open(whole.folder).status().done == 4


def test_runs_that_two_batches_hold_are_read_once(whole, tmp_path):
    """As a crash between publishing a batch and deleting its runs leaves them, or two that fold at once."""
    before, digest = _snapshot(whole), whole.digest()
    (one,) = whole.batches().values()
    batch.take(whole.folder, one, [one.records[0]["key"], one.records[2]["key"]])
    (whole.folder / "runs" / f"{tiny.key(1)}.run").write_bytes(b"what is in a batch is not looked at here")
    again = Store.open(whole.folder)
    assert len(again.batches()) == 2
    assert _snapshot(again) == before
    assert (again.digest(), again.status().done) == (digest, 4)
    again.compact(everything=True)
    assert not list((whole.folder / "runs").iterdir())
    assert _snapshot(again) == before


def test_what_a_crash_leaves_is_swept_up(whole):
    """Half-written files of processes that have ended go; those of a living process stay."""
    left = whole.folder / "runs" / ".a.run.{}.tmp"
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    import socket

    host = socket.gethostname()
    dead, living = (Path(str(left).format(f"{host}.{pid}.0")) for pid in (ended.pid, os.getpid()))
    elsewhere = Path(str(left).format("elsewhere.1.0"))
    orphan = whole.folder / "tables" / "results" / "results-0123456789abcdef.parquet"
    for path in (dead, living, elsewhere, orphan):
        path.write_bytes(b"half")
    whole.compact(everything=True)
    assert [p.exists() for p in (dead, living, elsewhere, orphan)] == [False, True, True, False]
    os.utime(elsewhere, (1, 1))
    whole.commit(tiny.key(4), tiny.run(4), tiny.rows(4))
    whole.compact(everything=True)
    assert not elsewhere.exists()


def test_a_reader_keeps_its_view_while_runs_are_added(tmp_path, small_batches):
    """What was opened stays readable and the same while runs are committed and folded away beneath it."""
    store = tiny.store(tmp_path / "s", 8)
    for i in range(4):
        store.commit(tiny.key(i), tiny.run(i), tiny.rows(i))
        store.compact()
    with Store.open(tmp_path / "s").connect() as db:
        before = db.execute("SELECT * FROM results ORDER BY ALL").fetchall()
        for i in range(4, 8):
            store.commit(tiny.key(i), tiny.run(i), tiny.rows(i))
            store.compact(everything=True)
        assert db.execute("SELECT * FROM results ORDER BY ALL").fetchall() == before
        assert db.execute("SELECT count(*) FROM runs").fetchone() == (4,)
    assert len(_snapshot(Store.open(tmp_path / "s"))) == 2 * len(before)


def test_other_tools_read_the_batches_as_they_are(tmp_path, small_batches):
    """DuckDB by itself and, where they are installed, Polars and pandas read the same numbers from a glob."""
    import duckdb

    store = tiny.store(tmp_path / "s", 7)
    for i in range(7):
        store.commit(tiny.key(i), tiny.run(i), tiny.rows(i))
    store.compact(everything=True)
    glob = str(tmp_path / "s" / "tables" / "results" / "*.parquet")
    total = sum(row[-2] for row in _snapshot(store))
    with duckdb.connect() as db:
        assert db.execute("SELECT count(*), sum(value) FROM read_parquet(?)", [glob]).fetchone() == (28, total)
        frame = db.execute("SELECT * FROM read_parquet(?)", [glob]).df()
    assert (len(frame), frame["value"].sum()) == (28, total)
    columns = store.measure("b", programme="x")
    assert sorted(columns["replicate"]) == [0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3]
    try:
        import polars
    except ImportError:
        return
    assert polars.scan_parquet(glob).select("value").sum().collect().item() == total
    assert polars.read_parquet(str(tmp_path / "s" / "tables" / "runs" / "*.parquet"))["leave.rate"].sum() == sum(
        i / 8 for i in range(7)
    )


def test_pandas_and_arrow_open_the_folders(tmp_path, small_batches):
    """Without DuckDB, for those who have pyarrow: a folder is a table, in however many files it is."""
    pytest.importorskip("pyarrow")
    import pandas as pd
    import pyarrow.dataset

    store = tiny.store(tmp_path / "s", 7)
    for i in range(7):
        store.commit(tiny.key(i), tiny.run(i), tiny.rows(i))
    store.compact(everything=True)
    results, runs = tmp_path / "s" / "tables" / "results", tmp_path / "s" / "tables" / "runs"
    assert len(store.batches()) == 3
    frame = pd.read_parquet(results)
    assert (len(frame), frame["value"].sum()) == (28, sum(row[-2] for row in _snapshot(store)))
    assert pd.read_parquet(runs)["run"].nunique() == 7
    assert pyarrow.dataset.dataset(results).to_table().num_rows == 28
    joined = frame.merge(pd.read_parquet(runs), on="run", suffixes=("", "_of_run"))
    assert (joined["replicate"] == joined["replicate_of_run"]).all()


def test_a_measure_becomes_an_array_by_replicate_and_year(tmp_path):
    """As the guide says it for xarray: nothing is lost or doubled on the way."""
    pytest.importorskip("xarray")
    import pandas as pd

    store = tiny.store(tmp_path / "s", 4)
    for i in range(4):
        store.commit(tiny.key(i), tiny.run(i), tiny.rows(i))
    frame = pd.DataFrame(store.measure("b", programme="x"))
    array = frame.set_index(["replicate", "year"])["value"].to_xarray()
    assert array.dims == ("replicate", "year")
    assert int(array.count()) == len(frame)
    for row in frame.itertuples():
        assert float(array.sel(replicate=row.replicate, year=row.year)) == row.value


def test_files_tell_their_digest_and_units(tmp_path):
    """In Parquet's own metadata: the digest of the runs in a file, which for one batch is the study's, and units of measures."""
    import duckdb

    from simulation.census.measure import measures

    store = tiny.store(tmp_path / "s", 3)
    for i in range(3):
        store.commit(tiny.key(i), tiny.run(i), tiny.rows(i))
    store.compact(everything=True)
    for path in tmp_path.glob("s/tables/*/*.parquet"):
        with duckdb.connect() as db:
            told = dict(
                db.execute("SELECT decode(key), decode(value) FROM parquet_kv_metadata(?)", [str(path)]).fetchall()
            )
        assert told["headway.digest"] == store.digest()
        assert json.loads(told["headway.units"]) == {name: measure.unit for name, measure in measures().items()}


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        ([0, 1, 2], "BIGINT"),
        ([0, 1.5, 2], "DOUBLE"),
        ([0, 1.0], "DOUBLE"),
        ([1, "two"], "VARCHAR"),
        ([2**70, 1], "DOUBLE"),
        ([True, 1], "VARCHAR"),
    ],
)
def test_a_parameter_of_whole_numbers_is_a_column_of_them(values, kind):
    """The narrowest type that holds all of them; so a draw is 0, and not 0.0."""
    records = [{**asdict(tiny.run(i)), "key": str(i), "rows": 1, "values": {"draw": v}} for i, v in enumerate(values)]
    with batch.database() as db:
        batch.make_runs(db, "runs", records)
        assert db.execute("SELECT typeof(draw) FROM runs").fetchall() == [(kind,)] * len(values)
        found = [row[0] for row in db.execute("SELECT draw FROM runs ORDER BY run").fetchall()]
    assert found == ([str(v) for v in values] if kind == "VARCHAR" else [pytest.approx(v) for v in values])


def test_failures_are_data_until_the_run_is_done(tmp_path):
    """Stage, exception, tries, how to repeat it, and a traceback without the machine's paths; gone once the run is done."""
    store = tiny.store(tmp_path / "s", 2)
    for tries in (1, 2):
        try:
            Path(f"{ROOT}/nowhere/x.csv").read_text()
        except OSError as error:
            failure = store.fail(tiny.key(1), ("tiny", 0, 1), "simulate", error, "headway sweep d.yaml --only 1")
        assert failure.tries == tries
    assert store.failed() == Store.open(tmp_path / "s").failed() == {tiny.key(1): failure}
    assert failure.type == "FileNotFoundError"
    for text in (failure.message, failure.traceback):
        assert str(ROOT) not in text
        assert sys.prefix not in text
        assert "nowhere/x.csv" in text
    assert "test_store.py" in failure.traceback
    assert store.status().stamp == "partial: 0 of 2 runs, 1 failed"
    with store.connect() as db:
        found = db.execute("SELECT run, stage, tries, command FROM failures").fetchall()
        assert db.execute("SELECT count(*) FROM results").fetchone() == (0,)
    assert found == [(tiny.key(1), "simulate", 2, "headway sweep d.yaml --only 1")]
    store.commit(tiny.key(1), tiny.run(1), tiny.rows(1))
    assert store.failed() == {}
    assert store.status().stamp == "partial: 1 of 2 runs"


def test_partial_results_are_named_and_refused(tmp_path):
    """One run that is missing is named, with exit code 3; counts are those of the moment."""
    store = tiny.store(tmp_path / "s", 3)
    for i in (0, 2):
        store.commit(tiny.key(i), tiny.run(i), tiny.rows(i))
    with pytest.raises(
        PartialError, match=rf"partial: 2 of 3 runs; missing: tiny, point 0, replicate 1 \({tiny.key(1)[:12]}"
    ):
        Store.open(tmp_path / "s").require_complete()
    store.require_complete(allow_partial=True)
    assert PartialError.exit_code == 3
    assert {k: store.manifest[k] for k in ("complete", "expected", "done", "failed")} == {
        "complete": False,
        "expected": 3,
        "done": 2,
        "failed": 0,
    }
    on_disk = json.loads((tmp_path / "s" / "manifest.json").read_text())
    assert not {"complete", "done"} & set(on_disk)
    store.commit(tiny.key(1), tiny.run(1), tiny.rows(1))
    store.require_complete()
    assert store.manifest["complete"]
    assert store.manifest["stamp"] == ""


def test_a_study_grows_and_another_one_is_refused(tmp_path):
    """More runs of the same study are added; a different digest, or foreign files, stop before anything is written."""
    store = tiny.store(tmp_path / "s", 2)
    store.commit(tiny.key(0), tiny.run(0), tiny.rows(0))
    assert tiny.store(tmp_path / "s", 5).status().expected == 5
    assert tiny.store(tmp_path / "s", 1).status().expected == 5
    before = {p: p.read_bytes() for p in (tmp_path / "s").rglob("*") if p.is_file()}
    with pytest.raises(UserError, match="results of another study"):
        Store.create(tmp_path / "s", {"digest": "other"}, {})
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.doc").write_text("mine")
    with pytest.raises(UserError, match=r"not empty.*thesis\.doc"):
        Store.create(tmp_path / "mine", {"digest": "other"}, {})
    assert [p.name for p in (tmp_path / "mine").iterdir()] == ["thesis.doc"]
    assert {p: p.read_bytes() for p in (tmp_path / "s").rglob("*") if p.is_file()} == before
    (tmp_path / "file").write_text("")
    for place, words in ((tmp_path / "file", "this is a file"), (tmp_path / "file" / "x", "cannot write")):
        with pytest.raises(UserError, match=words):
            Store.create(place, {"digest": "other"}, {})
    with pytest.raises(UserError, match="no results of headway here"):
        Store.open("/")


def test_shards_merge_into_the_whole(tmp_path, small_batches):
    """Three shards, overlapping and one with batches, make what one folder would have: the same digest and rows."""
    alone = tiny.store(tmp_path / "alone", 9)
    shards = [tiny.store(tmp_path / f"shard{n}", 9) for n in range(3)]
    for i in range(9):
        for store in (alone, shards[i % 3], *([shards[0]] if i == 4 else [])):
            store.commit(tiny.key(i), tiny.run(i), tiny.rows(i))
    shards[0].compact()
    shards[2].compact(everything=True)
    shards[1].fail(tiny.key(0), ("tiny", 0, 0), "simulate", ValueError("x"), "headway")
    part = merge([s.folder for s in shards[:2]], tmp_path / "part")
    assert part.status().stamp == "partial: 6 of 9 runs"
    for order in (shards, shards[::-1]):
        whole = merge([s.folder for s in order], tmp_path / f"whole{order[0].folder.name}")
        assert whole.digest() == alone.digest()
        assert _snapshot(whole) == _snapshot(alone)
        assert (whole.status().complete, whole.failed(), whole.verify()) == (True, {}, [])
    assert merge([shards[2].folder], tmp_path / "part").digest() == alone.digest()


def test_shards_that_disagree_do_not_merge(tmp_path):
    """Different results for a run, and different studies, are errors that name both folders; nothing is written."""
    one, two = (tiny.store(tmp_path / name, 2) for name in ("one", "two"))
    one.commit(tiny.key(0), tiny.run(0), tiny.rows(0))
    two.commit(tiny.key(0), tiny.run(1), tiny.rows(1))
    with pytest.raises(UserError, match=r"one and .*two: different results for the same run"):
        merge([one.folder, two.folder], tmp_path / "out")
    assert not list(tmp_path.glob("out/runs/*")) + list(tmp_path.glob("out/batches/*"))
    other = Store.create(tmp_path / "other", {"digest": "other"}, {})
    with pytest.raises(UserError, match=r"one and .*other: they hold different studies"):
        merge([one.folder, other.folder], tmp_path / "out2")
    assert not (tmp_path / "out2").exists()


def test_a_full_disk_is_one_message_and_the_rest_is_kept(tmp_path, monkeypatch):
    """The message has the path and the bytes; nothing half-written is left; with room again, the same goes on."""
    import errno

    store = tiny.store(tmp_path / "s", 3)
    store.commit(tiny.key(0), tiny.run(0), tiny.rows(0))

    def full(_):
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(files.os, "fsync", full)
        for act in (
            lambda: store.commit(tiny.key(1), tiny.run(1), tiny.rows(1)),
            lambda: store.compact(everything=True),
            lambda: store.note(charts=[]),
            lambda: store.fail(tiny.key(1), ("tiny", 0, 1), "simulate", ValueError("x"), "headway"),
        ):
            with pytest.raises(
                UserError, match=rf"{tmp_path}/s/.*no room on the disk for [\d,]+ bytes \([\d,]+ bytes are free\)"
            ):
                act()
    assert not list((tmp_path / "s").rglob("*.tmp"))
    again = Store.open(tmp_path / "s")
    assert again.done() == {tiny.key(0)}
    for i in (1, 2):
        again.commit(tiny.key(i), tiny.run(i), tiny.rows(i))
    again.compact(everything=True)
    assert again.status().complete
    assert again.verify() == []


def test_nothing_is_pickled():
    """Results are read by no code that could run what they hold.

    Processes of one cluster send each other what they compute, as Dask does with all that passes; it is never stored.
    """
    sent = {ROOT / "analysis" / "runs" / name for name in ("cluster.py", "remote.py")}
    for path in set((ROOT / "analysis").rglob("*.py")) - sent:
        source = path.read_text(encoding="utf-8")
        for word in (
            "import pickle",
            "cPickle",
            "dill",
            "joblib",
            "allow_pickle=True",
            "read_pickle",
            "np.save",
            "np.load",
            "marshal",
            "shelve",
        ):
            assert word not in source, f"{path.name}: {word}"


def test_rows_of_chosen_measures():
    """The rows of two measures and no others; an unknown one is an error."""
    rows = fakes.rows(0)
    kept = rows.keep(["leaver_rate", "posts_readvertised"])
    assert set(kept.columns["measure"].tolist()) == {0, 1}
    assert len(kept.columns["year"]) == 32
    with pytest.raises(KeyError, match="no measure 'x'"):
        rows.keep(["x"])


def test_a_notebook_in_which_duckdb_can_have_no_progress_bar_reads_and_writes(tmp_path, monkeypatch):
    """There DuckDB refuses to be told that none is wanted."""
    import duckdb

    class Refusing:
        def __init__(self):
            self.real = duckdb_connect()

        def execute(self, sql, *arguments):
            if "progress_bar" in sql:
                raise duckdb.InvalidInputException("required package 'ipywidgets' is missing")
            return self.real.execute(sql, *arguments)

        def __getattr__(self, name):
            return getattr(self.real, name)

        def __enter__(self):
            return self

        def __exit__(self, *_):
            self.real.close()

    duckdb_connect = duckdb.connect
    monkeypatch.setattr(duckdb, "connect", Refusing)
    made = tiny.store(tmp_path / "study", 4)
    for i in range(4):
        made.commit(tiny.key(i), tiny.run(i), tiny.rows(i))
    made.compact(everything=True)
    assert len(made.measure("a")["value"]) == 8
