"""What posts and vacancies cost."""

from __future__ import annotations

import numpy as np

from simulation.census.census import Census
from simulation.census.dimensions import DIMENSIONS
from simulation.census.measure import Kind, Measure, Tally

CATEGORIES = len(DIMENSIONS["cost"])


def _by_school(census: Census) -> np.ndarray | None:
    """GBP, schools × categories; None before the first year's costs are known."""
    costs, schools = census.log.costs, census.school_rows
    if not census.saw_the_year or not costs.size:
        return None
    if costs.shape != (len(schools), CATEGORIES):
        raise ValueError(
            f"costs of the year have shape {costs.shape}; expected {len(schools)} schools × {CATEGORIES} categories "
            f"({', '.join(DIMENSIONS['cost'])})"
        )
    return costs


def _costs(census: Census) -> Tally | None:
    costs = _by_school(census)
    return None if costs is None else Tally(census.school_rows, (), costs)


def _per_pupil(census: Census) -> Tally | None:
    costs, schools = _by_school(census), census.school_rows
    return None if costs is None else Tally(schools, (), costs, Tally(schools, (), census.world.schools.pupils))


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
