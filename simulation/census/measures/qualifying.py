"""Retention by years since qualifying."""

from __future__ import annotations

import numpy as np

from simulation.census.census import Census
from simulation.census.dimensions import DIMENSIONS
from simulation.census.history import ROUTE_BITS, newly_qualified_cohorts
from simulation.census.measure import Kind, Measure, Tally
from simulation.vocabulary import Route


def _retention(census: Census) -> Tally | None:
    furthest = min(len(DIMENSIONS["years"]), census.reach - 1)
    if furthest < 1:
        return None
    people = census.world.people.everyone
    # The route is the top of the id, so the newly qualified are those whose id lies between two bounds
    low, high = (
        np.uint64(route) << np.uint64(ROUTE_BITS) for route in (Route.NEWLY_QUALIFIED, Route.NEWLY_QUALIFIED + 1)
    )
    since = census.year - people.qualified_year
    rows = np.flatnonzero((since >= 1) & (since <= furthest) & (people.id >= low) & (people.id < high))
    years = since[rows].astype(np.int64)
    then, school, now = newly_qualified_cohorts(years, rows, census.columns, people.seen_status, people.seen_school)
    return Tally(school[then], (years[then] - 1,), now[then])


MEASURE = Measure(
    "retention_since_qualifying",
    "Retention by years since qualifying",
    "share",
    "A cohort is the newly qualified entrants in service at the census of the year in which they qualified. Retained after k "
    "years: in service k censuses later, in any school and role. People who left and came back count as retained: the curve "
    "is net of returners.",
    "qts_ret1_c2022, qts_ret1_c2023, qts_left3_c2020, qts_left5_c2018, qts_curve2010_y1",
    _retention,
    Kind.RATIO,
    ("years",),
)
