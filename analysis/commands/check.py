"""``headway check``: find what is wrong with files of scenarios and programmes without running them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from analysis.show import JsonOption


def check(
    files: Annotated[
        list[Path],
        typer.Argument(metavar="FILE...", help="Files of scenarios, programmes or contexts.", show_default=False),
    ],
    as_json: JsonOption = False,
) -> None:
    """Check files of scenarios and programmes and say everything that is wrong with them; exit code 2 if anything is."""
    import scenarios
    from analysis.show import print_table

    found = {str(file): list(scenarios.check(file)) for file in files}
    if as_json:
        fields = ("file", "line", "column", "code", "message", "hint")
        print_table([{f: getattr(p, f) for f in fields} for problems in found.values() for p in problems], True)
    else:
        for file, problems in found.items():
            for problem in problems:
                print(problem.render())
            if not problems:
                print(f"{file}: OK")
    if any(found.values()):
        raise typer.Exit(2)
