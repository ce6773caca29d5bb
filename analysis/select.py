"""Finding a measure in the results table: the dimensions that are named are fixed, all others are "all"."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import duckdb

PLAIN = ("scenario", "replicate", "year", "measure", "value", "base")
"""Columns of the results table that are not dimensions."""


def select(
    db: duckdb.DuckDBPyConnection, measure: str, where: Mapping[str, str], columns: str, scenario: str | None = None
) -> tuple[str, list[str]]:
    """SQL and its arguments for ``columns`` of ``measure``, in order of scenario, replicate and year.

    Raise :exc:`KeyError` for a dimension that the results do not have.
    """
    names = [row[0] for row in db.execute("SELECT column_name FROM (DESCRIBE results)").fetchall()]
    dimensions = [name for name in names if name not in PLAIN]
    if unknown := sorted(set(where) - set(dimensions)):
        raise KeyError(f"results have no dimension {unknown[0]!r}; they have {', '.join(dimensions)}")
    tests = [f"{d} = ?" if d in where else f"{d} IS NULL" for d in dimensions]
    arguments = [measure, *(where[d] for d in dimensions if d in where)]
    if scenario is not None:
        tests.append("scenario = ?")
        arguments.append(scenario)
    sql = f"SELECT {columns} FROM results WHERE measure = ? AND {' AND '.join(tests)} AND value IS NOT NULL"
    return f"{sql} ORDER BY scenario, replicate, year", arguments
