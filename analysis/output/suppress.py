"""Which figures may not be published: small counts of people, and what would give them away.

A count below the threshold is hidden first. Then the table is attacked as a reader could: everything that is published,
and that totals are the sums of their parts and no count is below 0, goes into a linear program that bounds each small
count. As long as one is bounded more tightly than the threshold is wide, the smallest published number that helps to
bound it is hidden too.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from analysis.figures.lines import Line
from analysis.figures.rounding import SHARE_UNITS

TOLERANCE = 1e-6
PEOPLE = ("people", "FTE", "pupils", "people, schools or clusters")
"""Units of counts that are counts of people, or may be."""
NOT_OF_PEOPLE = {
    "posts_readvertised", "vacancy_rate", "vacancy_chain_length", "vacancy_chain_lengths", "posts_per_school",
    "fte_per_school", "schools_in_trusts_share", "trust_size", "trust_size_share", "cluster_strength", "turnover_of_heads",
    "leadership_quality", "development_culture", "trust_between_staff_and_leaders", "senior_posts_filled_inside_trust",
    "costs_per_pupil", "pupil_progress", "pupils_per_teacher", "turnover_out_of_trust_or_authority", "programme_places",
    "programme_places_empty", "programme_hours_of_help", "schools_by_grade", "schools_whose_grade_was_lowered",
    "turnover_of_heads_by_grade", "schools_under_executive_heads", "headships_readvertised_by_religion",
}  # fmt: skip
"""Shares and means that are out of posts, schools, or pupils of whole schools, and not out of people who work there."""
COSTS = "programme_costs"
Figure = tuple[str, str, int]
"""Scenario, name of the line, and year."""


def unpublished(
    names: Sequence[str], lines: Sequence[Line], years: Sequence[int], arms: np.ndarray, below: int
) -> frozenset[Figure]:
    """The figures that may not be published where counts of people ``below`` a threshold must not be.

    ``arms`` are figures of scenarios × runs × lines × years × 2 (value, and what it is out of).
    """
    given = _Given(below)
    reveals = {
        (name, line.name, year): given.note(name, line, year, arms[s, :, n, y])
        for s, name in enumerate(names)
        for n, line in enumerate(lines)
        for y, year in enumerate(years)
    }
    given.sum_over_dimensions()
    gone = hidden(given.counts, given.sums, below, given.unseen)
    away = {figure for figure, cells in reveals.items() if not gone.isdisjoint(cells)}
    # Costs of programmes from which hidden numbers of people could be worked out: prices are published.
    counted = {line.name: dict(line.where).get("programme") for line in lines if line.measure != COSTS}
    hit = {(name, counted[line], year) for name, line, year in away if counted.get(line) is not None}
    costs = [(line.name, dict(line.where).get("programme")) for line in lines if line.measure == COSTS]
    away |= {(name, cost, y) for cost, of in costs for name, programme, y in hit if of in (None, programme)}
    return frozenset(away)


def is_small(line: Line, counts: np.ndarray, below: int) -> bool:
    """Whether a count of people is ``below`` a threshold, zero included, in any run and year in which there is one."""
    of_people = line.unit in PEOPLE and line.measure not in NOT_OF_PEOPLE
    return of_people and bool((counts[~np.isnan(counts)] < below - 1e-9).any())


@dataclass
class _Given:
    """The counts that figures give away, as means of runs, and how they sum up."""

    below: float
    counts: dict[Hashable, float] = field(default_factory=dict)
    unseen: set[Hashable] = field(default_factory=set)
    """Counts that nobody may be shown: small in any run, as ranges over runs would show them, or shown nowhere."""
    sums: list[Sum] = field(default_factory=list)

    def note(self, scenario: str, line: Line, year: int, runs: np.ndarray) -> list[Hashable]:
        """The counts that a figure gives away, given its value and what it is out of in each run."""
        value, base = runs[~np.isnan(runs[:, 0])].T
        where = tuple(sorted(line.where))
        if not len(value) or line.measure in NOT_OF_PEOPLE:
            return []
        if np.isnan(base).all():
            return [self._count((scenario, line.measure, where, year), value)] if line.unit in PEOPLE else []
        out_of = self._count((scenario, f"{line.measure} out of", where, year), base)
        if not line.cases and line.unit not in SHARE_UNITS:
            return [out_of]
        those = self._count((scenario, f"{line.measure} those", where, year), value * base)
        others = self._count((scenario, f"{line.measure} others", where, year), (1 - value) * base)
        self.counts[those] = min(self.counts[those], self.counts[out_of])
        self.counts[others] = self.counts[out_of] - self.counts[those]
        self.sums.append(Sum(out_of, (those, others)))
        return [out_of, those, others]

    def _count(self, key: Hashable, runs: np.ndarray) -> Hashable:
        self.counts[key] = float(runs.mean())
        if runs.min() < self.below - 1e-9:
            self.unseen.add(key)
        return key

    def sum_over_dimensions(self) -> None:
        """Add totals over a dimension, with what its groups leave over as a count that nobody is shown."""
        parts: dict[tuple[Any, str], list[Hashable]] = {}
        for key in (key for key in self.counts if isinstance(key, tuple)):
            scenario, measure, where, year = key
            for dimension, _ in where:
                total = (scenario, measure, tuple(w for w in where if w[0] != dimension), year)
                if total in self.counts:
                    parts.setdefault((total, dimension), []).append(key)
        for (total, dimension), members in parts.items():
            rest = self.counts[total] - sum(self.counts[m] for m in members)
            if rest > 1e-6 * max(1.0, self.counts[total]):
                left = (*total, f"rest over {dimension}")
                self.counts[left] = rest
                self.unseen.add(left)
                members.append(left)
            self.sums.append(Sum(total, tuple(members)))


@dataclass(frozen=True)
class Sum:
    """A total that is the sum of its parts."""

    total: Hashable
    parts: tuple[Hashable, ...]

    @property
    def cells(self) -> tuple[Hashable, ...]:
        """The total and the parts."""
        return (self.total, *self.parts)


def hidden(
    counts: Mapping[Hashable, float], sums: Iterable[Sum], below: float, unpublished: Iterable[Hashable] = ()
) -> set[Hashable]:
    """The cells of ``counts`` that may not be published.

    ``unpublished`` are cells that are shown nowhere, but that sums would give away. After it, nobody who sees the rest
    can bound a count below ``below`` to an interval narrower than ``below``.
    """
    sums = list(sums)
    away = {cell for cell, value in counts.items() if value < below} | set(unpublished)
    for cells, component in _components(sums):
        at_risk = [cell for cell in cells if counts[cell] < below]
        while exposed := [cell for cell in at_risk if _width(cell, counts, component, away) < below - TOLERANCE]:
            away.add(_next(exposed[0], counts, component, away))
    return away


def _components(sums: list[Sum]) -> list[tuple[list[Hashable], list[Sum]]]:
    """Cells and sums that hang together; nothing in one says anything about another."""
    of: dict[Hashable, int] = {}
    groups: dict[int, list[Sum]] = {}
    for number, one in enumerate(sums):
        joined = {of[cell] for cell in one.cells if cell in of}
        merged = [s for group in sorted(joined) for s in groups.pop(group)] + [one]
        groups[number] = merged
        for cell in (cell for s in merged for cell in s.cells):
            of[cell] = number
    return [(list(dict.fromkeys(cell for s in group for cell in s.cells)), group) for group in groups.values()]


def _width(cell: Hashable, counts: Mapping[Hashable, float], sums: list[Sum], away: set[Hashable]) -> float:
    low, high = bounds(cell, counts, sums, away)
    return high - low


def bounds(
    cell: Hashable, counts: Mapping[Hashable, float], sums: list[Sum], away: set[Hashable]
) -> tuple[float, float]:
    """The tightest bounds on a hidden cell that follow from what is published."""
    from scipy.optimize import linprog

    unknown = list(dict.fromkeys(c for s in sums for c in s.cells if c in away))
    place = {c: i for i, c in enumerate(unknown)}
    matrix, right = [], []
    for one in sums:
        row, constant = np.zeros(len(unknown)), 0.0
        for sign, parts in ((1.0, (one.total,)), (-1.0, one.parts)):
            for part in parts:
                if part in place:
                    row[place[part]] += sign
                else:
                    constant -= sign * counts[part]
        if row.any():
            matrix.append(row)
            right.append(constant)
    if not matrix or not any(row[place[cell]] for row in matrix):
        return 0.0, np.inf
    ends = []
    for sign in (1.0, -1.0):
        objective = np.zeros(len(unknown))
        objective[place[cell]] = sign
        found = linprog(objective, A_eq=np.array(matrix), b_eq=np.array(right), bounds=(0, None), method="highs")
        if found.status == 3:
            ends.append(np.inf)
        elif found.status == 0:
            ends.append(sign * float(found.fun))
        else:  # sums that do not quite add up: take it for the worst, so that more is hidden
            return counts[cell], counts[cell]
    return ends[0], ends[1]


def _next(cell: Hashable, counts: Mapping[Hashable, float], sums: list[Sum], away: set[Hashable]) -> Hashable:
    """The smallest published cell of a sum that the exposed one is in; failing that, of any that hangs together with it."""
    near = [c for s in sums if cell in s.cells for c in s.cells if c not in away]
    far = [c for s in sums for c in s.cells if c not in away]
    return min(near or far, key=lambda c: (counts[c], str(c)))
