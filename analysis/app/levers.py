"""Levers as the page shows them, each with its unit, its range and what it rests on; and what is typed there with dates."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from functools import cache
from typing import TYPE_CHECKING

from analysis.explain.words import Section, published
from analysis.figures.rounding import SHARE_UNITS, percent, plain
from analysis.figures.words import JOINERS, a, capital
from scenarios.dated import DATES
from scenarios.parameter_files import GRADES
from scenarios.programme_files.settings import LEVERS as CHOSEN

if TYPE_CHECKING:
    from scenarios.programme_files.known import KnownProgramme

MOST_PLACES = 1_000_000


@dataclass(frozen=True)
class Lever:
    """One number of a programme that can be set."""

    path: str
    """Where it stands in a programme, such as ``take_up.aware``."""
    label: str
    unit: str
    """In words, as it stands behind the number."""
    value: str
    """What the programme's file says, as the page shows it."""
    low: str
    high: str
    """What is allowed."""
    slider_high: str
    """Where the slider ends; more can be typed, up to ``high``."""
    step: str
    in_percent: bool
    whole: bool
    basis: str
    """Range, grade and note in words."""
    sources: tuple[str, ...]

    @property
    def is_choice(self) -> bool:
        """Whether a government can choose it; if not, it is uncertain."""
        return self.path in CHOSEN

    def read(self, text: str) -> Decimal:
        """The number that somebody typed, in the lever's shown unit. Raise :exc:`ValueError`, with what is allowed."""
        try:
            number = Decimal(text.strip().replace(",", ""))
        except InvalidOperation:
            number = Decimal("NaN")
        allowed = (
            f"{self.label} must be {'a whole number' if self.whole else 'a number'} from {self.low} to {self.high}"
        )
        if not number.is_finite() or abs(number) > MOST_PLACES or len(text) > 20:
            raise ValueError(allowed)
        if not Decimal(self.low) <= number <= Decimal(self.high) or (self.whole and number != int(number)):
            raise ValueError(allowed)
        return number

    def written(self, number: Decimal) -> str:
        """The number as a scenario's file has it."""
        return without_zeros(number / 100 if self.in_percent else number)


@dataclass(frozen=True)
class Described:
    """A programme for the page."""

    name: str
    title: str
    summary: str
    levers: tuple[Lever, ...]
    sections: tuple[Section, ...]
    """How it works, what it rests on and what is assumed."""


@cache
def described(name: str) -> Described:
    """A programme of the library; raise :exc:`~scenarios.InputError` if there is none of that name."""
    from analysis.explain.programme import sections
    from scenarios import load_programme

    known = load_programme(name)
    parts = tuple(section for section in sections(known) if section.body)
    return Described(name, known.title, known.summary, tuple(_levers(known, JOINERS[known.unit])), parts)


def _levers(known: KnownProgramme, joins: str) -> list[Lever]:
    helper = known.helpers.kind if known.helpers else "helper"
    labels = {
        "take_up.aware": "Hear of it in a year",
        "take_up.apply": "Apply, of those who hear",
        "take_up.complete": "Complete it, of those who start",
        "delivery.hours": "Own time that it takes",
        "delivery.quality": "Share of the full effect that delivery achieves",
        "delivery.helpers.willing": f"Willing to help, of those who can be {a(helper)}",
        "delivery.helpers.each": f"{capital(joins)} that each {helper} can help at a time",
        "delivery.helpers.hours": f"Time that {a(helper)} gives",
        "delivery.helpers.training": f"Training that {a(helper)} gets",
        "costs.release_days": "Days of release",
        "costs.fee": "Fee that the school pays",
    }
    found = [lever for lever in (_places(known, joins),) if lever]
    for path, label in labels.items():
        if path in known.figures:
            found.append(_figure(known, path, label))
        elif path == "delivery.quality":
            basis = "0% to 100%. The programme's file takes the full effect for granted."
            found.append(Lever(path, label, "%", "100", "0", "100", "100", "1", True, False, basis, ()))
    return found


def _places(known: KnownProgramme, joins: str) -> Lever | None:
    places = known.places
    if places.number is not None:
        system = plain(places.per_schools or 1)
        basis = f"For a system of {system} schools; runs of fewer schools have places in proportion. A choice of those who decide."
        top = without_zeros(Decimal(str(max(10, round(places.number * 4)))))
        return Lever(
            "places.number", "Places a year", joins, without_zeros(Decimal(str(places.number))), "0", str(MOST_PLACES), top,
            "1", False, False, basis, (),
        )  # fmt: skip
    if places.share is not None:
        value = without_zeros(Decimal(str(places.share)) * 100)
        basis = "Of those who may join, whatever the size of the system. A choice of those who decide."
        return Lever("places.share", "Start in a year", "%", value, "0", "100", "100", "0.1", True, False, basis, ())
    return None


def _figure(known: KnownProgramme, path: str, label: str) -> Lever:
    from scenarios.evidence import evidence

    figure, rows = known.figures[path], evidence()
    source = figure.provenance
    in_percent, whole = source.unit in SHARE_UNITS, path == "delivery.helpers.each"
    factor = 100 if in_percent else 1
    low, value, high = (
        without_zeros(Decimal(str(n)) * factor) for n in (source.range[0], figure.value, source.range[1])
    )
    show = percent if in_percent else plain
    unit = "%" if in_percent else source.unit
    note = f" {capital(source.note).rstrip('.')}." if source.note else ""
    basis = f"{show(source.range[0])} to {show(source.range[1])}. Grade {source.grade}: {GRADES[source.grade]}.{note}"
    step = "1" if in_percent or whole else "0.05"
    return Lever(
        path, label, unit, value, low, high, high, step, in_percent, whole, basis,
        tuple(published(rows[row]) for row in source.sources),
    )  # fmt: skip


def without_zeros(number: Decimal) -> str:
    """Without a trailing zero or an exponent: ``0.7``, ``3000``."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


WAYS = ("to", "times", "add")
"""Ways to change a parameter that the page offers."""
FIELDS = ("under", "way", "value", *DATES)
"""What is typed or chosen for a parameter."""
BY_YEAR = "places.by_year"
"""Field of a programme's places by school year."""


@dataclass
class Setting:
    """A parameter of the school system that a policy sets, with what is typed for it."""

    path: str
    values: dict[str, str] = field(default_factory=dict)
    """By field; what is left out is empty."""

    @property
    def under(self) -> str:
        """Where it stands in a scenario's file."""
        return "uncertainties" if self.values.get("under") == "uncertainties" else "levers"

    @property
    def told(self) -> dict[str, str]:
        """What is done, and its dates, by key of a scenario's file."""
        way = self.values.get("way", "")
        dates = {key: self.values[key] for key in DATES if self.values.get(key)}
        return {way if way in WAYS else "to": self.values.get("value", "").strip(), **dates}

    @property
    def line(self) -> str:
        """The parameter as a scenario's file has it."""
        return f"  {self.path}: {{{', '.join(f'{key}: {value}' for key, value in self.told.items())}}}"

    def problems(self, base: str) -> list[str]:
        """What is wrong with it in a scenario that extends ``base``, as the file's reader says it."""
        from scenarios import InputError, load

        (way, typed), *dates = self.told.items()
        if not re.fullmatch(r"-?(0|[1-9]\d*)(\.\d+)?%?", typed, re.ASCII):
            return ["a number is needed, such as 0.6 or 60%"]
        told = {way: typed if typed.endswith("%") else Decimal(typed), **dict(dates)}
        try:
            load({"extends": base, self.under: {self.path: told}})
        except InputError as error:
            return [f"{p.message}{f' ({p.hint})' if p.hint else ''}" for p in error.problems]
        return []


def wrong_years(values: dict[str, str], projected: list[str]) -> list[str]:
    """What is wrong with places by school year among the values of a programme; ``projected`` are the years that can be."""
    text = values.get(BY_YEAR, "").strip()
    if not text:
        return []
    if values.get("places.from"):
        return ["places by school year begin with the first year named: leave First year as it is"]
    steps = steps_in(text)
    if not steps:
        return ["places by school year must be such as 2027/28: 1000, 2028/29: 2000"]
    years = [year for year, _ in steps]
    if years != sorted(set(years)):
        return ["the school years of places must stand in order of time, each once"]
    late = [year for year in years if year not in projected]
    return [f"{late[0]} is not projected"] if late else []


def steps_in(text: str) -> list[tuple[str, str]]:
    """School years with numbers of places; empty for anything else."""
    parts = [re.fullmatch(r"\s*(\d{4}/\d\d)\s*:\s*(\d{1,7})\s*", part, re.ASCII) for part in text.split(",")]
    found = [(part[1], part[2]) for part in parts if part is not None]
    return found if len(found) == len(parts) else []
