"""The scenarios and programmes that come with Headway."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from scenarios.cites import cited_in
from scenarios.grammar import read_scenario
from scenarios.places import PACKAGE, Found, in_library, is_path, library_names, locate
from scenarios.problems import InputError, Problem, echo
from scenarios.programme_files.known import KnownProgramme
from scenarios.programme_files.measure_reader import is_measure, read_measure
from scenarios.programme_files.reader import KEYS, read_programme
from scenarios.resolve import load
from scenarios.scenario import Scenario
from scenarios.strict import Mapping, Node, did_you_mean, read
from scenarios.strict.fields import listed


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
    read_one = read_measure if is_measure(node) else read_programme
    programme = read_one(node, found.name, programme_names(found))
    cited_in([node.place.source])
    node.place.source.stop_if_wrong()
    assert programme is not None
    return programme


def programme_names(found: Found) -> set[str]:
    """Names of programmes that a programme file may refer to: the library's, and files beside it."""
    beside = {path.stem for path in found.path.parent.glob("*.yaml")}
    return beside | set(library_names("programme"))


def find(name_or_path: str | Path) -> KnownProgramme | Scenario:
    """The programme or the scenario of that name in the library, or in that file.

    Raise :exc:`~scenarios.problems.InputError` if there is neither, or if it is wrong.
    """
    text = str(name_or_path)
    if isinstance(name_or_path, Path) or is_path(text):
        found = locate(name_or_path)
        return (
            load_programme(found.path)
            if is_programme(read(found.path, found.file, found.root), found)
            else load(found.path)
        )
    programmes, scenarios = library_names("programme"), library_names("scenario")
    if text in programmes:
        return load_programme(text)
    if text in scenarios:
        return load(text)
    near = did_you_mean(text, [*programmes, *scenarios])
    hint = near or f"programmes are {listed(programmes)}; scenarios are {listed(scenarios)}; a path ends in .yaml"
    message = f"the library has no programme or scenario called {echo(text) or 'nothing'}"
    raise InputError([Problem(echo(text), None, None, "E0123", message, hint=hint)])


ONLY_PROGRAMMES = set(KEYS) - {"title", "summary"}
"""Keys that no other kind of file has."""


def is_programme(node: Node, found: Found) -> bool:
    """Whether a file describes a programme: by its place, or by its keys."""
    keys = set(node.values) if isinstance(node, Mapping) else set()
    return len(keys & ONLY_PROGRAMMES) > 1 or found.path.absolute().parent == PACKAGE / "programmes"
