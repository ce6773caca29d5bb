"""What programmes deliver in a year, through whom, what it changes and what it costs."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Hashable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from simulation.draws import Decision
from simulation.programmes.channels import On, PersonSlot, SchoolSlot
from simulation.programmes.programme import Area, Effect, Priority, Programme, Unit
from tests.reference.functions import fixed, mean, rounded
from tests.reference.programmes import Enrolment, meets, value_of, who_may_join

if TYPE_CHECKING:
    from tests.reference.model import ReferenceModel
    from tests.reference.person import Person
    from tests.reference.school import School

Staff = dict["School", list["Person"]]
SKILL_SLOTS = (PersonSlot.TEACHING, PersonSlot.PEOPLE, PersonSlot.MANAGEMENT, PersonSlot.SYSTEM)


@dataclass
class Helping:
    """Somebody who helps in a programme this year, and whom."""

    programme: Programme
    person: Person
    helped: list[Enrolment] = field(default_factory=list)

    @property
    def load(self) -> float:
        """Share of the helper's time for it that is used."""
        return min(1.0, len(self.helped) / self.programme.delivery.helpers.each)


def deliver(model: ReferenceModel) -> None:
    """All programmes of the year, step by step."""
    for unit in (*model.people, *model.schools_ever, *model.all_clusters):
        unit.programmes.shift.clear()
    helping, share = find_helpers(model)
    for enrolment in model.enrolments:
        if enrolment.in_delivery(model.year):
            give_dose(model, enrolment, share.get(enrolment, 1.0))
    for enrolment in model.enrolments:
        wear(model, enrolment)
    staff: Staff = {school: [] for school in model.schools_ever}
    for person in model.people:
        if person.in_service:
            staff[person.school].append(person)
    model.measured = who_have_measures(model)
    take_effect(model, helping, staff)
    take_hours(model, helping, staff)
    model.events.programme_costs = cost(model, helping)
    for one in helping:
        who, code = one.person, (one.programme.name, one.person.id)
        model.events.helping[code] = (int(who.role), who.school.urn, len(one.helped), one.load)


def who_have_measures(model: ReferenceModel) -> list[Enrolment]:
    """Whoever meets the conditions of a measure in force has it in full this year, as if they had joined when it began."""
    found = []
    for programme in model.programmes:
        if programme.everybody and programme.places.first <= model.year <= programme.places.last:
            units = who_may_join(model, programme)
            found += [Enrolment(programme, unit, programme.places.first, completes=True, dose=1.0) for unit in units]
            model.events.funnel[programme.name] = (len(units), 0, 0, 0)
    return found


# Helpers


def area_of(school: School, within: Area) -> Hashable:
    """The area to which a school belongs; the wide ones are of one phase each."""
    if within == Area.CLUSTER and school.cluster is not None:
        return school.cluster
    if within in (Area.SCHOOL, Area.CLUSTER):
        return school
    if within == Area.COMMUNITY:
        return school.community
    place = {Area.LOCAL_AUTHORITY: school.local_authority, Area.REGION: school.region, Area.ANYWHERE: None}
    return place[within], school.phase


def find_helpers(model: ReferenceModel) -> tuple[list[Helping], dict[Enrolment, float]]:
    """Who helps whom; and, for programmes with helpers, the share of delivery that helpers can give."""
    wanted: dict[str, list[Enrolment]] = defaultdict(list)
    for enrolment in model.enrolments:
        enrolment.helper = None
        if enrolment.programme.delivery.helpers and enrolment.present and enrolment.in_delivery(model.year):
            wanted[enrolment.programme.name].append(enrolment)
    programmes = [programme for programme in model.programmes if programme.name in wanted]
    willing: dict[str, list[tuple[float, int, Person]]] = defaultdict(list)
    for person in model.people:
        chosen = who_is_helped(model, person, programmes) if person.in_service else None
        if chosen:
            u = person.u(Decision.HELP, chosen.code)
            willing[chosen.name].append((u, person.id, person))
    helping, share = [], {}
    for programme in programmes:
        helping += match(model, programme, wanted[programme.name], willing[programme.name], share)
    return helping, share


def who_is_helped(model: ReferenceModel, person: Person, programmes: list[Programme]) -> Programme | None:
    """The programme in which the person helps: of those in which they are willing, the one they are keenest on."""
    keen = []
    for programme in programmes:
        helpers, u = programme.delivery.helpers, person.u(Decision.HELP, programme.code)
        taking_part = any(
            e.unit is person and e.programme is programme and e.in_delivery(model.year) for e in model.enrolments
        )
        if u < helpers.willing and not taking_part and meets(model, person, helpers.who, Unit.PERSON):
            keen.append((u / helpers.willing, programme.code, programme))
    return min(keen, key=lambda one: one[:2])[2] if keen else None


def in_turn(model: ReferenceModel, rule: Priority | None, unit: object, kind: Unit) -> float:
    """What decides who comes first by a column, the least first; without a value, last."""
    number = value_of(model, unit, rule.column, kind) if rule else 0.0
    return math.inf if number is None else -number if rule and rule.most else number


def match(
    model: ReferenceModel,
    programme: Programme,
    units: list[Enrolment],
    willing: list[tuple[float, int, Person]],
    share: dict[Enrolment, float],
) -> list[Helping]:
    """Match helpers to units, area by area, and note the share of each unit."""
    rule = programme.delivery.helpers
    within, each = rule.within, rule.each
    places: dict[Hashable, list[Enrolment]] = defaultdict(list)
    for enrolment in sorted(units, key=lambda e: (in_turn(model, rule.serve, e.unit, programme.unit), e.unit.id)):
        places[area_of(enrolment.unit.seat, within)].append(enrolment)
    helping = []
    for place, here in places.items():
        keen = sorted(willing, key=lambda w: (in_turn(model, rule.first, w[2], Unit.PERSON), *w[:2]))
        people = [person for _, _, person in keen]
        able = [Helping(programme, person) for person in people if area_of(person.school, within) == place]
        for j, enrolment in enumerate(here):
            if not able:
                share[enrolment] = 0.0
                continue
            enough = len(here) <= len(able) * each
            helper = able[j // each if enough else j % len(able)]
            helper.helped.append(enrolment)
            enrolment.helper = helper.person
            share[enrolment] = 1.0 if enough else len(able) * each / len(here)
        helping += [helper for helper in able if helper.helped]
    return helping


# Dose


def quality_of(model: ReferenceModel, programme: Programme) -> float:
    """Quality of delivery: its own, or what another programme that runs this year endorses."""
    others = [
        p.delivery.endorses
        for p in model.programmes
        if p is not programme and p.places.first <= model.year <= p.places.last
    ]
    return max([programme.delivery.quality, *others])


def give_dose(model: ReferenceModel, enrolment: Enrolment, share: float) -> None:
    """What is delivered this year; in the last year, completion."""
    programme, unit, k = enrolment.programme, enrolment.unit, model.year - enrolment.start
    if enrolment.present:
        worth = worth_of(model, programme, enrolment.helper) if enrolment.helper else 1.0
        enrolment.delivered += share * quality_of(model, programme) * enrolment.full * worth
    enrolment.dose = enrolment.delivered / (k + 1)
    if k == programme.delivery.years - 1 and enrolment.completes and enrolment.present:
        unit.programmes.completed.add(programme.name)
        enrolment.completed = True
    if enrolment.helper and programme.unit != Unit.CLUSTER:
        enrolment.gap = max(0.0, enrolment.helper.school.culture - unit.seat.culture)


def worth_of(model: ReferenceModel, programme: Programme, helper: Person) -> float:
    """What somebody's help achieves, as a share of what that of a helper in the middle does who was trained as planned."""
    rule, worth = programme.delivery.helpers, 1.0
    if rule.skill or rule.culture:
        could = [p for p in model.people if p.in_service and meets(model, p, programme.plan.helpers, Unit.PERSON)]
        merit = beyond(helper.merit(helper.role), [p.merit(p.role) for p in could])
        culture = beyond(helper.school.culture, [p.school.culture for p in could])
        worth = 1 + rule.skill * (merit + rule.better) + rule.culture * culture
        worth = within_bounds(worth)
    if programme.plan.training == 0:
        return worth
    got = response(rule.training / programme.plan.training, programme.delivery.half_dose)
    return worth * (1 + rule.trained * (got - 1))


def within_bounds(worth: float) -> float:
    """At worst half as much harm as a helper in the middle does good, at best twice the good."""
    return min(2.0, max(-0.5, worth))


def beyond(value: float, everybody: list[float]) -> float:
    """Standard deviations above the mean of all who could help."""
    middle = mean(everybody)
    if middle is None:
        return 0.0
    spread = math.sqrt(mean((other - middle) ** 2 for other in everybody))
    return (value - middle) / spread if spread else 0.0


def response(dose: float, half_dose: float) -> float:
    """What a dose of hours brings, of what the planned hours bring."""
    return dose * ((1 + half_dose) / (dose + half_dose)) if dose > 0 else 0.0


def hours_of(programme: Programme) -> float:
    """The hours of a year, of those planned: the participants', the helpers' for each, or of both the geometric mean."""
    delivery, plan = programme.delivery, programme.plan
    planned = plan.hours * 39 + plan.release_days * delivery.day
    given = delivery.hours * 39 + programme.costs.release_days * delivery.day
    if delivery.paid:
        planned, given = plan.grant, programme.costs.grant
    own = given / planned if planned else None
    rule = delivery.helpers
    theirs = rule.hours / rule.each / plan.helper_hours if rule and plan.helper_hours else None
    if own is None or theirs is None:
        return 1.0 if own is theirs else theirs if own is None else own
    return math.sqrt(own * theirs)


def achieved(model: ReferenceModel, enrolment: Enrolment, effect: Effect) -> float:
    """Share of an effect's size that comes of the hours of the years of delivery so far."""
    named = next(p for p in model.setup.programmes if p.name == enrolment.programme.name)
    last = min(model.year, enrolment.start + named.delivery.years - 1)
    hours = [hours_of(named.in_year(year)) for year in range(enrolment.start, last + 1)]
    half = enrolment.programme.delivery.half_dose if effect.half_dose is None else effect.half_dose
    return response(sum(hours) / len(hours), half)


def wear(model: ReferenceModel, enrolment: Enrolment) -> None:
    """What was built in schools and clusters wears as their heads change."""
    if enrolment.programme.unit == Unit.PERSON or model.year - enrolment.start < 1:
        return
    schools = enrolment.unit.schools
    changed = sum(school.head_changed == model.year - 1 for school in schools)
    wear_here = enrolment.unit.parameters.collaborate.wear
    enrolment.worn = enrolment.worn * (1 - wear_here * (changed / max(1, len(schools))))


# Effects


def take_effect(model: ReferenceModel, helping: list[Helping], staff: Staff) -> None:
    """Everything that programmes change this year, as whole numbers of 2**-20 units."""
    everything, times = [*model.enrolments, *model.measured], defaultdict(list)
    for enrolment in everything:
        times[enrolment.programme.kin, enrolment.unit].append(enrolment)
    for enrolment in everything:
        mine = times[enrolment.programme.kin, enrolment.unit]
        for place, effect in enumerate(enrolment.programme.effects):
            direct = effect.on not in (On.PEERS, On.HELPER)
            if enrolment.present and direct and acts_through(model, enrolment, mine, place):
                fall(effect, enrolment, weight(model, enrolment, effect), staff)
    for programme in model.programmes:
        for place, effect in enumerate(programme.effects):
            if effect.on == On.PEERS:
                enrolled = [e for e in model.enrolments if e.programme is programme and e.present]
                leading = [e for e in enrolled if acts_through(model, e, times[programme.kin, e.unit], place)]
                cascade(model, programme, effect, leading)
    for one in helping:
        for effect in one.programme.effects:
            if effect.on == On.HELPER:
                give_person(one.person, effect, fixed(one.programme.sign * effect.size * one.load))


def acts_through(model: ReferenceModel, enrolment: Enrolment, times: list[Enrolment], place: int) -> bool:
    """Whether this is, of all ``times`` that a unit took part, the one in which the effect in this place is strongest."""
    again = enrolment.programme.again
    if not awarded(enrolment, enrolment.programme.effects[place]):
        return False
    if again and again.adds_up:
        return True
    return max(times, key=lambda e: (abs(weight(model, e, e.programme.effects[place])), e.start)) is enrolment


def awarded(enrolment: Enrolment, effect: Effect) -> bool:
    """Whether the effect may act: some do so only in those who have completed."""
    return enrolment.completed or not effect.award


def weight(model: ReferenceModel, enrolment: Enrolment, effect: Effect) -> float:
    """How strongly an effect acts this year, before leaders support it."""
    programme = enrolment.programme
    if not awarded(enrolment, effect):
        return 0.0
    w = programme.sign * effect.size * programme.profile(effect, model.year - enrolment.start)
    w = w * achieved(model, enrolment, effect) * enrolment.dose * enrolment.worn
    return w * enrolment.gap if effect.of_gap else w


def supported(w: float, effect: Effect, school: School) -> float:
    """v(s): the effect as the leaders of a school support it."""
    return w * max(0.0, 1 + effect.leader_support * school.leadership)


def give_person(person: Person, effect: Effect, amount: int) -> None:
    """Add to a person's channel, or to each skill that the effect names."""
    if effect.channel == "capability":
        for skill in effect.skills:
            person.programmes.shift[SKILL_SLOTS[skill]] += amount
    else:
        person.programmes.shift[PersonSlot[effect.channel.upper()]] += amount


def give(effect: Effect, school: School, amount: int, people: list[Person]) -> None:
    """Add to a school's channel; of an effect on people, to each of ``people`` in a role that it names."""
    if effect.channel.upper() in SchoolSlot.__members__:
        school.programmes.shift[SchoolSlot[effect.channel.upper()]] += amount
        return
    for person in people:
        if not effect.roles or {person.role, person.model.rungs.names[person.role]} & set(effect.roles):
            give_person(person, effect, amount)


def fall(effect: Effect, enrolment: Enrolment, w: float, staff: Staff) -> None:
    """One effect of one enrolment, on those on whom it falls."""
    unit = enrolment.unit
    if effect.on == On.PARTICIPANT:
        give_person(unit, effect, fixed(supported(w, effect, unit.school)))
    elif effect.on == On.TEAM:
        fall_on_team(effect, unit, supported(w, effect, unit.school), staff)
    elif effect.channel == "cluster_strength":
        cluster = unit.seat.cluster
        if cluster is not None:
            cluster.programmes.shift[effect.component] += fixed(w)
    elif effect.on == On.PASSED_OVER:
        for school in unit.schools:
            fall_on_passed_over(effect, school, supported(w, effect, school), staff[school])
    elif effect.on in (On.INSIDERS, On.OUTSIDERS):
        slot = SchoolSlot.OWN_CANDIDATES if effect.on == On.INSIDERS else SchoolSlot.SEEN_FROM_OUTSIDE
        for school in unit.schools:
            school.programmes.shift[slot] += fixed(supported(w, effect, school))
    else:
        cluster = unit.seat.cluster
        together = cluster.schools if effect.on == On.CLUSTER and cluster is not None else unit.schools
        for school in together:
            give(effect, school, fixed(supported(w, effect, school)), staff[school])


def fall_on_passed_over(effect: Effect, school: School, v: float, people: list[Person]) -> None:
    """An effect on those of a school who were passed over last year; on the school by their share of its people."""
    them = [person for person in people if person.passed_over == person.model.year - 1]
    give(effect, school, fixed(v * len(them) / max(1, len(people))), [])
    if effect.channel.upper() not in SchoolSlot.__members__:
        give(effect, school, fixed(v), them)


def fall_on_team(effect: Effect, leader: Person, v: float, staff: Staff) -> None:
    """An effect on those whom a participant leads, shared among those who lead at the same level."""
    school = leader.school
    share = fixed(v / max(1, school.filled[leader.role]))
    give(effect, school, share, [person for person in staff[school] if person.role < leader.role])
    if effect.channel == "pupil_progress":
        leader.programmes.shift[PersonSlot.TEAM_PROGRESS] += fixed(v)


def cascade(model: ReferenceModel, programme: Programme, effect: Effect, leading: list[Enrolment]) -> None:
    """Participants pass an effect on to others around them, as many as they can lead."""
    rule = programme.delivery.cascade
    leaders: dict[Hashable, list[Enrolment]] = defaultdict(list)
    for e in leading:
        if programme.profile(effect, model.year - e.start) > 0:
            leaders[area_of(e.unit.school, rule.within)].append(e)
    peers: dict[Hashable, list[Person]] = defaultdict(list)
    for person in model.people:
        joined = any(p.kin == programme.kin and p.name in person.programmes.joined for p in model.programmes)
        if person.in_service and not joined and meets(model, person, rule.who, Unit.PERSON):
            peers[area_of(person.school, rule.within)].append(person)
    for place, led in leaders.items():
        n, m = len(led), len(peers[place])
        if m:
            total = sum(fixed(supported(weight(model, e, effect), effect, e.unit.school)) for e in led)
            amount = fixed(total / 2**20 / n * min(1.0, n * rule.each / m))
            for person in peers[place]:
                give_person(person, effect, amount)


# Hours and costs


def take_hours(model: ReferenceModel, helping: list[Helping], staff: Staff) -> None:
    """The time that it takes: the participants', the heads' of schools that take part, and the helpers'."""
    for enrolment in [*model.enrolments, *model.measured]:
        if not (enrolment.present and enrolment.in_delivery(model.year)):
            continue
        programme, unit = enrolment.programme, enrolment.unit
        hours = fixed(programme.sign * programme.delivery.hours * enrolment.full)
        heads = [
            person for school in unit.schools for person in staff[school] if person.role == person.model.rungs.head
        ]
        for person in [unit] if programme.unit == Unit.PERSON else heads:
            person.programmes.shift[PersonSlot.WORKLOAD] += hours
    for one in helping:
        rule, weeks = one.programme.delivery.helpers, one.person.parameters.costs.school_weeks
        one.person.programmes.shift[PersonSlot.WORKLOAD] += fixed(one.programme.sign * rule.hours * one.load)
        one.person.programmes.shift[PersonSlot.WORKLOAD] += fixed(one.programme.sign * rule.training / weeks)


def cost(model: ReferenceModel, helping: list[Helping]) -> dict[tuple[str, int, str], int]:
    """Whole GBP by programme, URN and kind of cost; nothing that is 0."""
    spent: Counter[tuple[str, int, str]] = Counter()
    for enrolment in [*model.enrolments, *model.measured]:
        if not (enrolment.present and enrolment.in_delivery(model.year)):
            continue
        programme, unit = enrolment.programme, enrolment.unit
        sign, costs = int(programme.sign), programme.costs
        spent[programme.name, unit.seat.urn, "grant"] += sign * rounded(costs.grant)
        for school in unit.schools:
            days = costs.release_days * school.parameters.costs.supply_day[school.phase]
            spent[programme.name, school.urn, "fee"] += sign * rounded(costs.fee)
            spent[programme.name, school.urn, "release"] += sign * rounded(days)
    for one in helping:
        programme, person, rule = one.programme, one.person, one.person.parameters.costs
        time = programme.delivery.helpers.hours * one.load * rule.school_weeks + programme.delivery.helpers.training
        pay = rounded(time * person.pay(person.role) / rule.directed_hours)
        spent[programme.name, person.school.urn, "helper_time"] += int(programme.sign) * pay
    return {key: pounds for key, pounds in spent.items() if pounds}
