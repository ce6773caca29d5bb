"""Programmes and scenarios in plain English."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from analysis.explain.words import Section


def explained(name: str | Path) -> tuple[str, list[Section]]:
    """Title and sections of the programme or scenario ``name``. Raise ``scenarios.InputError`` if it cannot be used."""
    from analysis.explain import programme, scenario
    from scenarios.catalogue import find
    from scenarios.programme_files.known import KnownProgramme

    found = find(str(name))
    return found.title, programme.sections(found) if isinstance(found, KnownProgramme) else scenario.sections(found)
