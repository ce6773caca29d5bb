"""One level of the market for posts: vacancies, seekers, panels, and the vacancies that each appointment opens."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numba import njit

from simulation.columns import picked
from simulation.draws import Decision, YearKey, counter, draw
from simulation.log import Vacancies
from simulation.numerics import UNFIXED, gumbel, logistic, logit
from simulation.processes.collaborate import beyond_ordinary
from simulation.processes.seek import Communities, Seekers
from simulation.programmes.channels import PersonSlot, SchoolSlot
from simulation.vocabulary import N_PHASES, Ring, Role, Sex, Status
from simulation.world import World

OWN_SCHOOL, CLUSTER, COMMUNITY, ELSEWHERE = (int(ring) for ring in Ring if ring is not Ring.OUTSIDE)
FIRST_ADVERT, SECOND_ADVERT = 1, 2
WHO, MERIT, RING = range(3)
"""Columns of the table of best candidates that a shortlist is kept in."""


@dataclass
class Outcome:
    """What one level of the market settled."""

    vacancy: Vacancies
    """Every vacancy that came up at this level, in the order in which it did."""
    taken_by: np.ndarray
    """For each, the seeker appointed (index into the level's seekers), or -1."""
    advert: np.ndarray
    """For each, the advertisement that filled it; the second if none did."""
    ring: np.ndarray
    """For each, how far away the appointee was."""
    opened: Vacancies
    """Vacancies opened on lower rungs."""
    abolished: Vacancies
    """Chains that ended because the post that fell vacant was no longer called for."""


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
    promotion: np.ndarray
    in_service: np.ndarray
    phase: np.ndarray
    base: np.ndarray
    scope: np.ndarray
    school: np.ndarray
    role: np.ndarray
    merit: np.ndarray
    reach: np.ndarray
    """Log-odds that programmes add to seeing a post elsewhere."""
    taken: np.ndarray
    by_scope: np.ndarray
    """Candidates grouped by phase searched and scope; group ``g`` is ``by_scope[scope_start[g]:scope_start[g + 1]]``."""
    scope_start: np.ndarray
    by_cluster: np.ndarray
    """The same by the cluster of the candidate's school."""
    cluster_start: np.ndarray


class Sites(NamedTuple):
    """Schools as the kernels read them."""

    urn: np.ndarray
    phase: np.ndarray
    scope: np.ndarray
    """The area whose seekers can see a vacancy: region for senior posts, community for others."""
    scopes: int
    community: np.ndarray
    cluster: np.ndarray
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
    panel_noise: float
    bar: np.ndarray
    """By phase, for the level."""
    bar_drop: float
    key: YearKey


@njit(inline="always")
def _ring(c, s, candidates, sites):
    """Distance of candidate ``c`` from a post at school ``s``, as a :class:`~simulation.vocabulary.Ring`."""
    home = candidates.school[c]
    if home == s:
        return OWN_SCHOOL
    if sites.cluster[s] >= 0 and sites.cluster[home] == sites.cluster[s]:
        return CLUSTER
    return COMMUNITY if candidates.base[c] == sites.community[s] else ELSEWHERE


@njit(inline="always")
def _beats(merit, c, best, ids):
    """Greater merit wins; ties go to the smaller id, so that the order of candidates does not matter."""
    return merit > best[MERIT] or (best[WHO] >= 0 and merit == best[MERIT] and ids[c] < ids[int(best[WHO])])


@njit(inline="always")
def _record(vacancies, n, school, role, chain, link):
    vacancies.school[n], vacancies.role[n], vacancies.chain[n], vacancies.link[n] = school, role, chain, link


@njit(cache=True)
def _shortlist(s, pool, candidates, sites, panel, from_cluster, best):
    """Judge the candidates in ``pool`` for a post at school ``s``.

    ``best`` has a row for those who see the first advertisement and one for those who see the second, with the best of them so far:
    who (-1 for nobody), merit, ring. One array, because three are slower by a quarter.
    Those whom the cluster brings in are passed over if the scope already held them.
    """
    p, year, k0, k1 = sites.phase[s], panel.key.year, panel.key.k0, panel.key.k1
    for c in pool:
        if candidates.taken[c]:
            continue
        if from_cluster and (candidates.phase[c] != p or candidates.scope[c] == sites.scope[s]):
            continue
        ring = _ring(c, s, candidates, sites)
        seen, seen_again = True, True
        if ring == OWN_SCHOOL:
            if candidates.in_service[c] and not candidates.promotion[c]:
                continue
        else:
            decision = Decision.SEE_PROMOTION if candidates.promotion[c] else Decision.SEE_MOVE
            u = draw(candidates.id[c], counter(decision, year, sites.urn[s]), k0, k1)
            chance = panel.see[p, ring]
            odds = candidates.reach[c] + sites.seen_from_outside[s] + (sites.in_cluster[s] if ring == CLUSTER else 0.0)
            if odds != 0.0:
                chance = logistic(logit(chance) + odds)
            seen, seen_again = u < chance, u < min(1.0, panel.wider_reach * chance)
            if not (seen or seen_again):
                continue
        decision = Decision.PANEL_PROMOTION if candidates.promotion[c] else Decision.PANEL_MOVE
        error = gumbel(draw(candidates.id[c], counter(decision, year, sites.urn[s]), k0, k1))
        merit = candidates.merit[c] + panel.familiarity[ring]
        if ring == OWN_SCHOOL:
            merit += sites.own_candidates[s]
        merit += panel.panel_noise * error
        if seen and _beats(merit, c, best[0], candidates.id):
            best[0, WHO], best[0, MERIT], best[0, RING] = c, merit, ring
        if seen_again and _beats(merit, c, best[1], candidates.id):
            best[1, WHO], best[1, MERIT], best[1, RING] = c, merit, ring


@njit(cache=True)
def _fill_level(queue, waiting, candidates, sites, panel, taken_by, advert, ring, opened, abolished):
    """Work through ``queue``, whose first ``waiting`` entries wait.

    Return how many vacancies came up, how many were opened on lower rungs, and how many posts were abolished.
    """
    n_opened, n_abolished, v = 0, 0, 0
    best = np.empty((2, 3))
    while v < waiting:
        s = queue.school[v]
        p, group = sites.phase[s], sites.cluster[s]
        best[:, WHO], best[:, MERIT], best[:, RING] = -1, -np.inf, OWN_SCHOOL
        unit = p * sites.scopes + sites.scope[s]
        start, stop = candidates.scope_start[unit], candidates.scope_start[unit + 1]
        _shortlist(s, candidates.by_scope[start:stop], candidates, sites, panel, False, best)
        if group >= 0:
            start, stop = candidates.cluster_start[group], candidates.cluster_start[group + 1]
            _shortlist(s, candidates.by_cluster[start:stop], candidates, sites, panel, True, best)
        a = 0 if best[0, WHO] >= 0 and best[0, MERIT] >= panel.bar[p] else 1
        advert[v] = FIRST_ADVERT + a
        ring[v] = best[a, RING]
        c = int(best[a, WHO])
        if c < 0 or best[a, MERIT] < panel.bar[p] - a * panel.bar_drop:
            taken_by[v] = -1
            v += 1
            continue
        taken_by[v] = c
        candidates.taken[c] = True
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


def _grouped(unit: np.ndarray, units: int) -> tuple[np.ndarray, np.ndarray]:
    """Row numbers grouped by unit, and where each unit starts."""
    order = np.argsort(unit, kind="stable")
    return order.astype(np.int32), np.searchsorted(unit[order], np.arange(units + 1))


def _in_market_order(world: World, level: int, vacancies: Vacancies, school_ids: np.ndarray) -> Vacancies:
    order_of_school = world.key.uniform(Decision.SCHOOL_ORDER, world.year, school_ids, level)
    school = vacancies.school
    order = np.lexsort((vacancies.link, vacancies.chain, world.schools.urn[school], order_of_school[school]))
    return vacancies.where(order)


def fill_level(
    world: World,
    level: Role,
    vacancies: Vacancies,
    seekers: Seekers,
    places: Communities,
    filled: np.ndarray,
    open_: np.ndarray,
    school_ids: np.ndarray,
) -> Outcome:
    """Fill the vacancies of one role from its seekers, best judged first served, school by school.

    ``filled`` and ``open_`` (schools × roles) are brought up to date as posts are filled and fall vacant. ``seekers`` are
    those of this level who are still looking. The order of neither matters.
    """
    schools, p = world.schools, world.parameters.appoint
    vacancies = _in_market_order(world, level, vacancies, school_ids)
    senior = level >= Role.ASSISTANT_HEAD
    scope = (schools.region if senior else schools.community).astype(np.int64)
    scopes = len(world.register.region_names) if senior else int(schools.community.max()) + 1
    sites = picked(
        Sites,
        schools,
        scope=scope,
        scopes=scopes,
        seen_from_outside=schools.shift[:, SchoolSlot.SEEN_FROM_OUTSIDE] * UNFIXED,
        in_cluster=world.parameters.collaborate.hiring * beyond_ordinary(world),
        own_candidates=schools.shift[:, SchoolSlot.OWN_CANDIDATES] * UNFIXED,
        filled=filled,
        open=open_,
    )
    panel = picked(Panel, p, level=int(level), bar=p.bar[:, level], key=world.key.in_year(world.year))
    candidates = _candidates(world, level, seekers, places, sites)

    n, m = len(vacancies.school), len(seekers.row)
    queue, opened, abolished = Queue.of_size(n + m), Queue.of_size(m), Queue.of_size(m)
    for to, name in zip(queue, Queue._fields, strict=True):
        to[:n] = getattr(vacancies, name)
    taken_by, advert, ring = np.empty(n + m, np.int32), np.empty(n + m, np.int8), np.empty(n + m, np.int8)
    came_up, n_opened, n_abolished = _fill_level(
        queue, n, candidates, sites, panel, taken_by, advert, ring, opened, abolished
    )
    came, up = queue.first(came_up), slice(came_up)
    return Outcome(came, taken_by[up], advert[up], ring[up], opened.first(n_opened), abolished.first(n_abolished))


def _candidates(world: World, level: Role, seekers: Seekers, places: Communities, sites: Sites) -> Candidates:
    people, row, clusters = world.people, seekers.row, len(world.clusters)
    school = people.school[row]
    senior = level >= Role.ASSISTANT_HEAD
    scope = places.region[seekers.base] if senior else seekers.base.astype(np.int64)
    cluster = sites.cluster[school]
    by_scope, scope_start = _grouped(seekers.phase.astype(np.int64) * sites.scopes + scope, N_PHASES * sites.scopes)
    by_cluster, cluster_start = _grouped(np.where(cluster < 0, clusters, cluster), clusters)
    return picked(
        Candidates,
        seekers,
        id=people.id[row],
        in_service=people.status[row] == Status.IN_SERVICE,
        scope=scope,
        school=school,
        role=people.role[row],
        merit=standing_merit(world, level, seekers),
        reach=people.shift[row, PersonSlot.REACH] * UNFIXED,
        taken=np.zeros(len(row), np.bool_),
        by_scope=by_scope,
        scope_start=scope_start,
        by_cluster=by_cluster,
        cluster_start=cluster_start,
    )


def standing_merit(world: World, level: Role, seekers: Seekers) -> np.ndarray:
    """What a panel sees in each seeker before familiarity and its own error come in, in standard deviations."""
    people, p, row = world.people, world.parameters.appoint, seekers.row
    w = p.merit_weights[level]
    skill = (
        w[0] * people.teaching[row]
        + w[1] * people.people[row]
        + w[2] * people.management[row]
        + w[3] * people.system[row]
    )
    years = np.maximum(0, world.year - 1 - people.role_since[row].astype(np.int64))
    merit = skill + p.panel_experience * np.minimum(years + 1, 5)
    merit = merit + np.where(seekers.promotion, 0.0, p.panel_same_level)
    merit = merit - np.where(people.sex[row] == Sex.FEMALE, p.gap_female[level], 0.0)
    if level >= Role.ASSISTANT_HEAD:
        merit = merit - p.gap_ethnic_group[people.ethnic_group[row]]
    merit = merit + people.shift[row, PersonSlot.BEING_CHOSEN] * UNFIXED
    return merit + np.where(seekers.promotion, people.shift[row, PersonSlot.READINESS] * UNFIXED, 0.0)
