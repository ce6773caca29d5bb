"""What happened in the years after a context's base year: published series, each with the definition of its source.

A back-test runs the model from the base year and holds what it foretells against them. Some series were fed to the run, some
years had a shock that is declared, and a few parameters may be fitted to the series' first years.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from scenarios.cites import read_sources
from scenarios.overrides import part_of, path_hint
from scenarios.places import Found
from scenarios.problems import echo
from scenarios.strict import (
    Mapping,
    Node,
    Sequence,
    boolean,
    choice,
    fields,
    items,
    kind,
    number,
    read,
    school_year,
    text,
    whole,
)
from scenarios.targets import (
    UNITS,
    Point,
    measurable,
    read_counted,
    read_interval,
    read_where,
    same_definition,
)
from simulation.structure import ENGLAND, Structure

FILE = "outcomes.yaml"
"""In a context's folder. It is of that school system and base year alone, so that no other has it by extending it."""
WAYS = {"times": 1.0, "add": 0.0}
"""Ways to fit a parameter, and what leaves it as it is."""
LOG_ODDS = "log-odds"


@dataclass(frozen=True)
class Series:
    """One figure, year by year."""

    number: int
    title: str
    definition: str
    """Who is counted, out of whom, and what counts as what, as the source does."""
    given: bool
    """Whether it was fed to the run, so that meeting it proves nothing."""
    reason: str
    """Why the run cannot show what happened, where that is known; empty where it is not."""
    points: dict[int, Point]
    """What is published, by the school year of the census at which it is seen."""

    @property
    def first(self) -> Point:
        """Any of its points: measure, labels and unit are the same in all."""
        return next(iter(self.points.values()))


@dataclass(frozen=True)
class Fitted:
    """A parameter, or a part of its table, that may be fitted to the first years of a series."""

    path: str
    way: str
    """``times`` or ``add``."""
    series: int
    raises: bool
    """Whether a greater value raises the figure."""


@dataclass(frozen=True)
class Outcomes:
    """All that is held of what happened."""

    series: tuple[Series, ...]
    shocks: frozenset[int]
    """School years with a shock that was declared to the run."""
    fitted: tuple[Fitted, ...]


def outcomes_beside(context: Found) -> Found | None:
    """The file of outcomes in a context's folder; None if it has none."""
    path = context.path.parent / FILE
    return replace(context, path=path, file=str(Path(context.file).parent / FILE)) if path.is_file() else None


def outcomes_in(found: Found, structure: Structure) -> Outcomes:
    """The outcomes of a file, by the labels of its context. Raise :exc:`InputError` if they are wrong."""
    return read_outcomes(read(found.path, found.file, found.root), structure)


def read_outcomes(node: Node, structure: Structure = ENGLAND) -> Outcomes:
    """A file of outcomes; raise :exc:`~scenarios.problems.InputError` with every problem found."""
    parts = fields(node, "a file of outcomes", ("title", "summary", "series"), ("shocks", "fitted"))
    for key, most in (("title", 120), ("summary", 2000)):
        if key in parts:
            text(parts[key], most, key)
    series = _read_all(parts["series"], structure) if "series" in parts else ()
    numbers = {int(key) for key in getattr(parts.get("series"), "values", {}) if key.isdecimal()}
    shocks = (
        [school_year(one, "a year of shocks") for one in items(parts["shocks"], "shocks")] if "shocks" in parts else []
    )
    fitted = (
        [_read_fitted(one, numbers, structure) for one in items(parts["fitted"], "fitted")] if "fitted" in parts else []
    )
    node.place.source.stop_if_wrong()
    return Outcomes(series, frozenset(year for year in shocks if year is not None), tuple(one for one in fitted if one))


def _read_all(node: Node, structure: Structure) -> tuple[Series, ...]:
    if not isinstance(node, Mapping):
        node.place.wrong("E0301", f"series must be a mapping by number, got {kind(node)}")
        return ()
    found = []
    for key, value in node.values.items():
        numbered = whole(node.keys[key], 1, 999, "a series' number")
        one = _read_series(value, numbered or 0, structure)
        if one is not None:
            found.append(one)
    return tuple(found)


def _read_series(node: Node, numbered: int, structure: Structure) -> Series | None:
    required = ("title", "definition", "counted", "measure", "unit", "tolerance", "years")
    parts = fields(node, f"series {numbered}", required, ("where", "given", "reason", "discrepancy"))
    title = text(parts["title"], 120, "title") if "title" in parts else None
    definition = text(parts["definition"], 1000, "definition") if "definition" in parts else None
    measure, unit = (
        choice(parts[k], known, k) if k in parts else None for k, known in (("measure", measurable()), ("unit", UNITS))
    )
    counted = read_counted(parts["counted"]) if "counted" in parts else None
    given = boolean(parts["given"], "given") if "given" in parts else False
    reason = text(parts["reason"], 1000, "reason") if "reason" in parts else ""
    where = read_where(parts["where"], measure, structure) if "where" in parts else {}
    if measure is not None and counted is not None:
        same_definition(parts["measure"], f"series {numbered}", counted, measure)
    if unit is None or measure is None or where is None or None in (title, definition, given, reason):
        return None
    tolerance = number(parts["tolerance"], unit, 1e-6, UNITS[unit][1], "tolerance") if "tolerance" in parts else None
    discrepancy = (
        number(parts["discrepancy"], unit, 0, UNITS[unit][1], "discrepancy") if "discrepancy" in parts else 0.0
    )
    if tolerance is None or discrepancy is None or "years" not in parts:
        return None
    like = Point(
        numbered,
        title or "",
        definition or "",
        measure,
        where,
        unit,
        0.0,
        0.0,
        tolerance,
        "absolute",
        (),
        discrepancy=discrepancy,
    )
    points = _read_years(parts["years"], like)
    return Series(numbered, like.title, like.definition, bool(given), reason or "", points) if points else None


def _read_years(node: Node, like: Point) -> dict[int, Point]:
    """The points of a series, each ``like`` one of them but for its value, base and source."""
    if not isinstance(node, Mapping):
        node.place.wrong("E0301", f"years must be a mapping by school year, got {kind(node)}")
        return {}
    found: dict[int, Point] = {}
    for key, value in node.values.items():
        year = school_year(node.keys[key], "a year of a series")
        parts = fields(value, f"what happened in {echo(key)}", ("value", "sources"), ("n",))
        ends = read_interval(parts["value"], like.unit) if "value" in parts else None
        n = number(parts["n"], "ratio", 1, 1e9, "n") if "n" in parts else None
        sources = read_sources(parts["sources"]) if "sources" in parts else ()
        if "n" in parts and like.unit != "share":
            parts["n"].place.wrong("E0306", "n tells the error of a share alone", "of other figures write discrepancy:")
        if "sources" in parts and isinstance(parts["sources"], Sequence) and not parts["sources"].items:
            parts["sources"].place.wrong("E0413", "what happened needs a source", "name a row of evidence")
        if year is not None and ends is not None:
            found[year] = replace(like, low=ends[0], high=ends[1], n=n, sources=sources)
    if list(found) != sorted(found):
        node.place.wrong("E0416", "the school years of a series must stand in order of time")
    return found


def _read_fitted(node: Node, numbers: set[int], structure: Structure) -> Fitted | None:
    parts = fields(node, "what is fitted", ("parameter", "way", "series"), ("raises",))
    path = text(parts["parameter"], 200, "parameter") if "parameter" in parts else None
    way = choice(parts["way"], WAYS, "way") if "way" in parts else None
    numbered = whole(parts["series"], 1, 999, "series") if "series" in parts else None
    raises = boolean(parts["raises"], "raises") if "raises" in parts else True
    if path is None or way is None or numbered is None or raises is None:
        return None
    part = part_of(path, structure)
    if part is None:
        parts["parameter"].place.wrong("E0302", f"there is no parameter {echo(path)}", path_hint(path, structure))
    elif (part.unit == LOG_ODDS) is not (way == "add"):
        parts["way"].place.wrong(
            "E0306", f"{path} is in {part.unit}", "add to what is in log-odds, and multiply what is not"
        )
    if numbered not in numbers:
        parts["series"].place.wrong("E0306", f"there is no series {numbered}", "fit to one that the file has")
    return Fitted(path, way, numbered, raises)
