"""Who a person is when they come into the model: every trait that is settled at birth, by keyed draws."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from numba import njit

from simulation.draws import Decision, Key
from simulation.numerics import first_exceeding, normals
from simulation.parameters import Parameters
from simulation.programmes.channels import SKILLS
from simulation.structure import Ladder
from simulation.vocabulary import Route, Sex

if TYPE_CHECKING:
    from simulation.world import World

FULL_TIME = 100
"""Hours of a full-timer, hundredths."""
PART_TIME_FTE = np.array([40, 60, 60, 80], np.int16)
"""Hours of a part-timer, hundredths of full time, equally likely. Their mean, 0.6, reproduces the published ratio of
FTE to headcount (212,799 FTE of 239,071 primary teachers in 2025/26) at the published share of part-timers."""

MOST_YEARS = 6
"""Years in role and in school of the initial population at most."""
GROWN = np.concatenate([[0.0], np.cumsum(2.0 ** (-np.arange(MOST_YEARS) / 2.0))])
"""Growth on the job by years in the role, in first years' growth, in schools of ordinary culture."""

BAND_START = np.array([22, 25, 30, 35, 40, 45, 50, 55, 60, 65])
BAND_WIDTH = np.array([3, 5, 5, 5, 5, 5, 5, 5, 5, 3])
_SKILL_DECISIONS = (
    Decision.BIRTH_TEACHING,
    Decision.BIRTH_PEOPLE,
    Decision.BIRTH_MANAGEMENT,
    Decision.BIRTH_SYSTEM,
)


def merit(skills: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Skill that counts for a role: the weighted sum, added in the order of the skills.

    ``skills`` has shape (people, 4), ``weights`` (4,) or (people, 4). Not a matrix product: its order of addition would
    depend on the machine.
    """
    weights = np.atleast_2d(weights)
    total = weights[:, 0] * skills[:, 0]
    for k in range(1, len(SKILLS)):
        total = total + weights[:, k] * skills[:, k]
    return total


@njit(inline="always")
def merit_in_row(people, row, weights, role):  # type: ignore[no-untyped-def]
    """:func:`merit` of the person in ``row`` for a post in ``role``, within a kernel."""
    return (
        weights[role, 0] * people.teaching[row]
        + weights[role, 1] * people.people[row]
        + weights[role, 2] * people.management[row]
        + weights[role, 3] * people.system[row]
    )


def hours_of(u: np.ndarray) -> np.ndarray:
    """FTE, in hundredths, of part-timers with draws ``u``."""
    return PART_TIME_FTE[(4 * u).astype(np.int64)]


def draw_people(
    key: Key,
    p: Parameters,
    ladder: Ladder,
    ids: np.ndarray,
    route: np.ndarray,
    role: np.ndarray,
    phase: np.ndarray,
    year: int,
) -> dict[str, np.ndarray]:
    """Columns of people with these ids, born into the model in ``year``.

    ``route`` (:class:`Route` codes), ``role`` and ``phase`` have one entry per person. Newcomers have role 0.
    """
    n = len(ids)

    def u(decision: Decision) -> np.ndarray:
        return key.uniform(decision, 0, ids)

    initial = route == Route.INITIAL
    entrant = len(ladder) + (route == Route.NEW_TO_SECTOR)
    shares = np.concatenate([p.population.age, p.population.entry_age])
    age = _ages(u(Decision.BIRTH_AGE), shares, np.where(initial, role, entrant))

    female_share = np.where(initial, p.population.female[phase, role], p.population.entrant_female[phase])
    newcomers = p.population.entrant_ethnic_group[:, None, :]
    ethnic_shares = np.concatenate([p.population.ethnic_group, newcomers], axis=1).reshape(-1, newcomers.shape[-1])
    of_phase = phase.astype(np.int64) * (len(ladder) + 1)
    ethnic_group = first_exceeding(
        u(Decision.BIRTH_ETHNIC_GROUP), ethnic_shares, of_phase + np.where(initial, role, len(ladder))
    )
    part_share = np.where(initial, p.population.part_time[phase, role], p.population.entrant_part_time)
    part_time = u(Decision.BIRTH_PART_TIME) < part_share

    career = u(Decision.BIRTH_CAREER)
    qualifying_age = math.floor(p.population.qualifying_age) + np.floor(7 * career).astype(np.int64) - 3
    most = np.minimum(math.floor(p.population.new_to_sector_years), age - 22)
    qualified = np.select(
        [initial, route == Route.NEW_TO_SECTOR],
        [year - np.maximum(0, age - qualifying_age), year - np.floor(career * (1 + most)).astype(np.int64)],
        year,
    )

    shared = math.sqrt(p.population.skill_correlation) * normals(u(Decision.BIRTH_ABILITY))
    own = math.sqrt(1.0 - p.population.skill_correlation)
    stay = 1 + np.minimum(MOST_YEARS, year - qualified)
    role_years = np.where(initial, np.floor(u(Decision.BIRTH_ROLE_YEARS) * stay).astype(np.int64), 0)
    skills = {
        name: shared
        + own * normals(u(decision))
        + p.population.selection[role]
        + p.develop.growth_on_the_job[role, k] * GROWN[role_years]
        for k, (name, decision) in enumerate(zip(SKILLS, _SKILL_DECISIONS, strict=True))
    }
    school_years = np.where(initial, np.floor(u(Decision.BIRTH_SCHOOL_YEARS) * stay).astype(np.int64), 0)
    drive = _drive(u(Decision.BIRTH_ASPIRATION), p, initial, role, phase)
    next_role = np.minimum(role.astype(np.int64) + 1, ladder.top)
    has_led = initial & (role >= ladder.head)
    return {
        "id": ids,
        "birth_year": year - age,
        "sex": np.where(u(Decision.BIRTH_SEX) < female_share, Sex.FEMALE, Sex.MALE),
        "ethnic_group": ethnic_group,
        "qualified_year": qualified,
        "fte": np.where(part_time, hours_of(u(Decision.BIRTH_HOURS)), FULL_TIME),
        "role": role,
        "role_since": year - role_years,
        "school_since": year - school_years,
        "head_since": np.where(has_led, year - role_years, -1),
        **skills,
        "aspiration": drive,
        "drive": drive,
        "self_view": p.population.self_view_spread * normals(u(Decision.BIRTH_SELF_VIEW)),
        "readiness": merit(np.stack(list(skills.values()), axis=1), p.appoint.merit_weights[next_role])
        if n
        else np.empty(0),
        "wellbeing": normals(u(Decision.BIRTH_WELLBEING)),
        "workload": p.develop.hours[phase, role],
    }


def draw_people_at(
    world: World, ids: np.ndarray, route: np.ndarray, role: np.ndarray, school: np.ndarray
) -> dict[str, np.ndarray]:
    """As :func:`draw_people`, of people born into the model this year at these schools, under the parameters of each's zone."""
    zone, phase = world.zone[school], world.schools.phase[school]
    found: dict[str, np.ndarray] = {}
    for number, parameters in enumerate(world.parameters.each):
        at = slice(None) if len(world.parameters.each) == 1 else np.flatnonzero(zone == number)
        columns = draw_people(world.key, parameters, world.ladder, ids[at], route[at], role[at], phase[at], world.year)
        for name, values in columns.items():
            found.setdefault(name, np.empty(len(ids), values.dtype))[at] = values
    return found


def _drive(u: np.ndarray, p: Parameters, initial: np.ndarray, role: np.ndarray, phase: np.ndarray) -> np.ndarray:
    """Aspiration by draws ``u``, in standard deviations among all teachers, as selection has left it in the initial population.

    Whoever has come to a rung has wanted it and those below, so leaders are drawn from above the highest threshold on their
    way; of those left in the classroom, fewer want to leave it than of all teachers. Newcomers are N(0, 1).
    """
    wants, above = p.appoint.wants, 1.0 - u
    rungs = wants.shape[1]
    reached = np.ones_like(wants)
    for rung in range(1, rungs):
        reached[:, rung] = np.minimum(reached[:, rung - 1], wants[:, rung])
    want = wants[:, 1] if rungs > 1 else np.zeros(len(wants))
    w = want[phase]
    w_left = np.minimum(p.population.classroom_wants[phase], w)
    selected = (w > 0.0) & (w < 1.0)
    of_wanting = above * w / np.where(w_left > 0.0, w_left, 1.0)
    of_others = w + (above - w_left) * (1.0 - w) / np.where(selected, 1.0 - w_left, 1.0)
    in_classroom = np.where(selected, np.where(above < w_left, of_wanting, of_others), above)
    q = reached[phase, role]
    tail = np.where(role == 0, in_classroom, np.where(q > 0, q, 1.0) * above)
    return -normals(np.where(initial, tail, above))


def _ages(u: np.ndarray, shares: np.ndarray, group: np.ndarray) -> np.ndarray:
    """Ages by draws ``u``: a band by the shares (groups × age bands) of each person's group, and a year within it."""
    band = first_exceeding(u, shares, group)
    below = np.where(band > 0, np.cumsum(shares, axis=1)[group, np.maximum(band - 1, 0)], 0.0)
    within = (u - below) / shares[group, band]
    width = BAND_WIDTH[band]
    return BAND_START[band] + np.minimum(np.floor(within * width).astype(np.int64), width - 1)
