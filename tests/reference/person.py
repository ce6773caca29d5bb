"""A person: born into the model with a career so far, and known by their years, merit and pay."""

from __future__ import annotations

import math
from types import SimpleNamespace
from typing import TYPE_CHECKING

import mesa

from simulation.draws import Decision
from simulation.vocabulary import LeaverReason, Route, Sex, Status
from tests.reference.functions import inverse_normal, pick, structured_id
from tests.reference.programmes import Part
from tests.reference.rungs import CLASSROOM

if TYPE_CHECKING:
    from tests.reference.model import ReferenceModel
    from tests.reference.school import School

NEVER = -1
NOBODY = -1
AGE_LOW_AND_WIDTH = ((22, 3), *((low, 5) for low in range(25, 65, 5)), (65, 3))
PART_TIME_HOURS = (40, 60, 60, 80)
FULL_TIME = 100


class Person(mesa.Agent):
    """A teacher or leader, in service or able to come back."""

    def __init__(self, model: ReferenceModel, route: Route, school: School, serial: int, role: int) -> None:
        super().__init__(model)
        self.id = structured_id(route, model.year, school.urn, serial)
        self.school, self.role, self.status = school, role, Status.IN_SERVICE
        self.passed_over, self.fixed_term, self.schools_led = NEVER, NEVER, 0
        self.acting_role, self.stepped_down, self.appointed, self.term_ended = NOBODY, False, False, False
        self.acting_school: School | None = None
        self.left_year, self.left_reason = NEVER, LeaverReason.NONE
        self.programmes, self.team_progress = Part(), 0.0
        self.given_skills, self.given_aspiration, self.given_wellbeing = [0.0] * 4, 0.0, 0.0
        shares, develop = school.parameters.population, school.parameters.develop
        phase, year, initial = school.phase, model.year, route == Route.INITIAL

        age_shares = shares.age[role] if initial else shares.entry_age[route - Route.NEWLY_QUALIFIED]
        band, within = pick(age_shares, self.born(Decision.BIRTH_AGE))
        low, width = AGE_LOW_AND_WIDTH[band]
        age = min(low + math.floor(within * width), low + width - 1)
        self.birth_year = year - age
        female = shares.female[phase][role] if initial else shares.entrant_female[phase]
        self.sex = Sex.FEMALE if self.born(Decision.BIRTH_SEX) < female else Sex.MALE
        groups = shares.ethnic_group[phase][role] if initial else shares.entrant_ethnic_group[phase]
        self.ethnic_group, _ = pick(groups, self.born(Decision.BIRTH_ETHNIC_GROUP))
        part_time = shares.part_time[phase][role] if initial else shares.entrant_part_time
        self.fte = FULL_TIME
        if self.born(Decision.BIRTH_PART_TIME) < part_time:
            self.fte = PART_TIME_HOURS[math.floor(4 * self.born(Decision.BIRTH_HOURS))]
        career = self.born(Decision.BIRTH_CAREER)
        if initial:
            self.qualified_year = year - max(0, age - (math.floor(shares.qualifying_age) + math.floor(7 * career) - 3))
        elif route == Route.NEWLY_QUALIFIED:
            self.qualified_year = year
        else:
            most = min(math.floor(shares.new_to_sector_years), age - 22)
            self.qualified_year = year - math.floor(career * (1 + most))

        self.drive = self.drawn_drive(initial)
        self.aspiration = self.drive
        self.self_view = shares.self_view_spread * self.normal(Decision.BIRTH_SELF_VIEW)
        self.wellbeing = self.normal(Decision.BIRTH_WELLBEING)
        self.workload = develop.hours[phase][role]

        self.role_since = self.school_since = year
        if initial:
            span = 1 + min(6, year - self.qualified_year)
            self.role_since = year - math.floor(self.born(Decision.BIRTH_ROLE_YEARS) * span)
            self.school_since = year - math.floor(self.born(Decision.BIRTH_SCHOOL_YEARS) * span)
        self.skills = self.drawn_skills()
        self.readiness = self.merit(model.rungs.next(role))
        self.head_since = self.role_since if role in (model.rungs.head, model.rungs.trust_leader) else NEVER
        if role == model.rungs.trust_leader:
            self.status = Status.CENTRAL

    def drawn_skills(self) -> list[float]:
        """Skills at birth: an ability that they share, what each has of its own, and growth in the role so far."""
        shares, ability = self.parameters.population, self.normal(Decision.BIRTH_ABILITY)
        shared, own = math.sqrt(shares.skill_correlation), math.sqrt(1 - shares.skill_correlation)
        traits = (Decision.BIRTH_TEACHING, Decision.BIRTH_PEOPLE, Decision.BIRTH_MANAGEMENT, Decision.BIRTH_SYSTEM)
        growth, grown = self.parameters.develop.growth_on_the_job[self.role], self.grown_before()
        return [
            shared * ability + own * self.normal(trait) + shares.selection[self.role] + growth[k] * grown
            for k, trait in enumerate(traits)
        ]

    def grown_before(self) -> float:
        """Growth in the role before the model begins, in first years' growth, in a school of ordinary culture."""
        return sum(2.0 ** (-k / 2.0) for k in range(self.model.year - self.role_since))

    def drawn_drive(self, initial: bool) -> float:
        """Aspiration at birth: in the initial population, as selection up the ladder has left it in each role."""
        above, wants = 1 - self.born(Decision.BIRTH_ASPIRATION), self.parameters.appoint.wants[self.school.phase]
        if not initial:
            return -inverse_normal(above)
        if self.role > CLASSROOM:
            reached = min(wants[1 : self.role + 1])
            return -inverse_normal(reached * above if reached > 0 else above)
        want = wants[1] if len(wants) > 1 else 0.0
        left = min(self.parameters.population.classroom_wants[self.school.phase], want)
        if want in (0.0, 1.0):
            return -inverse_normal(above)
        if above < left:
            return -inverse_normal(above * want / left)
        return -inverse_normal(want + (above - left) * (1 - want) / (1 - left))

    def u(self, decision: Decision, sub: int = 0, word: int = 0) -> float:
        """The person's draw for a decision, this year."""
        return self.model.draw(decision, self.id, self.model.year, sub, word)

    def born(self, decision: Decision) -> float:
        """A draw settled at birth."""
        return self.model.draw(decision, self.id, 0)

    def normal(self, decision: Decision) -> float:
        """A standard normal trait settled at birth."""
        return inverse_normal(self.born(decision))

    def merit(self, role: int) -> float:
        """Fitness for a post in ``role``: skills, weighted as that role needs them."""
        weights = self.model.everywhere.appoint.merit_weights[role]
        return sum(weight * skill for weight, skill in zip(weights, self.skills, strict=True))

    @property
    def parameters(self) -> SimpleNamespace:
        """The parameters in force where the person works, or last worked."""
        return self.school.parameters

    @property
    def aspiration_and_capability(self) -> tuple[float, float]:
        """What take-up of programmes selects on: aspiration, and merit for the next rung."""
        return self.aspiration, self.merit(self.model.rungs.next(self.role))

    @property
    def panel_gap(self) -> float:
        """Merit that panels see less in the person for a post on the next rung."""
        rule, rung = self.parameters.appoint, self.model.rungs.next(self.role)
        by_sex = rule.gap_female[self.school.phase][rung] if self.sex == Sex.FEMALE else 0.0
        rungs = self.model.rungs
        into_senior = rungs.at_least_senior(rung) and not rungs.at_least_senior(self.role)
        return by_sex + (rule.gap_ethnic_group[self.ethnic_group] if into_senior else 0.0)

    @property
    def seat(self) -> School:
        """The school from which the person takes part in programmes: the present one."""
        return self.school

    @property
    def schools(self) -> list[School]:
        """The same, as clusters have theirs."""
        return [self.school]

    @property
    def teaching(self) -> float:
        """Skill in teaching."""
        return self.skills[0]

    @property
    def people(self) -> float:
        """Skill in leading people."""
        return self.skills[1]

    @property
    def management(self) -> float:
        """Skill in running an organisation."""
        return self.skills[2]

    @property
    def system(self) -> float:
        """Skill in leading beyond one's own school."""
        return self.skills[3]

    def pay(self, role: int) -> float:
        """Full-time pay of a post in ``role`` at the person's school."""
        return self.parameters.costs.pay[self.school.phase][role]

    @property
    def in_service(self) -> bool:
        """In a post that the census sees."""
        return self.status == Status.IN_SERVICE

    @property
    def displaced(self) -> bool:
        """At a school that has closed."""
        return self.in_service and not self.school.is_open

    @property
    def age(self) -> int:
        """Age at the census before."""
        return self.model.year - 1 - self.birth_year

    @property
    def years_qualified(self) -> int:
        """Whole years since qualifying, at the census before."""
        return max(0, self.model.year - 1 - self.qualified_year)

    @property
    def years_in_role(self) -> int:
        """Whole years in the role, at the census before."""
        return max(0, self.model.year - 1 - self.role_since)

    @property
    def years_in_school(self) -> int:
        """Whole years in the school, at the census before."""
        return max(0, self.model.year - 1 - self.school_since)

    @property
    def years_in_post(self) -> int:
        """Whole years since the role or the school was new, at the census before."""
        return min(self.years_in_role, self.years_in_school)

    @property
    def years_as_head(self) -> int:
        """Whole years since first a head, at the census before; -1 for never."""
        return -1 if self.head_since == NEVER else self.model.year - 1 - self.head_since

    @property
    def years_out(self) -> int:
        """Whole years since leaving, at the census before."""
        return self.model.year - 1 - self.left_year

    @property
    def only_has_a_past(self) -> bool:
        """Gone since an earlier census, or too old to return when put out this year: cohorts of old look back on them, and that is all."""
        put_out = self.left_reason != LeaverReason.RETIRED
        return self.status == Status.GONE and (self.left_year < self.model.year or put_out)
