"""What a run leaves behind at each census, and where two runs first differ.

Everything must agree exactly, levels (skills, culture, progress) to the last bit: both models follow the page's order of
operations. The checks go through the processes in the order of the year, so the first difference names
the process to look at.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from simulation.programmes.channels import N_CLUSTER_SLOTS, PersonSlot, SchoolSlot
from simulation.vocabulary import Kind, school_year

if TYPE_CHECKING:
    from tests.reference.model import ReferenceModel

MISSING = "not there"
NOBODY = -1


class PersonRecord(NamedTuple):
    """A person at a census, in whole numbers: codes, calendar years, URN, hundredths of full time.

    Of people whom only later censuses look back on, what the model has no more use for is None.
    """

    status: int
    role: int
    school: int
    left_year: int
    left_reason: int
    birth_year: int
    qualified_year: int
    sex: int
    ethnic_group: int
    fixed_term: int
    fte: int | None = None
    acting_role: int | None = None
    acting_school: int | None = None
    role_since: int | None = None
    school_since: int | None = None
    head_since: int | None = None
    passed_over: int | None = None

    def besides(self, other: PersonRecord) -> dict[str, int | None]:
        """The fields in which this person differs from another."""
        return {name: mine for name, mine in self._asdict().items() if mine != getattr(other, name)}


@dataclass
class Year:
    """The events of a year, and the state at its census."""

    leavers: list[tuple[int, int, int]] = field(default_factory=list)
    """Person, year, reason."""
    step_downs: list[tuple[int, int, int]] = field(default_factory=list)
    """Person, role given up, URN."""
    chains_opened: int = 0
    adverts: Counter[tuple[int, int, str]] = field(default_factory=Counter)
    """How often posts were advertised, by URN, role and which (all, or the first)."""
    appointments: list[tuple[int, ...]] = field(default_factory=list)
    """Person, from role, from URN, to role, to URN, ring, adverts, start, terms waited, chain key, link; in the market's order."""
    newcomers: list[tuple[int, ...]] = field(default_factory=list)
    """Person, URN, adverts, start, terms waited, chain key, link."""
    closed_chains: list[tuple[int, int, bool]] = field(default_factory=list)
    """Chain key, length, abolished."""
    standing: list[tuple[int, ...]] = field(default_factory=list)
    """Chain key, link, URN, role, date from which it is vacant, advertisements so far."""
    posts: dict[int, tuple[tuple[int, ...], ...]] = field(default_factory=dict)
    """URN: target posts, posts, filled posts, each by role."""
    pupils: dict[int, int] = field(default_factory=dict)
    system: dict[int, tuple[bool, int, int | None, int]] = field(default_factory=dict)
    """URN: whether it is open, kind, key of the cluster, pupils in the base year."""
    people: dict[int, PersonRecord] = field(default_factory=dict)
    costs: dict[int, dict[str, int]] = field(default_factory=dict)
    """URN: GBP by kind of cost."""
    skills: dict[int, tuple[float, ...]] = field(default_factory=dict)
    """Person: teaching, people, management, system."""
    mind: dict[int, tuple[float, ...]] = field(default_factory=dict)
    """Person: aspiration, self-view, well-being, workload, readiness."""
    leadership: dict[int, tuple[float, ...]] = field(default_factory=dict)
    """URN: leadership, culture, trust, past culture."""
    progress: dict[int, float] = field(default_factory=dict)
    executive: dict[int, int] = field(default_factory=dict)
    """URN: the executive head that it is under, or 0."""
    schools_led: dict[int, int] = field(default_factory=dict)
    """Person: schools headed besides the own."""
    inspection: dict[int, tuple[int, int]] = field(default_factory=dict)
    """URN: grade, latest year in which it was lowered."""
    sponsored: dict[int, int] = field(default_factory=dict)
    """URN: latest year in which it joined a trust because of its grade."""
    head_changed: dict[int, tuple[int, float]] = field(default_factory=dict)
    """URN: latest year of change, leadership then."""
    funnel: dict[str, tuple[int, ...]] = field(default_factory=dict)
    """Programme that takes people this year: eligible, applicants, places, started."""
    enrolments: dict[tuple[str, int, int], tuple[int | bool | float, ...]] = field(default_factory=dict)
    """Programme, id, year of the start: that year, completes, completed, delivered, dose, worn, gap, helper."""
    helping: dict[tuple[str, int], tuple[int | float, ...]] = field(default_factory=dict)
    """Programme, helper: role, URN, units helped, load."""
    programme_costs: dict[tuple[str, int, str], int] = field(default_factory=dict)
    """Programme, URN, kind of cost: GBP, where there is any."""
    bits: dict[tuple[str, int], tuple[int, int]] = field(default_factory=dict)
    """Person, school or cluster: programmes joined and completed, one bit each in order of name."""
    shift: dict[tuple[str, int], tuple[int, ...]] = field(default_factory=dict)
    """Person, school or cluster: what programmes add, in 2**-20 units."""
    given: dict[int, tuple[float, ...]] = field(default_factory=dict)
    """Person: programmes' part in the four skills, aspiration and well-being."""
    school_given: dict[int, tuple[float, ...]] = field(default_factory=dict)
    """URN: programmes' part in culture and trust."""
    progress_given: dict[int, float] = field(default_factory=dict)
    team_progress: dict[int, float] = field(default_factory=dict)
    clusters: dict[int, tuple[int | float, ...]] = field(default_factory=dict)
    """Key: chair, systems, strength."""


History = dict[int, Year]
"""Census year: what happened and how things stand."""


def census(model: ReferenceModel) -> Year:
    """The year of the reference model with its state at the census."""
    year = model.events
    for p in model.people:
        record = PersonRecord(
            int(p.status), int(p.role), p.school.urn, p.left_year, int(p.left_reason), p.birth_year, p.qualified_year,
            int(p.sex), p.ethnic_group, p.fixed_term,
        )  # fmt: skip
        if p.only_has_a_past:
            year.people[p.id] = record
            continue
        since = {
            "role_since": p.role_since,
            "school_since": p.school_since,
            "head_since": p.head_since,
            "passed_over": p.passed_over,
        }
        year.people[p.id] = record._replace(fte=p.fte, acting_role=int(p.acting_role), **since)
        covered = p.acting_school.urn if p.acting_school else NOBODY
        year.people[p.id] = year.people[p.id]._replace(acting_school=covered)
        year.skills[p.id] = tuple(p.skills)
        year.mind[p.id] = (p.aspiration, p.self_view, p.wellbeing, p.workload, p.readiness)
        year.given[p.id] = (*p.given_skills, p.given_aspiration, p.given_wellbeing)
        year.team_progress[p.id] = p.team_progress
        year.schools_led[p.id] = p.schools_led
    for s in model.registered:
        year.system[s.urn] = (s.is_open, int(s.kind), s.cluster.key if s.cluster else None, s.base_pupils)
    for s in model.schools_ever:
        all_posts = tuple(filled + standing for filled, standing in zip(s.filled, s.open, strict=True))
        year.posts[s.urn] = (tuple(s.target), all_posts, tuple(s.filled))
        year.pupils[s.urn], year.progress[s.urn] = s.pupils, s.progress
        year.leadership[s.urn] = (s.leadership, s.culture, s.trust, *s.past_culture)
        year.head_changed[s.urn] = (s.head_changed, s.last_head_leadership)
        year.inspection[s.urn], year.sponsored[s.urn] = (s.grade, s.lowered), s.sponsored
        year.executive[s.urn] = s.executive.id if s.executive else 0
        year.school_given[s.urn], year.progress_given[s.urn] = (s.given_culture, s.given_trust), s.given_progress
    for c in model.all_clusters:
        year.clusters[c.key] = (c.chair, c.systems, c.strength)
    _programmes(year, model)
    year.standing = [(v.chain, v.link, v.school.urn, int(v.role), v.due, v.before + v.adverts) for v in model.vacancies]
    return year


def _programmes(year: Year, model: ReferenceModel) -> None:
    for e in model.enrolments:
        given = e.delivered, e.dose, e.worn, e.gap, e.helper.id if e.helper else 0
        year.enrolments[e.programme.name, e.unit.id, e.start] = (e.start, e.completes, e.completed, *given)
    names = [programme.name for programme in model.programmes]
    units = {("person", p.id): (p, PersonSlot) for p in model.people}
    units |= {("school", s.urn): (s, SchoolSlot) for s in model.schools_ever}
    units |= {("cluster", c.key): (c, range(N_CLUSTER_SLOTS)) for c in model.all_clusters}
    for key, (unit, slots) in units.items():
        part = unit.programmes
        both = part.joined, part.completed
        year.bits[key] = tuple(sum(1 << n for n, name in enumerate(names) if name in some) for some in both)
        if key[0] != "person" or not unit.only_has_a_past:
            year.shift[key] = tuple(part.shift[slot] for slot in slots)


def first_difference(one: History, other: History, names: tuple[str, str] = ("reference", "other")) -> str | None:
    """Where two histories part: year, process, what, whose, both values; none if they are the same."""
    if list(one) != list(other):
        return f"censuses: {names[0]} has {list(one)}, {names[1]} has {list(other)}"
    for year in one:
        for process, what, left, right in _checks(one[year], other[year]):
            for key in [*left, *(key for key in right if key not in left)]:
                mine, theirs = left.get(key, MISSING), right.get(key, MISSING)
                if mine != theirs:
                    seen = f"{names[0]} {_spell(mine, theirs)}, {names[1]} {_spell(theirs, mine)}"
                    return f"{school_year(year)}, {process}: {what} {_spell_key(key)}: {seen}"
    return None


def _checks(one: Year, other: Year) -> list[tuple[str, str, dict[Any, Any], dict[Any, Any]]]:
    """What to compare, in the order of the year: process, what it is, both sides by key."""
    appointed = {event[0] for year in (one, other) for event in year.appointments}
    new = {event[0] for year in (one, other) for event in year.newcomers}

    def each(process: str, what: str, view: Any) -> tuple[str, str, dict[Any, Any], dict[Any, Any]]:
        return process, what, view(one), view(other)

    def some(field_name: str, left_out: set[Any]) -> Any:
        return lambda year: {k: v for k, v in getattr(year, field_name).items() if k not in left_out}

    new_units = {("person", key) for key in new}

    return [
        each("reorganise", "open, kind, cluster, base pupils of school", lambda y: y.system),
        each("reorganise", "when it was sponsored, of school", lambda y: y.sponsored),
        each("age and roll", "pupils of school", lambda y: y.pupils),
        each("age and roll", "target posts of school", lambda y: {urn: posts[0] for urn, posts in y.posts.items()}),
        each("age and roll", "full-time equivalent of person", lambda y: _column(y, "fte", appointed | new)),
        each("enrol", "eligible, applicants, places, started of programme", lambda y: y.funnel),
        each("enrol", "start of (programme, unit, year)", lambda y: {k: v[:2] for k, v in y.enrolments.items()}),
        each("enrol", "programmes joined by", lambda y: {k: v[0] for k, v in y.bits.items() if k not in new_units}),
        each("deliver", "role, school, units helped, load of helper in", lambda y: y.helping),
        each(
            "deliver",
            "completed, delivered, dose, worn, gap, helper of",
            lambda y: {k: v[2:] for k, v in y.enrolments.items()},
        ),
        each(
            "deliver", "programmes completed by", lambda y: {k: v[1] for k, v in y.bits.items() if k not in new_units}
        ),
        each("deliver", "what programmes add to", some("shift", new_units)),
        each("deliver", "costs of (programme, URN, kind)", lambda y: y.programme_costs),
        each("collaborate", "chair, systems, strength of cluster", lambda y: y.clusters),
        each("develop", "programmes' part in skills, aspiration, well-being of person", some("given", appointed | new)),
        each("develop", "aspiration, self-view, well-being, workload, readiness of person", some("mind", new)),
        each("develop", "skills of person", some("skills", appointed | new)),
        each("lead", "leadership, culture, trust, past culture of school", lambda y: y.leadership),
        each("lead", "programmes' part in culture, trust of school", lambda y: y.school_given),
        each("inspect", "grade, when it was lowered, of school", lambda y: y.inspection),
        each("leave", "leaver", lambda y: _leavers(y, in_the_market=False)),
        each("leave", "step-down of person", lambda y: {event[0]: event for event in y.step_downs}),
        each("appoint", "leaver in the market", lambda y: _leavers(y, in_the_market=True)),
        each("appoint", "chains opened", lambda y: {"": y.chains_opened}),
        each("appoint", "appointment of person", lambda y: {event[0]: event for event in y.appointments}),
        each("appoint", "acting role of person", lambda y: _column(y, "acting_role", new)),
        each("appoint", "when person was passed over", lambda y: _column(y, "passed_over", new)),
        each("appoint", "when person was made head for a fixed term", lambda y: _column(y, "fixed_term", new)),
        each("appoint", "school where person acts", lambda y: _column(y, "acting_school", new)),
        each("appoint", "change of head at school", lambda y: y.head_changed),
        each("appoint", "skills of appointee", some("skills", new)),
        each("appoint", "programmes' part in skills of appointee", some("given", new)),
        each("share headships", "executive head of school", lambda y: y.executive),
        each("share headships", "schools led by person", some("schools_led", new)),
        each("recruit", "newcomer", lambda y: {event[0]: event for event in y.newcomers}),
        each("recruit", "traits of newcomer", lambda y: {k: y.skills[k] + y.mind[k] for k in new & y.people.keys()}),
        each("appoint or recruit", "adverts for (URN, role, which)", lambda y: dict(y.adverts)),
        each("appoint or recruit", "closed chain", lambda y: {event[0]: event for event in y.closed_chains}),
        each("appoint or recruit", "standing vacancy", lambda y: {event[:2]: event for event in y.standing}),
        each("appoint or recruit", "posts of school (target, all, filled)", lambda y: y.posts),
        each("pupils learn", "programmes' part in progress of school", lambda y: y.progress_given),
        each("pupils learn", "progress of school", lambda y: y.progress),
        each("pupils learn", "team progress of person", lambda y: y.team_progress),
        each("costs", "costs of school", lambda y: y.costs),
        each("census", "person", lambda y: y.people),
        each(
            "census",
            "programmes of newcomer",
            lambda y: {k: (y.bits[k], y.shift[k], y.given[k[1]]) for k in new_units & y.bits.keys()},
        ),
    ]


def _leavers(year: Year, in_the_market: bool) -> dict[int, tuple[int, ...]]:
    """Who left before the market; or in it: to lead a trust, or from a school that had closed, most of them as it placed them nowhere."""
    appointed = {event[0] for event in year.appointments}

    def left_there(person: int) -> bool:
        return person in appointed or not year.system[year.people[person].school][0]

    return {event[0]: event for event in year.leavers if left_there(event[0]) == in_the_market}


def _column(year: Year, name: str, left_out: set[int]) -> dict[int, int]:
    """One field of everybody but ``left_out``."""
    return {key: getattr(person, name) for key, person in year.people.items() if key not in left_out}


def _spell(value: Any, other: Any) -> str:
    """A value for people to read: of a person, only what differs from the other."""
    if isinstance(value, PersonRecord) and isinstance(other, PersonRecord):
        return str(value.besides(other))
    return str(value)


def _spell_key(key: Any) -> str:
    """A key for people to read: the id of a person with where it comes from."""
    if isinstance(key, tuple):
        return f"({', '.join(map(_spell_key, key))})"
    if isinstance(key, int) and key >> 60 == Kind.SCHOOL:
        return f"{key} (school with URN {key >> 24 & 0xFFFFFF})"
    if isinstance(key, int) and key >> 60 == Kind.CLUSTER:
        return f"{key} (cluster with key {key >> 24 & 0xFFFFFF})"
    if isinstance(key, int) and key >= 1 << 60:
        return f"{key} (entered {key >> 48 & 0xFFF} at URN {key >> 24 & 0xFFFFFF})"
    return str(key)
