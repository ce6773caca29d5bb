"""Which counts may not be published: small ones, and what would give them away.

A count below the threshold is hidden first. Then the table is attacked as a reader could: everything that is published,
and that totals are the sums of their parts and no count is below 0, goes into a linear program that bounds each small
count. As long as one is bounded more tightly than the threshold is wide, the smallest published number that helps to
bound it is hidden too.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass

import numpy as np

TOLERANCE = 1e-6


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
