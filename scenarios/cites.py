"""Publications that a file cites beside the library's rows of evidence: under ``cites:``, each by a name of the file's own."""

from __future__ import annotations

import re
from collections.abc import Iterable
from collections.abc import Mapping as Mapping_

from scenarios.evidence import Citation, Row, evidence
from scenarios.problems import echo
from scenarios.strict import Mapping, Node, Source, did_you_mean, fields, items, text, whole

FIRST_YEAR, LAST_YEAR = 1800, 2100
_NAME = re.compile(r"[a-z][a-z0-9_]*\Z")


def read_cites(node: Node) -> None:
    """``cites:`` of a file, kept in its source for the ``sources:`` that follow; problems are noted there."""
    if not isinstance(node, Mapping):
        fields(node, "cites")
        return
    for name, value in node.values.items():
        place = node.keys[name].place
        if not _NAME.match(name):
            place.wrong("E0115", f"a publication goes by a name of small letters, digits and _, got {echo(name)}")
        elif name in evidence():
            place.wrong(
                "E0417", f"{name} is a row of the library's evidence", "name it under sources:, or choose another name"
            )
        elif (found := _read_citation(value, f"cites.{name}")) is not None:
            place.source.cites[name] = (found, place)


def _read_citation(node: Node, what: str) -> Citation | None:
    parts = fields(node, what, ("title", "year"), ("address", "says"))
    title = text(parts["title"], 300, "title") if "title" in parts else None
    year = whole(parts["year"], FIRST_YEAR, LAST_YEAR, "year") if "year" in parts else None
    more = {key: text(parts[key], 500, key) for key in ("address", "says") if key in parts}
    if title is None or year is None:
        return None
    return Citation(title, year, **{key: words for key, words in more.items() if words is not None})


def read_sources(node: Node) -> tuple[str, ...]:
    """Ids of rows of evidence, and names under the file's own ``cites:``."""
    known, cites = evidence(), node.place.source.cites
    found: list[str] = []
    for item in items(node, "sources"):
        source = text(item, 100, "a source")
        if source is None:
            continue
        if source not in known and source not in cites:
            hint = did_you_mean(source, [*known, *cites]) or (
                f"a publication of your own: cites: {{{source}: {{title: …, address: …, year: …}}}}"
                if _NAME.match(source)
                else "sources are ids in scenarios/evidence/*.csv, or names under cites:"
            )
            item.place.wrong("E0412", f"no row of evidence has the id {echo(source)}", hint)
        elif source in found:
            item.place.wrong("E0412", f"the source {source} is here twice")
        else:
            found.append(source)
            item.place.source.cited.add(source)
    return tuple(found)


def cited_in(sources: Iterable[Source]) -> dict[str, Citation]:
    """What these files cite, by name; problems are noted for what nothing names, and for one name of two publications."""
    found: dict[str, tuple[Citation, Source]] = {}
    for source in sources:
        for name, (citation, place) in source.cites.items():
            if name not in source.cited:
                place.wrong(
                    "E0417",
                    f"nothing in this file rests on {name}",
                    f"write sources: [{name}] beside what does, or take it out",
                )
            known, where = found.setdefault(name, (citation, source))
            if known != citation:
                place.wrong(
                    "E0417",
                    f"{name} is another publication in {where.file}",
                    "choose another name, or cite the same one",
                )
    return {name: citation for name, (citation, _) in found.items()}


def backing(source: str, cites: Mapping_[str, Citation]) -> Row | Citation:
    """What a source stands for. Raise :exc:`KeyError` if nothing does."""
    return cites[source] if source in cites else evidence()[source]
