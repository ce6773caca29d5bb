"""The rows that charts and reports show, kept beside the batches: of a large folder they are a fiftieth.

An extract is made of a folder whose runs are all there, and counts as long as these are its runs. It is made again
whenever it is not there, is damaged, or lacks what is asked for; so it can be deleted at any time.
"""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analysis.errors import UserError
from analysis.store import files
from analysis.store.batch import ROW_GROUP, sql_text
from analysis.store.record import breakdown, canonical

if TYPE_CHECKING:
    import duckdb

FOLDER, INDEX = "extract", "extract.json"
Need = tuple[str, tuple[str, ...]]
"""A measure, and the dimensions along which it is needed; all others are "all"."""
PLAIN = ("scenario", "point", "replicate", "year", "measure", "breakdown", "value", "base")
"""Columns of an extract besides the dimensions that are needed."""


def table_of(folder: Path, runs: str | None, db: duckdb.DuckDBPyConnection, needs: Iterable[Need], name: str) -> None:
    """Make a new table ``name`` in ``db``, a connection to the results, of the rows that ``needs`` asks for, and maybe more.

    ``needs`` names dimensions that the results have; ``runs`` is the digest of those in ``folder``, None while some are
    missing.
    """
    wanted = sorted({(measure, tuple(sorted(by))) for measure, by in needs})
    path = None if runs is None else _extract(folder, runs, db, wanted)
    if path is None:
        db.execute(f"CREATE TEMP TABLE {name} AS {_rows(db, wanted)}")
    else:
        db.execute(f"CREATE TEMP VIEW {name} AS SELECT * FROM read_parquet({sql_text(str(path.resolve()))})")


def is_damaged(folder: Path) -> bool:
    """Whether the extract is there and not as it was written."""
    index = folder / FOLDER / INDEX
    if not index.exists():
        return False
    with contextlib.suppress(files.DamagedError):
        content = files.unsealed(index, "of", "name", "table_sha256", "needs")
        path = index.with_name(content["name"])
        return not path.is_file() or files.sha256(path) != content["table_sha256"]
    return True


def _extract(folder: Path, runs: str, db: duckdb.DuckDBPyConnection, wanted: Sequence[Need]) -> Path | None:
    """An extract that has what is wanted; None where none can be kept: the folder may only be read, or the disk is full."""
    path, there = _kept(folder, runs)
    if path is not None and there >= set(wanted):
        return path
    with contextlib.suppress(UserError):
        return _keep(folder / FOLDER, runs, db, sorted({*wanted, *there}))
    return None


def _kept(folder: Path, runs: str) -> tuple[Path | None, set[Need]]:
    """The extract and what it has, if it is of these runs and as it was written."""
    index = folder / FOLDER / INDEX
    if not index.is_file() or is_damaged(folder):
        return None, set()
    content = files.unsealed(index)
    if content["of"] != runs:
        return None, set()
    return index.with_name(content["name"]), {(measure, tuple(by)) for measure, by in content["needs"]}


def _keep(folder: Path, of: str, db: duckdb.DuckDBPyConnection, wanted: Sequence[Need]) -> Path:
    """Write the extract; one of other runs goes. Raise :exc:`UserError` if that cannot be done."""
    name = f"results-{hashlib.sha256(canonical([of, wanted])).hexdigest()[:16]}.parquet"
    path = folder / name
    files.folder(folder)
    # In one order, so that what is summed up of it is the same to the last bit.
    order = ", ".join([*_dimensions(wanted), "scenario", "point", "replicate", "year"])
    aside = files.temporary(path)
    with files.storing(path, 0, aside):
        db.execute(
            f"COPY ({_rows(db, wanted)} ORDER BY breakdown, measure, {order}) TO {sql_text(str(aside))} "
            f"(FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {ROW_GROUP})"
        )
        content: dict[str, Any] = {"of": of, "name": name, "table_sha256": files.sha256(aside), "needs": wanted}
        files.publish(aside, path)
    files.put(folder / INDEX, files.sealed(content))
    for old in folder.glob("results-*.parquet"):
        if old != path:
            files.drop(old)
    return path


def _rows(db: duckdb.DuckDBPyConnection, wanted: Sequence[Need]) -> str:
    """What is wanted of ``results``, as SQL."""
    rows = [(measure, breakdown(by)) for measure, by in wanted]
    db.execute("CREATE OR REPLACE TEMP TABLE wanted (measure VARCHAR, breakdown VARCHAR)")
    db.executemany("INSERT INTO wanted VALUES (?, ?)", rows)
    columns = [*PLAIN, *_dimensions(wanted)]
    measures, breakdowns = ({row[k] for row in rows} for k in (0, 1))
    return (
        f"SELECT {', '.join(columns)} FROM results r SEMI JOIN wanted w ON r.measure = w.measure AND r.breakdown = w.breakdown "
        # Named once more on their own, so that most of the files is skipped.
        f"WHERE r.breakdown IN ({', '.join(map(sql_text, sorted(breakdowns)))}) "
        f"AND r.measure IN ({', '.join(map(sql_text, sorted(measures)))})"
    )


def _dimensions(wanted: Sequence[Need]) -> list[str]:
    return sorted({dimension for _, by in wanted for dimension in by})
