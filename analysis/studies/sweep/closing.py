"""The table that closes a sweep: each headline measure in the last year, by scenario and combination of levers."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from analysis.figures.estimates import components
from analysis.figures.lines import Line
from analysis.figures.naming import naming_of, speaking, system_of
from analysis.figures.rounding import number, two_digits
from analysis.figures.tables import Table, columns
from analysis.store.select import dimensions, select
from analysis.studies.run import lines_of
from simulation.vocabulary import school_year

if TYPE_CHECKING:
    import duckdb

    from analysis.store import Store
    from scenarios.sweeps.design import Design

MOST_ROWS = 60
"""Rows that are printed; all of them are in the JSON."""


def records(store: Store, design: Design) -> list[dict[str, Any]]:
    """A record per headline measure that was kept, scenario and combination of levers.

    Chance and parameters are kept apart, see :func:`~analysis.figures.estimates.components`. Draws of which replicates are missing
    are left out.
    """
    programmes = sorted({p.name for scenario in design.scenarios for p in scenario.programmes})
    found = []
    systems = [system_of(scenario.structure, scenario.resolved()) for scenario in design.scenarios]
    with store.connect() as db, speaking(naming_of(*systems)):
        there = dimensions(db)
        for line in lines_of(programmes):
            if not {d for d, _ in line.where} <= set(there):
                continue
            for scenario in design.scenarios:
                last = scenario.base_year + scenario.years
                for lever_point, values in _tables(db, line, design, scenario.name, last).items():
                    spread = components(values)
                    found.append(
                        {
                            "line": line.long, "measure": line.measure, **dict(line.where), "unit": line.unit,
                            "school_year": school_year(last), "scenario": scenario.name,
                            **{s.factor.column: s.value for s in design.settings(lever_point)[: len(design.levers)]},
                            "mean": spread.mean, "monte_carlo_error": spread.monte_carlo_error,
                            "parameter_spread": spread.parameter_spread, "draws": spread.draws,
                            "replicates": spread.replicates,
                        }
                    )  # fmt: skip
    return found


def _tables(
    db: duckdb.DuckDBPyConnection, line: Line, design: Design, scenario: str, year: int
) -> dict[int, np.ndarray]:
    """For each combination of levers, the values of complete draws, shape (draws, replicates)."""
    sql, arguments = select(db, line.measure, dict(line.where), "point, replicate, year, value", scenario)
    rows = db.execute(f"SELECT point, replicate, value FROM ({sql}) WHERE year = ?", [*arguments, year]).fetchnumpy()
    points, replicates = np.asarray(rows["point"], np.int64), np.asarray(rows["replicate"], np.int64)
    table = np.full((design.lever_points, design.draws, design.replicates), math.nan)
    table[points % design.lever_points, points // design.lever_points, replicates] = np.asarray(rows["value"])
    whole = {i: values[np.isfinite(values).all(axis=1)] for i, values in enumerate(table)}
    return {i: values for i, values in whole.items() if len(values)}


def table(found: list[dict[str, Any]], design: Design, stamp: str = "") -> Table:
    """The first records for reading, all of them as they are, and how to read them."""
    levers = [factor.column for factor in design.levers]
    rows, before = [], ""
    for record in found[:MOST_ROWS]:
        line, unit = record["line"], record["unit"]
        rows.append(
            {
                "line": line if line != before else "",
                "scenario": record["scenario"],
                **{lever: _plain(record[lever]) for lever in levers},
                "mean": number(record["mean"], unit),
                "error": _small(record["monte_carlo_error"], unit),
                "spread": _small(record["parameter_spread"], unit),
            }
        )
        before = line
    year = f" in {found[0]['school_year']}" if len({r["school_year"] for r in found}) == 1 else ""
    words = {"line": "", **({"scenario": "Scenario"} if len(design.scenarios) > 1 else {})}
    numbers = {**{lever: _short(lever) for lever in levers}, "mean": f"Mean{year}"}
    if design.replicates > 1:
        numbers["error"] = "Monte Carlo error"
    if design.draws > 1 and design.replicates > 1:
        numbers["spread"] = "Spread over draws"
    headings = columns({**words, **numbers} if found else {"line": ""}, numbers)
    return Table(design.title, headings, rows, found, note(found, design, stamp))


def _short(lever: str) -> str:
    """A path without what the title of the sweep tells anyway: ``places.number`` for a programme's."""
    return lever.split(".", maxsplit=2)[2] if lever.startswith("programmes.") else lever


def _plain(value: float | str) -> str:
    return f"{value:.6g}" if isinstance(value, float) else str(value)


def _small(value: float | None, unit: str) -> str:
    return "" if value is None else two_digits(value, unit)


def note(found: list[dict[str, Any]], design: Design, stamp: str) -> str:
    """How to read the table."""
    parts = [
        f"{design.lever_points:,} combinations of levers" if design.levers else "",
        f"{design.draws:,} parameter draws" if design.uncertainties else "",
        f"{design.replicates:,} replicates",
        f"{len(design.scenarios):,} scenarios" if len(design.scenarios) > 1 else "",
    ]
    text = f"{' × '.join(part for part in parts if part)}."
    if design.replicates > 1:
        text += (
            " Monte Carlo error: standard error of the mean over replicates, smaller with more of them. They differ by chance and, "
            "unless the sweep was --fixed, by draws of what the design does not set."
        )
    if design.uncertainties and design.replicates > 1:
        text += " Spread over draws: standard deviation from not knowing the parameters, which more runs do not reduce."
    elif design.uncertainties:
        text += " One replicate cannot tell chance from parameters."
    if len(found) > MOST_ROWS:
        text += f" {len(found) - MOST_ROWS:,} more rows: --json has them all."
    return f"{text}\n{stamp}" if stamp else text
