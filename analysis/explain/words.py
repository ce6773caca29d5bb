"""Headed text, and numbers, conditions and sources in words."""

from __future__ import annotations

import math
import re
import shutil
import textwrap
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analysis.figures.rounding import joined, percent, plain, pounds
from analysis.figures.words import ROLES, WORDS, a, capital, count, listed, the, within
from scenarios.evidence import Row
from scenarios.programme_files.known import Figure
from simulation.processes.eligibility import COLUMNS
from simulation.programmes.programme import Condition, Unit
from simulation.vocabulary import ClusterKind, EthnicGroup, Phase, Role, SchoolKind, Sex, label, school_year

if TYPE_CHECKING:
    from jinja2 import Environment

MOST_WIDTH = 100
"""Longer lines are hard to read, however wide the terminal is."""


@dataclass(frozen=True)
class Item:
    """A point of a list, with further lines below it."""

    text: str
    below: tuple[str, ...] = ()


@dataclass(frozen=True)
class Section:
    """A heading and what stands under it: paragraphs (text) and points (:class:`Item`)."""

    heading: str
    body: tuple[str | Item, ...]


def page_width() -> int:
    """Characters in a line of the terminal, 80 where there is none; at most :data:`MOST_WIDTH`."""
    return max(40, min(shutil.get_terminal_size((80, 24)).columns, MOST_WIDTH))


def page(title: str, sections: Iterable[Section], width: int) -> str:
    """The title and all sections that have a body, wrapped to ``width`` characters."""
    lines = [*textwrap.wrap(title, width), "=" * min(len(title), width)]
    for section in sections:
        if section.body:
            lines += ["", section.heading] if section.heading else [""]
            for block in section.body:
                lines += _block(block, width)
    return "\n".join(lines)


def written(template: str, **known: Any) -> list[Section]:
    """The sections that a template of this folder writes of what is ``known``.

    The first sign of a line says what it is: ``#`` a heading, ``=`` a paragraph, ``-`` a point, ``+`` a line below it;
    any other line goes on with the one above. What is filled in stays on its line.
    """
    text = _templates().get_template(template).render(plain=plain, percent=percent, pounds=pounds, **known)
    found: list[Section] = []
    for sign, lines in re.findall(r"^([#=+-])((?:.*\n(?![#=+-]))*.*)", text, re.MULTILINE):
        words = " ".join(lines.split())
        if sign == "#":
            found.append(Section(words, ()))
            continue
        heading, body = found[-1].heading, found[-1].body
        match sign, body[-1:]:
            case "+", (Item() as point,):
                body = (*body[:-1], Item(point.text, (*point.below, words)))
            case _:
                body = (*body, words if sign == "=" else Item(words))
        found[-1] = Section(heading, body)
    return found


@cache
def _templates() -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    made = Environment(
        loader=FileSystemLoader(Path(__file__).parent), undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True,
        finalize=lambda value: " ".join(str(value).splitlines()),
    )  # fmt: skip
    made.filters |= {
        f.__name__: f for f in (percent, plain, pounds, count, listed, capital, a, school_year, figure, published)
    }
    made.filters["whole"] = "{:,.0f}".format
    made.filters["said"] = lambda rows, form: [form.format(*row) for row in rows]
    return made


def _block(block: str | Item, width: int) -> list[str]:
    if isinstance(block, str):
        return _wrap(block, width, "  ", "  ")
    lines = _wrap(block.text, width, "  - ", "    ")
    for line in block.below:
        lines += _wrap(line, width, "      ", "        ")
    return lines


def _wrap(text: str, width: int, first: str, rest: str) -> list[str]:
    return textwrap.wrap(
        text, width, initial_indent=first, subsequent_indent=rest, break_long_words=True, break_on_hyphens=False
    )


def roles(codes: Iterable[int]) -> list[str]:
    """Roles in the plural."""
    return [ROLES[label(Role(code))] for code in codes]


def _labels(kind: type[IntEnum], codes: Iterable[int], end: str = "") -> str:
    """Labels in words, with ``end`` behind each: ``primary or secondary``."""
    return listed((within(label(kind(code))) + end for code in codes), "or")


def figure(known: Figure, show: Callable[[float], str], unit: str = "") -> str:
    """A figure with its range: ``0.6 hours a week (0.2 to 1.5)``."""
    low, high = known.provenance.range
    value = f"{show(known.value)} {one(unit) if known.value == 1 else unit}".rstrip()
    return value if low == high else f"{value} ({joined(show(low), show(high))})"


def one(unit: str) -> str:
    """A unit in the singular: ``hours a week`` → ``hour a week``, ``standard deviations`` → ``standard deviation``."""
    first, _, rest = unit.partition(" ")
    return f"{first.removesuffix('s')} {rest.replace('deviations', 'deviation')}".rstrip()


def ordinal(number: int) -> str:
    """``1st``, ``2nd``, ``54th``."""
    last = 0 if 10 < number % 100 < 14 else number % 10
    return f"{number}{ {1: 'st', 2: 'nd', 3: 'rd'}.get(last, 'th') }"


def span(condition: Condition, show: str = "{}", unit: str = "") -> str:
    """A range in words: ``at least 2 years``, ``2 to 5 years``."""
    least, most = (show.format(plain(end)) if math.isfinite(end) else "" for end in (condition.least, condition.most))
    words = joined(least, most) if least and most else f"at least {least}" if least else f"at most {most}"
    return f"{words} {unit}".rstrip()


def years(condition: Condition) -> str:
    """A range of whole years, where 0 is the first year."""
    if condition.most == 0:
        return "less than a year"
    if math.isinf(condition.least) or (condition.least == 0 and not math.isinf(condition.most)):
        return f"at most {count(condition.most, 'year')}"
    unit = "year" if condition.least == 1 and condition.most in (1, math.inf) else "years"
    return span(condition, unit=unit)


def level(condition: Condition) -> str:
    """A range of standard deviations, where 0 is the average of the base year."""
    if math.isinf(condition.least) or math.isinf(condition.most):
        end, word = (condition.most, "at most") if math.isinf(condition.least) else (condition.least, "at least")
        side = "above" if end > 0 else "below"
        return f"{word} average" if end == 0 else f"{word} {plain(abs(end))} standard deviations {side} average"
    return f"{span(condition)} standard deviations from average"


def who(conditions: Sequence[Condition], unit: Unit) -> str:
    """Those who meet all conditions, as a phrase: ``middle leaders, in secondary schools``."""
    noun = {Unit.PERSON: "anybody in service", Unit.SCHOOL: "schools", Unit.CLUSTER: "clusters of schools"}[unit]
    rest = []
    for condition in sorted(conditions, key=lambda c: list(COLUMNS).index(c.column)):
        kinds = _kind_of_unit(condition, unit)
        if kinds:
            noun = noun.replace("schools", f"{kinds} schools") if condition.column == "school.phase" else kinds
        elif condition.column == "role" and unit is Unit.PERSON:
            named = _or(roles(map(int, condition.any_of or ())))
            noun = f"anybody in service but {named}" if condition.none_of else named
        else:
            rest.append(_condition(condition, unit))
    return ", ".join([noun, *rest])


def _kind_of_unit(condition: Condition, unit: Unit) -> str:
    """What a condition makes of the word for those who join, where they are schools or clusters."""
    codes = [int(code) for code in condition.any_of or () if not isinstance(code, str)]
    if condition.none_of:
        return ""
    if unit is Unit.SCHOOL and condition.column == "school.phase":
        return _labels(Phase, codes)
    if unit is Unit.CLUSTER and condition.column == "cluster.kind":
        return _labels(ClusterKind, codes, "s")
    return ""


def _condition(condition: Condition, unit: Unit) -> str:
    if condition.any_of is not None:
        return _coded(condition, unit)
    column = COLUMNS[condition.column]
    if column.name == "panel_gap":
        return (
            f"in whom panels see {span(condition)} standard deviations less than their merit, by sex and ethnic group"
        )
    if column.name == "cluster.schools" and unit is Unit.CLUSTER:
        return f"of {span(condition)} schools"
    if column.unit == "standard deviations":
        own = "whose school's" if column.of is Unit.SCHOOL and unit is Unit.PERSON else "whose"
        return f"{own} {column.meaning} is {level(condition)}"
    return _ranged(condition, unit)


def _coded(condition: Condition, unit: Unit) -> str:
    codes = [int(code) for code in condition.any_of or () if not isinstance(code, str)]
    names = [str(name) for name in condition.any_of or ()]
    word = "not " if condition.none_of else ""
    authorities = f"local {'authority' if len(names) == 1 else 'authorities'} {_or(names)}"
    column = condition.column
    words = {
        "role": lambda: f"who are {word}{_or(roles(codes))}",
        "sex": lambda: f"{word}{_labels(Sex, codes)}",
        "ethnic_group": lambda: f"{word}of {_labels(EthnicGroup, codes)} background",
        "acting_role": lambda: _acting(codes, condition.none_of),
        "completed": lambda: f"who have {word}completed {_or(names)}",
        "joined": lambda: f"who have {word}been on {_or(names)}",
        "school.phase": lambda: f"{word}in {_labels(Phase, codes)} schools",
        "school.region": lambda: f"{word}in {_or(map(the, names))}",
        "school.local_authority": lambda: f"{word}in {authorities}",
        "school.kind": lambda: f"{word}in {_or('academies' if c == SchoolKind.ACADEMY else 'maintained schools' for c in codes)}",
        "cluster.local_authority": lambda: f"{word}{'' if unit is Unit.CLUSTER else 'in clusters '}led from {authorities}",
        "cluster.kind": lambda: f"{word}in a {_labels(ClusterKind, codes)}",
    }  # fmt: skip
    return words[column]() if column in words else f"{word}with {COLUMNS[column].meaning} {_or(names)}"


def _or(words: Iterable[str]) -> str:
    return listed(words, "or")


def _acting(codes: list[int], none_of: bool) -> str:
    acting = roles(code for code in codes if code >= 0)
    if not acting:
        return "who act in a higher post" if none_of else "who do not act in a higher post"
    return f"who {'do not act' if none_of else 'act'} as {_or(acting)}"


def _ranged(condition: Condition, unit: Unit) -> str:
    column = COLUMNS[condition.column]
    at = " at the school" if unit is Unit.PERSON else ""
    share = Condition(column.name, condition.least * 100, condition.most * 100)
    phrases = {
        "fte": lambda: f"working {span(condition, '{}%')} of full time",
        "age": lambda: f"aged {span(condition)}",
        "years_qualified": lambda: f"qualified for {years(condition)}",
        "years_in_role": lambda: f"in their role for {years(condition)}",
        "years_in_school": lambda: f"at their school for {years(condition)}",
        "years_in_post": lambda: f"in their post (this role at this school) for {years(condition)}",
        "years_as_head": lambda: "who have never been a head" if condition.most < 0
        else f"who first became a head {years(condition)} ago",
        "school.disadvantage": lambda: f"where {span(share, '{}%')} of pupils have been eligible for free school meals",
        "school.pupils": lambda: f"with {span(condition)} pupils{at}",
        "school.senior_team": lambda: f"with a senior team of {span(condition)} (deputies and assistant heads){at}",
        "school.cluster_size": lambda: f"in clusters of {span(condition)} schools (a school alone counts as one)",
        "cluster.schools": lambda: f"in clusters of {span(condition)} schools",
        "cluster.strength": lambda: f"in clusters whose strength, from 0 to 1, is {span(condition)}",
    }  # fmt: skip
    if column.name in phrases:
        return phrases[column.name]()
    return f"with {column.meaning} of {span(condition, unit=column.unit)}"


def published(row: Row) -> str:
    """A row of evidence as a sentence: the figure, what it is, compared with whom, and where it was read."""
    title = row.source_title if len(row.source_title) <= 90 else f"{row.source_title[:87].rstrip()}…"
    if row.is_claim:
        cause = row.quantity.split(": ", maxsplit=1)[-1]
        way = {1: "more", -1: "less", 0: "no change in"}[int(row.number)]
        return f"Claimed, not measured: {way} {row.outcome.replace('_', ' ')} through {cause} ({title})."
    unit = WORDS["units"].get(row.unit, f" {row.unit.replace('_', ' ')}")
    figure = "no effect found" if row.no_effect_found else f"{row.value}{unit}"
    against = "" if row.comparison_group in ("", "none") else f", against {row.comparison_group}"
    says_when = "year" in row.quantity or not _is_number(row.lag_years) or row.lag_years == "0"
    later = "" if says_when else f", after {count(float(row.lag_years), 'year')}"
    return f"{'Published' if row.verified else 'Not read in a source'}: {figure}, {row.quantity}{against}{later} ({title})."


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
