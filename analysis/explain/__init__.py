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
    from scenarios.catalogue import find
    from scenarios.programme_files.known import KnownProgramme

    found = find(str(name))
    told = programme.sections(found) if isinstance(found, KnownProgramme) else scenario.sections(found)
    return Explanation(found.title, told)
