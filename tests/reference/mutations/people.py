"""Changed rules of people and of their schools: rolls, hours, development, leading, leaving, pay, what pupils learn, costs."""

from __future__ import annotations

from collections.abc import Callable

from tests.reference import inspections, model, rolls
from tests.reference.model import ReferenceModel
from tests.reference.mutations.mutation import Mutation, changed
from tests.reference.person import Person
from tests.reference.school import School


def _of_this_year(reference: ReferenceModel, school: School, _: int) -> list[float]:
    return school.parameters.establishment.roll_growth[school.phase]


def _reversed_risks(self: ReferenceModel, person: Person, risks: Callable = ReferenceModel.risks) -> dict:
    return dict(reversed(risks(self, person).items()))


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


def _upside_down(school: School, u: float) -> int:
    return 3 - GRADE_GIVEN(school, u)


def _lowered_for_good(self: ReferenceModel, person: Person, risks: Callable = ReferenceModel.risks) -> dict:
    """What a lowered grade does to the staff, it does ever after."""
    school, lowered = person.school, person.school.lowered
    school.lowered = self.year if lowered > 0 else lowered
    found = risks(self, person)
    school.lowered = lowered
    return found


GRADE_GIVEN = inspections.grade_given
PUPILS_LEARN = ReferenceModel.pupils_learn


def _unselected(self: Person, initial: bool) -> float:
    return DRAWN_DRIVE(self, initial=False)


DRAWN_DRIVE = Person.drawn_drive
PAY_GAINED = ReferenceModel.pay_gained
DEVELOP = ReferenceModel.develop
LEAD = ReferenceModel.lead

MUTATIONS = (
    Mutation("rolls are rounded down", "age and roll", changed(rolls, "rounded", int)),
    Mutation("rolls have always grown as this year", "age and roll", changed(rolls, "rates_of", _of_this_year), first=3),
    Mutation("two part-timers in four work four days", "age and roll", changed(model, "PART_TIME_HOURS", (40, 60, 80, 80))),
    Mutation(
        "years in a role count this year", "develop",
        changed(Person, "years_in_role", property(lambda p: max(0, p.model.year - p.role_since))),
    ),
    Mutation("trust survives a change of head", "lead", parameters={"lead__trust_lost_on_change": 0.0}),
    Mutation("the best grade is the last", "inspect", changed(inspections, "grade_given", _upside_down)),
    Mutation("inspectors do not see who leads", "inspect", parameters={"inspect__per_leadership": 0.0}),
    Mutation("inspectors do not see progress", "inspect", parameters={"inspect__per_progress": 0.0}),
    Mutation("inspectors do not see disadvantage", "inspect", parameters={"inspect__per_disadvantage": 0.0}),
    Mutation(
        "disadvantage is from a quarter in every phase", "inspect or leave",
        changed(School, "disadvantage_term", property(lambda s: (s.disadvantage - 0.25) / 0.10)),
    ),
    Mutation("a grade keeps nobody", "leave", parameters={"inspect__leave": 0.0}),
    Mutation("a grade that is lowered moves nobody", "leave", parameters={"inspect__leave_when_lowered": 0.0}),
    Mutation("a sponsor moves nobody", "leave", parameters={"inspect__leave_when_sponsored": 0.0}),
    Mutation("a sponsor moves the new as well", "leave", changed(model, "SETTLED", 0)),
    Mutation("a grade is lowered for good", "leave", changed(ReferenceModel, "risks", _lowered_for_good)),
    Mutation("nobody seeks a school of a better grade", "appoint", parameters={"inspect__move": 0.0}),
    Mutation("posts are seen whatever the grade", "appoint or recruit", parameters={"inspect__seen": 0.0}),
    Mutation("careers are settled after five years", "leave", changed(model, "qualified_band", lambda y: min(y, 7)), first=3),
    Mutation("leadership falls short in a straight line", "leave or appoint", changed(School, "shortfall", property(lambda s: -min(s.leadership, 0.0)))),
    Mutation("the last risk to strike decides", "leave", changed(ReferenceModel, "risks", _reversed_risks)),
    Mutation("culture reaches pupils a year early", "pupils learn", changed(ReferenceModel, "pupils_learn", _a_year_early)),
    Mutation("insurance is due on all pay", "costs", parameters={"costs__insurance_threshold": 0.0}),
    Mutation("skills given are given again each year", "develop", changed(ReferenceModel, "develop", _keeps_what_was_given)),
    Mutation("culture given is given again each year", "lead", changed(ReferenceModel, "lead", _culture_builds_up), first=14),
    Mutation("aspiration keeps nobody", "leave", parameters={"leave__per_aspiration": 0.0}),
    Mutation("pay keeps nobody in state schools", "leave", parameters={"leave__pay_elasticity": 0.0}),
    Mutation("pay keeps nobody in a post", "leave", parameters={"leave__step_down_pay_elasticity": 0.0}, first=4),
    Mutation("pay outside is not looked at", "leave or recruit", parameters={"leave__outside_pay": 1.0}),
    Mutation("pay draws nobody to the next rung", "appoint", parameters={"appoint__pay_elasticity": 0.0}, first=14),
    Mutation("pay draws no newcomers", "recruit", parameters={"recruit__pay_elasticity": 0.0}),
    Mutation("pay of the past acts", "leave or appoint or recruit", changed(ReferenceModel, "pay_gained", _pay_of_the_past), first=11),
    Mutation("progress given is given again each year", "pupils learn", changed(ReferenceModel, "pupils_learn", _progress_builds_up)),
    Mutation("leaders at the start want no more than others", "develop", changed(Person, "drawn_drive", _unselected)),
    Mutation("nobody has grown before the start", "develop", changed(Person, "grown_before", lambda _: 0.0)),
    Mutation("leaders' teams are as the school", "pupils learn", parameters={"pupils_learn__per_team_leader": 0.0}),
)  # fmt: skip
