"""A comparison of scenarios whose runs are in a folder already: the same statistics, with nothing run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from analysis.comparison.asking import headlines
from analysis.comparison.headline import Line
from analysis.comparison.study import LEVEL, Asked, Comparison, Found, sum_up
from analysis.errors import UserError
from analysis.runstore.record import Told
from analysis.select import dimensions

if TYPE_CHECKING:
    import duckdb

    from analysis.runstore import Store

SHARED = ("seed", "base_year", "years", "warm_up_years", "scale", "register_digest")
"""What scenarios must have in common, in the manifest, for their runs to be pairs."""


@dataclass(frozen=True)
class Side:
    """A base or a policy, as far as a comparison needs to know it."""

    name: str
    title: str
    seed: int


def stored(
    db: duckdb.DuckDBPyConnection, manifest: Mapping[str, Any], lines: Sequence[Line], *, base: str | None = None,
    level: float = LEVEL, all_years: bool = False, table: str = "results",
) -> Comparison | None:  # fmt: skip
    """Hold the scenarios of a folder against ``base`` (the first one if not given), replicate by replicate.

    ``table`` is where to read the rows, for a connection that holds an extract. Scenarios that differ from the base in seed, years, scale or schools are left out. None if no policy has a
    replicate in which the base finished too, or if no run has any of the figures. Raise :exc:`KeyError` for a base
    that the manifest does not have.
    """
    known = {s["name"]: s for s in manifest.get("scenarios", [])}
    if not known:
        return None
    first = known[base if base is not None else next(iter(known))]
    others = [s for s in known.values() if s is not first and all(s.get(k) == first.get(k) for k in SHARED)]
    digests = {(s, r): d for s, r, d in db.execute("SELECT scenario, replicate, digest FROM runs").fetchall()}
    ran = {name for name, _ in digests}
    arms = [first, *(s for s in others if s["name"] in ran)]
    runs = sorted({r for name, r in digests if name == first["name"]})
    arms = [first, *(s for s in arms[1:] if any((s["name"], r) in digests for r in runs))]
    if len(arms) < 2:
        return None
    years = list(range(first["base_year"], first["base_year"] + first["years"] + 1))
    names = [s["name"] for s in arms]
    figures = figures_of(db, lines, names, runs, years, table)
    has = ~np.isnan(figures[:, :, :, 1:, 0]).all(axis=(0, 1, 3))
    kept = [line for line, some in zip(lines, has, strict=True) if some]
    if not kept:
        return None
    found = Found(list(figures[:, :, has]), [[digests.get((n, r), "") for n in names] for r in runs], [])
    sides = [Side(s["name"], s["title"], s.get("seed", 1)) for s in arms]
    return sum_up(sides, years, kept, None, Asked(level=level, all_years=all_years), found)


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
    sides = [Side(s["name"], s["title"], s["seed"]) for s in manifest["scenarios"]]
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
    db: duckdb.DuckDBPyConnection, lines: Sequence[Line], names: Sequence[str], runs: Sequence[int],
    years: Sequence[int], table: str = "results",
) -> np.ndarray:  # fmt: skip
    """Values, and what they are out of: runs × scenarios × lines × years × 2. One query for all lines."""
    shape = (len(runs), len(names), len(lines), len(years), 2)
    figures, there = np.full(shape, np.nan), dimensions(db)
    possible = [(i, line) for i, line in enumerate(lines) if {d for d, _ in line.where} <= set(there)]
    if not possible:
        return figures
    db.execute(
        f"CREATE OR REPLACE TEMP TABLE asked (line INTEGER, measure VARCHAR, {', '.join(f'{d} VARCHAR' for d in there)})"
    )
    db.executemany(
        f"INSERT INTO asked VALUES (?, ?, {', '.join('?' * len(there))})",
        [[i, line.measure, *(dict(line.where).get(d) for d in there)] for i, line in possible],
    )
    measures = sorted({line.measure for _, line in possible})
    rows = db.execute(
        f"SELECT a.line, r.scenario, r.replicate, r.year, r.value, r.base FROM {table} r JOIN asked a ON r.measure = a.measure "
        f"AND {' AND '.join(f'r.{d} IS NOT DISTINCT FROM a.{d}' for d in there)} "
        f"WHERE r.measure IN ({', '.join('?' * len(measures))}) AND r.year BETWEEN ? AND ?",
        [*measures, years[0], years[-1]],
    ).fetchnumpy()  # fmt: skip
    at_name, at_run = {n: i for i, n in enumerate(names)}, {r: i for i, r in enumerate(runs)}
    scenario = np.array([at_name.get(n, -1) for n in rows["scenario"]], int)
    run = np.array([at_run.get(r, -1) for r in rows["replicate"]], int)
    mine = (scenario >= 0) & (run >= 0)
    place = (run[mine], scenario[mine], np.asarray(rows["line"])[mine], np.asarray(rows["year"])[mine] - years[0])
    for k, column in enumerate(("value", "base")):
        figures[(*place, k)] = np.ma.filled(np.ma.asarray(rows[column], float), np.nan)[mine]
    return figures
