"""Questions in SQL: what may be asked, and how the answer becomes plain records."""

from __future__ import annotations

import datetime
import decimal
import math
import uuid
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

from analysis.errors import UserError

if TYPE_CHECKING:
    import duckdb

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
