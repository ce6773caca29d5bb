"""What tells two scenarios apart, in plain English: the system, the years, parameters year by year, and programmes figure by figure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from analysis.explain.cells import courses, plain_course, say, told
from analysis.explain.words import Explanation, Item, Section, over_years, where, who
from analysis.figures.naming import naming_of, speaking, system_of
from scenarios.programme_files.known import KnownProgramme
from scenarios.register_settings import UNITS as OF_REGISTERS
from scenarios.scenario import Scenario
from simulation.parameters import declared
from simulation.zones import Zone

UNSAID = {"format", "title", "summary", "evidence", "assumes", "moves", "leaves_alone", "study", "calibrations"}
"""Keys of a scenario, or of what runs in it, that no run depends on."""
SOURCES = {"sources", "grade", "note", "set_by"}
"""Keys of a figure that no run depends on."""
Plain = Mapping[str, Any]


@dataclass(frozen=True)
class Difference:
    """One thing that two scenarios do not have in common."""

    about: str
    """``system``, ``parameters``, or the kind of what runs, such as ``programmes``."""
    path: str
    """Of a parameter, with labels of a table's cell behind it, or of a figure; the name alone of a programme that one lacks."""
    unit: str
    first: Any
    """What the first has: a plain value; by the last school year of each stretch, and ``then``; or None for nothing."""
    second: Any
    place: str = ""
    """The schools in which it is so, in words; everywhere if empty."""

    def record(self) -> dict[str, Any]:
        """The same as a record of plain values."""
        return {name: getattr(self, name) for name in ("about", "path", "place", "unit", "first", "second")}


@dataclass(frozen=True, repr=False)
class Differences(Explanation):
    """What tells two scenarios apart; ``print`` gives it as text."""

    found: tuple[Difference, ...] = ()

    @property
    def same(self) -> bool:
        """Whether both project the same, whatever they are called."""
        return not self.found

    @property
    def records(self) -> list[dict[str, Any]]:
        """A record of plain values for each difference, each cell of a table by itself."""
        return [difference.record() for difference in self.found]


@dataclass(frozen=True)
class _Both:
    """The two scenarios, what they are called, and what their files come to."""

    one: Scenario
    other: Scenario
    names: tuple[str, str]

    @cached_property
    def resolved(self) -> tuple[Plain, Plain]:
        return self.one.resolved(), self.other.resolved()

    def line(self, path: str, first: str, second: str) -> str:
        return f"{path}: {self.names[0]}: {first}; {self.names[1]}: {second}"


def differences(one: Scenario, other: Scenario) -> Differences:
    """What tells two scenarios apart."""
    with speaking(naming_of(*(system_of(scenario.structure, scenario.resolved()) for scenario in (one, other)))):
        return _differences(one, other)


def _differences(one: Scenario, other: Scenario) -> Differences:
    both = _Both(one, other, (one.name, other.name) if one.name != other.name else ("the first", "the second"))
    parts = [_system(both), _parameters(both), *(_running(both, kind) for kind in _kinds(both))]
    found = tuple(difference for differences_, _ in parts for difference in differences_)
    sections = [section for _, section in parts]
    if not found:
        same = f"{both.names[0]} and {both.names[1]} are the same: whatever they are called, they project alike."
        sections = [Section("", (same,))]
    return Differences(f"{both.names[0]} and {both.names[1]}", sections, found)


# The school system and the years


def _kinds(both: _Both) -> list[str]:
    """Keys under which a scenario holds by name what runs in it."""
    return [key for key in ("programmes", "measures") if any(key in resolved for resolved in both.resolved)]


def _system(both: _Both) -> tuple[list[Difference], Section]:
    left_out = {*UNSAID, "parameters", *_kinds(both)}
    first, second = (
        dict(_flat({key: value for key, value in resolved.items() if key not in left_out}))
        for resolved in both.resolved
    )
    found = []
    for path in dict.fromkeys([*first, *second]):
        lacking = (path in first) != (path in second) and any(
            path.startswith(f"{whole}.") for whole in _named(first, second)
        )
        if first.get(path) != second.get(path) and not lacking:
            unit = OF_REGISTERS.get(path.rpartition(".")[2], ("", 0, 0))[0]
            found.append(
                Difference("system", path, "" if unit == "number" else unit, first.get(path), second.get(path))
            )
    items = tuple(Item(both.line(d.path, _shown(d.first, d.unit), _shown(d.second, d.unit))) for d in found)
    return found, Section("The school system and the years", items)


def _flat(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Plain values by their paths; a list of mappings gives the names of its members, and each of these by its name."""
    if isinstance(value, Mapping) and value:
        for key, inner in value.items():
            yield from _flat(inner, f"{path}.{key}" if path else str(key))
    elif isinstance(value, list) and value and all(isinstance(member, Mapping) for member in value):
        yield path, [str(member.get("name", n)) for n, member in enumerate(value)]
        for n, member in enumerate(value):
            yield from _flat(member, f"{path}.{member.get('name', n)}")
    else:
        yield path, value


def _named(first: Plain, second: Plain) -> list[str]:
    """Paths of lists whose members are told by their names: what one of them lacks needs no more words."""
    return [path for path in first if isinstance(first[path], list) and path in second]


def _shown(value: Any, unit: str = "") -> str:
    if value is None:
        return "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        return say(value, unit)
    if isinstance(value, list):
        return ", ".join(_shown(member, unit) for member in value) or "none"
    return str(value)


# Parameters


def _parameters(both: _Both) -> tuple[list[Difference], Section]:
    found, items = [], []
    one, other = both.one, both.other
    first = min(s.base_year - s.warm_up_years for s in (one, other))
    years = range(first, max(s.base_year + s.years for s in (one, other)) + 1)
    zones = _zones(one), _zones(other)
    places = list(dict.fromkeys([*zones[0], *zones[1]]))
    for path, declaration in declared(one.structure).items():
        source, beside = one.provenance[path], other.provenance[path]
        lines = []
        said: tuple[Any, Any] | None = None
        for place in places:
            here = courses(declaration, years, zones[0].get(place, zones[0][""]).in_year)
            there = courses(declared(other.structure)[path], years, zones[1].get(place, zones[1][""]).in_year)
            if place and (here, there) == said:  # as outside of it
                continue
            said = said or (here, there)
            lines += [f"{place}{line}" for line in told(here, there, source.unit, both.names)]
            for cell in dict.fromkeys([*here, *there]):
                if here.get(cell) != there.get(cell):
                    course = plain_course(here.get(cell)), plain_course(there.get(cell))
                    found.append(
                        Difference(
                            "parameters", ".".join((path, *cell)), source.unit, *course, place=place.rstrip(": ")
                        )
                    )
        if source.range != beside.range:
            ranges = [" to ".join(say(end, source.unit) for end in s.range) for s in (source, beside)]
            lines.append(both.line("range", *ranges))
            found.append(
                Difference("parameters", f"{path}: range", source.unit, list(source.range), list(beside.range))
            )
        if lines:
            items.append(Item(f"{path} ({source.unit}): {declaration.meaning}", tuple(lines)))
    return found, Section("Parameters", tuple(items))


def _zones(scenario: Scenario) -> dict[str, Zone]:
    """What holds outside all places, under no words, and in each of them by itself, under the words for it."""
    elsewhere, *others = scenario.schedule.each()
    told_of = (f"{where(place)}: " for place in scenario.schedule.places)
    return {"": elsewhere, **dict(zip(told_of, others, strict=True))}


# What runs by name


def _running(both: _Both, kind: str) -> tuple[list[Difference], Section]:
    """What one has and the other lacks, and what of it is otherwise, figure by figure."""
    found, items = [], []
    first, second = (resolved.get(kind, {}) for resolved in both.resolved)
    for name in sorted({*first, *second}):
        title = (first.get(name) or second[name]).get("title", name)
        if name not in first or name not in second:
            runs, lacks = both.names if name in first else both.names[::-1]
            mine, theirs = ("runs" if name in side else None for side in (first, second))
            found.append(Difference(kind, name, "", mine, theirs))
            items.append(Item(f"{name} ({title}): runs in {runs} and not in {lacks}"))
            continue
        here, there = (dict(_figures(side[name])) for side in (first, second))
        lines = []
        for path in dict.fromkeys([*here, *there]):
            mine, theirs = here.get(path), there.get(path)
            if mine != theirs:
                found.append(Difference(kind, f"{name}.{path}", _unit(mine or theirs), _value(mine), _value(theirs)))
                lines.append(both.line(path, *_two(both, name, path, mine, theirs)))
        if lines:
            items.append(Item(f"{name} ({title})", tuple(lines)))
    return found, Section("Programmes and measures", tuple(items))


def _figures(resolved: Plain) -> Iterator[tuple[str, Any]]:
    """What a run depends on, and ranges, by path; a figure with dates is one."""
    for key, value in resolved.items():
        if key in UNSAID or key.endswith("_until"):
            continue
        if key == "figures":
            for path, figure in value.items():
                yield path, {k: v for k, v in figure.items() if k in ("value", "until", "unit")}
                yield f"{path}: range", {"value": figure["range"], "unit": figure["unit"]}
        elif key == "places":
            for inner, number in value.items():
                if not inner.endswith("_until"):
                    until = value.get(f"{inner}_until")
                    yield f"places.{inner}", {"value": number, **({"until": until} if until else {})}
        elif key == "who":
            yield key, value
        else:
            yield from (item for item in _flat(value, key) if item[0].rpartition(".")[2] not in SOURCES)


def _is_figure(value: Any) -> bool:
    return isinstance(value, Mapping) and "value" in value


def _unit(value: Any) -> str:
    return str(value.get("unit", "")) if _is_figure(value) else ""


def _value(value: Any) -> Any:
    """A figure as a plain value, with dates by the last school year of each stretch."""
    if not _is_figure(value):
        return value
    return {**value["until"], "then": value["value"]} if "until" in value else value["value"]


def _two(both: _Both, name: str, path: str, mine: Any, theirs: Any) -> tuple[str, str]:
    if path == "who":
        programmes = (next(p for p in s.programmes if p.name == name) for s in (both.one, both.other))
        first, second = (_who(programme) for programme in programmes)
        return first, second
    return _told(mine), _told(theirs)


def _who(programme: KnownProgramme) -> str:
    return who(programme.who, programme.unit)


def _told(value: Any) -> str:
    if not _is_figure(value):
        return _shown(value)
    if isinstance(value["value"], list):
        return " to ".join(_shown(end, _unit(value)) for end in value["value"])
    unit = _unit(value)
    return str(over_years(value, lambda one: _shown(one, unit))) if "until" in value else _shown(value["value"], unit)
