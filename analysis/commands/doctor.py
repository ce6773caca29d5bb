"""``headway doctor``: whether this machine has what Headway needs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from analysis.options import JsonOption, argument, as_path


def doctor(
    results: Annotated[Path | None, argument("OUT", "Look at this folder of results too.", parser=as_path)] = None,
    as_json: JsonOption = False,
) -> None:
    """Look at versions, compiled model, room, memory, limits, loopback, fonts and what was left behind; a line for each.

    Exit code 1 if something stops every run.
    """
    from dataclasses import asdict

    from analysis.doctor import WRONG, look
    from analysis.output.terminal import print_table, print_text

    found = list(look(results))
    if as_json:
        print_table([asdict(finding) for finding in found], True)
    else:
        for one in found:
            print_text(f"{one.state:5}  {one.about}: {one.found}" + (f". To do: {one.advice}" if one.advice else ""))
    if any(finding.state == WRONG for finding in found):
        raise typer.Exit(1)
