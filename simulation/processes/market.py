"""One level of the market for posts: vacancies, seekers, panels, and the vacancies that each appointment opens."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numba import njit

from simulation.draws import Decision, about, counter, draw
from simulation.log import Vacancies
from simulation.numerics import gumbel
from simulation.processes.seek import Communities, Seekers
from simulation.vocabulary import N_PHASES, Role, Status
from simulation.world import World


@dataclass
class Outcome:
    """What one level of the market settled."""

    vacancy: Vacancies
    """Every vacancy that came up at this level, in the order in which it did."""
    taken_by: np.ndarray
    """For each, the seeker appointed (index into the level's seekers), or -1."""
    round: np.ndarray
    """For each, the advertisement that filled it, 1 or 2; 2 if none did."""
    ring: np.ndarray
    """For each, how far away the appointee was."""
    opened: Vacancies
    """Vacancies opened on lower rungs."""
    abolished: Vacancies
    """Chains that ended because the post that fell vacant was no longer called for."""


@njit(cache=True)
def _fill_level(
    level, v_school, v_chain, v_link, n_vacancies, urn, phase, scope_of_school, community, cluster, target, filled, open_,
    c_id, c_promotion, c_phase, c_base, c_scope, c_school, c_role, c_in_service, c_merit, by_scope, scope_start,
    by_cluster, cluster_start, n_scopes, see, wider, familiarity, noise, bar, bar_drop, k0, k1, c_see_promotion,
    c_see_move, c_panel_promotion, c_panel_move, taken, taken_by, round_, ring_,
    o_school, o_role, o_chain, o_link, a_school, a_role, a_chain, a_link,
):  # fmt: skip
    n_opened, n_abolished, v = 0, 0, 0
    while v < n_vacancies:
        s = v_school[v]
        p = phase[s]
        best1, best2 = -1, -1
        merit1, merit2 = -np.inf, -np.inf
        ring1, ring2 = 0, 0
        unit = p * n_scopes + scope_of_school[s]
        for pool in range(2):
            if pool == 0:
                start, stop, index = scope_start[unit], scope_start[unit + 1], by_scope
            else:
                if cluster[s] < 0:
                    break
                start, stop, index = cluster_start[cluster[s]], cluster_start[cluster[s] + 1], by_cluster
            for k in range(start, stop):
                c = index[k]
                if taken[c] or (pool == 1 and (c_phase[c] != p or c_scope[c] == scope_of_school[s])):
                    continue
                if c_school[c] == s:
                    if c_in_service[c] and not c_promotion[c]:
                        continue
                    ring = 0
                elif cluster[s] >= 0 and cluster[c_school[c]] == cluster[s]:
                    ring = 1
                elif c_base[c] == community[s]:
                    ring = 2
                else:
                    ring = 3
                seen, seen_again = True, True
                if ring != 0:
                    c1 = about(c_see_promotion if c_promotion[c] else c_see_move, urn[s])
                    u = draw(c_id[c], c1, k0, k1)
                    seen, seen_again = u < see[p, ring], u < min(1.0, wider * see[p, ring])
                    if not (seen or seen_again):
                        continue
                c1 = about(c_panel_promotion if c_promotion[c] else c_panel_move, urn[s])
                merit = c_merit[c] + familiarity[ring] + noise * gumbel(draw(c_id[c], c1, k0, k1))
                if seen and (merit > merit1 or (merit == merit1 and c_id[c] < c_id[best1])):
                    best1, merit1, ring1 = c, merit, ring
                if seen_again and (merit > merit2 or (merit == merit2 and c_id[c] < c_id[best2])):
                    best2, merit2, ring2 = c, merit, ring
        round_[v] = 1
        if best1 < 0 or merit1 < bar[p]:
            best1, ring1, round_[v] = -1, ring2, 2
            if best2 >= 0 and merit2 >= bar[p] - bar_drop:
                best1 = best2
        taken_by[v] = best1
        ring_[v] = ring1
        if best1 >= 0:
            taken[best1] = True
            filled[s, level] += 1
            open_[s, level] -= 1
            if c_in_service[best1]:
                t, q = c_school[best1], c_role[best1]
                filled[t, q] -= 1
                if target[t, q] > filled[t, q] + open_[t, q]:
                    open_[t, q] += 1
                    if q == level:
                        v_school[n_vacancies], v_chain[n_vacancies], v_link[n_vacancies] = t, v_chain[v], v_link[v] + 1
                        n_vacancies += 1
                    else:
                        o_school[n_opened], o_role[n_opened] = t, q
                        o_chain[n_opened], o_link[n_opened] = v_chain[v], v_link[v] + 1
                        n_opened += 1
                else:
                    a_school[n_abolished], a_role[n_abolished] = t, q
                    a_chain[n_abolished], a_link[n_abolished] = v_chain[v], v_link[v]
                    n_abolished += 1
        v += 1
    return n_vacancies, n_opened, n_abolished


def _index(unit: np.ndarray, units: int) -> tuple[np.ndarray, np.ndarray]:
    """Row numbers grouped by unit, and where each unit starts."""
    order = np.argsort(unit, kind="stable")
    return order.astype(np.int32), np.searchsorted(unit[order], np.arange(units + 1))


def _room(n: int) -> Vacancies:
    return Vacancies(np.empty(n, np.int32), np.empty(n, np.int8), np.empty(n, np.int64), np.empty(n, np.int32))


def _cut(vacancies: Vacancies, n: int) -> Vacancies:
    return Vacancies(*(getattr(vacancies, f)[:n].copy() for f in Vacancies.__dataclass_fields__))


def _in_market_order(world: World, level: int, vacancies: Vacancies, school_ids: np.ndarray) -> Vacancies:
    order_of_school = world.key.uniform(Decision.SCHOOL_ORDER, world.year, school_ids, level)
    school = vacancies.school
    order = np.lexsort((vacancies.link, vacancies.chain, world.schools.urn[school], order_of_school[school]))
    return Vacancies(*(getattr(vacancies, f)[order] for f in Vacancies.__dataclass_fields__))


def fill_level(
    world: World, level: Role, vacancies: Vacancies, seekers: Seekers, places: Communities,
    filled: np.ndarray, open_: np.ndarray, school_ids: np.ndarray,
) -> Outcome:  # fmt: skip
    """Fill the vacancies of one role from its seekers, best judged first served, school by school.

    ``filled`` and ``open_`` (schools × roles) are brought up to date as posts are filled and fall vacant. ``seekers`` are
    those of this level who are still looking. The order of neither matters.
    """
    people, schools, p = world.people, world.schools, world.parameters.appoint
    vacancies = _in_market_order(world, level, vacancies, school_ids)
    senior = level >= Role.ASSISTANT_HEAD
    n_scopes = len(world.register.region_names) if senior else int(schools.community.max()) + 1
    scope_of_school = (schools.region if senior else schools.community).astype(np.int64)
    scope = places.region[seekers.base] if senior else seekers.base.astype(np.int64)
    row = seekers.row
    school = people.school[row]
    cluster = schools.cluster[school]
    n_clusters = len(world.clusters)
    by_scope, scope_start = _index(seekers.phase.astype(np.int64) * n_scopes + scope, N_PHASES * n_scopes)
    by_cluster, cluster_start = _index(np.where(cluster < 0, n_clusters, cluster), n_clusters)

    n, m = len(vacancies.school), len(row)
    queue, opened, abolished = _room(n + m), _room(m), _room(m)
    queue.school[:n], queue.role[:], queue.chain[:n], queue.link[:n] = (
        vacancies.school, level, vacancies.chain, vacancies.link,
    )  # fmt: skip
    taken_by, round_, ring = np.empty(n + m, np.int32), np.empty(n + m, np.int8), np.empty(n + m, np.int8)
    counters = [
        counter(d, world.year, 0)
        for d in (Decision.SEE_PROMOTION, Decision.SEE_MOVE, Decision.PANEL_PROMOTION, Decision.PANEL_MOVE)
    ]
    came_up, n_opened, n_abolished = _fill_level(
        int(level), queue.school, queue.chain, queue.link, n, schools.urn, schools.phase, scope_of_school,
        schools.community, schools.cluster, schools.target_posts, filled, open_, people.id[row], seekers.promotion,
        seekers.phase, seekers.base, scope, school, people.role[row], people.status[row] == Status.IN_SERVICE,
        standing_merit(world, level, seekers), by_scope, scope_start, by_cluster, cluster_start, n_scopes, p.see,
        p.wider_reach, p.familiarity, p.panel_noise, p.bar[:, level], p.bar_drop, world.key.k0, world.key.k1, *counters,
        np.zeros(m, np.bool_), taken_by, round_, ring,
        opened.school, opened.role, opened.chain, opened.link,
        abolished.school, abolished.role, abolished.chain, abolished.link,
    )  # fmt: skip
    return Outcome(
        _cut(queue, came_up), taken_by[:came_up], round_[:came_up], ring[:came_up],
        _cut(opened, n_opened), _cut(abolished, n_abolished),
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
    return merit
