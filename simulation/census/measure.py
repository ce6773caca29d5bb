"""What a measure is: a published definition, and the function that finds its cases in a census."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from types import ModuleType

import numpy as np

from simulation.census.census import Census
from simulation.census.dimensions import DIMENSIONS, PLACES


class Kind(StrEnum):
    """How cases become a number."""

    COUNT = "count"
    """Sum of the amounts."""
    RATIO = "ratio"
    """Sum of the amounts over the sum of what they are out of: rates, shares and means."""
    MEDIAN = "median"
    """Middle amount."""


@dataclass(frozen=True)
class Tally:
    """Cases in one census, one entry per case: a person, a post, a chain or a school.

    What tallies share is summed once if they hold the same arrays: hand on those of the census and its stocks as they are.
    """

    school: np.ndarray
    """Row of the school that places the case in a phase, a region and a fifth by disadvantage."""
    codes: tuple[np.ndarray, ...] = ()
    """Codes along the measure's own axes, in their order."""
    amount: np.ndarray | None = None
    """What is counted: integers, booleans or float64; None for one each.

    Where each case has an amount for every code of the last axis, the amount has a column for each, and that axis no codes.
    """
    out_of: Tally | None = None
    """What it is out of (ratios only), along all axes but the one ``across``; None for the same cases, one each."""
    per: int = 1
    """Amounts are in so many parts of the unit: 100 for full-time equivalents in hundredths."""
    reports_on: np.ndarray | None = None
    """Codes along the first axis that have rows this year (counts only); None for all.

    The others have nothing to report, which is not the same as zero.
    """


@dataclass(frozen=True)
class Counted:
    """A definition as code: words that a published figure must share with a measure to be held against it."""

    what: str
    """What is added up: people, fte, posts, schools, trusts, years or terms."""
    event: str
    """What must be true of a case to be counted."""
    out_of: str = ""
    """Of whom or what it is a share or mean; nothing for counts."""
    ages: str = "any_age"
    tenure: str = "any_tenure"
    """Whether posts held while acting count."""

    def __str__(self) -> str:
        """In words: ``people at level in phase later out of new to post, under 50, permanent``."""
        of = f" out of {self.out_of}" if self.out_of else ""
        return f"{self.what} {self.event}{of}, {self.ages}, {self.tenure}".replace("_", " ")


@dataclass(frozen=True)
class Measure:
    """A number that a census publishes, by place and along axes of its own."""

    name: str
    title: str
    unit: str
    """Shares and rates are fractions of 1."""
    definition: str
    """The published definition in plain English: who is counted, out of whom, and what counts as what."""
    source: str
    """Ids of the evidence rows that publish it, or "Headway" for a definition of the model's own."""
    function: Callable[[Census], Tally | None]
    """Finds the cases; None where the census does not reach back far enough to know them."""
    kind: Kind = Kind.COUNT
    axes: tuple[str, ...] = ()
    """Own axes, names of :data:`~simulation.census.dimensions.DIMENSIONS`."""
    totals: tuple[str, ...] = ()
    """Own axes over which the measure is also given summed up."""
    across: str | None = None
    """Axis along which the base is *not* split: shares across it add up to those of the whole base."""
    places: tuple[str, ...] = PLACES
    """Which places it makes sense for."""
    of_pairs: bool = False
    """No census knows it: whoever runs pairs counts it."""
    counted: Counted | None = None
    """Its definition as code, which a published figure that it is held against must have too; None if nothing is held against it."""

    def __post_init__(self) -> None:
        """Raise :exc:`ValueError` for an axis or a place that does not exist."""
        for axis in self.axes:
            if axis not in DIMENSIONS or axis in PLACES:
                raise ValueError(
                    f"measure {self.name}: no axis {axis!r}; there are {sorted(set(DIMENSIONS) - set(PLACES))}"
                )
        for axis in (*self.totals, *([self.across] if self.across else [])):
            if axis not in self.axes:
                raise ValueError(f"measure {self.name}: {axis!r} is not one of its axes {self.axes}")
        for place in self.places:
            if place not in PLACES:
                raise ValueError(f"measure {self.name}: no place {place!r}; there are {PLACES}")


def collect(modules: Iterable[ModuleType]) -> dict[str, Measure]:
    """The measures that ``modules`` expose as ``MEASURE`` or ``MEASURES``, by name, in order of name.

    Raise :exc:`ValueError` if two have one name, and :exc:`TypeError` if a module exposes none.
    """
    found: dict[str, Measure] = {}
    for module in modules:
        exposed = getattr(module, "MEASURES", None) or (getattr(module, "MEASURE", None),)
        for measure in exposed:
            if not isinstance(measure, Measure):
                raise TypeError(f"{module.__name__} must expose MEASURE, or MEASURES, of type Measure")
            if measure.name in found:
                raise ValueError(f"two measures are called {measure.name!r}; the second is in {module.__name__}")
            found[measure.name] = measure
    return dict(sorted(found.items()))


@cache
def measures() -> dict[str, Measure]:
    """Every measure by name, in order of name: whatever the modules of ``simulation/census/measures`` expose."""
    from simulation.census import measures as folder

    names = sorted(module.name for module in pkgutil.iter_modules(folder.__path__))
    return collect(importlib.import_module(f"{folder.__name__}.{name}") for name in names)
