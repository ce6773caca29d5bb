"""``headway new``: write the stub of something new, and say what is left to do."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from analysis.options import JsonOption, argument, as_path, option

What = Literal["programme", "scenario", "measure", "chart", "process", "parameter"]
NAME = "Its name, such as peer-mentors; of a parameter its path, such as leave.per_hour_of_travel."
OUT = "Folder for a programme or a scenario: this one if not given."


def new(
    kind: Annotated[What, typer.Argument(help="What to add.", show_default=False)],
    name: Annotated[str, argument("NAME", NAME)],
    out: Annotated[Path | None, option("DIR", OUT, show_default=False, parser=as_path)] = None,
    as_json: JsonOption = False,
) -> None:
    """Write the stub of a programme or scenario of yours, or of a new part of the model, and say what is left to do."""
    from analysis.output.terminal import print_json, print_text
    from analysis.stubs.write import write

    made, left = write(kind, name, out)
    if as_json:
        print_json({"files": [str(path) for path in made], "left": left})
        return
    here = Path.cwd()
    for path in made:
        print_text(str(path.relative_to(here) if path.is_relative_to(here) else path))
    print_text("It loads and passes the checks as it is. Left to do:")
    for line in left:
        print_text(f"  - {line}")
