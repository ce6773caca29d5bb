"""``headway workbook``: results as an accessible spreadsheet."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from analysis import options
from analysis.options import as_path, option

FILE = "The file to write, .xlsx or .ods. Both, in this folder and named after the results, if not given."


def workbook(
    out: options.Results,
    file: Annotated[Path | None, option("FILE", FILE, None, "--out", parser=as_path)] = None,
    allow_partial: options.AllowPartial = False,
    as_json: options.JsonOption = False,
) -> None:
    """Write results as a spreadsheet that everybody can use: differences, levels, costs, assumptions and evidence.

    Exit code 1 if what was written fails the check of its accessibility, 3 if runs are missing, unless --allow-partial.
    """
    from analysis.output.sheet.workbook import sheets, targets, write
    from analysis.output.study import Study
    from analysis.output.terminal import print_json, print_text
    from analysis.store import Store
    from analysis.telling import say

    store = Store.open(out)
    store.require_complete(allow_partial)
    files = targets(store, file)
    with Study.of(store) as study:
        made = sheets(study)
    found = []
    for path in files:
        wrong = write(made, path, study.title)
        found.append({"file": str(path), "sheets": len(made), "accessible": not wrong, "wrong": wrong})
        for sentence in wrong:
            say(f"{path}: {sentence}")
        if not as_json:
            print_text(f"{len(made)} sheets, {'NOT accessible' if wrong else 'accessibility checked'}: {path}")
    if as_json:
        print_json(found)
    if not all(one["accessible"] for one in found):
        raise typer.Exit(1)
