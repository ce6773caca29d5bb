"""The table that closes a run: a few measures at the start, in the middle and at the end, scenario by scenario."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from analysis.figures.estimates import tails
from analysis.figures.lines import Line, shown_in
from analysis.figures.rounding import interval, number
from analysis.figures.tables import Table, columns
from analysis.store.select import labels_of, select
from simulation.vocabulary import school_year

if TYPE_CHECKING:
    import duckdb


def lines_of(programmes: Iterable[str]) -> list[Line]:
    """The lines of the table: those of every run, and how many each programme reaches and what it costs."""
    of_each = shown_in("programmes of a run")
    return [*shown_in("table of a run"), *(line.of("programme", name) for name in programmes for line in of_each)]


def records(db: duckdb.DuckDBPyConnection, manifest: Mapping[str, Any]) -> list[dict[str, Any]]:
    """A record per line, scenario and year: mean, interval over replicates and number of replicates.

    Years in which a measure has no value (a cohort too young to be followed) are left out.
    """
    found = []
    for line in lines_of(labels_of(db, "programme")):
        for scenario in manifest["scenarios"]:
            runs = db.execute("SELECT count(*) FROM runs WHERE scenario = ?", [scenario["name"]]).fetchone()[0]  # type: ignore[index]
            low_end, high_end = tails(runs)
            first, last = scenario["base_year"], scenario["base_year"] + scenario["years"]
            sql, arguments = select(db, line.measure, dict(line.where), "year, value", scenario["name"])
            rows = db.execute(
                f"SELECT year, avg(value), quantile_cont(value, {low_end}), quantile_cont(value, {high_end}), count(*) "
                f"FROM ({sql}) WHERE year IN (?, ?, ?) GROUP BY year ORDER BY year",
                [*arguments, first, (first + last) // 2, last],
            ).fetchall()
            about = {"scenario": scenario["name"], "line": line.long, "measure": line.measure, **dict(line.where)}
            found += [
                {**about, "unit": line.unit, "school_year": school_year(year)}
                | {"mean": mean, "low": low, "high": high, "replicates": count}
                for year, mean, low, high, count in rows
            ]
    return found


def table(found: Sequence[dict[str, Any]], manifest: Mapping[str, Any], title: str = "", note: str = "") -> Table:
    """The records as a table to read: a row for each line and scenario, a column a year.

    The last column has the interval over replicates in the scenario's last year.
    """
    several = len(manifest["scenarios"]) > 1
    rows: dict[tuple[str, str], dict[str, str]] = {}
    for record in found:
        name = record["scenario"]
        first = not any(line == record["line"] for line, _ in rows)
        row = rows.setdefault((record["line"], name), {"line": record["line"] if first else "", "scenario": name})
        row[record["school_year"]] = number(record["mean"], record["unit"])
        row["range"] = interval(record["low"], record["high"], record["unit"])  # the last year's is what stays
    words = {"line": "", "scenario": "Scenario"} if several else {"line": ""}
    years = {year: year for year in sorted({r["school_year"] for r in found})}
    ranges = {}
    if any(r["replicates"] > 1 for r in found):
        last = {school_year(s["base_year"] + s["years"]) for s in manifest["scenarios"]}
        ranges["range"] = f"range in {last.pop()}" if len(last) == 1 else "range in last year"
    numeric = {**years, **ranges}
    return Table(title, columns({**words, **numeric}, numeric), list(rows.values()), found, note)
