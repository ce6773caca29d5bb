"""What programmes deliver: to whom, how much, by whose hands, and who completes."""

from __future__ import annotations

import numpy as np

from simulation.census.census import Census
from simulation.census.measure import Kind, Measure, Tally
from simulation.census.programmes import count, delivers, enrolled, finishes, reporting
from simulation.processes.taking_part import Part


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


def _helpers(census: Census) -> Tally | None:
    reports = reporting(census, delivers)
    reports = reports[[census.world.programmes[n].delivery.helpers is not None for n in reports]]
    helping = census.log.helping
    return Tally(helping.school, (helping.programme,), reports_on=reports) if len(reports) else None


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
