"""A programme in plain English."""

from __future__ import annotations

import math
import re
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from analysis.explain.effects import effects
from analysis.explain.words import Item, Section, figure, published, who
from analysis.figures.rounding import joined, percent, plain, pounds
from analysis.figures.words import JOINERS, WORDS, a, capital, count, listed
from scenarios.evidence import evidence
from scenarios.programme_files.conditions import roles_of
from scenarios.programme_files.known import Expectation, KnownProgramme
from simulation.programmes.programme import Area, Unit
from simulation.vocabulary import Phase, Role, label, school_year

if TYPE_CHECKING:
    from scenarios.resolve import Scenario

SAMPLE = 0.1
"""Share of the schools that a programme's places are also shown for."""
GRADE_WORDS = WORDS["grades"]


@cache
def england() -> Scenario:
    """The context whose prices costs are shown in."""
    from scenarios.resolve import load

    return load("england")


def sections(programme: KnownProgramme) -> list[Section]:
    """Everything worth knowing about a programme, in the order in which one would ask."""
    return [
        Section("", (programme.summary,)),
        Section("Who may join", (capital(who(programme.who, programme.unit)) + ".",)),
        Section("How many, and when", tuple(_places(programme))),
        Section("How people come to be on it", tuple(_take_up(programme))),
        Section("What is delivered, and by whom", tuple(_delivery(programme))),
        Section("What it is assumed to change, where all is delivered as planned", effects(programme, side=False)),
        Section("Side effects", effects(programme, side=True)),
        Section("What it costs, and who pays", tuple(_costs(programme))),
        Section("How it will be judged", tuple(_moves(programme))),
        Section("What it leaves alone", tuple(_alone(alone) for alone in programme.leaves_alone)),
        Section("What the evidence says", _evidence(programme)),
        Section("What is assumed where evidence is silent", tuple(Item(sentence) for sentence in programme.assumes)),
    ]


def _evidence(programme: KnownProgramme) -> tuple[str, ...]:
    """The file's words, without ids of rows of evidence in brackets: each is given in full with its effect or in the file."""

    def without_ids(found: re.Match[str]) -> str:
        return "" if set(re.split(r"[,; ]+", found[1])) <= set(evidence()) else found[0]

    words = re.sub(r" \(([a-z0-9_,; ]+)\)", without_ids, programme.evidence)
    return words, _grades(programme), f"The source of each figure is named in {programme.file}."


def _unit(programme: KnownProgramme) -> str:
    return {Unit.PERSON: "participant", Unit.SCHOOL: "school", Unit.CLUSTER: "cluster"}[programme.unit]


def _places(programme: KnownProgramme) -> list[str | Item]:
    places, things = programme.places, JOINERS[programme.unit]
    lines: list[str | Item] = []
    if programme.withdrawn:
        lines.append("These places are taken away from those that there are today.")
    if places.share is not None:
        lines.append(f"{percent(places.share)} of those who may join start in a year, whatever the size of the system.")
    elif places.number is not None and places.per_schools is not None:
        system = f"a system of {plain(places.per_schools)} schools"
        sample = places.number * SAMPLE
        lines.append(
            f"Up to {plain(places.number)} {things} start in a year in {system}: {_for_schools(places.number / places.per_schools)}. "
            f"In a run of a tenth of the schools that is {plain(round(sample) if sample >= 10 else sample)}."
            if places.number
            else f"Nobody: there are no places in {system}."
        )
    if places.budget is not None:
        grant = programme.value("costs.grant") * programme.years
        afford = f"enough for {places.budget / grant:,.0f} starts" if grant else "nothing to spend it on"
        lines.append(f"Grants may come to {pounds(places.budget)} a year: {afford}.")
    first = f"in {school_year(places.first)}" if places.first else "in the first year projected"
    last = f"The last start in {school_year(places.last)}." if places.last else "There is no end to it."
    lines.append(f"The first start {first}. {last}")
    return lines


def _for_schools(places: float) -> str:
    """Places for one school, as people say it."""
    if places > 1 / 1.5:
        return f"{plain(round(places, 1))} places for every school"
    return f"one place for every {1 / places:,.0f} schools"


def _take_up(programme: KnownProgramme) -> list[str | Item]:
    figures, value = programme.figures, programme.value
    person = programme.unit is Unit.PERSON
    ambition, ability = ("ambition", "ability") if person else ("culture", "leadership")

    hear, apply = figures.get("take_up.aware"), figures.get("take_up.apply")
    if hear and apply:
        first = f"{figure(hear, percent)} of those who may join hear of it in a year; of those, {figure(apply, percent)} apply."
    elif hear:
        first = f"{figure(hear, percent)} of those who may join hear of it in a year, and all of those apply."
    elif apply:
        first = f"All who may join hear of it, and {figure(apply, percent)} of them apply."
    else:
        first = "All who may join hear of it and apply."
    lines: list[str | Item] = [first]
    tilts = []
    for name, what in (("apply_aspiration", ambition), ("apply_capability", ability)):
        if value(f"take_up.{name}"):
            odds = math.exp(value(f"take_up.{name}"))
            tilts.append(
                f"{what} one standard deviation above average makes the odds of applying {odds:.1f} times as high"
            )
    if tilts:
        lines.append(f"Those who apply are not like the rest: {listed(tilts)}.")
    weights = [
        (value(f"take_up.select_{name}"), what) for name, what in (("aspiration", ambition), ("capability", ability))
    ]
    lines.append(_selection([(weight, what) for weight, what in weights if weight]))
    complete = figures.get("take_up.complete")
    ends = f"{figure(complete, percent)} of those who start complete it" if complete else "All who start complete it"
    rest = "" if complete is None else " The rest get half of what is delivered."
    lines.append(f"{ends}.{rest}")
    return lines


def _selection(weights: list[tuple[float, str]]) -> str:
    if not weights:
        return "Where more apply than there are places, chance decides who gets one."
    strongest = max(abs(weight) for weight, _ in weights)
    how = "strongly" if strongest >= 1 else "to some degree" if strongest >= 0.4 else "weakly"
    as_much = ("as much" if weight == 1 else f"{plain(weight)} times as much" for weight, _ in weights)
    kinds = [f"{what} (which counts {much} as chance)" for much, (_, what) in zip(as_much, weights, strict=True)]
    return (
        f"Where more apply than there are places, selection goes {how} by {listed(kinds)}. So those who take part would "
        "differ from other people even if the programme did nothing."
    )


def _delivery(programme: KnownProgramme) -> list[str | Item]:
    figures, helpers, cascade = programme.figures, programme.helpers, programme.cascade
    whose = {Unit.PERSON: "a participant's own", Unit.SCHOOL: "the head's", Unit.CLUSTER: "the heads'"}[programme.unit]
    lines: list[str | Item] = [f"It takes {count(programme.years, 'year')}."]
    if programme.value("delivery.hours"):
        hours = figure(figures["delivery.hours"], plain, "hours a week")
        lines = [f"It takes {count(programme.years, 'year')}, and {hours} of {whose} time."]
    if helpers is not None:
        willing = figure(figures["delivery.helpers.willing"], percent)
        each, hours = figures["delivery.helpers.each"], figure(figures["delivery.helpers.hours"], plain, "hours a week")
        many = count(each.value, _unit(programme))
        lines.append(
            f"Each {_unit(programme)} is meant to have {a(helpers.kind)} from {WORDS['areas'][label(helpers.within)]}. Who can be one: "
            f"{who(helpers.who, Unit.PERSON)}. In a year, {willing} of them are willing."
        )
        lines.append(
            f"{capital(a(helpers.kind))} can help {many} at a time, and with that gives {hours}. This time is taken from the "
            f"{helpers.kind}'s own school. Where there are too few, everybody gets less."
        )
    if cascade is not None:
        lines.append(
            f"Those who take part lead learning communities for others: {who(cascade.who, Unit.PERSON)}, from "
            f"{WORDS['areas'][label(cascade.within)]}, up to {plain(programme.value('delivery.cascade.each'))} for each participant."
        )
    if "delivery.quality" in figures:
        lines.append(f"Of the full effect, delivery achieves {figure(figures['delivery.quality'], percent)}.")
    if "delivery.endorses" in figures:
        floor = figure(figures["delivery.endorses"], percent)
        lines.append(f"While it runs, no other programme is delivered at less than {floor} of its full effect.")
    return lines


def _costs(programme: KnownProgramme) -> list[str | Item]:
    value, figures = programme.value, programme.figures
    prices = england().parameters.costs
    unit = {Unit.PERSON: "place", Unit.SCHOOL: "school", Unit.CLUSTER: "cluster"}[programme.unit]
    lines: list[str | Item] = []
    school = "each of its schools" if programme.unit is Unit.CLUSTER else "the school"
    total, of_school = np.zeros(2), np.zeros(2)
    for name, payer in (("grant", "from government"), ("fee", f"from {school}")):
        if value(f"costs.{name}"):
            lines.append(Item(f"{figure(figures[f'costs.{name}'], pounds)} {payer}, for each {unit} and year"))
            (total if name == "grant" else of_school)[:] += value(f"costs.{name}")
    days = value("costs.release_days")
    if days:
        by_phase = prices.supply_day[_phases(programme)]
        low, high = float(by_phase.min()), float(by_phase.max())
        of_school += days * np.array([low, high])
        lines.append(
            Item(f"{figure(figures['costs.release_days'], plain, 'days of supply cover')}, {_between(days * low, days * high)} "
                 f"a year for {school}")
        )  # fmt: skip
    if programme.helpers is not None and value("delivery.helpers.hours"):
        roles = [role for role in sorted(roles_of(programme.helpers.who)) if role != Role.TRUST_LEADER]
        # Helpers come from schools of the same phase, except from within a cluster.
        phases = list(Phase) if programme.helpers.within is Area.CLUSTER else _phases(programme)
        hourly = prices.pay[np.ix_(phases, roles)] / float(prices.directed_hours)
        share = value("delivery.helpers.hours") * float(prices.school_weeks) / value("delivery.helpers.each")
        low, high = float(hourly.min()) * share, float(hourly.max()) * share
        total += [low, high]
        lines.append(
            Item(f"the time of {a(programme.helpers.kind)}, worth {_between(low, high)} a year for each of those helped, "
                 f"given by the {programme.helpers.kind}'s own school")
        )  # fmt: skip
    if not lines:
        return ["Nothing that is counted here: no grant, fee, cover or time of helpers."]
    years = programme.years
    if programme.unit is Unit.CLUSTER:
        sums = f"for each cluster {_between(*total)} a year, and for each of its schools {_between(*of_school)}"
        closing = f"Together, {sums}"
    else:
        total += of_school
        closing = f"Together {_between(*total)} a year for each {unit}"
        closing += f", and {_between(*(total * years))} over {years} years" if years > 1 else ""
    return [*lines, f"{closing}, at England's prices of {school_year(england().base_year)}."]


def _phases(programme: KnownProgramme) -> list[int]:
    """Phases of the schools that may join."""
    for condition in programme.who:
        if condition.column == "school.phase":
            named = {int(code) for code in condition.any_of or ()}
            return [phase for phase in Phase if (phase in named) is not condition.none_of]
    return list(Phase)


def _between(low: float, high: float) -> str:
    low, high = (float(f"{end:.3g}") for end in (low, high))
    return joined(pounds(low), pounds(high))


def _when(years: int) -> str:
    return "in the year of the start" if years == 0 else f"{count(years, 'year')} after the start"


def _moves(programme: KnownProgramme) -> list[str | Item]:
    one, same = f"Every {_unit(programme)} that joins", "itself"
    if programme.unit is Unit.PERSON:
        one, same = "Everybody who joins", "the same person"
    head = f"{one} is compared with {same} in the same future without the programme."
    moves = ((_outcome(move), move) for move in programme.moves)
    return [head, *(Item(f"{what} should go {move.direction}, {_when(move.years_after)}.") for what, move in moves)]


def _outcome(expected: Expectation) -> str:
    return capital(WORDS["outcomes"].get(expected.outcome, expected.outcome))


def _alone(alone: Expectation) -> Item:
    rows = evidence()
    sources = tuple(published(rows[source]) for source in alone.sources)
    return Item(f"{_outcome(alone)}, {_when(alone.years_after)}.", sources)


def _grades(programme: KnownProgramme) -> str:
    """How well the sizes of effects are known, from best to worst."""
    grades = [programme.figures[effect.path].provenance.grade for effect in programme.effects]
    counts = {grade: grades.count(grade) for grade in GRADE_WORDS if grade in grades}
    if not counts:
        return "It has no effects of its own, so there is nothing to grade."
    if len(grades) == 1:
        return f"How firm that is: its only effect rests on {GRADE_WORDS[grades[0]]} (grade {grades[0]})."
    if len(counts) == 1:
        one = f"{GRADE_WORDS[grades[0]]} (grade {grades[0]})"
        return f"How firm that is: all of its {len(grades)} effects, side effects included, rest on {one}."
    rests = [
        f"{number} {'rests' if number == 1 else 'rest'} on {GRADE_WORDS[grade]} (grade {grade})"
        for grade, number in counts.items()
    ]
    return f"How firm that is: of its {len(grades)} effects, side effects included, {listed(rests)}."
