"""Schools that inspectors have found wanting come under a trust: maintained ones by an academy order, academies under another."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from simulation.changes import Change, Event
from simulation.draws import Decision, school_ids
from simulation.vocabulary import ClusterKind, SchoolKind
from simulation.world import World

ORDER_STANDS = 2
"""Years after a grade is lowered in which it can bring a school into a trust."""


def ordered(world: World) -> Iterator[Change]:
    """The schools that join a trust this year because of their grade, in order of URN, and which they join.

    The register is that of the base year, so none does up to then. A school of which the list of changes says anything
    changes as that says and in no other way: who joins a trust by the list is not sponsored as well.
    """
    schools, year = world.schools, world.year
    due = np.flatnonzero(_due(world)) if year > world.setup.base_year else np.zeros(0, np.int64)
    ids = school_ids(schools.urn[due])
    p, grade, zone = world.parameters.inspect, schools.grade[due], world.zone[due]
    academy = schools.kind[due] == SchoolKind.ACADEMY
    chance = np.where(academy, p.transferred[zone, grade], p.sponsored[zone, grade])
    due = due[world.key.uniform(Decision.SPONSORED, year, ids) < chance]
    choice = world.key.uniform(Decision.SPONSOR_CHOSEN, year, school_ids(schools.urn[due]))
    sponsors = [_sponsor(world, school, u) for school, u in zip(due.tolist(), choice.tolist(), strict=True)]
    for school, key in zip(due.tolist(), sponsors, strict=True):
        if key is not None:
            yield Change(year, Event.JOINS_TRUST, int(schools.urn[school]), key)


def _due(world: World) -> np.ndarray:
    """Open schools whose grade was lowered lately, and of which the list of changes says nothing; bool."""
    schools, listed = world.schools, world.setup.changes
    since = world.year - schools.lowered.astype(np.int64)
    on_list = np.isin(schools.urn, [change.school for change in listed])
    return world.is_open & (since >= 1) & (since <= ORDER_STANDS) & ~on_list


def _sponsor(world: World, school: int, u: float) -> int | None:
    """Key of the trust that takes a school in: one with schools in its authority, else its region, by all that it has.

    Large trusts take most. None where there is no trust but the school's own.
    """
    schools, clusters = world.schools, world.clusters
    inside = world.is_open & (schools.cluster >= 0) & (schools.cluster != schools.cluster[school])
    inside[inside] = clusters.kind[schools.cluster[inside]] == ClusterKind.TRUST
    size = np.bincount(schools.cluster[inside], minlength=len(clusters))
    for place in (schools.local_authority, schools.region):
        near = np.unique(schools.cluster[inside & (place == place[school])])
        if len(near):
            near = near[np.argsort(clusters.key[near], kind="stable")]
            total = np.cumsum(size[near])
            return int(clusters.key[near[np.searchsorted(total, u * total[-1], side="right")]])
    return None
