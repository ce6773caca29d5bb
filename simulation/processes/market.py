"""The market for posts of a year: searches become candidates, who meet vacancies in `matching`."""

from __future__ import annotations

from collections import namedtuple
from dataclasses import dataclass, fields

import numpy as np
from numba import njit

from simulation.birth import merit_in_row
from simulation.columns import picked
from simulation.draws import Decision, counter, school_ids
from simulation.kernels import kernel
from simulation.log import Vacancies
from simulation.numerics import UNFIXED
from simulation.processes.collaborate import beyond_ordinary
from simulation.processes.matching import FOR_EACH_POST, NOBODY, fill_posts, grouped
from simulation.processes.parties import CANDIDATE, SITE, STANDING, VACANCY, Ground, Panel, Pool
from simulation.processes.seek import Communities, Seekers
from simulation.processes.surroundings import chances
from simulation.programmes.channels import PersonSlot, SchoolSlot
from simulation.structure import CLASSROOM
from simulation.vocabulary import Date, Sex, Status
from simulation.world import World

KNOWN = tuple(one.name for one in fields(Vacancies))
"""What is known of vacancies before and after the market."""


@dataclass
class Outcome:
    """What the market settled, one entry for each vacancy, in the order in which they were filled."""

    vacancy: Vacancies
    taken_by: np.ndarray
    """For each, the row of the person appointed, or -1."""
    start: np.ndarray
    """For each, the date from which the appointee holds it; 0 if there is none."""
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
    p = world.parameters.appoint
    race = np.array([1.0 / noise if noise > 0 else 0.0 for noise in p.panel_noise])
    ground = _ground(world, places, filled, open_)
    pool = _pool(world, seekers, places, ground, race)
    key, senior = world.key.in_year(world.year), world.ladder.senior
    worth = {"advantage": np.exp(p.familiarity * race[:, None]), "acting_worth": np.exp(p.incumbent * race)}
    panel = picked(Panel, p, senior=senior, head=world.ladder.head, see=chances(world), race=race, key=key, **worth)
    n, m = len(vacancies), len(pool.candidates)
    queue, abolished, turn = np.zeros(n + m, VACANCY), np.zeros(m, VACANCY), np.empty(n + m, np.int32)
    queue["taken_by"] = NOBODY
    for name in KNOWN:
        queue[name][:n] = getattr(vacancies, name)
    came_up, n_abolished = fill_posts(queue, n, turn, abolished, pool, ground, panel, len(world.people))
    queue, abolished = queue[turn[:came_up]], abolished[:n_abolished]
    queue = queue[np.lexsort((queue["round"], -queue["role"]))]
    row = np.append(pool.candidates["row"], -1)[queue["taken_by"]]  # -1, for nobody, picks the last
    return Outcome(_vacancies(queue), row, queue["start"], queue["ring"], _vacancies(abolished))


def _vacancies(records: np.ndarray) -> Vacancies:
    return Vacancies(*(records[name].copy() for name in KNOWN))


def _ground(world: World, places: Communities, filled: np.ndarray, open_: np.ndarray) -> Ground:
    """Schools as the market sees them. Homes are schools that hire from each other: a cluster, or one school in none."""
    schools, sites, here = world.schools, np.empty(len(world.schools), SITE), np.flatnonzero(world.has_opened)
    alone = len(world.clusters) + np.arange(len(schools))
    # The people of a school that has closed are still its cluster's own.
    neighbours = np.where(schools.cluster < 0, schools.last_cluster, schools.cluster)
    for name in ("urn", "cluster", "phase"):
        sites[name] = getattr(schools, name)
    sites["zone"] = world.zone
    sites["id"] = school_ids(schools.urn)
    sites["community"] = places.rank[schools.community]
    sites["area"] = schools.phase.astype(np.int64) * places.regions + world.register.market
    sites["home"] = np.where(neighbours < 0, alone, neighbours)
    sites["seen_from_outside"] = schools.shift[:, SchoolSlot.SEEN_FROM_OUTSIDE] * UNFIXED
    sites["seen_from_outside"] += world.parameters.inspect.seen[world.zone, schools.grade]
    sites["seen_as_head"] = world.parameters.appoint.seen_as_head[world.zone, schools.religion]
    sites["in_cluster"] = world.parameters.collaborate.hiring[world.zone] * beyond_ordinary(world)
    sites["lower_bar"] = np.where(schools.executive != 0, world.parameters.executive.bar[world.zone], 0.0)
    sites["own_candidates"] = schools.shift[:, SchoolSlot.OWN_CANDIDATES] * UNFIXED
    by_area, start = grouped(sites["area"][here], world.phases * places.regions)
    return Ground(
        sites, here[by_area].astype(np.int32), start, places.phase_region_start, schools.target_posts, filled, open_
    )


Staff = namedtuple(
    "Staff",
    "id status role school acting_role acting_school role_since fixed_term sex ethnic_group teaching people management system shift",
)
Judgement = namedtuple(
    "Judgement", "merit_weights panel_experience panel_same_level gap_female gap_ethnic_group senior head race year"
)
SEE_PROMOTION, SEE_MOVE = int(Decision.SEE_PROMOTION), int(Decision.SEE_MOVE)
FIRST_DATE, SEPTEMBER = int(Date.JANUARY), int(Date.SEPTEMBER)


def _pool(world: World, seekers: Seekers, places: Communities, ground: Ground, race: np.ndarray) -> Pool:
    people, row, rungs = world.people, seekers.row, world.ladder.codes
    again, lower = _second_searches(world, seekers)
    search = np.concatenate([np.arange(len(row)), again])
    level = np.concatenate([seekers.level, lower])
    communities, homes = len(places.by_phase_region), len(world.clusters) + len(world.schools)
    community = places.rank[seekers.base[search]]
    order, start = grouped(level * np.int64(communities) + community, rungs.number * communities)
    n, search = len(order), search[order]
    pool = Pool(
        candidates=np.empty(n, CANDIDATE),
        ids=np.empty(n, np.uint64),
        sees=np.empty(n, np.uint64),
        in_zones=np.empty((len(race) - 1, n), STANDING),
        start=start,
        by_home=np.empty(n, np.int32),
        home_start=np.empty(rungs.number * homes + 1, np.int64),
        most_merit=np.full((len(race), rungs.number), -np.inf),
        most_reach=np.zeros(rungs.number * (len(places.phase_region_start) - 1)),
    )
    candidates = pool.candidates
    candidates["level"], candidates["community"] = level[order], community[order]
    candidates["row"], candidates["promotion"], candidates["phase"] = (
        row[search],
        seekers.promotion[search],
        seekers.phase[search],
    )
    judgement = picked(
        Judgement, world.parameters.appoint, senior=rungs.senior, head=rungs.head, race=race, year=world.year
    )
    area_of = np.repeat(np.arange(len(places.phase_region_start) - 1), np.diff(places.phase_region_start))
    _describe(pool, ground.sites, area_of, picked(Staff, people), judgement)
    by_home, home_start = grouped(candidates["level"] * np.int64(homes) + candidates["home"], rungs.number * homes)
    return pool._replace(by_home=by_home, home_start=home_start)


def _second_searches(world: World, seekers: Seekers) -> tuple[np.ndarray, np.ndarray]:
    """Searches that go on further down if they find nothing, with the role sought then, each as often as it does.

    Returners look for a classroom post, and those whose school has closed for a post on every rung below their own.
    """
    status, school = world.people.status[seekers.row], world.people.school[seekers.row]
    returner = status != Status.IN_SERVICE
    displaced = ~world.is_open[school] & ~returner & ~seekers.promotion
    again, lower = [], []
    for rung in range(world.ladder.head):
        who = displaced | returner if rung == CLASSROOM else displaced
        again.append(np.flatnonzero(who & (seekers.level > rung)))
        lower.append(np.full(len(again[-1]), rung, np.int8))
    return np.concatenate(again), np.concatenate(lower)


@njit(inline="always")
def _standing_merit(people, i, level, phase, promotion, judgement, z):
    """What a panel in a zone sees in a seeker before familiarity and its own error come in, in standard deviations."""
    merit = merit_in_row(people, i, judgement.merit_weights, level)
    years = max(0, judgement.year - 1 - people.role_since[i])
    merit += judgement.panel_experience[z] * min(years + 1, 5)
    if not promotion:
        merit += judgement.panel_same_level[z]
    if people.sex[i] == Sex.FEMALE:
        merit -= judgement.gap_female[z, phase, level]
    if people.role[i] < judgement.senior <= level:
        merit -= judgement.gap_ethnic_group[z, people.ethnic_group[i]]
    merit += people.shift[i, PersonSlot.BEING_CHOSEN] * UNFIXED
    return merit + (people.shift[i, PersonSlot.READINESS] * UNFIXED if promotion else 0.0)


@kernel(**FOR_EACH_POST)
def _describe(pool, sites, area_of, people, judgement):
    """Fill in what candidates are, from the rows of ``people`` that they are."""
    promotion, move = counter(SEE_PROMOTION, judgement.year, 0), counter(SEE_MOVE, judgement.year, 0)
    areas = len(pool.most_reach) // pool.most_merit.shape[1]
    for c in range(len(pool.candidates)):
        candidate = pool.candidates[c]
        i, level = candidate.row, candidate.level
        candidate.id = pool.ids[c] = people.id[i]
        pool.sees[c] = promotion if candidate.promotion else move
        candidate.in_service = people.status[i] == Status.IN_SERVICE
        candidate.school, candidate.role = people.school[i], people.role[i]
        # A term as head, from which they are on the rung below now, ends with the school year.
        term_ends = people.fixed_term[i] == judgement.year - 1 and candidate.role == judgement.head - 1
        candidate.free_from = SEPTEMBER if term_ends else FIRST_DATE
        candidate.home, candidate.area = sites[people.school[i]].home, area_of[candidate.community]
        candidate.acts_at = people.acting_school[i] if people.acting_role[i] == level else -1
        candidate.reach = people.shift[i, PersonSlot.REACH] * UNFIXED
        candidate.merit = _standing_merit(people, i, level, candidate.phase, candidate.promotion, judgement, 0)
        pool.most_merit[0, level] = max(pool.most_merit[0, level], candidate.merit)
        for z in range(1, len(judgement.race)):
            merit = _standing_merit(people, i, level, candidate.phase, candidate.promotion, judgement, z)
            pool.in_zones[z - 1, c].merit = merit
            pool.most_merit[z, level] = max(pool.most_merit[z, level], merit)
        at = level * areas + candidate.area
        pool.most_reach[at] = max(pool.most_reach[at], candidate.reach)
    for c in range(len(pool.candidates)):
        level = pool.candidates[c].level
        behind = pool.candidates[c].merit - pool.most_merit[0, level]
        pool.candidates[c].weight = np.exp(behind * judgement.race[0])
        for z in range(1, len(judgement.race)):
            behind = pool.in_zones[z - 1, c].merit - pool.most_merit[z, level]
            pool.in_zones[z - 1, c].weight = np.exp(behind * judgement.race[z])
