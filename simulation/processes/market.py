"""One level of the market for posts: vacancies, seekers, panels, and the vacancies that each appointment opens."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numba import njit

from simulation.draws import Decision, about, counter, draw
from simulation.log import Vacancies
from simulation.numerics import UNFIXED, gumbel, logistic, logit
from simulation.processes.collaborate import beyond_ordinary
from simulation.processes.seek import Communities, Seekers
from simulation.programmes.channels import PersonSlot, SchoolSlot
from simulation.vocabulary import N_PHASES, Role, Status
from simulation.world import World

_DECISIONS = (Decision.SEE_PROMOTION, Decision.SEE_MOVE, Decision.PANEL_PROMOTION, Decision.PANEL_MOVE)


@dataclass
class Outcome:
    """What one level of the market settled."""

    vacancy: Vacancies
    """Every vacancy that came up at this level, in the order in which it did."""
    taken_by: np.ndarray
    """For each, the seeker appointed (index into the level's seekers), or -1."""
    advert: np.ndarray
    """For each, the advertisement that filled it, 1 or 2; 2 if none did."""
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
    target: np.ndarray
    filled: np.ndarray
    open: np.ndarray


class Panel(NamedTuple):
    """How posts of one level are seen and judged."""

    level: int
    see: np.ndarray
    wider: float
    familiarity: np.ndarray
    noise: float
    bar: np.ndarray
    bar_drop: float
    k0: np.uint64
    k1: np.uint64
    see_promotion: int
    see_move: int
    panel_promotion: int
    panel_move: int


@njit(inline="always")
def _ring(c, s, candidates, sites):
    """Distance of candidate ``c`` from a post at school ``s``, as a :class:`~simulation.vocabulary.Ring`."""
    home = candidates.school[c]
    if home == s:
        return 0
    if sites.cluster[s] >= 0 and sites.cluster[home] == sites.cluster[s]:
        return 1
    return 2 if candidates.base[c] == sites.community[s] else 3


@njit(inline="always")
def _beats(merit, c, best, ids):
    """Greater merit wins; ties go to the smaller id, so that the order of candidates does not matter."""
    return merit > best[1] or (best[0] >= 0 and merit == best[1] and ids[c] < ids[int(best[0])])


@njit(inline="always")
def _record(vacancies, n, school, role, chain, link):
    vacancies.school[n], vacancies.role[n], vacancies.chain[n], vacancies.link[n] = school, role, chain, link


@njit(cache=True)
def _shortlist(s, pool, candidates, sites, panel, from_cluster, best):
    """Judge the candidates in ``pool`` for a post at school ``s``.

    ``best`` holds rows (candidate, merit, ring): the best of those who see the first advertisement, and the second.
    Those whom the cluster brings in are passed over if the scope already held them.
    """
    p = sites.phase[s]
    for c in pool:
        if candidates.taken[c]:
            continue
        if from_cluster and (candidates.phase[c] != p or candidates.scope[c] == sites.scope[s]):
            continue
        ring = _ring(c, s, candidates, sites)
        seen, seen_again = True, True
        if ring == 0:
            if candidates.in_service[c] and not candidates.promotion[c]:
                continue
        else:
            decision = panel.see_promotion if candidates.promotion[c] else panel.see_move
            u = draw(candidates.id[c], about(decision, sites.urn[s]), panel.k0, panel.k1)
            chance = panel.see[p, ring]
            odds = candidates.reach[c] + sites.seen_from_outside[s] + (sites.in_cluster[s] if ring == 1 else 0.0)
            if odds != 0.0:
                chance = logistic(logit(chance) + odds)
            seen, seen_again = u < chance, u < min(1.0, panel.wider * chance)
            if not (seen or seen_again):
                continue
        decision = panel.panel_promotion if candidates.promotion[c] else panel.panel_move
        error = gumbel(draw(candidates.id[c], about(decision, sites.urn[s]), panel.k0, panel.k1))
        merit = candidates.merit[c] + panel.familiarity[ring]
        if ring == 0:
            merit += sites.own_candidates[s]
        merit += panel.noise * error
        if seen and _beats(merit, c, best[0], candidates.id):
            best[0, 0], best[0, 1], best[0, 2] = c, merit, ring
        if seen_again and _beats(merit, c, best[1], candidates.id):
            best[1, 0], best[1, 1], best[1, 2] = c, merit, ring


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
        best[:, 0], best[:, 1], best[:, 2] = -1, -np.inf, 0
        unit = p * sites.scopes + sites.scope[s]
        start, stop = candidates.scope_start[unit], candidates.scope_start[unit + 1]
        _shortlist(s, candidates.by_scope[start:stop], candidates, sites, panel, False, best)
        if group >= 0:
            start, stop = candidates.cluster_start[group], candidates.cluster_start[group + 1]
            _shortlist(s, candidates.by_cluster[start:stop], candidates, sites, panel, True, best)
        a = 0 if best[0, 0] >= 0 and best[0, 1] >= panel.bar[p] else 1
        advert[v] = a + 1
        ring[v] = best[a, 2]
        c = int(best[a, 0])
        if c < 0 or best[a, 1] < panel.bar[p] - a * panel.bar_drop:
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
            if sites.target[home, role] <= sites.filled[home, role] + sites.open[home, role]:
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
    world: World, level: Role, vacancies: Vacancies, seekers: Seekers, places: Communities,
    filled: np.ndarray, open_: np.ndarray, school_ids: np.ndarray,
) -> Outcome:  # fmt: skip
    """Fill the vacancies of one role from its seekers, best judged first served, school by school.

    ``filled`` and ``open_`` (schools × roles) are brought up to date as posts are filled and fall vacant. ``seekers`` are
    those of this level who are still looking. The order of neither matters.
    """
    schools, p = world.schools, world.parameters.appoint
    vacancies = _in_market_order(world, level, vacancies, school_ids)
    senior = level >= Role.ASSISTANT_HEAD
    scope = (schools.region if senior else schools.community).astype(np.int64)
    scopes = len(world.register.region_names) if senior else int(schools.community.max()) + 1
    sites = Sites(
        schools.urn, schools.phase, scope, scopes, schools.community, schools.cluster,
        schools.shift[:, SchoolSlot.SEEN_FROM_OUTSIDE] * UNFIXED, world.parameters.collaborate.hiring * beyond_ordinary(world),
        schools.shift[:, SchoolSlot.OWN_CANDIDATES] * UNFIXED, schools.target_posts, filled, open_,
    )  # fmt: skip
    panel = Panel(
        int(level), p.see, p.wider_reach, p.familiarity, p.panel_noise, p.bar[:, level], p.bar_drop, world.key.k0,
        world.key.k1, *(int(counter(int(d), world.year, 0)) for d in _DECISIONS),
    )  # fmt: skip
    candidates = _candidates(world, level, seekers, places, sites)

    n, m = len(vacancies.school), len(seekers.row)
    queue, opened, abolished = Queue.of_size(n + m), Queue.of_size(m), Queue.of_size(m)
    for to, name in zip(queue, Queue._fields, strict=True):
        to[:n] = getattr(vacancies, name)
    taken_by, advert, ring = np.empty(n + m, np.int32), np.empty(n + m, np.int8), np.empty(n + m, np.int8)
    came_up, n_opened, n_abolished = _fill_level(
        queue, n, candidates, sites, panel, taken_by, advert, ring, opened, abolished
    )  # fmt: skip
    return Outcome(
        queue.first(came_up), taken_by[:came_up], advert[:came_up], ring[:came_up],
        opened.first(n_opened), abolished.first(n_abolished),
    )  # fmt: skip


def _candidates(world: World, level: Role, seekers: Seekers, places: Communities, sites: Sites) -> Candidates:
    people, row, clusters = world.people, seekers.row, len(world.clusters)
    school = people.school[row]
    senior = level >= Role.ASSISTANT_HEAD
    scope = places.region[seekers.base] if senior else seekers.base.astype(np.int64)
    cluster = sites.cluster[school]
    return Candidates(
        people.id[row], seekers.promotion, people.status[row] == Status.IN_SERVICE, seekers.phase, seekers.base, scope,
        school, people.role[row], standing_merit(world, level, seekers),
        people.shift[row, PersonSlot.REACH] * UNFIXED, np.zeros(len(row), np.bool_),
        *_grouped(seekers.phase.astype(np.int64) * sites.scopes + scope, N_PHASES * sites.scopes),
        *_grouped(np.where(cluster < 0, clusters, cluster), clusters),
    )  # fmt: skip


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
    merit = merit - np.where(people.sex[row] == 0, p.gap_female[level], 0.0)
    if level >= Role.ASSISTANT_HEAD:
        merit = merit - p.gap_ethnic_group[people.ethnic_group[row]]
    merit = merit + people.shift[row, PersonSlot.BEING_CHOSEN] * UNFIXED
    return merit + np.where(seekers.promotion, people.shift[row, PersonSlot.READINESS] * UNFIXED, 0.0)
