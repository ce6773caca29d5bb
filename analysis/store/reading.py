"""Reading a folder of runs: as SQL, and bit by bit to see whether it is what was written."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from analysis.errors import UserError
from analysis.store import batch, extract, failures, files, run_file
from analysis.store.batch import sql_text

if TYPE_CHECKING:
    import duckdb

    from analysis.store.store import Store

_NO_ROWS = (
    "SELECT NULL::VARCHAR AS run, NULL::VARCHAR AS scenario, NULL::INTEGER AS point, NULL::INTEGER AS replicate, "
    "NULL::SMALLINT AS year, NULL::VARCHAR AS measure, NULL::VARCHAR AS breakdown, NULL::DOUBLE AS value, NULL::DOUBLE AS base WHERE false"
)
_FAILURES = {
    "run": "VARCHAR", "scenario": "VARCHAR", "point": "INTEGER", "replicate": "INTEGER", "stage": "VARCHAR",
    "type": "VARCHAR", "message": "VARCHAR", "traceback": "VARCHAR", "tries": "INTEGER", "command": "VARCHAR",
}  # fmt: skip


def connect(store: Store) -> duckdb.DuckDBPyConnection:
    """See :meth:`Store.connect`."""
    bodies = store.snapshot()
    tail = [(record, run_file.rows_of(data)) for data in bodies.values() for record in [run_file.record_of(data)]]
    db = batch.database()
    parts = _batches(store)
    if tail:
        batch.view_rows(db, "newest", tail)
        parts.append("SELECT * FROM newest")
    db.execute(f"CREATE VIEW results AS {' UNION ALL BY NAME '.join(parts) or _NO_ROWS}")
    batch.make_runs(db, "runs", list(store.records().values()))
    failed = [{**vars(failure), "run": key} for key, failure in store.failed().items()]
    batch.make_table(db, "failures", failed, _FAILURES)
    return db


def _batches(store: Store) -> list[str]:
    """The batches as SQL. Runs that two of them hold, which a crash can leave, are read from the first."""
    plain: dict[tuple[str, ...], list[str]] = {}
    parts = []
    for index, one in store.batches().items():
        path = sql_text(str(one.verified("results").resolve()))
        if twice := store.twice(index):
            parts.append(f"SELECT * FROM read_parquet({path}) WHERE run NOT IN ({', '.join(map(sql_text, twice))})")
        else:
            plain.setdefault(tuple(one.tables["results"]["columns"]), []).append(path)
    return parts + [f"SELECT * FROM read_parquet([{', '.join(paths)}])" for paths in plain.values()]


def bad_charts(store: Store) -> list[Path]:
    """Files of charts that the manifest names and that are not as they were written."""
    named = {
        store.folder / n: d for chart in store.manifest.get("charts", []) for n, d in chart.get("files", {}).items()
    }
    return [path for path, digest in named.items() if not path.is_file() or files.sha256(path) != digest]


def verify(store: Store) -> list[UserError]:
    """See :meth:`Store.verify`."""
    wrong: list[UserError] = []
    for one in store.batches().values():
        for table in one.tables:
            try:
                one.verified(table)
            except UserError as error:
                wrong.append(error)
    wrong += [
        files.DamagedError(path, "missing, damaged or changed since it was written")
        for path in (*bad_charts(store), *extract.damaged(store))
    ]
    try:
        failures.load(store.folder)
        if strange := store.done() - store.expected.keys():
            wrong.append(
                UserError(
                    str(store.folder),
                    f"holds {len(strange)} runs that its study does not have, such as {min(strange)}",
                    "They were put there from elsewhere; run the study into a new folder.",
                )
            )
    except UserError as error:
        wrong.append(error)
    return wrong
