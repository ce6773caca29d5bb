"""Results as one flat table for other tools: words in place of codes, and nothing that a spreadsheet would run."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from analysis.errors import UserError
from analysis.output.inert import FORMULA
from analysis.store import Store, files
from analysis.store.batch import metadata, quoted, sql_text
from analysis.store.select import dimensions

if TYPE_CHECKING:
    import duckdb

CSV, PARQUET, SHEET, OTHER = "csv", "parquet", "sheet", "other"
COMPRESSED = {".gz": "gzip", ".zst": "zstd"}
"""Endings of compressed CSV files, and what they are compressed with."""
ENDINGS = {
    ".csv": CSV, ".tsv": CSV, ".txt": CSV, ".parquet": PARQUET, ".pq": PARQUET, ".xlsx": SHEET, ".xls": SHEET, ".ods": SHEET,
    **dict.fromkeys((".json", ".zip", ".feather", ".arrow", ".dta", ".sav", ".rds", ".html", ".pdf", *COMPRESSED), OTHER),
}  # fmt: skip
"""Kinds of file by the endings that other programs go by; any other says nothing."""
_NUMBERS = re.compile(r"U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?|FLOAT|DOUBLE|DECIMAL\(.*\)|BOOLEAN")
"""Types whose values start with a sign without being a formula."""


def export(store: Store, target: Path, kind: str, measures: Sequence[str] = ()) -> int:
    """Write ``measures``, or all, to ``target`` as ``kind`` (``csv`` or ``parquet``) and return the number of rows.

    The columns are scenario, point and what it sets (for designs), replicate, year, measure, every dimension that one of
    the measures has, value and base. A dimension that is summed over is "all" in CSV and empty in Parquet. If runs are
    missing, a last column ``note`` says so in every row. Raise :exc:`UserError` for an unknown measure or a place that
    cannot be written.
    """
    how = _how(files.ready(target, f".{kind}"), kind)
    with store.connect() as db:
        rows = _chosen(db, measures)
        query = _query(db, rows, store.status().stamp, plain=kind == PARQUET)
        count = db.execute(f"SELECT count(*) FROM ({rows})").fetchone()[0]  # type: ignore[index]
        if kind == PARQUET:
            how = f"{how}, {metadata(store.digest())}"
        with files.output(target, 50 * count) as aside:
            db.execute(f"COPY ({query}) TO {sql_text(str(aside))} ({how})")
    return count


def write_csv(store: Store, sql: str, target: Path) -> int:
    """Write the answer to a query of the results alone as CSV, without formulas, and return the number of rows."""
    how = _how(target, CSV)
    with files.output(target) as aside, store.connect(only=[aside.resolve()]) as db:
        db.execute(f"CREATE TEMP TABLE answer AS {sql}")
        described = db.execute("SELECT column_name, column_type FROM (DESCRIBE answer)").fetchall()
        chosen = ", ".join(
            f"{quoted(n) if _NUMBERS.fullmatch(kind) else _neutral(f'CAST({quoted(n)} AS VARCHAR)')} AS {_heading(n)}"
            for n, kind in described
        )
        db.execute(f"COPY (SELECT {chosen} FROM answer) TO {sql_text(str(aside.resolve()))} ({how})")
        return db.execute("SELECT count(*) FROM answer").fetchone()[0]  # type: ignore[index]


def _how(target: Path, kind: str) -> str:
    """How DuckDB writes a file of this kind. Raise :exc:`UserError` for the ending of another: programs go by it."""
    ending = target.suffix.lower()
    if kind == CSV and ending in COMPRESSED:
        return f"FORMAT csv, HEADER, COMPRESSION {COMPRESSED[ending]}"
    if ending in ENDINGS and ENDINGS[ending] != kind:
        advice = f"Name a file that ends in .{kind}{f', or write it with --{PARQUET}' if ENDINGS[ending] == PARQUET else ''}."
        if ENDINGS[ending] == SHEET:
            advice = f"Name a file that ends in .{kind}, or make a workbook: headway workbook."
        raise UserError(f"--{kind} {target}", f"the ending {ending} is of another kind of file", advice)
    return "FORMAT csv, HEADER" if kind == CSV else "FORMAT parquet, COMPRESSION zstd"


def _chosen(db: duckdb.DuckDBPyConnection, measures: Sequence[str]) -> str:
    there = [row[0] for row in db.execute("SELECT DISTINCT measure FROM results ORDER BY 1").fetchall()]
    if unknown := [m for m in measures if m not in there]:
        advice = f"They have {', '.join(there) or 'none'}."
        raise UserError(f"--measure {unknown[0]}", "the results do not have this measure", advice)
    return f"SELECT * FROM results WHERE measure IN ({', '.join(map(sql_text, measures or there)) or 'NULL'})"


def _query(db: duckdb.DuckDBPyConnection, rows: str, stamp: str, plain: bool) -> str:
    axes = dimensions(db)
    used = db.execute(f"SELECT {', '.join(f'count({quoted(a)})' for a in axes) or '0'} FROM ({rows})").fetchone()
    axes = [a for a, count in zip(axes, used or (), strict=False) if count]
    of_runs = db.execute("SELECT column_name, column_type FROM (DESCRIBE runs)").fetchall()
    settings = of_runs[[name for name, _ in of_runs].index("seconds") + 1 :]
    chosen = [_text("scenario", plain)]
    if db.execute("SELECT count(point) FROM runs").fetchone() != (0,):  # a design
        chosen += ["results.point AS point"]
        chosen += [_text(name, plain or kind != "VARCHAR", "runs") for name, kind in settings]
    chosen += ["results.replicate AS replicate", "year", _text("measure", plain)]
    chosen += [_text(a, plain) if plain else f"coalesce({_neutral(quoted(a))}, 'all') AS {quoted(a)}" for a in axes]
    chosen += ["value", "base"]
    if stamp:
        chosen.append(f"{sql_text(stamp)} AS note")
    order = ", ".join(["measure", "results.scenario", "results.point", *map(quoted, axes), "year", "results.replicate"])
    return f"SELECT {', '.join(chosen)} FROM ({rows}) AS results JOIN runs USING (run) ORDER BY {order}"


def _text(name: str, plain: bool, table: str = "results") -> str:
    column = f"{table}.{quoted(name)}"
    return f"{column if plain else _neutral(column)} AS {quoted(name)}"


def _neutral(column: str) -> str:
    return f"CASE WHEN regexp_matches({column}, '{FORMULA}') THEN '''' || {column} ELSE {column} END"


def _heading(name: str) -> str:
    return quoted(f"'{name}" if re.match(FORMULA, name) else name)
