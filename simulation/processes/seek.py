"""Who looks for a post this year, at which level, and where: the supply side of the market in `appoint`."""

from __future__ import annotations

from collections import namedtuple
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numba import njit

from simulation.birth import FULL_TIME, merit_in_row
from simulation.columns import picked
from simulation.draws import Decision, chance
from simulation.kernels import kernel, part
from simulation.log import Records
from simulation.numerics import UNFIXED, logistic, logits, normals, years_out_band
from simulation.processes.leave import disadvantage_term, shortfall
from simulation.processes.pay import Pay
from simulation.programmes.channels import PersonSlot
from simulation.vocabulary import Status
from simulation.world import World


@dataclass
class Seekers(Records):
    """People who look for a post, one entry for each search; a person can search for promotion and at the same level."""

    row: np.ndarray
    """Row of people; int32."""
    level: np.ndarray
    """Role sought; int8."""
    promotion: np.ndarray
    """Search for a higher post, as against one at the same level; bool."""
    phase: np.ndarray
    """Phase searched; int8."""
    base: np.ndarray
    """Community searched around; int32."""


class Communities(NamedTuple):
    """Communities of each phase, in order of number, and the same by region: where people can search."""

    by_phase: np.ndarray
    phase_start: np.ndarray
    by_phase_region: np.ndarray
    phase_region_start: np.ndarray
    rank: np.ndarray
    """Place of each community in :attr:`by_phase_region`, by its number."""
    regions: int

    @classmethod
    def of(cls, world: World) -> Communities:
        """Index the communities that schools of ``world`` lie in, or lay in until they closed."""
        schools, n_regions, here = world.schools, len(world.register.region_names), np.flatnonzero(world.has_opened)
        number, first = np.unique(schools.community[here], return_index=True)
        phase, market = (place[here[first]].astype(np.int64) for place in (schools.phase, world.register.market))
        cell = phase * n_regions + market
        order = np.argsort(cell, kind="stable")
        rank = np.full(int(schools.community.max()) + 1, -1, np.int64)
        rank[number[order]] = np.arange(len(number))
        return cls(
            by_phase=number[np.argsort(phase, kind="stable")],
            phase_start=np.searchsorted(np.sort(phase), np.arange(world.phases + 1)),
            by_phase_region=number[order],
            phase_region_start=np.searchsorted(cell[order], np.arange(world.phases * n_regions + 1)),
            rank=rank,
            regions=n_regions,
        )


Staff = namedtuple(
    "Staff",
    "id status role school acting_role fte qualified_year role_since school_since left_year aspiration self_view teaching people "
    "management system shift",
)
Places = namedtuple("Places", "setting posts push is_open")
Rates = namedtuple(
    "Rates",
    "threshold logit_of_seeking per_readiness bar part_time_seek peak_years peak_width least_years_in_role "
    "skip_rung look_past rank_kept logit_of_moving move_when_new merit_weights return_from_break return_from_out",
)
Search = namedtuple("Search", "row level promotion")

Posts = namedtuple("Posts", "id role school")
Sites = namedtuple("Sites", "zone phase market community")
Moving = namedtuple("Moving", "change_phase relocate")


@njit(inline="always")
def _add(found, n, row, level, promotion):
    found.row[n], found.level[n], found.promotion[n] = row, level, promotion
    return n + 1


@part(_nrt=False)  # without counts of references, which would take longer than all the rest of seeking
def _aim(people, i, schools, s, rates, rungs, key):
    """The role above the own that the person in row ``i``, at school ``s``, would be promoted to."""
    w, r = schools.setting[s], people.role[i]
    if people.acting_role[i] > r:
        return int(people.acting_role[i])
    target = r + 1
    if r + 2 <= rungs.head and chance(people.id[i], Decision.LOOK_PAST, key) < rates.look_past[w, r]:
        target = r + 2
    own = target
    while own <= rungs.head and schools.posts[s, own] == 0:
        own += 1
    skips = own <= rungs.head and own > target
    if skips and chance(people.id[i], Decision.SKIP_RUNG, key) < rates.skip_rung[w]:
        target = own
    return target


@kernel
def _seek(people, schools, rates, rungs, key, found):
    """Write everybody's searches into ``found``, which has room for two each; return how many there are."""
    n, year, all_open = 0, key.year, schools.is_open.all()
    for i in range(len(people.status)):
        person, status, r, s = people.id[i], people.status[i], people.role[i], people.school[i]
        if status == Status.IN_SERVICE:
            displaced = not (all_open or schools.is_open[s])
            if people.role_since[i] == year and not displaced:
                continue
            w = schools.setting[s]
            target = _aim(people, i, schools, s, rates, rungs, key)
            years_in_role = max(0, year - 1 - people.role_since[i])
            wants = target < rungs.number and people.aspiration[i] > rates.threshold[w, target]
            if wants and years_in_role + 1 >= rates.least_years_in_role[w, target]:
                away = max(0, year - 1 - people.qualified_year[i]) - rates.peak_years[w, target]
                width = rates.peak_width[w, target]
                merit = merit_in_row(people, i, rates.merit_weights, target)
                ready = merit + people.shift[i, PersonSlot.READINESS] * UNFIXED
                fit = ready + people.self_view[i] - rates.bar[w, target]
                odds = rates.logit_of_seeking[w, r, target] + rates.per_readiness[w] * fit
                odds += people.shift[i, PersonSlot.APPLYING] * UNFIXED
                odds += rates.part_time_seek[w] if people.fte[i] < FULL_TIME else 0.0
                odds -= away * away / (2.0 * width * width)
                if chance(person, Decision.SEEK_PROMOTION, key) < logistic(odds):
                    n = _add(found, n, i, target, True)
            odds = rates.logit_of_moving[w, r] + schools.push[s] + people.shift[i, PersonSlot.LEAVING_SCHOOL] * UNFIXED
            if year - 1 - people.school_since[i] < 2:
                odds += rates.move_when_new[w]
            if r <= rungs.head and (displaced or chance(person, Decision.SEEK_MOVE, key) < logistic(odds)):
                n = _add(found, n, i, r, False)
        elif people.left_year[i] < year:
            w, years_out = schools.setting[s], year - 1 - people.left_year[i]
            returns = rates.return_from_break[w] if status == Status.ON_BREAK else 0.0
            if status == Status.OUT:
                returns = rates.return_from_out[w, years_out_band(years_out)]
            if returns > 0.0 and chance(person, Decision.RETURN, key) < returns:
                level = max(r - 1, 0) if years_out >= rates.rank_kept[w] else r
                n = _add(found, n, i, min(level, rungs.head), False)
    return n


@kernel
def _search_base(rows, people, schools, places, rates, key, phase, base):
    """Write the phase and the community that each of ``rows`` searches into ``phase`` and ``base``; -1 for nowhere."""
    for j in range(len(rows)):
        i = rows[j]
        person, s = people.id[i], people.school[i]
        z, p = schools.zone[s], schools.phase[s]
        q = p
        u, change = chance(person, Decision.CHANGE_PHASE, key), rates.change_phase[z, p]
        others = rates.change_phase.shape[1] - 1
        if u < change and others > 0:
            q = 0  # the phases but the own, in order and equally likely
            while q < others - 1 and u >= change * (q + 1) / others:
                q += 1
            q += q >= p
        start, stop = places.phase_start[q], places.phase_start[q + 1]
        if start == stop:
            base[j] = -1
            continue
        phase[j] = q
        away = chance(person, Decision.RELOCATE, key) < rates.relocate[z, people.role[i]]
        if not away and q == p:
            base[j] = schools.community[s]
            continue
        pool = places.by_phase
        if not away:
            cell = q * places.regions + schools.market[s]
            if places.phase_region_start[cell] < places.phase_region_start[cell + 1]:
                pool = places.by_phase_region
                start, stop = places.phase_region_start[cell], places.phase_region_start[cell + 1]
        base[j] = pool[start + int(chance(person, Decision.NEW_COMMUNITY, key) * (stop - start))]


def find_seekers(world: World, places: Communities) -> Seekers:
    """Everybody who looks for a post this year: for promotion, at the same level, or to come back."""
    people, schools, key = world.people, world.schools, world.key.in_year(world.year)
    p, zone = world.parameters.appoint, world.zone
    push = p.move_worst_led[zone] * shortfall(schools.leadership)
    push = push + p.move_disadvantage[zone] * disadvantage_term(world, schools)
    push = push + world.parameters.inspect.move[zone, schools.grade]
    of_setting, step = world.parameters.by_setting, Pay.of(world).step
    here, gained = of_setting.appoint, step.reshape(-1, *step.shape[2:])
    rates = picked(
        Rates,
        here,
        of_setting.leave,
        threshold=normals(1.0 - here.wants),
        logit_of_seeking=logits(here.seek_promotion)[:, None, :] + here.pay_elasticity[:, None, :] * gained,
        logit_of_moving=logits(here.seek_move),
    )
    staff, n = picked(Staff, people), 2 * len(people)
    search = Search(np.empty(n, np.int32), np.empty(n, np.int8), np.empty(n, np.bool_))
    schools_now = picked(Places, schools, setting=world.setting, push=push, is_open=world.is_open)
    n = _seek(staff, schools_now, rates, world.ladder.codes, key, search)
    # Whose term as head has ended are new in their role this year, as those who stepped down, so they have sought nothing yet.
    again = world.log.terms_ended
    row = np.concatenate([search.row[:n], again.astype(np.int32)])
    level = np.concatenate([search.level[:n], np.full(len(again), world.ladder.head, np.int8)])
    promotion = np.concatenate([search.promotion[:n], np.ones(len(again), np.bool_)])
    phase, base = np.empty(len(row), np.int8), np.empty(len(row), np.int32)
    sites = picked(Sites, schools, zone=zone, market=world.register.market)
    _search_base(row, picked(Posts, people), sites, places, picked(Moving, p), key, phase, base)
    return Seekers(row, level, promotion, phase, base).where(base >= 0)
