"""The market for posts: vacancies, who seeks, who is appointed, who acts meanwhile."""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from simulation.draws import Decision
from simulation.programmes.channels import PersonSlot, SchoolSlot
from simulation.vocabulary import LeaverReason, Ring, Sex, Status
from tests.reference import surroundings
from tests.reference.functions import chain_key, gumbel, inverse_normal, logistic, logit, years_out_band
from tests.reference.person import FULL_TIME, NEVER, NOBODY, Person
from tests.reference.rungs import CLASSROOM

if TYPE_CHECKING:
    from tests.reference.model import ReferenceModel
    from tests.reference.school import School

MOST_DROPS = 2
"""How often the bar drops at most."""
MET = 1 / 64
"""Chance that somebody comes upon a school elsewhere in the region that they search."""


@dataclass
class Vacancy:
    """An open post, and its place in a vacancy chain."""

    school: School
    role: int
    chain: int
    link: int
    due: int
    """Date from which nobody holds it, numbered through: that of year t with number k is 3t + k."""
    first: int
    """Round in which it is first advertised this year; 4 for none."""
    before: int = 0
    """Advertisements in earlier years."""
    adverts: int = 0
    """Advertisements this year."""


@dataclass
class Loss:
    """A post that lost its holder this year."""

    school: School
    role: int
    due: int
    """Date of this year, 1 to 3, from which nobody holds it."""
    first: int
    """Round in which it is first advertised; 4 for none this year."""


@dataclass
class Search:
    """What a person seeks this year, and around where."""

    person: Person
    role: int
    by_promotion: bool
    phase: int
    base: int
    """Community around which the person searches."""
    market: int
    """Market of that community: its region, or regions that are joined."""
    met: set[School] | None = None
    """Schools of the market that the person comes upon, once it is known; see :func:`come_upon`."""


def open_vacancy(model: ReferenceModel, vacancy: Vacancy) -> None:
    """A post stands open."""
    model.vacancies.append(vacancy)
    vacancy.school.open[vacancy.role] += 1


def close(model: ReferenceModel, vacancy: Vacancy, abolished: bool) -> None:
    """An open vacancy ends its chain: somebody from outside took the post, or the post is abolished."""
    model.vacancies.remove(vacancy)
    vacancy.school.open[vacancy.role] -= 1
    model.events.closed_chains.append((vacancy.chain, vacancy.link, abolished))


def open_vacancies(model: ReferenceModel) -> None:
    """Carried vacancies first, then one for each holder lost, then posts that the roll adds; no more than needed."""
    carried, model.vacancies = sorted(model.vacancies, key=lambda v: v.chain), []
    for school in model.schools_ever:
        for role in model.rungs.roles:
            standing = [v for v in carried if v.school is school and v.role == role]
            school.open[role] = 0
            for vacancy in standing:
                vacancy.first, vacancy.before, vacancy.adverts = 1, vacancy.before + vacancy.adverts, 0
            needed = max(school.target[role] - school.filled[role], 0)
            lost = sorted((one.due, one.first) for one in model.lost if (one.school, one.role) == (school, role))
            new = max(len(lost), needed - len(standing))
            dates = lost + [(3, 2)] * (new - len(lost))  # what the roll adds is known before May, for September
            fresh = [
                Vacancy(school, role, chain_key(model.year, school.urn, role, n), 1, 3 * model.year + due, first)
                for n, (due, first) in enumerate(dates)
            ]
            model.events.chains_opened += new
            for place, vacancy in enumerate(standing + fresh):
                open_vacancy(model, vacancy)
                if place >= needed:
                    close(model, vacancy, abolished=True)


# Who seeks


def who_seeks(model: ReferenceModel) -> list[Search]:
    """All searches of the year."""
    searches = []
    for person in model.people:
        person.appointed = False
        if person.in_service and person.term_ended:
            aims = [(model.rungs.head, True)]
        elif person.in_service and (person.displaced or not person.stepped_down):
            aims = [(role, True) for role in promotion_sought(model, person)]
            if person.displaced or person.u(Decision.SEEK_MOVE) < chance_of_moving(model, person):
                aims.append((person.role, False))
        elif person.status in (Status.ON_BREAK, Status.OUT) and person.left_year < model.year:
            level = min(rung_of_return(person), model.rungs.head)
            aims = [(level, False)] if person.u(Decision.RETURN) < returning(model, person) else []
        else:
            aims = []
        where = where_to(model, person) if aims else None
        if where:
            searches += [Search(person, role, by_promotion, *where) for role, by_promotion in aims]
    return searches


def rung_of_return(person: Person) -> int:
    """The rung on which somebody who comes back looks for a post: the one last held, or after long the one below."""
    long = person.years_out >= person.parameters.appoint.rank_kept
    return max(person.role - 1, 0) if long else person.role


def looks_past(model: ReferenceModel, person: Person) -> bool:
    """Whether somebody looks past the next rung, where there is one beyond it up to the head's."""
    if person.role + 2 > model.rungs.head:
        return False
    return person.u(Decision.LOOK_PAST) < person.parameters.appoint.look_past[person.school.phase][person.role]


def next_role(model: ReferenceModel, person: Person) -> int | None:
    """The role in which one acts, or else the next rung, or the next that one's own school has."""
    if person.acting_role > person.role:
        return person.acting_role
    rung = person.role + looks_past(model, person)
    above = [role for role in model.rungs.roles if role > rung]
    if not above:
        return None
    school, target = person.school, above[0]
    own = [r for r in above if model.rungs.leads_in_a_school(r) and school.filled[r] + school.open[r] > 0]
    if own and own[0] > target and person.u(Decision.SKIP_RUNG) < person.parameters.appoint.skip_rung[school.phase]:
        target = own[0]
    return target


def promotion_sought(model: ReferenceModel, person: Person) -> list[int]:
    """The role that the person seeks by promotion, if any."""
    rule, phase, target = person.parameters.appoint, person.school.phase, next_role(model, person)
    if target is None or person.years_in_role + 1 < rule.least_years_in_role[target]:
        return []
    if person.aspiration <= inverse_normal(1 - rule.wants[phase][target]):
        return []
    fit = person.merit(target) + person.programmes[PersonSlot.READINESS] + person.self_view - rule.bar[phase][target]
    past_peak = person.years_qualified - rule.peak_years[phase][target]
    step = model.pay_gained(person.school, target) - model.pay_gained(person.school, person.role)
    odds = logit(rule.seek_promotion[phase][target]) + rule.pay_elasticity[target] * step
    odds += rule.per_readiness * fit
    odds += person.programmes[PersonSlot.APPLYING]
    odds += rule.part_time_seek if person.fte < FULL_TIME else 0.0
    odds -= past_peak**2 / (2 * rule.peak_width[target] ** 2)
    return [target] if person.u(Decision.SEEK_PROMOTION) < logistic(odds) else []


def is_unaware(search: Search) -> bool:
    """Whether somebody who seeks promotion is not ready for it, and thinks that they are."""
    if not search.by_promotion:
        return False
    person = search.person
    bar = person.parameters.appoint.bar[person.school.phase][search.role]
    ready = person.merit(search.role) + person.programmes[PersonSlot.READINESS]
    return ready < bar <= ready + person.self_view


def pass_over(person: Person, role: int) -> None:
    """Somebody was not ready, did not see it, and has not got the ``role`` that they sought."""
    if person.role < role:
        person.passed_over = person.model.year


def chance_of_moving(model: ReferenceModel, person: Person) -> float:
    """Probability of looking for a post at the same level elsewhere."""
    rule, school = person.parameters.appoint, person.school
    odds = logit(rule.seek_move[school.phase][person.role])
    odds += rule.move_when_new if person.years_in_school < 2 else 0.0
    odds += rule.move_worst_led * school.shortfall + rule.move_disadvantage * school.disadvantage_term
    odds += person.parameters.inspect.move[school.grade]
    return logistic(odds + person.programmes[PersonSlot.LEAVING_SCHOOL])


def returning(model: ReferenceModel, person: Person) -> float:
    """Probability of seeking to return."""
    rule = person.parameters.leave
    if person.status == Status.ON_BREAK:
        return rule.return_from_break
    return rule.return_from_out[years_out_band(person.years_out)]


def where_to(model: ReferenceModel, person: Person) -> tuple[int, int, int] | None:
    """Phase, community and market in which the person searches; none if that phase has no community."""
    rule, school = person.parameters.appoint, person.school
    change, u = rule.change_phase[school.phase], person.u(Decision.CHANGE_PHASE)
    others, phase = [p for p in range(len(model.setup.structure.phases)) if p != school.phase], school.phase
    if u < change and others:
        phase = next((p for n, p in enumerate(others, 1) if u < change * n / len(others)), others[-1])
    market_of = {s.community: s.market for s in model.schools_ever if s.phase == phase}
    near = [community for community in market_of if market_of[community] == school.market]
    if person.u(Decision.RELOCATE) < rule.relocate[person.role]:
        choice = sorted(market_of)
    elif phase != school.phase:
        choice = sorted(near or market_of)
    else:
        return phase, school.community, school.market
    if not choice:
        return None
    base = choice[math.floor(person.u(Decision.NEW_COMMUNITY) * len(choice))]
    return phase, base, market_of[base]


# The market


def work_down_the_ladder(model: ReferenceModel, searches: list[Search]) -> None:
    """From trust leaders to classroom teachers; vacancies opened at the same level meanwhile come last."""
    for role in reversed(model.rungs.roles):
        for search in searches:
            if goes_on(model, search, role):
                search.role = role
        seekers = [search for search in searches if search.role == role]
        queue = [vacancy for vacancy in model.vacancies if vacancy.role == role]
        queue.sort(key=lambda v: (place_in_queue(model, v), v.school.urn, v.chain, v.link))
        for number in (1, 2, 3):
            for vacancy in queue:
                if vacancy not in model.vacancies or vacancy.first > number:
                    continue
                opened = fill(model, vacancy, seekers, number)
                if opened and opened.role == role:
                    queue.append(opened)


def goes_on(model: ReferenceModel, search: Search, role: int) -> bool:
    """Whether a search that has found nothing on higher rungs goes on in ``role``."""
    person = search.person
    if person.appointed or search.by_promotion or role >= search.role:
        return False
    return person.displaced or (not person.in_service and role == CLASSROOM)


def place_in_queue(model: ReferenceModel, vacancy: Vacancy) -> float:
    """When a school's posts of a level reach the market."""
    return model.draw(Decision.SCHOOL_ORDER, vacancy.school.id, model.year, vacancy.role)


def fill(model: ReferenceModel, vacancy: Vacancy, seekers: list[Search], number: int) -> Vacancy | None:
    """Advertise in the round of a number; return the vacancy that the appointee leaves behind, if somebody reaches the bar."""
    school, role = vacancy.school, vacancy.role
    rule = school.parameters.appoint
    candidates = [search for search in seekers if is_candidate(search, vacancy)]
    times = vacancy.before + vacancy.adverts
    vacancy.adverts += 1
    count_advert(model, vacancy, times + 1, 1)
    informed = [search for search in candidates if hears_of(model, search, vacancy, times > 0)]
    judged = [(panel_sees(model, search, vacancy), -search.person.id, search) for search in informed]
    merit, _, best = max(judged, key=lambda one: one[:2], default=(-math.inf, 0, None))
    bar = rule.bar[school.phase][role] - min(times, MOST_DROPS) * rule.bar_drop
    bar -= school.parameters.executive.bar if school.executive and role == model.rungs.head else 0.0
    if best and merit >= bar:
        return appoint(model, best, vacancy, number)
    return None


def count_advert(model: ReferenceModel, vacancy: Vacancy, times: int, one: int) -> None:
    """Count (or with -1 take back) an advertisement of a post, and its first by itself."""
    post = vacancy.school.urn, int(vacancy.role)
    model.events.adverts[*post, "all"] += one
    if times == 1:
        model.events.adverts[*post, "first"] += one


def is_candidate(search: Search, vacancy: Vacancy) -> bool:
    """Whether a search can lead to the vacancy at all."""
    person, school = search.person, vacancy.school
    if search.phase != school.phase or person.appointed:
        return False
    if person.in_service and not search.by_promotion and person.school is school:
        return False
    regional = person.model.rungs.seen_in_the_region(vacancy.role)
    in_scope = search.market == school.market if regional else search.base == school.community
    return in_scope or same_cluster(person.school, school)


def same_cluster(one: School, other: School) -> bool:
    """Whether two schools belong to one cluster."""
    return one.neighbourhood is not None and one.neighbourhood is other.neighbourhood


def ring_of(search: Search, vacancy: Vacancy) -> Ring:
    """How far the candidate is from the vacancy."""
    if search.person.school is vacancy.school:
        return Ring.OWN_SCHOOL
    if same_cluster(search.person.school, vacancy.school):
        return Ring.CLUSTER
    return Ring.COMMUNITY if search.base == vacancy.school.community else Ring.ELSEWHERE


def hears_of(model: ReferenceModel, search: Search, vacancy: Vacancy, again: bool) -> bool:
    """Whether the candidate comes to know of, and wants, the post, which was advertised before or not."""
    rule, ring = vacancy.school.parameters.appoint, ring_of(search, vacancy)
    if ring == Ring.OWN_SCHOOL:
        return True
    see, extra = surroundings.chance(model, vacancy.school, ring), more_is_seen(model, search, vacancy)
    if extra != 0:
        see = logistic(logit(see) + extra)
    return distance(model, search, vacancy) < (min(1.0, max(1.0, rule.wider_reach) * see) if again else see)


def distance(model: ReferenceModel, search: Search, vacancy: Vacancy) -> float:
    """How far the post is from the candidate's mind, uniform between 0 and 1: it is seen if that is below a chance."""
    decision = Decision.SEE_PROMOTION if search.by_promotion else Decision.SEE_MOVE
    u = search.person.u(decision, vacancy.school.urn)
    if ring_of(search, vacancy) != Ring.ELSEWHERE:
        return u
    if search.met is None:
        search.met = come_upon(model, search)
    return MET * u if vacancy.school in search.met else MET + (1 - MET) * u


def in_area(model: ReferenceModel, search: Search) -> list[School]:
    """Schools of the phase and market that the person searches, in order of URN."""
    here = [school for school in model.schools_ever if (school.phase, school.market) == (search.phase, search.market)]
    return sorted(here, key=lambda school: school.urn)


def come_upon(model: ReferenceModel, search: Search) -> set[School]:
    """Schools on which a walk through the area sets foot: each with chance ``MET``, whatever befalls the others."""
    schools, found, at = in_area(model, search), set(), -1
    decision = Decision.COME_UPON_PROMOTION if search.by_promotion else Decision.COME_UPON_MOVE
    for k in itertools.count():
        at += 1 + math.floor(math.log(search.person.u(decision, k // 2, k % 2)) / math.log1p(-MET))
        if at >= len(schools):
            return found
        found.add(schools[at])
    raise AssertionError("no walk is endless")


def more_is_seen(model: ReferenceModel, search: Search, vacancy: Vacancy) -> float:
    """Log-odds that programmes, the grade and a cluster's strength add to seeing a post in another school."""
    person, school = search.person, vacancy.school
    rule = school.parameters.collaborate
    extra = person.programmes[PersonSlot.REACH] + school.programmes[SchoolSlot.SEEN_FROM_OUTSIDE]
    extra += school.parameters.inspect.seen[school.grade]
    if vacancy.role == model.rungs.head:
        extra += school.parameters.appoint.seen_as_head[school.religion]
    if ring_of(search, vacancy) == Ring.CLUSTER and school.cluster_size >= 2:
        extra += rule.hiring * (school.cluster.strength - rule.ordinary)
    return extra


def panel_sees(model: ReferenceModel, search: Search, vacancy: Vacancy) -> float:
    """A candidate's merit as the panel sees it."""
    rule, person, role = vacancy.school.parameters.appoint, search.person, vacancy.role
    score = person.merit(role) + rule.panel_experience * min(person.years_in_role + 1, 5)
    score += 0.0 if search.by_promotion else rule.panel_same_level
    score += rule.familiarity[ring_of(search, vacancy)]
    score -= rule.gap_female[vacancy.school.phase][role] if person.sex == Sex.FEMALE else 0.0
    if model.rungs.at_least_senior(role) and not model.rungs.at_least_senior(person.role):
        score -= rule.gap_ethnic_group[person.ethnic_group]
    score += person.programmes[PersonSlot.BEING_CHOSEN]
    score += person.programmes[PersonSlot.READINESS] if search.by_promotion else 0.0
    own_school = ring_of(search, vacancy) == Ring.OWN_SCHOOL
    score += vacancy.school.programmes[SchoolSlot.OWN_CANDIDATES] if own_school else 0.0
    score += rule.incumbent if (person.acting_role, person.acting_school) == (role, vacancy.school) else 0.0
    decision = Decision.SEE_PROMOTION if search.by_promotion else Decision.SEE_MOVE
    return score + rule.panel_noise * gumbel(person.u(decision, vacancy.school.urn, word=1))


def appoint(model: ReferenceModel, search: Search, vacancy: Vacancy, number: int) -> Vacancy | None:
    """The appointee takes the post; the vacancy chain ends, or goes on where they came from."""
    person, old_role, old_school = search.person, search.person.role, search.person.school
    role, school, returns = vacancy.role, vacancy.school, not search.person.in_service
    ring = Ring.OUTSIDE if returns else ring_of(search, vacancy)
    chain = vacancy.chain, vacancy.link
    start = start_of(model, vacancy, number, person)
    terms = vacancy.before + vacancy.adverts, start, 3 * model.year + start - vacancy.due
    move = (person.id, int(old_role), old_school.urn, int(role), school.urn, int(ring), *terms, *chain)
    model.events.appointments.append(move)
    model.held_from(vacancy, start)

    person.appointed, person.role, person.school = True, role, school
    if returns or role != old_role:
        person.role_since = model.year
    if returns or school is not old_school:
        person.school_since = model.year
    if role == model.rungs.head:
        begin_headship(model, person, school, new=returns or role != old_role, stays=school is old_school)
    if role > old_role and not person.term_ended:
        carry_over = school.parameters.develop.carry_over
        person.skills = [skill * carry_over for skill in person.skills]
        person.given_skills = [given * carry_over for given in person.given_skills]
        full_time = school.parameters.hours.full_time_on_promotion[school.phase][role]
        if person.fte < FULL_TIME and person.u(Decision.FULL_TIME_ON_PROMOTION) < full_time:
            person.fte = FULL_TIME
    if returns:
        person.status = Status.IN_SERVICE
    if role == model.rungs.trust_leader and not returns:
        model.events.leavers.append((person.id, model.year, int(LeaverReason.TRUST_CENTRAL_TEAM)))
    if role == model.rungs.trust_leader:
        person.status, person.left_reason = Status.CENTRAL, LeaverReason.TRUST_CENTRAL_TEAM
        person.left_year = model.year

    school.filled[role] += 1
    if returns:
        close(model, vacancy, abolished=False)
        return None
    old_school.filled[old_role] -= 1
    model.vacancies.remove(vacancy)
    school.open[role] -= 1
    if old_school.target[old_role] > old_school.filled[old_role] + old_school.open[old_role]:
        due = 3 * model.year + start
        left_behind = Vacancy(old_school, old_role, vacancy.chain, vacancy.link + 1, due, first=number)
        open_vacancy(model, left_behind)
        return left_behind
    model.events.closed_chains.append((*chain, True))
    return None


def begin_headship(model: ReferenceModel, person: Person, school: School, new: bool, stays: bool) -> None:
    """Somebody is head of a school: for a fixed term perhaps, if new as a head and not at the end of such a term."""
    if not (person.term_ended and stays):
        school.head_changed, school.last_head_leadership = model.year, school.leadership
    if person.head_since == NEVER:
        person.head_since = model.year
    share = school.parameters.appoint.fixed_term[school.phase]
    if new and not person.term_ended and person.u(Decision.FIXED_TERM) < share:
        person.fixed_term = model.year


def start_of(model: ReferenceModel, vacancy: Vacancy, number: int, person: Person) -> int:
    """The date, 1 to 3, from which a person who is appointed in the round of a number holds the post; a term as head ends at 3."""
    return max(number, vacancy.due - 3 * model.year, 3 if person.term_ended else 1)


def let_go(model: ReferenceModel) -> None:
    """Whoever is left at a school that has closed is out of service, and can return."""
    for person in [person for person in model.people if person.displaced]:
        person.school.filled[person.role] -= 1
        person.status, person.left_year, person.left_reason = Status.OUT, model.year, LeaverReason.LEFT_STATE_SCHOOLS
        model.events.leavers.append((person.id, model.year, int(LeaverReason.LEFT_STATE_SCHOOLS)))


# Acting cover


def acting_cover(model: ReferenceModel) -> None:
    """For each standing senior vacancy, from the highest: somebody senior of the school, or of a sister school, or whoever there is."""
    for person in model.people:
        person.acting_role, person.acting_school = NOBODY, None
    for role in reversed([r for r in model.rungs.roles if model.rungs.leads_the_school(r)]):
        for school in model.schools:
            for _ in range(school.open[role]):
                chosen = who_acts(model, school, role)
                if chosen:
                    chosen.acting_role, chosen.acting_school = role, school


def who_acts(model: ReferenceModel, school: School, role: int) -> Person | None:
    """Of those not yet acting: the highest rung, then the greatest merit for the post."""
    free = [person for person in model.people if person.in_service and person.acting_role == NOBODY]
    own = [person for person in free if person.school is school and person.role < role]
    seniors = [person for person in own if model.rungs.is_senior(person.role)]
    if not seniors and role == model.rungs.head and school.in_trust:
        seniors = [p for p in free if is_sister(p.school, school) and model.rungs.leads_the_school(p.role)]
    return max(seniors or own, key=lambda person: (person.role, person.merit(role), -person.id), default=None)


def is_sister(one: School, other: School) -> bool:
    """Another school of the same trust and phase."""
    return one is not other and one.cluster is other.cluster and one.phase == other.phase
