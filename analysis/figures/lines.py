"""The table of the figures that people ask about, ``figures.toml``: every output takes from it what it shows, and in which words."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analysis.figures.naming import Naming, speaking, spoken
from analysis.figures.words import capital, filled, listed, role_words, said

if TYPE_CHECKING:
    from simulation.census.measure import Measure

SET = "as the scenario sets it"
"""Why no less is worth telling, where the author of the scenario gives no reason."""

Where = tuple[tuple[str, str], ...]
"""Dimensions and labels that are fixed; all others are "all"."""


class Over(Enum):
    """How the years of a line become one figure."""

    SUM = "in total"
    MEAN = "on average"
    POOLED = "all years"
    """The amounts of all years over what they are out of."""


@dataclass(frozen=True)
class Line:
    """One figure: a measure of the census, for some people or posts, with the words that it is said in."""

    name: str
    """As it is asked for."""
    label: str = field(compare=False)
    """In a table of differences; words do not tell lines apart, as they are those of a context."""
    measure: str
    unit: str
    over: Over
    where: Where = ()
    better: int = 0
    """1 if more is better, -1 if less is; 0 where that is for the reader to say, as it is for most."""
    cases: bool = False
    """Count the cases of a rate: its value times what it is out of."""
    long: str = field(default="", compare=False)
    """In a table of levels."""
    short: str = field(default="", compare=False)
    """In the middle of a sentence where space is short."""
    heading: str = field(default="", compare=False)
    """Above a chart of how it goes on."""
    phrase: str = field(default="", compare=False)
    """The heading in the middle of a sentence."""
    out_of: str = field(default="", compare=False)
    """Of what it is a share, below the heading."""
    each: str = field(default="", compare=False)
    """The label for one programme, which ``{}`` stands for."""
    long_each: str = field(default="", compare=False)
    worth: float = field(default=0.0, compare=False)
    """The smallest difference worth telling, in the unit."""
    worth_of_base: float = field(default=0.0, compare=False)
    """The same as a share of the base's figure."""
    worth_why: str = field(default="", compare=False)
    """Why no less is worth telling; empty where the figure has only that of its unit."""
    worth_grade: str = field(default="J", compare=False)
    """Of the evidence for that."""
    worth_set: bool = field(default=False, compare=False)
    """Whether a scenario sets it, in place of the table."""

    @property
    def need(self) -> tuple[str, tuple[str, ...]]:
        """What it reads of the results: a measure and its dimensions."""
        return self.measure, tuple(d for d, _ in self.where)

    def worth_telling(self, base: float) -> float:
        """The smallest difference from ``base`` that is worth telling, in the line's unit."""
        return self.worth + self.worth_of_base * abs(base)

    def told(self) -> Line:
        """The line of the table with its templates filled in, in the words of the context at hand."""
        whole: dict[str, Any] = {name: filled(getattr(self, name)) for name in ("label", *WORDS)}
        return replace(self, **whole | {name: capital(whole[name]) for name in BEGIN}).as_set(self.name)

    def as_set(self, name: str) -> Line:
        """The line with the smallest difference that a scenario at hand sets under this name; itself if none does."""
        own = spoken().least(name)
        if own is None:
            return self
        why = own.why or SET
        return replace(self, worth=own.least, worth_of_base=own.of_base, worth_why=why, worth_grade="J", worth_set=True)

    def of(self, dimension: str, label: str, words: str = "") -> Line:
        """The line for one label of a further dimension: ``leaving`` for ``disadvantage``, ``second``; in ``words`` of its own."""
        where = (*self.where, (dimension, label))
        words = words or said(dimension, label)
        told, long = f"{self.label}: {words}", f"{self.long}: {words}"
        if dimension == "programme" and self.each:  # a template; labels may hold a user's own braces
            told, long = self.each.replace("{}", words), (self.long_each or self.each).replace("{}", words)
        return replace(self, name=asked_as(self.measure, where), label=told, long=long, where=where)


def asked_as(measure: str, where: Iterable[tuple[str, str]]) -> str:
    """How a measure is asked for: ``leaver_rate[role=head]``."""
    inside = ",".join(f"{dimension}={label}" for dimension, label in where)
    return f"{measure}[{inside}]" if inside else measure


def figures() -> Mapping[str, Line]:
    """Every figure of the table by name, in the words of the context at hand."""
    return _told(spoken())[0]


def shown_in(place: str) -> tuple[Line, ...]:
    """The figures that a place shows, in its order, without those of rungs and phases that the context at hand has not.

    Raise :exc:`KeyError` for a place that the table does not have.
    """
    return _there(_told(spoken())[1][place])


def groups_in(place: str) -> Mapping[str, tuple[Line, ...]]:
    """By dimension, the figures by which a place tells groups apart; raise :exc:`KeyError` as :func:`shown_in`."""
    return {dimension: _there(lines) for dimension, lines in _told(spoken())[2][place].items()}


def _there(lines: Iterable[Line]) -> tuple[Line, ...]:
    return tuple(line for line in lines if not any(spoken().lacks(*fixed) for fixed in line.where))


def left_out(place: str, by: str = "") -> str:
    """Which figures of a place the context at hand cannot have, and why, in a sentence; nothing if it has all.

    The place is one of :func:`shown_in` or, with the dimension ``by`` which groups are told apart, of :func:`groups_in`.
    """
    _, shown, groups = _told(spoken())
    lines = groups[place][by] if by else shown[place]
    away: dict[str, dict[str, None]] = {"role": {}, "phase": {}}
    for axis, label in (fixed for line in lines for fixed in line.where if spoken().lacks(*fixed)):
        away[axis][role_words(label) if axis == "role" else said(axis, label)] = None
    parts = []
    if away["role"]:
        parts.append(f"figures of {listed(away['role'])}, as there are no such posts in this school system")
    if away["phase"]:
        what = "as it has no phase" if parts else "as this school system has no phase"
        parts.append(f"figures of {listed(away['phase'])} schools, {what} of that name")
    return f"Left out: {'; '.join(parts)}." if parts else ""


def gains(place: str, labels: Callable[[Line, str], Sequence[str]]) -> dict[str, list[Line]]:
    """The same figures, once for each label along the dimension that ``labels`` gives, where the measure is broken down by it.

    What is about the groups itself, such as the share of women, stands alone.
    """
    return {
        dimension: [
            one
            for line in lines
            for one in (
                [line.of(dimension, label) for label in labels(line, dimension)]
                if is_by(line.measure, dimension)
                else [line]
            )
        ]
        for dimension, lines in groups_in(place).items()
    }


def is_by(measure: str, dimension: str) -> bool:
    """Whether a measure is broken down by a dimension."""
    found = _measures()[measure]
    return dimension in (*found.places, *found.axes)


def needs(lines: Iterable[Line]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """What lines read of the results."""
    return tuple(line.need for line in lines)


def needs_of_groups(place: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """What :func:`gains` reads of the results."""
    return tuple(
        (line.measure, (*line.need[1], *([dimension] if is_by(line.measure, dimension) else [])))
        for dimension, lines in groups_in(place).items()
        for line in lines
    )


def better(measure: str) -> int:
    """Whether more of a measure is better, as the table says of its figures; see :attr:`Line.better`."""
    return next((line.better for line in figures().values() if line.measure == measure), 0)


def _measures() -> Mapping[str, Measure]:
    from simulation.census.measure import measures

    return measures()


Table = tuple[dict[str, Line], dict[str, tuple[Line, ...]], dict[str, dict[str, tuple[Line, ...]]]]


@cache
def _table() -> Table:
    return read((Path(__file__).parent / "figures.toml").read_text(encoding="utf-8"))


@cache
def _told(naming: Naming) -> Table:
    """The table in the words of a naming."""
    lines, shown, groups = _table()
    with speaking(naming):
        told = {name: line.told() for name, line in lines.items()}
    return (
        told,
        {place: tuple(told[line.name] for line in of) for place, of in shown.items()},
        {place: {d: tuple(told[line.name] for line in of) for d, of in by.items()} for place, by in groups.items()},
    )


def read(text: str) -> Table:
    """The figures by name, those of each place, and those of each place's groups.

    Raise :exc:`ValueError`, with what is wrong and where, for anything that the census does not have and anything that
    is not known here.
    """
    content = tomllib.loads(text)
    worth = content["worth"]
    lines = {name: _line(name, told, worth) for name, told in content["figures"].items()}
    if unknown := set(worth["figures"]) - set(lines):
        raise ValueError(f"worth: there is no figure {min(unknown)}")

    def chosen(place: str, names: Sequence[str]) -> tuple[Line, ...]:
        if unknown := [name for name in names if name not in lines]:
            raise ValueError(f"{place}: there is no figure {unknown[0]}")
        return tuple(lines[name] for name in names)

    shown = {place: chosen(place, names) for place, names in content["shown"].items()}
    groups = {
        place: {dimension: chosen(f"{place}, {dimension}", names) for dimension, names in by.items()}
        for place, by in content["groups"].items()
    }
    seen = {line.name for of in (shown, *groups.values()) for some in of.values() for line in some}
    if idle := set(lines) - seen:
        raise ValueError(f"{min(idle)}: it is shown nowhere")
    return lines, shown, groups


OVER = {"sum": Over.SUM, "mean": Over.MEAN, "pooled": Over.POOLED}
BETTER = {"more": 1, "less": -1, "": 0}
BEGIN = ("label", "long", "heading")
"""Words that begin with a capital."""
WORDS = ("long", "short", "heading", "phrase", "out_of", "each", "long_each")


def _worth(name: str, unit: str, worth: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """The smallest difference worth telling of a figure: its own, or that of its unit."""
    own = worth["figures"].get(name)
    if own is None:
        value, of_base = worth["of_unit"].get(unit), worth["of_base"].get(unit)
        if (value is None) == (of_base is None):
            raise ValueError(f"{name}: [worth] has to have {unit} once")
        return {"worth": value or 0.0, "worth_of_base": of_base or 0.0, "worth_why": "", "worth_grade": "J"}
    if set(own) not in ({"least", "why", "grade"}, {"of_base", "why", "grade"}):
        raise ValueError(f"worth of {name}: it has why, grade, and least or of_base")
    if own["grade"] not in "ABCDJ" or not own["why"]:
        raise ValueError(f"worth of {name}: it needs a reason, and a grade from A to D or J")
    of = {"worth": own.get("least", 0.0), "worth_of_base": own.get("of_base", 0.0)}
    return {**of, "worth_why": own["why"], "worth_grade": own["grade"]}


def _line(name: str, told: dict[str, Any], worth: Mapping[str, Mapping[str, Any]]) -> Line:
    from simulation.census.dimensions import DIMENSIONS
    from simulation.census.measure import Kind
    from simulation.structure import ENGLAND

    def check(holds: bool, problem: str) -> None:
        if not holds:
            raise ValueError(f"{name}: {problem}")

    if unknown := set(told) - {"measure", "where", "over", "better", "cases", "label", *WORDS}:
        check(False, f"{min(unknown)} is nothing that a figure has")
    check("label" in told and told.get("measure") in _measures(), "it needs a label, and a measure of the census")
    measure, where = _measures()[told["measure"]], told.get("where", {})
    for dimension, label in where.items():
        check(is_by(measure.name, dimension), f"{measure.name} is not broken down by {dimension}")
        check(label in (DIMENSIONS[dimension] or ENGLAND.axes[dimension]), f"{dimension} has no {label}")
    is_rate = measure.kind is Kind.RATIO
    check(is_rate or ("cases" not in told and "over" in told), "a count needs over, and has no cases")
    over = told.get("over", "pooled")
    check(over in OVER, f"over is {' or '.join(OVER)}, not {over}")
    check(is_rate == (over == "pooled") or "cases" in told, "a rate is pooled, and a count is not")
    check(told.get("better", "") in BETTER, "better is more or less")
    unit = told.get("cases", measure.unit)
    return Line(
        name, told["label"], measure.name, unit, OVER[over], tuple(where.items()), BETTER[told.get("better", "")],
        "cases" in told, **{"long": told["label"], **{word: told[word] for word in WORDS if word in told}},
        **_worth(name, unit, worth),
    )  # fmt: skip
