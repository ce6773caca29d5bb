"""How precise a comparison is to be: ``heads_leaving in 2027/28: ±5 at 90%``."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from analysis.errors import UserError
from analysis.figures.lines import Line
from analysis.figures.numbers import SHARE_UNITS
from analysis.studies.compare.asking import one
from simulation.vocabulary import school_year

if TYPE_CHECKING:
    from simulation.world import Setup

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
        raise UserError(f"--precision {text!r}", "this is not MEASURE: ±NUMBER at LEVEL%", HOW)
    line = one(match["what"], setups)
    return Precision(
        text, line, _year(text, match["year"], setups[0]), _half_width(text, match, line), _level(text, match, level)
    )


def _year(text: str, given: str | None, setup: Setup) -> int | None:
    if given == ALL_YEARS:
        return None
    years = {school_year(y): y for y in range(setup.base_year + 1, setup.last_year + 1)}
    if given is None:
        return setup.last_year
    if given not in years:
        names = list(years)
        raise UserError(
            f"--precision {text!r}", f"{given} is no projected school year",
            f'Write {names[0]} to {names[-1]}, or "in {ALL_YEARS}".',
        )  # fmt: skip
    return years[given]


def _half_width(text: str, match: re.Match[str], line: Line) -> float:
    number = match["number"].replace(",", "").removeprefix("£")
    try:
        value = float(number)
    except ValueError:
        value = math.nan
    if not (math.isfinite(value) and value > 0):
        raise UserError(f"--precision {text!r}", f"{match['number']} is no number above 0", HOW)
    share = line.unit in SHARE_UNITS
    if match["unit"] and not share:
        raise UserError(
            f"--precision {text!r}", f"{line.name} is in {line.unit}, not a share",
            f"Write a number of {line.unit}: a difference may be near 0, so a share of it says nothing.",
        )  # fmt: skip
    if share and not match["unit"]:
        raise UserError(
            f"--precision {text!r}", f"{line.name} is a share: are {number} per cent meant?",
            f'Write "±{number} points".',
        )  # fmt: skip
    return value / 100 if share else value


def _level(text: str, match: re.Match[str], level: float) -> float:
    if match["level"] is None:
        return level
    found = float(match["level"]) / 100 if match["level"].replace(".", "", 1).isdigit() else math.nan
    if not 0.5 <= found <= 0.999:
        raise UserError(
            f"--precision {text!r}", f"{match['level']}% is no level", "Write from 50% to 99.9%, such as 90%."
        )
    return found
