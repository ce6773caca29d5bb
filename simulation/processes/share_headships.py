"""Schools of a trust or federation share a head: some come under an executive head, who heads another of them as well."""

from __future__ import annotations

import numpy as np

from simulation.columns import Columns
from simulation.draws import Decision, school_ids
from simulation.processes.base import Model, Process
from simulation.vocabulary import Cause, ClusterKind, Status
from simulation.world import Own, World

NOBODY = np.uint64(0)
TWICE = 2
"""Advertisements after which a headship that stands vacant counts as one that failed."""


def heads_in_service(world: World) -> np.ndarray:
    """Rows of heads in service, in order of id."""
    people = world.people
    rows = np.flatnonzero((people.role == world.ladder.head) & (people.status == Status.IN_SERVICE.value))
    return rows[np.argsort(people.id[rows], kind="stable")]


def executives(world: World, heads: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Rows of schools that are under an executive head, and the row of that head of each; -1 for one who is no head any more.

    ``heads`` are :func:`heads_in_service`.
    """
    under = np.flatnonzero(world.schools.executive != NOBODY)
    if not len(under) or not len(heads):
        return under, np.full(len(under), -1)
    ids, wanted = world.people.id[heads], world.schools.executive[under]
    at = np.minimum(np.searchsorted(ids, wanted), len(ids) - 1)
    return under, np.where(ids[at] == wanted, heads[at], -1)


def run(model: Model, own: Own) -> None:
    """End what has lasted or lost its reason, then let schools with a cause come under the ablest head of their cluster."""
    world, schools, people = model.world, own.schools, own.people
    heads = heads_in_service(world)
    _end(world, schools, heads)
    _begin(world, schools, heads)
    led = np.flatnonzero(people.schools_led > 0)
    people.schools_led[led] = 0
    _, rows = executives(world, heads)
    leaders, number = np.unique(rows, return_counts=True)
    people.schools_led[leaders] = number


def _end(world: World, schools: Columns, heads: np.ndarray) -> None:
    under, row = executives(world, heads)
    home, cluster = world.people.school[row], schools.cluster
    stays = (row >= 0) & world.is_open[under] & (cluster[under] >= 0) & (cluster[home] == cluster[under])
    stays &= (schools.phase[home] == schools.phase[under]) & (home != under)
    u = world.key.uniform(Decision.EXECUTIVE_ENDS, world.year, school_ids(schools.urn[under]))
    stays &= u >= world.parameters.executive.ends[world.zone[under]]
    schools.executive[under[~stays]] = NOBODY


def _causes(world: World) -> np.ndarray:
    """Which schools have which :class:`~simulation.vocabulary.Cause`, schools × causes."""
    schools, standing, year = world.schools, world.vacancies, world.year
    found = np.zeros((len(schools), len(Cause)), bool)
    failed = (standing.role == world.ladder.head) & (standing.before + standing.adverts >= TWICE)
    found[standing.school[failed], Cause.FAILED] = True
    found[:, Cause.LOWERED] = schools.lowered == year
    small = schools.pupils <= world.parameters.executive.small[world.zone]
    found[:, Cause.SMALL] = small & (schools.head_changed == year)
    return found


def _shares(world: World) -> np.ndarray:
    """Schools that can come under an executive head: those of trusts and federations of two schools or more."""
    cluster, clusters = world.schools.cluster, world.clusters
    able = (clusters.kind != ClusterKind.LOCAL_CLUSTER) & (clusters.schools >= 2)
    return (cluster >= 0) & able[cluster] if len(able) else np.zeros(len(cluster), bool)


def _begin(world: World, schools: Columns, heads: np.ndarray) -> None:
    p, zone, people, cluster = world.parameters.executive, world.zone, world.people, schools.cluster
    causes = _causes(world)
    chance = np.where(causes.any(axis=1), p.created[zone, causes.argmax(axis=1)], 0.0)
    u = world.key.uniform(Decision.EXECUTIVE_BEGINS, world.year, school_ids(schools.urn))
    begins = world.is_open & (schools.executive == NOBODY) & _shares(world) & (u < chance)
    _, rows = executives(world, heads)
    heads = heads[
        np.lexsort((-people.system[heads], cluster[people.school[heads]]))
    ]  # stable: ties stay in order of id
    home = people.school[heads]
    led = np.bincount(rows[rows >= 0], minlength=len(people))[heads]
    due = np.flatnonzero(begins)
    first, last = (np.searchsorted(cluster[home], cluster[due], side) for side in ("left", "right"))
    for s, start, stop in zip(due.tolist(), first.tolist(), last.tolist(), strict=True):
        at, over = home[start:stop], led[start:stop]
        if over[at == s].any():
            continue  # its own head is over others
        able = (schools.phase[at] == schools.phase[s]) & (at != s) & (schools.executive[at] == NOBODY)
        chosen = np.flatnonzero(able & (over + 2 <= p.most_schools[zone[s]]))[:1]
        if len(chosen):
            schools.executive[s] = people.id[heads[start + chosen[0]]]
            over[chosen] += 1


PROCESS = Process(
    "share headships", "schools of trusts and federations come under executive heads, or do so no more", run
)
