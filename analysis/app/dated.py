"""What is typed on the page with dates: parameters of the school system, and places by school year."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from decimal import Decimal

from scenarios.dated import DATES

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
