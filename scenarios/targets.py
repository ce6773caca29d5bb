"""What a simulated census should show: published figures, each with the definition of its source and a tolerance."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from scenarios.cites import read_sources
from scenarios.places import Found, in_library, library_names
from scenarios.problems import echo
from scenarios.strict import (
    Mapping,
    Node,
    Sequence,
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
from simulation.structure import ENGLAND, Structure
from simulation.vocabulary import Sex, label

MEASURES = (
    "headcount",
    "fte",
    "fte_per_school",
    "posts_per_school",
    "leaver_rate",
    "entrant_rate",
    "returner_share_of_entrants",
    "retention_since_qualifying",
    "exit_rate_by_age",
    "retention_new_to_post",
    "heads_origin_four_years_earlier",
    "new_heads_origin_four_years_earlier",
    "experience_at_first_headship",
    "mover_rate",
    "trust_size",
    "trust_size_share",
    "posts_readvertised",
)
"""Measures of the census that targets are set for."""

DIMENSIONS: dict[str, tuple[str, ...]] = {
    "phase": (),  # named by the context
    "role": (),  # named by the context
    "sex": tuple(map(label, Sex)),
    "age_group": ("under_35", "35_54", "55_plus"),
    "years": tuple(str(k) for k in range(1, 11)),
    "origin": ("head", "senior_leader", "middle_leader", "classroom_teacher", "system_entrant"),
    "trust_size": ("1", "2_to_9", "10_to_19", "20_plus"),
}
"""What a point may be narrowed to, and the labels along each."""

UNITS = {"share": (0.0, 1.0), "years": (0.0, 60.0), "posts": (0.0, 1e4), "FTE": (0.0, 1e6), "schools": (0.0, 1e4)}
TOLERANCE_KINDS = ("absolute", "relative")


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

    @property
    def slack(self) -> float:
        """The tolerance in the point's unit."""
        return self.tolerance * ((self.low + self.high) / 2 if self.tolerance_kind == "relative" else 1.0)

    def distance(self, simulated: float) -> float:
        """How far ``simulated`` lies outside the published interval, in tolerances; 0 inside it, met up to 1."""
        return max(self.low - simulated, simulated - self.high, 0.0) / self.slack


FILE = "targets.yaml"
"""In a context's folder: figures of its base year. They are of that school system alone, so that no other has them by extending it."""


def targets_beside(context: Found) -> Found | None:
    """The file of targets in a context's folder; None if it has none."""
    path = context.path.parent / FILE
    return replace(context, path=path, file=str(Path(context.file).parent / FILE)) if path.is_file() else None


def contexts_with_targets() -> list[str]:
    """Names of the library's contexts that have targets."""
    return [name for name in library_names("context") if targets_beside(in_library(name, "context"))]


def targets(name: str = "england") -> list[Point]:
    """The targets of a context of the library, in order; none if it has none. Raise :exc:`InputError` if they are wrong."""
    found = targets_beside(in_library(name, "context"))
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
    titles = _read_titles(parts["targets"]) if "targets" in parts else {}
    points = (
        [_read_point(item, titles, structure) for item in items(parts["points"], "points")] if "points" in parts else []
    )
    if "points" in parts and isinstance(parts["points"], Sequence):
        unused = sorted(set(titles) - {point.target for point in points if point is not None})
        if unused and None not in points:
            parts["targets"].place.wrong("E0303", f"no point belongs to target {listed(str(n) for n in unused)}")
    node.place.source.stop_if_wrong()
    return [point for point in points if point is not None]


def _read_titles(node: Node) -> dict[int, tuple[str, str]]:
    if not isinstance(node, Mapping):
        node.place.wrong("E0301", f"targets must be a mapping by number, got {kind(node)}")
        return {}
    found = {}
    for key, value in node.values.items():
        number_ = whole(node.keys[key], 1, 999, "a target's number")
        parts = fields(value, f"target {echo(key)}", ("title", "definition"))
        title = text(parts["title"], 120, "title") if "title" in parts else None
        definition = text(parts["definition"], 1000, "definition") if "definition" in parts else None
        if number_ is not None and title and definition:
            found[number_] = (title, definition)
    return found


def _read_point(node: Node, titles: dict[int, tuple[str, str]], structure: Structure) -> Point | None:
    required = ("target", "measure", "unit", "value", "tolerance", "tolerance_kind", "sources")
    parts = fields(node, "a point", required, ("where",))
    target = whole(parts["target"], 1, 999, "target") if "target" in parts else None
    if target is not None and target not in titles:
        parts["target"].place.wrong("E0306", f"target {target} has no title", "give it one under targets:")
        return None
    measure, unit, how = (
        choice(parts[key], allowed, key) if key in parts else None
        for key, allowed in (("measure", MEASURES), ("unit", UNITS), ("tolerance_kind", TOLERANCE_KINDS))
    )
    where = _read_where(parts["where"], structure) if "where" in parts else {}
    sources = read_sources(parts["sources"]) if "sources" in parts else ()
    if "sources" in parts and isinstance(parts["sources"], Sequence) and not parts["sources"].items:
        parts["sources"].place.wrong("E0413", "a target needs a source", "name a row of evidence")
    if target is None or measure is None or unit is None or how is None or where is None:
        return None
    interval = _read_interval(parts["value"], unit) if "value" in parts else None
    tolerance = None
    if "tolerance" in parts:
        tolerance = number(
            parts["tolerance"],
            *(("share", 1e-6, 1.0) if how == "relative" else (unit, 1e-6, UNITS[unit][1])),
            "tolerance",
        )
    if interval is None or tolerance is None or not sources:
        return None
    return Point(target, *titles[target], measure, where, unit, *interval, tolerance, how, sources)


def _read_interval(node: Node, unit: str) -> tuple[float, float] | None:
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


def _read_where(node: Node, structure: Structure) -> dict[str, str] | None:
    if not isinstance(node, Mapping):
        node.place.wrong("E0301", f"where must be a mapping by dimension, got {kind(node)}")
        return None
    found = {}
    for key, value in node.values.items():
        if key not in DIMENSIONS:
            hint = did_you_mean(key, DIMENSIONS) or f"allowed: {listed(DIMENSIONS)}"
            node.keys[key].place.wrong("E0302", f"there is no dimension {echo(key)}", hint)
            continue
        word = choice(value, DIMENSIONS[key] or structure.axes[key], key)
        if word is not None:
            found[key] = word
    return found if len(found) == len(node.values) else None
