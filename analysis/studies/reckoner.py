"""A ready reckoner: what one unit more of each lever of a programme does, how sure that is, and what it costs in a year.

Each lever is one arm beside the programme as it is, and all arms share their draws, so that a row differs from another by
its lever alone. Effects of levers do not add up where places, helpers or hours bind; each row stands by itself.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from analysis.errors import UserError
from analysis.figures.doubt import differ_by
from analysis.figures.lines import Over, shown_in
from analysis.figures.rounding import NONE, SHARE_UNITS, WHOLE, percent, plain, points
from analysis.figures.tables import Records, Table, columns
from analysis.figures.words import WORDS, capital, pairs_of_runs, sample
from analysis.runs.plan import Options
from analysis.studies.compare.answer import period
from analysis.studies.compare.difference import Difference, difference
from analysis.studies.compare.study import carry_out
from analysis.studies.compare.summing import Asked, Comparison, Outcome
from scenarios.programme_files.figures import FIGURES, WHOLE_FIGURES
from scenarios.programme_files.known import KnownProgramme
from scenarios.resolve import load

PLACE = "ready reckoner"
"""Its figures, in ``figures.toml``."""
PART = 0.2
"""One unit is the largest of 1, 2 and 5 times a power of ten that is no more than this share of what a lever is at."""
FROM_NOTHING: Mapping[str, float] = {
    "costs.grant": 100.0, "costs.fee": 100.0, "costs.release_days": 1.0, "delivery.hours": 0.1, "delivery.helpers.training": 5.0,
}  # fmt: skip
"""One unit of a lever that is at nothing, in its own unit."""
WITHOUT = "without"
"""Name of the arm that does not run the programme."""


@dataclass(frozen=True)
class Lever:
    """A lever of a programme with one unit of it."""

    path: str
    unit: str
    value: float
    more: float
    """One unit: what it is raised by; below 0 where it is at its most already."""

    @property
    def label(self) -> str:
        """What it is: ``Places a year``."""
        return capital(WORDS["figures"][self.path])

    @property
    def words(self) -> str:
        """One unit in words: ``+500``, ``+2 points``, ``+£100``."""
        sign, size = "+" if self.more > 0 else "−", abs(self.more)
        return f"{sign}{_amount(size, self.unit, change=True)}"


def _amount(value: float, unit: str, change: bool = False) -> str:
    if unit in SHARE_UNITS:
        return f"{plain(round(100 * value, 6))} points" if change else percent(value)
    return f"£{plain(value)}" if unit == "GBP" else plain(value) if unit == "people" else f"{plain(value)} {unit}"


def levers(known: KnownProgramme) -> list[Lever]:
    """The levers of a programme that are numbers, each with one unit of it."""
    at: dict[str, tuple[float, str, float]] = {}
    if known.places.number is not None:
        at["places.number"] = (known.places.number, "people", math.inf)
    if known.places.share is not None:
        at["places.share"] = (known.places.share, "share", 1.0)
    chosen = ("delivery.hours", *(f"delivery.helpers.{name}" for name in ("willing", "each", "hours", "training")))
    for path in (*chosen, "costs.grant", "costs.fee", "costs.release_days"):
        if path in known.figures:
            unit, _, most = FIGURES[path]
            at[path] = (known.figures[path].value, unit, most)
    return [
        Lever(path, unit, value, more) for path, (value, unit, most) in at.items() if (more := _unit(path, value, most))
    ]


def _unit(path: str, value: float, most: float) -> float:
    if value <= 0:
        return FROM_NOTHING.get(path, 0.0)
    power = 10.0 ** math.floor(math.log10(PART * value) + 1e-9)
    size = max(factor * power for factor in (1, 2, 5) if factor * power <= PART * value * (1 + 1e-9))
    size = max(1.0, round(size)) if path in (*WHOLE_FIGURES, "places.number") else round(size, 9)
    return size if value + size <= most else -size


@dataclass(frozen=True)
class Reckoned:
    """What came of it."""

    known: KnownProgramme
    levers: list[Lever]
    found: Comparison
    """Of the programme as it is with an arm for each lever, and one without it."""


def reckon(programme: str, options: Options, scenario: str = "england") -> Reckoned:
    """Run a programme as it is in a scenario, once with one unit more of each lever, and without it.

    Raise ``scenarios.InputError`` for what cannot be used, and :exc:`UserError` for a programme without levers that are
    numbers.
    """
    whole = f"programmes.{programme}"

    def arm(name: str, set_to: Mapping[str, Any]) -> Any:
        return replace(load(scenario, options.context, levers=set_to, name=name), title=name)

    known = next(one for one in load(scenario, options.context, levers={whole: {}}).programmes if one.name == programme)
    of = levers(known)
    if not of:
        raise UserError(programme, "it has no lever that is a number", "Compare scenarios of your own instead.")
    # What a scenario sets stands and is not drawn, so every arm sets all levers: arms differ by one of them alone.
    at = {one.path: one.value for one in of}
    base = arm("as-it-is", {whole: at})
    arms = [arm(_name(one), {whole: {**at, one.path: round(one.value + one.more, 9)}}) for one in of]
    there = any(one.name == programme for one in load(scenario, options.context).programmes)
    without = arm(WITHOUT, {whole: "off"} if there else {})
    lines = [line.name for line in shown_in(PLACE)]
    found = carry_out([base, *arms, without], replace(options, context=None), Asked(measures=lines, if_there=True))
    return Reckoned(known, of, found)


def _name(lever: Lever) -> str:
    return lever.path.replace(".", "-").replace("_", "-")


def records(made: Reckoned) -> list[dict[str, Any]]:
    """A record for each lever and figure: the numbers with nothing rounded, and the words that a table shows."""
    found, told = made.found, f"{made.known.title}: what one unit of each lever does, {period(made.found)}"
    of = {o.policy.name: o for o in found.outcomes}
    arms: list[tuple[Lever | None, Outcome]] = [(one, of[_name(one)]) for one in made.levers]
    return [
        {
            "programme": made.known.name, "title": told, "note": note(found),
            "lever": lever.path if lever else None, "lever_label": lever.label if lever else "Not running it at all",
            "at": _amount(lever.value, lever.unit) if lever else NONE, "one_unit": lever.words if lever else NONE,
            "value": lever.value if lever else None, "more": lever.more if lever else None, **_record(d),
        }
        for lever, outcome in (*arms, (None, of[WITHOUT]))
        for d in _differences(found, outcome)
    ]  # fmt: skip


def table(told: Records) -> Table:
    """Records of one reckoner as a table: a row for each lever, a column for each figure. Raise :exc:`KeyError` for others."""
    rows: dict[str, dict[str, str]] = {}
    for one in told:
        row = rows.setdefault(
            one["lever_label"], {"lever": one["lever_label"], "at": one["at"], "unit": one["one_unit"]}
        )
        row[one["figure"]] = one["cell"]
    figures = {one["figure"]: f"{one['label']}{', a year' if one['a_year'] else ''}" for one in told}
    headings = {"lever": "Lever", "at": "It is at", "unit": "One unit", **figures}
    shown = columns(headings, ("at", "unit", *figures))
    return Table(told[0]["title"], shown, list(rows.values()), told, told[0]["note"])


def note(found: Comparison) -> str:
    """How to read the table."""
    grossed = (
        ""
        if found.base.scale == 1
        else f" Counts and costs are grossed up from {sample(found.base.scale)} to all of them."
    )
    return (
        f"Against the programme as it is: {capital(found.base.system)}, {pairs_of_runs(found.done)}. In brackets: the range, which holds "
        f"{differ_by(found.doubts)}.{grossed} Rows do not add up where places, helpers or hours bind."
    )


def _in_all(found: Comparison, d: Difference) -> Difference:
    """A difference as it comes to in all schools, and sums in a year."""
    factor = 1.0
    if d.line.unit in (*WHOLE, "GBP"):
        factor /= found.base.scale
    if d.line.over is Over.SUM:
        factor /= found.last - found.first + 1
    names = ("base", "policy", "base_error", "policy_error", "mean", "error", "half", "adjusted", "low", "high")
    return replace(d, **{name: factor * getattr(d, name) for name in names})


def _differences(found: Comparison, outcome: Outcome) -> Iterator[Difference]:
    return (_in_all(found, difference(found, outcome, i)) for i in found.over_all)


def _cell(d: Difference) -> str:
    if d.same:
        return "the same"
    return d.spelt if d.interval() == NONE else f"{d.spelt} ({d.interval()})"


def _record(d: Difference) -> dict[str, Any]:
    low, high = d.span
    numbers = {"difference": d.mean, "low": low, "high": high}
    return {
        "figure": d.line.name, "label": d.line.label, "unit": points(d.line.unit), "a_year": d.line.over is Over.SUM,
        **{name: None if math.isnan(value) else value for name, value in numbers.items()}, "words": d.words, "cell": _cell(d),
    }  # fmt: skip
