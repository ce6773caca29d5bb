"""A reported gap taken apart: what the programme did to those who joined, and how they differed anyway."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from analysis.studies.evaluate.cohorts import Cohort, Joiners
from analysis.studies.evaluate.matching import weighted
from analysis.studies.evaluate.measures import MEASURES, Asked, Measure

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
