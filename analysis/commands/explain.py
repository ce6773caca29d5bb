"""``headway explain``: a programme or a scenario in plain English."""

from __future__ import annotations

from typing import Annotated

from analysis.options import EITHER, JsonOption, argument


def explain(
    name: Annotated[
        str,
        argument("NAME", "A programme or scenario: its name in the library, or the path of a file.", **EITHER),
    ],
    as_json: JsonOption = False,
) -> None:
    """Say in plain English what a programme does, costs and rests on, or what a scenario changes."""
    from analysis.explain import explained
    from analysis.output.terminal import print_json

    found = explained(name)
    if as_json:
        print_json(found.plain())
    else:
        print(found)
