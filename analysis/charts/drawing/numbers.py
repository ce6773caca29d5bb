"""Numbers of a chart, counted together in SQL: how a figure lies over the runs of a scenario."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from analysis.figures.rounding import SHARE_UNITS
from analysis.store.record import breakdown
from analysis.store.select import dimensions

if TYPE_CHECKING:
    from analysis.charts.drawing.source import Source

LEVELS = (90, 60, 30)
"""Central intervals, in per cent of runs, widest first."""
FEWEST = 10
"""Below this many runs, quantiles say little: the interval is that of all runs."""


@dataclass(frozen=True)
class Spread:
    """How one figure lies over runs."""

    labels: tuple[str, ...]
    """Along the dimensions that were asked for."""
    middle: float
    low: float
    """Lower end of the central 90% of runs; of all runs if there are fewer than :data:`FEWEST`."""
    high: float
    runs: int


POOLED = "sum(value * base) / nullif(sum(base), 0)"
"""A rate or mean of several years: the amounts of all over what they are out of."""
YEARLY = "avg(value)"
"""A count of several years: its mean in a year."""
CASES = "sum(value * base) / count(DISTINCT year)"
"""Cases of a rate: their mean number in a year."""


def spreads(
    source: Source, scenario: str, measure: str, by: Sequence[str], how: str, years: tuple[int, int],
    where: Mapping[str, str] | None = None,
) -> list[Spread]:  # fmt: skip
    """A figure for each label of ``by``, over the years of each run together; ``how`` is one of the constants above.

    Empty if the results do not have these dimensions or this measure.
    """
    if source.db is None:
        return []
    where = dict(where or {})
    if not {*by, *where} <= set(dimensions(source.db)):
        return []
    tests = ["measure = ?", "breakdown = ?", *(f"{d} = ?" for d in where)]
    columns = "".join(f"{d}, " for d in by)
    sql = (
        f"SELECT {columns} median(figure), quantile_cont(figure, 0.05), quantile_cont(figure, 0.95), min(figure), "
        f"max(figure), count(figure) FROM (SELECT {columns} replicate, {how} AS figure FROM {source.table} "
        f"WHERE {' AND '.join(tests)} AND scenario = ? AND year BETWEEN ? AND ? AND value IS NOT NULL "
        f"GROUP BY {columns} replicate) GROUP BY ALL HAVING count(figure) > 0 ORDER BY ALL"
    )
    arguments = [measure, breakdown((*by, *where)), *where.values(), scenario, *years]
    found = []
    for row in source.db.execute(sql, arguments).fetchall():
        middle, low, high, least, most, runs = row[len(by) :]
        few = runs < FEWEST
        found.append(Spread(tuple(row[: len(by)]), middle, least if few else low, most if few else high, runs))
    return found


def round_step(least: float, factors: Sequence[float] = (1, 2, 5, 10)) -> float:
    """The smallest round number, one of ``factors`` times a power of ten, that is not below ``least``, a positive number."""
    power = 10.0 ** math.floor(math.log10(least))
    return next(factor * power for factor in factors if factor * power >= least * 0.999)


def span(low: float, high: float, unit: str) -> str:
    """An interval for reading, rounded to what its width allows: ``155 to 231``, ``8.1% to 9.0%``, ``36% to 44%``."""
    factor, end = (100.0, "%") if unit in SHARE_UNITS else (1.0, "")
    digits = 0 if high - low >= 0.02 and end else 1 if end or abs(high) < 10 else 0
    before = "£" if unit == "GBP" else ""
    ends = [f"{before}{factor * v:,.{digits}f}{end}" for v in (low, high)]
    return ends[0] if ends[0] == ends[1] else " to ".join(ends)


def how_read(runs: int, what: str = "Bars") -> str:
    """What the ends of an interval over runs are."""
    if runs == 1:
        return "One run: chance alone would give other figures."
    if runs < FEWEST:
        return f"{what} span all {runs} runs, which differ by chance alone."
    return f"{what} hold 90% of {runs:,} runs, which differ by chance alone."


def listed(words: Sequence[str]) -> str:
    """``a, b and c``."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}" if words else ""
