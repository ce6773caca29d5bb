"""The extract of a folder: the same figures from fewer bytes, made again whenever it would not be."""

import pytest

from analysis.charts.drawing import Source
from analysis.store import Store, extract
from tests.analysis import fakes

NEEDS = [("posts_readvertised", ("role",)), ("retention_new_to_post", ("phase", "role", "years"))]
MORE = [("leaver_rate", ())]


@pytest.fixture
def store(tmp_path):
    return fakes.made(tmp_path / "study", {"england": 0.0, "coaching": 3.0}, 3)


def read(store, needs=NEEDS):
    """Rows of what is needed, from the extract or however they come; and where they came from."""
    with Source.of(store) as source:
        source.gather(needs)
        kind = source.db.execute(
            "SELECT table_type FROM information_schema.tables WHERE table_name = 'gathered_1'"
        ).fetchone()
        columns = ", ".join([*extract.PLAIN, "phase", "role", "years"])
        return sorted(source.db.execute(f"SELECT {columns} FROM {source.table}").fetchall(), key=repr), kind[0]


def wanted(store, needs=NEEDS):
    """The same rows, from all results."""
    columns = ", ".join([*extract.PLAIN, "phase", "role", "years"])
    chosen = " OR ".join(f"(measure = '{m}' AND breakdown = '{', '.join(sorted(by))}')" for m, by in needs)
    with store.connect() as db:
        return sorted(db.execute(f"SELECT {columns} FROM results WHERE {chosen}").fetchall(), key=repr)


def kept(store):
    return sorted((store.folder / "extract").glob("*"))


def test_it_has_the_rows_that_are_needed_and_serves_again(store):
    """The rows of the results themselves; a second reading writes nothing."""
    assert read(store) == (wanted(store), "VIEW")
    before = [(path, path.stat().st_mtime_ns) for path in kept(store)]
    assert len(before) == 2
    assert read(Store.open(store.folder)) == (wanted(store), "VIEW")
    assert [(path, path.stat().st_mtime_ns) for path in kept(store)] == before


def test_more_that_is_needed_is_added(store):
    """One extract serves both needs, and the old file is not left beside it."""
    read(store)
    assert read(store, MORE)[0] == wanted(store, [*NEEDS, *MORE])
    assert len(kept(store)) == 2


def test_it_is_made_again_for_more_runs(store):
    """What was kept for three replicates is not shown for four."""
    read(store)
    described = fakes.manifest("england", "coaching", replicates=4)
    more = fakes.store(store.folder, described, {"england": 4, "coaching": 4})
    for name in ("england", "coaching"):
        more.commit(fakes.key(3, name), fakes.run(3, name), fakes.rows(3))
    rows, kind = read(more)
    assert (rows, kind) == (wanted(more), "VIEW")
    assert {row[2] for row in rows} == {0, 1, 2, 3}
    assert len(kept(more)) == 2


@pytest.mark.parametrize("what", ["extract.json", "*.parquet"])
@pytest.mark.parametrize("how", ["changed", "gone"])
def test_a_damaged_one_is_found_and_made_again(store, what, how):
    """A flipped bit or a missing file is told by the check and costs nothing but time."""
    read(store)
    (path,) = (store.folder / "extract").glob(what)
    if how == "gone":
        path.unlink()
    else:
        data = bytearray(path.read_bytes())
        data[len(data) // 2] ^= 1
        path.write_bytes(data)
    found = [error.given for error in store.verify()]
    assert found == ([] if (what, how) == ("extract.json", "gone") else [str(path.parent)])
    assert read(store) == (wanted(store), "VIEW")
    assert store.verify() == []


def test_a_folder_with_runs_missing_keeps_none(tmp_path):
    """Results that will grow are read as they are."""
    store = fakes.store(tmp_path / "part", fakes.manifest("england", replicates=3), {"england": 3})
    store.commit(fakes.key(0), fakes.run(0), fakes.rows(0))
    assert read(store) == (wanted(store), "LOCAL TEMPORARY")
    assert not (store.folder / "extract").exists()


def test_a_folder_that_cannot_be_written_is_read_all_the_same(store):
    """The extract is a convenience and never a need."""
    (store.folder / "extract").write_text("in the way")
    assert read(store) == (wanted(store), "LOCAL TEMPORARY")


def test_what_was_gathered_before_stays(tmp_path):
    """Asking for more keeps the rows that charts are reading already."""
    store = fakes.store(tmp_path / "part", fakes.manifest("england", replicates=3), {"england": 3})
    store.commit(fakes.key(0), fakes.run(0), fakes.rows(0))
    with Source.of(store) as source:
        source.gather(NEEDS)
        source.gather(MORE)
        found = source.db.execute(f"SELECT count(*) FROM {source.table}").fetchone()
    assert found == (len(wanted(store, [*NEEDS, *MORE])),)
