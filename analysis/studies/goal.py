"""A goal that a policy is to meet: ``cost per head kept < 20000``, ``posts_vacant in 2030/31 down by 100``."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from analysis.errors import UserError
from analysis.figures.lines import Line
from analysis.figures.rounding import SHARE_UNITS, WHOLE, number, scale_of
from analysis.figures.words import lower
from analysis.studies.compare.asking import one
from analysis.studies.compare.summing import Comparison, Outcome
from analysis.studies.value.outcomes import BY_NAME, OUTCOMES, words
from analysis.studies.value.report import pounds
from analysis.studies.value.value import value_of
from scenarios.strict import did_you_mean
from simulation.vocabulary import school_year

if TYPE_CHECKING:
    from simulation.world import Setup

HOW = 'Write for example "cost per head kept < 20000", "posts_vacant in 2030/31 down by 100" or "new_heads_retained_3 up by 1 points".'
_COST = re.compile(r"\s*cost\s+per\s+(?P<what>[^<]+?)\s*<=?\s*(?P<number>\S+)\s*")
_FIGURE = re.compile(
    r"\s*(?P<what>[^<>]*?)(?:\s+(?:in|by)\s+(?P<year>all years|\d{4}(?:/\d\d)?))?\s+(?P<way>down by|up by)\s+(?P<number>\S+?)"
    r"\s*(?P<unit>%|points?|percentage points?|people|posts)?\s*"
)


@dataclass(frozen=True)
class Goal:
    """A goal, and how far pairs of runs are from it."""

    text: str
    """As it was asked for."""
    outcome: str = ""
    """What a cost is stated for; empty for a goal about a figure."""
    pay: float = math.nan
    """GBP for each of it."""
    line: Line | None = None
    """The figure that is to differ."""
    year: int | None = None
    """School year, by the calendar year in which it starts; None for all years together."""
    target: float = math.nan
    """Of the difference, in the line's unit and in all schools."""

    @property
    def measures(self) -> list[str]:
        """What runs must be compared in."""
        return [self.line.name] if self.line is not None else ["heads_leaving"]

    @property
    def words(self) -> str:
        """The goal behind "to"."""
        if self.line is None:
            return f"cost less than {pounds(self.pay)} per {words(self.outcome).one}"
        factor, sign = scale_of(self.line.unit)
        amount = f"{number(abs(self.target) * factor)}{' points' if sign else ''}"
        when = f" in {school_year(self.year)}" if self.year is not None else f" {self.line.over.value}"
        return f"bring {lower(self.line.label)}{when} {'up' if self.target > 0 else 'down'} by {amount}"

    @property
    def shown_as(self) -> str:
        """What the curve is of."""
        if self.line is None:
            return f"What is gained at {pounds(self.pay)} per {words(self.outcome).one}, less what it costs (present value, GBP)"
        factor = " (points)" if self.line.unit in SHARE_UNITS else f" ({self.line.unit})"
        return f"Difference in: {lower(self.line.label)}{factor}"

    @property
    def is_money(self) -> bool:
        """Whether the curve is in pounds."""
        return self.line is None or self.line.unit == "GBP"

    def score(self, found: Comparison, outcome: Outcome, rate: float | None = None) -> tuple[np.ndarray, np.ndarray]:
        """How far each pair is on the right side of the goal, and the places of the pairs among all.

        For a cost, what the gain is worth less what it costs in present values; for a figure, the difference beyond the target.
        """
        if self.line is None:
            value = value_of(found, outcome, rate)
            if self.outcome not in value.account.gains:
                raise UserError(self.text, "this school system cannot have that outcome")
            net = value.present(self.pay * value.account.gains[self.outcome] - value.account.programme)
            return net, value.account.pairs
        cell = next(
            (i for i, c in enumerate(found.cells) if found.lines[c.line] == self.line and c.year == self.year), None
        )
        if cell is None:  # before anything differs
            return np.full(found.replicates, -abs(self.target)), np.arange(found.replicates)
        x = outcome.doubt.differences[:, cell]
        pairs = np.flatnonzero(~np.isnan(x))
        up = found.base.scale if self.line.unit in (*WHOLE, "GBP") else 1.0
        return math.copysign(1.0, self.target) * (x[pairs] / up - self.target), pairs

    def told(self, score: float) -> float:
        """What the curve shows where the score is so much: a difference in points, people or pounds, or a net benefit."""
        if self.line is None:
            return score
        return scale_of(self.line.unit)[0] * (math.copysign(1.0, self.target) * score + self.target)


def goal(text: str, setups: Sequence[Setup]) -> Goal:
    """Read a goal. Raise :exc:`UserError`, with what is allowed, for anything else."""
    cost = _COST.fullmatch(text)
    if cost is not None:
        return Goal(text, _outcome(text, cost["what"]), _number(text, cost["number"]))
    match = _FIGURE.fullmatch(text)
    if match is None:
        raise _wrong(text, "this is no goal", HOW)
    line = one(match["what"], setups)
    amount = _number(text, match["number"])
    share = line.unit in SHARE_UNITS
    if share != (match["unit"] in ("%", "point", "points", "percentage point", "percentage points")):
        advice = 'Write "by 1 points".' if share else f"{line.label} is in {line.unit}: write how many."
        raise _wrong(text, "the number is of another kind than the figure", advice)
    target = (amount / 100 if share else amount) * (1 if match["way"] == "up by" else -1)
    return Goal(text, line=line, year=_year(text, match["year"], setups[0]), target=target)


def _wrong(text: str, problem: str, advice: str) -> UserError:
    return UserError(f"--goal {text!r}", problem, advice)


def _outcome(text: str, given: str) -> str:
    known = {words(one.name).one: one.name for one in OUTCOMES} | {name: name for name in BY_NAME}
    if given not in known:
        names = [words(one.name).one for one in OUTCOMES]
        raise _wrong(
            text, f"nothing is costed per {given}", did_you_mean(given, names) or f"It may be per {', '.join(names)}."
        )
    return known[given]


def _number(text: str, given: str) -> float:
    try:
        value = float(given.replace(",", "").removeprefix("£"))
    except ValueError:
        value = math.nan
    if not (math.isfinite(value) and value > 0):
        raise _wrong(text, f"{given} is no number above 0", HOW)
    return value


def _year(text: str, given: str | None, setup: Setup) -> int | None:
    if given is None or given == "all years":
        return None
    years = {school_year(y): y for y in range(setup.base_year + 1, setup.last_year + 1)}
    named = next((name for name in years if name == given or name.startswith(f"{given}/")), None)
    if named is None:
        names = list(years)
        raise _wrong(
            text, f"{given} is no projected school year", f'Write {names[0]} to {names[-1]}, or "in all years".'
        )
    return years[named]
