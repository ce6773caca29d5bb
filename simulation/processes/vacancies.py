"""Which posts are vacant and to which vacancy chain each belongs: the demand side of the market in `appoint`."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simulation.log import ClosedChains, Vacancies
from simulation.world import World


def chain_key(year: int, urn: np.ndarray, role: np.ndarray, ordinal: np.ndarray) -> np.ndarray:
    """Key of the chain that began here: year (12 bits) | URN (24) | role (8) | ordinal (20); int64."""
    return (
        (np.int64(year) << 52) | (urn.astype(np.int64) << 28) | (role.astype(np.int64) << 20) | ordinal.astype(np.int64)
    )


def closed(world: World, chain: np.ndarray, link: np.ndarray, abolished: np.ndarray) -> ClosedChains:
    """Record chains that end at their ``link``-th vacancy; their origin is read off the key."""
    urn = (chain >> 28) & 0xFFFFFF
    return ClosedChains(
        chain=chain.astype(np.int64),
        role=((chain >> 20) & 0xFF).astype(np.int8),
        school=np.searchsorted(world.schools.urn, urn).astype(np.int32),
        length=link.astype(np.int32),
        abolished=np.asarray(abolished, dtype=bool),
    )


def join(parts: list) -> object:
    """Put event records of one kind end to end."""
    kind = type(parts[0])
    return kind(*(np.concatenate([getattr(part, name) for part in parts]) for name in kind.__dataclass_fields__))


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
    carried = Vacancies(standing.school[order], standing.role[order], standing.chain[order], standing.link[order])
    cell = carried.school.astype(np.int64) * n_roles + carried.role
    carried_count = np.bincount(cell, minlength=n_schools * n_roles)
    rank = np.arange(len(cell)) - (np.cumsum(carried_count) - carried_count)[cell]

    new_count = np.maximum(world.log.lost.astype(np.int64), needed - carried_count.reshape(n_schools, n_roles)).ravel()
    new_cell = np.repeat(np.arange(n_schools * n_roles), new_count)
    ordinal = np.arange(len(new_cell)) - (np.cumsum(new_count) - new_count)[new_cell]
    school, role = (new_cell // n_roles).astype(np.int32), (new_cell % n_roles).astype(np.int8)
    new = Vacancies(
        school, role, chain_key(world.year, schools.urn[school], role, ordinal), np.ones(len(new_cell), np.int32)
    )
    every = join([carried, new])
    rank = np.concatenate([rank, carried_count[new_cell] + ordinal])
    called_for = rank < needed[every.school, every.role]
    return Opened(
        vacancies=Vacancies(*(getattr(every, f)[called_for] for f in Vacancies.__dataclass_fields__)),
        opened=len(new_cell),
        abolished=closed(world, every.chain[~called_for], every.link[~called_for], np.ones((~called_for).sum(), bool)),
    )
