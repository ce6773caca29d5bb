"""Programmes enrol: who hears of one, applies, is chosen for a place, and will complete it."""

from __future__ import annotations

import math

import numpy as np

from simulation.birth import merit, skill_matrix
from simulation.draws import Decision, agent_ids, school_ids
from simulation.numerics import FIXED_POINT, fixed_array, logistics, logits, normals
from simulation.processes.base import Model, Process
from simulation.processes.eligibility import meets
from simulation.programmes.programme import Programme, Unit
from simulation.vocabulary import Kind, Role, Status
from simulation.world import Own, World


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


def aspiration_and_capability(world: World, unit: Unit, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """What take-up selects on, in standard deviations, of the people, schools or clusters in ``rows``.

    A person's are their aspiration and their merit for the next rung; a school's its culture and leadership; a cluster's
    the means of its schools'.
    """
    if unit is Unit.PERSON:
        people, weights = world.people, world.parameters.appoint.merit_weights
        rung = np.minimum(people.role[rows].astype(np.int64) + 1, Role.TRUST_LEADER)
        return people.aspiration[rows], merit(skill_matrix(people)[rows], weights[rung])
    schools = world.schools
    if unit is Unit.SCHOOL:
        return schools.culture[rows], schools.leadership[rows]
    return _mean_of_schools(world, schools.culture)[rows], _mean_of_schools(world, schools.leadership)[rows]


def places(world: World, programme: Programme, eligible: int) -> int:
    """Places of the year; a fraction of one is rounded by a draw, so that small systems have their due on average."""
    p = programme.places
    cost = programme.costs.grant * programme.delivery.years
    afforded = p.budget / cost if math.isfinite(p.budget) else math.inf
    if p.number is not None:
        wanted = min(p.number, afforded) * len(world.schools) / p.per_schools
    else:
        assert p.share is not None
        wanted = p.share * eligible
        if math.isfinite(afforded):
            wanted = min(wanted, p.budget * len(world.schools) / (p.per_schools * cost))
    agent = np.array([programme.code], np.uint64)
    return math.floor(wanted + float(world.key.uniform(Decision.ROUND_PLACES, world.year, agent)[0]))


def run(model: Model, own: Own) -> None:
    """Let every programme that runs this year enrol."""
    for number, programme in enumerate(model.world.setup.programmes):
        if programme.runs(model.world.year):
            _enrol(model.world, own, number, programme)


def _enrol(world: World, own: Own, number: int, programme: Programme) -> None:
    unit, take_up, key, year = programme.unit, programme.take_up, world.key, world.year
    table, bit = (own.people, own.schools, own.clusters)[unit], np.uint64(1 << number)
    able = meets(world, programme.who, unit) & ((table.joined & bit) == 0)
    if unit is Unit.PERSON:
        able &= table.status == Status.IN_SERVICE
    rows = np.flatnonzero(able)
    ids = unit_ids(world, unit, rows)
    eligible = len(rows)

    def u(decision: Decision, ids: np.ndarray) -> np.ndarray:
        return key.uniform(decision, year, ids, programme.code)

    heard = u(Decision.HEAR_OF_PROGRAMME, ids) < take_up.aware
    rows, ids = rows[heard], ids[heard]
    aspiration, capability = aspiration_and_capability(world, unit, rows)
    odds = logits(np.full(len(rows), take_up.apply))
    odds = odds + take_up.apply_aspiration * aspiration + take_up.apply_capability * capability
    applied = u(Decision.APPLY_FOR_PLACE, ids) < logistics(odds)
    rows, ids, aspiration, capability = rows[applied], ids[applied], aspiration[applied], capability[applied]

    there_are = places(world, programme, eligible)
    score = take_up.select_aspiration * aspiration + take_up.select_capability * capability
    score = score + normals(u(Decision.SELECT_FOR_PLACE, ids))
    chosen = np.sort(np.lexsort((ids, -score))[:there_are])
    rows, ids = rows[chosen], ids[chosen]
    order = np.argsort(ids, kind="stable")
    rows, ids = rows[order], ids[order]

    table.joined[rows] |= bit
    world.enrolments.append(
        len(ids),
        programme=number,
        unit=ids,
        start=year,
        completes=u(Decision.COMPLETE_PROGRAMME, ids) < take_up.complete,
    )
    # In the order of FUNNEL
    world.log.funnel[number] = eligible, int(applied.sum()), there_are, len(ids)


PROCESS = Process("enrol", "people, schools and clusters hear of programmes, apply, and are chosen for places", run)
