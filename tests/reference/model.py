"""The model, rule by rule, in the order of the ODD page. The market for posts has a file of its own."""

from __future__ import annotations

import math
from collections import Counter
from types import SimpleNamespace

import mesa

from simulation.draws import Decision
from simulation.parameters import Parameters
from simulation.programmes.channels import PersonSlot, SchoolSlot
from simulation.programmes.programme import Programme
from simulation.vocabulary import ClusterKind, LeaverReason, Route, Status
from simulation.world import Setup
from tests.reference import (
    clusters,
    costs,
    delivery,
    inspections,
    market,
    programmes,
    reorganise,
    rolls,
    sharing,
    surroundings,
)
from tests.reference.clusters import Cluster
from tests.reference.functions import age_band, fixed, inverse_normal, logistic, logit, mean, pick, rounded, uniform
from tests.reference.functions import years_qualified_band as qualified_band
from tests.reference.history import Year, census
from tests.reference.person import FULL_TIME, PART_TIME_HOURS, Person
from tests.reference.programmes import Enrolment
from tests.reference.rungs import CLASSROOM, Rungs
from tests.reference.school import School

OUT_OF_SERVICE_SERIAL = 15 << 20
SETTLED = 2
"""Years in post from which people go more readily when their school is sponsored."""
HAZARDS = {
    Decision.RETIRE: (Status.GONE, LeaverReason.RETIRED),
    Decision.LEAVE_STATE_SCHOOLS: (Status.OUT, LeaverReason.LEFT_STATE_SCHOOLS),
    Decision.CAREER_BREAK: (Status.ON_BREAK, LeaverReason.CAREER_BREAK),
    Decision.TRUST_CENTRAL_TEAM: (Status.CENTRAL, LeaverReason.TRUST_CENTRAL_TEAM),
}


def plain(parameters: Parameters) -> SimpleNamespace:
    """The parameters as plain numbers and nested lists: ``plain(p).leave.retire[phase][age_band]``."""
    groups: dict[str, SimpleNamespace] = {}
    for path, value in parameters.values().items():
        group, name = path.split(".")
        number = value if isinstance(value, float) else value.tolist()
        setattr(groups.setdefault(group, SimpleNamespace()), name, number)
    return SimpleNamespace(**groups)


class ReferenceModel(mesa.Model):
    """The slow model: one object per person, one rule after the other."""

    def __init__(self, setup: Setup, seed: int, replicate: int) -> None:
        super().__init__(rng=0)  # Mesa's own generator is never used: every draw is keyed
        self.setup, self.key, self.year = setup, (seed, replicate), setup.first_year
        years = range(setup.first_year, setup.last_year + 1)
        self.parameters_of_year = {year: [plain(zone) for zone in setup.in_zones(year)] for year in years}
        self.rungs = Rungs(setup)
        self.registered = [School(self, row) for row in range(len(setup.register))]
        of_phases = ([s for s in self.schools if s.phase == p] for p in range(len(setup.structure.phases)))
        self.others = [surroundings.others_of(schools) for schools in of_phases]
        self.vacancies: list[market.Vacancy] = []
        self.events = Year()
        self.lost: list[market.Loss] = []
        self.without_holder: Counter[tuple[School, int]] = Counter()
        self.people: list[Person] = []
        self.programmes = self.programmes_of_the_year()
        self.enrolments: list[Enrolment] = []
        self.measured: list[Enrolment] = []
        """Those who have a measure this year."""
        self.all_clusters = [self.cluster_of(row) for row in range(len(setup.register.cluster_key))]
        self.initial_world()
        self.history = {self.year: census(self)}

    def programmes_of_the_year(self) -> list[Programme]:
        """The programmes by name, with their numbers of this year."""
        return [one.in_year(self.year) for one in sorted(self.setup.programmes, key=lambda one: one.name)]

    @property
    def schools(self) -> list[School]:
        """The schools that are there."""
        return [school for school in self.registered if school.is_open]

    @property
    def schools_ever(self) -> list[School]:
        """The schools that are or were there: people may belong to them."""
        return [school for school in self.registered if school.has_opened]

    @property
    def clusters(self) -> list[Cluster]:
        """The clusters that have schools."""
        return [cluster for cluster in self.all_clusters if cluster.size]

    @property
    def parameters_of_zones(self) -> list[SimpleNamespace]:
        """The parameters in force this year, zone by zone: a policy may change some from a year on, and back."""
        return self.parameters_of_year[self.year]

    @property
    def everywhere(self) -> SimpleNamespace:
        """Those of zone 0, for what holds in all places alike."""
        return self.parameters_of_zones[0]

    def draw(self, decision: Decision, agent: int, tick: int, sub: int = 0, word: int = 0) -> float:
        """u(DECISION, agent, tick, sub), or u₂ for word 1: a pure function of these and of the run's seed and replicate."""
        return uniform(self.key, agent, decision, tick, sub, word)

    def step(self) -> None:
        """One school year, from the census of the year before to that of this year."""
        self.year += 1
        self.events = Year()
        self.programmes = self.programmes_of_the_year()
        numbers = {programme.name: programme for programme in self.programmes}
        for enrolment in self.enrolments:
            enrolment.programme = numbers[enrolment.programme.name]
        reorganise.reorganise(self)
        self.age_and_roll()
        programmes.enrol(self)
        delivery.deliver(self)
        clusters.collaborate(self)
        self.develop()
        self.lead()
        inspections.inspect(self)
        self.leave()
        self.appoint()
        sharing.share_headships(self)
        self.recruit()
        self.pupils_learn()
        costs.costs(self)
        self.history[self.year] = census(self)

    def cluster_of(self, row: int) -> Cluster:
        """A cluster of the register, known to its schools."""
        register = self.setup.register
        schools = [one for one, here in zip(self.registered, register.cluster == row, strict=True) if here]
        cluster = Cluster(int(register.cluster_key[row]), ClusterKind(int(register.cluster_kind[row])), schools)
        for school in cluster.schools:
            school.cluster = cluster
        return cluster

    def initial_world(self) -> None:
        """Every post has its holder, and some people are out of service."""
        for school in self.schools:
            rolls.set_roll_and_target(self, school)
        for school in self.schools:
            school.filled = list(school.target)
            for role in self.rungs.roles:
                for ordinal in range(school.filled[role]):
                    self.people.append(Person(self, Route.INITIAL, school, role << 20 | ordinal, role))
            out = rounded(school.parameters.population.out_of_service * school.filled[CLASSROOM])
            for ordinal in range(out):
                serial = OUT_OF_SERVICE_SERIAL | ordinal
                person = Person(self, Route.INITIAL, school, serial, CLASSROOM)
                person.status, person.left_reason = Status.OUT, LeaverReason.LEFT_STATE_SCHOOLS
                person.left_year = self.year - math.floor(8 * person.born(Decision.BIRTH_LEFT))
                self.people.append(person)

    # Pay

    def pay_gained(self, school: School, role: int) -> float:
        """Logarithm of what a post pays now to what it paid there in the base year; 0 up to then."""
        if self.year <= self.setup.base_year:
            return 0.0
        now, then = (
            self.parameters_of_year[year][school.zone].costs.pay[school.phase][role]
            for year in (self.year, self.setup.base_year)
        )
        return fixed(math.log(max(now, 1.0) / max(then, 1.0))) / 2**20

    def outside_pay_gained(self, school: School) -> float:
        """The same of pay outside state schools."""
        if self.year <= self.setup.base_year:
            return 0.0
        return fixed(math.log(max(school.parameters.leave.outside_pay, 0.01))) / 2**20

    # 1. Age and roll

    def age_and_roll(self) -> None:
        """Rolls, target posts, hours and the pool of people out of service."""
        for school in self.schools_ever:
            rolls.set_roll_and_target(self, school)
        for person in self.people:
            hours = person.parameters.hours
            if person.in_service and person.fte == FULL_TIME:
                odds = logit(hours.go_part_time[person.sex][age_band(person.age)])
                odds += hours.role_odds[person.school.phase][person.role]
                if person.u(Decision.GO_PART_TIME) < logistic(odds):
                    person.fte = PART_TIME_HOURS[math.floor(4 * person.u(Decision.NEW_HOURS))]
            elif person.in_service and person.u(Decision.GO_FULL_TIME) < hours.go_full_time[person.sex]:
                person.fte = FULL_TIME
        for person in self.people:
            if person.status == Status.ON_BREAK and person.years_out >= 5:
                person.status = Status.OUT
            if person.status == Status.OUT and (person.years_out > 10 or person.age >= 55):
                person.status = Status.GONE
        for person in [p for p in self.people if p.status == Status.GONE and p.left_year < self.year - 11]:
            self.people.remove(person)
            person.remove()
        programmes.forget(self)

    # 5. Develop

    def develop(self) -> None:
        """Skills, aspiration, workload, well-being and readiness."""
        for person in self.people:
            if person.status not in (Status.IN_SERVICE, Status.CENTRAL):
                continue
            rule, school, role, added = person.parameters.develop, person.school, person.role, person.programmes
            fading = 2.0 ** (-person.years_in_role / 2)
            pace = 1 + rule.culture_growth * school.culture + school.programmes[SchoolSlot.TEACHER_GROWTH]
            for k, growth in enumerate(rule.growth_on_the_job[role]):
                now = added[PersonSlot.TEACHING + k]
                person.skills[k] = person.skills[k] - person.given_skills[k] + growth * (fading * pace) + now
                person.given_skills[k] = now
            level = person.drive + rule.aspiration_of_culture * school.culture
            own = person.aspiration - person.given_aspiration
            person.given_aspiration = added[PersonSlot.ASPIRATION]
            own = rule.aspiration_memory * own + (1 - rule.aspiration_memory) * level
            person.aspiration = own + person.given_aspiration
            person.workload = rule.hours[school.phase][role] + rule.hours_of_vacancy * 10 * school.vacancy_share
            person.workload += person.parameters.executive.hours * person.schools_led + added[PersonSlot.WORKLOAD]
            self.develop_wellbeing(person)
            person.readiness = person.merit(self.rungs.next(role)) + added[PersonSlot.READINESS]

    def develop_wellbeing(self, person: Person) -> None:
        """Well-being: of the school's culture, of work and, for heads, of peers in their cluster."""
        rule, school = person.parameters.develop, person.school
        memory = rule.wellbeing_memory
        strain = person.workload - rule.hours[school.phase][CLASSROOM]
        level = rule.wellbeing_of_culture * school.culture - rule.wellbeing_of_workload * strain / 10
        if person.role == self.rungs.head and school.cluster_size >= 2:
            together = person.parameters.collaborate
            level += together.support * (school.cluster.strength - together.ordinary)
        shock = math.sqrt(1 - memory**2) * rule.wellbeing_spread * inverse_normal(person.u(Decision.WELLBEING_SHOCK))
        own = person.wellbeing - person.given_wellbeing
        person.given_wellbeing = person.programmes[PersonSlot.WELLBEING]
        person.wellbeing = memory * own + (1 - memory) * level + shock + person.given_wellbeing

    # 6. Lead

    def quality(self, school: School) -> float:
        """Quality of a school's leadership team: its head, or who acts as head, and its senior team."""
        rule, staff = school.parameters.lead, [p for p in self.people if p.in_service and p.school is school]
        post = self.rungs.head
        head = mean(person.merit(post) for person in staff if person.role == post)
        if head is None:
            covering = [p for p in self.people if p.in_service and p.acting_school is school and p.acting_role == post]
            acting = mean(person.merit(post) for person in covering)
            head = None if acting is None else acting - rule.acting_penalty
        if school.executive:
            above, weight = school.executive.merit(post), school.parameters.executive.weight
            head = above if head is None else weight * above + (1 - weight) * head
        seniors = [person for person in staff if self.rungs.is_senior(person.role)]
        team = mean(person.merit(person.role) for person in seniors)
        if head is None:
            return -rule.acting_penalty if team is None else team - rule.reference_team - rule.acting_penalty
        if team is None:
            return head - rule.reference_head
        of_head, of_team = head - rule.reference_head, team - rule.reference_team
        return rule.head_weight * of_head + (1 - rule.head_weight) * of_team

    def lead(self) -> None:
        """Leadership shapes the school's culture and trust."""
        for school in self.schools:
            rule, quality = school.parameters.lead, self.quality(school)
            school.past_culture = [school.culture, *school.past_culture[:2]]
            school.leadership = rule.leadership_memory * school.leadership + (1 - rule.leadership_memory) * quality
            own = school.culture - school.given_culture
            own = rule.culture_memory * own + (1 - rule.culture_memory) * school.leadership
            school.given_culture = school.programmes[SchoolSlot.CULTURE]
            school.culture = own + school.given_culture
            own = school.trust - school.given_trust
            own = rule.trust_memory * own + (1 - rule.trust_memory) * school.leadership
            if school.head_changed == self.year - 1:
                own -= rule.trust_lost_on_change
            school.given_trust = school.programmes[SchoolSlot.TRUST]
            school.trust = own + school.given_trust

    # 7. Leave

    def risks(self, person: Person) -> dict[Decision, float]:
        """Competing risks of the year, in the order in which they are asked."""
        rule, role, school, phase = person.parameters.leave, person.role, person.school, person.school.phase
        band = age_band(person.age)
        retire = logistic(logit(rule.retire[phase][band]) + rule.retire_role_odds[role])
        leaving, added = logit(rule.state_schools[phase][band]), person.programmes[PersonSlot.LEAVING_SECTOR]
        if person.status == Status.CENTRAL:
            leaving += self.role_odds(school, role) + added
            return {Decision.RETIRE: retire, Decision.LEAVE_STATE_SCHOOLS: logistic(leaving)}
        is_leader = self.rungs.leads(role)
        first = rule.first_year_in_post[phase][role] if person.years_in_role == 0 and is_leader else 0.0
        if school.lowered == self.year:
            first += person.parameters.inspect.leave_when_lowered[role][school.grade]
        if school.sponsored == self.year and person.years_in_role >= SETTLED:
            first += person.parameters.inspect.leave_when_sponsored[role]
        common = rule.worst_led * school.shortfall - rule.per_wellbeing * person.wellbeing
        common = common - rule.per_trust * school.trust + rule.per_disadvantage * school.disadvantage_term
        common += person.parameters.inspect.leave[school.grade]
        leaving += rule.early_career[phase][qualified_band(person.years_qualified)] + self.role_odds(school, role)
        leaving += first + common + added
        leaving += -rule.per_aspiration * person.aspiration - rule.per_aspiration**2 / 2
        gained = self.pay_gained(school, role) - self.pay_gained(school, CLASSROOM)
        stepping_down = logit(rule.step_down[phase][role]) + rule.step_down_pay_elasticity * gained
        return {
            Decision.RETIRE: retire,
            Decision.LEAVE_STATE_SCHOOLS: logistic(leaving),
            Decision.CAREER_BREAK: rule.career_break[person.sex][band],
            Decision.TRUST_CENTRAL_TEAM: rule.trust_central_team[role] if is_leader and school.in_trust else 0.0,
            Decision.STEP_DOWN: logistic(stepping_down + first + common) if self.rungs.leads_in_a_school(role) else 0.0,
        }

    def role_odds(self, school: School, role: int) -> float:
        """What the role adds to the odds of leaving state schools, at its pay of this year."""
        rule = school.parameters.leave
        against_outside = self.pay_gained(school, role) - self.outside_pay_gained(school)
        return rule.role_odds[school.phase][role] + rule.pay_elasticity[role] * against_outside

    def leave(self) -> None:
        """Each risk has its own draw; the first to strike decides."""
        self.lost = []
        for person in self.people:
            person.stepped_down = person.term_ended = False
            if person.status not in (Status.IN_SERVICE, Status.CENTRAL):
                continue
            struck = next((risk for risk, p in self.risks(person).items() if person.u(risk) < p), None)
            if struck is None:
                if self.term_ends(person):
                    self.end_term(person)
                continue
            if person.in_service or person.role == self.rungs.trust_leader:
                person.school.filled[person.role] -= 1
                self.lost.append(market.Loss(person.school, person.role, *self.notice(person)))
            if struck == Decision.STEP_DOWN:
                self.events.step_downs.append((person.id, int(person.role), person.school.urn))
                person.role, person.role_since, person.stepped_down = CLASSROOM, self.year, True
                person.school.filled[CLASSROOM] += 1
                continue
            was_in_service = person.in_service
            person.status, person.left_reason = HAZARDS[struck]
            person.left_year = self.year
            if was_in_service:
                self.events.leavers.append((person.id, self.year, int(person.left_reason)))

    def term_ends(self, person: Person) -> bool:
        """Whether the person was made head for a fixed term a year ago, and still is."""
        heads = person.in_service and person.role == self.rungs.head and person.school.is_open
        return heads and person.fixed_term == self.year - 1

    def end_term(self, person: Person) -> None:
        """A headship for a fixed term ends, and its holder, who is back on the rung below, acts until the market is over."""
        school, head = person.school, self.rungs.head
        self.lost.append(market.Loss(school, head, due=3, first=2))
        self.events.step_downs.append((person.id, head, school.urn))
        school.filled[head] -= 1
        school.filled[head - 1] += 1
        person.role, person.role_since, person.term_ended = head - 1, self.year, True
        person.acting_role, person.acting_school = head, school

    def notice(self, person: Person) -> tuple[int, int]:
        """The date, 1 to 3, from which a leaver's post is without a holder, and the round in which it is first advertised."""
        rule, role, u = person.parameters.leave, person.role, person.u(Decision.LEAVE_DATE)
        if person.u(Decision.LEAVE_SUDDENLY) < rule.sudden[role]:
            due = 1 + math.floor(3 * u)
            return due, due + 1
        due = 1 + pick(rule.dates, u)[0]
        early = due == 3 and person.u(Decision.NOTICE_LATE) >= rule.late_notice[role]
        return due, 2 if early else due

    # 8. Appoint

    def appoint(self) -> None:
        """Vacancies open; people seek; the market works down the ladder; others act in the posts that stay empty."""
        self.without_holder = Counter()
        market.open_vacancies(self)
        searches = market.who_seeks(self)
        hopeful = [(one.person, one.role) for one in searches if market.is_unaware(one)]
        market.work_down_the_ladder(self, searches)
        for person, role in hopeful:
            market.pass_over(person, role)
        market.let_go(self)
        market.acting_cover(self)

    def held_from(self, vacancy: market.Vacancy, start: int) -> None:
        """Somebody holds the post from a date of this year, 1 to 3, or nobody does: 4."""
        terms = start - max(vacancy.due - 3 * self.year, 1)
        self.without_holder[vacancy.school, int(vacancy.role)] += terms

    # 9. Recruit

    def recruit(self) -> None:
        """Newcomers to classroom posts that the market left empty."""
        for school in self.schools:
            rule = school.parameters.recruit
            classroom = [v for v in self.vacancies if v.school is school and v.role == CLASSROOM and v.first <= 3]
            for j, vacancy in enumerate(sorted(classroom, key=lambda v: (v.chain, v.link))):
                chance, drawn = rule.fill[school.phase], school.programmes[SchoolSlot.SEEN_FROM_OUTSIDE]
                pay = self.pay_gained(school, CLASSROOM) - self.outside_pay_gained(school)
                drawn += rule.pay_elasticity * pay + school.parameters.inspect.seen[school.grade]
                if drawn != 0:
                    chance = logistic(logit(chance) + drawn)
                if self.draw(Decision.FILL_POST, school.id, self.year, j) >= chance:
                    continue
                u = self.draw(Decision.ENTRY_ROUTE, school.id, self.year, j)
                route = Route.NEWLY_QUALIFIED if u < rule.newly_qualified[school.phase] else Route.NEW_TO_SECTOR
                newcomer = Person(self, route, school, j, CLASSROOM)
                self.people.append(newcomer)
                market.close(self, vacancy, abolished=False)
                school.filled[CLASSROOM] += 1
                for n in range(2, vacancy.adverts + 1):
                    market.count_advert(self, vacancy, vacancy.before + n, -1)
                start = max(vacancy.due - 3 * self.year, vacancy.first)
                self.held_from(vacancy, start)
                waited = 3 * self.year + start - vacancy.due
                self.events.newcomers.append(
                    (newcomer.id, school.urn, vacancy.before + 1, start, waited, vacancy.chain, vacancy.link)
                )
        self.events.adverts = +self.events.adverts
        for vacancy in self.vacancies:
            self.held_from(vacancy, 4)

    # 10. Pupils learn

    def pupils_learn(self) -> None:
        """Culture reaches pupils two and three years later; losing a good head costs them."""
        for school in self.schools:
            rule = school.parameters.pupils_learn
            culture = (school.past_culture[1] + school.past_culture[2]) / 2
            own = school.progress - school.given_progress
            own = rule.memory * own + (1 - rule.memory) * rule.per_culture * culture
            if school.head_changed == self.year and school.last_head_leadership > -rule.weak_leader:
                own -= rule.head_change
            school.given_progress = school.programmes[SchoolSlot.PUPIL_PROGRESS]
            school.progress = own + school.given_progress
        for person in self.people:
            person.team_progress = 0.0
            if person.in_service and self.rungs.leads_in_a_school(person.role):
                if self.year - person.role_since >= 2:
                    person.team_progress = person.parameters.pupils_learn.per_team_leader * person.merit(person.role)
                person.team_progress += person.programmes[PersonSlot.TEAM_PROGRESS]
