"""The scenarios that come with Headway."""

from __future__ import annotations

from dataclasses import dataclass

from scenarios.grammar import read_scenario
from scenarios.places import in_library, library_names
from scenarios.strict import read


@dataclass(frozen=True)
class Entry:
    """A scenario of the library."""

    name: str
    title: str
    summary: str


def library() -> list[Entry]:
    """What the library holds, by name."""
    entries = []
    for name in library_names("scenario"):
        found = in_library(name, "scenario")
        node = read(found.path, found.file, found.root)
        file = read_scenario(node)
        node.place.source.stop_if_wrong()
        entries.append(Entry(name, file.title, file.summary))
    return entries
