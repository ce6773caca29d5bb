"""What agents are and what they show: the columns of each sort, in words, and what is worked out from columns."""

from __future__ import annotations

from collections.abc import Callable
from enum import IntEnum

import numpy as np

from simulation.programmes.channels import COMPONENTS, SKILLS, PersonSlot, SchoolSlot
from simulation.structure import Structure
from simulation.vocabulary import (
    ClusterKind,
    LeaverReason,
    SchoolKind,
    SchoolState,
    Sex,
    Status,
)
from simulation.world import World


class Sort(IntEnum):
    """What an agent is; ``OTHER`` are ordinary Mesa agents that a user's model has registered itself."""

    PERSON = 0
    SCHOOL = 1
    CLUSTER = 2
    OTHER = 3


IDENTITY = {Sort.PERSON: "id", Sort.SCHOOL: "urn", Sort.CLUSTER: "key"}
"""The column that gives each sort of agent its ``unique_id``."""

CODED: dict[Sort, dict[str, type[IntEnum] | str]] = {
    Sort.PERSON: {
        "sex": Sex,
        "ethnic_group": "ethnic_group",
        "status": Status,
        "role": "role",
        "acting_role": "role",
        "left_reason": LeaverReason,
        "phase": "phase",
    },
    Sort.SCHOOL: {"phase": "phase", "kind": SchoolKind, "state": SchoolState},
    Sort.CLUSTER: {"kind": ClusterKind},
    Sort.OTHER: {},
}
"""Columns that hold codes: agents show the member, or None for -1. Where a context has its own, what its structure calls them."""


def members_of(structure: Structure) -> dict[Sort, dict[str, dict[int, IntEnum]]]:
    """Members of the columns of :data:`CODED` by code, as a context of this structure has them."""
    return {
        sort: {
            name: {int(m): m for m in (getattr(structure, codes) if isinstance(codes, str) else codes)}
            for name, codes in named.items()
        }
        for sort, named in CODED.items()
    }


LINKS = {
    "school": Sort.SCHOOL,
    "lead_school": Sort.SCHOOL,
    "cluster": Sort.CLUSTER,
    "last_cluster": Sort.CLUSTER,
}
"""Columns that hold a row of another table: agents show the agent, or None for -1."""

PROGRAMMES = ("joined", "completed", "programmes")
"""Columns, and what is derived, that hold a bit for each programme: agents show the programmes' names."""

PARTS: dict[Sort, dict[str, tuple[str, ...]]] = {
    Sort.PERSON: {
        "shift": tuple(slot.name.lower() for slot in PersonSlot),
        "given": (*SKILLS, "aspiration", "wellbeing"),
    },
    Sort.SCHOOL: {"shift": tuple(slot.name.lower() for slot in SchoolSlot), "given": ("culture", "trust")},
    Sort.CLUSTER: {"shift": COMPONENTS},
    Sort.OTHER: {},
}
"""What programmes add, entry by entry: agents show a number for each name, in the unit of the channel."""


def _joined(table: str) -> Callable[[World, np.ndarray], np.ndarray]:
    return lambda world, rows: getattr(world, table).joined[rows]


def _since(column: str) -> Callable[[World, np.ndarray], np.ndarray]:
    return lambda world, rows: world.year - getattr(world.people, column)[rows].astype(np.int64)


def _school_phases(world: World, rows: np.ndarray) -> np.ndarray:
    return np.append(world.schools.phase, np.int8(-1))[world.people.school[rows]]  # the last entry: no school


def _school_names(world: World, rows: np.ndarray) -> np.ndarray:
    places = np.searchsorted(world.register.urn, world.schools.urn[rows])
    return np.array([world.register.name[i] for i in places], dtype=object)


def _cluster_names(world: World, rows: np.ndarray) -> np.ndarray:
    names = (
        *world.register.cluster_name,
        *(f"Trust {key}" for key in world.clusters.key[len(world.register.cluster_key) :]),
    )
    return np.array([names[i] for i in rows], dtype=object)


def _region_names(world: World, rows: np.ndarray) -> np.ndarray:
    return np.array([world.register.region_names[i] for i in world.schools.region[rows]], dtype=object)


DERIVED: dict[Sort, dict[str, Callable[[World, np.ndarray], np.ndarray]]] = {
    Sort.PERSON: {
        "age": _since("birth_year"),
        "years_qualified": _since("qualified_year"),
        "years_in_role": _since("role_since"),
        "years_in_school": _since("school_since"),
        "phase": _school_phases,
        "programmes": _joined("people"),
    },
    Sort.SCHOOL: {"name": _school_names, "region_name": _region_names, "programmes": _joined("schools")},
    Sort.CLUSTER: {"name": _cluster_names, "programmes": _joined("clusters")},
    Sort.OTHER: {},
}
"""What is worked out from columns when asked: age and years at the census of ``world.year``, names, a person's phase,
the programmes that a person, school or cluster ever joined."""
