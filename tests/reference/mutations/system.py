"""Changed rules of what there is: schools and trusts that change, places with values of their own, the ladder."""

from __future__ import annotations

from collections.abc import Callable

from simulation.vocabulary import ClusterKind
from simulation.world import Setup
from tests.reference import market, reorganise, sharing
from tests.reference.model import ReferenceModel
from tests.reference.mutations.mutation import Mutation, changed
from tests.reference.person import Person
from tests.reference.rungs import Rungs
from tests.reference.school import School


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


def _judged_at_home(reference: ReferenceModel, search: market.Search, vacancy: market.Vacancy) -> float:
    """A panel judges as those do where the candidate works."""
    vacant, vacancy.school.zone = vacancy.school.zone, search.person.school.zone
    score = PANEL_SEES(reference, search, vacancy)
    vacancy.school.zone = vacant
    return score


def _gap_above_too(reference: ReferenceModel, search: market.Search, vacancy: market.Vacancy) -> float:
    """Panels see less in some groups of people at every senior rung, and not only at the step to the first."""
    above = reference.rungs.at_least_senior(search.person.role) and reference.rungs.at_least_senior(vacancy.role)
    gap = vacancy.school.parameters.appoint.gap_ethnic_group[search.person.ethnic_group] if above else 0.0
    return PANEL_SEES(reference, search, vacancy) - gap


def _rises_as_at_home(reference: ReferenceModel, search: market.Search, vacancy: market.Vacancy, number: int):
    zone, vacancy.school.zone = vacancy.school.zone, search.person.school.zone
    left_behind = APPOINT(reference, search, vacancy, number)
    vacancy.school.zone = zone
    return left_behind


def _all_of_each(self: Rungs, setup: Setup) -> None:
    READ_RUNGS(self, setup)
    self.shares = [1.0] * len(self.shares)


def _highest_alone(self: Rungs, role: int) -> bool:
    return IS_SENIOR(self, role) and role + 1 == self.head


def _whoever_is_near(reference: ReferenceModel, head: Person, school: School) -> bool:
    room = sharing.led_by(reference, head) + 2 <= school.parameters.executive.most_schools
    return sharing.are_together(head.school, school) and room


def _first_of_all(reference: ReferenceModel, school: School) -> int | None:
    """The trust with the first key of all takes in whoever is to have a sponsor."""
    if SPONSOR(reference, school) is None:
        return None
    return min(one.key for one in reference.clusters if one.kind == ClusterKind.TRUST and one is not school.cluster)


MERGES = reorganise.merges
SPONSOR = reorganise.sponsor
READ_RUNGS = Rungs.__init__
IS_SENIOR = Rungs.is_senior
APPOINT = market.appoint
PANEL_SEES = market.panel_sees

MUTATIONS = (
    Mutation("trusts are joined by the maintained as such", "reorganise", changed(reorganise, "join", _joins_as_it_is), first=5),
    Mutation("left-over pupils go to the first", "reorganise", changed(reorganise, "shared", _left_over_to_the_first), first=3),
    Mutation("pupils of closed schools vanish", "reorganise", changed(reorganise, "closes", lambda _, school: reorganise.shut(school))),
    Mutation("new schools bring pupils of their own", "reorganise", changed(reorganise, "opens", _opens_with_new_pupils), first=5),
    Mutation("both heads go over", "collaborate or develop or lead or leave", changed(reorganise, "merges", _both_heads_go_over), first=3),
    Mutation("leaders stay where they were", "age and roll or leave or appoint or develop or deliver or census", changed(reorganise, "move_leaders", lambda *_: None), first=3),
    Mutation("no grade brings a school into a trust", "reorganise", parameters={"inspect__sponsored": 0.0}),
    Mutation("academies stay in their trust", "reorganise", parameters={"inspect__transferred": 0.0}),
    Mutation("an order stands for good", "reorganise", changed(reorganise, "ORDER_STANDS", 99)),
    Mutation("a sponsor is near by chance", "reorganise", changed(reorganise, "sponsor", _first_of_all)),
    Mutation("executive heads lead no better", "lead", parameters={"executive__weight": 0.0}),
    Mutation("executive heads work no longer", "develop", parameters={"executive__hours": 0.0}),
    Mutation("heads under executive heads are held to a higher bar", "appoint", parameters={"executive__bar": -10.0}),
    Mutation("executive heads are paid as heads", "costs", parameters={"executive__allowance": 0.0}),
    Mutation("schools stay under an executive head", "share headships", parameters={"executive__ends": 0.0}, first=5),
    Mutation("one person heads any number of schools", "share headships", parameters={"executive__most_schools": 99.0}, first=42),
    Mutation("an executive head's own school can be under another", "share headships", changed(sharing, "can_lead", _whoever_is_near), first=46),
    Mutation("a headship that was advertised once has failed", "share headships", changed(sharing, "TWICE", 1), first=18),
    Mutation("no school is too small for a head of its own", "share headships", parameters={"executive__small": 0.0}, first=5),
    Mutation("trusts are led from the smallest school", "age and roll", changed(reorganise, "new_seat", lambda cluster: min(cluster.schools, key=lambda school: school.base_pupils)), first=3),
    Mutation("a closed school is nobody's neighbour", "appoint", changed(School, "neighbourhood", property(lambda school: school.cluster)), first=3),
    Mutation(
        "one value holds in all places", "age and roll", changed(School, "parameters", property(lambda school: school.model.everywhere)), first=1,
    ),
    Mutation("panels judge as at the candidate's school", "appoint", changed(market, "panel_sees", _judged_at_home), first=1),
    Mutation("the gap of ethnic groups goes on above", "appoint", changed(market, "panel_sees", _gap_above_too), first=1),
    Mutation("promotion costs what it does where one comes from", "appoint", changed(market, "appoint", _rises_as_at_home), first=1),
    Mutation("each rung has all posts of middle leaders", "age and roll", changed(Rungs, "__init__", _all_of_each), first=6),
    Mutation("the senior team is the rung below the head", "lead", changed(Rungs, "is_senior", _highest_alone)),
    Mutation("middle leaders' posts are seen in all the region", "appoint", changed(Rungs, "seen_in_the_region", Rungs.leads)),
    Mutation("nobody covers for the senior team", "appoint", changed(Rungs, "leads_the_school", lambda self, role: role == self.head)),
    Mutation("whoever leads a team is in the senior team", "lead", changed(Rungs, "is_senior", lambda self, role: 0 < role < self.head)),
)  # fmt: skip
