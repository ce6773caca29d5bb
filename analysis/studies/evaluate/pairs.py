"""Two runs that differ in one programme: the same draws, the same past, and a future with it and without it.

What differs between them in all is told apart by where it arises: among participants, near them, or elsewhere.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

import numpy as np

from analysis.runs.replicate import Arm, Years, replicate
from analysis.runs.work import Passed, unheard
from analysis.studies.evaluate.cohorts import Cohort, Joiners, Reading, Watch
from analysis.studies.evaluate.measures import MEASURES, Asked, Match, Parts, followed, match, take_apart
from simulation.log import PROGRAMME_COSTS
from simulation.programmes.programme import Programme, Unit
from simulation.vocabulary import LeaverReason, Move, Status
from simulation.world import Setup

if TYPE_CHECKING:
    from scenarios.doubt import Doubt
    from scenarios.evidence import Citation
    from scenarios.programme_files.study import Study
    from simulation.model import PipelineModel
    from simulation.world import World

PLACES: Final = ("direct", "spillover", "displacement")
"""Among participants (people in schools that joined, where schools or clusters join); among others in their schools and
those of the same clusters; everywhere else."""
TOTALS: Final = {
    "leavers": "people who retire, leave state schools or take a break, over all years",
    "promotions": "appointments to a higher post, over all years",
    "teachers": "people in service in the last year",
}


class Tally:
    """What one run counts, year by year."""

    def __init__(self) -> None:
        self._people: dict[str, list[np.ndarray]] = {name: [] for name in TOTALS}
        self._schools: dict[str, list[np.ndarray]] = {name: [] for name in TOTALS}
        self.costs = np.zeros(len(PROGRAMME_COSTS), np.int64)
        """GBP spent on the programme, by :data:`~simulation.log.PROGRAMME_COSTS`, over all years."""

    def add(self, world: World, number: int) -> None:
        """Add the year that the census of ``world`` closes; ``number`` is the programme's place in the setup."""
        left = world.log.leavers
        left = left.where(left.reason != LeaverReason.TRUST_CENTRAL_TEAM)
        risen = world.log.appointments
        risen = risen.where(risen.move == Move.PROMOTION)
        for name, person, school in (
            ("leavers", left.person, left.school),
            ("promotions", risen.person, risen.to_school),
        ):
            self._people[name].append(person)
            self._schools[name].append(school)
        here = world.people.status == Status.IN_SERVICE
        self._people["teachers"], self._schools["teachers"] = [world.people.id[here]], [world.people.school[here]]
        self.costs += world.log.programme_costs[number].sum(axis=0)

    def by_place(self, participants: np.ndarray, own: np.ndarray, near: np.ndarray) -> dict[str, np.ndarray]:
        """Whole numbers by total, in the order of :data:`PLACES`; they sum to the total.

        ``participants`` are ids of people; ``own`` and ``near`` mark schools whose people count as participants, and
        schools near participants.
        """
        found = {}
        for name in TOTALS:
            person, school = np.concatenate(self._people[name]), np.concatenate(self._schools[name])
            direct = np.isin(person, participants) | own[school]
            spillover = ~direct & near[school]
            found[name] = np.array([direct.sum(), spillover.sum(), len(person) - direct.sum() - spillover.sum()])
        return found


def whereabouts(world: World, unit: Unit, joiners: Joiners) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Participants' ids, the schools whose people all count as participants, and the schools near participants."""
    schools = world.schools
    own, near = np.zeros(len(schools), bool), np.zeros(len(schools), bool)
    near[joiners.school[joiners.school >= 0]] = True
    clusters = np.unique(schools.cluster[near])
    clusters = np.append(clusters[clusters >= 0], joiners.cluster[joiners.cluster >= 0])
    if unit is Unit.SCHOOL:
        own |= near
    elif unit is Unit.CLUSTER:
        own = np.isin(schools.cluster, clusters)
    near |= np.isin(schools.cluster, clusters)
    people = np.unique(joiners.unit) if unit is Unit.PERSON else np.empty(0, np.uint64)
    return people, own, near


def difference(
    with_it: Tally, without_it: Tally, world: World, unit: Unit, joiners: Joiners
) -> dict[str, tuple[int, ...]]:
    """With less without the programme, by total and place: whole numbers that sum to the difference of the totals."""
    places = whereabouts(world, unit, joiners)
    ours, theirs = with_it.by_place(*places), without_it.by_place(*places)
    return {name: tuple(int(x) for x in ours[name] - theirs[name]) for name in TOTALS}


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
    cites: dict[str, Citation] = field(default_factory=dict)
    """Publications that the programme's own file cites, by name."""
    fitted_to: tuple[str, ...] = ()
    """Findings of the study that the calibration was set to reproduce."""
    doubt: Doubt | None = None
    """What is drawn, anew in each replicate; None where everything stands at its value."""

    def of(self, number: int) -> Case:
        """The case of replicate ``number``: under the draw of that number, so that all replicates are independent."""
        if self.doubt is None:
            return self
        return replace(self, setup=self.doubt.setup(number, self.setup), doubt=None)


@dataclass(frozen=True)
class Pair:
    """What one replicate found."""

    parts: tuple[Parts, ...]
    """In the order of the study's findings."""
    match: Match
    moved: dict[str, tuple[int, ...]]
    """Difference of totals, by place; see :mod:`analysis.studies.evaluate.pairs`."""
    costs: tuple[int, ...]
    """GBP spent on the programme, by :data:`~simulation.log.PROGRAMME_COSTS`."""


def readings_of(study: Study, programme: Programme) -> tuple[Reading, ...]:
    """Everything that has to be read for the findings."""
    completed = programme.delivery.years - 1
    found: dict[Reading, None] = {}
    for finding in study.findings:
        found |= dict.fromkeys(MEASURES[finding.measure].needs(finding.years_after, completed))
    return tuple(found)


def simulate_pair(case: Case, seed: int, number: int, passed: Passed = unheard) -> Pair:
    """Run pair ``number`` and take it apart: with the programme, which says whom to follow, then without it."""
    case = case.of(number)
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
        Arm(case.setup, with_it, phases=watch.phases()),
        Arm(without(case.setup, case.programme), lambda years: follow(years, participants)),
    ]
    found = replicate(arms, seed, number, measures=(), passed=passed)
    (model, ours), (_, theirs) = (result.get() for result in found)

    last = max((after for _, after in wanted), default=0)
    cohorts = [followed(c, o, watch.joiners, c.start + last) for c, o in zip(watch.cohorts, participants, strict=True)]
    asked = [(f.measure, Asked(study, programme, model.key, f.years_after)) for f in study.findings]
    parts = tuple(take_apart(measure, cohorts, about) for measure, about in asked)
    moved = difference(ours, theirs, model.world, programme.unit, watch.joiners)
    return Pair(parts, match(cohorts), moved, tuple(int(x) for x in ours.costs))


def without(setup: Setup, programme: str) -> Setup:
    """The setup in which nobody ever starts in ``programme``.

    It stays in the list, so that all programmes keep their places there; a programme in which nobody starts is none.
    """
    found = named(setup, programme)
    return with_programme(setup, replace(found, places=replace(found.places, first=1, last=0)))


def with_programme(setup: Setup, programme: Programme) -> Setup:
    """The setup with ``programme`` in the place of the one of its name, or added."""
    others = tuple(p for p in setup.programmes if p.name != programme.name)
    return replace(setup, programmes=(*others, programme))


def named(setup: Setup, programme: str) -> Programme:
    """The programme of that name; raise :exc:`KeyError` if the setup has none."""
    for found in setup.programmes:
        if found.name == programme:
            return found
    raise KeyError(programme)
