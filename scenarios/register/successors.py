"""Finds the school that took over from one that has closed, and gives it the pupils that were counted there.

Most schools that close do not end: they become academies, or merge with a neighbour, and are open under another URN. A
census of a day before has the pupils under the old one.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from datetime import date

from scenarios.register.gather import Gathered, School
from scenarios.register.words import Status, plain, status

MOST_DAYS = 366
"""Days after a closing within which a school that opens at the same place is taken for its successor."""
TAKEN_OVER = "closed, and counted under the number of the school that took over"
CLOSED = "closed since their pupils were counted, and no open school took over"
CLOSED_BEFORE = "closed before the newest count of pupils"
_DATES = ((r"(\d{4})-(\d\d)-(\d\d)", (1, 2, 3)), (r"(\d\d?)[/-](\d\d?)[/-](\d{4})", (3, 2, 1)))


def follow_successors(found: Gathered) -> list[str]:
    """Leave out closed schools, their pupils given to the open school that took over; say how many went which way.

    A successor is, in this order: the one that a file of links names, over several steps if need be; the open school
    under the same number of authority and establishment; the school that opened at the same postcode within a year;
    the open school of the same phase and first word of name at the same postcode, which the closed one has joined.
    """
    schools = found.schools
    closed = [s for s in schools.values() if s.out is None and not is_open(s)]
    ways = (
        ("named by a file of links", _by_links(found)),
        ("open under the same number", _by_number(schools)),
        ("opened at the same postcode within a year", _by_opening(schools)),
        ("of one name at the same postcode", _by_place(schools)),
    )
    counts: Counter[str] = Counter()
    pupils: Counter[str] = Counter()
    newest = _newest(schools.values())
    for school in closed:
        if not school.counted or school.pupils is None:
            school.out = CLOSED_BEFORE
            continue
        now = day(school.counted_in[1]) in (None, newest.get(school.counted_in[0]))
        school.out = CLOSED if now else CLOSED_BEFORE
        said, heir = next(((said, h) for said, way in ways if (h := way(school)) is not None), ("", None))
        if heir is not None and (now or heir.pupils is None):
            school.out = TAKEN_OVER
            counts[said] += 1
            pupils[said] += round(school.pupils)
            _hand_over(school, heir)
        elif not now:
            school.pupils = None  # of a count long past: they are counted elsewhere since
    return [
        f"Closed schools whose pupils are counted in their successor, {said}: {counts[said]:,}, with {pupils[said]:,} pupils."
        for said, _ in ways
        if counts[said]
    ]


def _newest(schools: Iterable[School]) -> dict[str, date]:
    """The newest day on which pupils were counted, by file that says so: lists keep the last count of what has closed."""
    result: dict[str, date] = {}
    for school in schools:
        file, text = school.counted_in
        if counted := day(text):
            result[file] = max(counted, result.get(file, counted))
    return result


def is_open(school: School) -> bool:
    """Whether a school is open; one of which no file says so is."""
    return status(school.texts.get("status", ""), school.country) is Status.OPEN


def _hand_over(school: School, heir: School) -> None:
    """Give the pupils of ``school`` to ``heir``; both count if they were counted on one day, or else the heir's count."""
    school.texts["successor"] = heir.id
    for name in ("sector", "authority", "postcode"):
        if name in school.texts:
            heir.texts.setdefault(name, school.texts[name])
    for name, text in school.own.items():
        heir.own.setdefault(name, text)
    if heir.pupils is None or school.counted_in == heir.counted_in:
        before, more = heir.pupils or 0.0, school.pupils or 0.0
        if heir.percent is None:
            heir.percent = school.percent
        elif school.percent is not None and before:
            heir.percent = round((before * heir.percent + more * school.percent) / (before + more), 1)
        heir.pupils, heir.counted_in, heir.counted = before + more, school.counted_in, True
    school.pupils = None


Way = Callable[[School], School | None]


def _by_links(found: Gathered) -> Way:
    after: dict[str, list[str]] = defaultdict(list)
    for before, later in sorted(set(found.links)):
        after[before].append(later)

    def successor(school: School) -> School | None:
        seen, row = {school.id}, [school.id]
        while row:
            row = [later for key in row for later in after[key] if later not in seen and later in found.schools]
            seen.update(row)
            for key in row:
                if found.schools[key].out is None and is_open(found.schools[key]):
                    return found.schools[key]
        return None

    return successor


def number(school: School) -> str:
    """The number of a school's authority and of the school in it; empty if it has none."""
    texts = school.texts
    if digits := re.sub(r"\D", "", texts.get("number", "").removesuffix(".0")):
        return digits
    if texts.get("establishment") and texts.get("authority"):
        return f"{texts['authority']}{texts['establishment'].removesuffix('.0').zfill(4)}"
    return ""


def _by_number(schools: dict[str, School]) -> Way:
    there: dict[str, list[School]] = defaultdict(list)
    for school in schools.values():
        if school.out is None and is_open(school) and (its := number(school)):
            there[its].append(school)

    def successor(school: School) -> School | None:
        same = there.get(number(school), [])
        return same[0] if len(same) == 1 else None

    return successor


def _open_at(schools: dict[str, School]) -> dict[str, list[School]]:
    there: dict[str, list[School]] = defaultdict(list)
    for school in schools.values():
        if school.out is None and is_open(school) and (place := plain(school.texts.get("postcode", ""))):
            there[place].append(school)
    return there


def _by_opening(schools: dict[str, School]) -> Way:
    there = _open_at(schools)

    def successor(school: School) -> School | None:
        ended = day(school.texts.get("closed", ""))
        new = [
            other
            for other in there.get(plain(school.texts.get("postcode", "")), [])
            if ended and (began := day(other.texts.get("opened", ""))) and 0 <= (began - ended).days <= MOST_DAYS
        ]
        named = [other for other in new if _first_word(other) == _first_word(school)]
        chosen = new if len(new) == 1 else named
        return chosen[0] if len(chosen) == 1 else None

    return successor


def _by_place(schools: dict[str, School]) -> Way:
    there = _open_at(schools)

    def successor(school: School) -> School | None:
        here = [
            other
            for other in there.get(plain(school.texts.get("postcode", "")), [])
            if _first_word(other) == _first_word(school) and other.texts.get("sector") == school.texts.get("sector")
        ]
        return here[0] if len(here) == 1 else None

    return successor


def _first_word(school: School) -> str:
    """The first word of a name, with the second where the first is a saint's or an article."""
    words = plain(school.texts.get("name", "")).split()
    return " ".join(words[:2] if words[:1] in (["st"], ["the"], ["saint"]) else words[:1])


def day(text: str) -> date | None:
    """The date in a cell: 2019-08-31, 31/08/2019 or 31-08-2019, with or without a time; None if there is none."""
    for pattern, (year, month, of_month) in _DATES:
        if match := re.match(pattern, text):
            try:
                return date(int(match.group(year)), int(match.group(month)), int(match.group(of_month)))
            except ValueError:
                return None
    return None
