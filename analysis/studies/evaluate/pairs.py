"""Two runs that differ in one programme: the same draws, the same past, and a future with it and without it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from analysis.runs.replicate import Arm, Years, replicate
from analysis.runs.work import Passed, unheard
from analysis.studies.evaluate.cohorts import Cohort, Watch
from analysis.studies.evaluate.measures import MEASURES, Asked
from analysis.studies.evaluate.parts import Match, Parts, followed, match, take_apart
from analysis.studies.evaluate.readings import Reading
from analysis.studies.evaluate.totals import Tally, difference
from simulation.programmes.programme import Programme
from simulation.world import Setup

if TYPE_CHECKING:
    from scenarios.programme_files.study import Study
    from simulation.model import PipelineModel

NEVER = 0
"""A school year long before any run."""


@dataclass(frozen=True)
class Case:
    """A programme under one calibration, made ready to evaluate."""

    calibration: str
    """Empty for the programme as its file has it."""
    summary: str
    programme: str
    setup: Setup
    """With the programme in it, and years enough for the study."""
    study: Study


@dataclass(frozen=True)
class Pair:
    """What one replicate found."""

    parts: tuple[Parts, ...]
    """In the order of the study's findings."""
    match: Match
    moved: dict[str, tuple[int, ...]]
    """Difference of totals, by place; see :mod:`analysis.studies.evaluate.totals`."""
    costs: tuple[int, ...]
    """GBP spent on the programme, by :data:`~simulation.log.PROGRAMME_COSTS`."""
    participants: int
    """Everybody who joined, the study's cohorts or not."""


def readings_of(study: Study, programme: Programme) -> tuple[Reading, ...]:
    """Everything that has to be read for the findings."""
    completed = programme.delivery.years - 1
    found: dict[Reading, None] = {}
    for finding in study.findings:
        found |= dict.fromkeys(MEASURES[finding.measure].needs(finding.years_after, completed))
    return tuple(found)


def simulate_pair(case: Case, seed: int, number: int, passed: Passed = unheard) -> Pair:
    """Run pair ``number`` and take it apart: with the programme, which says whom to follow, then without it."""
    programme, study = named(case.setup, case.programme), case.study
    place = case.setup.programmes.index(programme)
    wanted = readings_of(study, programme)
    watch, participants = Watch(study, place), list[Cohort]()

    def follow(years: Years, cohorts: list[Cohort]) -> tuple[PipelineModel, Tally]:
        tally, model = Tally(), next(years)
        for model in years:
            tally.add(model.world, place)
            for cohort in cohorts:
                cohort.read(model.world, wanted)
        return model, tally

    def with_it(years: Years) -> tuple[PipelineModel, Tally]:
        found = follow(years, watch.cohorts)
        participants.extend(c.take(watch.joiners.of(c.unit)[0] == c.start) for c in watch.cohorts)
        return found

    arms = [
        Arm(case.setup, with_it, shares=True, phases=watch.phases()),
        Arm(without(case.setup, case.programme), lambda years: follow(years, participants), shares=True),
    ]
    # Until the census before anybody can first start, the two are one.
    until = max(programme.places.first, case.setup.first_year + 1) - 1
    found = replicate(arms, seed, number, measures=(), until=min(until, case.setup.last_year), passed=passed)
    (model, ours), (_, theirs) = (result.get() for result in found)

    last = max((after for _, after in wanted), default=0)
    cohorts = [followed(c, o, watch.joiners, c.start + last) for c, o in zip(watch.cohorts, participants, strict=True)]
    asked = [(f.measure, Asked(study, programme, model.key, f.years_after)) for f in study.findings]
    parts = tuple(take_apart(measure, cohorts, about) for measure, about in asked)
    moved = difference(ours, theirs, model.world, programme.unit, watch.joiners)
    return Pair(parts, match(cohorts), moved, tuple(int(x) for x in ours.costs), len(watch.joiners.unit))


def without(setup: Setup, programme: str) -> Setup:
    """The setup in which nobody ever starts in ``programme``.

    It stays in the list, so that all programmes keep their places there; a programme in which nobody starts is none.
    """
    return with_programme(setup, never(named(setup, programme)))


def with_programme(setup: Setup, programme: Programme) -> Setup:
    """The setup with ``programme`` in the place of the one of its name, or added."""
    others = tuple(p for p in setup.programmes if p.name != programme.name)
    return replace(setup, programmes=(*others, programme))


def never(programme: Programme) -> Programme:
    """The programme with no year in which anybody can start."""
    return replace(programme, places=replace(programme.places, first=NEVER + 1, last=NEVER))


def named(setup: Setup, programme: str) -> Programme:
    """The programme of that name; raise :exc:`KeyError` if the setup has none."""
    for found in setup.programmes:
        if found.name == programme:
            return found
    raise KeyError(programme)
