"""A comparison of scenarios whose runs are in a folder already: the same statistics, with nothing run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from analysis.figures.doubt import doubts_in
from analysis.figures.lines import Line
from analysis.store.record import Told, breakdown
from analysis.store.select import dimensions
from analysis.studies.compare.summing import Asked, Comparison, Found, Side, sum_up
from analysis.studies.value import outcomes as money
from scenarios.doubt import draw_of

if TYPE_CHECKING:
    import duckdb

SHARED = ("seed", "base_year", "warm_up_years", "scale", "register_digest")
"""What scenarios must have in common, in the manifest, for their runs to be pairs."""

FAILURES = "SELECT scenario, replicate, type, message, traceback FROM failures"


def stored(
    db: duckdb.DuckDBPyConnection, manifest: Mapping[str, Any], lines: Sequence[Line], table: str = "results",
    all_years: bool = False, until: int | None = None,
) -> Comparison | None:  # fmt: skip
    """Hold the scenarios of a folder against the first, replicate by replicate.

    ``table`` is where to read the rows, for a connection that holds an extract; ``until`` a school year after which nothing
    is looked at. Scenarios that differ from the base in seed, scale or schools are left out, as are those without runs;
    years that one of the others does not have are not looked at. Runs that are not there count as runs that did not come to
    their end. None if no policy has a replicate in which the base finished too, or if no run has any of the figures.
    """
    first, *others = manifest["scenarios"]
    digests = {(s, r): d for s, r, d in db.execute("SELECT scenario, replicate, digest FROM runs").fetchall()}
    runs = sorted({r for _, r in digests} | set(range(first["replicates"])))
    finished = {r for name, r in digests if name == first["name"]}
    alike = [s for s in others if differing(first, s) is None]
    arms = [first, *(s for s in alike if any((s["name"], r) in digests for r in finished))]
    if len(arms) < 2:
        return None
    ends = {s["name"]: s["base_year"] + s["years"] for s in arms}
    last = min(ends.values()) if until is None else min(until, *ends.values())
    years = list(range(first["base_year"], last + 1))
    names = [s["name"] for s in arms]
    figures = figures_of(db, lines, names, runs, years, table)
    if np.isnan(figures[:, :, :, 1:, 0]).all():
        return None
    failures = {(s, r): Told(*told) for s, r, *told in db.execute(FAILURES).fetchall()}
    missing = Told("Missing", "this run is not there yet", "")
    found, doubts = [], doubts_in(arms)
    for r, of_run in zip(runs, figures, strict=True):
        left_out = [(n, r, failures.get((n, r), missing)) for n in names if (n, r) not in digests]
        draw = draw_of(r) if doubts else None
        found.append(Found(of_run, [digests.get((n, r), "") for n in names], left_out, draw))
    sides = [_side(s) for s in arms]
    summed = sum_up(sides, years, list(lines), None, Asked(all_years=all_years), found, doubts)
    paid = money.lines()
    spent = np.moveaxis(figures_of(db, paid, names, runs, years, table), 0, 1)
    summed = replace(summed, accounts=money.accounts(names, spent, paid, years))
    return replace(summed, ends=ends) if len(set(ends.values())) > 1 and until is None else summed


def _side(scenario: Mapping[str, Any]) -> Side:
    resolved, schools = scenario.get("resolved") or {}, scenario.get("schools", 0)
    context, programmes = resolved.get("context", "england"), resolved.get("programmes", {})
    name, title, seed, scale = (scenario[key] for key in ("name", "title", "seed", "scale"))
    return Side(name, title, seed, context, schools, scale, programmes)


def unlike(manifest: Mapping[str, Any]) -> str | None:
    """Why the scenarios of a manifest cannot be compared run by run; None if they can."""
    first, *others = manifest["scenarios"]
    if not others:
        return "there is one scenario only"
    for other in others:
        if name := differing(first, other):
            return f"{first['title']} and {other['title']} differ in {name.replace('_', ' ')}"
    return None


def differing(first: Mapping[str, Any], other: Mapping[str, Any]) -> str | None:
    """What keeps runs of two scenarios of a manifest from being pairs, as the manifest names it; None if nothing does."""
    return next((name for name in SHARED if first.get(name) != other.get(name)), None)


def figures_of(
    db: duckdb.DuckDBPyConnection, lines: Sequence[Line], names: Sequence[str], runs: Sequence[int],
    years: Sequence[int], table: str = "results",
) -> np.ndarray:  # fmt: skip
    """Values, and what they are out of: runs × scenarios × lines × years × 2. One query for all lines.

    ``runs`` are all replicates that there are, in order.
    """
    shape = (len(runs), len(names), len(lines), len(years), 2)
    figures, there = np.full(shape, np.nan), set(dimensions(db))
    possible = [(i, line) for i, line in enumerate(lines) if {d for d, _ in line.where} <= there]
    if not possible:
        return figures
    fixed = sorted({d for _, line in possible for d, _ in line.where})
    broken_down = [breakdown(dict(line.where)) for _, line in possible]
    rows = [
        (i, line.measure, by, *map(dict(line.where).get, fixed))
        for (i, line), by in zip(possible, broken_down, strict=True)
    ]
    db.execute(
        "CREATE OR REPLACE TEMP TABLE asked "
        f"({', '.join(['line INTEGER', *(f'{name} VARCHAR' for name in ('measure', 'breakdown', *fixed))])})"
    )
    db.executemany(f"INSERT INTO asked VALUES ({', '.join('?' * len(rows[0]))})", rows)
    measures = sorted({line.measure for _, line in possible})
    breakdowns = sorted(set(broken_down))
    found = db.execute(
        "SELECT a.line, list_position(?, r.scenario) - 1 AS scenario, r.replicate, r.year, r.value, r.base "
        f"FROM {table} r JOIN asked a ON r.measure = a.measure AND r.breakdown = a.breakdown "
        f"{' '.join(f'AND (a.{d} IS NULL OR r.{d} = a.{d})' for d in fixed)} "
        # Named once more on their own, so that most of the files is skipped.
        f"WHERE r.breakdown IN ({', '.join('?' * len(breakdowns))}) AND r.measure IN ({', '.join('?' * len(measures))}) "
        f"AND r.scenario IN ({', '.join('?' * len(names))}) AND r.year BETWEEN ? AND ?",
        [list(names), *breakdowns, *measures, *names, years[0], years[-1]],
    ).fetchnumpy()
    run = np.searchsorted(runs, found["replicate"])
    place = (run, np.asarray(found["scenario"]), np.asarray(found["line"]), np.asarray(found["year"]) - years[0])
    for k, column in enumerate(("value", "base")):
        figures[(*place, k)] = np.ma.filled(np.ma.asarray(found[column], float), np.nan)
    return figures
