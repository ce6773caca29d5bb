"""Programmes enrol: who hears of one, applies, is chosen for a place, and will complete it."""

from __future__ import annotations

import math
from collections import namedtuple

import numpy as np

from simulation.birth import merit_in_row
from simulation.columns import picked
from simulation.draws import Decision, agent_ids, school_ids
from simulation.kernels import kernel
from simulation.numerics import FIXED_POINT, fixed_array, logistics, logits, normals
from simulation.processes.base import Model, Process
from simulation.processes.eligibility import Serving, who_meet
from simulation.programmes.programme import Programme, Unit
from simulation.vocabulary import Kind
from simulation.world import Own, World

Staff = namedtuple("Staff", "role teaching people management system")


def unit_ids(world: World, unit: Unit, rows: np.ndarray) -> np.ndarray:
    """Ids (uint64) under which the people, schools or clusters in ``rows`` draw."""
    if unit is Unit.PERSON:
        return world.people.id[rows]
    if unit is Unit.SCHOOL:
        return school_ids(world.schools.urn[rows])
    return agent_ids(Kind.CLUSTER, 0, world.clusters.key[rows], np.zeros(len(rows), np.int64))


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


def _raised(
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


def able_to_join(world: World, serving: Serving, number: int) -> np.ndarray:
    """Rows of the people, schools or clusters that may join a programme now and never have, in no order that means anything."""
    programme = world.programmes[number]
    if programme.unit is Unit.PERSON:
        rows, joined = serving.who_meet(world, programme.who), world.people.joined
    else:
        table, there = (
            (world.schools, world.is_open)
            if programme.unit is Unit.SCHOOL
            else (world.clusters, world.clusters.schools > 0)
        )
        rows, joined = who_meet(world, programme.who, programme.unit, np.flatnonzero(there)), table.joined
    return rows.compress(joined[rows] & np.uint64(1 << number) == 0)


def run(model: Model, own: Own) -> None:
    """Let every programme that runs this year enrol."""
    world = model.world
    numbers = [n for n, programme in enumerate(world.programmes) if programme.runs(world.year)]
    if numbers:
        serving = Serving.of(world)
        for number in numbers:
            _enrol(world, own, number, able_to_join(world, serving, number))


def _enrol(world: World, own: Own, number: int, able: np.ndarray) -> None:
    """Let those in the rows ``able`` hear of a programme and apply, and give its places to some of them."""
    programme = world.programmes[number]
    unit, take_up = programme.unit, programme.take_up

    def u(decision: Decision, ids: np.ndarray) -> np.ndarray:
        return world.key.uniform(decision, world.year, ids, programme.code)

    ids = unit_ids(world, unit, able)
    heard = u(Decision.HEAR_OF_PROGRAMME, ids) < take_up.aware
    rows, ids = able.compress(heard), ids.compress(heard)
    odds = _raised(
        logits(np.array([take_up.apply])), world, unit, rows, take_up.apply_aspiration, take_up.apply_capability
    )
    applied = u(Decision.APPLY_FOR_PLACE, ids) < logistics(odds)
    rows, ids = rows.compress(applied), ids.compress(applied)

    applicants, there_are = len(rows), places(world, programme, len(able))
    if applicants > there_are:
        luck = normals(u(Decision.SELECT_FOR_PLACE, ids))
        score = _raised(np.zeros(1), world, unit, rows, take_up.select_aspiration, take_up.select_capability) + luck
        chosen = best(score, ids, there_are)
        rows, ids = rows.compress(chosen), ids.compress(chosen)
    order = np.argsort(ids, kind="stable")
    rows, ids = rows[order], ids[order]

    table = (own.people, own.schools, own.clusters)[unit]
    table.joined[rows] |= np.uint64(1 << number)
    world.enrolments.append(
        len(ids),
        programme=number,
        unit=ids,
        row=rows,
        start=world.year,
        completes=u(Decision.COMPLETE_PROGRAMME, ids) < take_up.complete,
    )
    # In the order of FUNNEL
    world.log.funnel[number] = len(able), applicants, there_are, len(ids)


def best(score: np.ndarray, ids: np.ndarray, places: int) -> np.ndarray:
    """Which of more applicants than ``places`` have the highest scores, a tie going to the smaller id; bool."""
    if places == 0:
        return np.zeros(len(score), bool)
    bar = np.partition(score, -places)[-places]
    chosen = score > bar
    tied = np.flatnonzero(score == bar)
    chosen[tied[np.argsort(ids[tied], kind="stable")[: places - np.count_nonzero(chosen)]]] = True
    return chosen


PROCESS = Process("enrol", "people, schools and clusters hear of programmes, apply, and are chosen for places", run)
