"""A scenario in plain English: the words are in ``scenario.txt``."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

from analysis.explain.effects import effects
from analysis.explain.levers import does, of_whom
from analysis.explain.pay import pay_in_words
from analysis.explain.words import Item, Section, published, who, written
from analysis.figures.rounding import plain, pounds
from analysis.figures.words import EVENTS, JOINERS, WORDS, capital, listed
from analysis.figures.worth import size, title_of, unit_of
from scenarios.cites import backing
from scenarios.overrides import Override
from scenarios.places import place_name
from scenarios.programme_files.known import KnownProgramme
from scenarios.scenario import Scenario
from scenarios.worth import Worth
from simulation.parameters import declared
from simulation.programmes.programme import Condition, Unit
from simulation.vocabulary import label, school_year


def sections(scenario: Scenario) -> list[Section]:
    """What a scenario is about: its system of schools, its years, its programmes and what it changes."""
    known: dict[str, Any] = {
        "s": scenario,
        "schools": scenario.register.schools,
        "place": place_name(scenario.context),
        "joiners": JOINERS,
        "changes": sorted(Counter((one.year, label(one.event)) for one in scenario.changes).items()),
        "events": EVENTS,
    }
    known |= {"called": _called, "by_year": _by_year, "settings": _settings}
    known |= {"few": _few, "as_set": _as_set, "who": who, "rests_on": _rests_on, "pay": pay_in_words(scenario)}
    known |= {"measured": _measured, "worth": [_worth(one) for one in scenario.worth]}
    return written("scenario.txt", **known, source=lambda name: published(backing(name, scenario.cites)))


def _settings(scenario: Scenario, set_by: str) -> list[Item]:
    """What the scenario sets of parameters; parts of a table in which it does the same are told together."""
    parts: dict[tuple[str, str, tuple[Condition, ...], tuple[str, ...]], list[Override]] = {}
    for override in scenario.schedule.overrides:
        if override.set_by == set_by:
            sources = () if override.backing is None else override.backing.sources
            key = (override.path, does(override), override.where, sources)
            parts.setdefault(key, []).append(override)
    found = []
    for (path, done, where, sources), overrides in parts.items():
        place = f", in {who(where, Unit.SCHOOL)}" if where else ""
        named = listed(override.part for override in overrides)
        whom = of_whom(overrides)
        of = f", for {whom}" if whom else ""
        text = f"{capital(declared()[path].meaning)} ({named}){of}: {_as_set(done)}{place}"
        found.append(Item(text, tuple(published(backing(name, scenario.cites)) for name in sources)))
    return found


def _called(path: str) -> str:
    """A figure or a setting of a programme in words, by its path."""
    if (words := WORDS["figures"].get(path)) is not None:
        return words
    kind, _, name = path.partition(".")
    return f"the {kind.replace('_', ' ').rstrip('s')} “{name.replace('_', ' ')}”"


def _by_year(programme: KnownProgramme, first: int, schools: int) -> list[str]:
    """How many can start, from the ``first`` year on, in a system of so many schools: a phrase for each number that there is.

    None where the number is no number of places, or where what else limits places changes too.
    """
    places, steps = programme.places, programme.earlier.get("places.number", ())
    if places.number is None or places.per_schools is None or len(steps) != sum(map(len, programme.earlier.values())):
        return []
    ends = [(last, number) for last, number in steps if last >= first]
    starts = [first, *(last + 1 for last, _ in ends)]
    numbers = [*(number for _, number in ends), places.number]
    told = []
    for (begin, number), end in zip(
        zip(starts, numbers, strict=True), [*(last for last, _ in ends), None], strict=True
    ):
        when = f"in {school_year(begin)}" if end == begin else f"from {school_year(begin)}"
        told.append(
            f"{_few(number * schools / places.per_schools)} {when}{f' to {school_year(end)}' if end and end != begin else ''}"
        )
    return told


def _rests_on(programme: KnownProgramme) -> list[str]:
    """Sources that a scenario gives for what it sets of a programme, each once."""
    set_here = [programme.figures[change.path] for change in programme.changes if change.path in programme.figures]
    return list(dict.fromkeys(source for figure in set_here for source in figure.provenance.sources))


def _worth(one: Worth) -> str:
    """The smallest difference worth telling of a figure, in words, with the reason if one is given."""
    return f"{title_of(one.figure)}: {size(one.least, one.of_base, unit_of(one.figure) or '')}{f' ({one.why})' if one.why else ''}"


def _measured(measure: KnownProgramme) -> list[str]:
    """What a measure changes, in a line for each effect, and what it costs."""
    found = [item.text for side in (False, True) for item in effects(measure, side)]
    each = {Unit.PERSON: "person", Unit.SCHOOL: "school", Unit.CLUSTER: "cluster"}[measure.unit]
    for name, words in (
        ("grant", "{} from government"),
        ("fee", "{} from the school"),
        ("release_days", "{} days of cover"),
    ):
        if cost := measure.value(f"costs.{name}"):
            shown = plain(cost) if name == "release_days" else pounds(cost)
            found.append(f"It costs {words.format(shown)} a year for each {each}.")
    return found


def _as_set(written: str) -> str:
    """A change as a scenario writes it, in words: ``{times: 0.5}`` → ``0.5 times what it was``.

    With its dates: ``{add: 0.03, from: 2027/28}`` → ``0.03 added from 2027/28 on``.
    """
    if re.match(r"\{\d{4}/\d\d: ", written):
        steps = re.findall(r"(\d{4}/\d\d): (.+?)(?=, \d{4}/\d\d: |\}\Z)", written)
        return "; ".join(f"{_as_set(value)} from {year} on" for year, value in steps)
    dates = dict(re.findall(r"\b(from|until|by): (\d{4}/\d\d)", written))
    bare = re.sub(r"(, )?\b(from|until|by): \d{4}/\d\d|(?<=\{), ", "", written).replace("{, ", "{")
    found = re.match(r"\{(change|times|add|to): (.+)\}\Z", bare)
    way, by = found.groups() if found else ("to", bare)
    table = " for " in by
    words = {
        "change": f"changed by {by}",
        "times": f"multiplied by {by}" if table else f"{by} times what it was",
        "add": f"raised by {by}" if table else f"{by} added",
        "to": f"set to {by}",
    }
    return words[way] + _when(**{f"{key}_year": year for key, year in dates.items()})


def _when(from_year: str = "", by_year: str = "", until_year: str = "") -> str:
    """The school years in which a change holds, as they follow it in a sentence."""
    if by_year:
        start = f", in equal steps from {from_year} to {by_year}"
    elif from_year:
        start = f" from {from_year} on" if not until_year else f" from {from_year}"
    else:
        start = ""
    return start + (f" until {until_year}" if until_year else "")


def _few(number: float) -> str:
    """Places a year; a fraction only where there are few, as one in two years."""
    return plain(round(number, 1 if number < 10 else 0))
