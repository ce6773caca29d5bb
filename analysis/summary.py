"""The table that closes a run: a few measures at the start, in the middle and at the end, scenario by scenario."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from analysis.select import select
from analysis.show import number
from simulation.vocabulary import school_year

if TYPE_CHECKING:
    import duckdb


@dataclass(frozen=True)
class Line:
    """One line of the table."""

    label: str
    measure: str
    unit: str
    where: Mapping[str, str] = field(default_factory=dict)


def _retention(phase: str, years: int) -> Line:
    where = {"role": "head", "phase": phase, "years": str(years)}
    spelt = f"New {phase} heads still heads after {years} year{'s' if years > 1 else ''}"
    return Line(spelt, "retention_new_to_post", "share", where)


HEAD = {"role": "head"}
LINES = (
    Line("Teachers and leaders, people", "headcount", "people"),
    Line("Teachers and leaders, full-time equivalents", "fte", "FTE"),
    Line("Heads, people", "headcount", "people", HEAD),
    Line("Head posts vacant on census day", "posts_vacant", "posts", HEAD),
    Line("Head posts covered by an acting head", "posts_acting", "posts", HEAD),
    Line("Head posts advertised again", "posts_readvertised", "share", HEAD),
    Line("Teachers who leave in a year (FTE)", "leaver_rate", "share"),
    *(_retention(phase, years) for phase in ("primary", "secondary") for years in (1, 3, 5)),
)
"""What the table shows: measures of the census by name."""

LEVEL = 90
"""Central interval of runs shown beside the mean, in per cent."""
FEWEST_FOR_LEVEL = 10
"""With fewer runs the interval is that of all runs: quantiles of so few say nothing."""


def records(db: duckdb.DuckDBPyConnection, manifest: Mapping[str, Any]) -> list[dict[str, Any]]:
    """A record per line, scenario and year: mean, interval over replicates and number of replicates.

    Years in which a measure has no value (a cohort too young to be followed) are left out.
    """
    found = []
    for line in LINES:
        for scenario in manifest["scenarios"]:
            tail = (1 - LEVEL / 100) / 2 if scenario["replicates"] >= FEWEST_FOR_LEVEL else 0.0
            first, last = scenario["base_year"], scenario["base_year"] + scenario["years"]
            sql, arguments = select(db, line.measure, line.where, "year, value", scenario["name"])
            rows = db.execute(
                f"SELECT year, avg(value), quantile_cont(value, {tail}), quantile_cont(value, {1 - tail}), count(*) "
                f"FROM ({sql}) WHERE year IN (?, ?, ?) GROUP BY year ORDER BY year",
                [*arguments, first, (first + last) // 2, last],
            ).fetchall()
            found += [
                {
                    "scenario": scenario["name"], "line": line.label, "measure": line.measure, **line.where,
                    "unit": line.unit, "school_year": school_year(year),
                    "mean": mean, "low": low, "high": high, "replicates": runs,
                }
                for year, mean, low, high, runs in rows
            ]  # fmt: skip
    return found


def layout(found: list[dict[str, Any]], manifest: Mapping[str, Any]) -> tuple[list[dict[str, Any]], dict[str, str]]:
    """The records as a table to read: a line each, a column for each scenario and year. Returns rows and headings."""
    names = [s["name"] for s in manifest["scenarios"]]
    headings = {"line": ""}
    rows: dict[str, dict[str, Any]] = {}
    for record in found:
        key = f"{record['scenario']} {record['school_year']}"
        headings[key] = record["school_year"] if len(names) == 1 else f"{record['school_year']}\n{record['scenario']}"
        text = number(record["mean"], record["unit"])
        if record["replicates"] > 1:
            text += f"{' ' if len(names) == 1 else chr(10)}({number(record['low'], record['unit'])} to {number(record['high'], record['unit'])})"
        rows.setdefault(record["line"], {"line": record["line"]})[key] = text
    ordered = {k: h for k, h in headings.items() if k == "line"}
    ordered |= {k: headings[k] for name in names for k in sorted(headings) if k.startswith(f"{name} ")}
    return list(rows.values()), ordered
