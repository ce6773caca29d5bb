"""Finding a measure in the results table: the dimensions that are named are fixed, all others are "all"."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

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
    db: duckdb.DuckDBPyConnection, dimension: str, measure: str | None = None, fixed: Iterable[str] = (), table: str = "results"
) -> list[str]:  # fmt: skip
    """The labels that results have along a dimension, in the census's order, and those of a study's own by alphabet.

    Of one measure if it is given, where the dimensions of ``fixed`` are broken down too. Empty if the results do not have
    the dimension.
    """
    from simulation.census.dimensions import DIMENSIONS

    if dimension not in dimensions(db):
        return []
    sql = f"SELECT DISTINCT {dimension} FROM {table} WHERE breakdown = ?"
    arguments = [breakdown({dimension, *fixed})]
    if measure is not None:
        sql, arguments = f"{sql} AND measure = ?", [*arguments, measure]
    found = {row[0] for row in db.execute(sql, arguments).fetchall()}
    known = DIMENSIONS.get(dimension, ())
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
