"""Programmes and scenarios in plain English."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from analysis.explain.words import Explanation


def explained(name: str | Path) -> Explanation:
    """What the programme or scenario ``name`` is about. Raise ``scenarios.InputError`` if it cannot be used."""
    from analysis.explain import programme, scenario
    from analysis.explain.words import Explanation
    from analysis.figures.naming import naming_of, speaking, system_of
    from scenarios.catalogue import find
    from scenarios.programme_files.known import KnownProgramme

    found = find(str(name))
    if isinstance(found, KnownProgramme):
        return Explanation(found.title, programme.sections(found))
    with speaking(naming_of(system_of(found.structure, found.resolved()))):
        told = scenario.sections(found)
    return Explanation(found.title, told)
