"""Clusters collaborate: who chairs them, how strong that and five other things make them, and how practice spreads."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit

from simulation.columns import Columns
from simulation.kernels import kernel
from simulation.numerics import FIXED_POINT, UNFIXED, fixed_array, logistics
from simulation.processes.base import Model, Process
from simulation.programmes.channels import COMPONENTS
from simulation.vocabulary import Status
from simulation.world import Own, World

CHAIR, EXPERIENCE, SYSTEMS, COORDINATOR, ETHOS, MONEY = range(len(COMPONENTS))
EXPERIENCED = 10
"""Years as a head after which experience counts in full (judgement)."""


class Heads(NamedTuple):
    """Heads in service of schools in clusters that collaborate, one entry each."""

    cluster: np.ndarray
    person: np.ndarray
    system: np.ndarray
    """Skill in leading beyond one's own school."""
    experience: np.ndarray
    """Years as a head, as a share of :data:`EXPERIENCED`, 0 to 1."""


def collaborates(world: World) -> np.ndarray:
    """Clusters of two schools or more; bool."""
    return world.clusters.schools >= 2


def beyond_ordinary(world: World) -> np.ndarray:
    """Strength of each school's cluster beyond the ordinary; 0 for a school that belongs to none, or to one of its own."""
    cluster, beyond = world.schools.cluster, np.zeros(len(world.schools))
    ordinary = world.parameters.collaborate.ordinary
    if len(world.clusters):
        together = (cluster >= 0) & collaborates(world)[cluster]
        beyond[together] = world.clusters.strength[cluster[together]] - ordinary[world.zone[together]]
    return beyond


def share_of_heads_changed(world: World) -> np.ndarray:
    """Share of each cluster's schools whose head changed at the census before, 0 to 1."""
    schools, clusters = world.schools, world.clusters
    changed = schools.cluster[(schools.head_changed == world.year - 1) & (schools.cluster >= 0)]
    return np.bincount(changed, minlength=len(clusters)) / np.maximum(clusters.schools, 1)


def _heads(world: World) -> Heads:
    people, cluster = world.people, world.schools.cluster
    rows = np.flatnonzero((people.role == world.ladder.head) & (people.status == Status.IN_SERVICE))
    of = cluster[people.school[rows]]
    together = (of >= 0) & collaborates(world)[of]
    rows, of = rows.compress(together), of.compress(together)
    since = people.head_since[rows].astype(np.int64)
    years = np.where(since < 0, 0, np.maximum(0, (world.year - 1) - since))
    return Heads(of, people.id[rows], people.system[rows], np.minimum(years, EXPERIENCED) / EXPERIENCED)


@njit(forceinline=True)
def _abler(heads, j, k):
    one, other = heads.system[j] + heads.experience[j], heads.system[k] + heads.experience[k]
    return one > other or (one == other and heads.person[j] < heads.person[k])


@kernel
def _elect(heads, before, chair):
    """Write into ``chair`` the place among heads of each cluster's: last year's, else the ablest (ties: smaller id)."""
    for j in range(len(heads.cluster)):
        c = heads.cluster[j]
        best = chair[c]
        if best >= 0 and heads.person[best] == before[c]:
            continue
        if best < 0 or heads.person[j] == before[c] or _abler(heads, j, best):
            chair[c] = j


def _mean(cluster: np.ndarray, values: np.ndarray, clusters: int) -> np.ndarray:
    """Mean over heads by cluster, whatever their order; 0 where there is none."""
    total, count = np.zeros(clusters, np.int64), np.bincount(cluster, minlength=clusters)
    np.add.at(total, cluster, fixed_array(values))
    return np.where(count > 0, total / FIXED_POINT / np.maximum(count, 1), 0.0)


def _components(world: World, heads: Heads, chair: np.ndarray, systems: np.ndarray) -> np.ndarray:
    """The six components of each cluster's strength without programmes' part, in their order; clusters × 6."""
    p, n, here = world.parameters.collaborate, len(world.clusters), (world.zone_of_clusters, world.clusters.kind)
    led, ones = chair >= 0, np.bincount(heads.cluster, minlength=n)
    at = np.maximum(chair, 0)
    found = np.zeros((n, len(COMPONENTS)))
    if len(heads.person):
        of_chair = np.where(led, heads.experience[at], 0.0)
        found[:, CHAIR] = np.where(led, 0.5 * logistics(heads.system[at]) + 0.5 * of_chair, 0.0)
        others = np.ones(len(heads.person), bool)
        others[chair[led]] = False
        experience = _mean(heads.cluster[others], heads.experience[others], n)
        found[:, EXPERIENCE] = np.where(ones >= 2, experience, of_chair)
        found[:, ETHOS] = np.where(ones > 0, logistics(_mean(heads.cluster, heads.system, n)), 0.0)
    found[:, SYSTEMS], found[:, COORDINATOR], found[:, MONEY] = systems, p.coordinator[here], p.money[here]
    return found


def run(model: Model, own: Own) -> None:
    """Find each cluster's chair and strength, and let its schools take over practice from the best of them."""
    world, clusters = model.world, own.clusters
    if not len(world.clusters):
        return
    p, zone = world.parameters.collaborate, world.zone_of_clusters
    heads, together = _heads(world), collaborates(world)
    chair = np.full(len(clusters.key), -1, np.int64)
    _elect(heads, clusters.chair, chair)
    clusters.chair[:] = np.where(chair >= 0, np.append(heads.person, np.uint64(0))[chair], np.uint64(0))

    memory = p.systems_memory[zone]
    kept = memory * clusters.systems + (1 - memory) * p.systems[zone, clusters.kind]
    now = np.clip(kept - p.wear[zone] * share_of_heads_changed(world), 0.0, 1.0)
    clusters.systems[:] = np.where(together, now, clusters.systems)
    components = _components(world, heads, chair, clusters.systems)
    parts = np.clip(components + clusters.shift * UNFIXED, 0.0, 1.0)
    strength = np.zeros(len(clusters.key))
    for k in range(parts.shape[1]):
        strength = strength + p.weights[zone, k] * parts[:, k]
    clusters.strength[:] = np.where(together, strength, 0.0)
    _spread(world, own.schools)


def _spread(world: World, schools: Columns) -> None:
    """Close part of the gap to the best culture in the cluster."""
    members = np.flatnonzero(schools.cluster >= 0)
    of = schools.cluster[members]
    best = np.full(len(world.clusters), -np.inf)
    np.maximum.at(best, of, schools.culture[members])
    pull = world.parameters.collaborate.spread[world.zone[members]] * world.clusters.strength[of]
    schools.culture[members] += pull * (best[of] - schools.culture[members])


PROCESS = Process("collaborate", "clusters choose a chair, grow or lose strength, and spread good practice", run)
