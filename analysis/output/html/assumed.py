"""What was assumed: each scenario in words, what it changes with old and new values, and its programmes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from analysis.explain.text import Item, Section
from analysis.explain.words import plain
from analysis.output.html.exhibits import Column, Exhibit, Numbering
from scenarios.parameter_files import GRADES

if TYPE_CHECKING:
    from scenarios.resolve import Scenario

EFFECTS = "What it is assumed to change, where all is delivered as planned"
BRIEF = ("Who may join", "How many, and when", "What is delivered, and by whom", EFFECTS)
"""Sections of a programme that everybody sees; all the others, and sources, are a click away."""
SET_BY = {"lever": "chosen", "uncertainty": "uncertain"}
"""How the table calls what set a figure."""


@dataclass(frozen=True)
class Programme:
    """A programme in words."""

    name: str
    title: str
    summary: str
    brief: list[Section]
    """What everybody sees: effects with their ranges and grades, without notes and sources."""
    sections: list[Section]
    """Everything."""


@dataclass(frozen=True)
class Assumed:
    """One scenario in words."""

    name: str
    title: str
    summary: str
    where: str
    programmes: list[Any]
    """Points: how each programme runs here and what is set otherwise than in its file."""
    shared: list[str]
    """Titles of programmes that run in the base as well, in the same way."""
    changes: Exhibit | None
    """What differs from the base."""


def assumed(
    manifest: Mapping[str, Any], read: Mapping[str, Scenario | None], numbering: Numbering
) -> tuple[list[Assumed], list[Programme]]:
    """Every scenario of the manifest, the base first, and every programme that not all of them have, once."""
    described = manifest["scenarios"]
    base = described[0]
    found = [_one(s, None if s is base else base, read.get(s["name"]), numbering) for s in described]
    return found, _programmes(described, read)


def _one(
    described: Mapping[str, Any], base: Mapping[str, Any] | None, scenario: Scenario | None, numbering: Numbering
) -> Assumed:
    from analysis.explain import scenario as words

    resolved = described.get("resolved") or {}
    theirs = {} if base is None else (base.get("resolved") or {}).get("programmes", {})
    mine = resolved.get("programmes", {})
    same = [name for name in mine if name in theirs and mine[name] == theirs[name]]
    sections = {s.heading: s for s in words.sections(scenario)} if scenario is not None else {}
    points: list[Any] = []
    if scenario is not None:
        points = [words.programme_item(p, scenario) for p in scenario.programmes if p.name not in same]
    elif mine:
        points = [f"{p['title']} ({name})" for name, p in mine.items() if name not in same]
    records = changes(described, base) if base is not None else own_changes(resolved)
    exhibit = None
    if any(r["path"] for r in records):
        against = f"What {described['title']} changes" + ("" if base is None else f", compared with {base['title']}")
        exhibit = _table(against, records, numbering, base is not None)
    where = " ".join(str(b) for b in sections["Where and when"].body) if "Where and when" in sections else ""
    return Assumed(
        described["name"], described["title"], resolved.get("summary", ""), where, points,
        [mine[name]["title"] for name in same], exhibit,
    )  # fmt: skip


def _table(title: str, records: list[dict[str, Any]], numbering: Numbering, compared: bool) -> Exhibit:
    columns = [Column("what", "What"), Column("how", "Chosen or uncertain")]
    columns += [Column("old", "Otherwise", True)] if compared else []
    columns += [Column("new", "Here", True), Column("range", "Range", True), Column("grade", "Grade")]
    rows = [
        {
            "what": r["what"], "how": r["how"], "old": show(r["old"]), "new": show(r["new"]),
            "range": "" if r["range"] is None else f"{show(r['range'][0])} to {show(r['range'][1])}",
            "grade": f"{r['grade']}: {GRADES[r['grade']]}" if r["grade"] in GRADES else "",
        }
        for r in records
    ]  # fmt: skip
    note = "Range: between which values it could be, by its source or judgement."
    if compared:
        note = f"Otherwise: in the base, or in the programme's own file where the base does not have it. {note}"
    return numbering.table(title, columns, rows, records, note, from_runs=False)


def own_changes(resolved: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What a scenario sets itself, a record each."""
    return [_record(path, p, None) for path, p in resolved.get("parameters", {}).items() if p["set_by"] != "context"]


def changes(described: Mapping[str, Any], base: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What differs between a scenario and the base, a record each: parameters, programmes and their figures."""
    mine, theirs = (s.get("resolved") or {} for s in (described, base))
    found = [
        _record(path, p, theirs["parameters"].get(path))
        for path, p in mine.get("parameters", {}).items()
        if theirs.get("parameters", {}).get(path, {}).get("value") != p["value"]
    ]
    ours, before = mine.get("programmes", {}), theirs.get("programmes", {})
    for name in dict.fromkeys([*ours, *before]):
        if name not in before or name not in ours:
            title = (ours.get(name) or before[name])["title"]
            words = ("does not run", "runs") if name in ours else ("runs", "does not run")
            found.append(_setting("", f"Programme: {title}", *words))
        if name in ours:
            found += _of_programme(name, ours[name], before.get(name) or _in_library(name))
    return found


def _of_programme(name: str, mine: Mapping[str, Any], other: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What differs between two forms of a programme."""
    if not other:
        return []
    found = [
        _setting(f"{name}: {part}.{key}", f"{name}: {part}.{key}", other[part][key], value)
        for part in ("places",)
        for key, value in mine[part].items()
        if value != other[part][key]
    ]
    found += [
        _setting(f"{name}: {key}", f"{name}: {key}", other[key], mine[key])
        for key in ("who", "withdrawn", "years")
        if mine[key] != other[key]
    ]
    return found + [
        _record(f"{name}: {path}", figure, other["figures"].get(path))
        for path, figure in mine["figures"].items()
        if figure["value"] != other["figures"].get(path, {}).get("value")
    ]


@cache
def _in_library(name: str) -> Mapping[str, Any]:
    """A programme as its own file has it; empty if it is not the library's."""
    from scenarios.catalogue import load_programme
    from scenarios.places import library_names

    return load_programme(name).resolved() if name in library_names("programme") else {}


def _setting(path: str, what: str, old: Any, new: Any) -> dict[str, Any]:
    """What is chosen and is no figure with a source."""
    return {"path": path, "what": what, "how": "chosen", "old": old, "new": new, "unit": "", "range": None, "grade": "",
            "sources": []}  # fmt: skip


def _record(path: str, new: Mapping[str, Any], old: Mapping[str, Any] | None) -> dict[str, Any]:
    unit = "" if new["unit"] in ("", "share", "probability") else f" ({new['unit']})"
    return {
        "path": path, "what": f"{path}{unit}", "how": SET_BY.get(new["set_by"], "as its file has it"), "old": None if old is None else old["value"],
        "new": new["value"], "unit": new["unit"], "range": new["range"], "grade": new["grade"], "sources": new["sources"],
    }  # fmt: skip


def show(value: Any) -> str:
    """A value for reading; tables of values as their span."""
    if value is None:
        return ""
    if isinstance(value, list):
        flat = _flat(value)
        numbers = [v for v in flat if isinstance(v, int | float)]
        if not numbers or len(numbers) < len(flat):
            return ", ".join(str(v) for v in flat[:8])
        low, high = min(numbers), max(numbers)
        return plain(low) if low == high else f"{len(numbers)} values, {plain(low)} to {plain(high)}"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if not isinstance(value, int | float):
        return str(value)
    return plain(value) if abs(value) >= 0.001 or value == 0 else f"{value:.2g}"


def _flat(value: Sequence[Any]) -> list[Any]:
    return [v for part in value for v in (_flat(part) if isinstance(part, list) else [part])]


def _programmes(described: Sequence[Mapping[str, Any]], read: Mapping[str, Scenario | None]) -> list[Programme]:
    from analysis.explain import programme as words

    everywhere = set.intersection(*(set((s.get("resolved") or {}).get("programmes", {})) for s in described))
    if len(described) == 1:
        everywhere = set()
    found: dict[str, Programme] = {}
    for s in described:
        scenario = read.get(s["name"])
        for known in () if scenario is None else scenario.programmes:
            if known.name in found or known.name in everywhere:
                continue
            sections = [section for section in words.sections(known) if section.heading and section.body]
            found[known.name] = Programme(known.name, known.title, known.summary, _brief(sections), sections)
    return list(found.values())


def _brief(sections: Sequence[Section]) -> list[Section]:
    found = []
    for section in sections:
        if section.heading == EFFECTS:
            items = [
                Item(item.text, tuple(line for line in item.below if line.startswith(("It could be", "Grade "))))
                for item in section.body
                if isinstance(item, Item)
            ]
            found.append(Section(section.heading, tuple(items)))
        elif section.heading in BRIEF:
            found.append(section)
    return found
