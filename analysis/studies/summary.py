"""The table that closes a run: a few measures at the start, in the middle and at the end, scenario by scenario."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from analysis.figures.numbers import number
from analysis.store.select import select
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
    spelt = f"New {phase} heads, still heads after {years} year{'s' if years > 1 else ''}"
    return Line(spelt, "retention_new_to_post", "share", where)


HEAD = {"role": "head"}
LINES = (
    Line("Teachers and leaders, people", "headcount", "people"),
    Line("Teachers and leaders, FTE", "fte", "FTE"),
    Line("Heads, people", "headcount", "people", HEAD),
    Line("Head posts vacant on census day", "posts_vacant", "posts", HEAD),
    Line("Head posts covered by an acting head", "posts_acting", "posts", HEAD),
    Line("Head posts advertised again", "posts_readvertised", "share", HEAD),
    Line("Teachers who leave in a year (FTE)", "leaver_rate", "share"),
    *(_retention(phase, years) for phase in ("primary", "secondary") for years in (1, 3, 5)),
)
"""What the table shows: measures of the census by name."""


def lines_of(programmes: Iterable[str]) -> list[Line]:
    """:data:`LINES`, and how many each programme reaches and what it costs."""
    found = [
        line
        for name in programmes
        for line in (
            Line(f"On {name}", "programme_participants", "participants", {"programme": name}),
            Line(f"Cost of {name} in the year", "programme_costs", "GBP", {"programme": name}),
        )
    ]
    return [*LINES, *found]


def _lines(db: duckdb.DuckDBPyConnection) -> list[Line]:
    """The lines that results have."""
    from analysis.store.select import labels_of

    return lines_of(labels_of(db, "programme"))


LEVEL = 90
"""Central interval of runs shown beside the mean, in per cent."""
FEWEST_FOR_LEVEL = 10
"""With fewer runs the interval is that of all runs: quantiles of so few say nothing."""


def records(db: duckdb.DuckDBPyConnection, manifest: Mapping[str, Any]) -> list[dict[str, Any]]:
    """A record per line, scenario and year: mean, interval over replicates and number of replicates.

    Years in which a measure has no value (a cohort too young to be followed) are left out.
    """
    found = []
    for line in _lines(db):
        for scenario in manifest["scenarios"]:
            runs = db.execute("SELECT count(*) FROM runs WHERE scenario = ?", [scenario["name"]]).fetchone()[0]  # type: ignore[index]
            tail = (1 - LEVEL / 100) / 2 if runs >= FEWEST_FOR_LEVEL else 0.0
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
                    "mean": mean, "low": low, "high": high, "replicates": count,
                }
                for year, mean, low, high, count in rows
            ]  # fmt: skip
    return found


def layout(found: list[dict[str, Any]], manifest: Mapping[str, Any]) -> tuple[list[dict[str, Any]], dict[str, str]]:
    """The records as a table to read: a row for each line and scenario, a column a year. Returns rows and headings.

    The last column has the interval over replicates in the scenario's last year.
    """
    several = len(manifest["scenarios"]) > 1
    rows: dict[tuple[str, str], dict[str, Any]] = {}
    for record in found:
        name = record["scenario"]
        first = not any(line == record["line"] for line, _ in rows)
        row = rows.setdefault((record["line"], name), {"line": record["line"] if first else "", "scenario": name})
        row[record["school_year"]] = number(record["mean"], record["unit"])
        row["range"] = interval(record["low"], record["high"], record["unit"])  # the last year's is what stays
    headings = {"line": "", "scenario": "Scenario"} if several else {"line": ""}
    headings |= {year: year for year in sorted({r["school_year"] for r in found})}
    if any(r["replicates"] > 1 for r in found):
        last = {school_year(s["base_year"] + s["years"]) for s in manifest["scenarios"]}
        headings["range"] = f"range in {last.pop()}" if len(last) == 1 else "range in last year"
    return list(rows.values()), headings


def interval(low: float, high: float, unit: str) -> str:
    """An interval for reading: ``155 to 231``, ``8.1 to 9.0%``."""
    low_text, high_text = number(low, unit), number(high, unit)
    return high_text if low_text == high_text else f"{low_text.removesuffix('%')} to {high_text}"
