"""Who looks for a post this year, at which level, and where: the supply side of the market in `appoint`."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numba import njit

from simulation.draws import Decision, counter, draw
from simulation.log import Records
from simulation.numerics import UNFIXED, logistic, logit, normals, years_out_band
from simulation.processes.leave import disadvantage_term, shortfall
from simulation.programmes.channels import PersonSlot
from simulation.vocabulary import N_PHASES, Role, label
from simulation.world import World

APPLYING, LEAVING_SCHOOL = int(PersonSlot.APPLYING), int(PersonSlot.LEAVING_SCHOOL)
READINESS = int(PersonSlot.READINESS)


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


@dataclass(frozen=True)
class Communities:
    """Communities of each phase, in order of number, and the same by region: where people can search."""

    by_phase: np.ndarray
    phase_start: np.ndarray
    by_phase_region: np.ndarray
    phase_region_start: np.ndarray
    region: np.ndarray
    """Region of each community."""

    @classmethod
    def of(cls, world: World) -> Communities:
        """Index the communities that the schools of ``world`` lie in."""
        schools, n_regions = world.schools, len(world.register.region_names)
        number, first = np.unique(schools.community, return_index=True)
        phase, region = schools.phase[first].astype(np.int64), schools.region[first].astype(np.int64)
        cell = phase * n_regions + region
        region_of = np.full(int(number.max()) + 1, -1, np.int64)
        region_of[number] = region
        return cls(
            by_phase=number[np.argsort(phase, kind="stable")],
            phase_start=np.searchsorted(np.sort(phase), np.arange(N_PHASES + 1)),
            by_phase_region=number[np.argsort(cell, kind="stable")],
            phase_region_start=np.searchsorted(np.sort(cell), np.arange(N_PHASES * n_regions + 1)),
            region=region_of,
        )


def next_rungs(ladder: tuple[str, ...]) -> np.ndarray:
    """For each role, the next role on the ladder of this context above it, or -1."""
    on_ladder = [role for role in Role if label(role) in ladder]
    return np.array([next((int(r) for r in on_ladder if r > role), -1) for role in Role], np.int64)


@njit(cache=True)
def _seek(
    status, role, school, fte, qualified_year, role_since, school_since, left_year, aspiration, self_view, skills, shift, ids,
    phase, posts, next_rung, push_of_school, threshold, seek, per_readiness, bar, part_time_seek, peak, width, least,
    skip, move, move_new, weights, return_break, return_out, year, k0, k1, c_promotion, c_move, c_skip, c_return,
    out_row, out_level, out_promotion,
):  # fmt: skip
    n = 0
    for i in range(len(status)):
        r, s = role[i], school[i]
        if status[i] == 0:
            if role_since[i] == year:
                continue
            p = phase[s]
            target = next_rung[r]
            own = r + 1
            while own <= 4 and posts[s, own] == 0:
                own += 1
            if own <= 4 and own > target and draw(ids[i], c_skip, k0, k1) < skip[p]:
                target = own
            years_in_role = max(0, year - 1 - role_since[i])
            if target > r and years_in_role + 1 >= least[target] and aspiration[i] > threshold[p, target]:
                merit = (
                    weights[target, 0] * skills[i, 0] + weights[target, 1] * skills[i, 1]
                    + weights[target, 2] * skills[i, 2] + weights[target, 3] * skills[i, 3]
                )  # fmt: skip
                away = max(0, year - 1 - qualified_year[i]) - peak[p, target]
                fit = merit + shift[i, READINESS] * UNFIXED + self_view[i] - bar[p, target]
                odds = logit(seek[p, target]) + per_readiness * fit + shift[i, APPLYING] * UNFIXED
                if fte[i] < 100:
                    odds += part_time_seek
                odds -= away * away / (2.0 * width[target] * width[target])
                if draw(ids[i], c_promotion, k0, k1) < logistic(odds):
                    out_row[n], out_level[n], out_promotion[n] = i, target, True
                    n += 1
            odds = logit(move[p, r]) + push_of_school[s] + shift[i, LEAVING_SCHOOL] * UNFIXED
            if year - 1 - school_since[i] < 2:
                odds += move_new
            if r <= 4 and draw(ids[i], c_move, k0, k1) < logistic(odds):
                out_row[n], out_level[n], out_promotion[n] = i, r, False
                n += 1
        elif (status[i] == 1 or status[i] == 3) and left_year[i] < year:
            chance = return_break if status[i] == 1 else return_out[years_out_band(year - 1 - left_year[i])]
            if draw(ids[i], c_return, k0, k1) < chance:
                out_row[n], out_level[n], out_promotion[n] = i, min(r, 4), False
                n += 1
    return n


@njit(cache=True)
def _search_base(
    rows, role, school, ids, phase, region, community, change_phase, relocate, by_phase, phase_start, by_phase_region,
    phase_region_start, n_regions, k0, k1, c_phase, c_relocate, c_new, out_phase, out_base,
):  # fmt: skip
    for j in range(len(rows)):
        i = rows[j]
        s = school[i]
        p = phase[s]
        q = p
        u = draw(ids[i], c_phase, k0, k1)
        if u < change_phase[p]:
            low = 1 if p == 0 else 0
            high = 1 if p == 2 else 2
            q = low if u < change_phase[p] / 2 else high
        start, stop = phase_start[q], phase_start[q + 1]
        if start == stop:
            out_base[j] = -1
            continue
        out_phase[j] = q
        away = draw(ids[i], c_relocate, k0, k1) < relocate[role[i]]
        if not away and q == p:
            out_base[j] = community[s]
            continue
        pool = by_phase
        if not away:
            cell = q * n_regions + region[s]
            if phase_region_start[cell] < phase_region_start[cell + 1]:
                pool = by_phase_region
                start, stop = phase_region_start[cell], phase_region_start[cell + 1]
        out_base[j] = pool[start + int(draw(ids[i], c_new, k0, k1) * (stop - start))]


def find_seekers(world: World, places: Communities) -> Seekers:
    """Everybody who looks for a post this year: for promotion, at the same level, or to come back."""
    people, schools, key, year = world.people, world.schools, world.key, world.year
    p, leave = world.parameters.appoint, world.parameters.leave
    push = p.move_worst_led * shortfall(schools.leadership) + p.move_disadvantage * disadvantage_term(
        schools.disadvantage
    )
    n = len(people)
    row, level, promotion = np.empty(2 * n, np.int32), np.empty(2 * n, np.int8), np.empty(2 * n, np.bool_)
    skills = np.stack([people.teaching, people.people, people.management, people.system], axis=1)
    found = _seek(
        people.status, people.role, people.school, people.fte, people.qualified_year, people.role_since,
        people.school_since, people.left_year, people.aspiration, people.self_view, skills, people.shift, people.id, schools.phase,
        schools.posts, next_rungs(world.setup.ladder), push, normals(1.0 - p.wants), p.seek_promotion, p.per_readiness,
        p.bar, p.part_time_seek, p.peak_years, p.peak_width, p.least_years_in_role, p.skip_rung, p.seek_move,
        p.move_when_new, p.merit_weights, leave.return_from_break, leave.return_from_out, year, key.k0, key.k1,
        counter(int(Decision.SEEK_PROMOTION), year, 0), counter(int(Decision.SEEK_MOVE), year, 0),
        counter(int(Decision.SKIP_RUNG), year, 0), counter(int(Decision.RETURN), year, 0), row, level, promotion,
    )  # fmt: skip
    row, level, promotion = row[:found], level[:found], promotion[:found]
    phase, base = np.empty(found, np.int8), np.empty(found, np.int32)
    _search_base(
        row, people.role, people.school, people.id, schools.phase, schools.region, schools.community, p.change_phase,
        p.relocate, places.by_phase, places.phase_start, places.by_phase_region, places.phase_region_start,
        len(world.register.region_names), key.k0, key.k1, counter(int(Decision.CHANGE_PHASE), year, 0),
        counter(int(Decision.RELOCATE), year, 0), counter(int(Decision.NEW_COMMUNITY), year, 0), phase, base,
    )  # fmt: skip
    somewhere = base >= 0
    return Seekers(row, level, promotion, phase, base).where(somewhere)
