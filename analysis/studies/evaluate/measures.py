"""What studies report, each figure measured as evaluators measure it; and a reported gap taken apart.

A gap is what the programme did to those who joined, and how they differed anyway.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from analysis.studies.evaluate.cohorts import Cohort, Joiners, Reading, weighted
from simulation.census.outcomes import OUTCOMES
from simulation.draws import Decision, Key
from simulation.numerics import normals
from simulation.programmes.programme import Programme, Unit

if TYPE_CHECKING:
    from analysis.studies.evaluate.cohorts import Cohort
    from scenarios.programme_files.study import Study, Tolerance


@dataclass(frozen=True)
class Asked:
    """What a measure may need to know besides the readings."""

    study: Study
    programme: Programme
    key: Key
    years_after: int

    @property
    def completed(self) -> int:
        """Last census, counted from that of the start, before the programme is completed.

        School years end in summer and censuses are in November: the second census after this one is the first that is
        a full year after completion.
        """
        return self.programme.delivery.years - 1


Values = Callable[["Cohort", Asked, np.ndarray], np.ndarray]
"""From a cohort, and who of it has completed (or would have, or was not in it), a number for each unit."""


@dataclass(frozen=True)
class Measure:
    """One thing that a study can report."""

    name: str
    of: Unit
    unit: str
    meaning: str
    needs: Callable[[int, int], tuple[Reading, ...]]
    """Readings, from ``years_after`` of the finding and the census of completion."""
    values: Values
    says: Callable[[Cohort, Cohort, Asked], np.ndarray] | None = None
    """Of a survey of participants: from what happened to them, and what would have without the programme."""


def _outcome(name: str) -> Measure:
    outcome = OUTCOMES[name]
    return Measure(
        name, outcome.of, outcome.unit, outcome.meaning, lambda after, _completed: ((name, after),),
        lambda cohort, asked, _completers: cohort.after[name, asked.years_after],
    )  # fmt: skip


def _attainment(cohort: Cohort, asked: Asked, _completers: np.ndarray) -> np.ndarray:
    change = cohort.after["team_attainment", asked.years_after] - cohort.before["team_attainment"]
    return change / asked.study.grade


def _promoted_since_completing(cohort: Cohort, asked: Asked, completers: np.ndarray) -> np.ndarray:
    now, then = cohort.after["rank", asked.years_after], cohort.after["rank", asked.completed]
    counted = completers & ~np.isnan(now) & ~np.isnan(then)
    return np.where(counted, now > then, np.nan)


def _promoted_within_a_year(cohort: Cohort, asked: Asked, completers: np.ndarray) -> np.ndarray:
    promoted = _promoted_since_completing(cohort, asked, completers) == 1
    soon = cohort.after["rank", asked.completed + 2] > cohort.after["rank", asked.completed]
    return np.where(promoted, soon, np.nan)


def _ranks(after: int, completed: int) -> tuple[Reading, ...]:
    return ("rank", after), ("rank", completed), ("rank", completed + 2)


def _through_delivery(*names: str) -> Callable[[int, int], tuple[Reading, ...]]:
    return lambda after, completed: (
        ("in_state_teaching", after),
        *((name, year) for name in names for year in range(completed + 1)),
    )


def _over_delivery(name: str, cohort: Cohort, otherwise: Cohort, asked: Asked) -> tuple[np.ndarray, np.ndarray]:
    """What the programme did to an outcome of each, on average over the censuses of its delivery, and whether it was seen."""
    found = np.stack([cohort.after[name, y] - otherwise.after[name, y] for y in range(asked.completed + 1)])
    seen = ~np.isnan(found)
    return np.where(seen, found, 0.0).sum(axis=0) / np.maximum(seen.sum(axis=0), 1), seen.any(axis=0)


def _borne(tolerance: str, decision: Decision, cohort: Cohort, asked: Asked) -> np.ndarray:
    """The tolerance of the study's that is named, as each person has it: log-normal about its median."""
    bears: Tolerance | None = getattr(asked.study, tolerance)
    if bears is None:
        raise ValueError(f"a study that asks about it needs {tolerance}")
    u = asked.key.uniform(decision, cohort.start, cohort.unit, asked.programme.code)
    return bears.half * np.exp(bears.spread * normals(u))


def _says(name: str, tolerance: str, decision: Decision, sign: float) -> Callable[[Cohort, Cohort, Asked], np.ndarray]:
    """Whether people say that a programme cost them something; those still in state teaching are asked.

    They say so if what it cost, on average over the censuses of its delivery, is more than they bear.
    """

    def says(cohort: Cohort, otherwise: Cohort, asked: Asked) -> np.ndarray:
        cost, seen = _over_delivery(name, cohort, otherwise, asked)
        answers = (cohort.after["in_state_teaching", asked.years_after] == 1) & seen
        return np.where(answers, sign * cost > _borne(tolerance, decision, cohort, asked), np.nan)

    return says


RATED = ("people", "management", "aspiration", "readiness")
"""What participants have in mind when they rate what a programme did for them."""
LOWEST, HIGHEST = 1.0, 10.0
"""Ends of the scale on which they rate."""


def _rates(cohort: Cohort, otherwise: Cohort, asked: Asked) -> np.ndarray:
    """How participants in state teaching rate a programme, from 1 for no gain towards 10.

    By the sum of what they gained in :data:`RATED`, which brings half of the way where it is what they take for a fair gain.
    """
    found = [_over_delivery(name, cohort, otherwise, asked) for name in RATED]
    gain = np.maximum(np.sum([each for each, _ in found], axis=0), 0.0)
    answers = (cohort.after["in_state_teaching", asked.years_after] == 1) & found[0][1]
    fair = _borne("rated_impact", Decision.REPORT_IMPACT, cohort, asked)
    return np.where(answers, LOWEST + (HIGHEST - LOWEST) * gain / (gain + fair), np.nan)


def _not_compared(cohort: Cohort, _asked: Asked, _completers: np.ndarray) -> np.ndarray:
    return np.full(len(cohort.unit), np.nan)


MEASURES: Final = {
    measure.name: measure
    for measure in (
        *(_outcome(name) for name in OUTCOMES),
        Measure(
            "attainment", Unit.PERSON, "GCSE grades",
            "change since the census before the start in the pupil progress of the team led then",
            lambda after, _completed: (("team_attainment", after),), _attainment,
        ),
        Measure(
            "promoted_since_completing", Unit.PERSON, "share",
            "in a higher role than at the last census before completion, of completers still in state schools or leading a trust",
            _ranks, _promoted_since_completing,
        ),
        Measure(
            "promoted_within_a_year", Unit.PERSON, "share",
            "promoted by the first census a full year after completing, of those promoted since completing",
            _ranks, _promoted_within_a_year,
        ),
        Measure(
            "says_lost_time", Unit.PERSON, "share", "say that it cost them personal time, of participants in state teaching",
            _through_delivery("workload"), _not_compared,
            _says("workload", "lost_time", Decision.REPORT_LOST_TIME, 1.0),
        ),
        Measure(
            "says_lower_wellbeing", Unit.PERSON, "share",
            "say that it lowered their well-being, of participants in state teaching",
            _through_delivery("wellbeing"), _not_compared,
            _says("wellbeing", "lower_wellbeing", Decision.REPORT_LOWER_WELLBEING, -1.0),
        ),
        Measure(
            "rates_impact", Unit.PERSON, "points of ten",
            "how they rate what it did for them, from 1 to 10, of participants in state teaching",
            _through_delivery(*RATED), _not_compared, _rates,
        ),
    )
}  # fmt: skip
"""Every measure of studies by name."""


GRID = 2.0**40
"""Means are kept as whole multiples of 1/GRID, so that gap = effect + selection holds to the last bit."""


@dataclass(frozen=True)
class Parts:
    """One finding in one replicate; NaN for what it does not have. ``gap == effect + selection``, exactly."""

    participants: float
    comparison: float
    """Mean of similar people who did not join, weighted to the participants' cells."""
    effect: float
    """Mean difference that the programme made to the same participants."""
    counted: int
    """Participants behind the first mean."""

    @property
    def gap(self) -> float:
        """What evaluators see."""
        return self.participants - self.comparison

    @property
    def selection(self) -> float:
        """What they would have seen had the programme done nothing."""
        return self.gap - self.effect


@dataclass(frozen=True)
class Match:
    """How many participants found anybody like them."""

    participants: int
    unmatched: int
    comparators: int


@dataclass(frozen=True)
class Followed:
    """A cohort in both runs, with who is compared with whom."""

    cohort: Cohort
    """Everybody who could have joined, in the run with the programme."""
    otherwise: Cohort
    """The participants, in the run without it."""
    joined: np.ndarray
    """Participants among ``cohort``; bool."""
    compared: np.ndarray
    """Comparators: never joined by the study's last reading of the cohort."""
    completers: np.ndarray
    """Will complete; true of all comparators."""

    @property
    def participants(self) -> Cohort:
        """The participants in the run with the programme, with what was read of them."""
        chosen = self.cohort.take(self.joined)
        chosen.after = {reading: values[self.joined] for reading, values in self.cohort.after.items()}
        return chosen


def followed(cohort: Cohort, otherwise: Cohort, joiners: Joiners, horizon: int) -> Followed:
    """Put a cohort of the two runs together; ``horizon`` is the last year in which joining bars comparison."""
    start, completes = joiners.of(cohort.unit)
    joined = start == cohort.start
    return Followed(cohort, otherwise, joined, start > horizon, np.where(joined, completes, True))


def match(cohorts: list[Followed]) -> Match:
    """Participants, those with nobody alike, and comparators that are used, over all cohorts."""
    participants = unmatched = comparators = 0
    for f in cohorts:
        own, others = f.cohort.cell[f.joined], f.cohort.cell[f.compared]
        participants += len(own)
        unmatched += int((~np.isin(own, others)).sum())
        comparators += int(np.isin(others, own).sum())
    return Match(participants, unmatched, comparators)


def take_apart(measure_name: str, cohorts: list[Followed], asked: Asked) -> Parts:
    """The parts of one finding, all cohorts together."""
    measure = MEASURES[measure_name]
    if measure.says is not None:
        says = np.concatenate([measure.says(f.participants, f.otherwise, asked) for f in cohorts])
        has = ~np.isnan(says)
        mean = float(says[has].mean()) if has.any() else math.nan
        return Parts(_on_grid(mean), math.nan, math.nan, int(has.sum()))
    with_it, without_it, cell, others, others_cell = _values(measure, cohorts, asked)
    participants, comparison, matched = weighted(with_it, cell, others, others_cell)
    both = matched & ~np.isnan(without_it)
    effect = float((with_it[both] - without_it[both]).mean()) if both.any() else math.nan
    return Parts(_on_grid(participants), _on_grid(comparison), _on_grid(effect), int(matched.sum()))


def _values(measure: Measure, cohorts: list[Followed], asked: Asked) -> tuple[np.ndarray, ...]:
    """Of participants with and without the programme, their cells, then of comparators and theirs.

    Cells of different cohorts differ.
    """
    found: list[list[np.ndarray]] = [[] for _ in range(5)]
    offset = 0
    for f in cohorts:
        values = measure.values(f.cohort, asked, f.completers)
        otherwise = measure.values(f.otherwise, asked, f.completers[f.joined])
        cell = f.cohort.cell + offset
        offset += int(f.cohort.cell.max(initial=-1)) + 1
        parts = (values[f.joined], otherwise, cell[f.joined], values[f.compared], cell[f.compared])
        for kept, part in zip(found, parts, strict=True):
            kept.append(part)
    return tuple(np.concatenate(kept) for kept in found)


def _on_grid(value: float) -> float:
    return value if math.isnan(value) else math.floor(value * GRID + 0.5) / GRID
