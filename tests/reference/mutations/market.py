"""Changed rules of the market for posts: what is seen, who seeks, who is chosen, who comes from outside."""

from __future__ import annotations

from collections.abc import Callable

from simulation.draws import Decision
from simulation.vocabulary import Ring
from tests.reference import market, surroundings
from tests.reference.configurations import SPREAD_OUT
from tests.reference.functions import inverse_normal
from tests.reference.model import ReferenceModel
from tests.reference.mutations.mutation import Mutation, changed
from tests.reference.person import Person
from tests.reference.school import School


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


def _to_the_classroom_at_once(reference: ReferenceModel, search: market.Search, role: int) -> bool:
    person = search.person
    gone_on = not person.appointed and not search.by_promotion and role == 0 < search.role
    return gone_on and (person.displaced or not person.in_service)


def _step_downs_seek(reference: ReferenceModel) -> list[market.Search]:
    for person in reference.people:
        person.stepped_down = False
    return WHO_SEEKS(reference)


def _greatest_merit(reference: ReferenceModel, school: School, role: int) -> Person | None:
    staff = [person for person in reference.people if person.in_service and person.school is school]
    below = [person for person in staff if person.acting_role < 0 and person.role < role]
    return max(below, key=lambda person: (person.merit(role), -person.id), default=None)


def _a_new_head(reference: ReferenceModel, person: Person, school: School, new: bool, stays: bool) -> None:
    BEGIN_HEADSHIP(reference, person, school, new, stays=False)


def _term_after_term(reference: ReferenceModel, person: Person, school: School, new: bool, stays: bool) -> None:
    ended, person.term_ended = person.term_ended and stays, False
    changed_before = school.head_changed, school.last_head_leadership
    BEGIN_HEADSHIP(reference, person, school, new, stays)
    person.term_ended = ended
    if ended:
        school.head_changed, school.last_head_leadership = changed_before


def _at_once(reference: ReferenceModel, vacancy: market.Vacancy, number: int, person: Person) -> int:
    return max(number, vacancy.due - 3 * reference.year)


def _nobody_acts_on(self: ReferenceModel, person: Person) -> None:
    END_TERM(self, person)
    person.acting_role, person.acting_school = -1, None


def _for_a_year(self: ReferenceModel, vacancy: market.Vacancy, start: int) -> None:
    whole_years = 3 * (start > max(vacancy.due - 3 * self.year, 1))
    self.without_holder[vacancy.school, int(vacancy.role)] += whole_years


def _first_round_next_year(self: ReferenceModel, person: Person) -> tuple[int, int]:
    return NOTICE(self, person)[0], 4


def _as_often_everywhere(_: ReferenceModel, school: School, ring: Ring) -> float:
    return school.parameters.appoint.see[school.phase][ring]


def _unlinked(reference: ReferenceModel, vacancy: market.Vacancy) -> None:
    vacancy.link = 1
    OPEN_VACANCY(reference, vacancy)


def _carries_all_that_was_given(reference: ReferenceModel, search: market.Search, vacancy: market.Vacancy, number: int):
    given = search.person.given_skills
    left_behind = APPOINT(reference, search, vacancy, number)
    search.person.given_skills = given
    return left_behind


def _aims_from_the_own_rung(model: ReferenceModel, person: Person) -> int | None:
    acting, person.acting_role = person.acting_role, -1
    aim = NEXT_ROLE(model, person)
    person.acting_role = acting
    return aim


DRAW = ReferenceModel.draw
NOTICE = ReferenceModel.notice
END_TERM = ReferenceModel.end_term
BEGIN_HEADSHIP = market.begin_headship
OWN_DRAW = Person.u
WHO_SEEKS = market.who_seeks
NEXT_ROLE = market.next_role
OPEN_VACANCY = market.open_vacancy
APPOINT = market.appoint

MUTATIONS = (
    Mutation("headships are sought whatever the school's faith", "appoint", parameters={"appoint__seen_as_head": 0.0}),
    Mutation("panels err by a normal", "appoint", changed(market, "gumbel", inverse_normal)),
    Mutation("clusters do not help", "appoint", changed(market, "same_cluster", lambda *_: False)),
    Mutation("posts come up in order of URN", "appoint", changed(market, "place_in_queue", lambda *_: 0.0)),
    Mutation("those who step down seek at once", "appoint", changed(market, "who_seeks", _step_downs_seek), first=3),
    Mutation("links are not counted", "appoint or recruit", changed(market, "open_vacancy", _unlinked)),
    Mutation("the fittest acts, whatever the role", "appoint", changed(market, "who_acts", _greatest_merit)),
    Mutation("sister schools do not cover", "appoint", changed(market, "is_sister", lambda *_: False), first=3),
    Mutation("the bar drops once at most", "appoint", changed(market, "MOST_DROPS", 1), first=3),
    Mutation("whoever acts has no better chance", "appoint", parameters={"appoint__incumbent": 0.0}),
    Mutation("whoever acts seeks the next rung", "appoint", changed(market, "next_role", _aims_from_the_own_rung)),
    Mutation("nobody looks past the next rung", "appoint", parameters={"appoint__look_past": 0.0}),
    Mutation("who comes back after long keeps the rung", "appoint", parameters={"appoint__rank_kept": 60.0}),
    Mutation("all headships are for good", "appoint", parameters={"appoint__fixed_term": 0.0}, first=7),
    Mutation("headships for a fixed term do not end", "leave", changed(ReferenceModel, "term_ends", lambda *_: False)),
    Mutation("who has a headship for good after a term is a new head", "appoint", changed(market, "begin_headship", _a_new_head)),
    Mutation("one fixed term follows another", "appoint", changed(market, "begin_headship", _term_after_term), first=9),
    Mutation("whoever leads for a term can leave in the middle of it", "appoint", changed(market, "start_of", _at_once), first=7),
    Mutation("whoever led for a term has no better chance", "appoint", changed(ReferenceModel, "end_term", _nobody_acts_on)),
    Mutation("who is appointed starts in January", "appoint", changed(market, "start_of", lambda *_: 1)),
    Mutation("a post that costs a term costs a year", "costs", changed(ReferenceModel, "held_from", _for_a_year)),
    Mutation("nobody goes without notice", "appoint or recruit", parameters={"leave__sudden": 0.0}),
    Mutation("notice is never late", "appoint or recruit", parameters={"leave__late_notice": 0.0}),
    Mutation("everybody leaves in September", "appoint", parameters={"leave__dates": (0.0, 0.0, 1.0)}),
    Mutation("posts that fell vacant this year are closed to rounds", "appoint", changed(ReferenceModel, "notice", _first_round_next_year)),
    Mutation("the bar stays where it was", "appoint", parameters={"appoint__bar_drop": 0.0}, first=2),
    Mutation("an advertisement repeated reaches nobody new", "appoint", parameters={"appoint__wider_reach": 1.0}),
    Mutation("panels see what candidates see", "appoint", changed(Person, "u", _one_word_for_two)),
    Mutation("all schools elsewhere are come upon", "appoint", changed(market, "come_upon", _every_school), first=3),
    Mutation("nobody skips the first school of an area", "appoint", changed(market, "come_upon", _from_the_first_school), first=SPREAD_OUT),
    Mutation("posts elsewhere are met twice as often", "appoint", changed(market, "MET", 2 * market.MET), first=25),
    Mutation("a post is seen as often in however few schools", "appoint", changed(surroundings, "chance", _as_often_everywhere)),
    Mutation("regions that are joined are apart", "appoint", changed(School, "market", property(lambda school: school.region))),
    Mutation("all skill carries over", "appoint", parameters={"develop__carry_over": 1.0}),
    Mutation("a school's posts are numbered from one", "recruit", changed(ReferenceModel, "draw", _later_post)),
    Mutation("those who are displaced take a classroom post or none", "appoint", changed(market, "goes_on", _to_the_classroom_at_once), first=3),
    Mutation("nobody is let go", "appoint or census", changed(market, "let_go", lambda *_: None)),
    Mutation("clusters hire as well however strong", "appoint", parameters={"collaborate__hiring": 0.0}, first=9),
    Mutation("all that was given carries over", "appoint", changed(market, "appoint", _carries_all_that_was_given)),
)  # fmt: skip
