"""What was assumed: each scenario in words, what it changes with old and new values, its programmes, and the evidence."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING, Any

from analysis.explain import programme as of_programme
from analysis.explain import scenario as of_scenario
from analysis.explain.plainly import figure_words, parameter_words, published_value, unit_words
from analysis.explain.words import Item, Section, over_years, plain
from analysis.figures.tables import Table, columns
from analysis.figures.words import lower
from analysis.output.html.exhibits import Exhibit, Numbering
from scenarios.catalogue import load_programme
from scenarios.evidence import Citation, evidence
from scenarios.parameter_files import GRADES
from scenarios.places import library_names

if TYPE_CHECKING:
    from scenarios.programme_files.known import KnownProgramme
    from scenarios.scenario import Scenario

Resolved = Mapping[str, Any]
Told = tuple["KnownProgramme", list[Section]]
"""A programme, and all that is said of it."""

MOST_USES = 3
"""Figures that are named of those that rest on a source."""
SET_BY = {"lever": "chosen", "uncertainty": "uncertain"}
"""How the table calls what set a figure."""


@dataclass(frozen=True)
class Assumed:
    """One scenario in words."""

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
    described: Sequence[Resolved], read: Mapping[str, Scenario | None], numbering: Numbering
) -> tuple[list[Assumed], list[Told]]:
    """Every scenario of a manifest, the base first, and every programme that not all of them have, once."""
    base = described[0]
    found = [_one(s, None if s is base else base, read[s["name"]], numbering) for s in described]
    return found, _programmes(described, read)


def _one(described: Resolved, base: Resolved | None, scenario: Scenario | None, numbering: Numbering) -> Assumed:
    resolved = described["resolved"]
    mine, theirs = resolved["programmes"], {} if base is None else base["resolved"]["programmes"]
    same = [name for name in mine if name in theirs and mine[name] == theirs[name]]
    where = ""
    points: list[Any] = [p["title"] for name, p in mine.items() if name not in same]
    if scenario is not None:
        told = {section.heading: section.body for section in of_scenario.sections(scenario)}
        # Of no programme at all a sentence is said.
        points = []
        for heading, everybody in (("Programmes", False), ("Measures", True)):
            known = [p for p in scenario.programmes if p.everybody is everybody]
            points += [
                _titled(item, p) for p, item in zip(known, told.get(heading, ()), strict=False) if p.name not in same
            ]
        where = " ".join(map(str, told["Where and when"]))
        if changing := told.get("How the system of schools changes"):
            where += f" The system of schools changes. {'. '.join(map(str, changing))}."
    own = [
        _record(path, p, None, parameter_words(path))
        for path, p in resolved["parameters"].items()
        if p["set_by"] != "context"
    ]
    records = own if base is None else changes(described, base)
    exhibit = None
    if any(r["path"] for r in records):
        against = f"What {described['title']} changes" + ("" if base is None else f", compared with {base['title']}")
        exhibit = _table(against, records, numbering, base is not None)
    shared = [mine[name]["title"] for name in same]
    return Assumed(described["title"], resolved["summary"], where, points, shared, exhibit)


def _titled(item: Item | str, known: KnownProgramme) -> Item | str:
    """A point without the name that only files need."""
    named = f" ({known.name})"
    return item.replace(named, "") if isinstance(item, str) else replace(item, text=item.text.replace(named, ""))


def _table(title: str, records: list[dict[str, Any]], numbering: Numbering, compared: bool) -> Exhibit:
    headings = {"what": "What", "how": "Chosen or uncertain", "old": "Otherwise", "new": "Here", "range": "Range"}
    headings["grade"] = "Grade"
    if not compared:
        del headings["old"]
    rows = [
        {
            **{key: r[key] for key in ("what", "how")},
            **{key: show(r[key]) for key in ("old", "new")},
            "range": "" if r["range"] is None else f"{show(r['range'][0])} to {show(r['range'][1])}",
            "grade": f"{r['grade']}: {GRADES[r['grade']]}" if r["grade"] in GRADES else "",
        }
        for r in records
    ]
    note = "Range: between which values it could be, by its source or judgement."
    if compared:
        note = f"Otherwise: in the base, or in the programme's own file where the base does not have it. {note}"
    made = Table(title, columns(headings, ("old", "new", "range")), rows, records, note)
    return numbering.table(made, from_runs=False)


def changes(described: Resolved, base: Resolved) -> list[dict[str, Any]]:
    """What differs between a scenario and the base, a record each: parameters, programmes and their figures."""
    mine, theirs = described["resolved"], base["resolved"]
    found = _unequal("", mine["parameters"], theirs["parameters"])
    ours, before = mine["programmes"], theirs["programmes"]
    for name in dict.fromkeys([*ours, *before]):
        if name not in before or name not in ours:
            words = ("does not run", "runs") if name in ours else ("runs", "does not run")
            found.append(_setting(f"Programme: {(ours.get(name) or before[name])['title']}", *words, path=""))
        other = before.get(name) or _in_library(name)
        if name in ours and other:
            here = ours[name]
            old, new = (_places(programme["places"]) for programme in (other, here))
            set_here = [(f"places.{key}", old[key], value) for key, value in new.items()]
            set_here += [(key, other[key], here[key]) for key in ("withdrawn", "years")]
            if here["who"] != other["who"]:
                set_here.append(("who", "as in its file", "other conditions, told below"))
            found += [
                _setting(f"{here['title']}: {lower(figure_words(key, here))}", was, now, f"{name}: {key}")
                for key, was, now in set_here
                if now != was
            ]
            found += _unequal(name, here["figures"], other["figures"], here)
    return found


def _unequal(
    name: str, new: Mapping[str, Resolved], old: Mapping[str, Resolved], programme: Resolved | None = None
) -> list[dict[str, Any]]:
    """Figures whose value is another, or that are not there, in ``old``; of a programme, or parameters of the model."""
    return [
        _record(f"{name}: {path}" if programme else path, figure, old.get(path), _said(path, programme))
        for path, figure in new.items()
        if _dated(old.get(path)) != _dated(figure)
    ]


def _said(path: str, programme: Resolved | None) -> str:
    """What a path is about, in words: a figure of a programme, or a parameter of the model."""
    return (
        parameter_words(path) if programme is None else f"{programme['title']}: {lower(figure_words(path, programme))}"
    )


def _places(places: Resolved) -> dict[str, Any]:
    """What a programme says of its places; numbers with dates in words."""
    numbers = {key: value for key, value in places.items() if not key.endswith("_until")}
    dated = {
        key: {"value": value, "until": places[f"{key}_until"]}
        for key, value in numbers.items()
        if f"{key}_until" in places
    }
    return {**numbers, **{key: over_years(figure, show) for key, figure in dated.items()}}


def _dated(figure: Resolved | None) -> tuple[Any, Any]:
    return (None, None) if figure is None else (figure["value"], figure.get("until"))


@cache
def _in_library(name: str) -> Resolved:
    """A programme as its own file has it; empty if it is not the library's."""
    return load_programme(name).resolved() if name in library_names("programme") else {}


def _setting(what: str, old: Any, new: Any, path: str | None = None) -> dict[str, Any]:
    """What is chosen and is no figure with a source."""
    none: dict[str, Any] = {"unit": "", "range": None, "grade": "", "sources": []}
    return {"path": what if path is None else path, "what": what, "how": "chosen", "old": old, "new": new, **none}


def _record(path: str, new: Resolved, old: Resolved | None, said: str) -> dict[str, Any]:
    unit = "" if new["unit"] in ("", "share", "probability", "number") else f" ({unit_words(new['unit'])})"
    how = SET_BY.get(new["set_by"], "as its file has it")
    values = {"old": None if old is None else over_years(old, show), "new": over_years(new, show)}
    kept = {key: new[key] for key in ("unit", "range", "grade", "sources")}
    return {"path": path, "what": f"{said}{unit}", "how": how, **values, **kept}


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


def _programmes(described: Sequence[Resolved], read: Mapping[str, Scenario | None]) -> list[Told]:
    everywhere = set.intersection(*(set(s["resolved"]["programmes"]) for s in described))
    if len(described) == 1:
        everywhere = set()
    found: dict[str, Told] = {}
    for scenario in (one for s in described if (one := read[s["name"]]) is not None):
        for known in scenario.programmes:
            if known.name not in found and known.name not in everywhere:
                sections = [section for section in of_programme.sections(known) if section.heading and section.body]
                found[known.name] = known, sections
    return list(found.values())


@dataclass(frozen=True)
class Cited:
    """The published figures that scenarios rest on, and how firm they are."""

    grades: Exhibit
    of_policies: Exhibit | None
    """Rows behind what policies change; None if they cite none, or there are no policies."""
    of_base: Exhibit | None
    """Rows behind everything else."""


def cited(described: Sequence[Resolved], numbering: Numbering) -> Cited:
    """The evidence behind the scenarios of a manifest."""
    base = dict(_figures(described[0]["resolved"]))
    changed: dict[str, Resolved] = {}
    for policy in described[1:]:
        changed |= {path: f for path, f in _figures(policy["resolved"]) if base.get(path) != f}
    several = len(described) > 1
    grades = _grades(base, changed, several, numbering)
    programmes = {name: known for one in described for name, known in one["resolved"]["programmes"].items()}

    def says(path: str) -> str:
        name, of_programme, inner = path.partition(": ")
        return _said(inner, programmes[name]) if of_programme else parameter_words(path)

    of_policies = _cited("Evidence behind what the policies change", changed, numbering, says) if several else None
    named = "Evidence behind everything else" if several else "Evidence behind this scenario"
    return Cited(grades, of_policies, _cited(named, base, numbering, says))


def _figures(resolved: Resolved) -> Iterator[tuple[str, Resolved]]:
    """Every figure with what it rests on, a publication of the scenario's own as what it cites."""
    cites = {name: Citation(**citation) for name, citation in resolved.get("cites", {}).items()}
    for path, figure in _all_figures(resolved):
        own = [cites.get(source, source) for source in figure["sources"]]
        yield path, {**figure, "sources": own} if cites else figure


def _all_figures(resolved: Resolved) -> Iterator[tuple[str, Resolved]]:
    yield from resolved["parameters"].items()
    for name, programme in resolved["programmes"].items():
        for path, figure in programme["figures"].items():
            yield f"{name}: {path}", figure
        for alone in programme.get("leaves_alone", ()):
            if alone.get("sources"):
                yield f"{name}: leaves {alone['outcome']} alone", {"sources": alone["sources"], "grade": ""}


def _grades(
    base: Mapping[str, Resolved], changed: Mapping[str, Resolved], several: bool, numbering: Numbering
) -> Exhibit:
    """How many figures are of each grade."""
    headings = {"grade": "Grade", "meaning": "Rests on", "base": "Figures of the base" if several else "Figures"}
    headings |= {"changed": "Figures that policies set otherwise"} if several else {}
    counts = [Counter(f["grade"] for f in figures.values()) for figures in (base, changed)]
    records = [
        {"grade": g, "meaning": meaning, "base": counts[0].get(g, 0), "changed": counts[1].get(g, 0)}
        for g, meaning in GRADES.items()
    ]
    rows = [{key: str(value) for key, value in record.items()} for record in records]
    note = "From A, the firmest, to D; J is judgement, or fitted so that outcomes match published figures."
    made = Table("How firm the evidence is", columns(headings, ("base", "changed")), rows, records, note)
    return numbering.table(made, from_runs=False)


def _cited(
    title: str, figures: Mapping[str, Resolved], numbering: Numbering, says: Callable[[str], str]
) -> Exhibit | None:
    used: dict[str | Citation, list[str]] = {}
    for path, figure in figures.items():
        for source in figure["sources"]:
            used.setdefault(source, []).append(path)
    if not used:
        return None
    records, rows = [], []
    for source, paths in used.items():
        said, words = _told(source)
        grades = sorted({figures[p]["grade"] for p in paths} - {""})
        record: dict[str, Any] = {**said, "used": paths, "grades": grades}
        records.append(record)
        used_for = list(dict.fromkeys(says(path) for path in paths))
        named = "; ".join(used_for[:MOST_USES]) + (
            f" and {len(used_for) - MOST_USES} more" if len(used_for) > MOST_USES else ""
        )
        rows.append({**words, "used": named, "grade": ", ".join(grades), "link": "source"})
    headings = {"says": "What was found", "value": "Figure", "used": "Used for", "grade": "Grade", "source": "Source"}
    made = Table(title, columns(headings, ["value"]), rows, records, "Grade: of the figures that cite it.")
    return numbering.table(made, from_runs=False)


def _told(source: str | Citation) -> tuple[dict[str, Any], dict[str, str]]:
    """What a source says, as a record and in words: a row of evidence by its id, or a publication of a file's own."""
    if isinstance(source, Citation):
        link = source.address if is_link(source.address) else ""
        shown = f" ({source.address})" if source.address and not link else ""
        words = {"says": source.says, "value": "", "source": f"{source.title}, {source.year}{shown}", "url": link}
        return {"id": "", **source.resolved()}, words
    row = evidence().get(source)
    if row is None:
        return {"id": source}, {"says": source, "value": "", "source": "not known to this version", "url": ""}
    record: dict[str, Any] = {"id": source, "says": row.quantity, "value": row.value, "unit": row.unit}
    record |= {"title": row.source_title, "url": row.source_url, "read": row.verified}
    words = {"says": row.quantity, "value": _value(row), "source": _source(row)}
    return record, {**words, "url": row.source_url if is_link(row.source_url) else ""}


def _value(row: Any) -> str:
    if row.no_effect_found:
        return "no effect found"
    return "claimed" if row.is_claim else published_value(row.value, row.unit)


def _source(row: Any) -> str:
    title = row.source_title or row.source_url
    if not is_link(row.source_url) and row.source_url and row.source_url != title:
        title = f"{title} ({row.source_url})"
    return title if row.verified else f"{title} (not read in a source)"


def is_link(address: str) -> bool:
    """Whether an address is made a link: plain https and nothing else."""
    return address.startswith("https://") and not any(c.isspace() or c in "<>\"'`" for c in address)
