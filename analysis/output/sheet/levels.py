"""How high each figure is, in each scenario and school year, over all runs; and which may not be published."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from analysis.figures.lines import Line
from analysis.figures.numbers import SHARE_UNITS
from analysis.output.sheet.suppress import Sum, hidden
from analysis.studies.compare.cells import Cell, values, with_zeros
from analysis.studies.compare.stored import figures_of
from analysis.studies.summary import FEWEST_FOR_LEVEL, LEVEL

if TYPE_CHECKING:
    import duckdb

PEOPLE = ("people", "FTE", "pupils", "people, schools or clusters")
"""Units of counts that are counts of people, or may be."""
NOT_OF_PEOPLE = frozenset(
    {
        "posts_readvertised", "vacancy_rate", "vacancy_chain_length", "vacancy_chain_lengths", "posts_per_school",
        "fte_per_school", "schools_in_trusts_share", "trust_size", "trust_size_share", "cluster_strength",
        "turnover_of_heads", "leadership_quality", "development_culture", "trust_between_staff_and_leaders",
        "senior_posts_filled_inside_trust", "costs_per_pupil", "pupil_progress", "pupils_per_teacher",
        "turnover_out_of_trust_or_authority",
    }
)  # fmt: skip
"""Shares and means that are out of posts, schools, or pupils of whole schools, and not out of people who work there."""
COSTS = "programme_costs"


@dataclass(frozen=True)
class Levels:
    """Figures of scenarios × runs × lines × years × 2 (value, and what it is out of); years from the base year on."""

    names: list[str]
    lines: list[Line]
    years: list[int]
    arms: np.ndarray
    away: frozenset[tuple[str, str, int]]
    """Scenario, line and year of what may not be published."""

    def of(self, scenario: str, line: Line, year: int | None) -> np.ndarray:
        """A number per run that has one: of a year, or of all projected years together."""
        arm = self.arms[self.names.index(scenario)][:, [self.lines.index(line)]]
        past = 0 if year is not None else 1
        found = values(arm[:, :, past:], [line], self.years[past:], [Cell(0, year)])[:, 0]
        return found[~np.isnan(found)]

    def is_hidden(self, scenario: str, line: Line, year: int | None) -> bool:
        """Whether a figure may not be published; one of all years may only if that of each year may."""
        years = self.years if year is None else [year]
        return any((scenario, line.name, y) in self.away for y in years)

    def range(self, scenario: str, line: Line, year: int | None) -> tuple[float, float, float, float, int]:
        """Mean, its standard error, the ends of the middle 90% of runs (of all of them if there are few), and runs."""
        return spread(self.of(scenario, line, year))


def spread(found: np.ndarray) -> tuple[float, float, float, float, int]:
    """Mean of values, its standard error, the ends of the middle 90% (of all if there are few), and their number."""
    n = len(found)
    if n == 0:
        return np.nan, np.nan, np.nan, np.nan, 0
    error = float(found.std(ddof=1) / n**0.5) if n > 1 else np.nan
    tail = (1 - LEVEL / 100) / 2 if n >= FEWEST_FOR_LEVEL else 0.0
    low, high = np.quantile(found, [tail, 1 - tail])
    return float(found.mean()), error, float(low), float(high), n


def levels(
    db: duckdb.DuckDBPyConnection, manifest: Mapping[str, Any], lines: Sequence[Line], below: int | None
) -> Levels:
    """Read ``lines`` of every scenario of a manifest; ``below`` is the threshold for small counts, if there is one."""
    from simulation.census.measure import Kind, measures

    scenarios = manifest["scenarios"]
    names = [s["name"] for s in scenarios]
    first, last = min(s["base_year"] for s in scenarios), max(s["base_year"] + s["years"] for s in scenarios)
    years = list(range(first, last + 1))
    runs = db.execute("SELECT scenario, replicate FROM runs").fetchall()
    replicates = sorted({replicate for _, replicate in runs})
    chosen = list({line.name: line for line in lines}.values())
    arms = np.moveaxis(figures_of(db, chosen, names, replicates, years), 0, 1)
    done = np.array([[(name, r) in set(runs) for r in replicates] for name in names])
    arms = with_zeros(arms, [measures()[line.measure].kind is Kind.COUNT for line in chosen], done)
    seen = ~np.isnan(arms[..., 0]).all(axis=(0, 1, 3))
    found = Levels(
        names, [line for line, s in zip(chosen, seen, strict=True) if s], years, arms[:, :, seen], frozenset()
    )
    return found if below is None else Levels(found.names, found.lines, years, found.arms, _away(found, below))


def _away(found: Levels, below: int) -> frozenset[tuple[str, str, int]]:
    """What may not be published."""
    counts: dict[Hashable, float] = {}
    unseen: set[Hashable] = set()
    sums: list[Sum] = []
    reveals: dict[tuple[str, str, int], list[Hashable]] = {}
    for scenario in found.names:
        for line in found.lines:
            for year in found.years:
                reveals[scenario, line.name, year] = _cells(found, scenario, line, year, below, counts, sums, unseen)
    sums += _over_dimensions(counts, unseen)
    gone = hidden(counts, sums, below, unseen)
    away = {figure for figure, cells in reveals.items() if any(cell in gone for cell in cells)}
    return frozenset(away | _costs(found, away))


def _cells(
    found: Levels, scenario: str, line: Line, year: int, below: int, counts: dict[Hashable, float], sums: list[Sum],
    unseen: set[Hashable],
) -> list[Hashable]:  # fmt: skip
    """Counts that a figure gives away, noted in ``counts`` and ``sums`` as the mean of runs.

    One that is small in any run goes into ``unseen``: ranges over runs would show it.
    """
    pairs = found.arms[found.names.index(scenario), :, found.lines.index(line), found.years.index(year)]
    value, base = pairs[~np.isnan(pairs[:, 0])].T
    where = tuple(sorted(line.where))
    if not len(value) or line.measure in NOT_OF_PEOPLE:
        return []
    if np.isnan(base).all():
        if line.unit not in PEOPLE:
            return []
        key = (scenario, line.measure, where, year)
        counts[key] = float(value.mean())
        unseen.update([key] if value.min() < below else [])
        cells: list[Hashable] = [key]
    else:
        out_of = (scenario, f"{line.measure} out of", where, year)
        counts[out_of] = float(base.mean())
        unseen.update([out_of] if base.min() < below else [])
        cells = [out_of]
        if line.cases or line.unit in SHARE_UNITS:
            those, others = ((scenario, f"{line.measure} {part}", where, year) for part in ("those", "others"))
            counts[those] = min(float((value * base).mean()), counts[out_of])
            counts[others] = counts[out_of] - counts[those]
            small = [
                k for k, cases in ((those, value * base), (others, (1 - value) * base)) if cases.min() < below - 1e-9
            ]
            unseen.update(small)
            sums.append(Sum(out_of, (those, others)))
            cells += [those, others]
    return cells


def _over_dimensions(counts: dict[Hashable, float], rests: set[Hashable]) -> list[Sum]:
    """Totals over a dimension, with what its groups leave over as a count that nobody is shown."""
    keys = [key for key in counts if isinstance(key, tuple)]
    parts: dict[tuple[Any, str], list[Hashable]] = {}
    for key in keys:
        scenario, measure, where, year = key
        for dimension, _ in where:
            total = (scenario, measure, tuple(w for w in where if w[0] != dimension), year)
            if total in counts:
                parts.setdefault((total, dimension), []).append(key)
    found = []
    for (total, dimension), members in parts.items():
        whole = members
        rest = counts[total] - sum(counts[m] for m in members)
        if rest > 1e-6 * max(1.0, counts[total]):
            left = (*total, f"rest over {dimension}")
            counts[left] = rest
            rests.add(left)
            whole = [*members, left]
        found.append(Sum(total, tuple(whole)))
    return found


def _costs(found: Levels, away: set[tuple[str, str, int]]) -> set[tuple[str, str, int]]:
    """Costs of programmes from which hidden numbers of people could be worked out: prices are published."""
    counted = {line.name: dict(line.where).get("programme") for line in found.lines if line.measure != COSTS}
    hit = {(scenario, counted[name], year) for scenario, name, year in away if counted.get(name) is not None}
    return {
        (scenario, line.name, year)
        for line in found.lines if line.measure == COSTS
        for scenario, programme, year in hit if dict(line.where).get("programme") in (None, programme)
    }  # fmt: skip
