"""A scenario in plain English."""

from __future__ import annotations

import re

from analysis.explain.words import Item, Section, who
from analysis.figures.rounding import percent, plain
from analysis.figures.words import JOINERS, count
from scenarios.places import place_name
from scenarios.programme_files.known import Change, KnownProgramme
from scenarios.resolve import Scenario
from simulation.vocabulary import school_year


def sections(scenario: Scenario) -> list[Section]:
    """What a scenario is about: its system of schools, its years, its programmes and what it changes."""
    programmes = tuple(programme_item(programme, scenario) for programme in scenario.programmes)
    return [
        Section("", (scenario.summary,)),
        Section("Where and when", (_where(scenario),)),
        Section("Programmes", programmes or ("None: what happens today goes on.",)),
        Section("What a government chooses", _parameters(scenario, "lever")),
        Section("What is uncertain", _parameters(scenario, "uncertainty")),
        Section(
            "", ("More about a programme: headway explain NAME. About a parameter: docs/reference/parameters.md.",)
        ),
    ]


def schools(scenario: Scenario) -> int:
    """Schools of the scenario's context, all of them."""
    return sum(kind.schools for kind in scenario.register.settings.types)


def _where(scenario: Scenario) -> str:
    sample = "" if scenario.scale == 1 else f", of which a run takes {percent(scenario.scale)}"
    return (
        f"The system of schools is {place_name(scenario.context)}, with {plain(schools(scenario))} schools{sample}. It describes "
        f"{school_year(scenario.base_year)}; {count(scenario.warm_up_years, 'year')} before that are simulated so that "
        f"careers have a past. The projection runs {count(scenario.years, 'year')}, to "
        f"{school_year(scenario.base_year + scenario.years)}."
    )


def programme_item(programme: KnownProgramme, scenario: Scenario) -> Item:
    """How a programme runs in a scenario, and what the scenario sets otherwise than its file."""
    below = [_starts(programme, scenario)]
    for set_by, words in (("lever", "Chosen here"), ("uncertainty", "Assumed here, though uncertain")):
        changes = [_change(change, programme) for change in programme.changes if change.set_by == set_by]
        below += [f"{words}: {'; '.join(changes)}."] if changes else []
    return Item(f"{programme.title} ({programme.name})", tuple(below))


def _change(change: Change, programme: KnownProgramme) -> str:
    if change.path == "who":
        return f"those who may join are {who(programme.who, programme.unit)}"
    if change.path == "withdrawn":
        return "these places are taken away from today's" if programme.withdrawn else "no places are taken away"
    return f"{change.path} {_as_set(change.written)}"


def _as_set(written: str) -> str:
    """A change as a scenario writes it, in words: ``{times: 0.5}`` → ``0.5 times what it was``."""
    found = re.match(r"\{(change|times|add): (.+)\}\Z", written)
    if not found:
        return f"set to {written}"
    way, by = found.groups()
    return {"change": f"changed by {by}", "times": f"{by} times what it was", "add": f"{by} added"}[way]


def _starts(programme: KnownProgramme, scenario: Scenario) -> str:
    places = programme.places
    first = scenario.base_year + 1 if places.first is None else places.first
    when = f"each year, from {school_year(first)}" + (f" to {school_year(places.last)}" if places.last else " on")
    if places.last == first:
        when = f"in {school_year(first)} and in no other year"
    if first > scenario.base_year + scenario.years:
        return f"It starts in {school_year(first)}, after the last year projected: it does nothing in this scenario."
    verb = "lose their places" if programme.withdrawn else "start"
    if places.number is None or places.per_schools is None:
        return f"{percent(places.share or 0)} of those who may join {verb} {when}."
    whole = places.number * schools(scenario) / places.per_schools
    sample = "" if scenario.scale == 1 else f" ({_places(whole * scenario.scale)} in the schools that a run takes)"
    budget = "" if places.budget is None else f", as far as {plain(places.budget)} GBP a year go"
    return f"Up to {_places(whole)} {JOINERS[programme.unit]}{sample} {verb} {when}{budget}."


def _places(number: float) -> str:
    """Places a year; a fraction only where there are few, as one in two years."""
    return plain(round(number, 1 if number < 10 else 0))


def _parameters(scenario: Scenario, set_by: str) -> tuple[Item, ...]:
    return tuple(
        Item(f"{path} {_as_set(source.value)}")
        for path, source in scenario.provenance.items()
        if source.set_by == set_by
    )
