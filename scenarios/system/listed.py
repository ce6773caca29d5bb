"""Events of schools that a scenario lists: read from its file or from a CSV beside it, and told apart once the register is known."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from scenarios.places import Found, locate_file
from scenarios.problems import InputError, Problem, echo
from scenarios.register.csv_text import Problems, read_csv_text
from scenarios.strict import Node, Scalar, choice, fields, school_year, text, whole
from scenarios.strict.nodes import Sequence
from scenarios.system.trajectories import NEW_KEY
from simulation.changes import LARGEST_KEY, Change, Event, faults
from simulation.register import Register
from simulation.vocabulary import ClusterKind, SchoolKind, label
from simulation.vocabulary import school_year as written

EVENTS = {label(event): event for event in Event}
MOST_PUPILS = 100_000
NEEDS_OTHER = {
    Event.JOINS_TRUST: "the trust's name, or the URN of a school in it",
    Event.MERGES_INTO: "the URN of the school into which it merges",
}
_YEAR = re.compile(r"(\d{4})/(\d{2})\Z", re.ASCII)


@dataclass(frozen=True)
class Listed:
    """One event as it was written."""

    file: str
    line: int | None
    year: int
    """School year at whose start it happens, by the calendar year in which that starts."""
    event: Event
    school: int
    other: str = ""
    """Trust that is joined, or school; of a new school, one beside which it opens. Empty for none."""
    pupils: int | None = None
    """Of a new school."""

    def problem(self, message: str, hint: str | None = None) -> Problem:
        """What is wrong with the event, where it was written."""
        return Problem(self.file, self.line, None, "E0419", message, hint=hint)


def in_words(listed: Iterable[Listed]) -> dict[str, str]:
    """What happens, by school and year: plain values, for results and digests."""
    found: dict[str, str] = {}
    for one in listed:
        pupils = f"with {one.pupils} pupils" if one.pupils else ""
        what = " ".join(filter(None, (label(one.event), one.other, pupils)))
        at = f"school {one.school} in {written(one.year)}"
        found[at] = f"{found[at]}; {what}" if at in found else what
    return found


def read_listed(node: Node, found: Found) -> tuple[Listed, ...]:
    """``changes:`` of a scenario: a list, or the name of a CSV file; problems are noted in the file's source."""
    if isinstance(node, Sequence):
        read = (_read_one(item) for item in node.items)
        return tuple(one for one in read if one is not None)
    if not isinstance(node, Scalar) or node.empty or not node.text.endswith(".csv"):
        node.place.wrong(
            "E0301",
            "changes must be a list of events, or the name of a CSV file beside this one",
            "such as changes: events.csv",
        )
        return ()
    path = locate_file(node, found, (".csv",))
    if path is None:
        return ()
    try:
        return _read_table(path, str(Path(found.file).parent / node.text))
    except InputError as error:
        node.place.source.problems.extend(error.problems)
        return ()


def _read_one(node: Node) -> Listed | None:
    parts = fields(node, "an event", ("year", "school", "event"), ("other", "pupils"))
    if len({"year", "school", "event"} & set(parts)) < 3:
        return None
    year, school = school_year(parts["year"], "year"), whole(parts["school"], 1, LARGEST_KEY, "school")
    event = choice(parts["event"], EVENTS, "event")
    other = text(parts["other"], 200, "other") if "other" in parts else ""
    pupils = whole(parts["pupils"], 1, MOST_PUPILS, "pupils") if "pupils" in parts else None
    if year is None or school is None or event is None or other is None:
        return None
    found = Listed(node.place.source.file, node.place.line, year, EVENTS[event], school, other, pupils)
    lacks = _lacks(found)
    if lacks:
        node.place.wrong("E0419", *lacks)
    return None if lacks else found


def _lacks(one: Listed) -> tuple[str, str] | None:
    """What an event needs and does not say, and what to write."""
    if one.event in NEEDS_OTHER and not one.other:
        return (
            f"school {one.school} {label(one.event).replace('_', ' ')}: which is not said",
            f"other: {NEEDS_OTHER[one.event]}",
        )
    return None


def _read_table(path: Path, file: str) -> tuple[Listed, ...]:
    problems = Problems(file)
    table = read_csv_text(path, ["school", "year", "event"], ["other", "pupils"], problems=problems)
    found = []
    for i, line in enumerate(table.lines):
        cell = {name: column[i].strip() for name, column in table.columns.items()}
        year = _YEAR.match(cell["year"])
        good = year and int(year[2]) == (int(year[1]) + 1) % 100
        for name, right, due in (
            ("year", good, "a school year such as 2027/28"),
            ("school", cell["school"].isascii() and cell["school"].isdigit(), "the URN of a school"),
            ("event", cell["event"] in EVENTS, f"one of {', '.join(EVENTS)}"),
            ("pupils", not cell.get("pupils") or cell["pupils"].isdigit(), "a whole number, or nothing"),
        ):
            if not right:
                problems.add("E0205", line, f"column {name}: expected {due}, got '{echo(cell.get(name, ''))}'")
        if (problems.found and problems.found[-1].line == line) or year is None:
            continue
        pupils = int(cell["pupils"]) if cell.get("pupils") else None
        one = Listed(
            file, line, int(year[1]), EVENTS[cell["event"]], int(cell["school"]), cell.get("other", ""), pupils
        )
        if lacks := _lacks(one):
            problems.add("E0419", line, *lacks)
        found.append(one)
    problems.check()
    return tuple(sorted(found, key=lambda one: one.year))


def settled(
    listed: Iterable[Listed], register: Register, whole_system: bool, base_year: int
) -> tuple[Register, tuple[Change, ...]]:
    """The register with the schools that open, and the events as the model takes them.

    Of a sample, events of schools that are not in it are left out. Raise :exc:`~scenarios.problems.InputError` with every
    event that cannot happen.
    """
    listed = tuple(listed)
    if not listed:
        return register, ()
    problems: list[Problem] = []
    register = _with_new_schools(register, listed, whole_system, problems)
    there, trusts = set(register.urn.tolist()), _Trusts(register)
    made: dict[Change, Listed] = {}
    for one in sorted(listed, key=lambda one: one.year):
        if one.school in there:
            other = _other(one, register, trusts, whole_system, problems)
            if other is not None:
                made[Change(one.year, one.event, one.school, other)] = one
        elif whole_system:
            problems.append(one.problem(f"the register has no school with URN {one.school}"))
    problems += [made[change].problem(fault) for change, fault in faults(register, made, base_year)]
    if problems:
        raise InputError(problems)
    return register, tuple(made)


def _number(word: str) -> int | None:
    return int(word) if word.isascii() and word.isdigit() else None


def _other(one: Listed, register: Register, trusts: _Trusts, whole_system: bool, problems: list[Problem]) -> int | None:
    if one.event is Event.JOINS_TRUST:
        key = trusts.key(one)
        if isinstance(key, str):
            problems.append(one.problem(key))
            return None
        return key
    if one.event is not Event.MERGES_INTO:
        return 0
    number = _number(one.other)
    if number is not None and (whole_system or number in register.urn):
        return number
    if number is None:
        problems.append(one.problem(f"school {one.school} merges into '{echo(one.other)}', which is no URN"))
    return None


class _Trusts:
    """Trusts by what people call them; a name that the register does not have is a new trust's."""

    def __init__(self, register: Register) -> None:
        kinds, keys = register.cluster_kind.tolist(), register.cluster_key.tolist()
        self.named: dict[str, list[int]] = {}
        for name, key, kind in zip(register.cluster_name, keys, kinds, strict=True):
            if kind == ClusterKind.TRUST:
                self.named.setdefault(name, []).append(key)
        rows: Mapping[int, int] = dict(zip(register.urn.tolist(), register.cluster.tolist(), strict=True))
        self.of_school = {urn: keys[row] for urn, row in rows.items() if row >= 0 and kinds[row] == ClusterKind.TRUST}
        self.taken = set(keys)

    def key(self, one: Listed) -> int | str:
        """The key of the trust that a school joins; or what is wrong."""
        number = _number(one.other)
        if number is not None:
            return self.of_school.get(
                number, f"no trust has a school with URN {number}: give its name, or the URN of a school that is in it"
            )
        keys = self.named.setdefault(one.other, [])
        if not keys:
            key = one.school % NEW_KEY + NEW_KEY
            while key in self.taken:
                key = key % LARGEST_KEY + 1
            self.taken.add(key)
            keys.append(key)
        if len(keys) > 1:
            return f"{len(keys)} trusts are called {echo(one.other)}: give the URN of a school in the one that is meant"
        return keys[0]


def _with_new_schools(
    register: Register, listed: tuple[Listed, ...], whole_system: bool, problems: list[Problem]
) -> Register:
    """The register with schools that open and are not in it yet: each like the one beside which it opens, an academy in no cluster."""
    row = {urn: i for i, urn in enumerate(register.urn.tolist())}
    new: list[tuple[Listed, int]] = []
    for one in listed:
        if one.event is not Event.OPENS or one.school in row:
            continue
        beside = row.get(_number(one.other) or 0)
        if one.pupils is None or not one.other:
            problems.append(
                one.problem(
                    f"school {one.school} opens and is not in the register",
                    "say beside which school (other) and with how many pupils",
                )
            )
        elif beside is not None:
            new.append((one, beside))
        elif whole_system:
            problems.append(
                one.problem(f"school {one.school} opens beside {echo(one.other)}, which is no school of the register")
            )
    if not new:
        return register
    rows = np.array([*range(len(register)), *(beside for _, beside in new)])
    urns = np.array([*register.urn.tolist(), *(one.school for one, _ in new)], np.int32)
    order = np.argsort(urns, kind="stable")
    fresh, rows = (np.arange(len(rows)) >= len(register))[order], rows[order]
    pupils = {one.school: one.pupils for one, _ in new}
    copied = ("phase", "region", "local_authority", "disadvantage", "community", "religion")
    return replace(
        register,
        urn=urns[order],
        name=tuple(
            f"New school {urn}" if is_new else register.name[i]
            for urn, is_new, i in zip(urns[order], fresh, rows, strict=True)
        ),
        **{name: getattr(register, name)[rows] for name in copied},
        kind=np.where(fresh, SchoolKind.ACADEMY, register.kind[rows]).astype(register.kind.dtype),
        pupils=np.array(
            [pupils.get(urn, n) for urn, n in zip(urns[order].tolist(), register.pupils[rows].tolist(), strict=True)],
            np.int32,
        ),
        cluster=np.where(fresh, -1, register.cluster[rows]).astype(np.int32),
        own={
            name: tuple("" if is_new else texts[i] for is_new, i in zip(fresh, rows, strict=True))
            for name, texts in register.own.items()
        },
    )
