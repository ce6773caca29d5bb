"""Deliberate changes of one rule of the reference: each must show in the comparison, in the process where it belongs."""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field, replace

import numpy as np
import pytest

from simulation.draws import Decision
from simulation.programmes.channels import PersonSlot, SchoolSlot
from simulation.programmes.programme import Area, Effect, Programme, Unit
from simulation.world import Setup
from tests.reference import clusters, delivery, market, model, programmes, reorganise
from tests.reference.clusters import Cluster
from tests.reference.functions import inverse_normal, mean
from tests.reference.model import ReferenceModel
from tests.reference.person import Person
from tests.reference.programmes import Enrolment, Part
from tests.reference.rungs import Rungs
from tests.reference.school import School


@dataclass(frozen=True)
class Mutation:
    """One changed rule: what it is, the process (or the two) that can show it first, and how to change it."""

    name: str
    process: str
    patch: Callable[[pytest.MonkeyPatch], None] | None = None
    parameters: dict[str, float | np.ndarray] = field(default_factory=dict)
    """Values that the mutated reference takes instead of the configuration's: a rule that is not followed."""
    first: int = 0
    """The first configuration to try: those before it are known not to notice."""

    def setup(self, setup: Setup) -> Setup:
        """The setup from which the mutated reference runs."""
        values = {
            name: np.broadcast_to(value, np.shape(setup.parameters.value(name.replace("__", "."))))
            for name, value in self.parameters.items()
        }
        return replace(setup, parameters=setup.parameters.replace(**values))


def _changed(target: object, name: str, value: object) -> Callable[[pytest.MonkeyPatch], None]:
    return lambda monkeypatch: monkeypatch.setattr(target, name, value)


def _reversed_risks(self: ReferenceModel, person: Person, risks: Callable = ReferenceModel.risks) -> dict:
    return dict(reversed(risks(self, person).items()))


def _later_post(self: ReferenceModel, decision: Decision, agent: int, tick: int, sub: int = 0, word: int = 0) -> float:
    return DRAW(self, decision, agent, tick, sub + (decision == Decision.FILL_POST), word)


def _one_word_for_two(self: Person, decision: Decision, sub: int = 0, word: int = 0) -> float:
    return OWN_DRAW(self, decision, sub, word if decision not in (Decision.SEE_PROMOTION, Decision.SEE_MOVE) else 0)


def _every_school(reference: ReferenceModel, search: market.Search) -> set[School]:
    return set(market.in_area(reference, search))


def _from_the_first_school(
    reference: ReferenceModel, search: market.Search, pick: Callable = market.come_upon
) -> set[School]:
    """The walk starts at the first school of the list and not before it."""
    found, schools = pick(reference, search), market.in_area(reference, search)
    return {schools[place + 1] for place, school in enumerate(schools[:-1]) if school in found}


def _a_year_early(self: ReferenceModel) -> None:
    for school in self.schools:
        school.past_culture = [school.culture, *school.past_culture]
    PUPILS_LEARN(self)
    for school in self.schools:
        school.past_culture = school.past_culture[1:]


def _pay_of_the_past(self: ReferenceModel, school: School, role: int) -> float:
    """Pay of years before the base year acts too."""
    year, self.year = self.year, max(self.year, self.setup.base_year + 1)
    now, self.parameters_of_year = self.parameters_of_year, {**self.parameters_of_year}
    self.parameters_of_year[self.year] = now[year]
    gained = PAY_GAINED(self, school, role)
    self.year, self.parameters_of_year = year, now
    return gained


def _joins_as_it_is(reference: ReferenceModel, school: School, key: int, join: Callable = reorganise.join) -> None:
    kind = school.kind
    join(reference, school, key)
    school.kind = kind


def _left_over_to_the_first(pupils: int, weights: list[int]) -> list[int]:
    total = sum(weights)
    shares = [pupils * weight // total if total else 0 for weight in weights]
    return [share + (total > 0 and i < pupils - sum(shares)) for i, share in enumerate(shares)]


def _opens_with_new_pupils(_: ReferenceModel, school: School) -> None:
    school.base_pupils, school.is_open, school.has_opened = school.registered_pupils, True, True


def _both_heads_go_over(reference: ReferenceModel, school: School, other: School) -> None:
    heads, other.filled[reference.rungs.head] = other.filled[reference.rungs.head], 0
    MERGES(reference, school, other)
    other.filled[reference.rungs.head] += heads


def _to_the_classroom_at_once(reference: ReferenceModel, search: market.Search, role: int) -> bool:
    person = search.person
    gone_on = not person.appointed and not search.by_promotion and role == 0 < search.role
    return gone_on and (person.displaced or not person.in_service)


def _step_downs_seek(reference: ReferenceModel) -> list[market.Search]:
    for person in reference.people:
        person.stepped_down = False
    return WHO_SEEKS(reference)


def _greatest_merit(staff: list[Person], role: int) -> Person | None:
    below = [person for person in staff if person.acting_role < 0 and person.role < role]
    return max(below, key=lambda person: (person.merit(role), -person.id), default=None)


def _all_of_each(self: Rungs, setup: Setup) -> None:
    READ_RUNGS(self, setup)
    self.shares = [1.0] * len(self.shares)


def _highest_alone(self: Rungs, role: int) -> bool:
    return IS_SENIOR(self, role) and role + 1 == self.head


def _unlinked(reference: ReferenceModel, vacancy: market.Vacancy) -> None:
    vacancy.link = 1
    OPEN_VACANCY(reference, vacancy)


def _later_year(self: Programme, effect: Effect, k: int) -> float:
    return PROFILE(self, effect, k - 1)


def _in_order_of_application(reference: ReferenceModel, programme: Programme, unit: Person | School | Cluster) -> float:
    return -reference.draw(Decision.APPLY_FOR_PLACE, unit.id, reference.year, programme.code)


def _unlimited(reference: ReferenceModel, programme: Programme, eligible: int) -> int:
    return PLACES(reference, replace(programme, places=replace(programme.places, budget=math.inf)), eligible)


def _undiluted(reference: ReferenceModel, enrolment: Enrolment, _: float) -> None:
    GIVE_DOSE(reference, enrolment, 1.0)


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

    return _changed(programmes, "select", patch)


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


def _judged_at_home(reference: ReferenceModel, search: market.Search, vacancy: market.Vacancy) -> float:
    """A panel judges as those do where the candidate works."""
    vacant, vacancy.school.zone = vacancy.school.zone, search.person.school.zone
    score = PANEL_SEES(reference, search, vacancy)
    vacancy.school.zone = vacant
    return score


def _rises_as_at_home(reference: ReferenceModel, search: market.Search, vacancy: market.Vacancy, number: int):
    zone, vacancy.school.zone = vacancy.school.zone, search.person.school.zone
    left_behind = APPOINT(reference, search, vacancy, number)
    vacancy.school.zone = zone
    return left_behind


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


def _keeps_what_was_given(self: ReferenceModel) -> None:
    for person in self.people:
        person.given_skills = [0.0] * 4
    DEVELOP(self)


def _culture_builds_up(self: ReferenceModel) -> None:
    for school in self.schools:
        school.given_culture = 0.0
    LEAD(self)


def _progress_builds_up(self: ReferenceModel) -> None:
    for school in self.schools:
        school.given_progress = 0.0
    PUPILS_LEARN(self)


def _carries_all_that_was_given(reference: ReferenceModel, search: market.Search, vacancy: market.Vacancy, number: int):
    given = search.person.given_skills
    left_behind = APPOINT(reference, search, vacancy, number)
    search.person.given_skills = given
    return left_behind


def _without(channel: PersonSlot | SchoolSlot) -> Callable[[pytest.MonkeyPatch], None]:
    """Programmes' part in a channel is not read."""
    read = Part.__getitem__
    return _changed(Part, "__getitem__", lambda part, slot: 0.0 if slot is channel else read(part, slot))


DRAW, PUPILS_LEARN, OWN_DRAW = ReferenceModel.draw, ReferenceModel.pupils_learn, Person.u
PAY_GAINED = ReferenceModel.pay_gained
WHO_SEEKS, OPEN_VACANCY = market.who_seeks, market.open_vacancy
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
GIVE_DOSE, FIND_HELPERS, AREA_OF, WEIGHT = delivery.give_dose, delivery.find_helpers, delivery.area_of, delivery.weight
CASCADE, FALL_ON_TEAM, PLACES, PROFILE = (
    delivery.cascade,
    delivery.fall_on_team,
    programmes.places_of,
    Programme.profile,
)
MERGES = reorganise.merges
READ_RUNGS, IS_SENIOR = Rungs.__init__, Rungs.is_senior
SELECT, AGAIN = programmes.select, programmes.may_join_again
ELECT, APPOINT, DEVELOP, LEAD = clusters.elect, market.appoint, ReferenceModel.develop, ReferenceModel.lead
PANEL_SEES, WHO_HAVE_MEASURES = market.panel_sees, delivery.who_have_measures

MUTATIONS = (
    Mutation("rolls are rounded down", "age and roll", _changed(model, "rounded", int)),
    Mutation("two part-timers in four work four days", "age and roll", _changed(model, "PART_TIME_HOURS", (40, 60, 80, 80))),
    Mutation(
        "years in a role count this year", "develop",
        _changed(Person, "years_in_role", property(lambda p: max(0, p.model.year - p.role_since))),
    ),
    Mutation("trust survives a change of head", "lead", parameters={"lead__trust_lost_on_change": 0.0}),
    Mutation("careers are settled after five years", "leave", _changed(model, "qualified_band", lambda y: min(y, 7))),
    Mutation("leadership falls short in a straight line", "leave or appoint", _changed(School, "shortfall", property(lambda s: -min(s.leadership, 0.0)))),
    Mutation("the last risk to strike decides", "leave", _changed(ReferenceModel, "risks", _reversed_risks)),
    Mutation("panels err by a normal", "appoint", _changed(market, "gumbel", inverse_normal)),
    Mutation("clusters do not help", "appoint", _changed(market, "same_cluster", lambda *_: False)),
    Mutation("posts come up in order of URN", "appoint", _changed(market, "place_in_queue", lambda *_: 0.0)),
    Mutation("those who step down seek at once", "appoint", _changed(market, "who_seeks", _step_downs_seek)),
    Mutation("links are not counted", "appoint or recruit", _changed(market, "open_vacancy", _unlinked)),
    Mutation("the fittest acts, whatever the role", "appoint", _changed(market, "who_acts", _greatest_merit)),
    Mutation("the bar stays where it was", "appoint", parameters={"appoint__bar_drop": 0.0}),
    Mutation("an advertisement repeated reaches nobody new", "appoint", parameters={"appoint__wider_reach": 1.0}),
    Mutation("panels see what candidates see", "appoint", _changed(Person, "u", _one_word_for_two)),
    Mutation("all schools elsewhere are come upon", "appoint", _changed(market, "come_upon", _every_school)),
    Mutation("nobody skips the first school of an area", "appoint", _changed(market, "come_upon", _from_the_first_school)),
    Mutation("posts elsewhere are met twice as often", "appoint", _changed(market, "MET", 2 * market.MET)),
    Mutation("all skill carries over", "appoint", parameters={"develop__carry_over": 1.0}),
    Mutation("a school's posts are numbered from one", "recruit", _changed(ReferenceModel, "draw", _later_post)),
    Mutation("culture reaches pupils a year early", "pupils learn", _changed(ReferenceModel, "pupils_learn", _a_year_early)),
    Mutation("insurance is due on all pay", "costs", parameters={"costs__insurance_threshold": 0.0}),
    # Changes of the system
    Mutation("trusts are joined by the maintained as such", "reorganise", _changed(reorganise, "join", _joins_as_it_is)),
    Mutation("left-over pupils go to the first", "reorganise", _changed(reorganise, "shared", _left_over_to_the_first)),
    Mutation("pupils of closed schools vanish", "reorganise", _changed(reorganise, "closes", lambda _, school: reorganise.shut(school))),
    Mutation("new schools bring pupils of their own", "reorganise", _changed(reorganise, "opens", _opens_with_new_pupils)),
    Mutation("both heads go over", "collaborate or develop or lead or leave", _changed(reorganise, "merges", _both_heads_go_over)),
    Mutation("leaders stay where they were", "age and roll or leave or appoint or develop or deliver or census", _changed(reorganise, "move_leaders", lambda *_: None)),
    Mutation("trusts are led from the smallest school", "age and roll", _changed(reorganise, "new_seat", lambda cluster: min(cluster.schools, key=lambda school: school.base_pupils))),
    Mutation("those who are displaced take a classroom post or none", "leave or appoint", _changed(market, "goes_on", _to_the_classroom_at_once)),
    Mutation("nobody is let go", "appoint or census", _changed(market, "let_go", lambda *_: None)),
    Mutation("a closed school is nobody's neighbour", "leave or appoint", _changed(School, "neighbourhood", property(lambda school: school.cluster))),
    Mutation(
        "one value holds in all places", "age and roll", _changed(School, "parameters", property(lambda school: school.model.everywhere)), first=1,
    ),
    Mutation("panels judge as at the candidate's school", "appoint", _changed(market, "panel_sees", _judged_at_home), first=1),
    Mutation("promotion costs what it does where one comes from", "appoint", _changed(market, "appoint", _rises_as_at_home), first=1),
    # The ladder
    Mutation("each rung has all posts of middle leaders", "age and roll", _changed(Rungs, "__init__", _all_of_each)),
    Mutation("the senior team is the rung below the head", "lead", _changed(Rungs, "is_senior", _highest_alone)),
    Mutation("middle leaders' posts are seen in all the region", "appoint", _changed(Rungs, "seen_in_the_region", Rungs.leads)),
    Mutation("nobody covers for the senior team", "appoint", _changed(Rungs, "leads_the_school", lambda self, role: role == self.head)),
    Mutation("whoever leads a team is in the senior team", "lead", _changed(Rungs, "is_senior", lambda self, role: 0 < role < self.head)),
    # Programmes and clusters
    Mutation("measures are of no account", "enrol or deliver", _changed(delivery, "who_have_measures", lambda _: [])),
    Mutation("measures are for those whom they were for at first", "deliver", _changed(delivery, "who_have_measures", _had_from_the_first), first=25),
    Mutation("whoever applies first is selected", "enrol", _changed(programmes, "rating", _in_order_of_application)),
    Mutation("a budget is no limit", "enrol", _changed(programmes, "places_of", _unlimited)),
    Mutation("who may join is not asked", "enrol", _changed(programmes, "meets", lambda *_: True)),
    Mutation("once is for ever", "enrol", _changed(programmes, "may_join_again", lambda *_: False)),
    Mutation("nobody waits to join again", "enrol", _changed(programmes, "may_join_again", _at_once)),
    Mutation("nothing new is needed to join again", "enrol", _changed(programmes, "may_join_again", _with_nothing_new)),
    Mutation("blocks know nothing of each other", "enrol", _changed(programmes, "last_starts", _each_for_itself)),
    Mutation("no places are kept", "enrol", _with_places(quotas=())),
    Mutation("kept places go to others", "enrol", _changed(programmes, "select", _left_to_others)),
    Mutation("nobody is ahead", "enrol", _with_places(ahead=())),
    Mutation("nobody has priority", "enrol", _with_places(priority=None)),
    Mutation("the least has priority over the most", "enrol", _changed(programmes, "select", _turned_round)),
    Mutation("what each time gave adds up", "deliver", _changed(delivery, "acts_through", lambda *_: True)),
    Mutation("only the latest time counts", "deliver", _changed(delivery, "acts_through", lambda _, e, times, __: e is times[-1])),
    Mutation("doses are not diluted", "deliver", _changed(delivery, "give_dose", _undiluted)),
    Mutation("gaps are closed both ways", "deliver", _changed(delivery, "give_dose", _gap_both_ways)),
    Mutation("people help in two programmes", "deliver", _changed(delivery, "find_helpers", _helps_in_each), first=21),
    Mutation("areas are of all phases", "deliver", _changed(delivery, "area_of", _any_phase)),
    Mutation("nobody endorses", "deliver", _changed(delivery, "quality_of", lambda _, programme: programme.delivery.quality)),
    Mutation("what is built does not wear", "deliver", _changed(delivery, "wear", lambda *_: None)),
    Mutation("profiles are a year late", "deliver", _changed(Programme, "profile", _later_year)),
    Mutation("places withdrawn give", "deliver", _changed(delivery, "weight", _unsigned)),
    Mutation("leaders support nothing", "deliver", _changed(delivery, "supported", lambda w, *_: w)),
    Mutation("those who joined are peers", "deliver", _changed(delivery, "cascade", _peers_of_the_joined)),
    Mutation("each leader leads the whole team", "deliver", _changed(delivery, "fall_on_team", _whole_team)),
    Mutation("heads give no time", "deliver", _changed(delivery, "take_hours", lambda *_: None)),
    Mutation("chairs are elected each year", "collaborate", _changed(clusters, "elect", _elected_anew), first=6),
    Mutation("experience has no end", "collaborate", _changed(clusters, "experience", lambda head: max(0, head.years_as_head) / 10)),
    Mutation("systems survive a change of head", "deliver or collaborate", parameters={"collaborate__wear": 0.0}),
    Mutation("practice spreads from the middle", "develop", _changed(clusters, "spread_practice", _from_the_middle)),
    Mutation("peers do not support heads", "develop", parameters={"collaborate__support": 0.0}),
    Mutation("skills given are given again each year", "develop", _changed(ReferenceModel, "develop", _keeps_what_was_given)),
    Mutation("culture given is given again each year", "lead", _changed(ReferenceModel, "lead", _culture_builds_up)),
    Mutation("aspiration keeps nobody", "leave", parameters={"leave__per_aspiration": 0.0}),
    Mutation("pay keeps nobody in state schools", "leave", parameters={"leave__pay_elasticity": 0.0}),
    Mutation("pay keeps nobody in a post", "leave", parameters={"leave__step_down_pay_elasticity": 0.0}),
    Mutation("pay outside is not looked at", "leave or recruit", parameters={"leave__outside_pay": 1.0}),
    Mutation("pay draws nobody to the next rung", "leave or appoint", parameters={"appoint__pay_elasticity": 0.0}),
    Mutation("pay draws no newcomers", "recruit", parameters={"recruit__pay_elasticity": 0.0}),
    Mutation("pay of the past acts", "leave or appoint or recruit", _changed(ReferenceModel, "pay_gained", _pay_of_the_past)),
    *(Mutation(f"programmes' {slot.name} is not read", process, _without(slot)) for slot, process in READ_IN),
    Mutation("clusters hire as well however strong", "appoint", parameters={"collaborate__hiring": 0.0}),
    Mutation("all that was given carries over", "appoint", _changed(market, "appoint", _carries_all_that_was_given)),
    Mutation("progress given is given again each year", "pupils learn", _changed(ReferenceModel, "pupils_learn", _progress_builds_up)),
    Mutation("leaders' teams are as the school", "pupils learn", parameters={"pupils_learn__per_team_leader": 0.0}),
)  # fmt: skip
