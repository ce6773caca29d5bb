"""A programme as its file says it, with where each figure comes from."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from scenarios.dated import NO_END, Steps
from scenarios.evidence import Citation
from scenarios.parameter_files import Provenance
from scenarios.programme_files.conditions import condition_plain
from scenarios.programme_files.study import Calibration, Study
from simulation.in_force import in_force
from simulation.programmes.channels import COMPONENTS, SKILLS, On
from simulation.programmes.programme import (
    ALL_ROLES,
    HALF_DOSE,
    Again,
    Area,
    Cascade,
    Condition,
    Delivery,
    Effect,
    Helpers,
    Places,
    Plan,
    Priority,
    Programme,
    ProgrammeCosts,
    Quota,
    TakeUp,
    Unit,
)
from simulation.vocabulary import school_year


@dataclass(frozen=True)
class Figure:
    """A number of a programme and where it comes from."""

    value: float
    provenance: Provenance

    def resolved(self) -> dict[str, Any]:
        """Plain values, for results and digests."""
        return {"value": self.value, **self.provenance.resolved()}


@dataclass(frozen=True)
class QuotaSettings:
    """A part of the places that is kept for some, by name."""

    name: str
    share: float
    who: tuple[Condition, ...]

    def resolved(self) -> dict[str, Any]:
        """Plain values."""
        return {"share": self.share, "who": [condition_plain(condition) for condition in self.who]}


@dataclass(frozen=True)
class PlacesSettings:
    """``places:`` as written; None for what is left out."""

    number: float | None = None
    per_schools: float | None = None
    share: float | None = None
    first: int | None = None
    last: int | None = None
    budget: float | None = None
    ahead: tuple[Condition, ...] = ()
    """``first:``, who comes before all others."""
    priority: Priority | None = None
    quotas: tuple[QuotaSettings, ...] = ()

    def resolved(self) -> dict[str, Any]:
        """Plain values, without those of earlier years."""
        first, last = (None if year is None else school_year(year) for year in (self.first, self.last))
        return {
            "number": self.number,
            "per_schools": self.per_schools,
            "share": self.share,
            "from": first,
            "until": last,
            "budget": self.budget,
            **_where_set(
                first=[condition_plain(condition) for condition in self.ahead],
                priority=self.priority and priority_plain(self.priority),
                quotas={quota.name: quota.resolved() for quota in self.quotas},
            ),
        }


@dataclass(frozen=True)
class Reported:
    """A figure that was published of an effect, and how much of it a file takes to be so."""

    value: float
    """In the unit of the effect."""
    by: str
    """How it was found: a key of :data:`scenarios.programme_files.effects.MOST_KEPT`."""
    kept: float
    """The share of it that is the effect's size."""


@dataclass(frozen=True)
class EffectSettings:
    """An effect without its size, which is the figure ``effects.NAME`` or ``side_effects.NAME``."""

    name: str
    channel: str
    on: On
    side: bool
    begins: int = 0
    half_life: float = math.inf
    roles: tuple[int | str, ...] = ALL_ROLES
    skills: tuple[int, ...] = ()
    component: int = 0
    leader_support: float = 0.0
    of_gap: bool = False
    award: bool = False
    half_dose: float | None = None
    """Its own response to hours; that of delivery if None."""
    out_of_order: str = ""
    """Why it is larger than :mod:`scenarios.programme_files.order` would have it; empty where it is not."""
    reported: Reported | None = None
    """What was published of it, from which its size is shrunk; None where the size rests on no such figure."""

    @property
    def path(self) -> str:
        """Path of its size."""
        return f"{'side_effects' if self.side else 'effects'}.{self.name}"

    def resolved(self) -> dict[str, Any]:
        """Plain values."""
        return {
            "channel": self.channel,
            "on": self.on.name.lower(),
            "begins": self.begins,
            "half_life": "lasts" if math.isinf(self.half_life) else self.half_life or "delivery",
            "roles": "all" if self.roles == ALL_ROLES else list(self.roles),
            "skills": [SKILLS[skill] for skill in self.skills],
            "component": COMPONENTS[self.component] if self.channel == "cluster_strength" else None,
            "leader_support": self.leader_support,
            "of_gap": self.of_gap,
            **({"award": True} if self.award else {}),
            **({} if self.half_dose is None else {"half_dose": self.half_dose}),
            **_where_set(out_of_order=self.out_of_order, reported=self.reported and vars(self.reported)),
        }


OF_HELP = ("training", "trained", "skill", "culture", "better")
"""Names of the figures that say what helpers' help is worth."""


@dataclass(frozen=True)
class HelpersSettings:
    """Who helps; the numbers are figures under ``delivery.helpers``."""

    kind: str
    who: tuple[Condition, ...]
    within: Area
    first: Priority | None = None
    """Who of the willing helps before others."""
    serve: Priority | None = None
    """Whom the first of them help."""

    def resolved(self) -> dict[str, Any]:
        """Plain values."""
        matched = {key: rule and priority_plain(rule) for key, rule in (("first", self.first), ("serve", self.serve))}
        return {**_group(self.who, self.within, kind=self.kind), **_where_set(**matched)}


@dataclass(frozen=True)
class CascadeSettings:
    """Whom participants lead; how many is the figure ``delivery.cascade.each``."""

    who: tuple[Condition, ...]
    within: Area


@dataclass(frozen=True)
class Expectation:
    """An outcome that a programme is meant to move, or to leave alone."""

    outcome: str
    years_after: int
    """Censuses after that of the year of the start."""
    direction: str = "none"
    """``up``, ``down`` or ``none``."""
    sources: tuple[str, ...] = ()
    on: On | None = None
    """Those around the units that joined of whom it is said; None for these units themselves."""

    def resolved(self) -> dict[str, Any]:
        """Plain values."""
        plain = {"outcome": self.outcome, "direction": self.direction, "years_after": self.years_after}
        on = {} if self.on is None else {"on": self.on.name.lower()}
        return {**plain, **on, "sources": list(self.sources)}


@dataclass(frozen=True)
class Change:
    """A figure or a setting of a programme that a scenario has set."""

    path: str
    written: str
    set_by: str
    """``lever`` or ``uncertainty``."""
    file: str
    """The scenario's file."""


@dataclass(frozen=True)
class KnownProgramme:
    """A programme as its file, and perhaps a scenario, say it."""

    name: str
    title: str
    summary: str
    unit: Unit
    who: tuple[Condition, ...]
    places: PlacesSettings
    years: int
    """Years of delivery."""
    figures: dict[str, Figure]
    """Every figure by its path, such as ``effects.stay_in_teaching`` or ``delivery.helpers.willing``."""
    effects: tuple[EffectSettings, ...]
    helpers: HelpersSettings | None
    cascade: CascadeSettings | None
    moves: tuple[Expectation, ...]
    leaves_alone: tuple[Expectation, ...]
    assumes: tuple[str, ...]
    evidence: str
    """The section of evidence, in words."""
    file: str
    again: Again | None = None
    """When somebody who has been on it may join again; None for once."""
    family: str = ""
    """What the blocks of one programme have in common; empty for a programme that is in one block, of its own name."""
    everybody: bool = False
    """A measure: whoever meets ``who`` has it, from the first year of ``places`` to the last, and nobody joins."""
    withdrawn: bool = False
    """Its places are taken away from those there are today."""
    planned: Plan | None = None
    """What its file plans, at which its sizes hold, whatever a scenario changes; None for a measure."""
    paid: bool = False
    """It is a payment: the grant is what is delivered."""
    cost_only: dict[str, str] = field(default_factory=dict)
    """Why figures of costs and delivery are a price and act on nothing, by path."""
    styles: dict[str, str] = field(default_factory=dict)
    """Ways of doing it, each in words; what one makes of an effect is the figure ``styles.STYLE.EFFECT``."""
    style: str = ""
    """The way in which it is done; empty for what sizes of effects are said of."""
    without: tuple[str, ...] = ()
    """Names of effects that are left out."""
    changes: tuple[Change, ...] = ()
    """What scenarios have set, in the order in which they set it."""
    earlier: dict[str, Steps] = field(default_factory=dict)
    """Figures, and numbers of places, that are others in earlier years, by path."""
    study: Study | None = None
    """How it was evaluated; None where its file does not say."""
    calibrations: tuple[Calibration, ...] = ()
    """Readings of its study's findings."""
    cites: dict[str, Citation] = field(default_factory=dict)
    """Publications that its file, or a scenario that changes its figures, names by itself."""

    def value(self, path: str, otherwise: float = 0.0) -> float:
        """The figure at ``path``, or what holds where the file has none."""
        return self.figures[path].value if path in self.figures else otherwise

    @property
    def conditions(self) -> tuple[Condition, ...]:
        """All that it asks of those who join, who come first, who help and who are led."""
        groups = (self.helpers, self.cascade, *self.places.quotas)
        rules = (self.places.priority, *((self.helpers.first, self.helpers.serve) if self.helpers else ()))
        ranked = tuple(Condition(rule.column, at=rule.at) for rule in rules if rule is not None)
        others = (condition for group in groups if group is not None for condition in group.who)
        return (*self.who, *self.places.ahead, *ranked, *others)

    def as_it_is(self) -> Plan:
        """What is delivered as a plan for others to be measured by."""
        return replace(self, planned=None).programme(0).plan

    def times(self, effect: EffectSettings) -> float:
        """What style makes of the size of an effect, and 0 if it is left out."""
        return 0.0 if effect.name in self.without else self.value(f"styles.{self.style}.{effect.name}", 1.0)

    def with_change(self, change: Change, **fields: Any) -> KnownProgramme:
        """The same with other ``fields``, and the change noted in place of an earlier one of the same path."""
        kept = tuple(other for other in self.changes if other.path != change.path)
        return replace(self, changes=(*kept, change), **fields)

    def programme(self, base_year: int) -> Programme:
        """What the model runs; places without a ``from`` start in the year after ``base_year``."""
        turns = sorted({last for steps in self.earlier.values() for last, _ in steps})
        earlier = tuple((last, self._in_year(last, base_year)) for last in turns)
        return replace(self._in_year(NO_END, base_year), earlier=earlier)

    def _in_year(self, year: int, base_year: int) -> Programme:
        """What the model runs in a school year."""

        def value(path: str, otherwise: float = 0.0) -> float:
            return in_force(year, self.earlier.get(path, ()), self.value(path, otherwise))

        numbers = {
            key: in_force(year, self.earlier.get(f"places.{key}", ()), getattr(self.places, key))
            for key in ("number", "per_schools", "share", "budget")
        }
        places = replace(self.places, **numbers)
        return Programme(
            name=self.name,
            unit=self.unit,
            who=self.who,
            places=Places(
                base_year + 1 if places.first is None else places.first,
                NO_END if places.last is None else places.last,
                places.number,
                1.0 if places.per_schools is None else places.per_schools,
                places.share,
                math.inf if places.budget is None else places.budget,
                tuple(Quota(quota.share, quota.who) for quota in places.quotas),
                places.ahead,
                places.priority,
            ),
            take_up=TakeUp(**{path[8:]: value(path) for path in self.figures if path.startswith("take_up.")}),
            delivery=Delivery(
                years=self.years,
                hours=value("delivery.hours"),
                helpers=None
                if self.helpers is None
                else Helpers(
                    self.helpers.kind,
                    self.helpers.who,
                    value("delivery.helpers.willing"),
                    int(value("delivery.helpers.each")),
                    value("delivery.helpers.hours"),
                    self.helpers.within,
                    first=self.helpers.first,
                    serve=self.helpers.serve,
                    **{name: value(f"delivery.helpers.{name}") for name in OF_HELP},
                ),
                cascade=None
                if self.cascade is None
                else Cascade(self.cascade.who, value("delivery.cascade.each"), self.cascade.within),
                quality=value("delivery.quality", 1.0),
                endorses=value("delivery.endorses"),
                paid=self.paid,
                day=value("delivery.day"),
                half_dose=value("delivery.half_dose", HALF_DOSE),
            ),
            effects=tuple(
                Effect(
                    e.channel,
                    value(e.path) * self.times(e),
                    e.on,
                    e.begins,
                    e.half_life,
                    e.roles,
                    e.skills,
                    e.component,
                    e.leader_support,
                    e.of_gap,
                    e.award,
                    e.side,
                    e.half_dose,
                )
                for e in self.effects
            ),
            costs=ProgrammeCosts(value("costs.grant"), value("costs.fee"), value("costs.release_days")),
            sign=-1.0 if self.withdrawn else 1.0,
            again=self.again,
            family=self.family,
            everybody=self.everybody,
            planned=self.planned,
        )

    def _until(self, path: str) -> dict[str, Any]:
        """Numbers of earlier years by the last school year of each, under ``until``; nothing where there are none."""
        begins = self.places.first if path.startswith("places.") and self.places.first else 0
        steps = [(last, number) for last, number in self.earlier.get(path, ()) if last >= begins]
        return {"until": {school_year(last): number for last, number in steps}} if steps else {}

    def _planned_plain(self) -> dict[str, Any]:
        """What is planned, where that is not what is delivered."""
        if self.planned is None or self.planned == self.as_it_is():
            return {}
        return {**asdict(self.planned), "helpers": [condition_plain(c) for c in self.planned.helpers]}

    def resolved(self) -> dict[str, Any]:
        """Everything that the file says, as plain values without names of files and places in them."""
        return {
            "title": self.title,
            "summary": self.summary,
            "joins": self.unit.name.lower(),
            **({"everybody": True} if self.everybody else {}),
            "who": [condition_plain(condition) for condition in self.who],
            "places": {
                **self.places.resolved(),
                **{
                    f"{key}_until": until
                    for key in ("number", "per_schools", "share", "budget")
                    for until in self._until(f"places.{key}").values()
                },
            },
            "withdrawn": self.withdrawn,
            **_where_set(again=again_plain(self.again), block_of=self.family),
            **_where_set(paid=self.paid, style=self.style, without=list(self.without), planned=self._planned_plain()),
            "years": self.years,
            "helpers": self.helpers and self.helpers.resolved(),
            "cascade": self.cascade and _group(self.cascade.who, self.cascade.within),
            "effects": {effect.path: effect.resolved() for effect in self.effects},
            "figures": {
                path: {**figure.resolved(), **self._until(path)} for path, figure in sorted(self.figures.items())
            },
            "moves": [move.resolved() for move in self.moves],
            "leaves_alone": [alone.resolved() for alone in self.leaves_alone],
            "assumes": list(self.assumes),
            "evidence": self.evidence,
        }


def priority_plain(priority: Priority) -> dict[str, str]:
    """By which end of a column it goes, as plain values."""
    return {"most" if priority.most else "least": priority.column}


def again_plain(again: Again | None) -> dict[str, Any] | None:
    """When somebody may join again, as plain values; None for once."""
    if again is None:
        return None
    return {"after": again.after, "on": [f"new_{on.name.lower()}" for on in again.on], "adds_up": again.adds_up}


def _where_set(**plain: Any) -> dict[str, Any]:
    """What is set: the rest changes no run, and is left out."""
    return {key: value for key, value in plain.items() if value}


def _group(who: tuple[Condition, ...], within: Area, **more: str) -> dict[str, Any]:
    return {**more, "who": [condition_plain(c) for c in who], "within": within.name.lower()}
