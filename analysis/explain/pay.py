"""What a scenario's change in pay does, in words."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from analysis.explain.effects import odds, odds_of
from analysis.explain.words import Item, roles, where
from analysis.figures.rounding import percent
from analysis.figures.words import capital, listed, said
from scenarios.scenario import Scenario
from simulation.parameters import Parameters
from simulation.processes.pay import Pay
from simulation.structure import CLASSROOM, Structure
from simulation.vocabulary import school_year
from simulation.zones import ByZone, Zone

Course = tuple[float, ...]
"""What pay has gained, as a logarithm, in each year projected."""
Cell = tuple[int, int]
"""A role and a phase."""


@dataclass(frozen=True)
class _Answer:
    """Something that people do, and how the odds of it answer to pay."""

    elasticity: str
    """Path of the parameter."""
    what: str
    of_pay: np.ndarray
    """The gain that counts, by phase and role."""


def pay_in_words(scenario: Scenario) -> list[Item]:
    """What pay gains or loses after the base year, of whom and when, and what people make of it; nothing if it stays."""
    years = range(scenario.base_year + 1, scenario.base_year + scenario.years + 1)
    elsewhere, *others = scenario.schedule.each()
    found = _in_zone(scenario, years, elsewhere, "")
    for place, zone in zip(scenario.schedule.places, others, strict=True):
        if any(_paid_otherwise(zone.in_year(year), elsewhere.in_year(year)) for year in years):
            found += _in_zone(scenario, years, zone, f", {where(place)},")
    return found


def _paid_otherwise(one: Parameters, other: Parameters) -> bool:
    pay = one.costs.pay, other.costs.pay
    return one.leave.outside_pay != other.leave.outside_pay or not np.array_equal(*pay)


def _in_zone(scenario: Scenario, years: range, zone: Zone, place: str) -> list[Item]:
    """The same of the schools of a place, which is said behind whose pay it is."""
    base = ByZone((zone.in_year(scenario.base_year),))
    both = {year: Pay.since(base.costs.pay, ByZone((zone.in_year(year),))) for year in years}
    by_year = {year: Pay(pay.gained[0], pay.outside[0, ...]) for year, pay in both.items()}
    found = []
    courses: dict[Course, list[Cell]] = defaultdict(list)
    everybody = [(r, p) for r in range(len(scenario.ladder)) for p in range(len(scenario.structure.phases))]
    for role, phase in everybody:
        courses[tuple(pay.gained[phase, role] for pay in by_year.values())].append((role, phase))
    for course, cells in courses.items():
        if any(course):
            peak = by_year[_peak(by_year, course)]._replace(outside=np.zeros(()))
            whose = f"{capital(_of(cells, scenario.structure))}{place}"
            told = f"{whose} are paid {_gain(years, course)} than in {school_year(scenario.base_year)}"
            found.append(Item(f"{told}, in real terms.", tuple(_answers(scenario, peak, cells))))
    course = tuple(float(pay.outside) for pay in by_year.values())
    if any(course):
        outside = by_year[_peak(by_year, course)]._replace(gained=np.zeros_like(base.costs.pay[0]))
        told = f"Work outside state schools{place} is paid {_gain(years, course)} than in {school_year(scenario.base_year)}"
        found.append(Item(f"{told}, in real terms.", tuple(_answers(scenario, outside, everybody))))
    return found


def _peak(years: Sequence[int] | dict[int, Pay], course: Course) -> int:
    """The first year in which pay is furthest from that of the base year."""
    return list(years)[int(np.argmax(np.abs(course)))]


def _gain(years: range, course: Course) -> str:
    """``10% more, from 2027/28 on``, ``up to 10% more, from 2027/28 to 2030/31``."""
    moved = [year for year, gain in zip(years, course, strict=True) if gain]
    most = math.expm1(course[_peak(years, course) - years.start])
    size = f"{percent(abs(most))} {'more' if most > 0 else 'less'}"
    steady = len({gain for gain in course if gain}) == 1
    end = "on" if moved[-1] == years[-1] else f"to {school_year(moved[-1])}"
    return f"{'' if steady else 'up to '}{size} from {school_year(moved[0])} {end}"


def _of(cells: list[Cell], structure: Structure) -> str:
    """Whose pay it is: ``heads in primary schools and deputy heads``."""
    phases: dict[tuple[int, ...], list[int]] = defaultdict(list)
    for role in dict.fromkeys(role for role, _ in cells):
        phases[tuple(phase for other, phase in cells if other == role)].append(role)
    return listed(
        listed(roles(structure.ladder.names[role] for role in of))
        + (
            ""
            if len(at) == len(structure.phases)
            else f" in {listed(said('phase', structure.phases[p]) for p in at)} schools"
        )
        for at, of in phases.items()
    )


def _answers(scenario: Scenario, pay: Pay, cells: list[Cell]) -> Iterator[str]:
    """How the odds of leaving, of giving up the post, of seeking it and of finding newcomers change."""
    ladder, rungs = scenario.structure.ladder, np.arange(len(scenario.ladder))
    step = np.stack([pay.step[:, max(role - 1, 0), role] for role in range(len(rungs))], axis=1)
    newcomers = np.where(rungs == CLASSROOM, pay.against_outside, 0.0)
    leaders = np.where((rungs == CLASSROOM) | (rungs == ladder.trust_leader), 0.0, 1.0)
    for answer in (
        _Answer("leave.pay_elasticity", "leaving state schools", pay.against_outside),
        _Answer("leave.step_down_pay_elasticity", "giving the post up for a classroom post", pay.above_classroom * leaders),
        _Answer("appoint.pay_elasticity", "seeking such a post from the rung below", step),
        _Answer("recruit.pay_elasticity", "finding a newcomer for a classroom post", newcomers),
    ):  # fmt: skip
        yield from _answer(scenario, answer, cells)


def _answer(scenario: Scenario, answer: _Answer, cells: list[Cell]) -> Iterator[str]:
    """A sentence for each size that the answer has; those who do not answer are left out."""
    elasticity = np.broadcast_to(scenario.parameters.value(answer.elasticity), len(scenario.ladder))
    low, high = scenario.provenance[answer.elasticity].range
    sizes: dict[tuple[float, float, float], list[Cell]] = defaultdict(list)
    for role, phase in cells:
        gain = float(answer.of_pay[phase, role])
        if elasticity[role] * gain:
            sizes[elasticity[role] * gain, low * gain, high * gain].append((role, phase))
    for (size, *ends), of in sizes.items():
        whom = (
            ""
            if len(of) == len(cells) or answer.elasticity.startswith("recruit")
            else f" ({_of(of, scenario.structure)})"
        )
        least, most = sorted(ends, key=abs)
        yield f"{capital(odds_of(size, answer.what))}{whom}; it could be anything from {odds(least)} to {odds(most)}."
