"""How schools are led, and how their pupils do."""

from __future__ import annotations

from simulation.census.census import Census
from simulation.census.measure import Kind, Measure, Tally


def _schools(census: Census) -> Tally:
    return Tally(census.open_schools)


def _pupils(census: Census) -> Tally:
    return Tally(census.school_rows, (), census.world.schools.pupils)


def _pupils_per_teacher(census: Census) -> Tally:
    fte = Tally(census.now.school, (), census.now.fte, per=100)
    return Tally(census.school_rows, (), census.world.schools.pupils, fte)


def _leadership(census: Census) -> Tally:
    return Tally(census.open_schools, (), census.world.schools.leadership[census.open_schools])


def _culture(census: Census) -> Tally:
    return Tally(census.open_schools, (), census.world.schools.culture[census.open_schools])


def _trust(census: Census) -> Tally:
    return Tally(census.open_schools, (), census.world.schools.trust[census.open_schools])


def _progress(census: Census) -> Tally:
    schools = census.world.schools
    pupils = Tally(census.school_rows, (), schools.pupils)
    return Tally(census.school_rows, (), schools.progress * schools.pupils, pupils)


MEASURES = (
    Measure(
        "schools",
        "Schools",
        "schools",
        "Schools that are open.",
        "schools_primary_2023, schools_secondary_2023",
        _schools,
    ),
    Measure("pupils", "Pupils", "pupils", "Pupils on roll.", "pupils_primary_2023", _pupils),
    Measure(
        "pupils_per_teacher",
        "Pupils per teacher",
        "pupils",
        "Pupils on roll over the full-time equivalent teachers and leaders in service.",
        "Headway",
        _pupils_per_teacher,
        Kind.RATIO,
    ),
    Measure(
        "leadership_quality",
        "Quality of leadership",
        "standard deviations",
        "Mean over schools of the quality of leadership as their staff meet it.",
        "Headway",
        _leadership,
        Kind.RATIO,
    ),
    Measure(
        "development_culture",
        "Culture of professional development",
        "standard deviations",
        "Mean over schools of their culture of professional development.",
        "Headway",
        _culture,
        Kind.RATIO,
    ),
    Measure(
        "trust_between_staff_and_leaders",
        "Trust between staff and leaders",
        "standard deviations",
        "Mean over schools of the trust between staff and leaders.",
        "Headway",
        _trust,
        Kind.RATIO,
    ),
    Measure(
        "pupil_progress",
        "Pupil progress",
        "pupil standard deviations",
        "Mean over pupils of the progress of their school, against the national mean at the start.",
        "Headway",
        _progress,
        Kind.RATIO,
    ),
)
