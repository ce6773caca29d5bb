"""``headway explain``: a programme or a scenario in plain English."""

from __future__ import annotations

from typing import Annotated

from analysis.options import argument, as_name


def explain(
    name: Annotated[
        str,
        argument("NAME", "A programme or scenario: its name in the library, or the path of a file.", parser=as_name),
    ],
) -> None:
    """Say in plain English what a programme does, costs and rests on, or what a scenario changes."""
    from analysis.explain import explained

    print(explained(name))
