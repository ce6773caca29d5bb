"""A programme's study: how it was evaluated, what was found, and which readings of the findings are to be tried."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from scenarios.strict import Mapping
from simulation.census.outcomes import OUTCOMES
from simulation.programmes.programme import Unit

MEASURES: Final[dict[str, Unit]] = {
    **{outcome.name: outcome.of for outcome in OUTCOMES.values()},
    "attainment": Unit.PERSON,
    "promoted_since_completing": Unit.PERSON,
    "promoted_within_a_year": Unit.PERSON,
    "says_lost_time": Unit.PERSON,
    "says_lower_wellbeing": Unit.PERSON,
    "rates_impact": Unit.PERSON,
}
"""What a study can report, and of whom: outcomes, and figures that :mod:`analysis.studies.evaluate.measures` makes of them."""

VISIBLE: Final[dict[str, tuple[float, ...]]] = {
    "role": (),
    "sex": (),
    "ethnic_group": (),
    "fte": (100,),
    "age": (25, 30, 35, 40, 45, 50, 55, 60),
    "years_qualified": (1, 2, 3, 4, 5, 6, 11, 21),
    "years_in_role": (1, 2, 3, 6),
    "years_in_school": (1, 2, 3, 6),
    "years_in_post": (1, 2, 3, 6),
    "years_as_head": (0, 1, 3, 6),
    "school.phase": (),
    "school.region": (),
    "school.local_authority": (),
    "school.kind": (),
    "school.disadvantage": (0.15, 0.25, 0.35, 0.45),
    "school.pupils": (250, 500, 1000, 1500),
    "school.cluster_size": (2, 6, 16),
    "cluster.kind": (),
    "cluster.schools": (2, 6, 16),
}
"""Columns that evaluators can see in census data, with the lower ends of the bands into which they sort them; none for
columns matched exactly. Skill, aspiration and well-being are not among them: nobody records those."""


@dataclass(frozen=True)
class Tolerance:
    """How much participants bear before they say that a programme cost them something."""

    half: float
    """At which half of them say so: hours a week, or standard deviations of well-being lost."""
    spread: float
    """Standard deviation of the logarithm of what people bear; 0 if all bear the same."""


@dataclass(frozen=True)
class Finding:
    """One thing that was published, or that a default study asks."""

    name: str
    measure: str
    """An outcome, or one of the measures of :mod:`analysis.studies.evaluate.measures`."""
    years_after: int
    """Census at which it is read: 0 is that of the year of the start."""
    participants: float | None = None
    comparison: float | None = None
    difference: float | None = None
    within: float | None = None
    """How near the simulated figures, with their intervals, must come; None where nothing is published, and the figure is
    a prediction."""
    sources: tuple[str, ...] = ()
    definition: str = ""
    """What was counted, and what as what, in plain English."""


@dataclass(frozen=True)
class Study:
    """An evaluation as its authors carried it out: who was compared with whom, on what, and when."""

    title: str
    cohorts: int
    """Cohorts followed, one a year."""
    matched_on: tuple[str, ...]
    """Keys of :data:`VISIBLE`."""
    findings: tuple[Finding, ...]
    first: int = 0
    """School year in which the first cohort starts; 0 for the first in which anybody can start."""
    grade: float = 0.6
    """One GCSE grade in one subject, in standard deviations of pupils."""
    lost_time: Tolerance | None = None
    """Hours of extra work a week that participants bear before they speak of lost personal time."""
    lower_wellbeing: Tolerance | None = None
    rated_impact: Tolerance | None = None
    """Gain, in standard deviations, from which participants rate a programme half way up a scale of 1 to 10."""

    @property
    def last_census(self) -> int:
        """The last census that the study reads."""
        return self.first + self.cohorts - 1 + max(finding.years_after for finding in self.findings)


@dataclass(frozen=True)
class Calibration:
    """One reading of the findings: figures that explain them in one way."""

    name: str
    summary: str = ""
    changes: Mapping | None = None
    """As written: by path of the programme's own figures, such as ``effects.stay_in_teaching``, or of a parameter."""
    fitted_to: tuple[str, ...] = ()
    """Names of the findings that its figures were set to reproduce; other published ones are a test of it."""
    scenario: str = ""
    """The scenario in which it is read, where it needs another ladder or other parameters; empty for any."""


MATCHED_BY_DEFAULT: Final = {
    Unit.PERSON: ("role", "school.phase", "age", "years_in_role"),
    Unit.SCHOOL: ("school.phase", "school.disadvantage", "school.pupils"),
    Unit.CLUSTER: ("cluster.kind", "cluster.schools"),
}
