"""Posts meet candidates: the compiled part of the market.

Who comes to know of a post, whom its panel prefers, and which posts fall vacant when somebody is appointed. All of it is in one
file, because what is compiled is kept by file.

Most candidates see few of the posts of a region, so those elsewhere are not drawn pair by pair: candidates walk through the
schools of their region and come upon some. Who sees a school's posts of a level, and what its panel makes of them, is settled
by draws that its further posts share, so it is written down once a year, as the school's shortlist.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numba import njit

from simulation.draws import Decision, YearKey, about, counter, draw, threefry, unit
from simulation.log import Vacancies
from simulation.numerics import gumbel, logistic, logit
from simulation.vocabulary import N_ROLES, Ring, Role

OWN_SCHOOL, CLUSTER, COMMUNITY, ELSEWHERE = (int(ring) for ring in Ring if ring is not Ring.OUTSIDE)
ASSISTANT_HEAD = int(Role.ASSISTANT_HEAD)
FIRST_ADVERT, SECOND_ADVERT = 1, 2
NOBODY = -1
MET = 1 / 64
"""Chance that a candidate comes upon a school elsewhere in the region. Any would do: the nearer it is above the chances of
seeing a post there, the fewer draws are made."""
LOG_MISSED = math.log1p(-MET)
SAFELY, SAFELY_ABOVE = 1.0 - 1e-9, 1.0 + 1e-9
"""Room for the rounding of logarithms and exponentials, where a bound spares the exact comparison."""


class Queue(NamedTuple):
    """Vacancies with room to grow, as the kernels write them; see :class:`~simulation.log.Vacancies`."""

    school: np.ndarray
    role: np.ndarray
    chain: np.ndarray
    link: np.ndarray

    @classmethod
    def of_size(cls, n: int) -> Queue:
        """Room for ``n`` vacancies."""
        return cls(np.empty(n, np.int32), np.empty(n, np.int8), np.empty(n, np.int64), np.empty(n, np.int32))

    def where(self, which: np.ndarray | slice) -> Vacancies:
        """Some of the vacancies, as a record of their own."""
        return Vacancies(*(column[which].copy() for column in self))


class Candidates(NamedTuple):
    """Searches as the kernels read them, one entry each: by level, then by the community searched around."""

    row: np.ndarray
    """Row of people."""
    id: np.ndarray
    see: np.ndarray
    """Counter of the draws about the candidate and a school, to which the URN is added: for promotion or at the same level; uint64."""
    promotion: np.ndarray
    in_service: np.ndarray
    phase: np.ndarray
    community: np.ndarray
    """Rank of the community searched around."""
    school: np.ndarray
    role: np.ndarray
    merit: np.ndarray
    """What every panel sees alike, in standard deviations."""
    weight: np.ndarray
    """What merit is worth in a race, 1 for the largest at the level; see :func:`_best`."""
    reach: np.ndarray
    """Log-odds that programmes add to seeing a post in another school."""
    start: np.ndarray
    """First of each level and, within it, community, by rank; shape (levels × communities + 1)."""
    by_home: np.ndarray
    """Candidates grouped by level and home: the cluster of their school, or the school itself if it is in none."""
    home_start: np.ndarray
    """First of each group in :attr:`by_home`, shape (levels × homes + 1)."""
    most_merit: np.ndarray
    """The largest :attr:`merit` at each level."""


class Sites(NamedTuple):
    """Schools, communities and areas as the kernels read them; an area is all of a phase in a region."""

    id: np.ndarray
    urn: np.ndarray
    phase: np.ndarray
    community: np.ndarray
    """Rank of each school's community."""
    area: np.ndarray
    """Area of each school."""
    area_of: np.ndarray
    """Area of each community, by rank."""
    area_start: np.ndarray
    """Rank of the first community of each area; one more at the end."""
    by_area: np.ndarray
    """Schools by area, in order of URN."""
    by_area_start: np.ndarray
    cluster: np.ndarray
    home: np.ndarray
    """Group of each school among the homes of candidates."""
    homes: int
    seen_from_outside: np.ndarray
    """Log-odds that programmes add to a school's posts' being seen by people elsewhere."""
    in_cluster: np.ndarray
    """Log-odds that the strength of its cluster adds to its posts' being seen there."""
    own_candidates: np.ndarray
    """Merit that programmes add to its own people, as its panels see them."""
    target_posts: np.ndarray
    filled: np.ndarray
    open: np.ndarray


class Panel(NamedTuple):
    """How posts are seen and judged."""

    see: np.ndarray
    wider_reach: float
    familiarity: np.ndarray
    advantage: np.ndarray
    """What familiarity is worth in a race, by ring; see :func:`_best`."""
    panel_noise: float
    race: float
    """One over the noise; 0 if there is none, and then nobody loses the race unjudged."""
    bar: np.ndarray
    bar_drop: float
    key: YearKey


class Encounters(NamedTuple):
    """Who comes upon which school, as a list for each school."""

    latest: np.ndarray
    """The last encounter of each school, or -1."""
    before: np.ndarray
    """The encounter before each in the list of its school, or -1."""
    who: np.ndarray


class Shortlist(NamedTuple):
    """Candidates who see a post, those of one advertisement of one school side by side."""

    who: np.ndarray
    ring: np.ndarray
    u: np.ndarray
    """What their draw of the panel's error is."""
    worth: np.ndarray
    """What merit and familiarity are worth in a race; see :func:`_best`."""


class Scratch(NamedTuple):
    """Room that the kernels use again for each post."""

    taken: np.ndarray
    """Whether the person in each row of people has been appointed."""
    met: np.ndarray
    """One more than the last school whose encounter with each candidate was looked at."""
    seeing: np.ndarray
    judging: np.ndarray
    """The two words of the draws about candidates who stand side by side and a school."""


@njit
def _longer(array, size):
    grown = np.empty(max(size, 2 * len(array)), array.dtype)
    grown[: len(array)] = array
    return grown


@njit
def _with_room(shortlist, size):
    """The ``shortlist``, with room for ``size`` entries at least."""
    if size <= len(shortlist.who):
        return shortlist
    return Shortlist(
        _longer(shortlist.who, size),
        _longer(shortlist.ring, size),
        _longer(shortlist.u, size),
        _longer(shortlist.worth, size),
    )


@njit(inline="always")
def _chance(chance, odds):
    """A chance of seeing a post, moved by log-odds."""
    return logistic(logit(chance) + odds) if odds != 0.0 else chance


@njit(inline="always")
def _words_below(chance):
    """How many of the 2**52 words that a draw can be lie below ``chance``; exact, as halving and doubling are."""
    return np.uint64(math.ceil(min(max(chance, 0.0), 1.0) * 2.0**52 - 0.5))


@njit
def _draw_words(ids, see, urn, k0, k1, seeing, judging):
    """The draws about a school and candidates who stand side by side.

    Without a branch or a gather, so that processors take several at a time: most candidates see few posts, and for them
    this is all that is done.
    """
    for j in range(len(ids)):
        seeing[j], judging[j] = threefry(ids[j], see[j] | urn, k0, k1)


@njit
def _walk(first, stop, candidates, sites, key):
    """Let the candidates from ``first`` to ``stop`` walk through the schools of the area that they search.

    They go by jumps that miss each school with chance ``1 - MET``, whatever befalls the others.
    """
    promotion = counter(Decision.COME_UPON_PROMOTION, key.year, 0)
    move = counter(Decision.COME_UPON_MOVE, key.year, 0)
    latest = np.full(len(sites.urn), -1, np.int32)
    before, who, n = np.empty(1024, np.int32), np.empty(1024, np.int32), 0
    for c in range(first, stop):
        area = sites.area_of[candidates.community[c]]
        at, end = sites.by_area_start[area] - 1, sites.by_area_start[area + 1]
        decision = promotion if candidates.promotion[c] else move
        word, other, k = np.uint64(0), np.uint64(0), 0
        while True:
            if k % 2 == 0:
                word, other = threefry(candidates.id[c], about(decision, k // 2), key.k0, key.k1)
            else:
                word = other
            k += 1
            at += 1 + int(math.log(unit(word)) / LOG_MISSED)
            if at >= end:
                break
            if n == len(who):
                before, who = _longer(before, 0), _longer(who, 0)
            s = sites.by_area[at]
            before[n], who[n], latest[s] = latest[s], c, n
            n += 1
    return Encounters(latest, before, who)


@njit(forceinline=True)
def _enter(n, c, ring, word, advantage, candidates, shortlist):
    """Write a candidate down as the ``n``-th of a shortlist; return the number of the next."""
    shortlist.who[n], shortlist.ring[n], shortlist.u[n] = c, ring, unit(word)
    shortlist.worth[n] = candidates.weight[c] * advantage
    return n + 1


@njit(forceinline=True)
def _sees(d, again, c, see, outside, plain, factor, candidates):
    """Whether a candidate at distance ``d`` sees a post, for the first time if it is advertised ``again``.

    ``plain`` is the chance of those whose reach nothing widens, ``see`` that without what ``outside`` adds to the school's.
    """
    reach = candidates.reach[c]
    chance = plain if reach == 0.0 else _chance(see, reach + outside)
    return d < factor * chance and (d < chance) != again


@njit(forceinline=True)
def _see_at_home(n, s, level, again, candidates, sites, panel, scratch, shortlist):
    """Shortlist who of the school's own people and of its cluster's sees a post at school ``s``."""
    key, p, urn, home = panel.key, sites.phase[s], np.uint64(sites.urn[s]), sites.home[s]
    factor = max(1.0, panel.wider_reach) if again else 1.0
    see, odds = panel.see[p, CLUSTER], sites.seen_from_outside[s] + sites.in_cluster[s]
    plain = _chance(see, odds)
    own = panel.advantage[OWN_SCHOOL] * math.exp(sites.own_candidates[s] * panel.race)
    area, own_area_only = sites.area[s], sites.cluster[s] < 0
    group = level * sites.homes + home
    for at in range(candidates.home_start[group], candidates.home_start[group + 1]):
        c = candidates.by_home[at]
        if scratch.taken[candidates.row[c]] or candidates.phase[c] != p:
            continue
        if candidates.school[c] != s:
            word, other = threefry(candidates.id[c], candidates.see[c] | urn, key.k0, key.k1)
            if _sees(unit(word), again, c, see, odds, plain, factor, candidates):
                n = _enter(n, c, CLUSTER, other, panel.advantage[CLUSTER], candidates, shortlist)
        elif not again and (candidates.promotion[c] or not candidates.in_service[c]):
            base = candidates.community[c]
            near = sites.area_of[base] == area if level >= ASSISTANT_HEAD else base == sites.community[s]
            if near or not own_area_only:
                _, other = threefry(candidates.id[c], candidates.see[c] | urn, key.k0, key.k1)
                n = _enter(n, c, OWN_SCHOOL, other, own, candidates, shortlist)
    return n


@njit(forceinline=True)
def _see_side_by_side(n, start, stop, ring, s, again, most_reach, candidates, sites, panel, scratch, shortlist):
    """Shortlist who sees a post at school ``s`` of the candidates from ``start`` to ``stop``, all in one ``ring``."""
    key, p, urn, home = panel.key, sites.phase[s], np.uint64(sites.urn[s]), sites.home[s]
    factor = max(1.0, panel.wider_reach) if again else 1.0
    see, outside = panel.see[p, ring], sites.seen_from_outside[s]
    plain, advantage = _chance(see, outside), panel.advantage[ring]
    missed = MET if ring == ELSEWHERE else 0.0
    most = (factor * _chance(see, most_reach + outside) * SAFELY_ABOVE - missed) / (1.0 - missed)
    if start == stop or most <= 0.0:
        return n
    _draw_words(
        candidates.id[start:stop], candidates.see[start:stop], urn, key.k0, key.k1, scratch.seeing, scratch.judging
    )
    limit = _words_below(most)
    for j in range(stop - start):
        if scratch.seeing[j] >> np.uint64(12) >= limit:
            continue
        c = start + j
        if scratch.taken[candidates.row[c]] or sites.home[candidates.school[c]] == home:
            continue
        if ring == ELSEWHERE and scratch.met[c] == s + 1:
            continue
        d = missed + (1.0 - missed) * unit(scratch.seeing[j])
        if _sees(d, again, c, see, outside, plain, factor, candidates):
            n = _enter(n, c, ring, scratch.judging[j], advantage, candidates, shortlist)
    return n


@njit(forceinline=True)
def _see_upon_the_way(n, s, again, encounters, candidates, sites, panel, scratch, shortlist):
    """Shortlist who, of those elsewhere who come upon school ``s``, sees a post there."""
    key, p, urn, home = panel.key, sites.phase[s], np.uint64(sites.urn[s]), sites.home[s]
    factor = max(1.0, panel.wider_reach) if again else 1.0
    see, outside = panel.see[p, ELSEWHERE], sites.seen_from_outside[s]
    plain, advantage = _chance(see, outside), panel.advantage[ELSEWHERE]
    at = encounters.latest[s]
    while at >= 0:
        c = encounters.who[at]
        at = encounters.before[at]
        scratch.met[c] = s + 1
        if candidates.community[c] == sites.community[s] or scratch.taken[candidates.row[c]]:
            continue
        if sites.home[candidates.school[c]] == home:
            continue
        word, other = threefry(candidates.id[c], candidates.see[c] | urn, key.k0, key.k1)
        if _sees(MET * unit(word), again, c, see, outside, plain, factor, candidates):
            n = _enter(n, c, ELSEWHERE, other, advantage, candidates, shortlist)
    return n


@njit(forceinline=True)
def _who_see(n, s, level, again, encounters, most_reach, candidates, sites, panel, scratch, shortlist):
    """Shortlist, from the ``n``-th entry on, who comes to know of, and wants, a post at school ``s``.

    If it is advertised ``again``, the chance is larger, and only those who come in now are written. Return the number of
    the entry after the last.
    """
    n = _see_at_home(n, s, level, again, candidates, sites, panel, scratch, shortlist)
    own, area = sites.community[s], sites.area[s]
    communities, reach = len(sites.area_of), most_reach[area]
    start = candidates.start[level * communities : (level + 1) * communities + 1]
    first, last = start[sites.area_start[area]], start[sites.area_start[area + 1]]
    near, far = last, last
    if sites.area_of[own] == area:
        near, far = start[own], start[own + 1]
        n = _see_side_by_side(n, near, far, COMMUNITY, s, again, reach, candidates, sites, panel, scratch, shortlist)
    if level >= ASSISTANT_HEAD:
        n = _see_upon_the_way(n, s, again, encounters, candidates, sites, panel, scratch, shortlist)
        for begin, end in ((first, near), (far, last)):
            n = _see_side_by_side(
                n, begin, end, ELSEWHERE, s, again, reach, candidates, sites, panel, scratch, shortlist
            )
    return n


@njit(forceinline=True)
def _best(begin, end, s, level, candidates, sites, panel, scratch, shortlist, winner, most, ring):
    """The best of a part of the shortlist of school ``s``, and of the ``winner`` so far, if not -1.

    Greater merit wins; ties go to the smaller id, so that the order of candidates does not matter. The panel's error is a
    Gumbel variate ``-log(-log(u))``, so choosing the largest sum is a race in which the smallest ``-log(u) / worth``
    wins. As ``-log(u) >= 1 - u``, whoever is behind with ``1 - u`` has lost, and no logarithm need be taken to know.
    """
    ids = candidates.id
    to_beat = math.exp((most - candidates.most_merit[level]) * panel.race) * SAFELY
    for at in range(begin, end):
        u, c = shortlist.u[at], shortlist.who[at]
        if (1.0 - u) * to_beat > shortlist.worth[at] or scratch.taken[candidates.row[c]]:
            continue
        merit = candidates.merit[c] + panel.familiarity[shortlist.ring[at]]
        if shortlist.ring[at] == OWN_SCHOOL:
            merit += sites.own_candidates[s]
        merit += panel.panel_noise * gumbel(u)
        if merit > most or (winner >= 0 and merit == most and ids[c] < ids[winner]):
            winner, most, ring = c, merit, shortlist.ring[at]
            to_beat = math.exp((most - candidates.most_merit[level]) * panel.race) * SAFELY
    return winner, most, ring


@njit
def _in_market_order(level, vacancies, n, sites, key, turn, came):
    """Write the vacancies of a ``level`` into ``turn``, from ``came`` on, as they reach the market: school by school."""
    c1, place = counter(Decision.SCHOOL_ORDER, key.year, level), np.empty(n)
    start, m = np.zeros(n + 1, np.int64), 0
    for i in range(n):
        if vacancies.role[i] == level:
            m += 1
    for i in range(n):
        if vacancies.role[i] == level:
            place[i] = draw(sites.id[vacancies.school[i]], c1, key.k0, key.k1)
            start[int(place[i] * m) + 1] += 1
    for b in range(m):
        start[b + 1] += start[b]
    for i in range(n):
        if vacancies.role[i] == level:
            b = int(place[i] * m)
            turn[came + start[b]] = i
            start[b] += 1
    for a in range(came + 1, came + m):  # nearly sorted: all that is left is order within buckets of one or two schools
        i, at = turn[a], a
        while at > came and _comes_before(i, turn[at - 1], place, vacancies):
            turn[at] = turn[at - 1]
            at -= 1
        turn[at] = i
    return came + m


@njit(forceinline=True)
def _comes_before(i, j, place, vacancies):
    if place[i] != place[j]:
        return place[i] < place[j]
    if vacancies.school[i] != vacancies.school[j]:
        return vacancies.school[i] < vacancies.school[j]
    if vacancies.chain[i] != vacancies.chain[j]:
        return vacancies.chain[i] < vacancies.chain[j]
    return vacancies.link[i] < vacancies.link[j]


@njit
def _most_reach(first, stop, candidates, sites):
    """The largest reach of the candidates of each area; 0 at least."""
    most = np.zeros(len(sites.area_start) - 1)
    for c in range(first, stop):
        area = sites.area_of[candidates.community[c]]
        most[area] = max(most[area], candidates.reach[c])
    return most


@njit(forceinline=True)
def _leave_behind(n, i, c, vacancies, abolished, n_abolished, candidates, sites):
    """Open, as the ``n``-th vacancy, the post that candidate ``c`` leaves for vacancy ``i``, or note that it is abolished."""
    home, role = candidates.school[c], candidates.role[c]
    sites.filled[home, role] -= 1
    if sites.target_posts[home, role] <= sites.filled[home, role] + sites.open[home, role]:
        to, at, link = abolished, n_abolished, vacancies.link[i]
        n_abolished += 1
    else:
        sites.open[home, role] += 1
        to, at, link = vacancies, n, vacancies.link[i] + 1
        n += 1
    to.school[at], to.role[at], to.chain[at], to.link[at] = home, role, vacancies.chain[i], link
    return n, n_abolished


@njit(cache=True)
def fill_posts(vacancies, n, candidates, sites, panel, people, turn, taken_by, advert, ring, abolished):
    """Work down the ladder: fill the first ``n`` of ``vacancies`` and those that open meanwhile, which are added to them.

    Write for each vacancy which candidate took it, after which advertisement and from how far away; into ``turn`` the
    vacancies in the order in which they came up. Return how many did, and how many posts were abolished.
    """
    size, came, n_abolished = len(candidates.id), 0, 0
    scratch = Scratch(
        np.zeros(people, np.bool_), np.zeros(size, np.int32), np.empty(size, np.uint64), np.empty(size, np.uint64)
    )
    shortlist = Shortlist(np.empty(0, np.int32), np.empty(0, np.int8), np.empty(0), np.empty(0))
    communities = len(sites.area_of)
    for level in range(N_ROLES - 1, -1, -1):
        first, stop = candidates.start[level * communities], candidates.start[(level + 1) * communities]
        encounters = _walk(first, stop if level >= ASSISTANT_HEAD else first, candidates, sites, panel.key)
        most_reach = _most_reach(first, stop, candidates, sites)
        listed, listed_to = np.full((len(sites.urn), 2), -1), np.empty((len(sites.urn), 2), np.int64)
        waiting, m = _in_market_order(level, vacancies, n, sites, panel.key, turn, came), 0
        while came < waiting:
            i = turn[came]
            s = vacancies.school[i]
            bar = panel.bar[sites.phase[s], level]
            c, merit, distance = NOBODY, -np.inf, OWN_SCHOOL
            for again in range(2):
                advert[i] = SECOND_ADVERT if again else FIRST_ADVERT
                if listed[s, again] < 0:
                    shortlist = _with_room(shortlist, m + stop - first)
                    listed[s, again] = m
                    m = _who_see(
                        m, s, level, again, encounters, most_reach, candidates, sites, panel, scratch, shortlist
                    )
                    listed_to[s, again] = m
                c, merit, distance = _best(
                    listed[s, again],
                    listed_to[s, again],
                    s,
                    level,
                    candidates,
                    sites,
                    panel,
                    scratch,
                    shortlist,
                    c,
                    merit,
                    distance,
                )
                if c >= 0 and merit >= bar:
                    break
            came += 1
            ring[i] = distance
            if c < 0 or merit < bar - again * panel.bar_drop:
                taken_by[i] = NOBODY
                continue
            taken_by[i] = c
            scratch.taken[candidates.row[c]] = True
            sites.filled[s, level] += 1
            sites.open[s, level] -= 1
            if candidates.in_service[c]:
                before = n
                n, n_abolished = _leave_behind(n, i, c, vacancies, abolished, n_abolished, candidates, sites)
                if n > before and vacancies.role[before] == level:
                    turn[waiting] = before
                    waiting += 1
    return came, n_abolished
