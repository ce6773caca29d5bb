"""Who acts in senior posts that stand vacant: somebody of the own school, or for a headship the leader of a sister school."""

from __future__ import annotations

from collections import namedtuple

import numpy as np

from simulation.birth import merit_in_row
from simulation.columns import picked
from simulation.kernels import kernel, part
from simulation.log import TERMS, date_of
from simulation.numerics import counts
from simulation.processes.leave import in_trust
from simulation.processes.matching import grouped
from simulation.tables import NO_SCHOOL
from simulation.vocabulary import Date, Status
from simulation.world import Own, World

Staff = namedtuple("Staff", "id role acting_role acting_school teaching people management system")
Where = namedtuple("Where", "rows start phase trust members member_start")


@part(forceinline=False)
def _fittest(best, lowest, highest, post, here, people, merit_weights):
    """Of those in rows ``here``, with a role in the range given and not acting: the highest role, then the greatest merit.

    ``best`` is a row to beat, or -1; ties go to the smaller id.
    """
    for i in here:
        role = people.role[i]
        if people.acting_role[i] >= 0 or role < lowest or role > highest:
            continue
        if best < 0 or role > people.role[best]:
            best = i
        elif role == people.role[best]:
            mine = merit_in_row(people, i, merit_weights, post)
            to_beat = merit_in_row(people, best, merit_weights, post)
            if mine > to_beat or (mine == to_beat and people.id[i] < people.id[best]):
                best = i
    return best


@kernel
def _choose_cover(schools, roles, where, senior, head, people, merit_weights):
    nobody, lowest = np.int64(-1), np.int64(0)  # plain integers: for literal ones all would be compiled again
    for v in range(len(schools)):
        s, post = schools[v], roles[v]
        own = where.rows[where.start[s] : where.start[s + 1]]
        best, trust = _fittest(nobody, senior, post - 1, post, own, people, merit_weights), where.trust[s]
        if best < 0 and post == head and trust >= 0:
            for sister in where.members[where.member_start[trust] : where.member_start[trust + 1]]:
                if sister != s and where.phase[sister] == where.phase[s]:
                    there = where.rows[where.start[sister] : where.start[sister + 1]]
                    best = _fittest(best, senior, head, post, there, people, merit_weights)
        if best < 0:
            best = _fittest(nobody, lowest, senior - 1, post, own, people, merit_weights)
        if best >= 0:
            people.acting_role[best], people.acting_school[best] = post, s


def cover(world: World, own: Own) -> None:
    """Let somebody act in each senior post that stands vacant on census day: highest rung first, then in order of URN.

    Whoever acts keeps their post. All acting ends each year before this.
    """
    people, schools, log, ladder = own.people, world.schools, world.log, world.ladder
    ended = np.flatnonzero(people.acting_role >= 0)
    people.acting_role[ended], people.acting_school[ended] = -1, NO_SCHOOL
    senior = (world.vacancies.role >= ladder.senior) & (world.vacancies.role <= ladder.head)
    vacant = world.vacancies.where(senior)
    vacant = vacant.where(np.lexsort((vacant.school, -vacant.role)))
    trust = np.where(in_trust(world), schools.cluster, -1)
    members, member_start = grouped(trust + 1, len(world.clusters) + 1)
    in_reach = np.zeros(len(schools), bool)
    in_reach[vacant.school] = True
    trusts = np.unique(trust[vacant.school[vacant.role == ladder.head]])
    in_reach |= (trust >= 0) & np.isin(trust, trusts)
    rows = np.flatnonzero((people.status == Status.IN_SERVICE.value) & in_reach[people.school])
    order, start = grouped(people.school[rows], len(schools))
    where = Where(rows[order], start, schools.phase, trust, members, member_start[1:])
    weights = world.parameters.appoint.merit_weights
    _choose_cover(vacant.school, vacant.role, where, ladder.senior, ladder.head, picked(Staff, people), weights)
    acts = np.flatnonzero(people.acting_role >= 0)
    log.acting = counts(log.acting.shape, people.acting_school[acts], people.acting_role[acts])
    # Given up without notice in this term: nobody could be looked for yet, and the cover's contract is shorter than a term.
    brief = (vacant.due == date_of(world.year, Date.SEPTEMBER.value)) & (vacant.first > TERMS)
    given_up = counts(log.acting.shape, vacant.school[brief], vacant.role[brief])
    log.acting_briefly = np.minimum(given_up, log.acting)
