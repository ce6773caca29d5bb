"""A programme: the one grammar that covers every system people run, as plain numbers."""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass, field
from enum import IntEnum
from functools import cached_property

from simulation.in_force import in_force
from simulation.programmes.channels import CHANNELS, On

ALL_ROLES: tuple[int | str, ...] = ()
"""Roles of an effect that falls on every rung."""
HALF_DOSE = 0.5
"""Share of the planned hours that brings half of the most that hours can, where nothing else is said: with it half the hours
bring three quarters of the effect and twice the hours a fifth more, as trials differ by what they do and little by their
hours (judgement, anything from 0.1 to 4; Sims and others 2023 on 104 trials)."""
MOST_PROGRAMMES = 63
"""A person's programmes are bits of one 64-bit number."""


class Unit(IntEnum):
    """What joins a programme."""

    PERSON = 0
    SCHOOL = 1
    CLUSTER = 2


class Area(IntEnum):
    """How far helpers and those they help may be apart, and how far a cascade reaches."""

    SCHOOL = 0
    CLUSTER = 1
    COMMUNITY = 2
    LOCAL_AUTHORITY = 3
    REGION = 4
    ANYWHERE = 5


@dataclass(frozen=True)
class Condition:
    """A bound on a column of :data:`simulation.processes.eligibility.COLUMNS`: a range, or a list of what it may be."""

    column: str
    least: float = -math.inf
    most: float = math.inf
    """Both ends are in."""
    any_of: tuple[int | str, ...] | None = None
    """What the context calls its rungs, phases, groups and so on, or their codes; region and programme names. None for a range."""
    none_of: bool = False
    """Turns ``any_of`` round: none of these."""
    ranked: bool = False
    """The range is of places and not of values: 0.5 to 1 is the half of schools or clusters with the highest values."""
    at: tuple[str, int | None, int | None] | None = field(default=None, compare=False, repr=False)
    """File, line and column that say it, for what can only be seen to be wrong once the schools are known."""


@dataclass(frozen=True)
class Quota:
    """A part of the places that is kept for some of those who may join, and stays empty if they are too few."""

    share: float
    """Of the year's places, 0 to 1."""
    who: tuple[Condition, ...]


@dataclass(frozen=True)
class Priority:
    """A column of :data:`simulation.processes.eligibility.COLUMNS` by whose value places are given."""

    column: str
    most: bool = True
    """Whether the greatest value comes first, rather than the least."""
    at: tuple[str, int | None, int | None] | None = field(default=None, compare=False, repr=False)
    """File, line and column that say it, for what can only be seen to be wrong once the schools are known."""


@dataclass(frozen=True)
class Places:
    """How many may start in a year, when, and who comes first where more apply."""

    first: int
    """First school year in which anybody starts."""
    last: int
    """Last school year in which anybody starts."""
    number: float | None = None
    """Starts a year in a system of ``per_schools`` schools; None if ``share`` says it."""
    per_schools: float = 1.0
    share: float | None = None
    """Starts a year as a share of those who may join."""
    budget: float = math.inf
    """GBP a year for grants to those who start, in a system of ``per_schools`` schools."""
    quotas: tuple[Quota, ...] = ()
    """Filled one after the other, before all other places."""
    ahead: tuple[Condition, ...] = ()
    """Whoever meets all of these comes before all others; empty if nobody does."""
    priority: Priority | None = None
    """Decides next; what take-up selects on, and luck, decide only among equals."""

    @property
    def is_ordered(self) -> bool:
        """Whether anything but what take-up selects on, and luck, decides who gets a place."""
        return bool(self.quotas or self.ahead or self.priority)


class New(IntEnum):
    """What has to be new since somebody last started on a programme."""

    ROLE = 0
    SCHOOL = 1


@dataclass(frozen=True)
class Again:
    """When somebody who has been on a programme may join it again."""

    after: int = 0
    """Whole years between the end of delivery and another start."""
    on: tuple[New, ...] = ()
    """One of these must have happened since the last start; nothing need have if there are none."""
    adds_up: bool = False
    """Whether what each time gave adds up. If not, the strongest at the moment counts, effect by effect."""


@dataclass(frozen=True)
class TakeUp:
    """The funnel from hearing of a programme to completing it."""

    aware: float = 1.0
    """Probability of hearing of it in a year."""
    apply: float = 1.0
    """Probability of applying, at average aspiration and capability."""
    apply_aspiration: float = 0.0
    """Log-odds of applying added per standard deviation of aspiration."""
    apply_capability: float = 0.0
    """Log-odds of applying added per standard deviation of merit for the next rung."""
    select_aspiration: float = 0.0
    """Weight of a standard deviation of aspiration in selection, whose chance part has standard deviation 1."""
    select_capability: float = 0.0
    """The same for merit for the next rung."""
    complete: float = 1.0
    """Probability of completing. Who does not gets half of what is delivered, at half the hours."""
    apply_fee: float = 0.0
    """Log-odds of applying added per GBP 1,000 of the school's fee above the plan's."""
    complete_release: float = 0.0
    """Log-odds of completing added per day of release above the plan's."""


@dataclass(frozen=True)
class Helpers:
    """Mentors, coaches, peer reviewers, system leaders or exchange hosts: people in post, with limited time."""

    kind: str
    """What they are called, such as ``mentor``."""
    who: tuple[Condition, ...]
    willing: float
    """Probability that somebody whom ``who`` admits helps in a year."""
    each: int
    """Participants that one of them can help in a year."""
    hours: float
    """Hours a week of a helper with as many participants as they can help; their own school pays for them."""
    within: Area
    training: float = 0.0
    """Hours a year in which each of them is trained for it; their own school pays for these too."""
    trained: float = 0.0
    """Share of what their help achieves that hangs on the training that is planned, 0 to 1."""
    skill: float = 0.0
    """What a standard deviation of merit for their own post adds to what their help achieves, as a share of it."""
    culture: float = 0.0
    """The same, of the culture of development of their own school."""
    better: float = 0.0
    """Standard deviations of merit that they have as helpers beyond what is seen of them."""
    first: Priority | None = None
    """Who of the willing helps before others; luck decides among equals."""
    serve: Priority | None = None
    """Whom the first of them help; otherwise the smallest id comes first."""


@dataclass(frozen=True)
class Cascade:
    """Participants lead learning communities for others, to whom effects on peers are passed."""

    who: tuple[Condition, ...]
    """Whom a community is for; those who joined the programme themselves are left out."""
    each: float
    """People whom one participant can lead."""
    within: Area


@dataclass(frozen=True)
class Delivery:
    """What a participant gets, and from whom."""

    years: int
    hours: float = 0.0
    """Hours a week of a participant's own time during delivery; of the head's, where schools or clusters join."""
    helpers: Helpers | None = None
    cascade: Cascade | None = None
    quality: float = 1.0
    """Share of the effects that delivery achieves, 0 to 1."""
    endorses: float = 0.0
    """Quality below which no other programme is delivered while this one runs; 0 if it endorses nothing."""
    paid: bool = False
    """Whether it is a payment: the grant is then what is delivered, in place of a participant's hours."""
    day: float = 0.0
    """Hours of delivery in a day of release; 0 if the days only make room for it."""
    half_dose: float = HALF_DOSE
    """Share of the planned hours with which an effect reaches half of the most that hours can bring; 0 if any will do."""


@dataclass(frozen=True)
class Plan:
    """What the programme's own file plans, and sizes of effects hold at; what is delivered is measured by it."""

    hours: float = 0.0
    """Hours a week of a participant."""
    release_days: float = 0.0
    """Days a year."""
    fee: float = 0.0
    """GBP a year."""
    helper_hours: float = 0.0
    """Hours a week of a helper for each of those that they help, where they help as many as they can."""
    training: float = 0.0
    """Hours a year of a helper."""
    helpers: tuple[Condition, ...] = ()
    """Who could help."""
    grant: float = 0.0
    """GBP a year, of what is a payment."""


@dataclass(frozen=True)
class Effect:
    """One thing that the programme changes."""

    channel: str
    """A key of :data:`~simulation.programmes.channels.CHANNELS`."""
    size: float
    """In the channel's unit, of a full dose."""
    on: On
    begins: int = 0
    """Years after the start at which it begins: 0 for the year of the start."""
    half_life: float = math.inf
    """Years in which it halves once delivery has ended; 0 if it ends with delivery, infinite if it lasts."""
    roles: tuple[int | str, ...] = ALL_ROLES
    """Roles on which it falls, of a team, a school or a cluster."""
    skills: tuple[int, ...] = ()
    """Skills that ``capability`` raises, by place in ``SKILLS``."""
    component: int = 0
    """Component that ``cluster_strength`` raises, by place in ``COMPONENTS``."""
    leader_support: float = 0.0
    """The effect is multiplied by 1 plus this times the leadership of the school, but never turned round."""
    of_gap: bool = False
    """``size`` is a share of the gap between the culture of the helper's school and that of the participant's."""
    award: bool = False
    """It acts only in those who have completed the programme, from then on."""
    side: bool = False
    """A side effect: told apart in what people read, not in what happens."""
    half_dose: float | None = None
    """Its own; that of delivery if None."""


@dataclass(frozen=True)
class ProgrammeCosts:
    """What a place costs, in GBP of the base year, in each year of delivery."""

    grant: float = 0.0
    """Paid by government for each participant."""
    fee: float = 0.0
    """Paid by the participant's school; by each school, where a cluster joins."""
    release_days: float = 0.0
    """Days of supply cover that the participant's school buys."""


@dataclass(frozen=True)
class Programme:
    """A programme. Two programmes of a run have different names."""

    name: str
    unit: Unit
    who: tuple[Condition, ...]
    places: Places
    take_up: TakeUp
    delivery: Delivery
    effects: tuple[Effect, ...]
    costs: ProgrammeCosts = field(default_factory=ProgrammeCosts)
    sign: float = 1.0
    """-1 for places that are withdrawn: those who would have had them lose what they would have gained and cost."""
    again: Again | None = None
    """When a unit may join again; None for once in a lifetime."""
    family: str = ""
    """What several blocks of one programme have in common; nobody is on two of them at a time. Its own name if empty."""
    everybody: bool = field(default=False, repr=False)
    """A measure: whoever meets ``who`` has it in full in each year from ``places.first`` to ``places.last``. Nobody joins,
    nothing is drawn, and years since the start are those since ``places.first``."""
    planned: Plan | None = None
    """What is delivered is measured by this; by itself if None, so that all of it is as planned."""
    earlier: tuple[tuple[int, Programme], ...] = field(default=(), repr=False)
    """What it is in earlier years, where its numbers change: each up to and including a school year, in order of time."""

    def __post_init__(self) -> None:
        """Raise :exc:`ValueError` if the parts contradict each other."""
        for effect in self.effects:
            channel = CHANNELS.get(effect.channel)
            if channel is None or effect.on not in channel.bearers:
                raise ValueError(f"{self.name}: no effect on {effect.channel} of {effect.on.name.lower()}")
            person = self.unit is Unit.PERSON
            if not person and effect.on in (On.PARTICIPANT, On.TEAM, On.PEERS):
                raise ValueError(
                    f"{self.name}: {effect.on.name.lower()} needs people who join, not schools or clusters"
                )
            if effect.on is On.HELPER and self.delivery.helpers is None:
                raise ValueError(f"{self.name}: an effect on helpers needs helpers")
            if effect.on is On.PEERS and self.delivery.cascade is None:
                raise ValueError(f"{self.name}: an effect on peers needs a cascade")
            of_school = effect.channel == "culture" and effect.on is On.SCHOOL and self.unit is not Unit.CLUSTER
            if effect.of_gap and (not of_school or self.delivery.helpers is None):
                raise ValueError(f"{self.name}: a share of the gap is for the culture of a school that has helpers")
            if effect.channel == "capability" and not effect.skills:
                raise ValueError(f"{self.name}: capability needs the skills that it raises")
        if (self.places.number is None) == (self.places.share is None):
            raise ValueError(f"{self.name}: places are a number or a share")
        if sum(quota.share for quota in self.places.quotas) > 1 + 1e-9:
            raise ValueError(f"{self.name}: quotas come to more than all places")
        if self.again is not None and self.again.on and self.unit is not Unit.PERSON:
            raise ValueError(f"{self.name}: only people have new roles and schools")
        if self.everybody and (self.delivery.helpers is not None or self.delivery.cascade is not None):
            raise ValueError(f"{self.name}: nobody joins a measure, so nobody helps in it or leads others")
        if self.delivery.years < 1:
            raise ValueError(f"{self.name}: delivery takes at least a year")

    @cached_property
    def code(self) -> int:
        """Number below 2**24 under which the programme draws: the same whatever other programmes run."""
        return int.from_bytes(hashlib.sha256(self.name.encode()).digest()[:3], "big")

    @cached_property
    def plan(self) -> Plan:
        """What is planned, by which what is delivered is measured."""
        if self.planned is not None:
            return self.planned
        delivery, costs = self.delivery, self.costs
        helpers = delivery.helpers
        of_helpers = (
            (0.0, 0.0, ()) if helpers is None else (helpers.hours / helpers.each, helpers.training, helpers.who)
        )
        return Plan(delivery.hours, costs.release_days, costs.fee, *of_helpers, grant=costs.grant)

    @property
    def kin(self) -> str:
        """The family, which every programme has."""
        return self.family or self.name

    def in_year(self, year: int) -> Programme:
        """The programme with the numbers of a school year, by the calendar year in which it starts."""
        return in_force(year, self.earlier, self)

    def runs(self, year: int) -> bool:
        """Whether anybody can start in ``year``; of a measure, whether it is in force."""
        return self.places.first <= year <= self.places.last

    def profile(self, effect: Effect, years_since_start: int) -> float:
        """Share of an effect's size that acts ``years_since_start`` years after the start, 0 to 1."""
        if years_since_start < effect.begins:
            return 0.0
        beyond = years_since_start - max(effect.begins, self.delivery.years - 1)
        if beyond <= 0 or math.isinf(effect.half_life):
            return 1.0
        return 0.0 if effect.half_life == 0 else float(2.0 ** (-beyond / effect.half_life))


def in_order(programmes: tuple[Programme, ...]) -> tuple[Programme, ...]:
    """The programmes by name; raise :exc:`ValueError` for a name or code that comes twice, or too many."""
    ordered = tuple(sorted(programmes, key=lambda programme: programme.name))
    if len({p.name for p in ordered}) < len(ordered) or len({p.code for p in ordered}) < len(ordered):
        raise ValueError("programmes: two have the same name or code")
    if len(ordered) > MOST_PROGRAMMES:
        raise ValueError(f"programmes: at most {MOST_PROGRAMMES} can run together, got {len(ordered)}")
    for family in families(ordered).values():
        if len({_alike(ordered[number]) for number in family}) > 1:
            raise ValueError(f"programmes: {ordered[family[0]].name} and others of its family are not alike")
    return ordered


def families(programmes: tuple[Programme, ...]) -> dict[str, list[int]]:
    """Places of programmes among ``programmes``, by their family."""
    found: dict[str, list[int]] = {}
    for number, programme in enumerate(programmes):
        found.setdefault(programme.kin, []).append(number)
    return found


def bits_of_kin(programmes: tuple[Programme, ...], number: int) -> int:
    """The bits that stand for the programme in place ``number`` and all others of its family in columns of programmes."""
    return sum(1 << n for n, other in enumerate(programmes) if other.kin == programmes[number].kin)


def _alike(programme: Programme) -> tuple[object, ...]:
    """What the blocks of one programme have in common: the rest may differ."""
    effects = tuple((effect.channel, effect.on) for effect in programme.effects)
    return programme.unit, programme.delivery.years, effects
