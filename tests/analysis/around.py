"""Those around the units that start in a programme's first year: their teams, schools, clusters, helpers and peers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from analysis.studies.evaluate.cohorts import Cohort, Watch
from simulation.census.outcomes import OUTCOMES, Starts
from simulation.processes.eligibility import Serving
from simulation.processes.taking_part import Part, area_of, taking_part
from simulation.programmes.channels import On
from simulation.programmes.programme import Unit
from simulation.vocabulary import Status

if TYPE_CHECKING:
    from simulation.model import PipelineModel
    from simulation.world import Own, World


class Around(Watch):
    """Notes who is around the starters as they start, before anybody moves. It changes nothing."""

    def __init__(self, *given: object) -> None:
        super().__init__(*given)  # type: ignore[arg-type]
        self.people: dict[On, Starts] = {}
        """Of each group, the people as they were at the start."""
        self.schools: dict[On, Starts] = {}

    def _after(self, model: PipelineModel, own: Own) -> None:
        super()._after(model, own)
        world = model.world
        part = next((p for p in taking_part(world) if p.number == self.number), None)
        if world.year != self.study.first or part is None:
            return
        for on, rows in _groups(world, part).items():
            self._note(on, world, world.people.id[rows], world.people.role[rows], world.people.school[rows])
        for on, schools in _schools(world, part).items():
            self.schools[on] = _of_schools(world, schools)

    def note_helpers(self, world: World) -> None:
        """Note who helps in the first year, at its census."""
        helping = world.log.helping
        mine = helping.programme == self.number
        self._note(On.HELPER, world, helping.person[mine], helping.role[mine], helping.school[mine])

    def _note(self, on: On, world: World, person: np.ndarray, role: np.ndarray, school: np.ndarray) -> None:
        self.people[on] = Starts(person, role, school, world.schools.cluster[school])
        self.schools.setdefault(on, _of_schools(world, np.unique(school)))

    def cohort(self, on: On, outcome: str) -> Cohort:
        """The units of a group for which an outcome is a number, with nothing read of them yet; none where nobody is."""
        known = self.people if OUTCOMES[outcome].of is Unit.PERSON else self.schools
        none = np.empty(0, np.int64)
        starts = known.get(on) or Starts(none.astype(np.uint64), none.astype(np.int8), none, none)
        return Cohort(self.study.first, starts.person, starts, np.zeros(len(starts), np.int64))


def _of_schools(world: World, schools: np.ndarray) -> Starts:
    n = len(schools)
    return Starts(np.zeros(n, np.uint64), np.full(n, -1, np.int8), schools, world.schools.cluster[schools])


def _groups(world: World, part: Part) -> dict[On, np.ndarray]:
    """Rows of people in service around those who take part, who have not joined themselves."""
    people, cluster = world.people, world.schools.cluster
    joined = np.zeros(len(people), bool)
    if part.programme.unit is Unit.PERSON:
        joined = people.joined & np.uint64(1 << part.number) != 0
    others = (people.status == Status.IN_SERVICE) & ~joined
    own = np.isin(people.school, part.schools_of(np.arange(len(part.row)), world)[1])
    clusters = np.unique(cluster[people.school[own]])
    near = own | np.isin(cluster[people.school], clusters[clusters >= 0])
    found = {On.SCHOOL: others & own, On.CLUSTER: others & near}
    if part.programme.unit is Unit.PERSON:
        highest = np.full(len(world.schools), -1)
        np.maximum.at(highest, part.school, people.role[part.row].astype(np.int64))
        found[On.TEAM] = others & (people.role < highest[people.school])
    rows = {on: np.flatnonzero(mask) for on, mask in found.items()}
    cascade = part.programme.delivery.cascade
    if cascade is not None:
        peers = Serving.of(world).who_meet(world, cascade.who)
        led = area_of(world, cascade.within, people.school[peers].astype(np.int64))
        leading = area_of(world, cascade.within, part.school)
        rows[On.PEERS] = np.sort(peers[~joined[peers] & np.isin(led, leading)])
    return rows


def _schools(world: World, part: Part) -> dict[On, np.ndarray]:
    """Rows of the schools that take part, and of all in their clusters."""
    own = np.unique(part.schools_of(np.arange(len(part.row)), world)[1])
    cluster = world.schools.cluster
    clusters = np.unique(cluster[own])
    near = np.flatnonzero(np.isin(cluster, clusters[clusters >= 0]))
    return {On.SCHOOL: own, On.CLUSTER: np.union1d(own, near)}
