"""What working lives are like: hours, well-being, and how fit for the next step people are."""

from __future__ import annotations

from typing import Any

import numpy as np

from simulation.census.census import Census
from simulation.census.dimensions import DIMENSIONS
from simulation.census.measure import Kind, Measure, Tally


def _mean(census: Census, column: str) -> Tally:
    return Tally(census.now.school, (census.now.role,), census.now.take(column))


def _hours(census: Census) -> Tally:
    return _mean(census, "workload")


def _wellbeing(census: Census) -> Tally:
    return _mean(census, "wellbeing")


def _aspiration(census: Census) -> Tally:
    return _mean(census, "aspiration")


def _readiness(census: Census) -> Tally:
    return _mean(census, "readiness")


def _skills(census: Census) -> Tally:
    senior = census.now.pick(census.now.role >= census.ladder.senior)
    skills = np.stack([senior.take(skill) for skill in DIMENSIONS["skill"]])
    return Tally(senior.school, (senior.role,), skills.T)


_BY_ROLE: dict[str, Any] = {"axes": ("role",), "totals": ("role",), "kind": Kind.RATIO, "source": "Headway"}

MEASURES = (
    Measure(
        "working_hours",
        "Working week (mean)",
        "hours a week",
        "Mean weekly working hours of a full-time post, over the people in service, by role.",
        function=_hours,
        **{**_BY_ROLE, "source": "leader_hours_2022"},
    ),
    Measure(
        "wellbeing",
        "Well-being (mean)",
        "standard deviations",
        "Mean well-being of people in service against all teachers at the start, by role.",
        function=_wellbeing,
        **_BY_ROLE,
    ),
    Measure(
        "aspiration",
        "Aspiration to the next post (mean)",
        "standard deviations",
        "Mean wish for the next rung of people in service against all teachers, by role.",
        function=_aspiration,
        **_BY_ROLE,
    ),
    Measure(
        "readiness",
        "Readiness for the next post (mean)",
        "standard deviations",
        "Mean fitness for the next rung, as it is, of people in service, by role.",
        function=_readiness,
        **_BY_ROLE,
    ),
    Measure(
        "senior_leaders_skill",
        "Skills of senior leaders (mean)",
        "standard deviations",
        "Mean skill of the senior team in service, heads included, by role and skill; all teachers at birth have mean 0 and "
        "standard deviation 1.",
        "Headway",
        _skills,
        Kind.RATIO,
        ("role", "skill"),
    ),
)
