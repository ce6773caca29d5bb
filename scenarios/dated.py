"""Values with dates: from a school year on, until one, growing by one, or year by year.

What a lever or an uncertainty does to a value is a :class:`Dated`: a rule for each school year. A value without dates has
one rule for all years.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, TypeVar

from scenarios.strict import Mapping, Node, school_year
from simulation.in_force import in_force
from simulation.vocabulary import school_year as written

DATES = ("from", "until", "by")
"""Keys beside a way to change a value: its first and last school year, and the one in which it is reached in full."""
_YEAR = re.compile(r"\D*\d{4}\b|\D*\d{6}\Z")
"""What is meant as a school year among the keys of a mapping; how it is written is checked afterwards."""

NO_END = 9999
"""School year by which all that is dated has happened."""

T = TypeVar("T")

Rule = Callable[[Any], Any]
"""From the value that the base has, a number or an array, to the new one. One that is kept can be sent to another process."""


@dataclass(frozen=True)
class Dated:
    """What is done to a value, by school year (the calendar year in which it starts)."""

    rules: tuple[Rule | None, ...]
    """For each stretch of years, what is done; None for nothing."""
    turns: tuple[int, ...] = ()
    """First school years of the stretches after the first, in order."""

    def __call__(self, old: Any, year: int) -> Any:
        """What becomes of the value that the base has in a school year."""
        rule = self.rules[bisect_right(self.turns, year)]
        return old if rule is None else rule(old)

    def within(self, part: Callable[[Rule], Rule]) -> Dated:
        """The same, done to a part of a value."""
        return replace(self, rules=tuple(rule and part(rule) for rule in self.rules))


def read_dated(node: Node, what: str, read_rule: Callable[[Node], Rule | None]) -> Dated | None:
    """What a node does to a value; None, with problems noted, if anything is wrong.

    The node is what ``read_rule`` reads, which then holds in all years; or that with ``from``, ``until`` and ``by`` among
    its keys; or a mapping from school years to it, each in force until the next.
    """
    if isinstance(node, Mapping) and is_year_by_year(node):
        return _year_by_year(node, what, read_rule)
    if isinstance(node, Mapping) and any(key in DATES for key in node.values):
        return _between(node, what, read_rule)
    rule = read_rule(node)
    return None if rule is None else Dated((rule,))


def is_year_by_year(node: Mapping) -> bool:
    """Whether the keys are, or are meant to be, school years."""
    return any(_YEAR.match(key) for key in node.values)


def _year_by_year(node: Mapping, what: str, read_rule: Callable[[Node], Rule | None]) -> Dated | None:
    years = [school_year(key, f"a key of {what}") for key in node.keys.values()]
    rules = [read_rule(value) for value in node.values.values()]
    if None in years or None in rules:
        return None
    turns = tuple(year for year in years if year is not None)
    if list(turns) != sorted(set(turns)):
        node.place.wrong("E0416", f"the school years of {what} must stand in order of time, each once")
        return None
    return Dated((None, *rules), turns)


def _between(node: Mapping, what: str, read_rule: Callable[[Node], Rule | None]) -> Dated | None:
    given = {key: school_year(node.values[key], f"{key} of {what}") for key in DATES if key in node.values}
    others = {key: value for key, value in node.values.items() if key not in DATES}
    rule = read_rule(Mapping(node.place, {key: node.keys[key] for key in others}, others))
    if rule is None or None in given.values():
        return None
    first, last, full = (given.get(key) for key in DATES)
    for early, late in (("from", "until"), ("from", "by"), ("by", "until")):
        before, after = given.get(early), given.get(late)
        if before is not None and after is not None and after < before:
            message = f"{what} has {late} {written(after)}, before {early} {written(before)}"
            node.values[late].place.wrong("E0416", message, "until is the last school year in which it holds")
            return None
    if full is not None and first is None:
        hint = "such as {to: 60%, from: 2027/28, by: 2030/31}: a quarter of the way each year"
        node.values["by"].place.wrong("E0416", f"{what} grows until {written(full)}, from when is not said", hint)
        return None
    start = [] if first is None else [first] if full is None else [*range(first, full + 1)]
    rules = [_part_of_the_way(rule, i / len(start)) for i in range(1, len(start))]
    end = [] if last is None else [last + 1]
    return Dated((*([None] if start else []), *rules, rule, *(None for _ in end)), (*start, *end))


def _part_of_the_way(rule: Rule, share: float) -> Rule:
    return partial(_on_the_way, rule, share)


def _on_the_way(rule: Rule, share: float, old: Any) -> Any:
    return old + (rule(old) - old) * share


Steps = tuple[tuple[int, float], ...]
"""Numbers that hold up to and including a school year, in order of time; see :mod:`simulation.in_force`."""


def stepped(dated: Dated, value: float, earlier: Steps) -> tuple[float, Steps]:
    """The number in the end, and those of earlier years, of one that is ``value`` in the end and ``earlier`` before."""
    ends = {last for last, _ in earlier} | {turn - 1 for turn in dated.turns}
    # 0.0 is added because -0.0 and 0.0 are one number
    found = [(last, dated(in_force(last, earlier, value), last) + 0.0) for last in latest_first(ends)]
    return joined(found, lambda one, other: one == other)


def latest_first(ends: Iterable[int]) -> tuple[int, ...]:
    """The last school years of stretches, the stretch that has no end before all."""
    return (NO_END, *sorted(ends, reverse=True))


def joined(found: Iterable[tuple[int, T]], same: Callable[[T, T], bool]) -> tuple[T, tuple[tuple[int, T], ...]]:
    """What holds in the end, and what in earlier stretches of years, latest first: those in which the same holds are one."""
    stretches: list[tuple[int, T]] = []
    for last, value in found:
        if not stretches or not same(value, stretches[-1][1]):
            stretches.append((last, value))
    return stretches[0][1], tuple(reversed(stretches[1:]))
