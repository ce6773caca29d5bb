"""People leave: they retire, leave state schools, take a break, join the trust's central team, or step down."""

from __future__ import annotations

from collections import namedtuple

import numpy as np
from numba import njit

from simulation.columns import picked
from simulation.draws import Decision, chance
from simulation.log import Leavers, StepDowns
from simulation.numerics import UNFIXED, age_band, logistic, logistics, logits, years_qualified_band
from simulation.parameters import Leave
from simulation.processes.base import Model, Process
from simulation.programmes.channels import PersonSlot
from simulation.vocabulary import ClusterKind, LeaverReason, Role, Status
from simulation.world import Own, World

STEP_DOWN = 9
"""Outcome code beside the :class:`~simulation.vocabulary.LeaverReason` codes: stays in service, loses the post."""

STATUS_AFTER = np.full(len(LeaverReason), Status.IN_SERVICE, np.int8)
"""Status of whoever leaves, by :class:`~simulation.vocabulary.LeaverReason`."""
STATUS_AFTER[LeaverReason.RETIRED] = Status.GONE
STATUS_AFTER[LeaverReason.LEFT_STATE_SCHOOLS] = Status.OUT
STATUS_AFTER[LeaverReason.CAREER_BREAK] = Status.ON_BREAK
STATUS_AFTER[LeaverReason.TRUST_CENTRAL_TEAM] = Status.CENTRAL


def shortfall(leadership: np.ndarray) -> np.ndarray:
    """Squared standard deviations by which leadership falls short of the mean.

    Convex, because staff leave the worst-led schools most (30%, 12% and 5% by autumn view of leaders); beyond three
    standard deviations it does not grow.
    """
    return np.minimum(np.maximum(leadership, -3.0), 0.0) ** 2


def disadvantage_term(disadvantage: np.ndarray) -> np.ndarray:
    """Disadvantage in steps of 10 percentage points from 25%, near the national mean."""
    return (disadvantage - 0.25) / 0.10


Staff = namedtuple(
    "Staff",
    "id status role school sex birth_year qualified_year role_since wellbeing aspiration shift",
)
Places = namedtuple("Places", "phase common in_trust")
Risks = namedtuple(
    "Risks",
    "retires logit_leaving early_career role_odds first_year_in_post career_break trust_central_team "
    "logit_of_step_down per_wellbeing per_aspiration",
)


def risks_of(p: Leave) -> Risks:
    """The parameters as the kernel reads them; what depends on a cell of a table alone is worked out once, not for everybody."""
    return picked(
        Risks,
        p,
        retires=logistics(logits(p.retire)[:, :, None] + p.retire_role_odds),
        logit_leaving=logits(p.state_schools),
        logit_of_step_down=logits(p.step_down),
    )


@njit(cache=True)
def _strike(people, schools, risks, key, outcome):
    """Write into ``outcome`` why each person leaves, :data:`STEP_DOWN` for the post alone; it stays 0 for who stays."""
    year = key.year
    for i in range(len(people.status)):
        central = people.status[i] == Status.CENTRAL
        if people.status[i] != Status.IN_SERVICE and not central:
            continue
        person, r, s = people.id[i], people.role[i], people.school[i]
        p, age, leads = schools.phase[s], age_band(year - 1 - people.birth_year[i]), r >= Role.MIDDLE_LEADER
        if chance(person, Decision.RETIRE, key) < risks.retires[p, age, r]:
            outcome[i] = LeaverReason.RETIRED
            continue
        odds = risks.logit_leaving[p, age]
        programmes = people.shift[i, PersonSlot.LEAVING_SECTOR] * UNFIXED
        if central:
            if chance(person, Decision.LEAVE_STATE_SCHOOLS, key) < logistic(odds + risks.role_odds[p, r] + programmes):
                outcome[i] = LeaverReason.LEFT_STATE_SCHOOLS
            continue
        qualified = years_qualified_band(year - 1 - people.qualified_year[i])
        first = risks.first_year_in_post[p, r] if leads and people.role_since[i] >= year - 1 else 0.0
        common = schools.common[s] - risks.per_wellbeing * people.wellbeing[i]
        odds += risks.early_career[p, qualified] + risks.role_odds[p, r] + first + common
        # Half the square keeps the mean of the odds where it was, as aspiration is N(0, 1).
        odds += (
            programmes - risks.per_aspiration * people.aspiration[i] - risks.per_aspiration * risks.per_aspiration / 2.0
        )
        if chance(person, Decision.LEAVE_STATE_SCHOOLS, key) < logistic(odds):
            outcome[i] = LeaverReason.LEFT_STATE_SCHOOLS
        elif chance(person, Decision.CAREER_BREAK, key) < risks.career_break[people.sex[i], age]:
            outcome[i] = LeaverReason.CAREER_BREAK
        elif not leads:
            continue
        elif schools.in_trust[s] and chance(person, Decision.TRUST_CENTRAL_TEAM, key) < risks.trust_central_team[r]:
            outcome[i] = LeaverReason.TRUST_CENTRAL_TEAM
        elif r <= Role.HEAD:
            odds = risks.logit_of_step_down[p, r] + first + common
            if chance(person, Decision.STEP_DOWN, key) < logistic(odds):
                outcome[i] = STEP_DOWN


def in_trust(world: World) -> np.ndarray:
    """Schools that belong to a trust of two schools or more."""
    cluster, clusters = world.schools.cluster, world.clusters
    if not len(clusters):
        return np.zeros(len(cluster), bool)
    return (cluster >= 0) & (clusters.kind[cluster] == ClusterKind.TRUST) & (clusters.schools[cluster] >= 2)


def run(model: Model, own: Own) -> None:
    """Decide who goes, and write down who went, from which post and why."""
    world, people, schools = model.world, own.people, own.schools
    p, year = world.parameters.leave, world.year
    common = (
        p.worst_led * shortfall(schools.leadership)
        - p.per_trust * schools.trust
        + p.per_disadvantage * disadvantage_term(schools.disadvantage)
    )
    places = picked(Places, schools, common=common, in_trust=in_trust(world))
    outcome = np.full(len(people.id), LeaverReason.NONE, np.int8)
    _strike(picked(Staff, people), places, risks_of(p), world.key.in_year(year), outcome)

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
    world.count("moves_in", np.full(len(down), Role.CLASSROOM_TEACHER, np.int8), people.school[down])

    gone = struck[outcome[struck] != STEP_DOWN]
    people.status[gone] = STATUS_AFTER[outcome[gone]]
    people.left_year[gone] = year
    people.left_reason[gone] = outcome[gone]
    people.role[down] = Role.CLASSROOM_TEACHER
    people.role_since[down] = year
    np.add.at(schools.filled, (people.school[down], Role.CLASSROOM_TEACHER), 1)


PROCESS = Process("leave", "people retire, leave state schools, take a break, go to the central team or step down", run)
