"""Who gets a place: how many there are in a year, and who of those who applied comes first."""

from __future__ import annotations

import math
from collections import namedtuple

import numpy as np

from simulation.birth import merit_in_row
from simulation.columns import picked
from simulation.draws import Decision
from simulation.kernels import kernel
from simulation.numerics import FIXED_POINT, fixed_array, normals
from simulation.processes.eligibility import values_of, who_meet
from simulation.programmes.programme import Programme, Unit
from simulation.world import World

Staff = namedtuple("Staff", "role teaching people management system")


def _mean_of_schools(world: World, values: np.ndarray) -> np.ndarray:
    """Mean of a value of schools by cluster, whatever the order of schools."""
    inside = np.flatnonzero(world.schools.cluster >= 0)
    total = np.zeros(len(world.clusters), np.int64)
    np.add.at(total, world.schools.cluster[inside], fixed_array(values[inside]))
    return total / FIXED_POINT / np.maximum(world.clusters.schools, 1)


@kernel
def _merit_for_next_rung(people, rows, weights):
    found = np.empty(len(rows))
    for j, row in enumerate(rows):
        found[j] = merit_in_row(people, row, weights, min(people.role[row] + 1, len(weights) - 1))
    return found


def _aspiration(world: World, unit: Unit, rows: np.ndarray) -> np.ndarray:
    """Of the people, schools or clusters in ``rows``, in standard deviations; a school's is its culture."""
    if unit is Unit.PERSON:
        return world.people.aspiration[rows]
    culture = world.schools.culture
    return (culture if unit is Unit.SCHOOL else _mean_of_schools(world, culture))[rows]


def _capability(world: World, unit: Unit, rows: np.ndarray) -> np.ndarray:
    """In standard deviations: a person's is their merit for the next rung, a school's its leadership."""
    if unit is Unit.PERSON:
        return _merit_for_next_rung(picked(Staff, world.people), rows, world.parameters.appoint.merit_weights)
    leadership = world.schools.leadership
    return (leadership if unit is Unit.SCHOOL else _mean_of_schools(world, leadership))[rows]


def raised(
    start: np.ndarray, world: World, unit: Unit, rows: np.ndarray, per_aspiration: float, per_capability: float
) -> np.ndarray:
    """``start`` (one entry), raised by what take-up selects on in the people, schools or clusters in ``rows``.

    What has no weight is not worked out: one entry then stands for all.
    """
    if per_aspiration:
        start = start + per_aspiration * _aspiration(world, unit, rows)
    if per_capability:
        start = start + per_capability * _capability(world, unit, rows)
    return start


def places(world: World, programme: Programme, eligible: int) -> int:
    """Places of the year; a fraction of one is rounded by a draw, so that small systems have their due on average."""
    p, schools = programme.places, int(np.count_nonzero(world.is_open))
    cost = programme.costs.grant * programme.delivery.years
    afforded = p.budget / cost if math.isfinite(p.budget) else math.inf
    if p.number is not None:
        wanted = min(p.number, afforded) * schools / p.per_schools
    else:
        assert p.share is not None
        wanted = p.share * eligible
        if math.isfinite(afforded):
            wanted = min(wanted, p.budget * schools / (p.per_schools * cost))
    agent = np.array([programme.code], np.uint64)
    return math.floor(wanted + float(world.key.uniform(Decision.ROUND_PLACES, world.year, agent)[0]))


def chosen(world: World, programme: Programme, rows: np.ndarray, ids: np.ndarray, there_are: int) -> np.ndarray:
    """Which of the applicants in ``rows``, with their ``ids``, get one of the places that ``there_are``; bool."""
    places, take_up = programme.places, programme.take_up
    if len(rows) <= there_are and not places.quotas:
        return np.ones(len(rows), bool)
    luck = normals(world.key.uniform(Decision.SELECT_FOR_PLACE, world.year, ids, programme.code))
    tilts = take_up.select_aspiration, take_up.select_capability
    score = raised(np.zeros(1), world, programme.unit, rows, *tilts) + luck
    if not places.is_ordered:
        return best(score, ids, there_are)
    return _by_quota(world, programme, rows, _in_order(world, programme, rows, ids, score), there_are)


def _in_order(world: World, programme: Programme, rows: np.ndarray, ids: np.ndarray, score: np.ndarray) -> np.ndarray:
    """The applicants, as places in ``rows``, from the one who comes first to the one who comes last."""
    places, unit = programme.places, programme.unit
    keys: list[np.ndarray] = [ids, -score]  # the last of them decides first
    if places.priority is not None:
        value = values_of(world, places.priority.column, unit, rows)
        keys.append(-value if places.priority.most else value)  # what is no number comes last
    if places.ahead:
        keys.append(~np.isin(rows, who_meet(world, places.ahead, unit, rows)))
    return np.lexsort(tuple(keys))


def _by_quota(world: World, programme: Programme, rows: np.ndarray, order: np.ndarray, there_are: int) -> np.ndarray:
    """Which of the applicants in ``rows`` get a place, where they come in this ``order``; bool."""
    code = np.array([programme.code], np.uint64)
    luck = float(world.key.uniform(Decision.ROUND_QUOTAS, world.year, code)[0])
    got, kept, shares = np.zeros(len(rows), bool), 0, 0.0
    for quota in programme.places.quotas:
        # What is no whole number is rounded by one draw for all, so that quotas of all places come to all places.
        shares += quota.share
        before, kept = kept, min(math.floor(shares * there_are + luck), there_are)
        meets = np.isin(rows, who_meet(world, quota.who, programme.unit, rows))
        got[order.compress((meets & ~got)[order])[: kept - before]] = True
    got[order.compress(~got[order])[: there_are - kept]] = True
    return got


def best(score: np.ndarray, ids: np.ndarray, places: int) -> np.ndarray:
    """Which of more applicants than ``places`` have the highest scores, a tie going to the smaller id; bool."""
    if places == 0:
        return np.zeros(len(score), bool)
    bar = np.partition(score, -places)[-places]
    chosen = score > bar
    tied = np.flatnonzero(score == bar)
    chosen[tied[np.argsort(ids[tied], kind="stable")[: places - np.count_nonzero(chosen)]]] = True
    return chosen
