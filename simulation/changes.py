"""Changes of the system itself: which schools join and leave trusts, open, close and merge, as a list settled before a run.

A list, because who joins whom is decided by what made it (a user's own list, or a trajectory that a scenario draws): the
model only carries it out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from simulation.register import Register
from simulation.vocabulary import ClusterKind, label, school_year

LARGEST_KEY = (1 << 24) - 1
"""Of a cluster, as of a school: it has 24 bits of an id."""


class Event(IntEnum):
    """What happens to a school."""

    JOINS_TRUST = 0
    """It becomes an academy in a trust, which is founded with it if there is none of that key, and leaves any other cluster."""
    LEAVES_TRUST = 1
    """It stands alone from now on, and stays an academy."""
    OPENS = 2
    """It was in the register and not there before; its pupils come from its neighbours."""
    CLOSES = 3
    """Its pupils go to its neighbours; its people look for other posts."""
    MERGES_INTO = 4
    """Another school takes its pupils and people."""


@dataclass(frozen=True)
class Change:
    """One event of one school."""

    year: int
    """School year at whose start it happens, by the calendar year in which that starts."""
    event: Event
    school: int
    """URN."""
    other: int = 0
    """Key of the trust that it joins, or URN of the school into which it merges; 0 with other events."""


def in_order(changes: Iterable[Change]) -> tuple[Change, ...]:
    """The changes by year; those of a year in the order in which they were given, in which they happen."""
    return tuple(sorted(changes, key=lambda change: change.year))


def opened(changes: Iterable[Change]) -> frozenset[int]:
    """URNs of the schools that open some day, and so are not there at the start."""
    return frozenset(change.school for change in changes if change.event is Event.OPENS)


def yet_to_open(register: Register, changes: Iterable[Change]) -> np.ndarray:
    """Which schools of the register are not there at the start; bool."""
    return np.isin(register.urn, sorted(opened(changes)))


class Schools:
    """Which schools are there and in which cluster, by URN, as a list of changes is gone through."""

    def __init__(self, register: Register, changes: Iterable[Change]) -> None:
        """As the register has them, less those that the ``changes`` open."""
        keys = [*register.cluster_key.tolist(), 0]  # the last for row -1: none
        absent = yet_to_open(register, changes).tolist()
        self.cluster = dict(zip(register.urn.tolist(), (keys[row] for row in register.cluster.tolist()), strict=True))
        """Key of each school's cluster; 0 for none."""
        self.kinds = dict(zip(keys, register.cluster_kind.tolist(), strict=False))
        self.open = {urn for urn, out in zip(self.cluster, absent, strict=True) if not out}
        self.to_open = set(self.cluster) - self.open

    def fault(self, change: Change) -> str | None:
        """Why a change cannot happen as things stand; None if it can."""
        urn, event = change.school, change.event
        if urn not in self.cluster:
            return f"there is no school with URN {urn}"
        if event is Event.OPENS:
            return None if urn in self.to_open and not self.cluster[urn] else f"school {urn} cannot open: it is there"
        if urn not in self.open:
            return f"school {urn} is not open" + (" yet" if urn in self.to_open else "")
        if event is Event.JOINS_TRUST:
            return self._cannot_join(urn, change.other)
        if event is Event.LEAVES_TRUST:
            in_trust = self.kinds.get(self.cluster[urn]) == ClusterKind.TRUST
            return None if in_trust else f"school {urn} is in no trust"
        return self._cannot_go(urn, change.other if event is Event.MERGES_INTO else None)

    def _cannot_go(self, urn: int, into: int | None) -> str | None:
        if into is not None and (into == urn or into not in self.open):
            return f"school {urn} cannot merge into {into}: that is no other school that is open"
        return f"school {urn} is the last one" if len(self.open) == 1 else None

    def _cannot_join(self, urn: int, key: int) -> str | None:
        if not 1 <= key <= LARGEST_KEY:
            return f"a trust has a key from 1 to {LARGEST_KEY:,}, got {key}"
        if self.kinds.get(key, ClusterKind.TRUST) != ClusterKind.TRUST:
            return f"school {urn} cannot join {key}: it is a {label(ClusterKind(self.kinds[key]))}, not a trust"
        return f"school {urn} is in trust {key} already" if self.cluster[urn] == key else None

    def happen(self, change: Change) -> None:
        """Go on to how things stand after a change that has no fault."""
        urn = change.school
        if change.event is Event.JOINS_TRUST:
            self.cluster[urn] = change.other
            self.kinds.setdefault(change.other, ClusterKind.TRUST)
        elif change.event is Event.OPENS:
            self.to_open.remove(urn)
            self.open.add(urn)
        else:
            self.cluster[urn] = 0
            if change.event is not Event.LEAVES_TRUST:
                self.open.remove(urn)


def faults(register: Register, changes: Iterable[Change], base_year: int) -> Iterator[tuple[Change, str]]:
    """The changes that cannot happen, with why; the others are gone through as if these were not there."""
    changes = in_order(changes)
    schools = Schools(register, changes)
    for change in changes:
        fault = schools.fault(change)
        if change.year <= base_year:
            fault = f"the register is that of {school_year(base_year)}, so nothing of it changes in {school_year(change.year)}"
        if fault is None:
            schools.happen(change)
        else:
            yield change, fault
