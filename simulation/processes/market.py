"""The market for posts of a year: searches become candidates, who meet vacancies in `matching`."""

from __future__ import annotations

from collections import namedtuple
from dataclasses import dataclass

import numpy as np
from numba import njit

from simulation.birth import merit_in_row
from simulation.columns import picked
from simulation.draws import Decision, counter, school_ids
from simulation.log import Vacancies
from simulation.numerics import UNFIXED
from simulation.processes.collaborate import beyond_ordinary
from simulation.processes.matching import Candidates, Panel, Queue, Sites, fill_posts
from simulation.processes.seek import Communities, Seekers
from simulation.programmes.channels import PersonSlot, SchoolSlot
from simulation.vocabulary import N_ROLES, Role, Sex, Status
from simulation.world import World


@dataclass
class Outcome:
    """What the market settled, one entry for each vacancy, in the order in which they came up."""

    vacancy: Vacancies
    taken_by: np.ndarray
    """For each, the row of the person appointed, or -1."""
    advert: np.ndarray
    """For each, the advertisement that filled it; the second if none did."""
    ring: np.ndarray
    """For each, how far away the appointee was."""
    abolished: Vacancies
    """Chains that ended because the post that fell vacant was no longer called for."""


def hold_market(
    world: World, vacancies: Vacancies, seekers: Seekers, places: Communities, filled: np.ndarray, open_: np.ndarray
) -> Outcome:
    """Fill the vacancies of all roles from their seekers, from the top of the ladder down, best judged first served.

    ``filled`` and ``open_`` (schools × roles) are brought up to date as posts are filled and fall vacant. The order of
    vacancies and seekers does not matter.
    """
    sites = _sites(world, places, filled, open_)
    p = world.parameters.appoint
    race = 1.0 / p.panel_noise if p.panel_noise > 0 else 0.0
    candidates = _candidates(world, seekers, places, sites, race)
    panel = picked(Panel, p, advantage=np.exp(p.familiarity * race), race=race, key=world.key.in_year(world.year))
    n, m = len(vacancies), len(candidates.row)
    queue, abolished = Queue.of_size(n + m), Queue.of_size(m)
    for to, name in zip(queue, Queue._fields, strict=True):
        to[:n] = getattr(vacancies, name)
    turn, taken_by, advert, ring = (np.empty(n + m, dtype) for dtype in ("int32", "int32", "int8", "int8"))
    came_up, n_abolished = fill_posts(
        queue, n, candidates, sites, panel, len(world.people), turn, taken_by, advert, ring, abolished
    )
    turn = turn[:came_up]
    took = taken_by[turn]
    row = np.where(took < 0, -1, np.append(candidates.row, -1)[took])
    return Outcome(queue.where(turn), row, advert[turn], ring[turn], abolished.where(slice(n_abolished)))


def _sites(world: World, places: Communities, filled: np.ndarray, open_: np.ndarray) -> Sites:
    """Schools as the market sees them. Homes are schools that hire from each other: a cluster, or one school in none."""
    schools, alone = world.schools, len(world.clusters) + np.arange(len(world.schools))
    area = schools.phase.astype(np.int64) * places.regions + schools.region
    return picked(
        Sites,
        schools,
        id=school_ids(schools.urn),
        community=places.rank[schools.community],
        area=area,
        area_of=np.repeat(np.arange(len(places.phase_region_start) - 1), np.diff(places.phase_region_start)),
        area_start=places.phase_region_start,
        by_area=np.argsort(area, kind="stable").astype(np.int32),
        by_area_start=np.searchsorted(np.sort(area), np.arange(len(places.phase_region_start))),
        home=np.where(schools.cluster < 0, alone, schools.cluster),
        homes=len(world.clusters) + len(schools),
        seen_from_outside=schools.shift[:, SchoolSlot.SEEN_FROM_OUTSIDE] * UNFIXED,
        in_cluster=world.parameters.collaborate.hiring * beyond_ordinary(world),
        own_candidates=schools.shift[:, SchoolSlot.OWN_CANDIDATES] * UNFIXED,
        filled=filled,
        open=open_,
    )


Staff = namedtuple("Staff", "id status role school role_since sex ethnic_group teaching people management system shift")
Judgement = namedtuple(
    "Judgement", "merit_weights panel_experience panel_same_level gap_female gap_ethnic_group race year"
)
SEE_PROMOTION, SEE_MOVE = int(Decision.SEE_PROMOTION), int(Decision.SEE_MOVE)
ASSISTANT_HEAD = int(Role.ASSISTANT_HEAD)


def _candidates(world: World, seekers: Seekers, places: Communities, sites: Sites, race: float) -> Candidates:
    people = world.people
    status, senior = people.status[seekers.row], seekers.level > Role.CLASSROOM_TEACHER
    again = np.flatnonzero((status != Status.IN_SERVICE) & senior)
    level = np.concatenate([seekers.level, np.zeros(len(again), np.int8)])
    search = np.concatenate([np.arange(len(seekers.row)), again])
    communities = len(sites.area_of)
    order, start = grouped(level * np.int64(communities) + places.rank[seekers.base[search]], N_ROLES * communities)
    home = level * np.int64(sites.homes) + sites.home[people.school[seekers.row[search]]]
    by_home, home_start = grouped(home[order], N_ROLES * sites.homes)
    n = len(order)
    candidates = Candidates(
        row=seekers.row[search[order]],
        id=np.empty(n, np.uint64),
        see=np.empty(n, np.uint64),
        promotion=seekers.promotion[search[order]],
        in_service=np.empty(n, np.bool_),
        phase=seekers.phase[search[order]],
        community=places.rank[seekers.base[search[order]]],
        school=np.empty(n, np.int32),
        role=np.empty(n, np.int8),
        merit=np.empty(n),
        weight=np.empty(n),
        reach=np.empty(n),
        start=start,
        by_home=by_home,
        home_start=home_start,
        most_merit=np.full(N_ROLES, -np.inf),
    )
    judgement = picked(Judgement, world.parameters.appoint, race=race, year=world.year)
    _describe(candidates, level[order], picked(Staff, people), judgement)
    return candidates


@njit(cache=True)
def grouped(unit: np.ndarray, units: int) -> tuple[np.ndarray, np.ndarray]:
    """Numbers 0, 1, … of entries, grouped by ``unit``, and where each of the ``units`` starts, with one more at the end."""
    start = np.zeros(units + 1, np.int64)
    for i in range(len(unit)):
        start[unit[i] + 1] += 1
    for k in range(units):
        start[k + 1] += start[k]
    order, place = np.empty(len(unit), np.int32), start[:units].copy()
    for i in range(len(unit)):
        order[place[unit[i]]] = i
        place[unit[i]] += 1
    return order, start


@njit(inline="always")
def _standing_merit(people, i, level, promotion, judgement):
    """What a panel sees in a seeker before familiarity and its own error come in, in standard deviations."""
    merit = merit_in_row(people, i, judgement.merit_weights, level)
    years = max(0, judgement.year - 1 - people.role_since[i])
    merit += judgement.panel_experience * min(years + 1, 5)
    if not promotion:
        merit += judgement.panel_same_level
    if people.sex[i] == Sex.FEMALE:
        merit -= judgement.gap_female[level]
    if level >= ASSISTANT_HEAD:
        merit -= judgement.gap_ethnic_group[people.ethnic_group[i]]
    merit += people.shift[i, PersonSlot.BEING_CHOSEN] * UNFIXED
    return merit + (people.shift[i, PersonSlot.READINESS] * UNFIXED if promotion else 0.0)


@njit(cache=True)
def _describe(candidates, level, people, judgement):
    """Fill in what ``candidates`` are, from the rows of ``people`` that they are."""
    promotion, move = counter(SEE_PROMOTION, judgement.year, 0), counter(SEE_MOVE, judgement.year, 0)
    for c in range(len(candidates.row)):
        i, rising = candidates.row[c], candidates.promotion[c]
        candidates.id[c] = people.id[i]
        candidates.see[c] = promotion if rising else move
        candidates.in_service[c] = people.status[i] == Status.IN_SERVICE
        candidates.school[c], candidates.role[c] = people.school[i], people.role[i]
        candidates.reach[c] = people.shift[i, PersonSlot.REACH] * UNFIXED
        merit = _standing_merit(people, i, level[c], rising, judgement)
        candidates.merit[c] = merit
        candidates.most_merit[level[c]] = max(candidates.most_merit[level[c]], merit)
    for c in range(len(candidates.row)):
        behind = candidates.merit[c] - candidates.most_merit[level[c]]
        candidates.weight[c] = np.exp(behind * judgement.race)
