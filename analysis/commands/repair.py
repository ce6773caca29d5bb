"""``headway repair``: put aside what is damaged in a folder of results."""

from __future__ import annotations

import typer

from analysis import options


def repair(results: options.Results, as_json: options.JsonOption = False) -> None:
    """Put aside what is damaged in a folder of results, as the messages about damage advise, and say what to do next.

    Exit code 3 if runs are missing then, 2 if something is wrong that only you can mend.
    """
    from analysis.output.terminal import print_json, print_paragraphs, print_text
    from analysis.store import Store
    from analysis.store.files import DamagedError
    from analysis.store.layout import ASIDE
    from analysis.store.repair import repair as mend

    moved, wrong = mend(results)
    try:
        stamp = "" if wrong else Store.open(results).status().stamp
    except DamagedError:
        stamp = "the folder no longer says what it is to hold"
    if as_json:
        print_json({"aside": [str(path) for path in moved], "wrong": [str(error) for error in wrong], "stamp": stamp})
    else:
        for path in moved:
            print_text(f"Put aside: {path}")
        if moved:
            print_text(f"What was put aside is in {results / ASIDE}; it is of no more use to Headway.")
        if wrong:
            print_paragraphs([error.render() for error in wrong])
        elif stamp:
            print_text(f"{stamp}. Run again the command that made these results: what is missing is made anew.")
        else:
            print_text("OK: every run is there." if moved else "OK: nothing is damaged.")
    if wrong or stamp:
        raise typer.Exit(2 if wrong else 3)
