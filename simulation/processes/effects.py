"""What programmes change: each effect, on whom it falls, added up as whole numbers so that no order matters."""

from __future__ import annotations

from collections import namedtuple
from dataclasses import dataclass

import numpy as np
from numba import njit

from simulation.columns import Table, picked
from simulation.kernels import kernel
from simulation.numerics import FIXED_POINT, fixed, fixed_array
from simulation.processes.eligibility import Serving, codes_in
from simulation.processes.helping import Help
from simulation.processes.taking_part import Part, area_of, clusters_schools
from simulation.programmes.channels import CHANNELS, N_PERSON_SLOTS, On, PersonSlot, SchoolSlot
from simulation.programmes.dose import achieved, time_since
from simulation.programmes.programme import ALL_ROLES, Cascade, Effect, Unit, bits_of_kin
from simulation.vocabulary import Status
from simulation.world import Own, World

Staff = namedtuple("Staff", "status school role shift")
Bearers = namedtuple("Bearers", "row entry school")
"""On whom effects fall, an entry for each and each enrolment that reaches them: their row, which entry of the part it is,
and the school whose leaders support it."""
Changes = namedtuple("Changes", "column size leader_support of_gap")
"""What a programme changes in such rows, an entry for each column of their shifts; ``size`` is by years since the start."""

BLOCK = 32
"""Rows that are asked of memory at once."""


@njit(forceinline=True)
def _ask_for(shift, rows):
    """Ask memory for ``rows`` of ``shift`` all at once.

    They lie far apart, and waiting for one after the other takes most of the time of adding to them. The sum is returned
    only so that the compiler does not leave the reading out.
    """
    asked = 0
    for row in rows:
        asked += shift[row, 0] + shift[row, -1]
    return asked


@kernel
def _add_amounts(shift, rows, slots, amounts):
    asked = 0
    for first in range(0, len(rows), BLOCK):
        last = min(first + BLOCK, len(rows))
        asked += _ask_for(shift, rows[first:last])
        for j in range(first, last):
            amount = fixed(amounts[j])
            for slot in slots:
                shift[rows[j], slot] += amount
    return asked


def _add(shift: np.ndarray, rows: np.ndarray, slots: list[int], amounts: np.ndarray) -> None:
    """Add an amount to ``slots`` of each of ``rows``, which may come more than once."""
    _add_amounts(shift, rows, np.array(slots), amounts)


@kernel
def _reach_staff(people, staff, reached):
    for i in range(len(people.status)):
        school, first = people.school[i], people.role[i] * N_PERSON_SLOTS
        if people.status[i] == Status.IN_SERVICE and reached[school]:
            for slot in range(N_PERSON_SLOTS):
                people.shift[i, slot] += staff[school, first + slot]


@dataclass
class Shifts:
    """What all programmes add this year, in units of 2**-20; int32."""

    people: np.ndarray
    """People × :class:`PersonSlot`."""
    schools: np.ndarray
    """Schools × :class:`SchoolSlot`."""
    clusters: np.ndarray
    """Clusters × component of strength."""
    staff: np.ndarray
    """On everybody in service there, schools × :func:`_of_staff`."""

    @classmethod
    def none_yet(cls, own: Own, rungs: int) -> Shifts:
        """The columns that the processes of the year read, with nothing in them yet; the ladder has so many ``rungs``."""
        people, schools, clusters = own.people.shift, own.schools.shift, own.clusters.shift
        for shift in (people, schools, clusters):
            shift[:] = 0
        return cls(people, schools, clusters, np.zeros((len(schools), rungs * N_PERSON_SLOTS), people.dtype))

    def add_to_staff(self, role: int, slots: list[int], school: np.ndarray, amounts: np.ndarray) -> None:
        """Add ``amounts`` to ``slots`` of everybody in service in a role of each of these schools."""
        _add(self.staff, school, _of_staff(role, slots), amounts)

    def reach_staff(self, people: Table) -> None:
        """Pass on to people what falls on the staff of their schools."""
        reached = self.staff.any(axis=1)
        if reached.any():
            _reach_staff(picked(Staff, people, shift=self.people), self.staff, reached)


def _slots(effect: Effect) -> list[int]:
    """Columns of people's or schools' shifts that an effect raises."""
    if effect.channel == "capability":
        return [PersonSlot.TEACHING + skill for skill in effect.skills]
    if effect.on is On.INSIDERS:
        return [SchoolSlot.OWN_CANDIDATES]
    if effect.on is On.OUTSIDERS:
        return [SchoolSlot.SEEN_FROM_OUTSIDE]
    slot = CHANNELS[effect.channel].slot
    assert slot is not None
    return [slot]


def _of_staff(role: int, slots: list[int]) -> list[int]:
    """Columns of the shifts of staff that hold these slots of people in a role."""
    return [role * N_PERSON_SLOTS + slot for slot in slots]


def _roles(world: World, effect: Effect) -> list[int]:
    """Rungs that an effect on staff falls on: those that it names and the context has, or all."""
    if effect.roles == ALL_ROLES:
        return list(range(len(world.ladder)))
    return [role for role in codes_in(world.setup.structure, "role", effect.roles) if role in range(len(world.ladder))]


def _on_schools(effect: Effect) -> bool:
    """Whether an effect is kept by school rather than by person."""
    return CHANNELS[effect.channel].of_schools or effect.on in (On.INSIDERS, On.OUTSIDERS)


def act(world: World, serving: Serving, shifts: Shifts, part: Part, family: list[Part], found: Help | None) -> None:
    """Add what one programme changes this year; ``family`` are the parts of all blocks of it, this one included."""
    present = np.flatnonzero(part.present)
    several_times = _several_times(part, family)
    # Effects that act through the same entries on the same rows are added together.
    direct: dict[tuple[str, bool, bool, int], tuple[np.ndarray, list[Effect]]] = {}
    for place, effect in enumerate(part.programme.effects):
        if effect.on is On.HELPER:
            _help(shifts, part, found, _slots(effect), effect.size)
            continue
        entries = _strongest(world, part, family, place) if several_times else present
        if effect.award:
            entries = entries.compress(part.awarded(world)[entries])
        if effect.on is On.PASSED_OVER:
            _fall_on_passed_over(world, shifts, part, effect, entries)
        elif effect.on is On.TEAM:
            _fall_on_team(world, shifts, part, effect, entries)
        elif effect.on is On.PEERS:
            _cascade(world, serving, shifts, part, effect, entries)
        else:
            alike = _table(effect), effect.on is On.CLUSTER, effect.award, place if several_times else 0
            direct.setdefault(alike, (entries, []))[1].append(effect)
    for (table, on_cluster, *_), (entries, effects) in direct.items():
        bearers = _bearers(world, part, entries, table, on_cluster)
        changes = _changes(world, part, effects)
        _change(getattr(shifts, table), bearers, changes, part.doses(world), world.schools.leadership)
    _hours(world, shifts, part, found)


def _several_times(part: Part, family: list[Part]) -> bool:
    """Whether somebody can be there more than once, of whose times only the strongest counts."""
    again = part.programme.again
    return any(other.programme.again is not None for other in family) and not (again is not None and again.adds_up)


def _strongest(world: World, part: Part, family: list[Part], place: int) -> np.ndarray:
    """Present entries of ``part`` in which its effect in this ``place`` is strongest, of all times that the unit took part.

    All times are those on any programme of the ``family``; of equal ones the latest counts.
    """
    unit = np.concatenate([other.unit for other in family])
    since = np.concatenate([other.years_since_start for other in family])
    size = np.concatenate([_strength(world, other, other.programme.effects[place]) for other in family])
    order = np.lexsort((-since, size, unit))
    strongest = np.zeros(len(unit), bool)
    strongest[order[np.append(unit[order][1:] != unit[order][:-1], True)]] = True
    before = sum(len(other.unit) for other in family[: family.index(part)])
    return np.flatnonzero(strongest[before : before + len(part.unit)] & part.present)


def _strength(world: World, part: Part, effect: Effect) -> np.ndarray:
    """How strongly an effect acts through each entry, whoever supports it and in whichever direction."""
    at, enrolments = part.enrolment, world.enrolments
    weight = _sizes(world, part, effect)[part.years_since_start] * enrolments.dose[at] * enrolments.worn[at]
    if effect.award:
        weight = np.where(part.awarded(world), weight, 0.0)
    return np.abs(weight * enrolments.gap[at] if effect.of_gap else weight)


def _table(effect: Effect) -> str:
    """Which of the :class:`Shifts` an effect raises, on the participants, their schools or their clusters."""
    if effect.channel == "cluster_strength":
        return "clusters"
    if effect.on is On.PARTICIPANT:
        return "people"
    return "schools" if _on_schools(effect) else "staff"


def _columns(world: World, effect: Effect) -> list[int]:
    """Columns that it raises there."""
    table = _table(effect)
    if table == "clusters":
        return [effect.component]
    slots = _slots(effect)
    return (
        [column for role in _roles(world, effect) for column in _of_staff(role, slots)] if table == "staff" else slots
    )


def _bearers(world: World, part: Part, present: np.ndarray, table: str, on_cluster: bool) -> Bearers:
    """On which rows of a table the effects on participants, their schools, or all schools of their clusters fall.

    They act through the ``present`` entries.
    """
    row, school = part.row[present], part.school[present]
    if table == "people":
        return Bearers(row, present, school)
    if table == "clusters":
        cluster = row if part.programme.unit is Unit.CLUSTER else world.schools.cluster[school].astype(np.int64)
        inside = cluster >= 0
        return Bearers(cluster[inside], present[inside], school[inside])
    entry, school = part.schools_of(present, world)
    if on_cluster and part.programme.unit is not Unit.CLUSTER:
        cluster = world.schools.cluster[school]
        alone, inside = np.flatnonzero(cluster < 0), np.flatnonzero(cluster >= 0)
        of, schools = clusters_schools(world, cluster[inside])
        entry, school = np.concatenate([alone, inside[of]]), np.concatenate([school[alone], schools])
    return Bearers(school, present[entry], school)


def _sizes(world: World, part: Part, effect: Effect) -> np.ndarray:
    """Size of an effect by years since the start, of a full dose, with the hours that were delivered since."""
    programme, dated = part.programme, world.setup.programmes[part.number]
    return np.array(
        [
            programme.sign
            * effect.size
            * programme.profile(effect, k)
            * achieved(programme, effect, time_since(dated, world.year - k, world.year))
            for k in range(int(part.years_since_start.max()) + 1)
        ]
    )


def _leader_support(effect: Effect) -> float:
    """By how much the leaders of a school raise an effect there; what falls on clusters is nobody's to support."""
    return 0.0 if _table(effect) == "clusters" else effect.leader_support


def _changes(world: World, part: Part, effects: list[Effect]) -> Changes:
    """What ``effects`` on rows of one table change there, column by column."""
    columns = [_columns(world, effect) for effect in effects]
    each = np.repeat(np.arange(len(effects)), [len(some) for some in columns])
    return Changes(
        np.concatenate(columns).astype(np.int64),
        np.stack([_sizes(world, part, effect) for effect in effects])[each],
        np.array([_leader_support(effect) for effect in effects])[each],
        np.array([effect.of_gap for effect in effects])[each],
    )


@kernel
def _change(shift, bearers, changes, doses, leadership):
    asked = 0
    for first in range(0, len(bearers.row), BLOCK):
        last = min(first + BLOCK, len(bearers.row))
        asked += _ask_for(shift, bearers.row[first:last])
        for j in range(first, last):
            _change_row(shift[bearers.row[j]], j, bearers, changes, doses, leadership)
    return asked


@njit(forceinline=True)
def _change_row(shift, j, bearers, changes, doses, leadership):
    entry, leader = bearers.entry[j], leadership[bearers.school[j]]
    at, years = doses.enrolment[entry], doses.years_since_start[entry]
    for k in range(len(changes.column)):
        weight = changes.size[k, years] * doses.dose[at] * doses.worn[at]
        if changes.of_gap[k]:
            weight *= doses.gap[at]
        shift[changes.column[k]] += fixed(weight * max(0.0, 1.0 + changes.leader_support[k] * leader))


def _weights(world: World, part: Part, effect: Effect, present: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Of the ``present`` entries those whose participants pass an effect on to others, and its weight.

    It is the weight with the support of their leaders.
    """
    sizes = _sizes(world, part, effect)[part.years_since_start]
    entries = present.compress(sizes[present] != 0)
    doses, leadership = part.doses(world), world.schools.leadership[part.school[entries]]
    at = doses.enrolment[entries]
    weight = sizes[entries] * doses.dose[at] * doses.worn[at]
    return entries, weight * np.maximum(0.0, 1.0 + effect.leader_support * leadership)


def _fall_on_team(world: World, shifts: Shifts, part: Part, effect: Effect, present: np.ndarray) -> None:
    """Those whom a participant leads: their share of the lower roles, or of the school's pupils."""
    entries, weight = _weights(world, part, effect, present)
    row, school = part.row[entries], part.school[entries]
    role = world.people.role[row].astype(np.int64)
    share = weight / np.maximum(1, world.schools.filled[school, role])
    if _on_schools(effect):
        _add(shifts.schools, school, _slots(effect), share)
        if effect.channel == "pupil_progress":
            _add(shifts.people, row, [int(PersonSlot.TEAM_PROGRESS)], weight)
        return
    for lower in _roles(world, effect):
        leads = role > lower
        shifts.add_to_staff(lower, _slots(effect), school[leads], share[leads])


def _fall_on_passed_over(world: World, shifts: Shifts, part: Part, effect: Effect, present: np.ndarray) -> None:
    """Those of the units' schools who were passed over last year; of what schools have, by their share of the staff."""
    people, schools = world.people, world.schools
    here = people.status == Status.IN_SERVICE
    them = np.flatnonzero(here & (people.passed_over == world.year - 1))
    entry, school = part.schools_of(present, world)
    doses, entries = part.doses(world), present[entry]
    at = doses.enrolment[entries]
    weight = _sizes(world, part, effect)[part.years_since_start[entries]] * doses.dose[at] * doses.worn[at]
    weight = weight * np.maximum(0.0, 1.0 + effect.leader_support * schools.leadership[school])
    if _on_schools(effect):
        number, staff = (np.bincount(people.school[who], minlength=len(schools)) for who in (them, here))
        _add(shifts.schools, school, _slots(effect), weight * number[school] / np.maximum(1, staff[school]))
        return
    total = np.zeros(len(schools), np.int64)
    np.add.at(total, school, fixed_array(weight))
    them = them.compress(np.isin(people.role[them], _roles(world, effect)))
    for slot in _slots(effect):
        shifts.people[them, slot] += total[people.school[them]].astype(shifts.people.dtype)


def _cascade(world: World, serving: Serving, shifts: Shifts, part: Part, effect: Effect, present: np.ndarray) -> None:
    """Pass an effect on to peers: its mean among the participants of an area, as far as they can lead the others there."""
    entries, weight = _weights(world, part, effect, present)
    if not len(entries):
        return
    cascade = part.programme.delivery.cascade
    assert isinstance(cascade, Cascade)
    peers = serving.who_meet(world, cascade.who)
    peers = peers.compress(
        world.people.joined[peers] & np.uint64(bits_of_kin(world.setup.programmes, part.number)) == 0
    )
    leading = area_of(world, cascade.within, part.school[entries])
    led = area_of(world, cascade.within, world.people.school[peers])
    areas = max(leading.max(), led.max(initial=0)) + 1
    total = np.zeros(areas, np.int64)
    np.add.at(total, leading, fixed_array(weight))
    leaders, others = np.bincount(leading, minlength=areas), np.bincount(led, minlength=areas)
    coverage = np.minimum(1.0, leaders * cascade.each / np.maximum(others, 1))
    each = total / FIXED_POINT / np.maximum(leaders, 1) * coverage
    _add(shifts.people, peers, _slots(effect), each[led])


def _hours(world: World, shifts: Shifts, part: Part, found: Help | None) -> None:
    """The time that participants and helpers give."""
    delivery, workload = part.programme.delivery, [int(PersonSlot.WORKLOAD)]
    entries = part.delivered_to
    hours = part.programme.sign * delivery.hours * part.finishing(world, entries)
    if part.programme.unit is Unit.PERSON:
        _add(shifts.people, part.row[entries], workload, hours)
    elif delivery.hours:
        entry, school = part.schools_of(entries, world)
        shifts.add_to_staff(world.ladder.head, workload, school, hours[entry])
    if delivery.helpers is not None:
        _help(shifts, part, found, workload, delivery.helpers.hours)
        if found is not None and delivery.helpers.training:
            there = world.zone[found.helping.school]
            trained = part.programme.sign * delivery.helpers.training / world.parameters.costs.school_weeks[there]
            _add(shifts.people, found.helping.row, workload, trained)


def _help(shifts: Shifts, part: Part, found: Help | None, slots: list[int], size: float) -> None:
    """Add what helping changes in the helpers, ``size`` at a full load."""
    if found is not None:
        _add(shifts.people, found.helping.row, slots, part.programme.sign * size * found.helping.load)
