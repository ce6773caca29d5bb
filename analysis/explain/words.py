"""Headed text, and numbers, conditions and sources in words."""

from __future__ import annotations

import math
import re
import textwrap
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from analysis.figures.naming import AXES, spoken
from analysis.figures.rounding import joined, percent, plain, pounds
from analysis.figures.templates import templates
from analysis.figures.words import ROLES, WORDS, a, capital, count, listed, one_of, role_words, said, the
from analysis.telling import room
from scenarios.evidence import Citation, Row
from scenarios.programme_files.known import Figure
from simulation.processes.eligibility import COLUMNS, NO_ROLE, codes_of, column_of
from simulation.programmes.programme import Condition, Unit
from simulation.structure import ENGLAND
from simulation.vocabulary import school_year

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


@dataclass(frozen=True, repr=False)
class Explanation:
    """A programme or a scenario in plain English; ``print`` gives it as text."""

    title: str
    sections: Sequence[Section]

    def __repr__(self) -> str:
        return f"<Explanation of {self.title}>"

    def __str__(self) -> str:
        """The title and all sections that have a body, wrapped to the width of the terminal, or to 80 where there is none."""
        width = max(40, min(room(80), MOST_WIDTH))
        lines = [*textwrap.wrap(self.title, width), "=" * min(len(self.title), width)]
        for section in self.sections:
            if section.body:
                lines += ["", section.heading] if section.heading else [""]
                for block in section.body:
                    lines += _block(block, width)
        return "\n".join(lines)

    def plain(self) -> dict[str, Any]:
        """The title and all sections that have a body, for JSON: a block is its text and what stands below it."""
        shown = [section for section in self.sections if section.body]
        return {
            "title": self.title,
            "sections": [{"heading": s.heading, "body": [_plain(b) for b in s.body]} for s in shown],
        }


def _plain(block: str | Item) -> dict[str, Any]:
    return {"text": block, "below": []} if isinstance(block, str) else {"text": block.text, "below": list(block.below)}


def written(template: str, **known: Any) -> list[Section]:
    """The sections that a template of this folder writes of what is ``known``.

    The first sign of a line says what it is: ``#`` a heading, ``=`` a paragraph, ``-`` a point, ``+`` a line below it;
    any other line goes on with the one above. What is filled in stays on its line.
    """
    filters = (percent, plain, pounds, count, listed, capital, a, school_year, figure, published)
    made = templates(Path(__file__).parent, *filters, escaped=False).get_template(template)
    text = made.render(plain=plain, percent=percent, pounds=pounds, column=column_of, **known)
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


def _block(block: str | Item, width: int) -> list[str]:
    if isinstance(block, str):
        return _wrap(block, width, "  ", "  ")
    lines = _wrap(block.text, width, "  - ", "    ")
    for line in block.below:
        lines += _wrap(line, width, "      ", "        ")
    return lines


def _wrap(text: str, width: int, first: str, rest: str) -> list[str]:
    return textwrap.wrap(
        text, width, initial_indent=first, subsequent_indent=rest, break_long_words=False, break_on_hyphens=False
    )


def roles(named: Iterable[int | str]) -> list[str]:
    """Roles in the plural."""
    return [role_words(role) for role in _labels("role", named)]


def _labels(column: str, named: Iterable[int | str]) -> list[str]:
    """What a condition or an effect names, as files do; codes are those of the context at hand."""
    axis = column.removeprefix("school.")
    known = spoken().along(axis) if axis in AXES else codes_of(ENGLAND)[column]
    return [known[one] if isinstance(one, int) else one for one in named]


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
    if unit is Unit.SCHOOL and len(conditions) == 1 and conditions[0].ranked:
        return _ranked(conditions[0]).removeprefix("in ")
    noun = {Unit.PERSON: "anybody in service", Unit.SCHOOL: "schools", Unit.CLUSTER: "clusters of schools"}[unit]
    rest = []
    for condition in sorted(conditions, key=lambda c: [*COLUMNS, c.column].index(c.column)):
        match condition.column, unit, condition.none_of:
            case "role", Unit.PERSON, True:
                noun = f"anybody in service but {_named(condition)}"
            case "role", Unit.PERSON, False:
                noun = _named(condition)
            case "school.phase", Unit.SCHOOL, False:
                noun = f"{_named(condition)} schools"
            case "cluster.kind", Unit.CLUSTER, False:
                noun = _named(condition, "s")
            case _:
                rest.append(_ranked(condition) if condition.ranked else _condition(condition, unit))
    return ", ".join([noun, *rest])


def where(place: Sequence[Condition]) -> str:
    """The schools in which a value holds, as a phrase: ``in primary schools``, ``in the 20% of schools with …``."""
    told = who(place, Unit.SCHOOL)
    return told.removeprefix("schools, ") if told.startswith("schools, in ") else f"in {told}"


def _ranked(condition: Condition) -> str:
    column, top = column_of(condition.column), condition.most == 1
    share, end = (1 - condition.least, "highest") if top else (condition.most, "lowest")
    whose = "schools" if column.of is Unit.SCHOOL else "clusters"
    what = f"{column.unit} of {column.meaning}" if column.unit == "share" else column.meaning
    return f"in the {percent(share)} of {whose} with the {end} {what}"


def _named(condition: Condition, end: str = "") -> str:
    """What a condition names, with ``end`` behind each: ``primary or secondary``."""
    named = condition.any_of or ()
    if condition.column not in codes_of(ENGLAND):
        return listed((the(str(one)) if condition.column == "school.region" else str(one) for one in named), "or")
    if condition.column == "role":
        return listed(roles(named), "or")
    names, plural = _labels(condition.column, named), {**ROLES, **WORDS["school_kinds"]}
    return listed(
        (plural.get(name) or said(condition.column.removeprefix("school."), name) + end for name in names), "or"
    )


def _authorities(codes: Sequence[int | str]) -> str:
    """Local authorities by name, or by number where not all of them have one."""
    names = [spoken().words("local_authority", str(code)) for code in codes]
    many = "authority" if len(codes) == 1 else "authorities"
    if None in names:
        return f"local {many} {listed(map(str, codes), 'or')}"
    return f"the local {many} of {listed((name for name in names if name), 'or')}"


def _condition(condition: Condition, unit: Unit) -> str:
    column, is_not = column_of(condition.column), "not " if condition.none_of else ""
    told = {
        "not": is_not, "at": " at the school" if unit is Unit.PERSON else "",
        "in_clusters": "" if unit is Unit.CLUSTER else "in clusters ",
    }  # fmt: skip
    if condition.any_of is not None:
        if column.name == "acting_role":
            return _acting(condition.any_of, condition.none_of)
        phrase = WORDS["conditions"]["named"].get(column.name, f"{{not}}with {column.meaning} {{named}}")
        return phrase.format(**told, named=_named(condition), authority=_authorities(condition.any_of))
    if column.name == "years_as_head" and condition.most < 0:
        return f"who have never been {one_of('head')}"
    if phrase := WORDS["conditions"]["ranged"].get(column.name):
        share = replace(condition, least=condition.least * 100, most=condition.most * 100)
        told |= {"span": span(condition), "percent": span(condition, "{}%"), "share": span(share, "{}%")}
        return phrase.format(**told, years=years(condition), a_head=one_of("head"))
    if column.unit == "standard deviations":
        own = "whose school's" if column.of is Unit.SCHOOL and unit is Unit.PERSON else "whose"
        return f"{own} {column.meaning} is {level(condition)}"
    unit_words = "" if column.unit == "own" else column.unit
    return f"with {column.meaning} of {span(condition, unit=unit_words)}"


def _acting(named: tuple[int | str, ...], none_of: bool) -> str:
    acting = roles(one for one in named if one not in (NO_ROLE, -1))
    if not acting:
        return "who act in a higher post" if none_of else "who do not act in a higher post"
    return f"who {'do not act' if none_of else 'act'} as {listed(acting, 'or')}"


def published(row: Row | Citation) -> str:
    """A row of evidence as a sentence: the figure, what it is, compared with whom, and where it was read.

    Or a publication that a file cites by itself: what it found, as the file says it, and where it can be read.
    """
    if isinstance(row, Citation):
        says = f"{row.says.rstrip('.')} " if row.says else ""
        return f"Cited by the file: {says}({cited(row)})." if says else f"Cited by the file: {cited(row)}."
    title = row.source_title if len(row.source_title) <= 90 else f"{row.source_title[:87].rstrip()}…"
    if row.is_claim:
        cause = row.quantity.split(": ", maxsplit=1)[-1]
        way = {1: "more", -1: "less", 0: "no change in"}[int(row.number)]
        return f"Claimed, not measured: {way} {row.outcome.replace('_', ' ')} through {cause} ({title})."
    unit = WORDS["units"].get(row.unit, f" {row.unit.replace('_', ' ')}")
    figure = "no effect found" if row.no_effect_found else f"{_parted(row)}{unit}"
    against = "" if row.comparison_group in ("", "none") else f", against {row.comparison_group}"
    says_when = "year" in row.quantity or not _is_number(row.lag_years) or row.lag_years == "0"
    later = "" if says_when else f", after {count(float(row.lag_years), 'year')}"
    return f"{'Published' if row.verified else 'Not read in a source'}: {figure}, {row.quantity}{against}{later} ({title})."


def _parted(row: Row) -> str:
    """A figure as it was read, its thousands parted: ``4,505,330``; a year, and what is no number, as it stands."""
    whole, point, rest = row.value.partition(".")
    parted = re.fullmatch(r"-?\d{4,}", whole) and "year" not in (row.unit, row.outcome)
    return f"{int(whole):,}{point}{rest}" if parted else row.value


def cited(citation: Citation) -> str:
    """A publication by its title, year and address."""
    return ", ".join([f"{citation.title}, {citation.year}", *([citation.address] if citation.address else [])])


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def over_years(figure: Mapping[str, Any], say: Callable[[Any], str]) -> Any:
    """The value of a figure; if it has dates, the values of all years in words: ``0.45 to 2026/27, then 0.48``."""
    if "until" not in figure:
        return figure["value"]
    return f"{', '.join(f'{say(before)} to {last}' for last, before in figure['until'].items())}, then {say(figure['value'])}"
