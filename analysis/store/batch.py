"""Batches: many runs in one Parquet table, sorted so that a measure in one breakdown is read in one piece, with their records."""

from __future__ import annotations

import contextlib
import hashlib
import json
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analysis.store import files
from analysis.store.record import Rows, breakdown, canonical
from analysis.store.run_file import PLAIN, Record

if TYPE_CHECKING:
    import duckdb
    import numpy as np

MOST_RUNS = 500
MOST_ROWS = 2_000_000
"""A batch holds no more than so many runs, and no more rows unless one run alone has more."""
ROW_GROUP = 40_960
"""Rows that are read or skipped together: few enough that a question skips most of a batch."""

FIXED = {
    "run": "VARCHAR", "scenario": "VARCHAR", "point": "INTEGER", "replicate": "INTEGER", "seed": "UBIGINT",
    "digest": "VARCHAR", "rows": "BIGINT", "seconds": "DOUBLE",
}  # fmt: skip
"""Columns of the table of runs, before those of the design's parameters."""

KINDS = WHOLE, NUMBER, TEXT = ("BIGINT", "DOUBLE", "VARCHAR")
"""Types of the columns of a design's parameters; each can hold what those before it hold."""


@dataclass(frozen=True)
class Batch:
    """A batch that has been published."""

    index: Path
    records: list[Record]
    tables: dict[str, dict[str, Any]]
    """``results`` and ``runs``: name, bytes, SHA-256 and columns of each table."""
    _checked: dict[str, tuple[int, int, int]] = field(default_factory=dict, repr=False, compare=False)
    """Tables that were as written when they were last read, with what their files looked like from outside then."""

    def path(self, table: str) -> Path:
        """Where a table is. Raise :exc:`DamagedError` if it is not there in the size it had."""
        path, size = folder_of(self.index.parents[1], table) / self.tables[table]["name"], self.tables[table]["bytes"]
        if path.is_dir():
            raise self._damaged(path, "this is a folder, and a file is due here")
        if not path.is_file():
            raise files.DamagedError(
                self.index, f"{path.name}, which belongs to it, is missing",
                "Delete the file named first and run again the command that made these results: what it held is made anew.",
            )  # fmt: skip
        if path.stat().st_size != size:
            raise self._damaged(path, f"this file has {path.stat().st_size:,} bytes and was written with {size:,}")
        return path

    def verified(self, table: str) -> Path:
        """Where a table is, every bit of it as written; else raise :exc:`DamagedError`.

        It is read again only if its file has been touched since.
        """
        path = self.path(table)
        seen = path.stat()
        outside = (seen.st_ino, seen.st_size, seen.st_mtime_ns)
        if self._checked.get(table) != outside:
            if files.sha256(path) != self.tables[table]["sha256"]:
                raise self._damaged(path, "damaged or changed since it was written: its SHA-256 does not match")
            self._checked[table] = outside
        return path

    def _damaged(self, path: Path, problem: str) -> files.DamagedError:
        advice = f"Delete it and {self.index.name} and run again the command that made these results: what they held is made anew."
        return files.DamagedError(path, problem, advice, [path, self.index])


def load(index: Path) -> Batch:
    """A batch by its index. Raise :exc:`DamagedError`."""
    content = files.unsealed(index, "runs", "tables")
    return Batch(index, content["runs"], content["tables"])


def write(folder: Path, runs: Sequence[tuple[Record, Rows]]) -> Batch:
    """Publish a batch of runs in the folder of a study; they must be in the order of their places."""
    with database() as db:
        view_rows(db, "rows", runs, as_text=False)
        return _publish(db, folder, [record for record, _ in runs])


def take(folder: Path, one: Batch, keys: Sequence[str]) -> Batch:
    """Publish some runs of a batch, or all of them, as a batch in the folder of another study."""
    wanted = set(keys)
    with database() as db:
        source = f"SELECT * FROM read_parquet({sql_text(str(one.verified('results').resolve()))})"
        if len(wanted) < len(one.records):
            source += f" WHERE run IN ({', '.join(map(sql_text, sorted(wanted)))})"
        db.execute(f"CREATE VIEW rows AS {source}")
        return _publish(db, folder, [record for record in one.records if record["key"] in wanted])


def database() -> duckdb.DuckDBPyConnection:
    """An empty database in memory that draws no progress bar."""
    import duckdb

    db = duckdb.connect()
    # In a notebook without ipywidgets there is no bar, and asking for none is an error there.
    with contextlib.suppress(duckdb.InvalidInputException):
        db.execute("SET enable_progress_bar = false")
    return db


def close(db: duckdb.DuckDBPyConnection, allowed: Sequence[Path]) -> None:
    """Let a database read the files that are ``allowed`` and nothing else, for good."""
    paths = ", ".join(sql_text(str(path)) for path in allowed)
    for setting in (
        f"allowed_paths = [{paths}]", "python_enable_replacements = false", "autoload_known_extensions = false",
        "autoinstall_known_extensions = false", "enable_external_access = false", "lock_configuration = true",
    ):  # fmt: skip
        db.execute(f"SET {setting}")


def folder_of(study: Path, table: str) -> Path:
    """Where the files of a table are, with nothing else beside them, so that other tools can open the folder."""
    return study / "tables" / table


def digest_of(records: Iterable[Record]) -> str:
    """SHA-256 of runs, by key and digest: equal for equal results, whatever their order."""
    return hashlib.sha256(canonical(sorted((record["key"], record["digest"]) for record in records))).hexdigest()


def metadata(digest: str) -> str:
    """What a Parquet file of results says of itself, as an option of ``COPY``: its digest, and the unit of each measure."""
    from simulation.census.measure import measures

    units = json.dumps({name: measure.unit for name, measure in measures().items()})
    return f'KV_METADATA {{"headway.digest": {sql_text(digest)}, "headway.units": {sql_text(units)}}}'


def _publish(db: duckdb.DuckDBPyConnection, folder: Path, records: list[Record]) -> Batch:
    """Write the view ``rows`` and the records as a batch. It exists once its index does."""
    name = hashlib.sha256("".join(sorted(r["key"] for r in records)).encode()).hexdigest()[:16]
    make_runs(db, "runs", records)
    db.execute("SET threads = 1")  # more would take a third more of the processors for so small a table
    told = metadata(digest_of(records))
    tables = {
        table: _copy(db, source, folder_of(folder, table) / f"{table}-{name}.parquet", rows, told)
        for table, source, rows in (
            ("results", "rows", sum(r["rows"] for r in records)),
            ("runs", "runs", len(records)),
        )
    }
    index = folder / "batches" / f"batch-{name}.json"
    files.put(index, files.sealed({"tables": tables, "runs": records}))
    return Batch(index, records, tables)


def _copy(db: duckdb.DuckDBPyConnection, source: str, path: Path, rows: int, told: str) -> dict[str, Any]:
    aside = files.temporary(path)
    with files.storing(path, 100 + 10 * rows, aside):
        db.execute(
            f"COPY {source} TO {sql_text(str(aside))} "
            f"(FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1, ROW_GROUP_SIZE {ROW_GROUP}, {told})"
        )
        described = {"name": path.name, "bytes": aside.stat().st_size, "sha256": files.sha256(aside)}
        files.publish(aside, path)
    columns = [row[0] for row in db.execute(f"SELECT column_name FROM (DESCRIBE {source})").fetchall()]
    return {**described, "columns": columns}


def split(runs: Iterable[Record], whole_only: bool) -> Iterator[list[Record]]:
    """Cut a sequence of runs into batches. ``whole_only`` leaves out the last if there is room in it."""
    now: list[Record] = []
    for run in runs:
        if now and (len(now) == MOST_RUNS or sum(r["rows"] for r in now) + run["rows"] > MOST_ROWS):
            yield now
            now = []
        now.append(run)
    if now and (not whole_only or is_full(len(now), sum(r["rows"] for r in now))):
        yield now


def is_full(runs: int, rows: int) -> bool:
    """Whether so many runs with so many rows make a batch."""
    return runs >= MOST_RUNS or rows >= MOST_ROWS


def stack(runs: Sequence[tuple[Record, Rows]]) -> tuple[dict[str, np.ndarray], dict[str, tuple[str, ...]]]:
    """The rows of all runs as columns, with one set of labels for all; ``run`` is the position in ``runs``."""
    import numpy as np

    dimensions = list(dict.fromkeys(name for _, rows in runs for name in rows.columns if name not in PLAIN))
    coded = ("measure", *dimensions)
    told = {
        name: dict.fromkeys(rows.labels.get(name, ()) for _, rows in runs) for name in coded
    }  # mostly the same words
    labels = {name: tuple(dict.fromkeys(word for words in told[name] for word in words)) for name in coded}
    lengths = [len(rows.columns["value"]) for _, rows in runs]
    columns = {"run": np.repeat(np.arange(len(runs), dtype=np.int32), lengths)}
    for name in ("year", *coded, "value", "base"):
        parts = []
        for (_, rows), length in zip(runs, lengths, strict=True):
            if name not in rows.columns:
                parts.append(np.full(length, -1, np.int8))
            elif name in coded and rows.labels[name] != labels[name]:
                place = {word: code for code, word in enumerate(labels[name])}
                codes = np.array([*(place[word] for word in rows.labels[name]), -1], np.int32)  # code -1 finds the last
                parts.append(codes[rows.columns[name]])
            else:
                parts.append(rows.columns[name])
        columns[name] = np.concatenate(parts)
    return columns, labels


def _breakdowns(columns: Mapping[str, np.ndarray], dimensions: Sequence[str]) -> tuple[np.ndarray, tuple[str, ...]]:
    """The dimensions in which each row is not "all", as a code, and what the codes mean; the coarsest come first."""
    import numpy as np

    bits = np.zeros(len(columns["run"]), np.int64)
    for i, name in enumerate(dimensions):
        bits |= (columns[name] >= 0).astype(np.int64) << i
    patterns, place = np.unique(bits, return_inverse=True)
    named = [tuple(name for i, name in enumerate(dimensions) if pattern >> i & 1) for pattern in patterns.tolist()]
    order = sorted(range(len(named)), key=lambda i: (len(named[i]), breakdown(named[i])))
    codes = np.empty(len(named), np.int16)
    codes[order] = np.arange(len(named), dtype=np.int16)
    return codes[place], tuple(breakdown(named[i]) for i in order)


def in_order(
    columns: Mapping[str, np.ndarray], labels: Mapping[str, tuple[str, ...]]
) -> tuple[dict[str, np.ndarray], dict[str, tuple[str, ...]]]:
    """Columns with ``breakdown``, sorted by it, measure, dimensions, run and year, each in order of code.

    Most rows follow the same one of the year before. So what is sorted are series of years that stand together already.
    """
    import numpy as np

    rows = len(columns["run"])
    starts = np.ones(rows, bool)
    starts[1:] = columns["year"][1:] != columns["year"][:-1] + 1
    for name in ("run", *labels):
        starts[1:] |= columns[name][1:] != columns[name][:-1]
    first = np.flatnonzero(starts)
    series = {name: columns[name][first] for name in ("run", "year", *labels)}
    series["breakdown"], words = _breakdowns(series, [name for name in labels if name != "measure"])
    order = np.lexsort(packed([series[name] for name in ("breakdown", *labels, "run", "year")])[::-1])
    length = np.diff(first, append=rows)[order]
    row = np.arange(rows) + np.repeat(first[order] - np.cumsum(length) + length, length)
    coded = {name: np.repeat(series[name][order], length) for name in ("run", "breakdown", *labels)}
    plain = {name: columns[name][row] for name in ("year", "value", "base")}
    return {**coded, **plain}, {"measure": labels["measure"], "breakdown": words, **labels}


def packed(keys: Sequence[np.ndarray]) -> list[np.ndarray]:
    """Fewer whole-number keys that sort rows in the same order: small ranges share an int64."""
    import numpy as np

    packed: list[np.ndarray] = []
    room = 0
    for key in keys:
        low, high = (int(key.min()), int(key.max())) if len(key) else (0, 0)
        width = high - low + 1
        if width > 1 << 62:
            packed.append(key)
            room = 0
            continue
        above = key.astype(np.int64) - low
        if width > room:
            packed.append(above)
            room = (1 << 62) // width
        else:
            packed[-1] = packed[-1] * width + above
            room //= width
    return packed


def view_rows(
    db: duckdb.DuckDBPyConnection, name: str, runs: Sequence[tuple[Record, Rows]], as_text: bool = True
) -> None:
    """Make a view of the rows of some runs, sorted, with words in place of codes and NULL in place of NaN, as a batch has them.

    Unless they are to be had ``as_text``, words are members of enumerations: a batch is written of them several times
    faster, and has text all the same.
    """
    import numpy as np
    import pandas as pd

    columns, labels = in_order(*stack(runs))
    scenarios = list(dict.fromkeys(record["scenario"] for record, _ in runs))
    of_run = np.array([scenarios.index(record["scenario"]) for record, _ in runs], np.int32)
    words = {
        "run": pd.Categorical.from_codes(columns["run"], [record["key"] for record, _ in runs]),
        "scenario": pd.Categorical.from_codes(of_run[columns["run"]], scenarios),
        **{k: pd.Categorical.from_codes(columns[k], list(labels[k])) for k in labels},
    }
    numbers = {k: columns[k] for k in ("year", "value", "base")}
    db.register(f"{name}_columns", pd.DataFrame({**words, "number": columns["run"], **numbers}, copy=False))
    word = {k: f"{quoted(k)}{'::VARCHAR' if as_text else ''} AS {quoted(k)}" for k in words}
    chosen = [word.pop("run"), word.pop("scenario")]
    for place in ("point", "replicate"):
        values = ["NULL" if record[place] is None else str(record[place]) for record, _ in runs]
        one = values[0] if len(set(values)) == 1 else f"([{', '.join(values)}])[number + 1]"
        chosen.append(f"({one})::{FIXED[place]} AS {place}")
    chosen += ["year::SMALLINT AS year", *word.values(), "value", "base"]
    db.execute(f"CREATE VIEW {name} AS SELECT {', '.join(chosen)} FROM {name}_columns")


def _kind(value: float | str) -> str:
    """The narrowest of the types of a design's columns that holds ``value``."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return TEXT
    return WHOLE if isinstance(value, int) and -(2**63) <= value < 2**63 else NUMBER


def make_runs(db: duckdb.DuckDBPyConnection, name: str, records: Sequence[Record]) -> None:
    """Make the table of runs: what each is, and a column for each parameter that a design sets."""
    kinds: dict[str, str] = {}
    for record in records:
        for path, value in record["values"].items():
            if path in FIXED:
                raise ValueError(f"a design cannot set {path!r}: the table of runs has a column of that name")
            kinds[path] = max(kinds.get(path, WHOLE), _kind(value), key=KINDS.index)
    flat = [
        {
            **{field: record[field] for field in FIXED if field != "run"}, "run": record["key"],
            **{p: str(v) if kinds[p] == TEXT else v for p, v in record["values"].items()},
        }
        for record in records
    ]  # fmt: skip
    make_table(db, name, flat, FIXED | dict(sorted(kinds.items())))


def make_table(db: duckdb.DuckDBPyConnection, name: str, rows: list[dict[str, Any]], kinds: dict[str, str]) -> None:
    """Make a table from plain records; a field that a record lacks is empty."""
    db.execute(f"CREATE TABLE {name} ({', '.join(f'{quoted(k)} {kind}' for k, kind in kinds.items())})")
    if not rows:
        return
    chosen = ", ".join(f"one.{quoted(k)}" for k in kinds)
    shape = json.dumps([kinds])
    db.execute(
        f"INSERT INTO {name} SELECT {chosen} FROM (SELECT unnest(from_json(?, ?)) AS one)", [json.dumps(rows), shape]
    )


def sql_text(text: str) -> str:
    """``text`` as an SQL literal."""
    return "'" + text.replace("'", "''") + "'"


def quoted(name: str) -> str:
    """``name`` as an SQL identifier."""
    return '"' + name.replace('"', '""') + '"'
