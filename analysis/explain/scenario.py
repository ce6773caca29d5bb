"""A scenario in plain English: the words are in ``scenario.txt``."""

from __future__ import annotations

import re

from analysis.explain.words import Section, who, written
from analysis.figures.rounding import plain
from analysis.figures.words import JOINERS
from scenarios.places import place_name
from scenarios.resolve import Scenario


def sections(scenario: Scenario) -> list[Section]:
    """What a scenario is about: its system of schools, its years, its programmes and what it changes."""
    schools = sum(kind.schools for kind in scenario.register.settings.types)
    known = {"s": scenario, "schools": schools, "place": place_name(scenario.context), "joiners": JOINERS}
    return written("scenario.txt", **known, few=_few, as_set=_as_set, who=who)


def _as_set(written: str) -> str:
    """A change as a scenario writes it, in words: ``{times: 0.5}`` → ``0.5 times what it was``."""
    found = re.match(r"\{(change|times|add): (.+)\}\Z", written)
    if not found:
        return f"set to {written}"
    way, by = found.groups()
    return {"change": f"changed by {by}", "times": f"{by} times what it was", "add": f"{by} added"}[way]


def _few(number: float) -> str:
    """Places a year; a fraction only where there are few, as one in two years."""
    return plain(round(number, 1 if number < 10 else 0))
