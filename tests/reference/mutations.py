"""Deliberate changes of one rule of the reference: each must show in the comparison, in the process where it belongs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

import pytest

from simulation.draws import Decision
from simulation.vocabulary import Role
from simulation.world import Setup
from tests.reference import market, model
from tests.reference.functions import inverse_normal
from tests.reference.model import ReferenceModel, School
from tests.reference.person import Person


@dataclass(frozen=True)
class Mutation:
    """One changed rule: what it is, the process (or the two) that can show it first, and how to change it."""

    name: str
    process: str
    patch: Callable[[pytest.MonkeyPatch], None] | None = None
    parameters: dict[str, float] = field(default_factory=dict)
    """Values that the mutated reference takes instead of the configuration's: a rule that is not followed."""

    def setup(self, setup: Setup) -> Setup:
        """The setup from which the mutated reference runs."""
        return replace(setup, parameters=setup.parameters.replace(**self.parameters))


def _changed(target: object, name: str, value: object) -> Callable[[pytest.MonkeyPatch], None]:
    return lambda monkeypatch: monkeypatch.setattr(target, name, value)


def _reversed_risks(self: ReferenceModel, person: Person, risks: Callable = ReferenceModel.risks) -> dict:
    return dict(reversed(risks(self, person).items()))


def _later_post(self: ReferenceModel, decision: Decision, agent: int, tick: int, sub: int = 0) -> float:
    return DRAW(self, decision, agent, tick, sub + (decision == Decision.FILL_POST))


def _a_year_early(self: ReferenceModel) -> None:
    for school in self.schools:
        school.past_culture = [school.culture, *school.past_culture]
    PUPILS_LEARN(self)
    for school in self.schools:
        school.past_culture = school.past_culture[1:]


def _step_downs_seek(reference: ReferenceModel) -> list[market.Search]:
    for person in reference.people:
        person.stepped_down = False
    return WHO_SEEKS(reference)


def _greatest_merit(staff: list[Person], role: Role) -> Person | None:
    below = [person for person in staff if person.acting_role < 0 and person.role < role]
    return max(below, key=lambda person: (person.merit(role), -person.id), default=None)


def _unlinked(reference: ReferenceModel, vacancy: market.Vacancy) -> None:
    vacancy.link = 1
    OPEN_VACANCY(reference, vacancy)


DRAW, PUPILS_LEARN = ReferenceModel.draw, ReferenceModel.pupils_learn
WHO_SEEKS, OPEN_VACANCY = market.who_seeks, market.open_vacancy

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
    Mutation("links are not counted", "recruit", _changed(market, "open_vacancy", _unlinked)),
    Mutation("the fittest acts, whatever the role", "appoint", _changed(market, "who_acts", _greatest_merit)),
    Mutation("the bar stays where it was", "appoint", parameters={"appoint__bar_drop": 0.0}),
    Mutation("an advertisement repeated reaches nobody new", "appoint", parameters={"appoint__wider_reach": 1.0}),
    Mutation("all skill carries over", "appoint", parameters={"develop__carry_over": 1.0}),
    Mutation("a school's posts are numbered from one", "recruit", _changed(ReferenceModel, "draw", _later_post)),
    Mutation("culture reaches pupils a year early", "pupils learn", _changed(ReferenceModel, "pupils_learn", _a_year_early)),
    Mutation("insurance is due on all pay", "costs", parameters={"costs__insurance_threshold": 0.0}),
)  # fmt: skip
