"""Posts meet candidates: the compiled part of one level of the market.

Who comes to know of a post, whom its panel prefers, and which posts fall vacant when somebody is appointed. All of it is in one
file, because what is compiled is kept by file.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numba import njit

from simulation.draws import YearKey, about, draw, threefry
from simulation.kernels import kernel
from simulation.log import Vacancies
from simulation.numerics import gumbel, logistic, logit
from simulation.vocabulary import Ring

OWN_SCHOOL, CLUSTER, COMMUNITY, ELSEWHERE = (int(ring) for ring in Ring if ring is not Ring.OUTSIDE)
FIRST_ADVERT, SECOND_ADVERT = 1, 2
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

    def first(self, n: int) -> Vacancies:
        """The first ``n`` vacancies, as a record of their own."""
        return Vacancies(*(column[:n].copy() for column in self))


class Candidates(NamedTuple):
    """Seekers of one level as the kernels read them, one entry each."""

    id: np.ndarray
    see: np.ndarray
    """Counter of its "sees the post" draws, to which the URN is added: for promotion or at the same level; uint64."""
    panel: np.ndarray
    """The same for what panels make of it."""
    promotion: np.ndarray
    in_service: np.ndarray
    phase: np.ndarray
    community: np.ndarray
    """Rank of the community searched around."""
    school: np.ndarray
    role: np.ndarray
    merit: np.ndarray
    weight: np.ndarray
    """What merit is worth in a race, 1 for the largest; see :func:`_prefer`."""
    reach: np.ndarray
    """Log-odds that programmes add to seeing a post elsewhere."""
    taken: np.ndarray
    by_home: np.ndarray
    """Candidates grouped by home: the cluster of their school, or the school itself if it is in none."""
    home_start: np.ndarray


class Pools(NamedTuple):
    """Candidates in order of the community that they search around: those of a community or region stand side by side."""

    id: np.ndarray
    see: np.ndarray
    who: np.ndarray
    """The candidate in each place."""
    place: np.ndarray
    """The place of each candidate."""
    start: np.ndarray
    """First place of each community, by rank; one more at the end."""
    stop: np.ndarray
    """One more than the last place of each community that holds somebody without a post."""


class Sites(NamedTuple):
    """Schools as the kernels read them."""

    urn: np.ndarray
    phase: np.ndarray
    community: np.ndarray
    """Rank of its community."""
    first: np.ndarray
    """Rank of the first community whose seekers can see a vacancy: of the region for senior posts, else its own."""
    last: np.ndarray
    """One more than the rank of the last."""
    cluster: np.ndarray
    home: np.ndarray
    """Its group among :attr:`Candidates.by_home`."""
    seen_from_outside: np.ndarray
    """Log-odds that programmes add to its posts' being seen by people elsewhere."""
    in_cluster: np.ndarray
    """Log-odds that the strength of its cluster adds to its posts' being seen there."""
    own_candidates: np.ndarray
    """Merit that programmes add to its own people, as its panels see them."""
    target_posts: np.ndarray
    filled: np.ndarray
    open: np.ndarray


class Panel(NamedTuple):
    """How posts of one level are seen and judged."""

    level: int
    see: np.ndarray
    wider_reach: float
    familiarity: np.ndarray
    advantage: np.ndarray
    """What familiarity is worth in a race, by ring; see :func:`_prefer`."""
    panel_noise: float
    race: float
    """One over the noise; 0 if there is none, and then nobody loses the race unjudged."""
    most_merit: float
    """The largest of the candidates' :attr:`~Candidates.merit`."""
    most_reach: float
    """The largest of the candidates' :attr:`~Candidates.reach`."""
    bar: np.ndarray
    """By phase, for the level."""
    bar_drop: float
    key: YearKey


@njit(inline="always")
def _record(vacancies, n, school, role, chain, link):
    vacancies.school[n], vacancies.role[n], vacancies.chain[n], vacancies.link[n] = school, role, chain, link


@njit(inline="always")
def _chance(chance, odds):
    """A chance of seeing a post, moved by log-odds."""
    return logistic(logit(chance) + odds) if odds != 0.0 else chance


@njit(inline="always")
def _words_below(chance):
    """How many of the 2**52 words that a draw can be lie below ``chance``; exact, as halving and doubling are."""
    return np.uint64(math.ceil(min(max(chance, 0.0), 1.0) * 2.0**52 - 0.5))


@njit
def _draw_words(ids, see, urn, k0, k1, words):
    """The "sees the post" draws of candidates who stand side by side, as 52-bit words.

    Without a branch or a gather, so that processors take eight at a time: most candidates see few posts, and for them
    this is all that is done.
    """
    for j in range(len(ids)):
        word, _ = threefry(ids[j], see[j] | urn, k0, k1)
        words[j] = word >> np.uint64(12)


@njit(forceinline=True)
def _seen_at_home(s, again, candidates, sites, panel, seen, ring):
    """Write down who of the school's own people and of its cluster's sees a post at school ``s``; see :func:`_who_see`."""
    factor = max(1.0, panel.wider_reach) if again else 1.0
    p, urn, home, outside = sites.phase[s], np.uint64(sites.urn[s]), sites.home[s], sites.seen_from_outside[s]
    in_cluster = sites.cluster[s] >= 0
    plain = _chance(panel.see[p, CLUSTER], outside + sites.in_cluster[s])
    n = 0
    for at in range(candidates.home_start[home], candidates.home_start[home + 1]):
        c = candidates.by_home[at]
        if candidates.taken[c] or candidates.phase[c] != p:
            continue
        if candidates.school[c] == s:
            same_level = candidates.in_service[c] and not candidates.promotion[c]
            inside = in_cluster or sites.first[s] <= candidates.community[c] < sites.last[s]
            if inside and not (again or same_level):
                seen[n], ring[n] = c, OWN_SCHOOL
                n += 1
            continue
        u = draw(candidates.id[c], about(candidates.see[c], urn), panel.key.k0, panel.key.k1)
        reach = candidates.reach[c]
        chance = plain if reach == 0.0 else _chance(panel.see[p, CLUSTER], reach + outside + sites.in_cluster[s])
        if u < factor * chance and (u < chance) != again:
            seen[n], ring[n] = c, CLUSTER
            n += 1
    return n


@njit(forceinline=True)
def _who_see(s, again, words, candidates, pools, sites, panel, seen, ring):
    """Write into ``seen`` who comes to know of, and wants, a post at school ``s``, and into ``ring`` how far away they are.

    If it is advertised ``again``, the chance is larger, ``words`` holds the draws of the first time, and only those who come in
    now are written. Return how many.
    """
    factor = max(1.0, panel.wider_reach) if again else 1.0
    p, home, outside = sites.phase[s], sites.home[s], sites.seen_from_outside[s]
    low, high, own = sites.first[s], sites.last[s], sites.community[s]
    n = _seen_at_home(s, again, candidates, sites, panel, seen, ring)

    first, last = pools.start[low], pools.start[high]
    near, near_stop, far = last, last, last
    if low <= own < high:
        near, near_stop, far = pools.start[own], pools.stop[own], pools.start[own + 1]
    for distance, start, stop in ((ELSEWHERE, first, near), (COMMUNITY, near, near_stop), (ELSEWHERE, far, last)):
        if start == stop:
            continue
        if not again:
            urn = np.uint64(sites.urn[s])
            _draw_words(pools.id[start:stop], pools.see[start:stop], urn, panel.key.k0, panel.key.k1, words[start:stop])
        plain = _chance(panel.see[p, distance], outside)
        most = _words_below(factor * _chance(panel.see[p, distance], panel.most_reach + outside) * SAFELY_ABOVE)
        for place in range(start, stop):
            if words[place] >= most:
                continue
            c = pools.who[place]
            if candidates.taken[c] or sites.home[candidates.school[c]] == home:
                continue
            reach = candidates.reach[c]
            chance = plain if reach == 0.0 else _chance(panel.see[p, distance], reach + outside)
            if words[place] < _words_below(factor * chance) and (words[place] < _words_below(chance)) != again:
                seen[n], ring[n] = c, distance
                n += 1
    return n


@njit(forceinline=True)
def _prefer(s, n, seen, ring, candidates, sites, panel, winner, most, distance):
    """The best of the first ``n`` who have ``seen`` a post at school ``s``, and of the ``winner`` so far, if not -1.

    Greater merit wins; ties go to the smaller id, so that the order of candidates does not matter. The panel's error is a
    Gumbel variate ``-log(-log(u))``, so choosing the largest sum is a race in which the smallest ``-log(u) / weight``
    wins. As ``-log(u) >= 1 - u``, whoever is behind with ``1 - u`` has lost, and no logarithm need be taken to know.
    """
    ids, urn, race = candidates.id, np.uint64(sites.urn[s]), panel.race
    to_beat = math.exp((most - panel.most_merit) * race) * SAFELY
    for j in range(n):
        c, r = seen[j], ring[j]
        u = draw(ids[c], about(candidates.panel[c], urn), panel.key.k0, panel.key.k1)
        if r != OWN_SCHOOL and (1.0 - u) * to_beat > candidates.weight[c] * panel.advantage[r]:
            continue
        merit = candidates.merit[c] + panel.familiarity[r]
        if r == OWN_SCHOOL:
            merit += sites.own_candidates[s]
        merit += panel.panel_noise * gumbel(u)
        if merit > most or (winner >= 0 and merit == most and ids[c] < ids[winner]):
            winner, most, distance = c, merit, r
            to_beat = math.exp((most - panel.most_merit) * race) * SAFELY
    return winner, most, distance


@njit(inline="always")
def _take(c, candidates, pools):
    """Note that candidate ``c`` has a post, and let the last of the community who has none change places with them."""
    candidates.taken[c] = True
    community = candidates.community[c]
    pools.stop[community] -= 1
    a, b = pools.place[c], pools.stop[community]
    d = pools.who[b]
    pools.id[a], pools.id[b] = pools.id[b], pools.id[a]
    pools.see[a], pools.see[b] = pools.see[b], pools.see[a]
    pools.who[a], pools.who[b] = d, c
    pools.place[c], pools.place[d] = b, a


@kernel
def fill_posts(queue, waiting, candidates, pools, sites, panel, taken_by, advert, ring, opened, abolished):
    """Work through ``queue``, whose first ``waiting`` entries wait.

    Return how many vacancies came up, how many were opened on lower rungs, and how many posts were abolished.
    """
    n_opened, n_abolished, v = 0, 0, 0
    size = len(candidates.id)
    words, seen, rings = np.empty(size, np.uint64), np.empty(size, np.int64), np.empty(size, np.int64)
    while v < waiting:
        s = queue.school[v]
        bar = panel.bar[sites.phase[s]]
        c, merit, ring[v] = -1, -np.inf, OWN_SCHOOL
        for again in range(2):
            advert[v] = SECOND_ADVERT if again else FIRST_ADVERT
            n = _who_see(s, again, words, candidates, pools, sites, panel, seen, rings)
            c, merit, ring[v] = _prefer(s, n, seen, rings, candidates, sites, panel, c, merit, ring[v])
            if c >= 0 and merit >= bar:
                break
        if c < 0 or merit < bar - again * panel.bar_drop:
            taken_by[v] = -1
            v += 1
            continue
        taken_by[v] = c
        _take(c, candidates, pools)
        sites.filled[s, panel.level] += 1
        sites.open[s, panel.level] -= 1
        if candidates.in_service[c]:
            home, role = candidates.school[c], candidates.role[c]
            sites.filled[home, role] -= 1
            if sites.target_posts[home, role] <= sites.filled[home, role] + sites.open[home, role]:
                _record(abolished, n_abolished, home, role, queue.chain[v], queue.link[v])
                n_abolished += 1
            else:
                sites.open[home, role] += 1
                if role == panel.level:
                    _record(queue, waiting, home, role, queue.chain[v], queue.link[v] + 1)
                    waiting += 1
                else:
                    _record(opened, n_opened, home, role, queue.chain[v], queue.link[v] + 1)
                    n_opened += 1
        v += 1
    return waiting, n_opened, n_abolished
