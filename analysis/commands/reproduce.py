"""``headway reproduce``: make a figure or table of a report again, and say whether it is the same."""

from __future__ import annotations

from typing import Annotated

import typer

from analysis import options
from analysis.options import argument

QUICK = "Run nothing: compute it from the stored runs and hold it against the last report."


def reproduce(
    results: options.Results,
    name: Annotated[str, argument("ID", "A figure or table, such as FIG-1.")],
    quick: Annotated[bool, typer.Option("--quick", help=QUICK)] = False,
    schools: options.Schools = None,
    workers: options.Workers = None,
    as_json: options.JsonOption = False,
) -> None:
    """Run again what a figure or table of the report rests on, and say whether its numbers are the same to the last byte.

    Exit code 1 if they are not.
    """
    from analysis.output.html.reproduce import reproduce as again
    from analysis.output.terminal import print_json, print_paragraphs
    from analysis.store import Store

    found = again(Store.open(results), name, quick=quick, schools=schools, workers=workers)
    if as_json:
        about = {"id": found.exhibit.id, "title": found.exhibit.title}
        print_json({**about, "equal": found.equal, "how": found.how, "differs": found.differs})
    else:
        verdict = "equal" if found.equal else "NOT equal"
        print_paragraphs([f"{found.exhibit.id}, {found.exhibit.title}: {verdict} ({found.how}).", *found.differs])
    if not found.equal:
        raise typer.Exit(1)
