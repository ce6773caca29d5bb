"""People leave: they retire, leave state schools, take a break, join the trust's central team, or step down.

Headships that were given for a fixed term end here, too.
"""

from __future__ import annotations

from collections import namedtuple
from typing import Any

import numpy as np

from simulation.columns import Columns, picked
from simulation.draws import Decision
from simulation.kernels import kernel, part
from simulation.log import JOINED, LEFT, Leavers, Lost, StepDowns
from simulation.numerics import UNFIXED, age_band, counts, logistic, logistics, logits, years_qualified_band
from simulation.processes.base import Model, Process
from simulation.processes.pay import Pay
from simulation.programmes.channels import PersonSlot
from simulation.structure import CLASSROOM
from simulation.vocabulary import Date, LeaverReason, Status
from simulation.world import Own, World

STEP_DOWN = 9
"""Outcome code beside the :class:`~simulation.vocabulary.LeaverReason` codes: stays in service, loses the post."""
TERM_ENDED = STEP_DOWN + 1
"""The same, for a headship that was given for a fixed term."""

SETTLED = 2
"""Years in post from which somebody goes more readily when the school comes under a trust because of its grade."""

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


def disadvantage_term(world: World, schools: Any) -> np.ndarray:
    """Disadvantage of ``schools``, an entry for each of the register, in steps of 10 percentage points from what is usual in their phase.

    Rates are given by phase, so that they hold already what schools of a phase have in common.
    """
    usual = world.parameters.population.usual_disadvantage[world.zone, schools.phase]
    return (schools.disadvantage - usual) / 0.10


Staff = namedtuple(
    "Staff",
    "status role school sex birth_year qualified_year role_since fixed_term wellbeing aspiration shift",
)
Draws = namedtuple("Draws", "retire leave_state_schools career_break trust_central_team step_down")
DRAWN = Draws(
    Decision.RETIRE,
    Decision.LEAVE_STATE_SCHOOLS,
    Decision.CAREER_BREAK,
    Decision.TRUST_CENTRAL_TEAM,
    Decision.STEP_DOWN,
)
Places = namedtuple("Places", "setting common in_trust grade lowered sponsored is_open")
Risks = namedtuple(
    "Risks",
    "retires logit_leaving early_career role_odds first_year_in_post career_break trust_central_team "
    "logit_of_step_down per_wellbeing per_aspiration leave_when_lowered leave_when_sponsored",
)


def risks_of(by_setting: Any, pay: Pay) -> Risks:
    """The parameters by setting as the kernel reads them; what depends on a cell alone is worked out once, not for everybody."""
    p = by_setting.leave
    gained, stepped = (table.reshape(-1, table.shape[-1]) for table in (pay.against_outside, pay.above_classroom))
    return picked(
        Risks,
        p,
        by_setting.inspect,
        retires=logistics(logits(p.retire)[..., None] + p.retire_role_odds[:, None, :]),
        logit_leaving=logits(p.state_schools),
        role_odds=p.role_odds + p.pay_elasticity * gained,
        logit_of_step_down=logits(p.step_down) + p.step_down_pay_elasticity[:, None] * stepped,
    )


@part
def _unsettled(schools, s, risks, w, r, settled):
    """What a lowered grade and a sponsor add for the staff of a school, in log-odds; the latter for those ``settled`` in their post."""
    added = risks.leave_when_lowered[w, r, schools.grade[s]] if schools.lowered[s] else 0.0
    return added + risks.leave_when_sponsored[w, r] if schools.sponsored[s] and settled else added


@kernel
def _strike(people, staff, draws, schools, risks, head, year):
    """Why each of the people in rows ``staff`` leaves, or :data:`STEP_DOWN` or :data:`TERM_ENDED`; 0 for who stays in the post."""
    outcome = np.zeros(len(staff), np.int8)
    for j in range(len(staff)):
        i = staff[j]
        central, r, s = people.status[i] == Status.CENTRAL, people.role[i], people.school[i]
        w, age, leads = schools.setting[s], age_band(year - 1 - people.birth_year[i]), r > CLASSROOM
        if draws.retire[j] < risks.retires[w, age, r]:
            outcome[j] = LeaverReason.RETIRED
            continue
        odds = risks.logit_leaving[w, age]
        programmes = people.shift[i, PersonSlot.LEAVING_SECTOR] * UNFIXED
        if central:
            if draws.leave_state_schools[j] < logistic(odds + risks.role_odds[w, r] + programmes):
                outcome[j] = LeaverReason.LEFT_STATE_SCHOOLS
            continue
        qualified = years_qualified_band(year - 1 - people.qualified_year[i])
        first = risks.first_year_in_post[w, r] if leads and people.role_since[i] >= year - 1 else 0.0
        first += _unsettled(schools, s, risks, w, r, people.role_since[i] <= year - 1 - SETTLED)
        common = schools.common[s] - risks.per_wellbeing[w] * people.wellbeing[i]
        odds += risks.early_career[w, qualified] + risks.role_odds[w, r] + first + common
        # Half the square keeps the mean of the odds where it was, as aspiration is N(0, 1).
        per_aspiration = risks.per_aspiration[w]
        odds += programmes - per_aspiration * people.aspiration[i] - per_aspiration * per_aspiration / 2.0
        if draws.leave_state_schools[j] < logistic(odds):
            outcome[j] = LeaverReason.LEFT_STATE_SCHOOLS
        elif draws.career_break[j] < risks.career_break[w, people.sex[i], age]:
            outcome[j] = LeaverReason.CAREER_BREAK
        elif not leads:
            continue
        elif schools.in_trust[s] and draws.trust_central_team[j] < risks.trust_central_team[w, r]:
            outcome[j] = LeaverReason.TRUST_CENTRAL_TEAM
        elif r <= head:
            odds = risks.logit_of_step_down[w, r] + first + common
            if draws.step_down[j] < logistic(odds):
                outcome[j] = STEP_DOWN
            elif r == head and people.fixed_term[i] == year - 1 and schools.is_open[s]:
                outcome[j] = TERM_ENDED
    return outcome


def notice(world: World, people: np.ndarray, role: np.ndarray, school: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """From which date the posts of ``people`` (ids) are without a holder, and in which round they are first advertised.

    A round is held before each :class:`~simulation.vocabulary.Date`. Who goes without notice goes in any term alike, and the
    post can be advertised from the next round on; a number above the last is the next year's. Of those who give notice for
    September, some do so early enough for the round before May.
    """
    p, zone, key, year = world.parameters.leave, world.zone[school], world.key, world.year
    u, last = key.uniform(Decision.LEAVE_DATE, year, people), Date.SEPTEMBER.value
    by_share = 1 + (u[:, None] >= np.cumsum(p.dates, axis=1)[zone, :-1]).sum(axis=1)
    sudden = key.uniform(Decision.LEAVE_SUDDENLY, year, people) < p.sudden[zone, role]
    late = key.uniform(Decision.NOTICE_LATE, year, people) < p.late_notice[zone, role]
    due = np.where(sudden, 1 + np.floor(last * u), by_share).astype(np.int8)
    first = np.where(sudden, due + 1, np.where((due == last) & ~late, last - 1, due)).astype(np.int8)
    return due, first


def in_trust(world: World) -> np.ndarray:
    """Schools that belong to a trust of two schools or more."""
    cluster, led = world.schools.cluster, world.led_trusts
    return (cluster >= 0) & led[cluster] if len(led) else np.zeros(len(cluster), bool)


def run(model: Model, own: Own) -> None:
    """Decide who goes, and write down who went, from which post and why."""
    world, people, schools = model.world, own.people, own.schools
    p, inspect, zone, year = world.parameters.leave, world.parameters.inspect, world.zone, world.year
    common = (
        p.worst_led[zone] * shortfall(schools.leadership)
        - p.per_trust[zone] * schools.trust
        + p.per_disadvantage[zone] * disadvantage_term(world, schools)
        + inspect.leave[zone, schools.grade]
    )
    struck_by = {"lowered": schools.lowered == year, "sponsored": schools.sponsored == year}
    at_schools = {"setting": world.setting, "common": common, "in_trust": in_trust(world), "is_open": world.is_open}
    places = picked(Places, schools, **struck_by, **at_schools)
    staff = np.flatnonzero((people.status == Status.IN_SERVICE.value) | (people.status == Status.CENTRAL.value))
    draws = world.key.each(DRAWN, year, people.id[staff])
    risks, head = risks_of(world.parameters.by_setting, Pay.of(world)), world.ladder.head
    outcome = _strike(picked(Staff, people), staff, draws, places, risks, head, year)

    struck, why = staff[outcome != LeaverReason.NONE], outcome[outcome != LeaverReason.NONE]
    role, school, in_service = people.role[struck], people.school[struck], people.status[struck] == Status.IN_SERVICE
    holder = in_service | (role == world.ladder.trust_leader)
    world.log.terms[JOINED, 0] = schools.filled.sum(axis=0)
    given_up = struck[holder]
    due, first = notice(world, people.id[given_up], role[holder], school[holder])
    ended = why[holder] == TERM_ENDED  # which everybody knew it would
    due[ended], first[ended] = Date.SEPTEMBER, Date.MAY
    world.log.lost = Lost(school[holder], role[holder], due, first)
    world.log.count_terms(LEFT, due, role[holder])
    schools.filled[:] -= counts(schools.filled.shape, school[holder], role[holder])
    stays = why >= STEP_DOWN
    _leave(world, people, struck[~stays], why[~stays])
    now = np.where(why == TERM_ENDED, head - 1, CLASSROOM).astype(np.int8)
    world.log.count_terms(JOINED, due[stays[holder]], now[stays])
    world.log.terms_ended = struck[why == TERM_ENDED]
    _step_down(world, people, schools, struck[stays], now[stays])
    _act_on(people, world.log.terms_ended, head)


def _leave(world: World, people: Columns, rows: np.ndarray, reason: np.ndarray) -> None:
    """Let people go; the log has those whom the census sees leave."""
    seen = people.status[rows] == Status.IN_SERVICE
    row = rows[seen]
    leavers = world.log.leavers = Leavers(people.id[row], row, people.role[row], people.school[row], reason[seen])
    world.count("leavers", leavers.role, leavers.school)
    people.status[rows] = STATUS_AFTER[reason]
    people.left_year[rows] = world.year
    people.left_reason[rows] = reason


def _step_down(world: World, people: Columns, schools: Columns, rows: np.ndarray, now: np.ndarray) -> None:
    """Move leaders to posts on the rungs ``now`` in their school."""
    down = world.log.step_downs = StepDowns(rows, people.role[rows], people.school[rows])
    world.count("moves_out", down.role, down.school)
    world.count("moves_in", now, down.school)
    people.role[rows] = now
    people.role_since[rows] = world.year
    schools.filled[:] += counts(schools.filled.shape, down.school, now)


def _act_on(people: Columns, rows: np.ndarray, head: int) -> None:
    """Whoever's term as head has ended acts in the post until the market has settled who has it."""
    people.acting_role[rows], people.acting_school[rows] = head, people.school[rows]


PROCESS = Process("leave", "people retire, leave state schools, take a break, go to the central team or step down", run)
