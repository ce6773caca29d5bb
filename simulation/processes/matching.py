"""Posts meet candidates: the compiled part of the market.

Who comes to know of a post, whom its panel prefers, and which posts fall vacant when somebody is appointed. All of it is in one
file, because what is compiled is kept by file.

Most candidates see few of the posts of a region, so those elsewhere are not drawn pair by pair: candidates walk through the
schools of their region and come upon some. Who sees a school's posts of a level, and what its panel makes of them, is settled
by draws that its further posts share, so it is written down once a year, as the school's shortlist.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numba import njit

from simulation.draws import Decision, about, counter, draw, threefry, unit
from simulation.kernels import kernel, part
from simulation.log import TERMS
from simulation.numerics import gumbel, logistic, logit
from simulation.processes.parties import LISTED, Scratch
from simulation.vocabulary import Ring

OWN_SCHOOL, CLUSTER, COMMUNITY, ELSEWHERE = (int(ring) for ring in Ring if ring is not Ring.OUTSIDE)
MOST_DROPS = 2
"""How often the bar drops at most."""
NOBODY = -1
MET = 1 / 64
"""Chance that a candidate comes upon a school elsewhere in the region. Any would do: the nearer it is above the chances of
seeing a post there, the fewer draws are made."""
LOG_MISSED = math.log1p(-MET)
FOR_EACH_POST: dict[str, Any] = {"error_model": "numpy", "_nrt": False}
"""How to compile what is called for each post: without counts of references, which would take as long as the rest. Such
functions may read and write arrays, and make none."""
SAFELY, SAFELY_ABOVE = 1.0 - 1e-9, 1.0 + 1e-9
"""Room for the rounding of logarithms and exponentials, where a bound spares the exact comparison."""


@part(error_model="numpy", forceinline=False)
def _with_room(records, size):
    """The ``records``, with room for ``size`` at least."""
    if size <= len(records):
        return records
    grown = np.empty(max(size, 2 * len(records)), records.dtype)
    for i in range(len(records)):  # a slice would be compiled with all that it may have to say of shapes: two seconds
        grown[i] = records[i]
    return grown


@part
def _chance(chance, odds):
    """A chance of seeing a post, moved by log-odds."""
    return logistic(logit(chance) + odds) if odds != 0.0 else chance


@part
def _words_below(chance):
    """How many of the 2**52 words that a draw can be lie below ``chance``; exact, as halving and doubling are."""
    return np.uint64(math.ceil(min(max(chance, 0.0), 1.0) * 2.0**52 - 0.5))


@part(**FOR_EACH_POST, forceinline=False)
def _draw_words(ids, see, urn, k0, k1, seeing, judging):
    """The draws about a school and candidates who stand side by side.

    Without a branch or a gather, so that processors take several at a time: most candidates see few posts, and for them
    this is all that is done.
    """
    for j in range(len(ids)):
        seeing[j], judging[j] = threefry(ids[j], see[j] | urn, k0, k1)


@njit(error_model="numpy")
def _walk(candidates, first, ground, key):
    """Let ``candidates``, whose numbers begin with ``first``, walk through the schools of the areas that they search.

    They go by jumps that miss each school with chance ``1 - MET``, whatever befalls the others. Return who came upon each
    school, by school, and where each school's callers begin, with one more at the end.
    """
    promotion = counter(Decision.COME_UPON_PROMOTION, key.year, 0)
    move = counter(Decision.COME_UPON_MOVE, key.year, 0)
    who, where, n = np.empty(1024, np.int32), np.empty(1024, np.int32), 0
    for c in range(len(candidates)):
        area = candidates[c].area
        at, end = ground.by_area_start[area] - 1, ground.by_area_start[area + 1]
        decision = promotion if candidates[c].promotion else move
        word, other, k = np.uint64(0), np.uint64(0), 0
        while True:
            if k % 2 == 0:
                word, other = threefry(candidates[c].id, about(decision, k // 2), key.k0, key.k1)
            else:
                word = other
            k += 1
            at += 1 + int(math.log(unit(word)) / LOG_MISSED)
            if at >= end:
                break
            if n == len(who):
                who, where = _with_room(who, n + 1), _with_room(where, n + 1)
            who[n], where[n] = first + c, ground.by_area[at]
            n += 1
    order, start = grouped(where[:n], len(ground.sites))
    return who[order], start


@kernel
def grouped(unit, units):
    """Numbers 0, 1, … of entries, grouped by ``unit``, and where each of the ``units`` starts, with one more at the end."""
    start = np.zeros(units + 1, np.int64)
    for u in unit:
        start[u + 1] += 1
    for k in range(units):
        start[k + 1] += start[k]
    order, place = np.empty(len(unit), np.int32), start[:units].copy()
    for i in range(len(unit)):
        order[place[unit[i]]] = i
        place[unit[i]] += 1
    return order, start


@part(**FOR_EACH_POST)
def _weight(c, zone, pool):
    """What the merit of candidate ``c`` is worth in a race before a panel of ``zone``."""
    return pool.candidates[c].weight if zone == 0 else pool.in_zones[zone - 1, c].weight


@part(**FOR_EACH_POST)
def _merit(c, zone, pool):
    """What a panel of ``zone`` sees in candidate ``c`` before familiarity and its own error come in."""
    return pool.candidates[c].merit if zone == 0 else pool.in_zones[zone - 1, c].merit


@part(**FOR_EACH_POST)
def _enter(n, c, s, zone, ring, word, advantage, pool, panel, shortlist):
    """Write candidate ``c`` down as the ``n``-th of the shortlist of school ``s``; return the number of the next."""
    shortlist[n].who, shortlist[n].ring, shortlist[n].u = c, ring, unit(word)
    worth = _weight(c, zone, pool) * advantage
    shortlist[n].worth = worth * panel.acting_worth[zone] if pool.candidates[c].acts_at == s else worth
    return n + 1


@part(**FOR_EACH_POST)
def _sees(d, again, reach, see, outside, plain, factor):
    """Whether a candidate at distance ``d`` sees a post, for the first time if it is advertised ``again``.

    ``plain`` is the chance of those whose reach nothing widens, ``see`` that without what ``outside`` adds to the school's.
    """
    chance = plain if reach == 0.0 else _chance(see, reach + outside)
    return d < factor * chance and (d < chance) != again


@part(**FOR_EACH_POST)
def _factor(again, zone, panel):
    return max(1.0, panel.wider_reach[zone]) if again else 1.0


@part(**FOR_EACH_POST)
def _see_at_home(n, s, site, again, members, pool, panel, shortlist):
    """Shortlist who, of the school's own people and of its cluster's, sees a post at school ``s``."""
    key, p, z, urn = panel.key, site.phase, site.zone, site.urn
    see, odds, factor = panel.see[z, p, CLUSTER], site.seen + site.in_cluster, _factor(again, z, panel)
    plain, neighbour = _chance(see, odds), panel.advantage[z, CLUSTER]
    own = panel.advantage[z, OWN_SCHOOL] * math.exp(site.own_candidates * panel.race[z])
    for c in members:
        candidate = pool.candidates[c]
        if candidate.taken or candidate.phase != p:
            continue
        if candidate.school != s:
            word, other = threefry(candidate.id, pool.sees[c] | urn, key.k0, key.k1)
            if _sees(unit(word), again, candidate.reach, see, odds, plain, factor):
                n = _enter(n, c, s, z, CLUSTER, other, neighbour, pool, panel, shortlist)
        elif not again and (candidate.promotion or not candidate.in_service):
            senior = candidate.level >= panel.senior
            near = candidate.area == site.area if senior else candidate.community == site.community
            if near or site.cluster >= 0:
                _, other = threefry(candidate.id, pool.sees[c] | urn, key.k0, key.k1)
                n = _enter(n, c, s, z, OWN_SCHOOL, other, own, pool, panel, shortlist)
    return n


@part(**FOR_EACH_POST)
def _see_side_by_side(n, start, stop, ring, s, site, again, most_reach, pool, panel, scratch, shortlist):
    """Shortlist who sees a post at school ``s`` of the candidates from ``start`` to ``stop``, all in one ``ring``."""
    key, z, urn, factor = panel.key, site.zone, site.urn, _factor(again, site.zone, panel)
    see, outside, missed = panel.see[z, site.phase, ring], site.seen, MET if ring == ELSEWHERE else 0.0
    most = (
        0.0 if start == stop else (factor * _chance(see, most_reach + outside) * SAFELY_ABOVE - missed) / (1.0 - missed)
    )
    if most <= 0.0:
        return n
    plain, advantage = _chance(see, outside), panel.advantage[z, ring]
    seeing, judging = scratch.seeing, scratch.judging
    _draw_words(pool.ids[start:stop], pool.sees[start:stop], urn, key.k0, key.k1, seeing, judging)
    limit = _words_below(most)
    for j in range(stop - start):
        if seeing[j] >> np.uint64(12) >= limit:
            continue
        c = start + j
        candidate = pool.candidates[c]
        if candidate.home == site.home or candidate.taken:
            continue
        if ring == ELSEWHERE and scratch.met[c] == s + 1:
            continue
        d = missed + (1.0 - missed) * unit(seeing[j])
        if _sees(d, again, candidate.reach, see, outside, plain, factor):
            n = _enter(n, c, s, z, ring, judging[j], advantage, pool, panel, shortlist)
    return n


@part(**FOR_EACH_POST)
def _see_upon_the_way(n, s, site, again, callers, pool, panel, scratch, shortlist):
    """Shortlist who, of the ``callers`` who came upon school ``s`` and are from elsewhere, sees a post there."""
    key, z, urn, factor = panel.key, site.zone, site.urn, _factor(again, site.zone, panel)
    see, outside = panel.see[z, site.phase, ELSEWHERE], site.seen
    plain, advantage = _chance(see, outside), panel.advantage[z, ELSEWHERE]
    for c in callers:
        scratch.met[c] = s + 1
        candidate = pool.candidates[c]
        if candidate.community == site.community or candidate.home == site.home or candidate.taken:
            continue
        word, other = threefry(candidate.id, pool.sees[c] | urn, key.k0, key.k1)
        if _sees(MET * unit(word), again, candidate.reach, see, outside, plain, factor):
            n = _enter(n, c, s, z, ELSEWHERE, other, advantage, pool, panel, shortlist)
    return n


@part(**FOR_EACH_POST)
def _who_see(n, s, level, again, callers, calls, pool, ground, panel, scratch, shortlist):
    """Shortlist, from the ``n``-th entry on, who comes to know of, and wants, a post at school ``s``.

    If it is advertised ``again``, the chance is larger, and only those who come in now are written. Return the number of
    the entry after the last.
    """
    site = ground.sites[s]
    group, areas = (
        level * (len(pool.home_start) // pool.most_merit.shape[1]) + site.home,
        len(ground.community_start) - 1,
    )
    members = pool.by_home[pool.home_start[group] : pool.home_start[group + 1]]
    n = _see_at_home(n, s, site, again, members, pool, panel, shortlist)

    most_reach, at = pool.most_reach[level * areas + site.area], level * (len(pool.start) // pool.most_merit.shape[1])
    near, far = pool.start[at + site.community], pool.start[at + site.community + 1]
    first, last = near, far
    if level >= panel.senior:
        n = _see_upon_the_way(n, s, site, again, callers[calls[s] : calls[s + 1]], pool, panel, scratch, shortlist)
        first = pool.start[at + ground.community_start[site.area]]
        last = pool.start[at + ground.community_start[site.area + 1]]
    for ring, start, stop in ((ELSEWHERE, first, near), (COMMUNITY, near, far), (ELSEWHERE, far, last)):
        n = _see_side_by_side(n, start, stop, ring, s, site, again, most_reach, pool, panel, scratch, shortlist)
    return n


@part(**FOR_EACH_POST)
def _best(shortlist, level, s, site, pool, panel, winner, most, ring):
    """The best of a ``shortlist`` for a post at school ``s``, which is ``site``, and of the ``winner`` so far, if not -1.

    Greater merit wins; ties go to the smaller id, so that the order of candidates does not matter. The panel's error is a
    Gumbel variate ``-log(-log(u))``, so choosing the largest sum is a race in which the smallest ``-log(u) / worth``
    wins. As ``-log(u) >= 1 - u``, whoever is behind with ``1 - u`` has lost, and no logarithm need be taken to know.
    """
    z, candidates = site.zone, pool.candidates
    most_merit, race = pool.most_merit[z, level], panel.race[z]
    to_beat = math.exp((most - most_merit) * race) * SAFELY
    for at in range(len(shortlist)):
        listed = shortlist[at]
        if (1.0 - listed.u) * to_beat > listed.worth:
            continue
        c, candidate = listed.who, candidates[listed.who]
        if candidate.taken:
            continue
        merit = _merit(c, z, pool) + panel.familiarity[z, listed.ring]
        if listed.ring == OWN_SCHOOL:
            merit += site.own_candidates
        if candidate.acts_at == s:
            merit += panel.incumbent[z]
        merit += panel.panel_noise[z] * gumbel(listed.u)
        if merit > most or (winner >= 0 and merit == most and candidate.id < candidates[winner].id):
            winner, most, ring = c, merit, listed.ring
            to_beat = math.exp((most - most_merit) * race) * SAFELY
    return winner, most, ring


@part(**FOR_EACH_POST)
def _comes_before(a, b, place_a, place_b):
    if place_a != place_b:
        return place_a < place_b
    if a.school != b.school:
        return a.school < b.school
    if a.chain != b.chain:
        return a.chain < b.chain
    return a.link < b.link


@part(error_model="numpy", forceinline=False)
def _in_market_order(level, vacancies, sites, key, turn):
    """Write the numbers of the ``vacancies`` of a ``level`` into ``turn`` as they reach the market, school by school.

    Return how many there are.
    """
    c1, n, m = counter(Decision.SCHOOL_ORDER, key.year, level), len(vacancies), 0
    place, start = np.empty(n), np.zeros(n + 1, np.int64)
    for i in range(n):
        m += vacancies[i].role == level
    for i in range(n):
        if vacancies[i].role == level:
            place[i] = draw(sites[vacancies[i].school].id, c1, key.k0, key.k1)
            start[int(place[i] * m) + 1] += 1
    for bucket in range(m):
        start[bucket + 1] += start[bucket]
    for i in range(n):
        if vacancies[i].role == level:
            bucket = int(place[i] * m)
            turn[start[bucket]] = i
            start[bucket] += 1
    for a in range(1, m):  # all that is left is order within buckets, of a school or two
        i, at = turn[a], a
        while at > 0 and _comes_before(vacancies[i], vacancies[turn[at - 1]], place[i], place[turn[at - 1]]):
            turn[at] = turn[at - 1]
            at -= 1
        turn[at] = i
    return m


@part(**FOR_EACH_POST)
def _leave_behind(vacancy, candidate, vacancies, n, abolished, n_abolished, ground, year, number):
    """Open the post that a ``candidate`` leaves for ``vacancy``, or note that it is abolished; return how many there are of each."""
    s, role = candidate.school, candidate.role
    ground.filled[s, role] -= 1
    if ground.target[s, role] > ground.filled[s, role] + ground.open[s, role]:
        ground.open[s, role] += 1
        left, link = vacancies[n], vacancy.link + 1
        n += 1
    else:
        left, link = abolished[n_abolished], vacancy.link
        n_abolished += 1
    left.school, left.role, left.chain, left.link = s, role, vacancy.chain, link
    # Whoever is appointed gives notice at once, so the post they leave is advertised in the same round.
    left.due, left.first, left.before, left.adverts = TERMS * year + vacancy.start, number, 0, 0
    return n, n_abolished


@part(**FOR_EACH_POST)
def _choose(vacancy, level, number, listed, callers, calls, pool, ground, panel, scratch, shortlist):
    """Advertise ``vacancy`` in the round of a ``number``, and write down whom its panel appoints.

    Return the number of the entry after the last of ``shortlist``, of which ``listed`` were in use.
    """
    # Plain integers: of a literal one, Numba makes a type of its own, and compiles for it whatever it is given to.
    s, taken_by, merit, ring = vacancy.school, np.int64(NOBODY), -np.inf, np.int64(OWN_SCHOOL)
    site, before = ground.sites[s], vacancy.before + vacancy.adverts
    for again in range(2 if before > 0 else 1):
        if scratch.begin[s, again] < 0:
            scratch.begin[s, again] = listed
            listed = _who_see(listed, s, level, again == 1, callers, calls, pool, ground, panel, scratch, shortlist)
            scratch.end[s, again] = listed
        here = shortlist[scratch.begin[s, again] : scratch.end[s, again]]
        taken_by, merit, ring = _best(here, level, s, site, pool, panel, taken_by, merit, ring)
    vacancy.adverts += 1
    bar = panel.bar[site.zone, site.phase, level] - min(before, MOST_DROPS) * panel.bar_drop[site.zone]
    if level == panel.head:
        bar -= site.lower_bar
    if taken_by != NOBODY and merit >= bar:
        vacancy.taken_by, vacancy.ring, vacancy.round = taken_by, ring, number
        vacancy.start = max(number, vacancy.due - TERMS * panel.key.year, pool.candidates[taken_by].free_from)
    return listed


@kernel(error_model="numpy")
def fill_posts(vacancies, n, turn, abolished, pool, ground, panel, people):
    """Work down the ladder: fill the first ``n`` of ``vacancies`` and those that open meanwhile, which are added to them.

    ``people`` is the number of rows of people. Write into ``turn`` the vacancies in the order in which they came up. Return
    how many did, and how many posts were ``abolished``.
    """
    size, schools, came, n_abolished = len(pool.candidates), len(ground.sites), 0, 0
    scratch = Scratch(
        met=np.zeros(size, np.int32),
        seeing=np.empty(size, np.uint64),
        judging=np.empty(size, np.uint64),
        begin=np.empty((schools, 2), np.int64),
        end=np.empty((schools, 2), np.int64),
    )
    roles = pool.most_merit.shape[1]
    taken, shortlist, communities = np.zeros(people, np.bool_), np.empty(0, LISTED), len(pool.start) // roles
    for level in range(roles - 1, -1, -1):
        first, stop = pool.start[level * communities], pool.start[(level + 1) * communities]
        for candidate in pool.candidates[first:stop]:
            candidate.taken = taken[candidate.row]
        for site in ground.sites:
            site.seen = site.seen_from_outside + (site.seen_as_head if level == panel.head else 0.0)
        walkers = pool.candidates[first : stop if level >= panel.senior else first]
        callers, calls = _walk(walkers, first, ground, panel.key)
        listed = np.int64(0)
        scratch.begin[:] = -1
        waiting = came + _in_market_order(level, vacancies[:n], ground.sites, panel.key, turn[came:])
        at, number = came, 1
        while number <= TERMS:
            if at == waiting:
                at, number = came, number + 1
                continue
            vacancy = vacancies[turn[at]]
            at += 1
            if vacancy.taken_by != NOBODY or vacancy.first > number:
                continue
            shortlist = _with_room(shortlist, listed + 2 * (stop - first))
            listed = _choose(vacancy, level, number, listed, callers, calls, pool, ground, panel, scratch, shortlist)
            if vacancy.taken_by == NOBODY:
                continue
            candidate = pool.candidates[vacancy.taken_by]
            candidate.taken = taken[candidate.row] = True
            ground.filled[vacancy.school, level] += 1
            ground.open[vacancy.school, level] -= 1
            if candidate.in_service:
                opened = n
                n, n_abolished = _leave_behind(
                    vacancy, candidate, vacancies, n, abolished, n_abolished, ground, panel.key.year, number
                )
                if n > opened and candidate.role == level:
                    turn[waiting] = opened
                    waiting += 1
        came = waiting
    return came, n_abolished
