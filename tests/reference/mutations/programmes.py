"""Changed rules of programmes, measures and clusters."""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable
from dataclasses import replace

import pytest

from simulation.draws import Decision
from simulation.programmes.channels import PersonSlot, SchoolSlot
from simulation.programmes.programme import Area, Effect, Programme, Unit
from tests.reference import clusters, delivery, market, programmes
from tests.reference.clusters import Cluster
from tests.reference.functions import fixed, mean
from tests.reference.model import ReferenceModel
from tests.reference.mutations.mutation import Mutation, changed
from tests.reference.person import Person
from tests.reference.programmes import Enrolment, Part
from tests.reference.school import School


def _later_year(self: Programme, effect: Effect, k: int) -> float:
    return PROFILE(self, effect, k - 1)


def _in_order_of_application(reference: ReferenceModel, programme: Programme, unit: Person | School | Cluster) -> float:
    return -reference.draw(Decision.APPLY_FOR_PLACE, unit.id, reference.year, programme.code)


def _unlimited(reference: ReferenceModel, programme: Programme, eligible: int) -> int:
    return PLACES(reference, replace(programme, places=replace(programme.places, budget=math.inf)), eligible)


def _undiluted(reference: ReferenceModel, enrolment: Enrolment, _: float) -> None:
    GIVE_DOSE(reference, enrolment, 1.0)


def _hours_of_this_year(reference: ReferenceModel, enrolment: Enrolment, effect: Effect) -> float:
    half = enrolment.programme.delivery.half_dose if effect.half_dose is None else effect.half_dose
    return delivery.response(delivery.hours_of(enrolment.programme), half)


def _response_of_delivery(reference: ReferenceModel, enrolment: Enrolment, effect: Effect) -> float:
    return ACHIEVED(reference, enrolment, replace(effect, half_dose=None))


def _against_those_chosen(reference: ReferenceModel, programme: Programme, helper: Person) -> float:
    chosen = replace(programme.plan, helpers=programme.delivery.helpers.who)
    return WORTH_OF(reference, replace(programme, planned=chosen), helper)


def _untrained(reference: ReferenceModel, programme: Programme, helper: Person) -> float:
    return WORTH_OF(reference, replace(programme, planned=replace(programme.plan, training=0.0)), helper)


def _free_of_charge(reference: ReferenceModel, programme: Programme, unit: Person | School | Cluster) -> bool:
    return APPLIES(reference, replace(programme, take_up=replace(programme.take_up, apply_fee=0.0)), unit)


def _each_whole(effect: Effect, school: School, v: float, people: list[Person]) -> None:
    them = [person for person in people if person.passed_over == person.model.year - 1]
    delivery.give(effect, school, fixed(v * len(them)), them)


def _promoted_too(person: Person, _role: int) -> None:
    person.passed_over = person.model.year


def _gap_both_ways(reference: ReferenceModel, enrolment: Enrolment, share: float) -> None:
    GIVE_DOSE(reference, enrolment, share)
    if enrolment.helper and enrolment.programme.unit != Unit.CLUSTER:
        enrolment.gap = enrolment.helper.school.culture - enrolment.unit.seat.culture


def _helps_in_each(reference: ReferenceModel) -> tuple[list[delivery.Helping], dict[Enrolment, float]]:
    """Everybody willing helps in every programme in which they are willing, as if time were no limit."""
    programmes, helping, share = reference.programmes, [], {}
    for programme in programmes:
        reference.programmes, everything = [programme], reference.enrolments
        reference.enrolments = [e for e in everything if e.programme is programme]
        found, shares = FIND_HELPERS(reference)
        reference.enrolments = everything
        helping, share = helping + found, share | shares
    reference.programmes = programmes
    return helping, share


def _any_phase(school: School, within: Area) -> Hashable:
    area = AREA_OF(school, within)
    return area[0] if isinstance(area, tuple) else area


def _unsigned(reference: ReferenceModel, enrolment: Enrolment, effect: Effect) -> float:
    return enrolment.programme.sign * WEIGHT(reference, enrolment, effect)


def _with_places(**fields: object) -> Callable[[pytest.MonkeyPatch], None]:
    """Places are given as if programmes said this about them."""

    def patch(reference: ReferenceModel, programme: Programme, applicants: list, there_are: int) -> list:
        return SELECT(reference, replace(programme, places=replace(programme.places, **fields)), applicants, there_are)

    return changed(programmes, "select", patch)


def _turned_round(reference: ReferenceModel, programme: Programme, applicants: list, there_are: int) -> list:
    """The greatest value comes first where the least should, and the other way round."""
    priority = programme.places.priority
    turned = replace(priority, most=not priority.most) if priority else None
    return SELECT(
        reference, replace(programme, places=replace(programme.places, priority=turned)), applicants, there_are
    )


def _left_to_others(reference: ReferenceModel, programme: Programme, applicants: list, there_are: int) -> list:
    """Kept places that nobody takes go to others."""
    got = SELECT(reference, programme, applicants, there_are)
    whole = SELECT(reference, replace(programme, places=replace(programme.places, quotas=())), applicants, there_are)
    return (got + [unit for unit in whole if unit not in got])[:there_are]


def _at_once(reference: ReferenceModel, programme: Programme, unit: Person | School | Cluster, start: int) -> bool:
    """Nobody waits longer than until delivery has ended."""
    again = programme.again and replace(programme.again, after=0)
    return AGAIN(reference, replace(programme, again=again), unit, start)


def _with_nothing_new(
    reference: ReferenceModel, programme: Programme, unit: Person | School | Cluster, start: int
) -> bool:
    again = programme.again and replace(programme.again, on=())
    return AGAIN(reference, replace(programme, again=again), unit, start)


def _each_for_itself(reference: ReferenceModel, programme: Programme) -> dict[Person | School | Cluster, int]:
    """Blocks of one programme know nothing of each other."""
    return {e.unit: e.start for e in reference.enrolments if e.programme is programme}


def _peers_of_the_joined(
    reference: ReferenceModel, programme: Programme, effect: Effect, leading: list[Enrolment]
) -> None:
    """Those who joined are led by the others too."""
    joined = [person for person in reference.people if programme.name in person.programmes.joined]
    for person in joined:
        person.programmes.joined.remove(programme.name)
    CASCADE(reference, programme, effect, leading)
    for person in joined:
        person.programmes.joined.add(programme.name)


def _had_from_the_first(reference: ReferenceModel) -> list[Enrolment]:
    """Whoever had a measure in its first year goes on having it, and nobody else comes to have it."""
    now, before = WHO_HAVE_MEASURES(reference), {(e.programme.name, e.unit) for e in reference.measured}
    return [e for e in now if e.start == reference.year or (e.programme.name, e.unit) in before]


def _whole_team(effect: Effect, leader: Person, v: float, staff: delivery.Staff) -> None:
    n = max(1, leader.school.filled[leader.role])
    FALL_ON_TEAM(effect, leader, v * n, staff)


def _elected_anew(cluster: Cluster, heads: list[Person]) -> int:
    cluster.chair = clusters.NOBODY_CHAIRS
    return ELECT(cluster, heads)


def _from_the_middle(reference: ReferenceModel, cluster: Cluster) -> None:
    """Schools draw closer to the mean of their cluster, not to its best."""
    middle = mean(school.culture for school in cluster.schools)
    for school in cluster.schools:
        school.culture += school.parameters.collaborate.spread * cluster.strength * (middle - school.culture)


def _without(channel: PersonSlot | SchoolSlot) -> Callable[[pytest.MonkeyPatch], None]:
    """Programmes' part in a channel is not read."""
    read = Part.__getitem__
    return changed(Part, "__getitem__", lambda part, slot: 0.0 if slot is channel else read(part, slot))


GIVE_DOSE = delivery.give_dose
ACHIEVED = delivery.achieved
WORTH_OF = delivery.worth_of
APPLIES = programmes.applies
FIND_HELPERS = delivery.find_helpers
AREA_OF = delivery.area_of
WEIGHT = delivery.weight
CASCADE = delivery.cascade
FALL_ON_TEAM = delivery.fall_on_team
PLACES = programmes.places_of
PROFILE = Programme.profile
SELECT = programmes.select
AGAIN = programmes.may_join_again
ELECT = clusters.elect
WHO_HAVE_MEASURES = delivery.who_have_measures
READ_IN: tuple[tuple[PersonSlot | SchoolSlot, str], ...] = (
    (PersonSlot.LEAVING_SECTOR, "leave"),
    (PersonSlot.LEAVING_SCHOOL, "appoint"),
    (PersonSlot.APPLYING, "appoint"),
    (PersonSlot.BEING_CHOSEN, "appoint"),
    (PersonSlot.REACH, "appoint"),
    (PersonSlot.READINESS, "develop"),
    (PersonSlot.ASPIRATION, "develop"),
    (PersonSlot.WELLBEING, "develop"),
    (PersonSlot.WORKLOAD, "develop"),
    (PersonSlot.TEAM_PROGRESS, "pupils learn"),
    (SchoolSlot.CULTURE, "lead"),
    (SchoolSlot.TRUST, "lead"),
    (SchoolSlot.TEACHER_GROWTH, "develop"),
    (SchoolSlot.PUPIL_PROGRESS, "pupils learn"),
    (SchoolSlot.OWN_CANDIDATES, "appoint"),
    (SchoolSlot.SEEN_FROM_OUTSIDE, "appoint or recruit"),
)
"""The process that reads what programmes add to a channel."""

MUTATIONS = (
    Mutation("measures are of no account", "enrol or deliver", changed(delivery, "who_have_measures", lambda _: []), first=4),
    Mutation("measures are for those whom they were for at first", "deliver", changed(delivery, "who_have_measures", _had_from_the_first), first=29),
    Mutation("whoever applies first is selected", "enrol", changed(programmes, "rating", _in_order_of_application)),
    Mutation("a budget is no limit", "enrol", changed(programmes, "places_of", _unlimited)),
    Mutation("who may join is not asked", "enrol", changed(programmes, "meets", lambda *_: True)),
    Mutation("once is for ever", "enrol", changed(programmes, "may_join_again", lambda *_: False), first=10),
    Mutation("nobody waits to join again", "enrol", changed(programmes, "may_join_again", _at_once), first=10),
    Mutation("nothing new is needed to join again", "enrol", changed(programmes, "may_join_again", _with_nothing_new), first=26),
    Mutation("blocks know nothing of each other", "enrol", changed(programmes, "last_starts", _each_for_itself), first=26),
    Mutation("no places are kept", "enrol", _with_places(quotas=())),
    Mutation("kept places go to others", "enrol", changed(programmes, "select", _left_to_others)),
    Mutation("nobody is ahead", "enrol", _with_places(ahead=())),
    Mutation("nobody has priority", "enrol", _with_places(priority=None)),
    Mutation("the least has priority over the most", "enrol", changed(programmes, "select", _turned_round)),
    Mutation("what each time gave adds up", "deliver", changed(delivery, "acts_through", lambda *_: True), first=5),
    Mutation("only the latest time counts", "deliver", changed(delivery, "acts_through", lambda _, e, times, __: e is times[-1]), first=5),
    Mutation("doses are not diluted", "deliver", changed(delivery, "give_dose", _undiluted)),
    Mutation("effects come of doses in proportion", "deliver", changed(delivery, "response", lambda dose, _: dose)),
    Mutation("hours change nothing", "deliver", changed(delivery, "hours_of", lambda _: 1.0)),
    Mutation("hours of this year count for all", "deliver", changed(delivery, "achieved", _hours_of_this_year), first=18),
    Mutation("effects have no response of their own", "deliver", changed(delivery, "achieved", _response_of_delivery)),
    Mutation("one helper is as good as another", "deliver", changed(delivery, "beyond", lambda *_: 0.0)),
    Mutation("helpers are held against those who help", "deliver", changed(delivery, "worth_of", _against_those_chosen), first=18),
    Mutation("help has no bounds", "deliver", changed(delivery, "within_bounds", lambda worth: worth)),
    Mutation("training changes nothing", "deliver", changed(delivery, "worth_of", _untrained), first=13),
    Mutation("nobody helps before others", "deliver", changed(delivery, "in_turn", lambda *_: 0.0)),
    Mutation("a fee keeps nobody away", "enrol", changed(programmes, "applies", _free_of_charge), first=2),
    Mutation("days of release help nobody to complete", "enrol", changed(programmes, "chance_to_complete", lambda programme: programme.take_up.complete), first=18),
    Mutation("awards act from the start", "deliver", changed(delivery, "awarded", lambda *_: True)),
    Mutation("a school feels each refusal whole", "deliver", changed(delivery, "fall_on_passed_over", _each_whole), first=5),
    Mutation("whoever is refused is passed over", "appoint", changed(market, "is_unaware", lambda search: search.by_promotion)),
    Mutation("the promoted are passed over too", "appoint", changed(market, "pass_over", _promoted_too), first=3),
    Mutation("gaps are closed both ways", "deliver", changed(delivery, "give_dose", _gap_both_ways)),
    Mutation("people help in two programmes", "deliver", changed(delivery, "find_helpers", _helps_in_each), first=21),
    Mutation("areas are of all phases", "deliver", changed(delivery, "area_of", _any_phase), first=2),
    Mutation("nobody endorses", "deliver", changed(delivery, "quality_of", lambda _, programme: programme.delivery.quality)),
    Mutation("what is built does not wear", "deliver", changed(delivery, "wear", lambda *_: None), first=14),
    Mutation("profiles are a year late", "deliver", changed(Programme, "profile", _later_year)),
    Mutation("places withdrawn give", "deliver", changed(delivery, "weight", _unsigned)),
    Mutation("leaders support nothing", "deliver", changed(delivery, "supported", lambda w, *_: w)),
    Mutation("those who joined are peers", "deliver", changed(delivery, "cascade", _peers_of_the_joined)),
    Mutation("each leader leads the whole team", "deliver", changed(delivery, "fall_on_team", _whole_team)),
    Mutation("heads give no time", "deliver", changed(delivery, "take_hours", lambda *_: None)),
    Mutation("chairs are elected each year", "collaborate", changed(clusters, "elect", _elected_anew), first=6),
    Mutation("experience has no end", "collaborate", changed(clusters, "experience", lambda head: max(0, head.years_as_head) / 10)),
    Mutation("systems survive a change of head", "deliver or collaborate", parameters={"collaborate__wear": 0.0}),
    Mutation("practice spreads from the middle", "develop", changed(clusters, "spread_practice", _from_the_middle)),
    Mutation("peers do not support heads", "develop", parameters={"collaborate__support": 0.0}),
    *(Mutation(f"programmes' {slot.name} is not read", process, _without(slot)) for slot, process in READ_IN),
)  # fmt: skip
