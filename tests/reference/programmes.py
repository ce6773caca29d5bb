"""Programmes: who may join, who applies, who gets a place. What is delivered to them has a file of its own."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from simulation.draws import Decision
from simulation.programmes.programme import Condition, New, Programme, Unit
from simulation.vocabulary import Status
from tests.reference.functions import inverse_normal, logistic, logit

if TYPE_CHECKING:
    from tests.reference.clusters import Cluster
    from tests.reference.model import ReferenceModel
    from tests.reference.person import Person
    from tests.reference.school import School

    Participant = Person | School | Cluster


@dataclass
class Part:
    """The part that programmes play for a person, school or cluster."""

    joined: set[str] = field(default_factory=set)
    """Names of the programmes ever joined."""
    completed: set[str] = field(default_factory=set)
    shift: Counter[int] = field(default_factory=Counter)
    """Whole number of 2**-20 units that programmes add this year, by channel."""

    def __getitem__(self, channel: int) -> float:
        """[X] of the page: what all programmes together add to a channel."""
        return self.shift[channel] / 2**20


@dataclass(eq=False)
class Enrolment:
    """A person, school or cluster in a programme."""

    programme: Programme
    unit: Participant
    start: int
    completes: bool
    completed: bool = False
    delivered: float = 0.0
    dose: float = 0.0
    worn: float = 1.0
    gap: float = 0.0
    helper: Person | None = None
    """Who helps this year."""

    def in_delivery(self, year: int) -> bool:
        """Whether the programme is being delivered in ``year``."""
        return self.programme.everybody or 0 <= year - self.start < self.programme.delivery.years

    @property
    def present(self) -> bool:
        """An open school, a cluster with schools, or a person in service or central."""
        if self.programme.unit == Unit.PERSON:
            return self.unit.status in (Status.IN_SERVICE, Status.CENTRAL)
        return self.unit.is_open if self.programme.unit == Unit.SCHOOL else self.unit.size > 0

    @property
    def full(self) -> float:
        """1 for those who will complete; who will not gets half of what is delivered, at half the hours."""
        return 1.0 if self.completes else 0.5


def meets(model: ReferenceModel, unit: Participant, conditions: tuple[Condition, ...], kind: Unit) -> bool:
    """Whether a person, school or cluster meets all conditions, as things stand now."""
    return all(_meets(model, unit, condition, kind) for condition in conditions)


def value_of(model: ReferenceModel, unit: Participant, column: str, kind: Unit) -> float | None:
    """A column of numbers of a person, school or cluster, or of the school or cluster of theirs; None without a cluster."""
    of, _, name = column.rpartition(".")
    school = unit.school if kind == Unit.PERSON else unit
    if of == "cluster":
        cluster = unit if kind == Unit.CLUSTER else school.cluster
        return None if cluster is None else cluster.size if name == "schools" else getattr(cluster, name)
    return getattr(school if of == "school" else unit, name)


def _meets(model: ReferenceModel, unit: Participant, condition: Condition, kind: Unit) -> bool:
    of, _, name = condition.column.rpartition(".")
    school = unit.school if kind == Unit.PERSON else unit
    if condition.column in ("completed", "joined"):
        mine = [p for p in model.programmes if p.name in getattr(unit.programmes, name)]
        return any(p.name in condition.any_of or p.kin in condition.any_of for p in mine) != condition.none_of
    cluster = unit if kind == Unit.CLUSTER else school.cluster
    value = value_of(model, unit, condition.column, kind)
    if value is None:
        return False
    if condition.column == "school.region":
        value = model.setup.register.region_names[value]
    if condition.any_of is not None:
        return bool({value, _word(model, condition.column, value)} & set(condition.any_of)) != condition.none_of
    if condition.ranked:
        return is_ranked(model, cluster if of == "cluster" else school, condition)
    return condition.least <= value <= condition.most


def _word(model: ReferenceModel, column: str, value: object) -> object:
    """What the context calls a rung, phase or group; anything else is as it is."""
    structure, name = model.setup.structure, column.rsplit(".", maxsplit=1)[-1]
    words = {"role": model.rungs.names, "acting_role": model.rungs.names, "phase": structure.phases}
    words["ethnic_group"] = structure.ethnic_groups
    if name not in words:
        return value
    return "none" if value == -1 else words[name][int(value)]


def is_ranked(model: ReferenceModel, unit: Participant, condition: Condition) -> bool:
    """Whether a school or cluster has one of the places that a condition names, in the order of all: the least value first."""
    of, _, name = condition.column.rpartition(".")
    everyone, number = (model.clusters, "key") if of == "cluster" else (model.schools, "urn")
    name = "size" if condition.column == "cluster.schools" else name
    place = sorted(everyone, key=lambda one: (getattr(one, name), getattr(one, number))).index(unit)
    low, high = (math.floor(share * len(everyone) + 0.5) for share in (condition.least, condition.most))
    return low <= place < high


def enrol(model: ReferenceModel) -> None:
    """Each programme that runs this year takes its new participants."""
    for programme in model.programmes:
        if programme.places.first <= model.year <= programme.places.last and not programme.everybody:
            enrol_in(model, programme)


def enrol_in(model: ReferenceModel, programme: Programme) -> None:
    """The funnel from those who may join to those who start."""
    last = last_starts(model, programme)
    eligible = [
        unit
        for unit in who_may_join(model, programme)
        if unit not in last or may_join_again(model, programme, unit, last[unit])
    ]
    applicants = [unit for unit in eligible if applies(model, programme, unit)]
    places = places_of(model, programme, len(eligible))
    selected = select(model, programme, applicants, places)
    for unit in selected:
        u = model.draw(Decision.COMPLETE_PROGRAMME, unit.id, model.year, programme.code)
        model.enrolments.append(Enrolment(programme, unit, model.year, u < chance_to_complete(programme)))
        unit.programmes.joined.add(programme.name)
    model.events.funnel[programme.name] = (len(eligible), len(applicants), places, len(selected))


def chance_to_complete(programme: Programme) -> float:
    """Days of release beyond those planned make it likelier that somebody completes, and fewer make it less likely."""
    rule, more = programme.take_up, programme.costs.release_days - programme.plan.release_days
    if more == 0 or rule.complete_release == 0:
        return rule.complete
    return logistic(logit(rule.complete) + rule.complete_release * more)


def last_starts(model: ReferenceModel, programme: Programme) -> dict[Participant, int]:
    """Whoever was ever on the programme or another of its family, with the year of the last start."""
    starts: dict[Participant, int] = {}
    for e in model.enrolments:
        if e.programme.kin == programme.kin:
            starts[e.unit] = max(e.start, starts.get(e.unit, e.start))
    return starts


def may_join_again(model: ReferenceModel, programme: Programme, unit: Participant, start: int) -> bool:
    """Whether somebody who last started in ``start`` may start again now."""
    rule = programme.again
    if rule is None or model.year < start + programme.delivery.years + rule.after:
        return False
    new = {New.ROLE: "role_since", New.SCHOOL: "school_since"}
    return not rule.on or any(getattr(unit, new[on]) >= start for on in rule.on)


def select(
    model: ReferenceModel, programme: Programme, applicants: list[Participant], there_are: int
) -> list[Participant]:
    """Those who get a place: what is kept for some first, then all other places."""
    rule = programme.places
    ranked = sorted(applicants, key=lambda unit: place_in_queue(model, programme, unit))
    selected, kept, shares = [], 0, 0.0
    u = model.draw(Decision.ROUND_QUOTAS, programme.code, model.year)
    for quota in rule.quotas:
        shares += quota.share
        before, kept = kept, min(math.floor(shares * there_are + u), there_are)
        able = [unit for unit in ranked if unit not in selected and meets(model, unit, quota.who, programme.unit)]
        selected += able[: kept - before]
    return selected + [unit for unit in ranked if unit not in selected][: there_are - kept]


def place_in_queue(model: ReferenceModel, programme: Programme, unit: Participant) -> tuple[bool, float, float, int]:
    """What decides who comes first, the least first."""
    rule, value = programme.places, 0.0
    behind = bool(rule.ahead) and not meets(model, unit, rule.ahead, programme.unit)
    if rule.priority is not None:
        number = value_of(model, unit, rule.priority.column, programme.unit)
        value = math.inf if number is None else -number if rule.priority.most else number
    return behind, value, -rating(model, programme, unit), unit.id


def who_may_join(model: ReferenceModel, programme: Programme) -> list[Participant]:
    """All who meet the programme's conditions; of people, those in service."""
    if programme.unit == Unit.PERSON:
        units = [person for person in model.people if person.in_service]
    else:
        units = model.schools if programme.unit == Unit.SCHOOL else model.clusters
    return [unit for unit in units if meets(model, unit, programme.who, programme.unit)]


def applies(model: ReferenceModel, programme: Programme, unit: Participant) -> bool:
    """Whether the unit hears of the programme and applies."""
    rule, code = programme.take_up, programme.code
    aspiration, capability = unit.aspiration_and_capability
    odds = logit(rule.apply) + rule.apply_aspiration * aspiration + rule.apply_capability * capability
    odds += rule.apply_fee * (programme.costs.fee - programme.plan.fee) / 1000
    hears = model.draw(Decision.HEAR_OF_PROGRAMME, unit.id, model.year, code) < rule.aware
    return hears and model.draw(Decision.APPLY_FOR_PLACE, unit.id, model.year, code) < logistic(odds)


def rating(model: ReferenceModel, programme: Programme, unit: Participant) -> float:
    """What those who select see in an applicant."""
    rule = programme.take_up
    aspiration, capability = unit.aspiration_and_capability
    chance = inverse_normal(model.draw(Decision.SELECT_FOR_PLACE, unit.id, model.year, programme.code))
    return rule.select_aspiration * aspiration + rule.select_capability * capability + chance


def places_of(model: ReferenceModel, programme: Programme, eligible: int) -> int:
    """Places of the year: a number or a share, within the budget."""
    rule, schools = programme.places, len(model.schools)
    cost = programme.costs.grant * programme.delivery.years
    if rule.number is not None:
        number = min(rule.number, rule.budget / cost) if math.isfinite(rule.budget) else rule.number
        places = number * schools / rule.per_schools
    else:
        places = rule.share * eligible
        if math.isfinite(rule.budget):
            places = min(places, rule.budget * schools / (rule.per_schools * cost))
    return math.floor(places + model.draw(Decision.ROUND_PLACES, programme.code, model.year))


def forget(model: ReferenceModel) -> None:
    """Enrolments of people who are forgotten are forgotten."""
    known = set(model.people)
    model.enrolments = [e for e in model.enrolments if e.programme.unit != Unit.PERSON or e.unit in known]
