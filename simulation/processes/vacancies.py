"""Which posts are vacant and to which vacancy chain each belongs: the demand side of the market in `appoint`."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simulation.log import ClosedChains, Vacancies, date_of
from simulation.vocabulary import Date
from simulation.world import World


def chain_key(year: int, urn: np.ndarray, role: np.ndarray, ordinal: np.ndarray) -> np.ndarray:
    """Key of the chain that began here: year (12 bits) | URN (24) | role (8) | ordinal (20); int64."""
    return (
        (np.int64(year) << 52) | (urn.astype(np.int64) << 28) | (role.astype(np.int64) << 20) | ordinal.astype(np.int64)
    )


def closed(world: World, last: Vacancies, abolished: bool) -> ClosedChains:
    """Record chains that end with the vacancies ``last``; where each began is read off its key."""
    urn = (last.chain >> 28) & 0xFFFFFF
    return ClosedChains(
        chain=last.chain,
        role=((last.chain >> 20) & 0xFF).astype(np.int8),
        school=np.searchsorted(world.schools.urn, urn).astype(np.int32),
        length=last.link,
        abolished=np.full(len(last), abolished),
    )


@dataclass
class Opened:
    """Vacancies that the year begins its market with."""

    vacancies: Vacancies
    opened: int
    """Chains that began this year."""
    abolished: ClosedChains


def open_vacancies(world: World) -> Opened:
    """Match the posts that the rolls call for with the chains of vacancies carried over, of holders lost, and of growth.

    Where fewer vacancies are called for than chains claim, the latest claims close, abolished.
    """
    schools, standing = world.schools, world.vacancies
    n_schools, n_roles = schools.filled.shape
    needed = np.maximum(schools.target_posts - schools.filled, 0).astype(np.int64)

    order = np.lexsort((standing.link, standing.chain, standing.role, standing.school))
    carried = standing.where(order)
    cell = carried.school.astype(np.int64) * n_roles + carried.role
    carried_count = np.bincount(cell, minlength=n_schools * n_roles)
    rank = np.arange(len(cell)) - (np.cumsum(carried_count) - carried_count)[cell]

    carried.first[:], carried.before[:], carried.adverts[:] = Date.JANUARY, carried.before + carried.adverts, 0

    lost = world.log.lost
    lost_cell = lost.school.astype(np.int64) * n_roles + lost.role
    lost = lost.where(np.lexsort((lost.first, lost.due, lost_cell)))
    lost_count = np.bincount(lost_cell, minlength=n_schools * n_roles)
    new_count = np.maximum(lost_count, needed.ravel() - carried_count)
    new_cell = np.repeat(np.arange(n_schools * n_roles), new_count)
    ordinal = np.arange(len(new_cell)) - (np.cumsum(new_count) - new_count)[new_cell]
    school, role = (new_cell // n_roles).astype(np.int32), (new_cell % n_roles).astype(np.int8)
    # What the roll adds is known before May, for September.
    due, first = (np.full(len(new_cell), date.value, np.int8) for date in (Date.SEPTEMBER, Date.MAY))
    from_loss = ordinal < lost_count[new_cell]
    due[from_loss], first[from_loss] = lost.due, lost.first
    new = Vacancies(
        school,
        role,
        chain_key(world.year, schools.urn[school], role, ordinal),
        np.ones(len(new_cell), np.int32),
        date_of(world.year, due.astype(np.int32)),
        first,
        *np.zeros((2, len(new_cell)), np.int32),
    )
    every = Vacancies.joined([carried, new])
    rank = np.concatenate([rank, carried_count[new_cell] + ordinal])
    called_for = rank < needed[every.school, every.role]
    return Opened(
        vacancies=every.where(called_for),
        opened=len(new_cell),
        abolished=closed(world, every.where(~called_for), abolished=True),
    )
