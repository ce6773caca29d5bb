"""Totals of a run, by where they arise: among participants, near them, or elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from analysis.studies.evaluate.cohorts import Joiners
from simulation.log import PROGRAMME_COSTS
from simulation.programmes.programme import Unit
from simulation.vocabulary import LeaverReason, Move, Status

if TYPE_CHECKING:
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
