"""How precise a comparison is to be, ``heads_leaving in 2027/28: ±5 at 90%``, and when it may stop.

It stops with enough pairs, narrow enough, and still narrow enough a few pairs later. An interval that is looked at again
and again until it is narrow is narrow by luck too often. Thirty pairs before the first look, and five more over which the
width must hold, keep its coverage. Hoad, Robinson & Davies, "Automated selection of the number of replications for a
discrete-event simulation", J. Opl Res. Soc. 61 (2010).
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from analysis.errors import UserError
from analysis.figures.estimates import critical
from analysis.figures.lines import Line
from analysis.figures.rounding import SHARE_UNITS
from analysis.studies.compare.asking import one
from simulation.vocabulary import school_year

if TYPE_CHECKING:
    from simulation.world import Setup

FEWEST = 30
"""Pairs before the first look."""
HOLD = 5
"""Further pairs over which the half-width must stay within the target."""
HOW = 'Write for example "heads_leaving: +/-5 at 90%" or "leaver_rate[role=head] in 2027/28: ±0.5 points at 95%".'
ALL_YEARS = "all years"
_FORM = re.compile(
    r"(?P<what>[^:]*?)(?:\s+in\s+(?P<year>all years|\S+))?\s*:\s*(?:±|\+/-|\+-|\+/−)\s*(?P<number>\S+?)\s*"
    r"(?P<unit>%|percent|percentage points?|points?|pp)?(?:\s+at\s+(?P<level>[\d.]+)\s*%)?\s*"
)


@dataclass(frozen=True)
class Precision:
    """A target for the interval of one difference."""

    text: str
    """As it was asked for."""
    line: Line
    year: int | None
    """School year, by the calendar year in which it starts; None for all years together."""
    half_width: float
    """In the line's unit; shares as fractions of 1."""
    level: float


def precision(text: str, setups: Sequence[Setup], level: float) -> Precision:
    """Read a target; ``level`` is meant where the text gives none, and the last year where it names none.

    Raise :exc:`UserError`, with what is allowed, for anything else.
    """
    match = _FORM.fullmatch(text.strip())
    if match is None:
        raise _wrong(text, "this is not MEASURE: ±NUMBER at LEVEL%", HOW)
    line = one(match["what"], setups)
    return Precision(
        text, line, _year(text, match["year"], setups[0]), _half_width(text, match, line), _level(text, match, level)
    )


def _wrong(text: str, problem: str, advice: str) -> UserError:
    return UserError(f"--precision {text!r}", problem, advice)


def _year(text: str, given: str | None, setup: Setup) -> int | None:
    if given == ALL_YEARS:
        return None
    years = {school_year(y): y for y in range(setup.base_year + 1, setup.last_year + 1)}
    if given is None:
        return setup.last_year
    if given not in years:
        names = list(years)
        advice = f'Write {names[0]} to {names[-1]}, or "in {ALL_YEARS}".'
        raise _wrong(text, f"{given} is no projected school year", advice)
    return years[given]


def _half_width(text: str, match: re.Match[str], line: Line) -> float:
    number = match["number"].replace(",", "").removeprefix("£")
    try:
        value = float(number)
    except ValueError:
        value = math.nan
    if not (math.isfinite(value) and value > 0):
        raise _wrong(text, f"{match['number']} is no number above 0", HOW)
    share = line.unit in SHARE_UNITS
    if match["unit"] and not share:
        advice = f"Write a number of {line.unit}: a difference may be near 0, so a share of it says nothing."
        raise _wrong(text, f"{line.name} is in {line.unit}, not a share", advice)
    if share and not match["unit"]:
        raise _wrong(text, f"{line.name} is a share: are {number} per cent meant?", f'Write "±{number} points".')
    return value / 100 if share else value


def _level(text: str, match: re.Match[str], level: float) -> float:
    if match["level"] is None:
        return level
    found = float(match["level"]) / 100 if match["level"].replace(".", "", 1).isdigit() else math.nan
    if not 0.5 <= found <= 0.999:
        raise _wrong(text, f"{match['level']}% is no level", "Write from 50% to 99.9%, such as 90%.")
    return found


def half_widths(differences: np.ndarray, level: float) -> np.ndarray:
    """Half-width of the interval of the mean after each pair, down the rows of ``differences``; NaN rows are skipped.

    Further dimensions are other comparisons. NaN until there are two values.
    """
    counts = ~np.isnan(differences)
    n = counts.cumsum(axis=0)
    first = np.where(counts.any(axis=0), np.take_along_axis(differences, counts.argmax(axis=0)[None], 0)[0], 0.0)
    shifted = np.where(counts, differences - first, 0.0)
    sums, squares = shifted.cumsum(axis=0), (shifted**2).cumsum(axis=0)
    some = np.maximum(n, 2)
    variance = np.maximum(squares - sums**2 / some, 0.0) / (some - 1)
    return np.where(n > 1, critical(some, level) * np.sqrt(variance / some), np.nan)


def stops_after(differences: np.ndarray, target: float, level: float) -> int | None:
    """The number of pairs (rows) after which to stop, the look-ahead included; None if there are too few.

    Further dimensions are other comparisons, each of which must be narrow enough over the same pairs.
    """
    half = half_widths(differences, level).reshape(len(differences), -1)
    narrow = np.all(half <= target, axis=1)
    counted = (~np.isnan(differences)).cumsum(axis=0).reshape(len(narrow), -1).min(axis=1, initial=len(narrow))
    run = 0
    for row, holds in enumerate(narrow & (counted >= FEWEST)):
        run = run + 1 if holds else 0
        if run == HOLD + 1:
            return row + 1
    return None
