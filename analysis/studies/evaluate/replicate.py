"""One replicate of an evaluation: a pair of runs, reduced to a few numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from analysis.runs.shared_past import Continued, copied
from analysis.studies.evaluate.cohorts import Watch
from analysis.studies.evaluate.measures import MEASURES, Asked
from analysis.studies.evaluate.pairs import named, warmed_up, without
from analysis.studies.evaluate.parts import Match, Parts, followed, match, take_apart
from analysis.studies.evaluate.readings import Reading
from analysis.studies.evaluate.totals import Tally, difference

if TYPE_CHECKING:
    from scenarios.programme_files.study import Study
    from simulation.programmes.programme import Programme
    from simulation.world import Setup


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


def simulate_pair(case: Case, seed: int, replicate: int) -> Pair:
    """Run the pair and take it apart."""
    programme, study = named(case.setup, case.programme), case.study
    number = case.setup.programmes.index(programme)
    wanted = readings_of(study, programme)
    past = warmed_up(case.setup, case.programme, seed, replicate)

    watch, ours = Watch(study, number), Tally()
    model = Continued(copied(past, case.setup), watch.phases())
    while model.running:
        model.step()
        ours.add(model.world, number)
        for cohort in watch.cohorts:
            cohort.read(model.world, wanted)

    participants = [c.take(watch.joiners.of(c.unit)[0] == c.start) for c in watch.cohorts]
    theirs = Tally()
    other = Continued(copied(past, without(case.setup, case.programme)))
    while other.running:
        other.step()
        theirs.add(other.world, number)
        for cohort in participants:
            cohort.read(other.world, wanted)

    last = max((after for _, after in wanted), default=0)
    cohorts = [followed(c, o, watch.joiners, c.start + last) for c, o in zip(watch.cohorts, participants, strict=True)]
    parts = tuple(
        take_apart(f.measure, cohorts, Asked(study, programme, model.key, f.years_after)) for f in study.findings
    )
    return Pair(
        parts, match(cohorts), difference(ours, theirs, model.world, programme.unit, watch.joiners),
        tuple(int(x) for x in ours.costs), len(watch.joiners.unit),
    )  # fmt: skip
