"""Programmes deliver: helpers are shared out, doses build up and wear off, effects act, and bills are paid."""

from __future__ import annotations

import numpy as np

from simulation.log import PROGRAMME_COSTS, Helping, HelpNeeded, Measured
from simulation.processes.base import Model, Process
from simulation.processes.collaborate import share_of_heads_changed
from simulation.processes.effects import Shifts, act
from simulation.processes.eligibility import Serving
from simulation.processes.helping import Help, find_help
from simulation.processes.taking_part import Part, measured, taking_part
from simulation.programmes.programme import Programme, Unit
from simulation.world import Own, World


def quality(programme: Programme, others: tuple[Programme, ...], year: int) -> float:
    """Share of its effects that a programme's delivery achieves: its own, or what another programme endorses if that is more."""
    floors = [p.delivery.endorses for p in others if p.name != programme.name and p.runs(year)]
    return max([programme.delivery.quality, *floors])


def run(model: Model, own: Own) -> None:
    """Deliver every programme to those who are on it, and add up what all programmes and measures change this year."""
    world = model.world
    if not len(world.enrolments) and not any(programme.everybody for programme in world.programmes):
        return
    parts, serving = taking_part(world), Serving.of(world)
    help_ = find_help(world, serving, parts)
    own.enrolments.helper[:] = 0
    for part in parts:
        _deliver(world, own, part, help_.get(part.number))
        _wear(world, own, part)
    # Only now: a cascade may be for those who have completed another programme, whatever the two are called.
    shifts, everybody = Shifts.none_yet(own, len(world.ladder)), measured(world, serving)
    families: dict[str, list[Part]] = {}
    for part in (*parts, *everybody):
        families.setdefault(part.programme.kin, []).append(part)
    for part in (*parts, *everybody):
        help_here = help_.get(part.number)
        act(world, serving, shifts, part, families[part.programme.kin], help_here)
        _bill(world, part, help_here)
    shifts.reach_staff(world.people)
    world.log.measured = Measured.joined([Measured(), *(_having(world, one) for one in everybody)])
    world.log.helping = Helping.joined([Helping(), *(found.helping for found in help_.values())])
    world.log.help_needed = HelpNeeded.joined([HelpNeeded(), *(found.needed for found in help_.values())])


def _having(world: World, part: Part) -> Measured:
    """Those who have a measure, as the log notes them."""
    programme, school = np.full(len(part.row), part.number, np.int8), part.school.astype(np.int32)
    if part.programme.unit is not Unit.PERSON:
        nobody = np.zeros(len(part.row), np.uint64)
        return Measured(programme, school, nobody, np.full(len(part.row), -1, np.int8))
    return Measured(programme, school, world.people.id[part.row], world.people.role[part.row])


def _deliver(world: World, own: Own, part: Part, found: Help | None) -> None:
    """Add this year's share to the doses of those in delivery, and note where they are and who has completed."""
    enrolments, programme = own.enrolments, part.programme
    enrolments.row[part.enrolment] = part.row
    entries = part.delivered_to
    share = worth = np.ones(len(entries))
    if found is not None:
        entries, share, worth = found.entries, found.share, found.worth
        helped = np.flatnonzero(found.helper >= 0)
        at, helper = part.enrolment[entries[helped]], found.helper[helped]
        enrolments.helper[at] = world.people.id[helper]
        if programme.unit is not Unit.CLUSTER:
            culture = world.schools.culture
            gap = culture[world.people.school[helper]] - culture[part.school[entries[helped]]]
            enrolments.gap[at] = np.maximum(0.0, gap)
    q = quality(programme, world.programmes, world.year)
    enrolments.delivered[part.enrolment[entries]] += share * q * part.finishing(world, entries) * worth
    at, years = part.enrolment[part.due], part.years_since_start[part.due]
    enrolments.dose[at] = enrolments.delivered[at] / (years + 1)

    last = part.present[part.due] & (years == programme.delivery.years - 1)
    done = part.due[last & enrolments.completes[at]]
    enrolments.completed[part.enrolment[done]] = True
    table = (own.people, own.schools, own.clusters)[programme.unit]
    table.completed[part.row[done]] |= np.uint64(1 << part.number)


def _wear(world: World, own: Own, part: Part) -> None:
    """What a school or cluster was given wears off as its heads change."""
    if part.programme.unit is Unit.PERSON:
        return
    enrolments = own.enrolments
    if part.programme.unit is Unit.SCHOOL:
        changed = (world.schools.head_changed[part.row] == world.year - 1).astype(np.float64)
        zone = world.zone[part.row]
    else:
        changed, zone = share_of_heads_changed(world)[part.row], world.zone_of_clusters[part.row]
    later = part.years_since_start >= 1
    kept = 1.0 - world.parameters.collaborate.wear[zone[later]] * changed[later]
    enrolments.worn[part.enrolment[later]] *= kept


def _bill(world: World, part: Part, found: Help | None) -> None:
    """Book the year's costs in whole GBP where they fall."""
    cost, p, zone = part.programme.costs, world.parameters.costs, world.zone
    book = {item: world.log.programme_costs[part.number, :, i] for i, item in enumerate(PROGRAMME_COSTS)}
    sign, entries = int(part.programme.sign), part.delivered_to
    np.add.at(book["grant"], part.school[entries], sign * int(np.floor(cost.grant + 0.5)))
    _, school = part.schools_of(entries, world)
    np.add.at(book["fee"], school, sign * int(np.floor(cost.fee + 0.5)))
    cover = np.floor(cost.release_days * p.supply_day[zone[school], world.schools.phase[school]] + 0.5)
    np.add.at(book["release"], school, sign * cover.astype(np.int64))
    if found is not None:
        helpers, who = part.programme.delivery.helpers, found.helping
        assert helpers is not None
        there = zone[who.school]
        pay = p.pay[there, world.schools.phase[who.school], who.role]
        hours = helpers.hours * who.load * p.school_weeks[there] + helpers.training
        time = np.floor(hours * pay / p.directed_hours[there] + 0.5)
        np.add.at(book["helper_time"], who.school, sign * time.astype(np.int64))


PROCESS = Process(
    "deliver", "programmes are delivered by people with limited time; what they change and cost adds up", run
)
