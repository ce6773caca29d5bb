"""What a single value may say, by what is due in its place. Each function notes a problem and returns None on failure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from decimal import Decimal

from scenarios.problems import echo
from scenarios.strict.fields import listed, wrong_kind
from scenarios.strict.nodes import Node, Scalar
from scenarios.strict.suggest import did_you_mean
from simulation.declaring import a_unit

FIRST_YEAR, LAST_YEAR = 1990, 2100

_NUMBER = re.compile(r"[+-]?(?:(?:0|[1-9]\d*)(?:\.\d+)?|\.\d+)(?:[eE][+-]?\d{1,4})?\Z", re.ASCII)
_PERCENT = re.compile(r"([+-]?(?:(?:0|[1-9]\d*)(?:\.\d+)?|\.\d+))%\Z", re.ASCII)
_POUNDS = re.compile(r"£((?:0|[1-9]\d{0,2}(?:,\d{3})+|[1-9]\d*)(?:\.\d{1,2})?)\Z", re.ASCII)
_WHOLE = re.compile(r"(?:0|-?[1-9]\d*)\Z", re.ASCII)
_SCHOOL_YEAR = re.compile(r"(\d{4})/(\d{2})\Z", re.ASCII)
_EARLY = re.compile(r"\b(?:jan|feb|mar|apr|may|june?\b|july?\b|aug|spring|summer)")
"""Months and terms that belong to the school year that began in the calendar year before."""
FIRST_MONTH = 9
"""In which a school year begins."""
_BLANK = frozenset("\u115f\u1160\u2800\u3164\uffa0")
"""Letters and symbols that are blank all the same: fillers of Hangul, and the pattern of Braille without a dot."""
_MOST_DIGITS = 40
"""Characters that a number may have; more say nothing that a double can hold."""

PERCENT_UNITS = {"probability", "share", "growth per year", "ratio"}
"""Units for which 86% may be written for 0.86."""


def scalar(node: Node, what: str) -> Scalar | None:
    """A single value that is not empty."""
    if not isinstance(node, Scalar):
        wrong_kind(node, f"{what} must be a single value")
        return None
    if node.empty:
        node.place.wrong("E0304", f"{what} has no value", "write one, or take the key out")
        return None
    return node


def unquoted(node: Node, what: str, kind: str) -> Scalar | None:
    """A single value without quotes; quotes make text."""
    found = scalar(node, what)
    if found is not None and found.quoted:
        found.place.wrong(
            "E0401" if kind == "a number" else "E0406",
            f"{what} must be {kind}, got text in quotes",
            "take the quotes off",
        )
        return None
    return found


def number(node: Node, unit: str, low: float, high: float, what: str = "this") -> float | None:
    """A finite number in ``unit`` from ``low`` to ``high``: ``0.86``, ``1e-2``, ``86%`` of a share, ``£32,000`` of GBP."""
    found = unquoted(node, what, "a number")
    if found is None:
        return None
    value = _value(found.text, unit)
    due = f"{what} must be {a_unit(unit, low, high)}"
    if value is None:
        found.place.wrong("E0401", f"{due}, got {echo(found.text)}", number_hint(found.text, unit))
        return None
    result = float(value) + 0.0  # -0.0 and 0.0 are one number
    if not low <= result <= high:
        found.place.wrong("E0402", f"{due}, got {echo(found.text)}", _bounds_hint(result, found.text, unit, high))
        return None
    return result


def is_number(text: str) -> bool:
    """Whether text is a number as files write it, without sign of per cent or of money."""
    return _NUMBER.match(text) is not None


def _value(text: str, unit: str) -> Decimal | None:
    """The number that ``text`` says in ``unit``, or None."""
    if len(text) > _MOST_DIGITS:
        return None
    if _NUMBER.match(text):
        return Decimal(text)
    percent = _PERCENT.match(text) if unit in PERCENT_UNITS else None
    if percent:
        return Decimal(percent[1]) / 100
    pounds = _POUNDS.match(text) if unit == "GBP" else None
    return Decimal(pounds[1].replace(",", "")) if pounds else None


def number_hint(text: str, unit: str) -> str:
    """What the author of something that is not a number may have meant."""
    bare = text.strip()
    if bare.lower().lstrip("+-.") in {"nan", "inf", "infinity", "na", "n/a"}:
        return "a value must be a finite number"
    tidy = re.sub(r"[\s_]", "", bare)
    if guess := _in_other_signs(bare, tidy, unit):
        return guess
    if bare.endswith("%"):
        if unit not in PERCENT_UNITS:
            return f"a percentage does not say a number of {unit}"
        return f"did you mean {tidy}?" if _PERCENT.match(tidy) else "a percentage is written like 86%"
    meant = _meant(bare, tidy, unit)
    return meant or "a number is written like 0.86, 1e-2" + (" or 86%" if unit in PERCENT_UNITS else "")


_AS_PERCENT = re.compile(r"([+-]?[\d.]+)(?:percent|pct|pc)\Z", re.ASCII | re.IGNORECASE)
_AS_POINTS = re.compile(r"\+?(-?[\d.]+)%?(?:pp|ppts?|pts?|(?:percentage)?points?)\Z", re.ASCII | re.IGNORECASE)
_DECIMAL_COMMA = re.compile(r"[+-]?(?:0,\d+|\d+,\d{1,2})%?\Z", re.ASCII)
_MULTIPLE = re.compile(r"£?(\d+(?:\.\d+)?)([km])\Z", re.ASCII | re.IGNORECASE)


def _in_other_signs(bare: str, tidy: str, unit: str) -> str | None:
    """A guess at a number in signs of another keyboard, with a decimal comma, or with per cent and points in words."""
    if len(bare) > _MOST_DIGITS:
        return None
    plain = unicodedata.normalize("NFKC", tidy).replace("\u2212", "-").replace("\u2013", "-")
    if _DECIMAL_COMMA.match(plain):
        plain = plain.replace(",", ".")
    if percent := _AS_PERCENT.match(plain):
        plain = f"{percent[1]}%"
    if (points := _AS_POINTS.match(plain)) and unit in PERCENT_UNITS and _NUMBER.match(points[1]):
        return f"to add points to a share, write {{add: {points[1]}%}}"
    return f"did you mean {plain}?" if plain != tidy and _value(plain, unit) is not None else None


def _meant(bare: str, tidy: str, unit: str) -> str | None:
    """A guess at a number with the wrong sign of money, separators, leading zeros or a unit in words."""
    plain = tidy.replace(",", "").lstrip("£")
    thousands = _MULTIPLE.match(tidy)
    with_unit = re.match(r"([+-]?\d+(?:\.\d+)?) *[a-zA-Z]", bare)
    if len(bare) > _MOST_DIGITS:
        return None
    if thousands:
        value = Decimal(thousands[1]) * (1000 if thousands[2].lower() == "k" else 1_000_000)
        return f"did you mean £{value:,.0f}?" if unit == "GBP" else f"did you mean {value:f}?"
    if tidy.startswith("£") and unit != "GBP":
        return f"the unit here is {unit}, not GBP"
    if re.match(r"-?0\d+(\.\d+)?\Z", plain):
        return f"take the leading zeros off: {plain.lstrip('-0') or '0'}?"
    if _NUMBER.match(plain):
        return f"did you mean {plain}{f' or £{Decimal(plain):,f}' if unit == 'GBP' else ''}?"
    return f"write the number alone: {with_unit[1]}; the unit here is {unit}" if with_unit else None


def _bounds_hint(value: float, text: str, unit: str, high: float) -> str | None:
    if unit in {"probability", "share"} and 1 < value <= 100 and high <= 1:
        if text.endswith("%"):
            return None
        return f"did you mean {Decimal(text) / 100:f} or {text}%?"
    if unit == "growth per year" and 1 <= abs(value) <= 50:
        return f"did you mean {text}%?" if not text.endswith("%") else None
    if unit == "GBP" and value > high:
        return "amounts are in pounds, not pence"
    return None


def whole(node: Node, low: int, high: int, what: str = "this") -> int | None:
    """A whole number from ``low`` to ``high``."""
    found = unquoted(node, what, "a number")
    if found is None:
        return None
    due = f"{what} must be a whole number ({low:,} to {high:,})"
    if len(found.text) > _MOST_DIGITS or not _WHOLE.match(found.text):
        exact = re.match(r"([+-]?\d{1,15})\.0*\Z", found.text)
        hint = f"did you mean {int(exact[1])}?" if exact else "write digits alone, such as 15"
        if re.match(r"-?0\d+\Z", found.text):
            hint = "take the leading zeros off"
        elif re.match(r"\d[\d_, ]*\d\Z", found.text):
            hint = f"did you mean {re.sub('[_, ]', '', found.text)[:_MOST_DIGITS]}?"
        found.place.wrong("E0403", f"{due}, got {echo(found.text)}", hint)
        return None
    value = int(found.text)
    if not low <= value <= high:
        found.place.wrong("E0402", f"{due}, got {echo(found.text)}")
        return None
    return value


def boolean(node: Node, what: str = "this") -> bool | None:
    """``true`` or ``false``, in small letters and without quotes."""
    found = scalar(node, what)
    if found is None:
        return None
    if found.quoted or found.text not in {"true", "false"}:
        meant = {"yes": "true", "on": "true", "1": "true", "no": "false", "off": "false", "0": "false"}
        word = meant.get(found.text.lower(), found.text.lower())
        hint = f"did you mean {word}?" if word in {"true", "false"} else None
        found.place.wrong(
            "E0404", f"{what} must be true or false, got {'text in quotes' if found.quoted else echo(found.text)}", hint
        )
        return None
    return found.text == "true"


def school_year(node: Node, what: str = "this") -> int | None:
    """A school year such as 2027/28, as the calendar year in which it starts."""
    found = unquoted(node, what, "a school year")
    if found is None:
        return None
    match = _SCHOOL_YEAR.match(found.text)
    if match and int(match[2]) == (int(match[1]) + 1) % 100 and FIRST_YEAR <= int(match[1]) <= LAST_YEAR:
        return int(match[1])
    first = _first_meant(found.text.lower())
    hint = "a school year is written like 2027/28" if first is None else f"did you mean {_as_written(first)}?"
    due = f"{what} must be a school year from {FIRST_YEAR}/91 to {LAST_YEAR}/01"
    found.place.wrong("E0405", f"{due}, got {echo(found.text)}", hint)
    return None


def _as_written(first: int) -> str:
    return f"{first}/{(first + 1) % 100:02d}"


def _first_meant(text: str) -> int | None:
    """The calendar year in which the school year starts that somebody may mean; up to August it is the one before."""
    short = re.search(r"(?<![\d/])(\d\d)\s*[/–-]\s*(\d\d)(?![\d/])", text)
    if short and int(short[2]) == int(short[1]) + 1 and not re.search(r"\d{3}", text):
        return 2000 + int(short[1])
    year = re.search(r"(?<!\d)((?:19|20)\d\d)(?!\d)|\b((?:19|20)\d\d)\d\d\b", text)
    if year is None:
        return None
    first = int(year[1] or year[2])
    pair = re.match(r"\W*(?:to\W*)?(\d{1,4})\b", text[year.end() :])
    if pair and pair[1] in (str(first + 1), str(first + 1)[2:], str(first + 1)[3:]):
        return first
    month = re.search(r"\d-(\d\d)\b|\b\d{1,2}[/.](\d{1,2})[/.]\d{4}", text)  # 2028-01-15, 15/01/2028
    early = int(month[1] or month[2]) < FIRST_MONTH if month else _EARLY.search(text)
    return first - 1 if early else first


def choice(node: Node, allowed: Iterable[str], what: str = "this") -> str | None:
    """One of the words allowed."""
    found = scalar(node, what)
    if found is None:
        return None
    words = tuple(allowed)
    if found.text in words:
        return found.text
    hint = did_you_mean(found.text, words)
    found.place.wrong("E0406", f"{what} must be one of {listed(words)}; got {echo(found.text)}", hint)
    return None


def shows(words: str) -> bool:
    """Whether there is anything to see in ``words``: a letter, digit or mark that has ink of its own."""
    return any(unicodedata.category(character)[0] in "LNPS" and character not in _BLANK for character in words)


def text(node: Node, most: int = 200, what: str = "this") -> str | None:
    """Text on one line or several, of at most ``most`` characters, exactly as written; ``NO`` is the text NO."""
    found = scalar(node, what)
    if found is None:
        return None
    words = found.text.strip()
    if not words:
        problem = "is empty"
    elif not shows(words):
        problem = f"shows nothing: {ascii(words)[:60]}"
    else:
        problem = f"is {len(words):,} characters long; the most is {most:,}" if len(words) > most else ""
    if problem:
        found.place.wrong("E0407", f"{what} {problem}")
        return None
    return words
