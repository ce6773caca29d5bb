"""What the measures of programmes share: which of them report in a year, and who is on one.

Each reports in the years in which it can have something to report, so a programme that starts after the last year
leaves no row, and one that nobody joined shows that nobody did.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from simulation.census.census import Census
from simulation.census.measure import Tally
from simulation.processes.taking_part import Part
from simulation.programmes.programme import Programme


def takes_on(programme: Programme, year: int) -> bool:
    """Whether anybody can start in ``year``."""
    return programme.runs(year)


def delivers(programme: Programme, year: int) -> bool:
    """Whether anybody can be in delivery in ``year``."""
    return programme.places.first <= year < programme.places.last + programme.delivery.years


def finishes(programme: Programme, year: int) -> bool:
    """Whether ``year`` can be anybody's last year of delivery."""
    return programme.runs(year - programme.delivery.years + 1)


def reporting(census: Census, when: Callable[[Programme, int], bool]) -> np.ndarray:
    """Numbers of the programmes that report this year; int8. Empty before the first year's log."""
    programmes = census.world.programmes if census.saw_the_year else ()
    return np.array([n for n, programme in enumerate(programmes) if when(programme, census.year)], np.int8)


def enrolled(census: Census, which: Callable[[Part], np.ndarray]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """School, programme and row of the enrolments that ``which``, a mask or places in a part, picks.

    The school is the person's on census day (the last one of somebody out of service), the school itself, or the lead
    school of the cluster.
    """
    school, number, row = [np.empty(0, np.int64)], [np.empty(0, np.int8)], [np.empty(0, np.int64)]
    for part in census.parts:
        chosen = which(part)
        school.append(part.school[chosen])
        row.append(part.enrolment[chosen])
        number.append(np.full(len(row[-1]), part.number, np.int8))
    return np.concatenate(school), np.concatenate(number), np.concatenate(row)


def count(census: Census, when: Callable[[Programme, int], bool], which: Callable[[Part], np.ndarray]) -> Tally | None:
    """Enrolments that ``which`` picks, by programme; None if no programme reports."""
    reports = reporting(census, when)
    if not len(reports):
        return None
    school, number, _ = enrolled(census, which)
    return Tally(school, (number,), reports_on=reports)
