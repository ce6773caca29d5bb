"""A programme in plain English: the words are in ``programme.txt``."""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from functools import cache, partial
from typing import TYPE_CHECKING

import numpy as np

from analysis.explain.effects import acts, doses, effects, of_help
from analysis.explain.plainly import ALONE, figure_words
from analysis.explain.words import Section, published, who, written
from analysis.figures.rounding import joined, plain, pounds
from analysis.figures.words import JOINERS, WORDS, lower
from scenarios.cites import backing
from scenarios.evidence import evidence
from scenarios.programme_files.conditions import roles_of
from scenarios.programme_files.known import Expectation, KnownProgramme
from simulation.census.outcomes import OUTCOMES
from simulation.processes.eligibility import codes_in
from simulation.programmes.programme import Area, Unit
from simulation.structure import Structure
from simulation.vocabulary import label

if TYPE_CHECKING:
    from scenarios.scenario import Scenario


@cache
def england() -> Scenario:
    """The context whose prices costs are shown in."""
    from scenarios.resolve import load

    return load("england")


def sections(programme: KnownProgramme) -> list[Section]:
    """Everything worth knowing about a programme, in the order in which one would ask."""
    counted = Counter(programme.figures[effect.path].provenance.grade for effect in programme.effects)
    grades = Counter({grade: counted[grade] for grade in WORDS["grades"] if counted[grade]})  # best first
    firm = {grade: f"{WORDS['grades'][grade]} (grade {grade})" for grade in grades}
    return written(
        "programme.txt", p=programme, figures=defaultdict(lambda: None, programme.figures), joiners=JOINERS[programme.unit],
        who=lambda conditions, unit=Unit.PERSON: who(conditions, unit), area=lambda area: WORDS["areas"][label(area)],
        tilts=[(what, math.exp(by)) for what, by in _leaning(programme, "apply")],
        weights=[(what, "" if by == 1 else f"{plain(by)} times ", abs(by)) for what, by in _leaning(programme, "select")],
        effects=effects(programme, side=False), side_effects=effects(programme, side=True),
        doses=doses, of_help=of_help, acts=acts, names=WORDS["figures"],
        costs=_costs(programme), between=_between, prices=england().base_year,
        claimed=lambda claim: _claimed(programme, claim), without_ids=partial(_without_ids, known={*evidence(), *programme.cites}),
        source=lambda name: published(backing(name, programme.cites)), uses=uses(programme),
        grades=grades, firm=list(firm.values()),
        shares=[f"{n} {'rests' if n == 1 else 'rest'} on {firm[grade]}" for grade, n in grades.items()],
    )  # fmt: skip


def _leaning(programme: KnownProgramme, step: str) -> list[tuple[str, float]]:
    """What those who ``apply``, or whom panels ``select``, have more of than others, and how far that counts."""
    whose = ("ambition", "ability") if programme.unit is Unit.PERSON else ("culture", "leadership")
    sizes = (programme.value(f"take_up.{step}_{name}") for name in ("aspiration", "capability"))
    return [(what, size) for what, size in zip(whose, sizes, strict=True) if size]


def _without_ids(text: str, known: Collection[str]) -> str:
    """The file's words, without ids of evidence in brackets: each is given in full with its effect or in the file."""

    def kept(found: re.Match[str]) -> str:
        return "" if set(re.split(r"[,; ]+", found[1])) <= set(known) else found[0]

    return re.sub(r" \(([a-z0-9_,; ]+)\)", kept, text)


def _claimed(programme: KnownProgramme, claim: Expectation) -> str:
    """The outcome of which a claim is made and, if it is not of those who join, of whom."""
    outcome = WORDS["outcomes"].get(claim.outcome, claim.outcome)
    if claim.on is None:
        return outcome
    kind = programme.helpers.kind if programme.helpers else "helper"
    of = "people" if OUTCOMES[claim.outcome].of is Unit.PERSON else "schools"
    return f"{outcome}, {WORDS['around'][of][claim.on.name.lower()].format(helper=kind)},"


def uses(programme: KnownProgramme) -> dict[str, list[str]]:
    """What rests on each publication that the programme's own file cites, by its name."""
    found: dict[str, list[str]] = {name: [] for name in programme.cites}
    of = {"effects": {effect.path: {"channel": effect.channel} for effect in programme.effects}}
    every = [(path, f.provenance.sources) for path, f in programme.figures.items()]
    every += [(f"{ALONE}{alone.outcome} alone", alone.sources) for alone in programme.leaves_alone]
    backed: list[tuple[str, Collection[str]]] = [(lower(figure_words(path, of)), sources) for path, sources in every]
    if programme.study is not None:
        backed += [(f"the study's finding {finding.name}", finding.sources) for finding in programme.study.findings]
    for what, sources in backed:
        for name in set(sources) & set(found):
            found[name].append(what)
    return found


@dataclass(frozen=True)
class Costs:
    """What a programme costs in a year, in GBP: the least and the most, as schools differ in pay."""

    total: np.ndarray
    """For each that joins, but for what its school pays."""
    of_school: np.ndarray
    cover: np.ndarray | None = None
    """For release, of the school's part; None if nobody is released."""
    help: np.ndarray | None = None
    """The time of helpers; None without helpers."""

    @property
    def any(self) -> bool:
        """Whether there are any."""
        return bool(self.total.any() or self.of_school.any())


def _costs(programme: KnownProgramme) -> Costs:
    value, prices, structure = programme.value, england().parameters.costs, england().structure
    total, of_school = np.full(2, value("costs.grant")), np.full(2, value("costs.fee"))
    cover = help_ = None
    if days := value("costs.release_days"):
        by_phase = prices.supply_day[_phases(programme, structure)]
        cover = days * np.array([by_phase.min(), by_phase.max()])
        of_school = of_school + cover
    if programme.helpers is not None and value("delivery.helpers.hours"):
        named = roles_of(programme.helpers.who, structure)
        roles = [r for r in structure.ladder.in_schools if structure.ladder.names[r] in named]
        # Helpers come from schools of the same phase, except from within a cluster.
        phases = (
            list(range(len(structure.phases)))
            if programme.helpers.within is Area.CLUSTER
            else _phases(programme, structure)
        )
        hourly = prices.pay[np.ix_(phases, roles)] / float(prices.directed_hours)
        hours = value("delivery.helpers.hours") * float(prices.school_weeks) + value("delivery.helpers.training")
        share = hours / value("delivery.helpers.each")
        help_ = share * np.array([hourly.min(), hourly.max()])
        total = total + help_
    return Costs(total, of_school, cover, help_)


def _phases(programme: KnownProgramme, structure: Structure) -> list[int]:
    """Phases of the schools that may join."""
    every = list(range(len(structure.phases)))
    for condition in programme.who:
        if condition.column == "school.phase":
            named = set(codes_in(structure, condition.column, condition.any_of or ()))
            return [phase for phase in every if (phase in named) is not condition.none_of]
    return every


def _between(ends: np.ndarray) -> str:
    return joined(*(pounds(float(f"{end:.3g}")) for end in ends))
