"""How programmes fill their places: who could join, who applied, and who started."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from simulation.census.census import Census
from simulation.census.measure import Measure, Tally
from simulation.census.programmes import count, reporting, takes_on
from simulation.log import FUNNEL
from simulation.programmes.programme import Unit
from simulation.tables import HISTORY


def _stage(stage: str) -> Callable[[Census], Tally | None]:
    column = FUNNEL.index(stage)

    def tally(census: Census) -> Tally | None:
        reports = reporting(census, takes_on)
        if not len(reports):
            return None
        nowhere = np.zeros(len(reports), np.int64)  # the whole only, so any school will do
        return Tally(nowhere, (reports,), census.log.funnel[reports, column], reports_on=reports)

    return tally


def _starts(census: Census) -> Tally | None:
    return count(census, takes_on, lambda part: part.years_since_start == 0)


def _starts_by_role(census: Census) -> Tally | None:
    programmes, people = census.world.programmes, census.world.people.everyone
    reports = reporting(census, takes_on)
    reports = reports[[programmes[number].unit is Unit.PERSON for number in reports]]
    if not len(reports):
        return None
    role = people.seen_role[:, (census.year - 1) % HISTORY]
    school, number, roles = [np.empty(0, np.int64)], [np.empty(0, np.int8)], [np.empty(0, np.int8)]
    for part in census.parts:
        if part.programme.unit is Unit.PERSON:
            new = part.years_since_start == 0
            school.append(part.school[new])
            number.append(np.full(len(school[-1]), part.number, np.int8))
            roles.append(role[part.row[new]])
    return Tally(np.concatenate(school), (np.concatenate(number), np.concatenate(roles)), reports_on=reports)


def _refused(census: Census) -> Tally | None:
    reports, refused = reporting(census, takes_on), census.log.refused
    return Tally(refused.school, (refused.programme,), reports_on=reports) if len(reports) else None


def _places_empty(census: Census) -> Tally | None:
    reports = reporting(census, takes_on)
    if not len(reports):
        return None
    funnel = census.log.funnel[reports]
    empty = funnel[:, FUNNEL.index("places")] - funnel[:, FUNNEL.index("started")]
    return Tally(np.zeros(len(reports), np.int64), (reports,), empty, reports_on=reports)


_WITHDRAWN = " Of a programme whose places are withdrawn, those who go without."

MEASURES = (
    Measure(
        "programme_eligible",
        "Who could join the programme this year",
        "people, schools or clusters",
        "People in service, schools or clusters that meet the programme's conditions and never joined it, or may join it "
        "again, before anybody hears of it, in years in which it takes people on.",
        "Headway",
        _stage("eligible"),
        axes=("programme",),
        places=(),
    ),
    Measure(
        "programme_applicants",
        "Who applied to the programme this year",
        "people, schools or clusters",
        "Of those who could join, the ones who heard of the programme and applied, in years in which it takes people on.",
        "Headway",
        _stage("applicants"),
        axes=("programme",),
        places=(),
    ),
    Measure(
        "programme_places",
        "Places that the programme has this year",
        "people, schools or clusters",
        "Starts that the programme can take in the year, filled or not.",
        "Headway",
        _stage("places"),
        axes=("programme",),
        places=(),
    ),
    Measure(
        "programme_starts",
        "Who started on the programme this year",
        "people, schools or clusters",
        "Starts between two censuses, in years in which the programme takes people on. A person counts where they are on "
        "census day, or were last in service, and a cluster at its lead school." + _WITHDRAWN,
        "Headway",
        _starts,
        axes=("programme",),
    ),
    Measure(
        "programme_starts_by_role",
        "Who started on the programme this year, by role",
        "people",
        "Starts between two censuses by the role held at the census before, of programmes that people join. A person counts "
        "where they are on census day, or were last in service." + _WITHDRAWN,
        "Headway",
        _starts_by_role,
        axes=("programme", "role"),
    ),
    Measure(
        "programme_refused",
        "Who applied to the programme this year and got no place",
        "people, schools or clusters",
        "Those of programme_applicants who did not start, because others came before them or all places were taken. A person "
        "counts at the school from which they applied, and a cluster at its lead school.",
        "Headway",
        _refused,
        axes=("programme",),
    ),
    Measure(
        "programme_places_empty",
        "Places of the programme that stayed empty this year",
        "people, schools or clusters",
        "Places of the year that nobody took: too few applied, or too few of those for whom places are kept.",
        "Headway",
        _places_empty,
        axes=("programme",),
        places=(),
    ),
)
