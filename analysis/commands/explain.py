"""``headway explain``: a programme or a scenario in plain English."""

from __future__ import annotations

from typing import Annotated

import typer


def explain(
    name: Annotated[
        str,
        typer.Argument(
            metavar="NAME",
            help="A programme or scenario: its name in the library, or the path of a file.",
            show_default=False,
        ),
    ],
) -> None:
    """Say in plain English what a programme does, costs and rests on, or what a scenario changes."""
    from analysis.explain import programme, scenario
    from analysis.explain.words import page, page_width
    from scenarios.catalogue import find
    from scenarios.programme_files.known import KnownProgramme

    found = find(name)
    sections = programme.sections(found) if isinstance(found, KnownProgramme) else scenario.sections(found)
    print(page(found.title, sections, page_width()))
