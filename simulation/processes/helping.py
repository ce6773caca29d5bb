"""Who helps whom: mentors, coaches, peer reviewers, system leaders and exchange hosts are people with limited time."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simulation.draws import Decision
from simulation.log import Helping
from simulation.processes.eligibility import Serving
from simulation.processes.taking_part import Part, area_of
from simulation.programmes.programme import Unit
from simulation.world import World

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
    helping: Helping
    """The helpers, in order of id."""


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
    return {part.number: _match(world, part, *offer) for part, offer in zip(needing, willing, strict=True)}


def _match(world: World, part: Part, rows: np.ndarray, draws: np.ndarray) -> Help:
    """Share out the helpers of each area: as many each as they can help, or all equally where they are too few."""
    helpers, people = part.programme.delivery.helpers, world.people
    assert helpers is not None
    entries = part.delivered_to
    area = area_of(world, helpers.within, part.school[entries])
    order = np.lexsort((part.unit[entries], area))
    entries, area = entries[order], area[order]

    offer_area = area_of(world, helpers.within, people.school[rows].astype(np.int64))
    wanted = np.zeros(max(area.max(), offer_area.max(initial=0)) + 1, bool)
    wanted[area] = True
    near = wanted[offer_area]
    rows, draws, offer_area = rows.compress(near), draws.compress(near), offer_area.compress(near)
    order = np.lexsort((people.id[rows], draws, offer_area))
    rows, offer_area = rows[order], offer_area[order]

    first, last = np.searchsorted(area, area), np.searchsorted(area, area, "right")
    offered, end = np.searchsorted(offer_area, area), np.searchsorted(offer_area, area, "right")
    place, need, supply = np.arange(len(area)) - first, last - first, end - offered
    enough = need <= supply * helpers.each
    among = np.where(enough, place // helpers.each, place % np.maximum(supply, 1))
    share = np.where(enough, 1.0, supply * helpers.each / need)
    helper = np.where(supply > 0, np.append(rows, -1)[np.where(supply > 0, offered + among, -1)], -1)
    share = np.where(supply > 0, share, 0.0)

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
    return Help(entries, share, helper, helping)
