"""The evidence that scenarios rest on: every row that a figure cites, with its source, and how firm it is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from analysis.output.html.exhibits import Column, Exhibit, Numbering
from scenarios.parameter_files import GRADES


@dataclass(frozen=True)
class Cited:
    """What is cited, and how firm it is."""

    grades: Exhibit
    of_policies: Exhibit | None
    """Rows behind what policies change; None if they cite none, or there are no policies."""
    of_base: Exhibit | None
    """Rows behind everything else."""


def cited(manifest: Mapping[str, Any], numbering: Numbering) -> Cited:
    """The evidence behind the scenarios of a manifest."""
    described = manifest["scenarios"]
    base = dict(_figures(described[0]))
    changed: dict[str, Mapping[str, Any]] = {}
    for policy in described[1:]:
        changed |= {path: f for path, f in _figures(policy) if base.get(path) != f}
    several = len(described) > 1
    grades = _grades(base, changed, several, numbering)
    of_policies = None
    if several:
        of_policies = _table("Evidence behind what the policies change", changed, numbering)
    named = "Evidence behind everything else" if several else "Evidence behind this scenario"
    return Cited(grades, of_policies, _table(named, base, numbering))


def _figures(described: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    resolved = described.get("resolved") or {}
    yield from resolved.get("parameters", {}).items()
    for name, programme in resolved.get("programmes", {}).items():
        for path, figure in programme["figures"].items():
            yield f"{name}: {path}", figure
        for alone in programme.get("leaves_alone", ()):
            if alone.get("sources"):
                yield f"{name}: leaves {alone['outcome']} alone", {"sources": alone["sources"], "grade": ""}


def _grades(base: Mapping[str, Any], changed: Mapping[str, Any], several: bool, numbering: Numbering) -> Exhibit:
    """How many figures are of each grade."""
    columns = [Column("grade", "Grade"), Column("meaning", "Rests on")]
    columns += [Column("base", "Figures of the base" if several else "Figures", True)]
    columns += [Column("changed", "Figures that policies set otherwise", True)] if several else []
    counts = [Counter(f["grade"] for f in figures.values()) for figures in (base, changed)]
    rows = [
        {"grade": g, "meaning": meaning, "base": counts[0].get(g, 0), "changed": counts[1].get(g, 0)}
        for g, meaning in GRADES.items()
    ]
    text = [{k: str(v) for k, v in row.items()} for row in rows]
    note = "From A, the firmest, to D; J is judgement, or fitted so that outcomes match published figures."
    return numbering.table("How firm the evidence is", columns, text, rows, note, from_runs=False)


def _table(title: str, figures: Mapping[str, Mapping[str, Any]], numbering: Numbering) -> Exhibit | None:
    from scenarios.evidence import evidence

    known = evidence()
    used: dict[str, list[str]] = {}
    for path, figure in figures.items():
        for source in figure["sources"]:
            used.setdefault(source, []).append(path)
    if not used:
        return None
    records, rows = [], []
    for source, paths in used.items():
        row = known.get(source)
        grades = sorted({figures[p]["grade"] for p in paths} - {""})
        record: dict[str, Any] = {"id": source, "used": paths, "grades": grades}
        if row is not None:
            record |= {"says": row.quantity, "value": row.value, "unit": row.unit, "title": row.source_title,
                       "url": row.source_url, "read": row.verified}  # fmt: skip
        records.append(record)
        rows.append(
            {
                "says": source if row is None else row.quantity,
                "value": "" if row is None else _value(row),
                "used": ", ".join(paths[:4]) + (f" and {len(paths) - 4} more" if len(paths) > 4 else ""),
                "grade": ", ".join(grades),
                "source": "not known to this version" if row is None else _source(row),
                "url": "" if row is None or not is_link(row.source_url) else row.source_url,
                "link": "source",
            }
        )
    columns = (Column("says", "What was found"), Column("value", "Figure", True), Column("used", "Used for"),
               Column("grade", "Grade"), Column("source", "Source"))  # fmt: skip
    return numbering.table(title, columns, rows, records, "Grade: of the figures that cite it.", from_runs=False)


def _value(row: Any) -> str:
    if row.no_effect_found:
        return "no effect found"
    if row.is_claim:
        return "claimed"
    return f"{row.value} {row.unit.replace('_', ' ')}".strip()


def _source(row: Any) -> str:
    title = row.source_title or row.source_url
    if not is_link(row.source_url) and row.source_url and row.source_url != title:
        title = f"{title} ({row.source_url})"
    return title if row.verified else f"{title} (not read in a source)"


def is_link(address: str) -> bool:
    """Whether an address is made a link: plain https and nothing else."""
    return address.startswith("https://") and not any(c.isspace() or c in "<>\"'`" for c in address)
