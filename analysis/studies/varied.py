"""One path of a policy that is varied: where it is set, between what, and how its values are said."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from analysis.errors import UserError
from analysis.figures.doubt import figure_words
from analysis.figures.rounding import SHARE_UNITS, percent, plain
from analysis.figures.words import capital
from analysis.studies.value.report import pounds
from scenarios.parameter_table import bounds
from scenarios.programme_files.known import KnownProgramme
from scenarios.programme_files.places import PLACES
from scenarios.programme_files.settings import LEVERS, PREFIX, UNCERTAIN_TOO
from scenarios.resolve import load
from scenarios.scenario import Scenario
from scenarios.strict import did_you_mean
from simulation.parameters import declared

FEWEST_TIMES, MOST_TIMES = 0.25, 4.0
"""Multiples of its value between which something without a range, such as places, is varied."""
WHOLE_UNITS = ("places", "people", "schools")


@dataclass(frozen=True)
class Varied:
    """A figure of a policy."""

    path: str
    """In full."""
    words: str
    """What it is, as it ends a sentence: ``how far mentoring keeps people in state schools``."""
    unit: str
    value: float
    """In the policy as it is."""
    low: float
    high: float
    """Between which it is varied."""
    grade: str
    """Of its evidence; empty for what a government chooses."""
    is_lever: bool

    def at(self, policy: Any, value: float, name: str, context: str | Path | None = None) -> Scenario:
        """The policy with another value. Raise :exc:`InputError` if it cannot have it."""
        given = {self.path: int(value) if value == int(value) else float(value)}
        kind = {"levers": given} if self.is_lever else {"uncertainties": given}
        return load(policy, context, name=name, **kind)

    def values(self, count: int) -> list[float]:
        """So many values between the ends, evenly spaced, in round numbers where it counts things."""
        found = [self.low + (self.high - self.low) * i / (count - 1) for i in range(count)]
        digits = [round(v) if self.unit in WHOLE_UNITS else float(f"{v:.6g}") for v in found]
        return sorted(set(digits))

    def said(self, value: float) -> str:
        """A value with its unit: ``18%``, ``£1,500``, ``3,000 places``, ``−0.3 (odds 26% lower)``."""
        if self.unit in SHARE_UNITS:
            return percent(round(value, 3))
        if self.unit == "GBP":
            return pounds(value)
        minus = "−" if value < 0 else ""
        if self.unit == "log-odds":
            odds = math.expm1(value)
            how = "higher" if odds > 0 else "lower"
            return (
                f"{minus}{plain(abs(round(value, 2)))} (odds {percent(abs(round(odds, 2)))} {how})"
                if round(odds, 2)
                else "0 (nothing)"
            )
        rounded = round(value) if self.unit in WHOLE_UNITS else round(value, 3)
        return f"{minus}{plain(abs(rounded))} {self.unit}"


def varied(policy: Scenario, base: Scenario, path: str, low: float | None = None, high: float | None = None) -> Varied:
    """What ``path`` is in the policy: in full, or within the one programme that the policy runs and the base does not.

    Raise :exc:`UserError` or :exc:`InputError` for a path that is none, and for ends that are none.
    """
    full = _full(policy, base, path)
    if full.startswith(PREFIX):
        found = _figure(policy, full, low, high)
    else:
        known = declared(policy.structure).get(full)
        ends = bounds(policy, full)
        if known is None or known.axes:
            raise UserError(
                f"--vary {path}", "this is a table or a part of one", "Name a parameter that is one number."
            )
        value = float(policy.parameters.value(full))
        found = Varied(
            full,
            known.meaning,
            known.unit,
            value,
            *_ends(path, value, low, high, ends),
            policy.provenance[full].grade,
            True,
        )
    return found


def _full(policy: Scenario, base: Scenario, path: str) -> str:
    if path.startswith(PREFIX) or path in declared(policy.structure):
        return path
    there = {programme.name for programme in base.programmes}
    new = [programme for programme in policy.programmes if programme.name not in there]
    having = [one for one in new if path in one.figures or path.removeprefix("places.") in PLACES or path in LEVERS]
    if len(having) == 1:
        return f"{PREFIX}{having[0].name}.{path}"
    if having:
        names = ", ".join(f"{PREFIX}{one.name}.{path}" for one in having)
        raise UserError(f"--vary {path}", "several programmes of the policy have it", f"Write one of {names}.")
    known = [name for one in new for name in one.figures] + [f"places.{key}" for key in PLACES]
    advice = did_you_mean(path, [*known, *declared(policy.structure)]) or "headway parameters lists them all."
    raise UserError(f"--vary {path}", "no programme of the policy has this figure", capital(advice))


def _figure(policy: Scenario, full: str, low: float | None, high: float | None) -> Varied:
    name, _, inner = full.removeprefix(PREFIX).partition(".")
    programme = next((one for one in policy.programmes if one.name == name), None)
    if programme is None:
        bounds(policy, full)  # which says what is wrong
        raise UserError(f"--vary {full}", "no such programme runs in the policy")
    words = figure_words(programme.title, inner, _channel(programme, inner))
    place = inner.removeprefix("places.")
    if place in PLACES:
        value = getattr(programme.places, place)
        if value is None:
            raise UserError(f"--vary {full}", "the policy does not set this", "Vary what it sets.")
        ends = FEWEST_TIMES * value, min(MOST_TIMES * value, PLACES[place][2])
        return Varied(full, words, PLACES[place][0], value, *_ends(full, value, low, high, ends), "", True)
    ends = bounds(policy, full)
    figure = programme.figures[inner]
    lever = inner in LEVERS and inner not in UNCERTAIN_TOO
    grade = figure.provenance.grade
    return Varied(
        full, words, figure.provenance.unit, figure.value, *_ends(full, figure.value, low, high, ends), grade, lever
    )


def _channel(programme: KnownProgramme, path: str) -> str:
    return next((effect.channel for effect in programme.effects if effect.path == path), "")


def _ends(
    path: str, value: float, low: float | None, high: float | None, known: tuple[float, float]
) -> tuple[float, float]:
    least, most = known[0] if low is None else low, known[1] if high is None else high
    if not (math.isfinite(least) and math.isfinite(most) and least < most):
        given = f"{least:g} to {most:g}"
        raise UserError(
            f"--vary {path}",
            f"it cannot be varied from {given}",
            f"Give --from and --to; it is {value:g} in the policy.",
        )
    return least, most
