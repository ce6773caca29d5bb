"""One level of the market for posts: vacancies and seekers are made ready, and meet in `matching`."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simulation.columns import picked
from simulation.draws import Decision, counter
from simulation.log import Vacancies
from simulation.numerics import UNFIXED
from simulation.processes.collaborate import beyond_ordinary
from simulation.processes.matching import Candidates, Panel, Pools, Queue, Sites, fill_posts
from simulation.processes.seek import Communities, Seekers
from simulation.programmes.channels import PersonSlot, SchoolSlot
from simulation.vocabulary import Role, Sex, Status
from simulation.world import World


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
    first, last = places.pools(schools, senior=level >= Role.ASSISTANT_HEAD)
    sites = picked(
        Sites,
        schools,
        community=places.rank[schools.community],
        first=first,
        last=last,
        home=_home(world),
        seen_from_outside=schools.shift[:, SchoolSlot.SEEN_FROM_OUTSIDE] * UNFIXED,
        in_cluster=world.parameters.collaborate.hiring * beyond_ordinary(world),
        own_candidates=schools.shift[:, SchoolSlot.OWN_CANDIDATES] * UNFIXED,
        filled=filled,
        open=open_,
    )
    merit = standing_merit(world, level, seekers)
    race, most_merit = 1.0 / p.panel_noise if p.panel_noise > 0 else 0.0, float(merit.max(initial=-np.inf))
    candidates = _candidates(world, seekers, places, sites.home, merit, np.exp((merit - most_merit) * race))
    panel = picked(
        Panel,
        p,
        level=int(level),
        advantage=np.exp(p.familiarity * race),
        race=race,
        most_merit=most_merit,
        most_reach=float(candidates.reach.max(initial=0.0)),
        bar=p.bar[:, level],
        key=world.key.in_year(world.year),
    )

    n, m = len(vacancies.school), len(seekers.row)
    queue, opened, abolished = Queue.of_size(n + m), Queue.of_size(m), Queue.of_size(m)
    for to, name in zip(queue, Queue._fields, strict=True):
        to[:n] = getattr(vacancies, name)
    taken_by, advert, ring = np.empty(n + m, np.int32), np.empty(n + m, np.int8), np.empty(n + m, np.int8)
    came_up, n_opened, n_abolished = fill_posts(
        queue,
        n,
        candidates,
        _pools(candidates, len(places.rank)),
        sites,
        panel,
        taken_by,
        advert,
        ring,
        opened,
        abolished,
    )
    came, up = queue.first(came_up), slice(came_up)
    return Outcome(came, taken_by[up], advert[up], ring[up], opened.first(n_opened), abolished.first(n_abolished))


def _home(world: World) -> np.ndarray:
    """Schools in groups that hire from each other: the cluster, or the school alone if it is in none."""
    cluster, alone = world.schools.cluster, len(world.clusters) + np.arange(len(world.schools))
    return np.where(cluster < 0, alone, cluster)


def _candidates(
    world: World, seekers: Seekers, places: Communities, homes: np.ndarray, merit: np.ndarray, weight: np.ndarray
) -> Candidates:
    people, row = world.people, seekers.row
    school = people.school[row]
    by_home, home_start = _grouped(homes[school], len(world.clusters) + len(world.schools))

    def counters(promotion: Decision, move: Decision) -> np.ndarray:
        each = (np.uint64(counter(int(decision), world.year, 0)) for decision in (promotion, move))
        return np.where(seekers.promotion, *each)

    return picked(
        Candidates,
        seekers,
        id=people.id[row],
        see=counters(Decision.SEE_PROMOTION, Decision.SEE_MOVE),
        panel=counters(Decision.PANEL_PROMOTION, Decision.PANEL_MOVE),
        in_service=people.status[row] == Status.IN_SERVICE,
        community=places.rank[seekers.base],
        school=school,
        role=people.role[row],
        merit=merit,
        weight=weight,
        reach=people.shift[row, PersonSlot.REACH] * UNFIXED,
        taken=np.zeros(len(row), np.bool_),
        by_home=by_home,
        home_start=home_start,
    )


def _pools(candidates: Candidates, communities: int) -> Pools:
    who, start = _grouped(candidates.community, communities)
    place = np.empty_like(who)
    place[who] = np.arange(len(who), dtype=who.dtype)
    return Pools(candidates.id[who], candidates.see[who], who, place, start, start[1:].copy())


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
