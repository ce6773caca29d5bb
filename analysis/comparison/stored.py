"""A comparison from a folder of results: the first scenario is the base, every other is held against it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from analysis.comparison.asking import headlines
from analysis.comparison.headline import Line
from analysis.comparison.study import Asked, Comparison, Found, sum_up
from analysis.errors import UserError
from analysis.runstore.record import Told
from analysis.select import dimensions, select

if TYPE_CHECKING:
    import duckdb

    from analysis.runstore import Store

SHARED = ("base_year", "years", "warm_up_years", "scale", "seed", "register_digest")
"""What scenarios of a manifest must share before their runs are paired; see :mod:`analysis.comparison.pairing`."""


@dataclass(frozen=True)
class Kept:
    """A scenario of a manifest."""

    name: str
    title: str
    seed: int


def unlike(manifest: Mapping[str, Any]) -> str | None:
    """Why the scenarios of a manifest cannot be compared run by run; None if they can."""
    described = manifest["scenarios"]
    if len(described) < 2:
        return "there is one scenario only"
    first = described[0]
    for other in described[1:]:
        for name in SHARED:
            if first.get(name) != other.get(name):
                return f"{first['name']} and {other['name']} differ in {name.replace('_', ' ')}"
    return None


def from_store(
    store: Store, lines: Sequence[Line] | None = None, *, all_years: bool = False, level: float = 0.9,
    db: duckdb.DuckDBPyConnection | None = None,
) -> Comparison:  # fmt: skip
    """Compare the scenarios of a folder from the runs that it holds; the headlines unless ``lines`` says otherwise.

    Runs that are missing count as runs that did not come to their end. Raise :exc:`UserError` for scenarios that cannot
    be paired, for a design, and if no pair is there.
    """
    manifest = store.manifest
    if why := unlike(manifest):
        raise UserError(str(store.folder), f"nothing to compare: {why}")
    if any(point is not None for _, point, _ in store.expected.values()):
        raise UserError(
            str(store.folder), "this is a design with many points", "Take what you need with: headway export"
        )
    sides = [Kept(s["name"], s["title"], s["seed"]) for s in manifest["scenarios"]]
    base_year, count = manifest["scenarios"][0]["base_year"], manifest["scenarios"][0]["years"]
    years = list(range(base_year, base_year + count + 1))
    digests = {(r["scenario"], r["replicate"]): r["digest"] for r in store.records().values()}
    replicates = sorted({replicate for _, _, replicate in store.expected.values()})
    chosen = list(headlines() if lines is None else lines)
    connection = db or store.connect()
    try:
        figures = figures_of(connection, chosen, [s.name for s in sides], replicates, years)
    finally:
        if db is None:
            connection.close()
    known = [[digests.get((s.name, r), "") for s in sides] for r in replicates]
    failures = {(f.scenario, f.replicate): Told(f.type, f.message, f.traceback) for f in store.failed().values()}
    left_out = [
        (s.name, r, failures.get((s.name, r), Told("Missing", "this run is not there yet", "")))
        for r, of_run in zip(replicates, known, strict=True)
        for s, digest in zip(sides, of_run, strict=True)
        if not digest
    ]
    asked = Asked(all_years=all_years, level=level)
    return sum_up(sides, years, chosen, None, asked, Found(list(figures), known, left_out))


def figures_of(
    db: duckdb.DuckDBPyConnection, lines: Sequence[Line], names: Sequence[str], replicates: Sequence[int],
    years: Sequence[int],
) -> np.ndarray:  # fmt: skip
    """Values, and what they are out of, of replicates × scenarios × lines × years × 2; NaN for what is not there."""
    found = np.full((len(replicates), len(names), len(lines), len(years), 2), np.nan)
    there, place = set(dimensions(db)), {name: i for i, name in enumerate(names)}
    for i, line in enumerate(lines):
        where = dict(line.where)
        if not set(where) <= there:
            continue
        sql, arguments = select(db, line.measure, where, "replicate, scenario, year, value, base")
        rows = db.execute(sql, arguments).fetchnumpy()
        year = np.asarray(rows["year"])
        at = np.searchsorted(years, year)
        inside = (at < len(years)) & (np.asarray(years)[np.minimum(at, len(years) - 1)] == year)
        run = np.searchsorted(replicates, np.asarray(rows["replicate"])[inside])
        scenario = np.array([place[name] for name in rows["scenario"][inside]], dtype=int)
        for part, column in enumerate(("value", "base")):
            found[run, scenario, i, at[inside], part] = np.ma.filled(np.ma.asarray(rows[column], float), np.nan)[inside]
    return found
