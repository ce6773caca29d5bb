"""Small programmes, studies and worlds for tests of the virtual evaluation."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from analysis.studies.evaluate.pairs import Case, with_programme
from scenarios.programme_files.study import Finding, Study, Tolerance
from simulation.census.outcomes import OUTCOMES
from simulation.programmes.channels import On
from simulation.programmes.programme import Condition, Delivery, Effect, Places, Programme, TakeUp, Unit
from simulation.world import Setup
from tests.worlds import rough_setup

TEACHERS = (Condition("role", any_of=(0, 1)),)
EFFECTS = (
    Effect("leaving_sector", -1.0, On.PARTICIPANT),
    Effect("applying", 1.0, On.PARTICIPANT),
    Effect("capability", 0.3, On.PARTICIPANT, skills=(0, 1)),
    Effect("pupil_progress", 0.1, On.TEAM, begins=1),
    Effect("wellbeing", -0.2, On.PARTICIPANT),
)


def programme(effects: tuple[Effect, ...] = EFFECTS, hours: float = 3.0, **take_up: float) -> Programme:
    """Two years of something for a tenth of all classroom teachers and middle leaders."""
    return Programme(
        "fellows", Unit.PERSON, TEACHERS, Places(2026, 2100, share=0.1), TakeUp(**take_up), Delivery(2, hours), effects
    )


def every_outcome(unit: Unit, years_after: int = 2) -> tuple[Finding, ...]:
    """A finding for each outcome of people, or of schools and clusters."""
    of_people = unit is Unit.PERSON
    names = [o.name for o in OUTCOMES.values() if (o.of is Unit.PERSON) == of_people]
    return tuple(Finding(name, name, years_after) for name in names)


OF_PEOPLE = (
    *every_outcome(Unit.PERSON),
    Finding("attainment", "attainment", 2),
    Finding("promoted since", "promoted_since_completing", 4),
    Finding("soon", "promoted_within_a_year", 4),
)


def study(
    findings: tuple[Finding, ...] = OF_PEOPLE, cohorts: int = 2, matched_on: tuple[str, ...] = ("role",)
) -> Study:
    """A study of cohorts from 2026/27 on."""
    return Study(
        title="A study",
        first=2026,
        cohorts=cohorts,
        matched_on=matched_on,
        findings=findings,
        lost_time=Tolerance(2.0, 0.5),
        lower_wellbeing=Tolerance(0.2, 0.5),
    )


def setup(schools: int = 12, years: int = 6) -> Setup:
    """A small system with people of all roles."""
    return rough_setup(schools, years)


def case(chosen: Programme, plan: Study | None = None, schools: int = 12, years: int = 6, **parameters: Any) -> Case:
    """The programme in the small system, ready to evaluate."""
    start = setup(schools, years)
    start = replace(start, parameters=start.parameters.replace(**parameters)) if parameters else start
    return Case("", "", chosen.name, with_programme(start, chosen), plan or study())
