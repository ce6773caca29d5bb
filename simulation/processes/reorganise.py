"""Schools join and leave trusts, open, close and merge: the year's changes of the system, before anything else happens."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from simulation.changes import Change, Event
from simulation.log import Reorganised
from simulation.processes.base import Model, Process
from simulation.processes.sponsor import ordered
from simulation.vocabulary import (
    ClusterKind,
    LeaverReason,
    SchoolKind,
    SchoolState,
    Status,
)
from simulation.world import Own, World

NOWHERE = -1
STAYS = -2


def run(model: Model, own: Own) -> None:
    """Carry out the changes of the year, and what the grades of schools bring about; then trusts settle who belongs to them and where they are led."""
    world = model.world
    seats = np.where(world.led_trusts, world.clusters.lead_school, NOWHERE)
    changes = list(world.setup.changes_in(world.year))
    for change in changes:
        _ACTS[change.event](world, own, change)
    for change in ordered(world):
        _join_trust(world, own, change)
        own.schools.sponsored[_row(world, change.school)] = world.year
        changes.append(change)
    if not changes:
        return
    world.log.reorganised = Reorganised(
        np.array([change.event for change in changes], np.int8),
        np.array([_row(world, change.school) for change in changes], np.int32),
    )
    _settle(world, own)
    _move_leaders(world, own, seats)


def _row(world: World, urn: int) -> int:
    return int(np.searchsorted(world.schools.urn, urn))


# Trusts


def _join_trust(world: World, own: Own, change: Change) -> None:
    school = _row(world, change.school)
    own.schools.cluster[school] = _trust(world, change.other, school)
    own.schools.kind[school] = SchoolKind.ACADEMY


def _trust(world: World, key: int, school: int) -> int:
    """Row of the trust with that key; ``school`` founds it if there is none. New trusts come last, so that no other moves."""
    found = np.flatnonzero(world.clusters.key == key)
    if len(found):
        return int(found[0])
    systems = world.parameters.collaborate.systems[world.zone[school], ClusterKind.TRUST]
    return world.clusters.append(1, key=key, kind=ClusterKind.TRUST, systems=systems, lead_school=NOWHERE).start


def _leave_trust(world: World, own: Own, change: Change) -> None:
    own.schools.cluster[_row(world, change.school)] = NOWHERE


def _settle(world: World, own: Own) -> None:
    """Count the schools of clusters; where the lead school has gone, the largest takes its place (ties: smaller URN)."""
    schools, clusters = world.schools, own.clusters
    n, inside = len(clusters.key), np.flatnonzero(schools.cluster >= 0)
    clusters.schools[:] = np.bincount(schools.cluster[inside], minlength=n)
    largest = inside[np.lexsort((schools.urn[inside], -schools.base_pupils[inside], schools.cluster[inside]))]
    of, first = np.unique(schools.cluster[largest], return_index=True)
    seat = clusters.lead_school[of]
    stays = (seat >= 0) & (schools.cluster[seat] == of)
    clusters.lead_school[of] = np.where(stays, seat, largest[first])


def _move_leaders(world: World, own: Own, seats: np.ndarray) -> None:
    """Leaders go with the seat of their trust; whose trust has fewer than two schools left is out of service."""
    if not world.ladder.leads_trusts:
        return
    now = np.where(world.led_trusts, world.clusters.lead_school, NOWHERE)[: len(seats)]
    moved = (seats >= 0) & (now != seats)
    to = np.full(len(world.schools), STAYS)
    to[seats[moved]] = now[moved]
    people, schools = own.people, own.schools
    rows = np.flatnonzero((people.status == Status.CENTRAL.value) & (people.role == world.ladder.trust_leader))
    rows = rows[to[people.school[rows]] != STAYS]
    before, after = people.school[rows], to[people.school[rows]]
    for held in (schools.filled, schools.posts):
        held[before, world.ladder.trust_leader] -= 1
        held[after[after >= 0], world.ladder.trust_leader] += 1
    people.school[rows] = np.where(after >= 0, after, before)
    out = rows[after == NOWHERE]
    world.log.let_go = people.id[out]
    people.status[out], people.left_year[out] = Status.OUT, world.year
    people.left_reason[out] = LeaverReason.LEFT_STATE_SCHOOLS


# Schools


def _open(world: World, own: Own, change: Change) -> None:
    school = _row(world, change.school)
    pupils = int(world.register.pupils[school])
    near = neighbours(world, school)
    spare = world.schools.base_pupils[near].astype(np.int64) - 1  # everyone keeps a pupil
    own.schools.base_pupils[near] -= shared(min(pupils, int(spare.sum())), spare)
    own.schools.base_pupils[school] = pupils
    own.schools.state[school] = SchoolState.OPEN


def _close(world: World, own: Own, change: Change) -> None:
    school = _row(world, change.school)
    pupils, near = int(world.schools.base_pupils[school]), neighbours(world, school)
    own.schools.base_pupils[near] += shared(pupils, world.schools.base_pupils[near].astype(np.int64))
    _shut(own, school)


def _shut(own: Own, school: int) -> None:
    own.schools.base_pupils[school] = 0
    own.schools.state[school] = SchoolState.CLOSED
    own.schools.last_cluster[school] = own.schools.cluster[school]
    own.schools.cluster[school] = NOWHERE


def neighbours(world: World, school: int) -> np.ndarray:
    """Rows of the open schools to which the pupils of a school go, in order of URN: its community's, else its region's, else all, of its phase."""
    schools = world.schools
    others = (schools.state == SchoolState.OPEN) & (schools.phase == schools.phase[school])
    others[school] = False
    for place in (schools.community, schools.region):
        here = others & (place == place[school])
        if here.any():
            return np.flatnonzero(here)
    return np.flatnonzero(others)


def shared(pupils: int, weights: np.ndarray) -> np.ndarray:
    """Pupils shared out by weight in whole numbers, the left-over ones to the largest remainders (ties: the first); int64."""
    total = int(weights.sum())
    if not total:
        return np.zeros(len(weights), np.int64)
    due = pupils * weights
    share = due // total
    most = np.argsort(-(due % total), kind="stable")
    share[most[: pupils - int(share.sum())]] += 1
    return share


def _merge(world: World, own: Own, change: Change) -> None:
    """The other school takes pupils and people; if it has a head, the head of the school that goes stays behind."""
    school, other = _row(world, change.school), _row(world, change.other)
    people, schools = own.people, own.schools
    schools.base_pupils[other] += schools.base_pupils[school]
    _shut(own, school)
    serving, leads_trust = people.status == Status.IN_SERVICE.value, people.role == world.ladder.trust_leader
    goes = (people.school == school) & (people.status != Status.GONE.value)
    goes &= ~((people.status == Status.CENTRAL.value) & leads_trust)  # goes with the trust
    if schools.filled[other, world.ladder.head]:
        goes &= ~(serving & (people.role == world.ladder.head))
    people.school[goes] = other
    role = people.role[goes & serving]
    for flow, where in (("moves_out", school), ("moves_in", other)):
        world.count(flow, role, np.full(len(role), where))
    moved = np.bincount(role, minlength=len(world.ladder))
    for held in (schools.filled, schools.posts):
        held[school] -= moved
        held[other] += moved


_ACTS: dict[Event, Callable[[World, Own, Change], None]] = {
    Event.JOINS_TRUST: _join_trust,
    Event.LEAVES_TRUST: _leave_trust,
    Event.OPENS: _open,
    Event.CLOSES: _close,
    Event.MERGES_INTO: _merge,
}

PROCESS = Process("reorganise", "schools join and leave trusts, open, close and merge", run)
