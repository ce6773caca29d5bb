"""Trajectories of the system of schools, settled as a list of changes: who joins which trust, which trusts merge, who closes.

What a scenario says are levels by school year, such as the share of schools that are academies. Who it is that changes is drawn
under the seed of the register, never that of a run: a list is data, and all replicates have the same. The order in which
schools join is the same whatever the level, so that those who have joined at 60% are among those at 80%.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator

import numpy as np

from scenarios.register.clusters import ClusterSettings, cut, neighbours, trust_sizes
from simulation.changes import LARGEST_KEY, Change, Event
from simulation.draws import Decision, Key, school_ids
from simulation.parameters import Parameters
from simulation.parameters import Register as Levels
from simulation.register import Register
from simulation.vocabulary import ClusterKind, SchoolKind

NEW_KEY = 1 << 23
"""A trust founded by a school has its URN, raised by this, as key: no URN in use is as large."""
NO_TRUST = 0


def changes_of(
    register: Register,
    listed: Iterable[Change],
    parameters_in: Callable[[int], Parameters],
    years: range,
    clusters: ClusterSettings,
    seed: int,
) -> tuple[Change, ...]:
    """All changes of a system: those ``listed``, and in each of ``years``, after them, what the levels of that year call for.

    Schools that are listed change as the list says and in no other way. A level acts in years in which it is above that of
    the year before the first, which is the base year.
    """
    listed = tuple(listed)
    base_year = years.start - 1
    if not listed and not any(_acts(parameters_in(year).register, parameters_in(base_year).register) for year in years):
        return ()
    system = _System(register, listed, clusters, seed)
    base = parameters_in(base_year).register
    found: list[Change] = []
    for year in years:
        now = parameters_in(year)
        for change in listed:
            if change.year == year:
                system.happen(change)
                found.append(change)
        for change in system.called_for(year, year - base_year, base, now):
            system.happen(change)
            found.append(change)
    return tuple(found)


def _acts(now: Levels, base: Levels) -> bool:
    """Whether any school can change in a year with these levels."""
    levels = ((now.academies, base.academies), (now.in_trusts, base.in_trusts), (now.trust_size, base.trust_size))
    return now.closing > 0 or any(level > before for level, before in levels)


class _System:
    """Schools and trusts as they stand while the list is made."""

    def __init__(self, register: Register, listed: tuple[Change, ...], clusters: ClusterSettings, seed: int) -> None:
        self.register, self.clusters, self.key = register, clusters, Key(seed)
        self.ids, self.row = school_ids(register.urn), {urn: i for i, urn in enumerate(register.urn.tolist())}
        opening = [change.school for change in listed if change.event is Event.OPENS]
        self.open = ~np.isin(register.urn, opening)
        self.own_course = np.isin(register.urn, [urn for change in listed for urn in (change.school, change.other)])
        self.academy = register.kind == SchoolKind.ACADEMY
        in_trust = np.append(register.cluster_kind == ClusterKind.TRUST, False)[register.cluster]
        self.trust = np.where(in_trust, np.append(register.cluster_key, NO_TRUST)[register.cluster], NO_TRUST)
        self.keys = set(register.cluster_key.tolist())
        self.beside = neighbours(register)
        self.rows_in = {
            region: np.flatnonzero(register.region == region) for region in np.unique(register.region).tolist()
        }
        self.joins = self._u(Decision.SCHOOL_JOINS_TRUST, 0)
        self.founds = self._u(Decision.SCHOOL_FOUNDS_TRUST, 0)

    def _u(self, decision: Decision, tick: int) -> np.ndarray:
        return self.key.uniform(decision, tick, self.ids)

    def happen(self, change: Change) -> None:
        """Go on to how things stand after a change."""
        row = self.row[change.school]
        if change.event is Event.JOINS_TRUST:
            self.trust[row], self.academy[row] = change.other, True
            self.keys.add(change.other)
        elif change.event is Event.OPENS:
            self.open[row] = True
        else:
            self.trust[row] = NO_TRUST
            if change.event is not Event.LEAVES_TRUST:
                self.open[row] = False

    def called_for(self, year: int, since: int, base: Levels, now: Parameters) -> Iterator[Change]:
        """What the levels of a year call for, ``since`` years after the base year; each must have happened before the next is asked for."""
        yield from self._close(year, since, now)
        level = now.register
        if level.academies > base.academies:
            short = _round(level.academies * self.open.sum()) - int((self.open & self.academy).sum())
            yield from self._join(year, self._first(~self.academy, short, level.disadvantage_first), level.new_trusts)
        if level.in_trusts > base.in_trusts:
            together = self._together()
            short = _round(level.in_trusts * self.open.sum()) - int(together.sum())
            alone = self._first(~together & self.academy, short, level.disadvantage_first)
            others = self._first(~self.academy, short - len(alone), level.disadvantage_first)
            yield from self._join(year, [*alone, *others], level.new_trusts)
        if level.trust_size > base.trust_size:
            yield from self._merge(year, level.trust_size)

    def _together(self) -> np.ndarray:
        """Schools in trusts of two schools or more."""
        inside = self.open & (self.trust != NO_TRUST)
        _, of, size = np.unique(self.trust[inside], return_inverse=True, return_counts=True)
        found = np.zeros(len(self.open), bool)
        found[inside] = size[of] >= 2
        return found

    def _first(self, among: np.ndarray, number: int, disadvantage_first: float) -> list[int]:
        """Rows of the first schools to join: by a race in which disadvantage counts as much as is said."""
        rows = np.flatnonzero(among & self.open & ~self.own_course)
        race = -np.log(-np.log(self.joins[rows]))  # Gumbel: whoever is ahead by x wins with odds e**x
        ahead = race + disadvantage_first * (self.register.disadvantage[rows] - 0.25) / 0.10
        return rows[np.lexsort((self.register.urn[rows], -ahead))][: max(number, 0)].tolist()

    def _join(self, year: int, joining: list[int], new_trusts: float) -> Iterator[Change]:
        """Some found trusts with neighbours who join as well; the others join one of their region, in proportion to its schools there."""
        founding, founded = np.zeros(len(self.open), bool), set()
        founding[[row for row in joining if self.founds[row] < new_trusts]] = True
        chances = trust_sizes(self.clusters)
        sizes = 2 + np.searchsorted(np.cumsum(chances)[:-1], self._u(Decision.CLUSTER_SIZE, year), side="right")
        for region in self.rows_in:
            schools = self.beside[(founding & (self.register.region == region))[self.beside]]
            for group in cut(schools, sizes, 2, len(chances) + 1):
                new = self._new_key(group.tolist())
                founded.update(group.tolist())
                for row in group.tolist():
                    yield self._joins(year, row, new)
        choice = self._u(Decision.SCHOOL_CHOOSES_TRUST, year)
        for row in [row for row in joining if row not in founded]:
            key = self._pick(self.rows_in[int(self.register.region[row])], row, choice[row])
            yield self._joins(year, row, self._new_key([row]) if key is None else key)

    def _joins(self, year: int, row: int, key: int) -> Change:
        return Change(year, Event.JOINS_TRUST, int(self.register.urn[row]), key)

    def _pick(self, area: np.ndarray, row: int, u: float) -> int | None:
        """A trust by a draw, each in proportion to its schools among the rows ``area``; not the school's own. None if there is none."""
        trusts = self.trust[area]
        inside = self.open[area] & (trusts != NO_TRUST) & (trusts != self.trust[row])
        keys, size = np.unique(trusts[inside], return_counts=True)
        return int(keys[np.searchsorted(np.cumsum(size), u * size.sum(), side="right")]) if len(keys) else None

    def _new_key(self, group: Iterable[int]) -> int:
        key = min(int(self.register.urn[row]) for row in group) % NEW_KEY + NEW_KEY
        while key in self.keys:
            key = key % LARGEST_KEY + 1
        self.keys.add(key)
        return key

    def _merge(self, year: int, mean_size: float) -> Iterator[Change]:
        """The smallest trust joins another of its region, until trusts are as large as they are to be on average."""
        staying: set[int] = set()
        while True:
            together = self._together()
            keys, size = np.unique(self.trust[together], return_counts=True)
            if not len(keys) or size.mean() >= mean_size:
                return
            order = [i for i in np.lexsort((keys, size)) if int(keys[i]) not in staying]
            if not order:
                return
            smallest = int(keys[order[0]])
            members = np.flatnonzero(self.open & (self.trust == smallest))
            u = float(self.key.uniform(Decision.TRUST_MERGES, year, np.array([smallest], np.uint64))[0])
            region = self.rows_in[int(np.bincount(self.register.region[members]).argmax())]
            into = self._pick(region[together[region]], int(members[0]), u)
            if into is None or self.own_course[members].any():
                staying.add(smallest)
                continue
            for row in members.tolist():
                yield self._joins(year, row, into)

    def _close(self, year: int, since: int, now: Parameters) -> Iterator[Change]:
        """Where rolls fall some schools close, small ones sooner; none that is the last of its phase in its community."""
        decade = 0 if since <= 5 else 1 if since <= 10 else 2
        falling = now.establishment.roll_growth[:, decade] < 0
        luck = self._u(Decision.SCHOOL_CLOSES, year)
        for phase in np.flatnonzero(falling) if now.register.closing > 0 else ():
            rows = np.flatnonzero(self.open & (self.register.phase == phase))
            fraction = float(self.key.uniform(Decision.SCHOOL_CLOSES, year, np.array([phase], np.uint64))[0])
            number = int(now.register.closing * len(rows) + fraction)
            left: defaultdict[int, int] = defaultdict(int)
            for community in self.register.community[rows].tolist():
                left[community] += 1
            ahead = -np.log(-np.log(luck[rows])) - np.log(self.register.pupils[rows])
            for row in rows[np.lexsort((self.register.urn[rows], -ahead))].tolist():
                community = int(self.register.community[row])
                if number and left[community] > 1 and not self.own_course[row]:
                    number, left[community] = number - 1, left[community] - 1
                    yield Change(year, Event.CLOSES, int(self.register.urn[row]))


def _round(x: float) -> int:
    return int(np.floor(x + 0.5))
