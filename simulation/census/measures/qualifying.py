"""Retention by years since qualifying."""

from __future__ import annotations

from simulation.census.census import Census
from simulation.census.measure import Counted, Kind, Measure, Tally


def _retention(census: Census) -> Tally | None:
    cohorts = census.newly_qualified
    return None if cohorts is None else Tally(cohorts.school, (cohorts.codes_of_years,), cohorts.stayed)


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
    counted=Counted("people", "in_service_later", "newly_qualified"),
)
