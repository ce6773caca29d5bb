"""Programmes enrol: who hears of one, applies, is chosen for a place, and will complete it."""

from __future__ import annotations

import numpy as np

from simulation.draws import Decision, agent_ids, school_ids
from simulation.log import Refused
from simulation.numerics import logistics, logits
from simulation.processes.base import Model, Process
from simulation.processes.eligibility import Serving
from simulation.processes.places import chosen, places, raised
from simulation.programmes.dose import fee_odds
from simulation.programmes.programme import New, Programme, Unit, bits_of_kin
from simulation.vocabulary import Kind
from simulation.world import Own, World


def unit_ids(world: World, unit: Unit, rows: np.ndarray) -> np.ndarray:
    """Ids (uint64) under which the people, schools or clusters in ``rows`` draw."""
    if unit is Unit.PERSON:
        return world.people.id[rows]
    if unit is Unit.SCHOOL:
        return school_ids(world.schools.urn[rows])
    return agent_ids(Kind.CLUSTER, 0, world.clusters.key[rows], np.zeros(len(rows), np.int64))


def schools_of_units(world: World, unit: Unit, rows: np.ndarray) -> np.ndarray:
    """The school (int32, row of schools) at which each of the people, schools or clusters in ``rows`` counts."""
    if unit is Unit.SCHOOL:
        return rows.astype(np.int32)
    return (world.people.school if unit is Unit.PERSON else world.clusters.lead_school)[rows].astype(np.int32)


def able_to_join(world: World, serving: Serving, number: int) -> np.ndarray:
    """Rows of the people, schools or clusters that may join a programme now, in no order that means anything.

    They meet its conditions, and were never on it, or may be on it again.
    """
    programme = world.programmes[number]
    joined = (world.people, world.schools, world.clusters)[programme.unit].joined
    rows = serving.units_that_meet(world, programme.who, programme.unit)
    been = joined[rows] & np.uint64(bits_of_kin(world.setup.programmes, number)) != 0
    never = rows.compress(~been)
    if programme.again is None or not been.any():
        return never
    return np.concatenate([never, _may_again(world, programme, rows.compress(been))])


def _may_again(world: World, programme: Programme, rows: np.ndarray) -> np.ndarray:
    """Those of ``rows``, all of which were on a programme or on another of its family, that may join it again."""
    enrolments, again = world.enrolments, programme.again
    assert again is not None
    kin = np.array([other.kin == programme.kin for other in world.setup.programmes])
    of_family = kin[enrolments.programme]
    unit, start = enrolments.unit[of_family], enrolments.start[of_family].astype(np.int64)
    order = np.lexsort((start, unit))
    last = order[np.searchsorted(unit, unit_ids(world, programme.unit, rows), "right", sorter=order) - 1]
    free = start[last] + programme.delivery.years + again.after <= world.year
    if again.on:
        since = {New.ROLE: "role_since", New.SCHOOL: "school_since"}
        new = [getattr(world.people, since[on])[rows] >= start[last] for on in again.on]
        free &= np.logical_or.reduce(new)
    return rows.compress(free)


def _completing(programme: Programme) -> float:
    """Probability of completing with the days of release that are given."""
    take_up, days = programme.take_up, programme.costs.release_days - programme.plan.release_days
    if not take_up.complete_release or not days:
        return take_up.complete
    odds = logits(np.array([take_up.complete])) + take_up.complete_release * days
    return float(logistics(odds)[0])


def run(model: Model, own: Own) -> None:
    """Let every programme that runs this year enrol."""
    world = model.world
    programmes = enumerate(world.programmes)
    numbers = [n for n, programme in programmes if programme.runs(world.year) and not programme.everybody]
    if numbers:
        serving = Serving.of(world)
        refused = [_enrol(world, own, number, able_to_join(world, serving, number)) for number in numbers]
        world.log.refused = Refused.joined([Refused(), *refused])


def _enrol(world: World, own: Own, number: int, able: np.ndarray) -> Refused:
    """Let those in the rows ``able`` hear of a programme and apply, and give its places to some of them.

    Returns those who applied and got none.
    """
    programme = world.programmes[number]
    unit, take_up = programme.unit, programme.take_up

    def u(decision: Decision, ids: np.ndarray) -> np.ndarray:
        return world.key.uniform(decision, world.year, ids, programme.code)

    ids = unit_ids(world, unit, able)
    heard = u(Decision.HEAR_OF_PROGRAMME, ids) < take_up.aware
    rows, ids = able.compress(heard), ids.compress(heard)
    odds = raised(
        logits(np.array([take_up.apply])), world, unit, rows, take_up.apply_aspiration, take_up.apply_capability
    )
    applied = u(Decision.APPLY_FOR_PLACE, ids) < logistics(odds + fee_odds(programme))
    rows, ids = rows.compress(applied), ids.compress(applied)

    applicants, there_are = len(rows), places(world, programme, len(able))
    got = chosen(world, programme, rows, ids, there_are)
    nowhere = schools_of_units(world, unit, rows.compress(~got))
    rows, ids = rows.compress(got), ids.compress(got)
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
        completes=u(Decision.COMPLETE_PROGRAMME, ids) < _completing(programme),
    )
    # In the order of FUNNEL
    world.log.funnel[number] = len(able), applicants, there_are, len(ids)
    return Refused(np.full(len(nowhere), number, np.int8), nowhere)


PROCESS = Process("enrol", "people, schools and clusters hear of programmes, apply, and are chosen for places", run)
