"""Who helps whom: mentors, coaches, peer reviewers, system leaders and exchange hosts are people with limited time."""

from __future__ import annotations

import math
from collections import namedtuple
from dataclasses import dataclass

import numpy as np

from simulation.birth import merit_in_row
from simulation.columns import picked
from simulation.draws import Decision
from simulation.kernels import kernel
from simulation.log import Helping, HelpNeeded
from simulation.numerics import FIXED_POINT, fixed_array
from simulation.processes.eligibility import Serving, values_of
from simulation.processes.taking_part import Part, area_of
from simulation.programmes.dose import LEAST_HELP, MOST_HELP, training_of
from simulation.programmes.programme import Priority, Programme, Unit
from simulation.world import World

Staff = namedtuple("Staff", "role teaching people management system")

TAKEN = -1.0
"""Nearer than any draw can be to its mark."""


@dataclass(frozen=True)
class Help:
    """What helpers a programme found this year."""

    entries: np.ndarray
    """Enrolments that need help, as places in the programme's :class:`Part`."""
    share: np.ndarray
    """For each, the share of the help due to it that it gets, 0 to 1."""
    helper: np.ndarray
    """For each, the row of people of who helps it, or -1."""
    worth: np.ndarray
    """For each, what the help achieves as a share of what that of a helper in the middle achieves who was trained as planned."""
    helping: Helping
    """The helpers, in order of id."""
    needed: HelpNeeded
    """Helpers for full help to all: in each area as many as it takes, and of those the ones that were not found."""


def _willing(world: World, serving: Serving, parts: list[Part]) -> list[tuple[np.ndarray, np.ndarray]]:
    """For each of ``parts``, rows of people who help in it this year, and their draws.

    Somebody willing to help in several programmes helps in the one for which their draw is furthest below its mark,
    so that nobody's time is spent twice, in whatever order programmes are named.
    """
    offers = [_offers(world, serving, part) for part in parts]
    nearest = np.full(len(world.people), np.inf)
    for rows, _, nearness in offers:
        nearest[rows] = np.minimum(nearest[rows], nearness)
    found = [(np.empty(0, np.int64), np.empty(0))] * len(parts)
    for place in sorted(range(len(parts)), key=lambda place: parts[place].programme.code):
        rows, u, nearness = offers[place]
        mine = nearness == nearest[rows]
        found[place] = rows.compress(mine), u.compress(mine)
        nearest[found[place][0]] = TAKEN
    return found


def _offers(world: World, serving: Serving, part: Part) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Rows of people who are willing to help in a programme, their draws, and these as a share of its mark."""
    helpers = part.programme.delivery.helpers
    assert helpers is not None
    rows = serving.who_meet(world, helpers.who)
    if part.programme.unit is Unit.PERSON:
        on_it = np.zeros(len(world.people), bool)
        on_it[part.row[part.delivered_to]] = True
        rows = rows.compress(~on_it[rows])
    u = world.key.uniform(Decision.HELP, world.year, world.people.id[rows], part.programme.code)
    willing = u < helpers.willing
    rows, u = rows.compress(willing), u.compress(willing)
    return rows, u, u / helpers.willing


def find_help(world: World, serving: Serving, parts: list[Part]) -> dict[int, Help]:
    """Help in every programme that has helpers and somebody in delivery, by the programme's number."""
    needing = [p for p in parts if p.programme.delivery.helpers is not None and len(p.delivered_to)]
    willing = _willing(world, serving, needing)
    return {part.number: _match(world, serving, part, *offer) for part, offer in zip(needing, willing, strict=True)}


@kernel
def _merit_for_own_post(people, rows, weights):
    found = np.empty(len(rows))
    for j, row in enumerate(rows):
        found[j] = merit_in_row(people, row, weights, people.role[row])
    return found


def _beyond(values: np.ndarray, everybody: np.ndarray) -> np.ndarray:
    """Standard deviations by which ``values`` are above the mean of ``everybody``, in whatever order these are.

    0 if these are all alike, or nobody.
    """
    if not len(everybody):
        return np.zeros(len(values))
    mean = fixed_array(everybody).sum() / FIXED_POINT / len(everybody)
    spread = math.sqrt(fixed_array((everybody - mean) ** 2).sum() / FIXED_POINT / len(everybody))
    return (values - mean) / spread if spread else np.zeros(len(values))


def _worth(world: World, serving: Serving, programme: Programme, rows: np.ndarray) -> np.ndarray:
    """What the help of each of these people achieves, by their merit, their school's culture and their training.

    They are held against all who could help as the programme is planned, whoever is chosen of them.
    """
    helpers = programme.delivery.helpers
    assert helpers is not None
    worth = np.ones(len(rows))
    if len(rows) and (helpers.skill or helpers.culture):
        could, people = serving.who_meet(world, programme.plan.helpers), picked(Staff, world.people)
        merit = [_merit_for_own_post(people, some, world.parameters.appoint.merit_weights) for some in (rows, could)]
        culture = [world.schools.culture[world.people.school[some]] for some in (rows, could)]
        worth = 1.0 + helpers.skill * (_beyond(*merit) + helpers.better) + helpers.culture * _beyond(*culture)
        worth = np.minimum(MOST_HELP, np.maximum(LEAST_HELP, worth))
    return worth * training_of(programme)


def _by_priority(world: World, rule: Priority | None, unit: Unit, rows: np.ndarray) -> np.ndarray:
    """The place of each of ``rows`` by a column, the least first; those without a value last. All alike without a rule."""
    if rule is None:
        return np.zeros(len(rows))
    values = values_of(world, rule.column, unit, rows)
    return np.where(np.isnan(values), np.inf, -values if rule.most else values)


def _match(world: World, serving: Serving, part: Part, rows: np.ndarray, draws: np.ndarray) -> Help:
    """Share out the helpers of each area: as many each as they can help, or all equally where they are too few."""
    helpers, people = part.programme.delivery.helpers, world.people
    assert helpers is not None
    entries = part.delivered_to
    area = area_of(world, helpers.within, part.school[entries])
    served = _by_priority(world, helpers.serve, part.programme.unit, part.row[entries])
    order = np.lexsort((part.unit[entries], served, area))
    entries, area = entries[order], area[order]

    offer_area = area_of(world, helpers.within, people.school[rows].astype(np.int64))
    wanted = np.zeros(max(area.max(), offer_area.max(initial=0)) + 1, bool)
    wanted[area] = True
    near = wanted[offer_area]
    rows, draws, offer_area = rows.compress(near), draws.compress(near), offer_area.compress(near)
    first = _by_priority(world, helpers.first, Unit.PERSON, rows)
    order = np.lexsort((people.id[rows], draws, first, offer_area))
    rows, offer_area = rows[order], offer_area[order]

    start, last = np.searchsorted(area, area), np.searchsorted(area, area, "right")
    offered, end = np.searchsorted(offer_area, area), np.searchsorted(offer_area, area, "right")
    place, need, supply = np.arange(len(area)) - start, last - start, end - offered
    enough = need <= supply * helpers.each
    among = np.where(enough, place // helpers.each, place % np.maximum(supply, 1))
    share = np.where(enough, 1.0, supply * helpers.each / need)
    helper = np.where(supply > 0, np.append(rows, -1)[np.where(supply > 0, offered + among, -1)], -1)
    share = np.where(supply > 0, share, 0.0)
    worth, helped = np.ones(len(helper)), np.flatnonzero(helper >= 0)
    worth[helped] = _worth(world, serving, part.programme, helper[helped])

    # One helper for each group of as many as one can help, told at the group's first member
    first = place % helpers.each == 0
    needed = HelpNeeded(
        programme=np.full(int(first.sum()), part.number, np.int8),
        school=part.school[entries[first]].astype(np.int32),
        short=(place // helpers.each >= supply)[first],
    )
    who, helped = np.unique(helper[helper >= 0], return_counts=True)
    order = np.argsort(people.id[who], kind="stable")
    who, helped = who[order], helped[order]
    helping = Helping(
        programme=np.full(len(who), part.number, np.int8),
        person=people.id[who],
        row=who,
        role=people.role[who],
        school=people.school[who],
        helped=helped.astype(np.int32),
        load=np.minimum(1.0, helped / helpers.each),
    )
    return Help(entries, share, helper, worth, helping, needed)
