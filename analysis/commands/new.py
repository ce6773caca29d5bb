"""``headway new``: write the stub of something new, and say what is left to do."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer


class What(StrEnum):
    """What can be added."""

    programme = "programme"
    scenario = "scenario"
    measure = "measure"
    chart = "chart"
    process = "process"
    parameter = "parameter"


def new(
    kind: Annotated[What, typer.Argument(help="What to add.", show_default=False)],
    name: Annotated[
        str,
        typer.Argument(
            metavar="NAME",
            help="Its name, such as peer-mentors; of a parameter its path, such as leave.per_hour_of_travel.",
            show_default=False,
        ),
    ],
    out: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR",
            help="Folder for a programme or a scenario: this one if not given.",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Write the stub of a programme or scenario of yours, or of a new part of the model, and say what is left to do."""
    from analysis.stubs.write import write

    made, left = write(kind.value, name, out)
    here = Path.cwd()
    for path in made:
        print(path.relative_to(here) if path.is_relative_to(here) else path)
    print("It loads and passes the checks as it is. Left to do:")
    for line in left:
        print(f"  - {line}")
