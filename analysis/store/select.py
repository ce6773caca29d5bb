"""Asking the results: a measure, in whose table all dimensions that are not named are "all"; and questions in SQL."""

from __future__ import annotations

import datetime
import decimal
import math
import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from analysis.errors import UserError
from analysis.store.record import breakdown

if TYPE_CHECKING:
    import duckdb
    import numpy as np

PLAIN = ("run", "scenario", "point", "replicate", "year", "measure", "breakdown", "value", "base")
"""Columns of the results table that are not dimensions."""


def select(
    db: duckdb.DuckDBPyConnection,
    measure: str,
    where: Mapping[str, str],
    columns: str,
    scenario: str | None = None,
    table: str = "results",
) -> tuple[str, list[str]]:
    """SQL and its arguments for ``columns`` of ``measure``, in order of scenario, replicate and year.

    ``table`` is where to read, for a connection that holds an extract of the results.

    Raise :exc:`KeyError` for a dimension that the results do not have.
    """
    there = dimensions(db)
    if unknown := sorted(set(where) - set(there)):
        raise KeyError(f"results have no dimension {unknown[0]!r}; they have {', '.join(there)}")
    tests = ["measure = ?", "breakdown = ?", *(f"{d} = ?" for d in where)]
    arguments = [measure, breakdown(where), *where.values()]
    if scenario is not None:
        tests.append("scenario = ?")
        arguments.append(scenario)
    sql = f"SELECT {columns} FROM {table} WHERE {' AND '.join(tests)} AND value IS NOT NULL"
    return f"{sql} ORDER BY scenario, point, replicate, year", arguments


def dimensions(db: duckdb.DuckDBPyConnection) -> list[str]:
    """The dimensions that the results table has."""
    names = [row[0] for row in db.execute("SELECT column_name FROM (DESCRIBE results)").fetchall()]
    return [name for name in names if name not in PLAIN]


def labels_of(
    db: duckdb.DuckDBPyConnection, dimension: str, measure: str | None = None, fixed: Iterable[str] = (),
    table: str = "results", order: Sequence[str] = (),
) -> list[str]:  # fmt: skip
    """The labels that results have along a dimension, in the census's order, and those of a study's own by alphabet.

    Of a dimension whose labels the context names, ``order`` is theirs; England's if it is not given.

    Of one measure if it is given, where the dimensions of ``fixed`` are broken down too. Empty if the results do not have
    the dimension.
    """
    from simulation.census.dimensions import DIMENSIONS
    from simulation.structure import ENGLAND

    if dimension not in dimensions(db):
        return []
    sql = f"SELECT DISTINCT {dimension} FROM {table} WHERE breakdown = ?"
    arguments = [breakdown({dimension, *fixed})]
    if measure is not None:
        sql, arguments = f"{sql} AND measure = ?", [*arguments, measure]
    found = {row[0] for row in db.execute(sql, arguments).fetchall()}
    known = DIMENSIONS.get(dimension) or order or ENGLAND.axes.get(dimension, ())
    return [*(label for label in known if label in found), *sorted(found - set(known))]


def read_measure(db: duckdb.DuckDBPyConnection, measure: str, **where: str) -> dict[str, np.ndarray]:
    """A measure as columns of equal length, ready for a data frame.

    ``where`` fixes dimensions by name; all others are "all". The columns are ``run``, ``scenario``, ``point`` (-1
    outside a design), ``replicate``, ``year``, ``value`` and ``base`` (NaN for counts). Raise :exc:`KeyError` for a
    measure or a dimension that the results do not have.
    """
    import numpy as np

    columns = (
        "run, scenario, coalesce(point, -1) AS point, replicate, year, value, coalesce(base, 'nan'::DOUBLE) AS base"
    )
    sql, arguments = select(db, measure, where, columns)
    found = db.execute(sql, arguments).fetchnumpy()
    if not len(found["year"]):
        words = [row[0] for row in db.execute("SELECT DISTINCT measure FROM results ORDER BY 1").fetchall()]
        if measure not in words:
            raise KeyError(f"results have no measure {measure!r}; they have {', '.join(words)}")
    return {name: np.asarray(column) for name, column in found.items()}


T = TypeVar("T")
ADVICE = "Tables: results, runs, failures. For their columns: DESCRIBE results"


def check_select(sql: str) -> None:
    """Raise :exc:`UserError` unless ``sql`` is one statement that only reads."""
    import duckdb

    try:
        statements = duckdb.extract_statements(sql)
    except duckdb.Error as error:
        raise UserError(sql, _first(error), ADVICE) from None
    readers = (duckdb.StatementType.SELECT, duckdb.StatementType.EXPLAIN)
    if len(statements) != 1 or statements[0].type not in readers:
        raise UserError(
            sql, "this is not one SELECT, and a query only reads", "To write a file: --csv FILE, or headway export."
        )


def ask(sql: str, question: Callable[[], T]) -> T:
    """Put a question to the database; an error in the SQL becomes a message."""
    import duckdb

    try:
        return question()
    except duckdb.IOException:
        raise
    except duckdb.Error as error:
        raise UserError(sql, _first(error), ADVICE) from None


def records(db: duckdb.DuckDBPyConnection, sql: str) -> list[dict[str, Any]]:
    """The answer to a query as records that JSON can hold."""
    cursor = db.execute(sql)
    names = [column[0] for column in cursor.description or []]
    return [dict(zip(names, map(_plain, row), strict=True)) for row in cursor.fetchall()]


def readable(name: str, value: Any) -> Any:
    """A value for a table: six digits, because its unit is not known, and no separator in a year."""
    if isinstance(value, float):
        return f"{value:.6g}"
    return str(value) if name == "year" else value


def _plain(value: Any) -> Any:
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, decimal.Decimal):
        return int(value) if value == int(value) else float(value)
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        return {str(name): _plain(item) for name, item in value.items()}
    texts = (datetime.date, datetime.time, datetime.timedelta, bytes, uuid.UUID)
    return str(value) if isinstance(value, texts) else value


def _first(error: Exception) -> str:
    return str(error).strip().splitlines()[0]
