"""What programmes cost, and who pays."""

from __future__ import annotations

import numpy as np

from simulation.census.arrays import true_places
from simulation.census.census import Census
from simulation.census.measure import Measure, Tally
from simulation.census.programmes import delivers, reporting


def _costs(census: Census) -> Tally | None:
    reports = reporting(census, delivers)
    if not len(reports):
        return None
    costs = census.log.programme_costs
    some = true_places(costs.ravel() != 0)
    number, school, item = np.unravel_index(some, costs.shape)
    return Tally(school, (number, item), costs.ravel().take(some), reports_on=reports)


MEASURE = Measure(
    "programme_costs",
    "Costs of programmes in the year",
    "GBP",
    "Government's grants, and what schools pay: fees and supply cover of those in delivery, and the time of helpers, in "
    "prices of the base year. A cost counts at the school where it falls, a grant to a cluster at its lead school. Places "
    "that are withdrawn cost less than nothing: what they save. The cost of helpers' time is no cash: it is pay for hours "
    "that their schools do without.",
    "Headway",
    _costs,
    axes=("programme", "programme_cost"),
    totals=("programme", "programme_cost"),
)
