"""What programmes deliver: to whom, how much, by whose hands, and who completes."""

from __future__ import annotations

import numpy as np

from simulation.census.census import Census
from simulation.census.measure import Kind, Measure, Tally
from simulation.census.programmes import count, delivers, enrolled, finishes, reporting
from simulation.processes.taking_part import Part
from simulation.programmes.programme import Unit


def _participants(census: Census) -> Tally | None:
    reports = reporting(census, delivers)
    if not len(reports):
        return None
    school, number, _ = enrolled(census, lambda part: part.delivered_to)
    had = census.log.measured
    of_all = np.concatenate([school, had.school]), np.concatenate([number, had.programme])
    return Tally(of_all[0], (of_all[1],), reports_on=reports)


def _dose(census: Census) -> Tally | None:
    if not len(reporting(census, delivers)):
        return None
    school, number, row = enrolled(census, lambda part: part.delivered_to)
    return Tally(school, (number,), census.world.enrolments.dose[row])


def _completed(census: Census) -> Tally | None:
    completed = census.world.enrolments.completed

    def now(part: Part) -> np.ndarray:
        return completed[part.enrolment] & (part.years_since_start == part.programme.delivery.years - 1)

    return count(census, finishes, now)


def _participants_by_role(census: Census) -> Tally | None:
    programmes = census.world.programmes
    reports = reporting(census, delivers)
    reports = reports[[programmes[n].unit is Unit.PERSON for n in reports]]
    if not len(reports):
        return None
    had, now = census.log.measured, census.everyone.role
    had = had.where(had.role >= 0)
    school, number, role = [had.school], [had.programme], [had.role]
    for part in (part for part in census.parts if part.programme.unit is Unit.PERSON):
        school.append(part.school[part.delivered_to])
        number.append(np.full(len(part.delivered_to), part.number, np.int8))
        role.append(now[part.row[part.delivered_to]])
    return Tally(np.concatenate(school), (np.concatenate(number), np.concatenate(role)), reports_on=reports)


def _dropped_out(census: Census) -> Tally | None:
    completed = census.world.enrolments.completed

    def now(part: Part) -> np.ndarray:
        return ~completed[part.enrolment] & (part.years_since_start == part.programme.delivery.years - 1)

    return count(census, finishes, now)


def _helped(census: Census) -> np.ndarray:
    """Programmes that report this year and have helpers; int8."""
    reports = reporting(census, delivers)
    return reports[[census.world.programmes[n].delivery.helpers is not None for n in reports]]


def _helpers(census: Census) -> Tally | None:
    reports, helping = _helped(census), census.log.helping
    return Tally(helping.school, (helping.programme,), reports_on=reports) if len(reports) else None


def _helpers_needed(census: Census) -> Tally | None:
    reports, needed = _helped(census), census.log.help_needed
    return Tally(needed.school, (needed.programme,), reports_on=reports) if len(reports) else None


def _helpers_short(census: Census) -> Tally | None:
    reports, needed = _helped(census), census.log.help_needed
    return Tally(needed.school, (needed.programme,), needed.short, reports_on=reports) if len(reports) else None


def _giving_schools(census: Census) -> tuple[np.ndarray, np.ndarray]:
    """School and programme of every school from which somebody helps in a programme, each pair once."""
    helping, schools = census.log.helping, len(census.world.schools)
    pairs = np.unique(helping.programme.astype(np.int64) * schools + helping.school)
    return pairs % schools, (pairs // schools).astype(np.int8)


def _schools_that_help(census: Census) -> Tally | None:
    reports = _helped(census)
    if not len(reports):
        return None
    school, number = _giving_schools(census)
    return Tally(school, (number,), reports_on=reports)


def _hours_of_help(census: Census) -> Tally | None:
    if not len(_helped(census)):
        return None
    helping = census.log.helping
    helpers = [programme.delivery.helpers for programme in census.world.programmes]
    hours, training = (
        np.array([0.0 if one is None else getattr(one, kind) for one in helpers]) for kind in ("hours", "training")
    )
    school, number = _giving_schools(census)
    weeks = census.world.parameters.costs.school_weeks[census.world.zone[helping.school]]
    given = hours[helping.programme] * helping.load * weeks + training[helping.programme]
    return Tally(helping.school, (helping.programme,), given, out_of=Tally(school, (number,)))


def _helper_load(census: Census) -> Tally | None:
    if not len(reporting(census, delivers)):
        return None
    helping = census.log.helping
    return Tally(helping.school, (helping.programme,), helping.load)


_WHO = "people in service or in the central team of a trust, schools or clusters on the programme on census day"

MEASURES = (
    Measure(
        "programme_participants",
        "Who is on the programme",
        "people, schools or clusters",
        f"In delivery: {_WHO}, from the year of their start for as many years as it lasts, whether or not they will "
        "complete. A person counts at their school, one in a central team at the trust's lead school, and a cluster at "
        "its lead school. Of a programme whose places are withdrawn, those who go without; of a measure, those who had it this year.",
        "Headway",
        _participants,
        axes=("programme",),
    ),
    Measure(
        "programme_dose",
        "Dose received so far (mean)",
        "share",
        "Mean over those in delivery, counted as in programme_participants, of what was delivered to them of what was due so "
        "far. It falls short of 1 where helpers or quality are short, or where somebody will not complete.",
        "Headway",
        _dose,
        Kind.RATIO,
        ("programme",),
    ),
    Measure(
        "programme_completed",
        "Who completed the programme this year",
        "people, schools or clusters",
        "Those whose last year of delivery this was and who saw it through. A person counts where they are on census day, "
        "or were last in service, and a cluster at its lead school.",
        "Headway",
        _completed,
        axes=("programme",),
    ),
    Measure(
        "programme_helpers",
        "Who helped in the programme this year",
        "people",
        "Mentors, coaches, reviewers, system leaders and hosts who helped somebody this year, at the school from which they "
        "did. Nobody helps in two programmes in a year. Programmes without helpers have no row.",
        "Headway",
        _helpers,
        axes=("programme",),
    ),
    Measure(
        "programme_participants_by_role",
        "Who is on the programme, by role",
        "people",
        "People counted as in programme_participants, by their role on census day; of a measure, by that in which they had it. "
        "Programmes that schools or clusters join have no row.",
        "Headway",
        _participants_by_role,
        axes=("programme", "role"),
    ),
    Measure(
        "programme_dropped_out",
        "Who dropped out of the programme",
        "people, schools or clusters",
        "Those whose last year of delivery this was and who did not see it through, in whatever year they stopped or left. With "
        "programme_completed they are all who started together. Places as in programme_completed.",
        "Headway",
        _dropped_out,
        axes=("programme",),
    ),
    Measure(
        "programme_helpers_needed",
        "Helpers that the programme needed this year",
        "people",
        "Helpers that it takes so that nobody has less help than is due: in each area within which help is given, those who "
        "need it over how many one helper can help, rounded up. Counted at the schools of those who are to be helped.",
        "Headway",
        _helpers_needed,
        axes=("programme",),
    ),
    Measure(
        "programme_helpers_short",
        "Helpers that the programme lacked this year",
        "people",
        "Of programme_helpers_needed, those for whom nobody was found who is fit, willing and near. The others are "
        "programme_helpers, who count at their own schools.",
        "Headway",
        _helpers_short,
        axes=("programme",),
    ),
    Measure(
        "programme_schools_that_help",
        "Schools whose staff helped in the programme this year",
        "schools",
        "Schools at which at least one of programme_helpers worked.",
        "Headway",
        _schools_that_help,
        axes=("programme",),
    ),
    Measure(
        "programme_hours_of_help",
        "Hours that schools give to the programme (mean)",
        "hours",
        "Hours of the school year for which helpers were away from their own work, training included, mean over programme_schools_that_help.",
        "Headway",
        _hours_of_help,
        Kind.RATIO,
        ("programme",),
    ),
    Measure(
        "programme_helper_load",
        "Load of helpers (mean)",
        "share",
        "Mean over those who helped in the programme this year of how many they helped, of how many they can; at most 1.",
        "Headway",
        _helper_load,
        Kind.RATIO,
        ("programme",),
    ),
)
