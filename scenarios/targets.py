"""What a simulated census should show: published figures, each with the definition of its source, its error and a tolerance."""

from __future__ import annotations

import math
from collections.abc import Callable
from collections.abc import Sequence as Sequence_
from dataclasses import dataclass, replace
from dataclasses import fields as fields_of
from functools import cache
from pathlib import Path

import numpy as np

from scenarios.cites import read_sources
from scenarios.places import Found, in_library, library_names
from scenarios.problems import echo
from scenarios.strict import (
    Mapping,
    Node,
    Sequence,
    boolean,
    choice,
    did_you_mean,
    fields,
    items,
    kind,
    number,
    read,
    text,
    whole,
)
from scenarios.strict.fields import listed
from simulation.census.dimensions import DIMENSIONS
from simulation.census.measure import Counted, Kind, Measure, measures
from simulation.draws import threefry
from simulation.structure import ENGLAND, Structure

UNITS = {
    "share": (0.0, 1.0), "years": (0.0, 60.0), "terms": (0.0, 60.0), "posts": (0.0, 1e6), "people": (0.0, 1e7),
    "FTE": (0.0, 1e7), "schools": (0.0, 1e4), "ratio": (0.0, 1e3),
}  # fmt: skip
RATIO = "ratio"
"""Unit of a figure for one group over that for another."""
TOLERANCE_KINDS = ("absolute", "relative")
NORMAL = 1.959964
"""Standard errors either way of a mean that a 95% interval of a normal distribution has."""


@dataclass(frozen=True)
class Point:
    """One published figure that the model is held to."""

    target: int
    """Number of the target that it belongs to; a target may have several points, by phase or age."""
    title: str
    definition: str
    """Who is counted, out of whom, and what counts as what, as the source does."""
    measure: str
    where: dict[str, str]
    """Labels that narrow the measure, by dimension."""
    unit: str
    low: float
    high: float
    """The published figure, or the interval that published figures span."""
    tolerance: float
    tolerance_kind: str
    """``absolute``: in the unit; ``relative``: as a share of the published figure."""
    sources: tuple[str, ...]
    n: float | None = None
    """Cases that a share is out of; None if the source does not say."""
    given_error: float | None = None
    """Standard error, in the unit, of a figure for which ``n`` does not tell it."""
    discrepancy: float = 0.0
    """Standard deviation, in the unit, of what sets the source apart from the measure beside chance: rounding, revision, coverage."""
    weight: float = 1.0
    """Of its squared distance in the sum that sets of figures are compared by."""
    kept_out: bool = False
    """Whether nothing may be fitted to it, so that it shows how well the rest foretells it."""
    than: dict[str, str] | None = None
    """Of a ratio: the labels that differ in the group whose figure it is over."""
    reason: str = ""
    """Why the model does not show it, where that is known; empty where it is not."""

    @property
    def error(self) -> float | None:
        """The standard error in the point's unit that comes from its base: binomial for shares, Poisson for counts; None if unknown."""
        middle = (self.low + self.high) / 2
        if self.given_error is not None:
            return self.given_error
        if self.n is not None:
            return math.sqrt(middle * (1 - middle) / self.n)
        return math.sqrt(middle) if measures()[self.measure].kind is Kind.COUNT and self.than is None else None

    @property
    def half(self) -> float:
        """How far its 95% interval reaches beyond what is published: by error and discrepancy, or by the tolerance if neither is known."""
        if self.error is None and not self.discrepancy:
            return self.slack
        return NORMAL * math.hypot(self.error or 0.0, self.discrepancy)

    @property
    def rests_on(self) -> str:
        """What its interval rests on: ``error``, or ``tolerance`` where no error is known."""
        return "tolerance" if self.error is None and not self.discrepancy else "error"

    def off(self, simulated: float) -> float:
        """How far ``simulated`` lies outside what is published, in halves of its interval: inside up to 1."""
        return max(self.low - simulated, simulated - self.high, 0.0) / self.half

    def as_published(self, simulated: float, scale: float) -> float:
        """A figure of a sample of ``scale`` as one of the whole system: counts are multiplied up, others stay."""
        return simulated / scale if measures()[self.measure].kind is Kind.COUNT else simulated

    def simulated(self, value: Callable[..., float], scale: float) -> float | None:
        """The figure as it is published, of a sample of ``scale``, where ``value`` gives the measure by labels; None of nobody."""
        try:
            found = value(**self.where)
            if self.than is None:
                return self.as_published(found, scale)
            other = value(**{**self.where, **self.than})
        except KeyError:
            return None
        return found / other if other else None

    @property
    def slack(self) -> float:
        """The tolerance in the point's unit."""
        return self.tolerance * ((self.low + self.high) / 2 if self.tolerance_kind == "relative" else 1.0)

    def distance(self, simulated: float) -> float:
        """How far ``simulated`` lies outside the published interval, in tolerances; 0 inside it, met up to 1."""
        return max(self.low - simulated, simulated - self.high, 0.0) / self.slack


FILE = "targets.yaml"
"""In a context's folder: figures of its base year. They are of that school system alone, so that no other has them by extending it."""
CHECKS = "checks.yaml"
"""Beside it: figures in public that nothing is fitted to, and that a sound model meets all the same."""


def targets_beside(context: Found, named: str = FILE) -> Found | None:
    """The file of that name, targets or checks, in a context's folder; None if it has none."""
    path = context.path.parent / named
    return replace(context, path=path, file=str(Path(context.file).parent / named)) if path.is_file() else None


def chosen_to_keep_out(numbers: Sequence_[int], seed: int = 2026) -> list[int]:
    """A third of the targets ``numbers``, rounded to the nearest, chosen by draws that are keyed by their number and ``seed``.

    So none is kept out, or fitted to, because of how well it is met.
    """
    drawn = sorted(numbers, key=lambda number: int(threefry(*map(np.uint64, (number, 0, seed, 0)))[0]))
    return sorted(drawn[: round(len(numbers) / 3)])


@cache
def measurable() -> dict[str, Measure]:
    """Measures that say what they count, so that a published figure can be held against them."""
    return {name: measure for name, measure in measures().items() if measure.counted is not None}


def contexts_with_targets(file: str = FILE) -> list[str]:
    """Names of the library's contexts that have targets, or checks."""
    return [name for name in library_names("context") if targets_beside(in_library(name, "context"), file)]


def targets(name: str = "england", file: str = FILE) -> list[Point]:
    """The targets, or the checks, of a context of the library, in order; none if it has none. Raise :exc:`InputError` if they are wrong."""
    found = targets_beside(in_library(name, "context"), file)
    return [] if found is None else targets_in(found, ENGLAND)


def targets_in(found: Found, structure: Structure) -> list[Point]:
    """The targets of a file, in order, by the labels of its context. Raise :exc:`InputError` if they are wrong."""
    return read_targets(read(found.path, found.file, found.root), structure)


def read_targets(node: Node, structure: Structure = ENGLAND) -> list[Point]:
    """The points of a file of targets; raise :exc:`~scenarios.problems.InputError` with every problem found."""
    parts = fields(node, "a file of targets", ("title", "summary", "targets", "points"))
    for key, most in (("title", 120), ("summary", 2000)):
        if key in parts:
            text(parts[key], most, key)
    titles = _read_heads(parts["targets"]) if "targets" in parts else {}
    points = (
        [_read_point(item, titles, structure) for item in items(parts["points"], "points")] if "points" in parts else []
    )
    if "points" in parts and isinstance(parts["points"], Sequence):
        unused = sorted(set(titles) - {point.target for point in points if point is not None})
        if unused and None not in points:
            parts["targets"].place.wrong("E0303", f"no point belongs to target {listed(str(n) for n in unused)}")
    node.place.source.stop_if_wrong()
    return [point for point in points if point is not None]


@dataclass(frozen=True)
class _Head:
    """What a target's figures share."""

    title: str
    definition: str
    counted: Counted
    """Unless a figure says otherwise of itself."""
    kept_out: bool
    reason: str


def _read_heads(node: Node) -> dict[int, _Head]:
    if not isinstance(node, Mapping):
        node.place.wrong("E0301", f"targets must be a mapping by number, got {kind(node)}")
        return {}
    found = {}
    for key, value in node.values.items():
        number_ = whole(node.keys[key], 1, 999, "a target's number")
        parts = fields(value, f"target {echo(key)}", ("title", "definition", "counted"), ("kept_out", "reason"))
        title = text(parts["title"], 120, "title") if "title" in parts else None
        definition = text(parts["definition"], 1000, "definition") if "definition" in parts else None
        counted = read_counted(parts["counted"]) if "counted" in parts else None
        kept_out = boolean(parts["kept_out"], "kept_out") if "kept_out" in parts else False
        reason = text(parts["reason"], 600, "reason") if "reason" in parts else ""
        if number_ is not None and title and definition and counted and kept_out is not None and reason is not None:
            found[number_] = _Head(title, definition, counted, kept_out, reason)
    return found


def read_counted(node: Node) -> Counted | None:
    """A source's definition as code; None, with problems noted, if it has words that no measure has."""
    known = [vars(measure.counted) for measure in measurable().values()]
    aspects = [field.name for field in fields_of(Counted)]
    parts = fields(node, "counted", aspects[:2], aspects[2:])
    words = {name: choice(part, sorted({of[name] for of in known} - {""}), name) for name, part in parts.items()}
    return None if None in words.values() or len(words) < 2 else Counted(**{k: v for k, v in words.items() if v})


def _read_point(node: Node, titles: dict[int, _Head], structure: Structure) -> Point | None:
    required = ("target", "measure", "unit", "tolerance", "tolerance_kind", "sources")
    parts = fields(
        node, "a point", required,
        ("value", "where", "than", "counted", "n", "error", "pooled", "discrepancy", "weight"),
    )  # fmt: skip
    target = whole(parts["target"], 1, 999, "target") if "target" in parts else None
    if target is not None and target not in titles:
        parts["target"].place.wrong("E0306", f"target {target} has no title", "give it one under targets:")
        return None
    measure, unit, how = (
        choice(parts[key], allowed, key) if key in parts else None
        for key, allowed in (("measure", measurable()), ("unit", UNITS), ("tolerance_kind", TOLERANCE_KINDS))
    )
    where = read_where(parts["where"], measure, structure) if "where" in parts else {}
    than = _read_than(parts, measure, unit, structure)
    if target is not None and measure is not None:
        counted = read_counted(parts["counted"]) if "counted" in parts else titles[target].counted
        if counted is None:
            return None
        same_definition(parts["measure"], f"target {target}", counted, measure)
    sources = read_sources(parts["sources"]) if "sources" in parts else ()
    if "sources" in parts and isinstance(parts["sources"], Sequence) and not parts["sources"].items:
        parts["sources"].place.wrong("E0413", "a target needs a source", "name a row of evidence")
    if target is None or measure is None or unit is None or how is None or where is None or than is None:
        return None
    published = _read_published(node, parts, unit)
    more = {
        key: number(parts[key], of, 0, most, key)
        for key, of, most in (("discrepancy", unit, UNITS[unit][1]), ("weight", "ratio", 1000.0))
        if key in parts
    }
    tolerance = None
    if "tolerance" in parts:
        tolerance = number(
            parts["tolerance"],
            *(("share", 1e-6, 1.0) if how == "relative" else (unit, 1e-6, UNITS[unit][1])),
            "tolerance",
        )
    if published is None or tolerance is None or not sources or None in more.values():
        return None
    head, (low, high, n, error) = titles[target], published
    return Point(
        target, head.title, head.definition, measure, where, unit, low, high, tolerance, how, sources, n, error,
        kept_out=head.kept_out, than=than or None, reason=head.reason, **{key: value for key, value in more.items() if value is not None},
    )  # fmt: skip


def _read_than(
    parts: dict[str, Node], measure: str | None, unit: str | None, structure: Structure
) -> dict[str, str] | None:
    """The labels of the group that a ratio is over, none of other figures; None, with problems noted, if they are wrong."""
    if unit is not None and (unit == RATIO) != ("than" in parts):
        hint = f"write than: with unit: {RATIO}, or neither"
        parts["unit"].place.wrong("E0306", "a ratio is of one group over another", hint)
        return None
    return read_where(parts["than"], measure, structure) if "than" in parts else {}


def same_definition(node: Node, what: str, counted: Counted, measure: str) -> None:
    """Refuse ``what`` is held against a measure that counts otherwise than its source: they would differ though the model were right."""
    ours = measurable()[measure].counted
    assert ours is not None
    differ = [f.name for f in fields_of(Counted) if getattr(ours, f.name) != getattr(counted, f.name)]
    if differ:
        node.place.wrong(
            "E0420",
            f"{what} is of another definition than {measure}: "
            + "; ".join(
                f"{k} is {getattr(counted, k) or 'nothing'} there and {getattr(ours, k) or 'nothing'} here"
                for k in differ
            ),
            "hold it against a measure that counts as its source does",
        )


def _read_published(
    node: Node, parts: dict[str, Node], unit: str
) -> tuple[float, float, float | None, float | None] | None:
    """Least and most that is published, its base and its standard error."""
    if ("pooled" in parts) == ("value" in parts):
        node.place.wrong("E0303", "a point has either a value or cohorts to be pooled", "write value: or pooled:")
        return None
    if "pooled" in parts:
        if "n" in parts or "error" in parts:
            node.place.wrong("E0306", "cohorts that are pooled have their own n, and no error", "take n and error out")
            return None
        return _read_pooled(parts["pooled"], unit)
    if "n" in parts and ("error" in parts or unit != "share"):
        parts["n"].place.wrong("E0306", "n tells the error of a share alone", "of other figures write error:")
        return None
    n = number(parts["n"], "ratio", 1, 1e9, "n") if "n" in parts else None
    error = number(parts["error"], unit, 0, UNITS[unit][1], "error") if "error" in parts else None
    interval = read_interval(parts["value"], unit)
    if interval is None or (n is None and "n" in parts) or (error is None and "error" in parts):
        return None
    return *interval, n, error


def _read_pooled(node: Node, unit: str) -> tuple[float, float, float, None] | None:
    """Several cohorts as one: their shares weighted by their numbers, out of all of them."""
    if unit != "share":
        node.place.wrong("E0306", "shares alone are pooled", "write value: and error:")
        return None
    found = []
    for item in items(node, "pooled"):
        parts = fields(item, "a cohort", ("value", "n"))
        if len(parts) == 2:
            found.append((number(parts["value"], unit, 0, 1, "value"), number(parts["n"], "ratio", 1, 1e9, "n")))
    known = [(value, n) for value, n in found if value is not None and n is not None]
    if len(known) < 2 or len(known) < len(found):
        if len(found) < 2:
            node.place.wrong("E0411", "cohorts are pooled from two on", "write value: and n: of a single one")
        return None
    total = sum(n for _, n in known)
    share = sum(value * n for value, n in known) / total
    return share, share, total, None


def read_interval(node: Node, unit: str) -> tuple[float, float] | None:
    """A published figure, or the least and the most of it; None, with problems noted, if it cannot be one."""
    if not isinstance(node, Sequence):
        value = number(node, unit, *UNITS[unit], "value")
        return None if value is None else (value, value)
    ends = [number(item, unit, *UNITS[unit], "each end of value") for item in node.items]
    if len(ends) != 2:
        node.place.wrong("E0411", f"an interval has two ends, got {len(ends)}", "write [least, most]")
        return None
    low, high = ends
    if low is None or high is None:
        return None
    if low > high:
        node.place.wrong("E0411", "the interval starts above its end", "write [least, most]")
        return None
    return low, high


def read_where(node: Node, measure: str | None, structure: Structure) -> dict[str, str] | None:
    """Labels that narrow a measure, by dimension; None, with problems noted, if it does not have them."""
    if not isinstance(node, Mapping):
        node.place.wrong("E0301", f"where must be a mapping by dimension, got {kind(node)}")
        return None
    if measure is None:
        return None
    of = measurable()[measure]
    words = {**DIMENSIONS, **structure.axes}
    known = [key for key in (*of.places, *of.axes) if words[key]]
    found = {}
    for key, value in node.values.items():
        if key not in known:
            hint = did_you_mean(key, known) or f"allowed: {listed(known)}"
            node.keys[key].place.wrong("E0302", f"{measure} has no dimension {echo(key)}", hint)
            continue
        word = choice(value, words[key], key)
        if word is not None:
            found[key] = word
    return found if len(found) == len(node.values) else None
