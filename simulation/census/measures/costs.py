"""What posts and vacancies cost."""

from __future__ import annotations

import numpy as np

from simulation.census.census import Census
from simulation.census.dimensions import DIMENSIONS
from simulation.census.measure import Kind, Measure, Tally

CATEGORIES = len(DIMENSIONS["cost"])


def _entries(census: Census) -> tuple[np.ndarray, np.ndarray, np.ndarray] | None:
    """School, category and GBP of each entry; None before the first year's costs are known."""
    costs, schools = census.log.costs, census.school_rows
    if not census.saw_the_year or not costs.size:
        return None
    if costs.shape != (len(schools), CATEGORIES):
        raise ValueError(
            f"costs of the year have shape {costs.shape}; expected {len(schools)} schools × {CATEGORIES} categories "
            f"({', '.join(DIMENSIONS['cost'])})"
        )
    return (
        np.repeat(schools, CATEGORIES),
        np.tile(np.arange(CATEGORIES, dtype=np.int8), len(schools)),
        costs.ravel(),
    )


def _costs(census: Census) -> Tally | None:
    found = _entries(census)
    return None if found is None else Tally(found[0], (found[1],), found[2])


def _per_pupil(census: Census) -> Tally | None:
    found = _entries(census)
    if found is None:
        return None
    school, category, amount = found
    pupils = census.world.schools.pupils
    return Tally(
        np.concatenate([school, census.school_rows]),
        (np.concatenate([category, np.full(len(pupils), -1, np.int8)]),),
        np.concatenate([amount, np.zeros(len(pupils), np.int64)]),
        np.concatenate([np.zeros(len(school), np.int32), pupils]),
    )


MEASURES = (
    Measure(
        "costs",
        "Costs of the year",
        "GBP",
        "What schools spend on pay, employers' on-costs, recruiting, cover and acting allowances, in prices of the base year.",
        "Headway",
        _costs,
        axes=("cost",),
        totals=("cost",),
    ),
    Measure(
        "costs_per_pupil",
        "Costs of the year per pupil",
        "GBP",
        "As costs, over the pupils on roll.",
        "Headway",
        _per_pupil,
        Kind.RATIO,
        ("cost",),
        ("cost",),
        "cost",
    ),
)
