"""What programmes change: each effect, on whom it falls, added up as whole numbers so that no order matters."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simulation.numerics import FIXED_POINT, fixed_array
from simulation.processes.eligibility import meets
from simulation.processes.helping import Help
from simulation.processes.taking_part import Part, area_of, clusters_schools
from simulation.programmes.channels import CHANNELS, N_PERSON_SLOTS, On, PersonSlot, SchoolSlot
from simulation.programmes.programme import Cascade, Effect, Unit
from simulation.vocabulary import N_ROLES, Role, Status
from simulation.world import Own, World


@dataclass
class Shifts:
    """What all programmes add this year, in units of 2**-20."""

    people: np.ndarray
    """People × :class:`PersonSlot`; int64."""
    schools: np.ndarray
    """Schools × :class:`SchoolSlot`; int64."""
    clusters: np.ndarray
    """Clusters × component of strength; int64."""
    staff: np.ndarray
    """On everybody in service, schools × roles × :class:`PersonSlot`; int64."""

    @classmethod
    def of(cls, world: World) -> Shifts:
        """Nothing yet."""
        tables = (world.people, world.schools, world.clusters)
        people, schools, clusters = (np.zeros(table.shift.shape, np.int64) for table in tables)
        return cls(people, schools, clusters, np.zeros((len(world.schools), N_ROLES, N_PERSON_SLOTS), np.int64))

    def write(self, own: Own) -> None:
        """Put the sums where the processes of the year read them."""
        if self.staff.any():
            serving = np.flatnonzero(own.people.status == Status.IN_SERVICE)
            self.people[serving] += self.staff[own.people.school[serving], own.people.role[serving]]
        own.people.shift[:], own.schools.shift[:], own.clusters.shift[:] = self.people, self.schools, self.clusters


def _slots(effect: Effect) -> tuple[int, ...]:
    """Columns of people's or schools' shifts that an effect raises."""
    if effect.channel == "capability":
        return tuple(int(PersonSlot.TEACHING) + skill for skill in effect.skills)
    if effect.on is On.INSIDERS:
        return (SchoolSlot.OWN_CANDIDATES,)
    if effect.on is On.OUTSIDERS:
        return (SchoolSlot.SEEN_FROM_OUTSIDE,)
    slot = CHANNELS[effect.channel].slot
    assert slot is not None
    return (slot,)


def _on_schools(effect: Effect) -> bool:
    """Whether an effect is kept by school rather than by person."""
    return CHANNELS[effect.channel].of_schools or effect.on in (On.INSIDERS, On.OUTSIDERS)


def act(world: World, shifts: Shifts, part: Part, found: Help | None, finishing: np.ndarray) -> None:
    """Add what one programme changes this year; ``finishing`` is the share of own time that each enrolment gives."""
    for effect in part.programme.effects:
        if effect.on is On.HELPER:
            if found is not None:
                load = part.programme.sign * effect.size * found.helping.load
                _add_to_people(shifts, effect, found.helping.row, fixed_array(load))
            continue
        entries, weight = _weights(world, part, effect)
        if len(entries):
            _fall(world, shifts, part, effect, entries, weight)
    _hours(world, shifts, part, found, finishing)


def _weights(world: World, part: Part, effect: Effect) -> tuple[np.ndarray, np.ndarray]:
    """Present enrolments on which an effect acts this year, and how strongly, before the support of leaders."""
    longest = int(part.years_since_start.max())
    profile = np.array([part.programme.profile(effect, k) for k in range(longest + 1)])[part.years_since_start]
    entries = np.flatnonzero(part.present & (profile > 0))
    at = part.enrolment[entries]
    weight = (
        part.programme.sign * effect.size * profile[entries] * world.enrolments.dose[at] * world.enrolments.worn[at]
    )
    return entries, weight * world.enrolments.gap[at] if effect.of_gap else weight


def _supported(world: World, effect: Effect, weight: np.ndarray, school: np.ndarray) -> np.ndarray:
    return weight * np.maximum(0.0, 1.0 + effect.leader_support * world.schools.leadership[school])


def _fall(world: World, shifts: Shifts, part: Part, effect: Effect, entries: np.ndarray, weight: np.ndarray) -> None:
    """Add an effect of ``weight`` from ``entries`` to whoever it falls on."""
    school = part.school[entries]
    if effect.channel == "cluster_strength":
        cluster = part.row[entries] if part.programme.unit is Unit.CLUSTER else world.schools.cluster[school]
        inside = cluster >= 0
        np.add.at(shifts.clusters[:, effect.component], cluster[inside], fixed_array(weight[inside]))
    elif effect.on is On.PARTICIPANT:
        _add_to_people(shifts, effect, part.row[entries], fixed_array(_supported(world, effect, weight, school)))
    elif effect.on is On.PEERS:
        _cascade(world, shifts, part, effect, entries, weight)
    elif effect.on is On.TEAM:
        _fall_on_team(world, shifts, part, effect, entries, _supported(world, effect, weight, school))
    else:
        entry, school = _schools(world, part, effect, entries)
        amount = fixed_array(_supported(world, effect, weight[entry], school))
        if _on_schools(effect):
            _add_to_schools(shifts, effect, school, amount)
        else:
            for role in effect.roles:
                _add_to_staff(shifts, effect, school, role, amount)


def _schools(world: World, part: Part, effect: Effect, entries: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Schools on which an effect on a school or a cluster falls: places in ``entries``, and rows of schools."""
    if effect.on is not On.CLUSTER or part.programme.unit is Unit.CLUSTER:
        return part.schools_of(entries, world)
    school = part.school[entries]
    cluster = world.schools.cluster[school]
    alone, inside = np.flatnonzero(cluster < 0), np.flatnonzero(cluster >= 0)
    entry, schools = clusters_schools(world, cluster[inside])
    return np.concatenate([alone, inside[entry]]), np.concatenate([school[alone], schools])


def _fall_on_team(
    world: World, shifts: Shifts, part: Part, effect: Effect, entries: np.ndarray, weight: np.ndarray
) -> None:
    """Those whom a participant leads: their share of the lower roles, or of the school's pupils."""
    row, school = part.row[entries], part.school[entries]
    role = world.people.role[row].astype(np.int64)
    amount = fixed_array(weight / np.maximum(1, world.schools.filled[school, role]))
    if _on_schools(effect):
        _add_to_schools(shifts, effect, school, amount)
        if effect.channel == "pupil_progress":
            np.add.at(shifts.people[:, PersonSlot.TEAM_PROGRESS], row, fixed_array(weight))
        return
    for lower in effect.roles:
        leads = role > lower
        _add_to_staff(shifts, effect, school[leads], lower, amount[leads])


def _cascade(world: World, shifts: Shifts, part: Part, effect: Effect, entries: np.ndarray, weight: np.ndarray) -> None:
    """Pass an effect on to peers: its mean among the participants of an area, as far as they can lead the others there."""
    cascade = part.programme.delivery.cascade
    assert isinstance(cascade, Cascade)
    joined = (world.people.joined & np.uint64(1 << part.number)) != 0
    able = meets(world, cascade.who, Unit.PERSON) & (world.people.status == Status.IN_SERVICE) & ~joined
    peers = np.flatnonzero(able)
    leading = area_of(world, cascade.within, part.school[entries])
    led = area_of(world, cascade.within, world.people.school[peers].astype(np.int64))
    areas = max(leading.max(), led.max(initial=0)) + 1
    total = np.zeros(areas, np.int64)
    np.add.at(total, leading, fixed_array(_supported(world, effect, weight, part.school[entries])))
    leaders, others = np.bincount(leading, minlength=areas), np.bincount(led, minlength=areas)
    coverage = np.minimum(1.0, leaders * cascade.each / np.maximum(others, 1))
    amount = fixed_array(total / FIXED_POINT / np.maximum(leaders, 1) * coverage)
    _add_to_people(shifts, effect, peers, amount[led])


def _hours(world: World, shifts: Shifts, part: Part, found: Help | None, finishing: np.ndarray) -> None:
    """The time that participants and helpers give."""
    delivery, sign = part.programme.delivery, part.programme.sign
    workload = shifts.people[:, PersonSlot.WORKLOAD]
    entries = part.delivered_to
    hours = fixed_array(sign * delivery.hours * finishing[entries])
    if part.programme.unit is Unit.PERSON:
        np.add.at(workload, part.row[entries], hours)
    elif delivery.hours:
        entry, school = part.schools_of(entries, world)
        np.add.at(shifts.staff[:, Role.HEAD, PersonSlot.WORKLOAD], school, hours[entry])
    if found is not None and delivery.helpers is not None:
        np.add.at(workload, found.helping.row, fixed_array(sign * delivery.helpers.hours * found.helping.load))


def _add_to_people(shifts: Shifts, effect: Effect, row: np.ndarray, amount: np.ndarray) -> None:
    for slot in _slots(effect):
        np.add.at(shifts.people[:, slot], row, amount)


def _add_to_schools(shifts: Shifts, effect: Effect, school: np.ndarray, amount: np.ndarray) -> None:
    for slot in _slots(effect):
        np.add.at(shifts.schools[:, slot], school, amount)


def _add_to_staff(shifts: Shifts, effect: Effect, school: np.ndarray, role: int, amount: np.ndarray) -> None:
    for slot in _slots(effect):
        np.add.at(shifts.staff[:, role, slot], school, amount)
