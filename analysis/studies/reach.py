"""Who gets a programme: who starts on it, by role, phase, disadvantage and region, and places that stay empty."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from analysis.figures.lines import Line, shown_in
from analysis.figures.rounding import NONE, percent, shown, step
from analysis.figures.tables import Table, columns
from analysis.figures.words import capital, role_words, said, within
from analysis.studies.compare.summing import Cell, values

BY = ("role", "phase", "disadvantage", "region")
EMPTY = "programme_places_empty"
Totals = Callable[[str, Line], np.ndarray]
"""Of a scenario, by name, and a line: a number for each run that has one, over all projected years."""


@dataclass(frozen=True)
class Runs:
    """A scenario that runs programmes."""

    title: str
    programmes: Mapping[str, str]
    """Their titles, by name."""


def titles(names: Iterable[str], resolved: Mapping[str, Any]) -> dict[str, str]:
    """Titles of the programmes of these names in a scenario as it was resolved, by name; the name of one that is made in Python."""
    known = resolved.get("programmes", {})
    return {name: known[name]["title"] if name in known else name for name in names}


def lines_of(programme: str, labels: Callable[[str], Sequence[str]], by: Sequence[str] = BY) -> dict[str, Line]:
    """What is told of one programme, by its label: all who start, those of each kind, and places that stay empty.

    ``labels`` are those along a dimension.
    """
    starts, of_role, empty = (line.of("programme", programme) for line in shown_in("who gets programmes"))
    found = {"Start": starts}
    for dimension in by:
        line = of_role if dimension == "role" else starts
        found |= {_words(dimension, label): line.of(dimension, label) for label in labels(dimension)}
    return {**found, "Places that stay empty": empty}


def _words(dimension: str, label: str) -> str:
    if dimension == "region":
        return label
    if dimension == "disadvantage":
        return f"{capital(within(label))} of schools"
    return capital(role_words(label) if dimension == "role" else said(dimension, label))


def table(
    period: str, scenarios: Mapping[str, Runs], lines: Mapping[str, Mapping[str, Line]], totals: Totals
) -> Table | None:
    """Who gets each programme in each scenario that runs it, by the scenario's name; None if nobody does.

    ``lines`` are those of :func:`lines_of`, by programme.
    """
    running = {name: runs for name, runs in scenarios.items() if runs.programmes}
    rows, records = [], []
    for programme, told in lines.items():
        title = next(runs.programmes[programme] for runs in running.values() if programme in runs.programmes)
        for number, (label, line) in enumerate(told.items()):
            cells, made = _row(programme, running, told["Start"], line, totals)
            if number == 0 or any(made.values()) or (made and line.measure == EMPTY):
                words = f"{title}: start" if number == 0 else f"  {label}"
                rows.append({"figure": words, "full": "" if number == 0 else f"{title}: {label}", **cells})
                records += [
                    {"programme": programme, "figure": line.name, "scenario": n, "mean": m} for n, m in made.items()
                ]
    if not rows:
        return None
    headings = {"figure": "Who gets it", **{name: runs.title for name, runs in running.items()}}
    note = f"{period}, all years together, mean over runs; in brackets the share of all who start."
    return Table("Who gets programmes", columns(headings, running), rows, records, note)


def _row(
    programme: str, running: Mapping[str, Runs], starts: Line, line: Line, totals: Totals
) -> tuple[dict[str, str], dict[str, float]]:
    """One line in every scenario: as text, and as a number."""
    cells, numbers = dict.fromkeys(running, NONE), {}
    for name, runs in running.items():
        found = totals(name, line) if programme in runs.programmes else np.empty(0)
        if not len(found):
            continue
        mean, whole = float(found.mean()), float(totals(name, starts).mean())
        error = float(found.std(ddof=1) / len(found) ** 0.5) if len(found) > 1 else 0.0
        cells[name], numbers[name] = shown(mean, step(error, line.unit, abs(mean)), line.unit), mean
        if line.measure != EMPTY and line is not starts and whole > 0:
            cells[name] += f" ({percent(round(mean / whole, 2))})"
    return cells, numbers


def totals_of(names: Sequence[str], lines: Sequence[Line], years: Sequence[int], arms: np.ndarray) -> Totals:
    """Totals from figures of scenarios × runs × lines × ``years``, the base year first, × 2."""

    def totals(name: str, line: Line) -> np.ndarray:
        of = arms[names.index(name)][:, [list(lines).index(line)], 1:]
        found = values(of, [line], list(years)[1:], [Cell(0, None)])[:, 0]
        return found[~np.isnan(found)]

    return totals
