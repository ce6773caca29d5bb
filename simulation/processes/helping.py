"""Who helps whom: mentors, coaches, peer reviewers, system leaders and exchange hosts are people with limited time."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simulation.draws import Decision
from simulation.log import Helping
from simulation.processes.eligibility import meets
from simulation.processes.taking_part import Part, area_of
from simulation.programmes.programme import Unit
from simulation.vocabulary import Status
from simulation.world import World


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


def _willing(world: World, parts: list[Part]) -> list[tuple[np.ndarray, np.ndarray]]:
    """For each of ``parts``, rows of people who help in it this year, and their draws.

    Somebody willing to help in several programmes helps in the one for which their draw is furthest below its mark,
    so that nobody's time is spent twice, in whatever order programmes are named.
    """
    n = len(world.people)
    in_service = world.people.status == Status.IN_SERVICE
    nearest, chosen, draws = np.full(n, np.inf), np.full(n, -1), np.empty(n)
    for place in sorted(range(len(parts)), key=lambda place: parts[place].programme.code):
        part = parts[place]
        helpers = part.programme.delivery.helpers
        assert helpers is not None
        able = in_service & meets(world, helpers.who, Unit.PERSON)
        if part.programme.unit is Unit.PERSON:
            able[part.row[part.delivered_to]] = False
        rows = np.flatnonzero(able)
        u = world.key.uniform(Decision.HELP, world.year, world.people.id[rows], part.programme.code)
        willing = u < helpers.willing
        rows, u = rows[willing], u[willing]
        nearer = u / helpers.willing < nearest[rows]
        rows, u = rows[nearer], u[nearer]
        nearest[rows], chosen[rows], draws[rows] = u / helpers.willing, place, u
    found = [np.flatnonzero(chosen == place) for place in range(len(parts))]
    return [(rows, draws[rows]) for rows in found]


def find_help(world: World, parts: list[Part]) -> dict[int, Help]:
    """Help in every programme that has helpers and somebody in delivery, by the programme's number."""
    needing = [p for p in parts if p.programme.delivery.helpers is not None and len(p.delivered_to)]
    willing = _willing(world, needing)
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
