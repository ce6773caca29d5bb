"""The parameter files of a context: for each parameter a value, its unit, range, sources and grade of evidence."""

from __future__ import annotations

from collections.abc import Mapping as AnyMapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from scenarios.cites import read_cites, read_sources
from scenarios.problems import echo
from scenarios.strict import (
    Mapping,
    Node,
    Scalar,
    Sequence,
    choice,
    did_you_mean,
    fields,
    items,
    number,
    text,
)
from scenarios.strict.fields import listed
from scenarios.tables import Cells, cell_name, check_sums, read_cells
from simulation.declaring import UNITS, Declaration
from simulation.parameters import declared
from simulation.structure import Structure

GRADES: dict[str, str] = {
    "A": "randomised trial or strong quasi-experiment",
    "B": "matched comparison or administrative data",
    "C": "survey, or before and after",
    "D": "claim",
    "J": "judgement",
}
"""Grades of evidence, best first."""


@dataclass(frozen=True)
class Provenance:
    """Where a parameter's value comes from."""

    value: str
    """As written in the file."""
    unit: str
    range: tuple[float, float]
    """Least and most that any cell may be."""
    sources: tuple[str, ...]
    """Ids of rows of evidence, or names of publications that the file cites."""
    grade: str
    """A key of :data:`GRADES`."""
    note: str
    file: str
    line: int
    set_by: str = "context"
    """``context``, ``lever`` or ``uncertainty``."""

    def resolved(self) -> dict[str, Any]:
        """Plain values, for results and digests: what a value rests on, and not where it is written."""
        return {
            "unit": self.unit,
            "range": list(self.range),
            "sources": list(self.sources),
            "grade": self.grade,
            "note": self.note,
            "set_by": self.set_by,
        }

    def set_anew(self, node: Node, written: str, set_by: str, backing: Backing | None = None) -> Provenance:
        """Where the value comes from once a scenario has set it, at ``node``.

        It rests on the ``backing`` that the scenario gives; without one it is a judgement, whatever it rested on.
        """
        said = backing or Backing((), "J", "")
        place = node.place
        return replace(
            self,
            value=written,
            sources=said.sources,
            grade=said.grade,
            set_by=set_by,
            note=said.note or f"set by a scenario as {'a lever' if set_by == 'lever' else 'an uncertainty'}",
            file=place.source.file,
            line=place.line,
        )

    def beside(self, other: Provenance) -> Provenance:
        """The same of a table that comes from here in one part and from ``other`` in another: both are said, the weaker grade."""
        return replace(
            self,
            value=f"{other.value}; {self.value}",
            sources=tuple(dict.fromkeys([*other.sources, *self.sources])),
            grade=max(other.grade, self.grade, key=list(GRADES).index),
            note="; ".join(dict.fromkeys([other.note, self.note])),
        )


@dataclass(frozen=True)
class Known:
    """A parameter with its value and provenance."""

    declaration: Declaration
    values: np.ndarray
    provenance: Provenance


@cache
def groups() -> dict[str, dict[str, Declaration]]:
    """Declarations by group and name; each group has a file of its own."""
    found: dict[str, dict[str, Declaration]] = {}
    for path, declaration in declared().items():
        group, name = path.split(".")
        found.setdefault(group, {})[name] = declaration
    return found


def read_group(node: Node, group: str, structure: Structure, before: AnyMapping[str, Known]) -> dict[str, Known]:
    """The parameters in one group's file, by path, along the labels of a context; problems are noted in the file's source.

    ``before`` are those that the context has so far: a table need not name the labels for which it has values.
    """
    known = groups()[group]
    elsewhere = {name: f"{name} belongs in {other}.yaml" for other, names in groups().items() for name in names}
    entries = fields(node, f"{group}.yaml", optional=("cites", *known), elsewhere=elsewhere)
    if "cites" in entries:
        read_cites(entries.pop("cites"))
    found = {}
    for name, entry in entries.items():
        path = known[name].path
        old = before[path].values if path in before else None
        parameter = _read_parameter(entry, declared(structure)[path], old)
        if parameter is not None:
            found[parameter.declaration.path] = parameter
    return found


def group_of(path: Path) -> str | None:
    """The group that a parameter file holds, by its name; None if there is no such group."""
    return path.stem if path.suffix == ".yaml" and path.stem in groups() else None


def group_hint(path: Path) -> str:
    """What a file in a parameters folder may be called."""
    return did_you_mean(path.stem, groups()) or f"allowed: {listed(f'{group}.yaml' for group in groups())}"


def _read_parameter(node: Node, declaration: Declaration, old: np.ndarray | None) -> Known | None:
    parts = fields(node, declaration.path, ("value", "unit", "range", "sources", "grade"), ("note",))
    unit = choice(parts["unit"], UNITS, "unit") if "unit" in parts else None
    if unit is not None and unit != declaration.unit:
        parts["unit"].place.wrong(
            "E0408",
            f"the unit of {declaration.path} is {declaration.unit}, got {unit}",
            f"it means: {declaration.meaning}",
        )
    bounds = read_range(parts["range"], declaration.unit) if "range" in parts else None
    backing = read_backing(parts)
    cells = None
    if "value" in parts:
        cells = read_cells(parts["value"], declaration, old=old)
        if cells is not None and check_sums(cells, declaration, parts["value"]) and bounds is not None:
            _check_range(cells, bounds, declaration)
    if cells is None or bounds is None or backing is None:
        return None
    provenance = Provenance(
        as_text(parts["value"]),
        declaration.unit,
        bounds,
        backing.sources,
        backing.grade,
        backing.note,
        node.place.source.file,
        parts["value"].place.line,
    )
    return Known(declaration, cells.values, provenance)


@dataclass(frozen=True)
class Backing:
    """What a value rests on."""

    sources: tuple[str, ...]
    """Ids of rows of evidence, or names of publications that the file cites."""
    grade: str
    note: str


BACKING_KEYS = ("sources", "grade", "note")


def apart_from_backing(node: Node, what: str) -> tuple[Node, Backing | None] | None:
    """What a scenario writes for a value, and what it says beside it that this rests on; None, with problems noted, if wrong.

    ``sources`` and ``grade`` stand together; a ``note`` may stand alone. Without any of them the value is a judgement.
    """
    given = {key: node.values[key] for key in BACKING_KEYS if key in node.values} if isinstance(node, Mapping) else {}
    if not isinstance(node, Mapping) or not given:
        return node, None
    missing = [key for key in ("sources", "grade") if key not in given]
    if len(missing) == 1:
        hint = "sources and the grade of evidence stand together, such as sources: [rand2019], grade: A"
        node.place.wrong("E0303", f"{what} lacks {missing[0]}", hint)
        return None
    if missing:
        words = text(given["note"], 500, "note")
        backing = None if words is None else Backing((), "J", words)
    else:
        backing = read_backing(given)
    left = {key: value for key, value in node.values.items() if key not in given}
    rest = Mapping(node.place, {key: node.keys[key] for key in left}, left)
    return None if backing is None else (rest, backing)


def read_backing(parts: dict[str, Node]) -> Backing | None:
    """``sources``, ``grade`` and ``note`` of a value; None, with problems noted, if any is wrong or missing."""
    grade = choice(parts["grade"], GRADES, "grade") if "grade" in parts else None
    sources = read_sources(parts["sources"]) if "sources" in parts else ()
    if "sources" in parts and not sources and grade not in {None, "J"} and isinstance(parts["sources"], Sequence):
        parts["sources"].place.wrong("E0413", f"grade {grade} needs a source", "name a row of evidence, or use grade J")
    note = text(parts["note"], 500, "note") if "note" in parts else ""
    return None if grade is None or note is None or "sources" not in parts else Backing(sources, grade, note)


def read_range(node: Node, unit: str, possible: tuple[float, float] | None = None) -> tuple[float, float] | None:
    """``[least, most]``, both of them ``possible`` for the unit; None, with a problem noted, for anything else."""
    ends = items(node, "range")
    if len(ends) != 2:
        if isinstance(node, Sequence):
            node.place.wrong("E0411", f"a range has two ends, got {len(ends)}", "write [least, most]")
        return None
    least, most = (number(end, unit, *(possible or UNITS[unit]), "each end of range") for end in ends)
    if least is None or most is None:
        return None
    if least > most:
        node.place.wrong("E0411", "the range starts above its end", "write [least, most]")
        return None
    return least, most


def _check_range(cells: Cells, bounds: tuple[float, float], declaration: Declaration) -> None:
    said = set()
    for flat, (value, written) in enumerate(zip(cells.values.ravel(), cells.written, strict=True)):
        if written is not None and not bounds[0] <= value <= bounds[1] and id(written) not in said:
            said.add(id(written))
            name = cell_name(declaration, flat)
            written.place.wrong(
                "E0409", f"{name} is {echo(written.text)}, outside its range {bounds[0]:g} to {bounds[1]:g}"
            )


def as_text(node: Node) -> str:
    """A value as written, on one line."""
    if isinstance(node, Scalar):
        return node.text
    if isinstance(node, Mapping):
        return "{" + ", ".join(f"{key}: {as_text(value)}" for key, value in node.values.items()) + "}"
    return "[" + ", ".join(as_text(item) for item in node.items) + "]"
