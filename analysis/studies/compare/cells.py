"""From the rows of runs to the cells of a comparison: a number per replicate for each line and each year, or all years."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from analysis.figures.lines import Line, Over

if TYPE_CHECKING:
    from analysis.store import Rows


def figures(rows: Rows, lines: Sequence[Line], years: Sequence[int]) -> np.ndarray:
    """Values, and what they are out of, of a run: lines × years × 2, NaN for what the run does not have."""
    found = np.full((len(lines), len(years), 2), np.nan)
    measure, year = rows.columns["measure"], rows.columns["year"]
    dimensions = [name for name in rows.labels if name != "measure"]
    for i, line in enumerate(lines):
        where = dict(line.where)
        if line.measure not in rows.labels["measure"] or any(w not in rows.labels[d] for d, w in where.items()):
            continue
        mine = np.flatnonzero(measure == rows.labels["measure"].index(line.measure))
        for d in dimensions:
            code = rows.labels[d].index(where[d]) if d in where else -1
            mine = mine[rows.columns[d][mine] == code]
        at = np.searchsorted(years, year[mine])
        inside = (at < len(years)) & (np.asarray(years)[np.minimum(at, len(years) - 1)] == year[mine])
        found[i, at[inside], 0] = rows.columns["value"][mine[inside]]
        found[i, at[inside], 1] = rows.columns["base"][mine[inside]]
    return found


@dataclass(frozen=True)
class Cell:
    """One figure of the table."""

    line: int
    """Number of the line."""
    year: int | None
    """School year, by the calendar year in which it starts; None for all years together."""


def values(
    figures_of_runs: np.ndarray, lines: Sequence[Line], years: Sequence[int], cells: Sequence[Cell]
) -> np.ndarray:
    """A number per run and cell, from figures of runs × lines × years × 2; NaN for what a run does not have."""
    found = np.empty((len(figures_of_runs), len(cells)))
    for number, cell in enumerate(cells):
        line, figure = lines[cell.line], figures_of_runs[:, cell.line]
        value, base = figure[..., 0], figure[..., 1]
        if line.cases:
            value = np.rint(value * base)
        if cell.year is not None:
            found[:, number] = value[:, years.index(cell.year)]
        elif line.over is Over.SUM:
            found[:, number] = value.sum(axis=1)
        elif line.over is Over.MEAN:
            found[:, number] = value.mean(axis=1)
        else:
            known = ~np.isnan(value)
            weight = np.where(known, base, 0.0).sum(axis=1)
            amount = np.where(known, value * base, 0.0).sum(axis=1)
            found[:, number] = np.divide(amount, weight, out=np.full(len(value), np.nan), where=weight > 0)
    return found


def with_zeros(figures_of_arms: np.ndarray, counts: Sequence[bool], finished: np.ndarray) -> np.ndarray:
    """Figures of arms × runs × lines × years × 2 in which a count that only some runs report is 0 in the others.

    A programme's costs, say: a run without the programme does not report them. ``finished`` says which runs (arms ×
    runs) came to their end; the others stay NaN.
    """
    filled = figures_of_arms.copy()
    for line, is_count in enumerate(counts):
        value = filled[:, :, line, :, 0]
        if is_count and not np.isnan(value).all():
            value[np.isnan(value) & finished[:, :, None]] = 0.0
    return filled
