"""The accounts of programmes: whoever joined is enrolled, whoever is helped has a helper, and every bill has its reason.

Like the accounts of people and posts, each holds what the processes did against a count of its own, exactly.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from simulation.columns import Columns, Table
from simulation.draws import agent_ids, school_ids
from simulation.kernels import kernel
from simulation.log import FUNNEL, PROGRAMME_COSTS, Helping
from simulation.processes.taking_part import rows_of_units
from simulation.programmes.dose import bounds
from simulation.programmes.programme import Programme, Unit, families
from simulation.vocabulary import Kind, Move, Status
from simulation.world import World

_ELIGIBLE, _APPLICANTS, _PLACES, _STARTED = range(len(FUNNEL))
_HELPER_TIME = PROGRAMME_COSTS.index("helper_time")

AT_A_TIME = 1 << 16
"""Enrolments whose doses are looked at together, because the bounds that they are held against take much room."""


@dataclass(frozen=True)
class _Enrolled:
    """The enrolments of one programme."""

    number: int
    programme: Programme
    table: Table | Columns
    """People, schools or clusters."""
    entry: np.ndarray
    """Rows of enrolments."""
    row: np.ndarray
    """Rows of people, schools or clusters."""
    years: np.ndarray
    """Since the start; int16."""

    @property
    def due(self) -> np.ndarray:
        """In delivery, if they are still there; bool."""
        return self.years < self.programme.delivery.years


def faults(world: World) -> Iterator[str]:
    """What does not add up in this year's programmes, in words, the gravest first; nothing if all does."""
    enrolments, programmes = world.enrolments, world.programmes
    if ((enrolments.programme < 0) | (enrolments.programme >= len(programmes))).any():
        yield f"somebody is enrolled in a programme that is none of the {len(programmes)} of the setup"
        return
    rows, years = rows_of_units(world), np.int16(world.year) - enrolments.start
    for unit in Unit:
        strays = list(_members(world, unit, rows))
        yield from strays
        if strays:
            return
    found = []
    for number, programme in enumerate(programmes):
        entry = np.flatnonzero(enrolments.programme == number)
        found.append(_Enrolled(number, programme, _table(world, programme.unit), entry, rows[entry], years[entry]))
    for part in found:
        yield from _take_up(world, part)
    for numbers in families(programmes).values():
        yield from _times([found[number] for number in numbers], enrolments)
    for first in range(0, len(years), AT_A_TIME):
        yield from _doses(world, slice(first, first + AT_A_TIME), years[first : first + AT_A_TIME])
    for part in found:
        yield from _completions(world, part)
    yield from _help(world, found)
    were_there = _were_there(world)
    for part in found:
        yield from _bills_of_all(world, part) if part.programme.everybody else _bills(world, part, were_there)
    yield from _shifts(world)


def _table(world: World, unit: Unit) -> Table | Columns:
    return (world.people.everyone, world.schools, world.clusters)[unit]


def _ids(world: World, unit: Unit) -> np.ndarray:
    if unit is Unit.PERSON:
        return world.people.everyone.id
    if unit is Unit.SCHOOL:
        return school_ids(world.schools.urn)
    return agent_ids(Kind.CLUSTER, 0, world.clusters.key, np.zeros(len(world.clusters), np.int64))


@kernel
def _stray(joined: np.ndarray, completed: np.ndarray, own: np.uint64) -> int:
    """A row that joined anything but the programmes ``own``, or completed what it did not join; -1 if none."""
    for i in range(len(joined)):
        if (joined[i] & ~own) | (completed[i] & ~joined[i]):
            return i
    return -1


@kernel
def _unlike(programme, unit, row, of_unit, again, ids, joined):  # type: ignore[no-untyped-def]
    """Programmes, as bits, whose enrolments are not those who joined them, each once but for those that let join ``again``."""
    enrolled, unlike = np.zeros(len(joined), np.uint64), np.uint64(0)
    for i in range(len(row)):
        if of_unit[programme[i]]:
            bit = np.uint64(1) << np.uint64(programme[i])
            if row[i] < 0 or ids[row[i]] != unit[i] or enrolled[row[i]] & bit & ~again:
                unlike |= bit
            else:
                enrolled[row[i]] |= bit
    for i in range(len(joined)):
        unlike |= enrolled[i] ^ joined[i]
    return unlike


def _members(world: World, unit: Unit, rows: np.ndarray) -> Iterator[str]:
    """Those whom a unit's columns call members of programmes are those who are enrolled, once each."""
    enrolments, table, programmes = world.enrolments, _table(world, unit), world.programmes
    of_unit, ids = np.array([programme.unit is unit for programme in programmes]), _ids(world, unit)
    ids.flags.writeable = False  # as columns are, so that one compilation serves all units
    own = np.uint64(sum(1 << number for number in np.flatnonzero(of_unit)))
    at = _stray(table.joined, table.completed, own)
    if at >= 0:
        table_name = ("people", "schools", "clusters")[unit]
        yield f"row {at} of {table_name} joined a programme that is not for it, or completed one that it never joined"
        return
    again = np.uint64(sum(1 << number for number, programme in enumerate(programmes) if programme.again is not None))
    unlike = int(_unlike(enrolments.programme, enrolments.unit, rows, of_unit, again, ids, table.joined))
    for number, programme in enumerate(programmes):
        if unlike >> number & 1:
            joined = ids[table.joined >> np.uint64(number) & np.uint64(1) == 1]
            enrolled = np.sort(enrolments.unit[enrolments.programme == number])
            yield _not_the_same(programme, np.sort(joined), enrolled)


def _not_the_same(programme: Programme, joined: np.ndarray, enrolled: np.ndarray) -> str:
    twice = enrolled[1:][enrolled[1:] == enrolled[:-1]]
    if len(twice) and programme.again is None:
        return f"{programme.name}: {twice[0]} is enrolled twice"
    return (
        f"{programme.name}: {len(joined)} {programme.unit.name.lower()} rows say that they joined, and "
        f"{len(enrolled)} are enrolled; {np.setxor1d(joined, enrolled)[0]} is one without the other"
    )


def _take_up(world: World, part: _Enrolled) -> Iterator[str]:
    name, funnel, places = part.programme.name, world.log.funnel[part.number], part.programme.places
    new = int((part.years == 0).sum())
    if new != funnel[_STARTED]:
        yield f"{name}: {funnel[_STARTED]} started, but {new} enrolments are of this year"
    if not funnel[_ELIGIBLE] >= funnel[_APPLICANTS] >= 0:
        yield f"{name}: {funnel[_APPLICANTS]} applied, but {funnel[_ELIGIBLE]} could"
    filled, kept = min(funnel[_APPLICANTS], funnel[_PLACES]), sum(quota.share for quota in places.quotas)
    least = max(0, min(filled, math.floor(funnel[_PLACES] * (1 - kept)))) if kept else filled
    if not least <= funnel[_STARTED] <= filled:
        yield f"{name}: {funnel[_STARTED]} started, of {funnel[_APPLICANTS]} who applied for {funnel[_PLACES]} places"
    start = world.enrolments.start[part.entry]
    if ((start < places.first) | (start > min(places.last, world.year))).any():
        yield f"{name}: somebody started in a year in which nobody could"
    if not part.programme.everybody:
        refused = int((world.log.refused.programme == part.number).sum())
        if refused != funnel[_APPLICANTS] - funnel[_STARTED]:
            yield f"{name}: {refused} got no place, of {funnel[_APPLICANTS]} who applied and {funnel[_STARTED]} who started"
    if funnel.any() and not part.programme.runs(world.year):
        yield f"{name}: it takes nobody on this year, but people, schools or clusters were counted for it"


def _times(family: list[_Enrolled], enrolments: Table) -> Iterator[str]:
    """Nobody is on a programme, or on two blocks of one, before the last time is over, and long enough ago."""
    if len(family) == 1 and family[0].programme.again is None:
        return  # each is there once
    entry = np.concatenate([part.entry for part in family])
    after = np.repeat(
        [0 if part.programme.again is None else part.programme.again.after for part in family],
        [len(part.entry) for part in family],
    )
    unit, start = enrolments.unit[entry], enrolments.start[entry].astype(np.int64)
    order = np.lexsort((start, unit))
    unit, start, after = unit[order], start[order], after[order]
    soon = start[1:] < start[:-1] + family[0].programme.delivery.years + after[1:]
    if (wrong := soon & (unit[1:] == unit[:-1])).any():
        yield f"{family[0].programme.kin}: {unit[1:][wrong][0]} is enrolled again too soon after the last time"


def _doses(world: World, entries: slice, years: np.ndarray) -> Iterator[str]:
    """Doses and what they depend on are what they can be, ``years`` after the start of these enrolments."""
    enrolments, programmes = world.enrolments, world.programmes
    programme = enrolments.programme[entries]
    lasts = np.array([programme.delivery.years for programme in programmes])[programme]
    ends = np.array([bounds(programme) for programme in world.setup.programmes])
    low, high = ends.reshape(-1, 2)[programme].T * (1 + 1e-12)  # room for the rounding of sums of products
    due = np.minimum(years + 1, lasts)
    for column, least, most, words in (
        ("delivered", due * low, due * high, "more was delivered to somebody than was due since the start"),
        ("dose", low, high, "dose of an enrolment is not from 0 to what helpers can make of it"),
        ("worn", 0.0, 1.0, "worn of an enrolment is not from 0 to 1"),
        ("gap", 0.0, np.inf, "a helper's school counts for less than nothing"),
    ):
        values = getattr(enrolments, column)[entries]
        within = (values >= least) & (values <= most)  # what is no number is not
        if not within.all():
            yield f"{programmes[programme[np.argmin(within)]].name}: {words}"


def _completions(world: World, part: _Enrolled) -> Iterator[str]:
    """Who is down as having completed has been there to the end, and saw it through."""
    enrolments, programme = world.enrolments, part.programme
    completed = enrolments.completed[part.entry]
    seen_through = enrolments.completes[part.entry] & (part.years >= programme.delivery.years - 1)
    unlike = completed & ~seen_through
    # People may have gone before the end, and schools and clusters too where the system changes.
    if programme.unit is not Unit.PERSON and not world.setup.changes:
        unlike |= seen_through & ~completed
    noted = part.table.completed[part.row] >> np.uint64(part.number) & np.uint64(1) == 1
    unlike |= noted != (completed if programme.again is None else np.isin(part.row, part.row[completed]))
    if unlike.any():
        who = enrolments.unit[part.entry][unlike][0]
        yield f"{programme.name}: {who} is wrongly down as having completed, or not having done so"


def _were_there(world: World) -> np.ndarray:
    """Which people were in service or central when programmes were delivered, before the year's leavers and returners."""
    people, hired = world.people.everyone, world.log.appointments
    there = (people.status == Status.IN_SERVICE) | (people.status == Status.CENTRAL) | (people.left_year == world.year)
    there[hired.row[hired.move == Move.RETURN]] = False
    if len(world.log.let_go):
        there[np.isin(people.id, world.log.let_go)] = False
    return there


def _bills(world: World, part: _Enrolled, were_there: np.ndarray) -> Iterator[str]:
    """Places are paid for, each once; helpers' time is what they gave."""
    programme, schools, cost = part.programme, world.schools, part.programme.costs
    booked = [world.log.programme_costs[part.number, :, item] * int(programme.sign) for item in range(_HELPER_TIME + 1)]
    grant, fee = (int(np.floor(price + 0.5)) for price in (cost.grant, cost.fee))
    supply_day = world.parameters.costs.supply_day[world.zone, schools.phase]
    cover = np.floor(cost.release_days * supply_day + 0.5).astype(np.int64)
    charged, took_part, wrong = booked[0] + booked[1] + booked[2], part.row[part.due], False
    if programme.unit is not Unit.PERSON:
        there = world.is_open if programme.unit is Unit.SCHOOL else world.clusters.schools > 0
        took_part = took_part[there[took_part]]
    if programme.unit is Unit.PERSON:
        took_part = took_part[were_there[took_part]]
        # People may have changed school since, so the places at each are found from what it paid.
        price = grant + fee + cover
        places_here = schools_here = charged // np.maximum(price, 1)
        wrong = bool((price > 0).all()) and places_here.sum() != len(took_part)
    elif programme.unit is Unit.SCHOOL:
        places_here = schools_here = np.bincount(took_part, minlength=len(schools))
    else:
        places_here = np.bincount(world.clusters.lead_school[took_part], minlength=len(schools))
        schools_here = np.isin(schools.cluster, took_part).astype(np.int64)
    due = (places_here * grant, schools_here * fee, schools_here * cover)
    if wrong or any((here != there).any() for here, there in zip(booked, due, strict=False)):
        yield (
            f"{programme.name}: schools are charged {charged.sum()} GBP, which is not what the places "
            f"of the {len(took_part)} who took part cost"
        )
    if (_helpers_time(world, part) != booked[_HELPER_TIME]).any():
        yield f"{programme.name}: {booked[_HELPER_TIME].sum()} GBP is not what the time of those who helped costs"


def _bills_of_all(world: World, part: _Enrolled) -> Iterator[str]:
    """A measure is paid for once for each who has it: grants by their number, and nothing while it is not in force."""
    programme, cost = part.programme, part.programme.costs
    have_it, sign = int(world.log.funnel[part.number, _ELIGIBLE]), int(programme.sign)
    grants, fees = (int(world.log.programme_costs[part.number, :, item].sum()) * sign for item in (0, 1))
    grant, fee = (int(np.floor(price + 0.5)) for price in (cost.grant, cost.fee))
    schools = fees // fee if fee else 0
    of_clusters = programme.unit is Unit.CLUSTER
    if grants != grant * have_it or fees != fee * schools or (fee and not of_clusters and schools != have_it):
        yield f"{programme.name}: {grants + fees} GBP is not what the {have_it} who have it cost"
    if len(part.entry):
        yield f"{programme.name}: nobody joins a measure, but {len(part.entry)} are enrolled"


def _helpers_time(world: World, part: _Enrolled) -> np.ndarray:
    helpers, p, due = part.programme.delivery.helpers, world.parameters.costs, np.zeros(len(world.schools), np.int64)
    if helpers is not None:
        who = world.log.helping.where(world.log.helping.programme == part.number)
        zone = world.zone[who.school]
        pay = p.pay[zone, world.schools.phase[who.school], who.role]
        hours = helpers.hours * who.load * p.school_weeks[zone] + helpers.training
        time = np.floor(hours * pay / p.directed_hours[zone] + 0.5)
        np.add.at(due, who.school, time.astype(np.int64))
    return due


def _help(world: World, found: list[_Enrolled]) -> Iterator[str]:
    """Helpers are people in service who help in one programme, and help those whom it says they help."""
    helping, people, enrolments = world.log.helping, world.people, world.enrolments
    there = (helping.row >= 0) & (helping.row < len(people))
    if not there.all() or (people.id[helping.row] != helping.person).any():
        yield "a helper is not the person in the row that is noted"
        return
    if np.bincount(helping.row).max(initial=0) > 1:
        yield "somebody helps in two programmes, or twice in one"
    away = helping.person[people.status[helping.row] != Status.IN_SERVICE]
    if len(away := away[~np.isin(away, world.log.leavers.person)]):
        yield f"{away[0]} helps, but was not in service"
    for part in found:
        mine, by = helping.programme == part.number, enrolments.helper[part.entry]
        if mine.any() or by.any():
            yield from _helped(part, helping.where(mine), by)
        needed = world.log.help_needed.where(world.log.help_needed.programme == part.number)
        if len(needed) != mine.sum() + needed.short.sum():
            yield f"{part.programme.name}: needs {len(needed)} helpers, but has {mine.sum()} and lacks {needed.short.sum()}"


def _helped(part: _Enrolled, helping: Helping, by: np.ndarray) -> Iterator[str]:
    """The helpers of one programme, and by whom its enrolments say that they are helped."""
    name, helpers = part.programme.name, part.programme.delivery.helpers
    person, helped = np.unique(by[by != 0], return_counts=True)
    order = np.argsort(helping.person, kind="stable")
    if not np.array_equal(person, helping.person[order]) or not np.array_equal(helped, helping.helped[order]):
        yield f"{name}: {len(helping)} helpers help {helping.helped.sum()}, but {(by != 0).sum()} have one of {len(person)}"
    if ((by != 0) & ~part.due).any():
        yield f"{name}: somebody is helped after the end of delivery"
    if helpers is None:
        return
    if not np.array_equal(helping.load, np.minimum(1.0, helping.helped / helpers.each)):
        yield f"{name}: a helper's load is not the share of their time that those whom they help take"
    if part.programme.unit is Unit.PERSON and np.isin(helping.row, part.row[part.due]).any():
        yield f"{name}: somebody helps in a programme that they are on themselves"


@kernel
def _changed_while_away(status: np.ndarray, left_year: np.ndarray, shift: np.ndarray, year: int) -> int:
    """A row of somebody who was out of service at the start of the year and whom a programme changed; -1 if none."""
    for i in range(status.shape[0]):
        if status[i] != Status.IN_SERVICE and status[i] != Status.CENTRAL and left_year[i] != year:
            changed = 0
            for k in range(shift.shape[1]):
                changed |= shift[i, k]
            if changed:
                return i
    return -1


def _shifts(world: World) -> Iterator[str]:
    people = world.people
    row = _changed_while_away(people.status, people.left_year, people.shift, world.year)
    if row >= 0:
        yield f"programmes act on {people.id[row]}, who was out of service all year"
