"""Evaluate a programme: every calibration, every replicate, and what they say together."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from analysis.figures.estimates import Estimate, estimate, ratio
from analysis.figures.words import pairs_of_runs
from analysis.runs.executor import in_order
from analysis.studies.evaluate.cases import cases
from analysis.studies.evaluate.measures import MEASURES
from analysis.studies.evaluate.pairs import Case, Pair, simulate_pair
from analysis.studies.evaluate.totals import PLACES, TOTALS
from analysis.telling import progress
from simulation.log import PROGRAMME_COSTS

if TYPE_CHECKING:
    from analysis.runs.plan import Options
    from analysis.runs.work import Passed
    from scenarios.programme_files.study import Finding


PARTS = ("participants", "comparison", "gap", "effect", "selection")
MATCHED = ("participants", "unmatched", "comparators")


@dataclass(frozen=True)
class Line:
    """One finding: published, simulated and taken apart."""

    finding: Finding
    unit: str
    participants: Estimate
    comparison: Estimate
    gap: Estimate
    effect: Estimate
    selection: Estimate
    counted: float
    """Participants behind it, a replicate."""

    @property
    def pairs(self) -> tuple[tuple[float | None, Estimate], ...]:
        """What is published beside what is simulated: participants, comparison, difference."""
        f = self.finding
        return (f.participants, self.participants), (f.comparison, self.comparison), (f.difference, self.gap)

    @property
    def inside(self) -> bool | None:
        """Whether every published figure is met within the finding's tolerance; None if none is published."""
        if self.finding.within is None:
            return None
        told = [(published, found.mean) for published, found in self.pairs if published is not None]
        return all(abs(found - published) <= self.finding.within for published, found in told) if told else None


@dataclass(frozen=True, repr=False)
class Evaluation:
    """What all replicates of one calibration say."""

    case: Case
    replicates: int
    lines: tuple[Line, ...]
    participants: Estimate
    unmatched: Estimate
    comparators: Estimate
    moved: dict[str, dict[str, Estimate]]
    """Difference that the programme makes to each total, by place and in all (``total``)."""
    costs: dict[str, Estimate]
    """GBP by :data:`~simulation.log.PROGRAMME_COSTS`, and in all (``total``)."""
    per_retained: Estimate
    """GBP per leaver fewer."""

    def __repr__(self) -> str:
        return f"<Evaluation of {self.case.study.title}: {pairs_of_runs(self.replicates)}>"


def summed_up(case: Case, pairs: list[Pair]) -> Evaluation:
    """All replicates of a case together."""

    def over(value: Callable[[Pair], float]) -> Estimate:
        return estimate([float(value(pair)) for pair in pairs])

    lines = []
    for i, finding in enumerate(case.study.findings):
        found = {name: over(lambda pair, i=i, name=name: getattr(pair.parts[i], name)) for name in PARTS}  # type: ignore[misc]
        counted = sum(pair.parts[i].counted for pair in pairs) / len(pairs)
        lines.append(Line(finding, MEASURES[finding.measure].unit, counted=counted, **found))
    moved = {
        name: {
            **{place: over(lambda p, n=name, j=j: p.moved[n][j]) for j, place in enumerate(PLACES)},  # type: ignore[misc]
            "total": over(lambda p, n=name: sum(p.moved[n])),  # type: ignore[misc]
        }
        for name in TOTALS
    }
    costs = {c: over(lambda p, j=j: p.costs[j]) for j, c in enumerate(PROGRAMME_COSTS)}  # type: ignore[misc]
    costs["total"] = over(lambda p: sum(p.costs))
    participants, unmatched, comparators = (over(lambda p, n=n: getattr(p.match, n)) for n in MATCHED)  # type: ignore[misc]
    per_retained = ratio([float(sum(p.costs)) for p in pairs], [float(-sum(p.moved["leavers"])) for p in pairs])
    matched = participants, unmatched, comparators
    return Evaluation(case, len(pairs), tuple(lines), *matched, moved, costs, per_retained)


def evaluate(
    programme: str, options: Options, calibration: str | None = None, scenario: str | None = None
) -> list[Evaluation]:
    """Evaluate a programme under one calibration, or under all that its file has."""
    chosen = cases(programme, options, calibration, scenario)
    pairs = simulate_all(chosen, options.seed, options.replicates, options.workers)
    return [summed_up(case, found) for case, found in zip(chosen, pairs, strict=True)]


def simulate_all(cases: Sequence[Case], seed: int, replicates: int, workers: int | None) -> list[list[Pair]]:
    """All replicates of all cases, in their order."""
    tasks = [(i, r) for i in range(len(cases)) for r in range(replicates)]
    found: list[list[Pair]] = [[] for _ in cases]
    with progress(len(tasks), "Evaluating", "pairs") as done:
        pairs = in_order(_one, (tuple(cases), seed), tasks, [case.setup for case in cases], workers)
        for (i, r), pair in zip(tasks, pairs, strict=True):
            found[i].append(pair)
            named = ", ".join(filter(None, (cases[i].programme, cases[i].calibration)))
            done(f"{named}, pair {r + 1} of {replicates}")
    return found


def _one(given: tuple[Sequence[Case], int], task: tuple[int, int], passed: Passed) -> Pair:
    cases, seed = given
    return simulate_pair(cases[task[0]], seed, task[1], passed)
