"""The scenarios and programmes that come with Headway."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from scenarios.grammar import read_scenario
from scenarios.places import Found, in_library, library_names, locate
from scenarios.programme_files.known import KnownProgramme
from scenarios.programme_files.reader import read_programme
from scenarios.strict import read


@dataclass(frozen=True)
class Entry:
    """A scenario or a programme of the library."""

    name: str
    title: str
    summary: str


def library() -> list[Entry]:
    """The scenarios that the library holds, by name."""
    entries = []
    for name in library_names("scenario"):
        found = in_library(name, "scenario")
        node = read(found.path, found.file, found.root)
        file = read_scenario(node)
        node.place.source.stop_if_wrong()
        entries.append(Entry(name, file.title, file.summary))
    return entries


def programme_library() -> list[Entry]:
    """The programmes that the library holds, by name."""
    known = [load_programme(name) for name in library_names("programme")]
    return [Entry(programme.name, programme.title, programme.summary) for programme in known]


def load_programme(name_or_path: str | Path) -> KnownProgramme:
    """Read a programme of the library by name, or a user's by path.

    Raise :exc:`~scenarios.problems.InputError` with everything that is wrong with it.
    """
    found = locate(name_or_path, "programme")
    node = read(found.path, found.file, found.root)
    programme = read_programme(node, found.name, programme_names(found))
    node.place.source.stop_if_wrong()
    assert programme is not None
    return programme


def programme_names(found: Found) -> set[str]:
    """Names of programmes that a programme file may refer to: the library's, and files beside it."""
    beside = {path.stem for path in found.path.parent.glob("*.yaml")}
    return beside | set(library_names("programme"))
