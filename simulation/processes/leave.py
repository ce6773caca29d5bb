"""People leave: they retire, leave state schools, take a break, join the trust's central team, or step down."""

from __future__ import annotations

import numpy as np
from numba import njit

from simulation.draws import Decision, counter, draw
from simulation.log import Leavers, StepDowns
from simulation.numerics import UNFIXED, age_band, logistic, logit, years_qualified_band
from simulation.processes.base import Process
from simulation.programmes.channels import PersonSlot
from simulation.vocabulary import ClusterKind, LeaverReason, Role, Status
from simulation.world import World

LEAVING_SECTOR = int(PersonSlot.LEAVING_SECTOR)
STEP_DOWN = 9
"""Outcome code beside the :class:`~simulation.vocabulary.LeaverReason` codes: stays in service, loses the post."""


def shortfall(leadership: np.ndarray) -> np.ndarray:
    """Squared standard deviations by which leadership falls short of the mean.

    Convex, because staff leave the worst-led schools most (30%, 12% and 5% by autumn view of leaders); beyond three
    standard deviations it does not grow.
    """
    return np.minimum(np.maximum(leadership, -3.0), 0.0) ** 2


def disadvantage_term(disadvantage: np.ndarray) -> np.ndarray:
    """Disadvantage in steps of 10 percentage points from 25%, near the national mean."""
    return (disadvantage - 0.25) / 0.10


@njit(cache=True)
def _strike(
    status, role, school, sex, birth_year, qualified_year, role_since, wellbeing, aspiration, shift, ids, phase,
    common_of_school, in_trust, per_wellbeing, per_aspiration, retire, retire_role, state_schools, early, role_odds, first_year, career_break, central, step_down,
    year, k0, k1, c_retire, c_leave, c_break, c_central, c_down, outcome,
):  # fmt: skip
    for i in range(len(status)):
        if status[i] != 0 and status[i] != 2:
            continue
        r, s = role[i], school[i]
        p = phase[s]
        age = age_band(year - 1 - birth_year[i])
        if draw(ids[i], c_retire, k0, k1) < logistic(logit(retire[p, age]) + retire_role[r]):
            outcome[i] = 1
            continue
        odds = logit(state_schools[p, age])
        programmes = shift[i, LEAVING_SECTOR] * UNFIXED
        if status[i] == 2:
            if draw(ids[i], c_leave, k0, k1) < logistic(odds + role_odds[p, r] + programmes):
                outcome[i] = 2
            continue
        years = year - 1 - qualified_year[i]
        first = first_year[p, r] if r >= 1 and role_since[i] >= year - 1 else 0.0
        common = common_of_school[s] - per_wellbeing * wellbeing[i]
        odds += early[p, years_qualified_band(years)] + role_odds[p, r] + first + common
        # Half the square keeps the mean of the odds where it was, as aspiration is N(0, 1).
        odds += programmes - per_aspiration * aspiration[i] - per_aspiration * per_aspiration / 2.0
        if draw(ids[i], c_leave, k0, k1) < logistic(odds):
            outcome[i] = 2
        elif draw(ids[i], c_break, k0, k1) < career_break[sex[i], age]:
            outcome[i] = 3
        elif r >= 1 and in_trust[s] and draw(ids[i], c_central, k0, k1) < central[r]:
            outcome[i] = 4
        elif 1 <= r <= 4 and draw(ids[i], c_down, k0, k1) < logistic(logit(step_down[p, r]) + first + common):
            outcome[i] = STEP_DOWN


def in_trust(world: World) -> np.ndarray:
    """Schools that belong to a trust of two schools or more."""
    cluster, clusters = world.schools.cluster, world.clusters
    if not len(clusters):
        return np.zeros(len(cluster), bool)
    return (cluster >= 0) & (clusters.kind[cluster] == ClusterKind.TRUST) & (clusters.schools[cluster] >= 2)


def run(world: World) -> None:
    """Decide who goes, and write down who went, from which post and why."""
    people, schools = world.people.writable("leave"), world.schools.writable("leave")
    p, key, year = world.parameters.leave, world.key, world.year
    common = (
        p.worst_led * shortfall(schools.leadership)
        - p.per_trust * schools.trust
        + p.per_disadvantage * disadvantage_term(schools.disadvantage)
    )
    outcome = np.zeros(len(people.id), np.int8)
    _strike(
        people.status, people.role, people.school, people.sex, people.birth_year, people.qualified_year,
        people.role_since, people.wellbeing, people.aspiration, people.shift, people.id, schools.phase, common,
        in_trust(world), p.per_wellbeing, p.per_aspiration, p.retire, p.retire_role_odds, p.state_schools, p.early_career, p.role_odds, p.first_year_in_post,
        p.career_break, p.trust_central_team, p.step_down, year, key.k0, key.k1,
        counter(int(Decision.RETIRE), year, 0), counter(int(Decision.LEAVE_STATE_SCHOOLS), year, 0),
        counter(int(Decision.CAREER_BREAK), year, 0), counter(int(Decision.TRUST_CENTRAL_TEAM), year, 0),
        counter(int(Decision.STEP_DOWN), year, 0), outcome,
    )  # fmt: skip

    struck = np.flatnonzero(outcome)
    holder = (people.status[struck] == Status.IN_SERVICE) | (people.role[struck] == Role.TRUST_LEADER)
    posts_lost = struck[holder]
    np.add.at(world.log.lost, (people.school[posts_lost], people.role[posts_lost]), 1)
    schools.filled[:] -= world.log.lost

    seen = struck[people.status[struck] == Status.IN_SERVICE]
    leavers, down = seen[outcome[seen] != STEP_DOWN], seen[outcome[seen] == STEP_DOWN]
    world.log.leavers = Leavers(
        people.id[leavers], leavers, people.role[leavers], people.school[leavers], outcome[leavers]
    )
    world.log.step_downs = StepDowns(down, people.role[down], people.school[down])
    world.count("leavers", people.role[leavers], people.school[leavers])
    world.count("moves_out", people.role[down], people.school[down])
    world.count("moves_in", np.zeros(len(down), np.int8), people.school[down])

    gone = struck[outcome[struck] != STEP_DOWN]
    new_status = np.array([0, Status.GONE, Status.OUT, Status.ON_BREAK, Status.CENTRAL], np.int8)
    people.status[gone] = new_status[outcome[gone]]
    people.left_year[gone] = year
    people.left_reason[gone] = outcome[gone]
    people.role[down] = Role.CLASSROOM_TEACHER
    people.role_since[down] = year
    np.add.at(schools.filled, (people.school[down], Role.CLASSROOM_TEACHER), 1)


assert [r.value for r in LeaverReason] == [0, 1, 2, 3, 4]

PROCESS = Process("leave", "people retire, leave state schools, take a break, go to the central team or step down", run)
