"""The values of a parameter cell by cell and year by year, and how those of two scenarios differ."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from itertools import product

import numpy as np

from analysis.explain.words import over_years
from analysis.figures.rounding import percent, plain, pounds
from analysis.figures.words import listed
from simulation.declaring import Declaration
from simulation.parameters import Parameters
from simulation.vocabulary import school_year

Cell = tuple[str, ...]
"""A cell of a table by its labels, one for each axis; empty for a plain number."""
Course = tuple[tuple[int | None, float], ...]
"""A value by stretches of years: each holds up to and including a school year, the last, with None, from then on."""

SHARES = ("probability", "share", "growth per year")
"""Units that are read as percentages."""
MOST_CELLS = 3
"""Cells that are told one by one; more that differ alike are told together."""


def courses(declaration: Declaration, years: range, parameters_in: Callable[[int], Parameters]) -> dict[Cell, Course]:
    """What each cell of a parameter is over ``years``, given the parameters in force in each."""
    labels = product(*declaration.labels)
    tables = [np.ravel(parameters_in(year).value(declaration.path)) for year in years]
    return {label: _course(years, [float(table[cell]) for table in tables]) for cell, label in enumerate(labels)}


def _course(years: Sequence[int], values: Sequence[float]) -> Course:
    ends = [i for i in range(len(years) - 1) if values[i] != values[i + 1]]
    return (*((years[i], values[i]) for i in ends), (None, values[-1]))


def plain_course(course: Course | None) -> float | dict[str, float] | None:
    """A course as plain values: one number, or by the last school year of each stretch, and ``then``; None for none."""
    if course is None or len(course) == 1:
        return course and course[0][1]
    return {"then" if last is None else school_year(last): value for last, value in course}


def say(value: float, unit: str) -> str:
    """A value as it is read: ``45%``, ``£76,184``, ``0.3``."""
    if unit in SHARES:
        return percent(value)
    return (pounds(value) if value == int(value) else f"£{value:,.2f}") if unit == "GBP" else plain_or_precise(value)


def plain_or_precise(value: float) -> str:
    """Three figures after the point if they say it all, else as many significant ones as tell it from others."""
    shown = plain(value)
    return shown if math.isclose(float(shown.replace(",", "")), value, rel_tol=1e-9) else f"{value:.6g}"


def in_words(course: Course | None, unit: str) -> str:
    """``45% to 2026/27, then 48%``."""
    if course is None:
        return "not there"
    if len(course) == 1:
        return say(course[0][1], unit)
    until = {school_year(last): value for last, value in course if last is not None}
    return str(over_years({"value": course[-1][1], "until": until}, lambda value: say(value, unit)))


def told(one: Mapping[Cell, Course], other: Mapping[Cell, Course], unit: str, names: tuple[str, str]) -> list[str]:
    """A line for each cell in which two tables differ, or for all the cells that differ by one factor or by one amount."""
    whole = list(dict.fromkeys([*one, *other]))
    groups: dict[Course | Cell, list[Cell]] = defaultdict(list)
    for cell in whole:
        if one.get(cell) != other.get(cell):
            alone = ("only",) if (cell in one) != (cell in other) else None
            groups[alone or _factor(one.get(cell), other.get(cell)) or cell].append(cell)
    lines = []
    for group in groups.values():
        if len(group) > MOST_CELLS and (group[0] in one) != (group[0] in other):
            lines.append(f"for {_named(group, whole)}: {names[0 if group[0] in one else 1]} alone has them")
            continue
        if len(group) > MOST_CELLS:
            times = in_words(_factor(one.get(group[0]), other.get(group[0])), "ratio")
            lines.append(f"for {_named(group, whole)}: {names[1]} has that of {names[0]} times {times}")
            continue
        for cell in group:
            of = f"for {', '.join(cell)}: " if cell else ""
            values = (in_words(table.get(cell), unit) for table in (one, other))
            lines.append(of + "; ".join(f"{name}: {value}" for name, value in zip(names, values, strict=True)))
    return lines


def _factor(one: Course | None, other: Course | None) -> Course | None:
    """By what the second is the first times as much in each stretch of years; None if that cannot be said."""
    if one is None or other is None:
        return None
    ends = sorted({last for last, _ in (*one, *other) if last is not None})
    pairs = [(_at(one, end), _at(other, end)) for end in (*ends, None)]
    if any(first == 0 for first, _ in pairs):
        return None
    factors = [float(f"{second / first:.9g}") for first, second in pairs]
    return _course([*ends, 9999], factors)


def _at(course: Course, year: int | None) -> float:
    return next(value for last, value in course if last is None or (year is not None and year <= last))


def _named(group: Sequence[Cell], whole: Sequence[Cell]) -> str:
    """Cells by what their labels have in common: ``secondary``, ``head or deputy_head``, ``5 of 18 cells``."""
    if len(group) == len(whole):
        return "all cells"
    axes = range(len(group[0]))
    chosen = [list(dict.fromkeys(cell[axis] for cell in group)) for axis in axes]
    if math.prod(map(len, chosen)) < len(group) or set(product(*chosen)) != set(group):
        return f"{len(group)} of {len(whole)} cells, the first of them {', '.join(group[0])}"
    everything = [len({cell[axis] for cell in whole}) for axis in axes]
    return ", ".join(listed(c, "or") for c, n in zip(chosen, everything, strict=True) if len(c) < n)
