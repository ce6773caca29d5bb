"""The accounts of programmes: whoever joined is enrolled, whoever is helped has a helper, and every bill has its reason.

Like the accounts of people and posts, each holds what the processes did against a count of its own, exactly.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from simulation.columns import Columns, Table
from simulation.draws import agent_ids, school_ids
from simulation.kernels import kernel
from simulation.log import FUNNEL, PROGRAMME_COSTS
from simulation.programmes.programme import Programme, Unit
from simulation.vocabulary import Kind, Move, Status
from simulation.world import World

_ELIGIBLE, _APPLICANTS, _PLACES, _STARTED = range(len(FUNNEL))
_HELPER_TIME = PROGRAMME_COSTS.index("helper_time")


@dataclass(frozen=True)
class _Members:
    """Those of a kind of unit who ever joined a programme, in order of id."""

    table: Table | Columns
    id: np.ndarray
    row: np.ndarray

    @classmethod
    def of(cls, world: World, unit: Unit) -> _Members:
        table = (world.people.everyone, world.schools, world.clusters)[unit]
        row = np.flatnonzero(table.joined)
        if unit is Unit.PERSON:
            ids = world.people.everyone.id[row]
        elif unit is Unit.SCHOOL:
            ids = school_ids(world.schools.urn[row])
        else:
            ids = agent_ids(Kind.CLUSTER, 0, world.clusters.key[row], np.zeros(len(row), np.int64))
        order = np.argsort(ids, kind="stable")
        return cls(table, ids[order], row[order])

    def who(self, column: str, number: int) -> np.ndarray:
        """Which of them have the bit of programme ``number`` in ``column``; bool."""
        return (getattr(self.table, column)[self.row] >> np.uint64(number)) & np.uint64(1) == 1


@dataclass(frozen=True)
class _Enrolled:
    """The enrolments of one programme, in order of the unit's id."""

    number: int
    programme: Programme
    entry: np.ndarray
    """Rows of enrolments."""
    row: np.ndarray
    """Rows of people, schools or clusters."""
    years: np.ndarray
    """Since the start."""

    @property
    def due(self) -> np.ndarray:
        """In delivery, if they are still there; bool."""
        return self.years < self.programme.delivery.years


def faults(world: World) -> Iterator[str]:
    """What does not add up in this year's programmes, in words, the gravest first; nothing if all does."""
    enrolments, programmes = world.enrolments, world.setup.programmes
    if ((enrolments.programme < 0) | (enrolments.programme >= len(programmes))).any():
        yield f"somebody is enrolled in a programme that is none of the {len(programmes)} of the setup"
        return
    members = [_Members.of(world, unit) for unit in Unit]
    order = np.lexsort((enrolments.unit, enrolments.programme))
    ends = np.searchsorted(enrolments.programme[order], np.arange(len(programmes) + 1))
    found = []
    for number, programme in enumerate(programmes):
        entry, mine = order[ends[number] : ends[number + 1]], members[programme.unit]
        joined = mine.who("joined", number)
        if not np.array_equal(mine.id[joined], enrolments.unit[entry]):
            yield _not_the_same(programme, mine.id[joined], enrolments.unit[entry])
            return
        years = world.year - enrolments.start[entry].astype(np.int64)
        found.append(_Enrolled(number, programme, entry, mine.row[joined], years))
    yield from _bits(world)
    for part in found:
        yield from _take_up(world, part)
        yield from _delivery(world, part, members[part.programme.unit])
    yield from _help(world, found)
    were_there = _were_there(world)
    for part in found:
        yield from _bills(world, part, were_there)
    yield from _shifts(world)


def _not_the_same(programme: Programme, joined: np.ndarray, enrolled: np.ndarray) -> str:
    twice = enrolled[1:][enrolled[1:] == enrolled[:-1]]
    if len(twice):
        return f"{programme.name}: {twice[0]} is enrolled twice"
    return (
        f"{programme.name}: {len(joined)} {programme.unit.name.lower()} rows say that they joined, and "
        f"{len(enrolled)} are enrolled; {np.setxor1d(joined, enrolled)[0]} is one without the other"
    )


def _bits(world: World) -> Iterator[str]:
    """Programmes joined and completed are those of the units that the programmes are for."""
    for unit, table in zip(Unit, (world.people, world.schools, world.clusters), strict=True):
        own = sum(1 << n for n, programme in enumerate(world.setup.programmes) if programme.unit is unit)
        stray = table.joined & ~np.uint64(own) | table.completed & ~table.joined
        if stray.any():
            at = int(np.flatnonzero(stray)[0])
            yield f"row {at} of {table.name} joined a programme that is not for it, or completed one that it never joined"


def _take_up(world: World, part: _Enrolled) -> Iterator[str]:
    name, funnel, places = part.programme.name, world.log.funnel[part.number], part.programme.places
    new = int((part.years == 0).sum())
    if new != funnel[_STARTED]:
        yield f"{name}: {funnel[_STARTED]} started, but {new} enrolments are of this year"
    if not funnel[_ELIGIBLE] >= funnel[_APPLICANTS] >= 0:
        yield f"{name}: {funnel[_APPLICANTS]} applied, but {funnel[_ELIGIBLE]} could"
    if funnel[_STARTED] != min(funnel[_APPLICANTS], funnel[_PLACES]):
        yield f"{name}: {funnel[_STARTED]} started, of {funnel[_APPLICANTS]} who applied for {funnel[_PLACES]} places"
    start = world.enrolments.start[part.entry]
    if ((start < places.first) | (start > min(places.last, world.year))).any():
        yield f"{name}: somebody started in a year in which nobody could"
    if funnel.any() and not part.programme.runs(world.year):
        yield f"{name}: it takes nobody on this year, but people, schools or clusters were counted for it"


def _within(values: np.ndarray, most: np.ndarray | float) -> bool:
    """Whether all values are numbers from 0 to ``most``."""
    return bool(((values >= 0) & (values <= most)).all())


def _delivery(world: World, part: _Enrolled, members: _Members) -> Iterator[str]:
    name, enrolments, entry = part.programme.name, world.enrolments, part.entry
    lasts = part.programme.delivery.years
    if not _within(enrolments.delivered[entry], np.minimum(part.years + 1, lasts)):
        yield f"{name}: more was delivered to somebody than was due since the start"
    for column in ("dose", "worn"):
        if not _within(getattr(enrolments, column)[entry], 1.0):
            yield f"{name}: {column} of an enrolment is not from 0 to 1"
    if not _within(enrolments.gap[entry], np.inf):
        yield f"{name}: a helper's school counts for less than nothing"
    completed = members.who("completed", part.number)[members.who("joined", part.number)]
    seen_through = enrolments.completes[entry] & (part.years >= lasts - 1)
    unlike = completed & ~seen_through
    if part.programme.unit is not Unit.PERSON:  # people may have gone before the end
        unlike |= seen_through & ~completed
    if unlike.any():
        yield f"{name}: {enrolments.unit[entry][unlike][0]} is wrongly down as having completed, or not having done so"


def _were_there(world: World) -> np.ndarray:
    """Which people were in service or central when programmes were delivered, before the year's leavers and returners."""
    people, hired = world.people.everyone, world.log.appointments
    there = (people.status == Status.IN_SERVICE) | (people.status == Status.CENTRAL) | (people.left_year == world.year)
    there[hired.row[hired.move == Move.RETURN]] = False
    return there


def _bills(world: World, part: _Enrolled, were_there: np.ndarray) -> Iterator[str]:
    """Places are paid for, each once; helpers' time is what they gave."""
    programme, schools = part.programme, world.schools
    cost, booked = programme.costs, world.log.programme_costs[part.number] * int(programme.sign)
    price = np.zeros((len(schools), _HELPER_TIME), np.int64)
    price[:, 0], price[:, 1] = np.floor(cost.grant + 0.5), np.floor(cost.fee + 0.5)
    price[:, 2] = np.floor(cost.release_days * world.parameters.costs.supply_day[schools.phase] + 0.5)
    took_part = part.row[part.due]
    total = price.sum(axis=1)
    if programme.unit is Unit.PERSON:
        took_part = took_part[were_there[took_part]]
        # People may have changed school since, so the places at each are found from what it paid.
        times = booked[:, :_HELPER_TIME].sum(axis=1) // np.maximum(total, 1)
        places_here, schools_here = times, times
        wrong = bool((total > 0).all()) and times.sum() != len(took_part)
    elif programme.unit is Unit.SCHOOL:
        places_here = schools_here = np.bincount(took_part, minlength=len(schools))
        wrong = False
    else:
        places_here = np.bincount(world.clusters.lead_school[took_part], minlength=len(schools))
        schools_here = np.isin(schools.cluster, took_part).astype(np.int64)
        wrong = False
    due = price * np.stack([places_here, schools_here, schools_here], axis=1)
    if wrong or (due != booked[:, :_HELPER_TIME]).any():
        yield (
            f"{programme.name}: schools are charged {booked[:, :_HELPER_TIME].sum()} GBP, which is not what the places "
            f"of the {len(took_part)} who took part cost"
        )
    if (_helpers_time(world, part) != booked[:, _HELPER_TIME]).any():
        yield f"{programme.name}: {booked[:, _HELPER_TIME].sum()} GBP is not what the time of those who helped costs"


def _helpers_time(world: World, part: _Enrolled) -> np.ndarray:
    helpers, p, due = part.programme.delivery.helpers, world.parameters.costs, np.zeros(len(world.schools), np.int64)
    who = world.log.helping.where(world.log.helping.programme == part.number)
    if helpers is not None and len(who):
        pay = p.pay[world.schools.phase[who.school], who.role]
        time = np.floor(helpers.hours * who.load * p.school_weeks * pay / p.directed_hours + 0.5)
        np.add.at(due, who.school, time.astype(np.int64))
    return due


def _help(world: World, found: list[_Enrolled]) -> Iterator[str]:
    """Helpers are people in service who help in one programme, and help those whom it says they help."""
    helping, people, enrolments = world.log.helping, world.people, world.enrolments
    if len(np.unique(helping.person)) < len(helping):
        yield "somebody helps in two programmes, or twice in one"
    there = (helping.row >= 0) & (helping.row < len(people))
    if not there.all() or (people.id[helping.row] != helping.person).any():
        yield "a helper is not the person in the row that is noted"
        return
    served = (people.status[helping.row] == Status.IN_SERVICE) | np.isin(helping.person, world.log.leavers.person)
    if not served.all():
        yield f"{helping.person[~served][0]} helps, but was not in service"
    for part in found:
        name, helpers = part.programme.name, part.programme.delivery.helpers
        mine = helping.where(helping.programme == part.number)
        by = enrolments.helper[part.entry]
        person, helped = np.unique(by[by != 0], return_counts=True)
        order = np.argsort(mine.person, kind="stable")
        if not np.array_equal(person, mine.person[order]) or not np.array_equal(helped, mine.helped[order]):
            yield f"{name}: {len(mine)} helpers help {mine.helped.sum()}, but {(by != 0).sum()} have one of {len(person)}"
        if ((by != 0) & ~part.due).any():
            yield f"{name}: somebody is helped after the end of delivery"
        if helpers is None:
            continue
        if not np.array_equal(mine.load, np.minimum(1.0, mine.helped / helpers.each)):
            yield f"{name}: a helper's load is not the share of their time that those whom they help take"
        if part.programme.unit is Unit.PERSON and np.isin(mine.person, enrolments.unit[part.entry[part.due]]).any():
            yield f"{name}: somebody helps in a programme that they are on themselves"


@kernel
def _changed_while_away(status: np.ndarray, left_year: np.ndarray, shift: np.ndarray, year: int) -> int:
    """A row of somebody who was out of service at the start of the year and whom a programme changed; -1 if none."""
    for i in range(status.shape[0]):
        if status[i] != Status.IN_SERVICE and status[i] != Status.CENTRAL and left_year[i] != year:
            for k in range(shift.shape[1]):
                if shift[i, k] != 0:
                    return i
    return -1


def _shifts(world: World) -> Iterator[str]:
    people = world.people
    row = _changed_while_away(people.status, people.left_year, people.shift, world.year)
    if row >= 0:
        yield f"programmes act on {people.id[row]}, who was out of service all year"
