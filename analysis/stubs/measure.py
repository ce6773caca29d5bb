"""NEW: whom or what this counts, in one line."""

from __future__ import annotations

from simulation.census.census import Census
from simulation.census.measure import Kind, Measure, Tally


def _cases(census: Census) -> Tally:
    """A case for each person in service: the school it belongs to, its labels along the axes, whether it counts.

    Give None instead where the census does not reach back far enough to know.
    """
    now = census.now
    return Tally(now.school, (now.role,), census.year - now.take("school_since") >= 10)


MEASURE = Measure(
    name="new_measure",
    title="NEW",
    unit="share",
    definition="People in service who have been in their school for ten years or more, out of all people in service.",
    source="Headway",  # or ids of the rows of evidence that publish it
    function=_cases,
    kind=Kind.RATIO,
    axes=("role",),
    totals=("role",),
)
