"""The yearly accounts: nobody appears or vanishes, every post is filled or vacant, every chain closes or stays open."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simulation.log import FLOWS
from simulation.vocabulary import N_PHASES, N_ROLES, SCHOOL_ROLES, Phase, Role, Status, label, school_year
from simulation.world import World


class ConservationError(AssertionError):
    """A year's accounts do not add up: a process has lost, doubled or invented people, posts or chains."""


@dataclass(frozen=True)
class Opening:
    """What stood at the beginning of a year."""

    stock: np.ndarray
    """People in service, role × phase × region."""
    open_chains: np.ndarray
    """Keys of the vacancy chains that stood open, ascending."""

    @classmethod
    def of(cls, world: World) -> Opening:
        """Take stock of ``world``."""
        return cls(_stock(world), np.sort(world.vacancies.chain))


def check(opening: Opening, world: World) -> None:
    """Check the year that ``world`` has just closed against what stood at its beginning, in whole numbers.

    Raise :exc:`ConservationError` naming the first account that does not add up, and where.
    """
    _check_people(opening, world)
    _check_posts(world)
    _check_chains(opening, world)


def _stock(world: World) -> np.ndarray:
    people, schools = world.people, world.schools
    rows = np.flatnonzero(people.status == Status.IN_SERVICE)
    school = people.school[rows]
    regions = len(world.register.region_names)
    shape = (N_ROLES, N_PHASES, regions)
    cells = np.ravel_multi_index((people.role[rows], schools.phase[school], schools.region[school]), shape)
    return np.bincount(cells, minlength=N_ROLES * N_PHASES * regions).reshape(shape)


def _check_people(opening: Opening, world: World) -> None:
    flow = dict(zip(FLOWS, world.log.flows, strict=True))
    due = opening.stock + flow["entrants"] + flow["moves_in"] - flow["moves_out"] - flow["leavers"]
    # Leaders of trusts are in no school: the census does not see them, so they have no stock.
    off = (due != _stock(world)) & (np.arange(N_ROLES) < len(SCHOOL_ROLES))[:, None, None]
    if off.any():
        role, phase, region = np.argwhere(off)[0]
        raise ConservationError(
            f"{school_year(world.year)}: people do not add up for {label(Role(role))} in {label(Phase(phase))} schools, "
            f"{world.register.region_names[region]}: {opening.stock[role, phase, region]} the year before, "
            + ", ".join(f"{flow[name][role, phase, region]} {name.replace('_', ' ')}" for name in FLOWS)
            + f" make {due[role, phase, region]}, but {_stock(world)[role, phase, region]} are in service"
        )


def _check_posts(world: World) -> None:
    people, schools = world.people, world.schools
    holders = (people.status == Status.IN_SERVICE) & (people.role < Role.TRUST_LEADER)
    holders |= (people.status == Status.CENTRAL) & (people.role == Role.TRUST_LEADER)
    size = len(schools) * N_ROLES
    held = np.bincount(people.school[holders].astype(np.int64) * N_ROLES + people.role[holders], minlength=size)
    vacancies = world.vacancies
    vacant = np.bincount(vacancies.school.astype(np.int64) * N_ROLES + vacancies.role, minlength=size)
    filled, posts = schools.filled.ravel(), schools.posts.ravel()
    for wrong, words in (
        (held != filled, "{held} people hold the {filled} posts that are down as filled"),
        (filled + vacant != posts, "{filled} filled and {vacant} vacant posts do not make {posts}"),
    ):
        if wrong.any():
            cell = int(np.flatnonzero(wrong)[0])
            school, role = divmod(cell, N_ROLES)
            found = {"held": held[cell], "filled": filled[cell], "vacant": vacant[cell], "posts": posts[cell]}
            raise ConservationError(
                f"{school_year(world.year)}: at the school with URN {schools.urn[school]}, {label(Role(role))}: "
                + words.format(**found)
            )


def _check_chains(opening: Opening, world: World) -> None:
    closed, still_open = np.sort(world.log.closed_chains.chain), np.sort(world.vacancies.chain)
    ended = np.concatenate([closed, still_open])
    before, opened = len(opening.open_chains), world.log.chains_opened
    twice = len(np.unique(ended)) != len(ended)
    lost = not np.isin(opening.open_chains, ended).all()
    if before + opened != len(ended) or twice or lost:
        raise ConservationError(
            f"{school_year(world.year)}: vacancy chains do not add up: {before} open the year before and {opened} opened "
            f"make {before + opened}, but {len(closed)} closed and {len(still_open)} stand open"
            + (", some of them twice" if twice else "")
            + (", and one that was open before is neither" if lost else "")
        )
