"""``headway app``: a page on this machine to ask "what if"."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from analysis import options


def app(
    port: Annotated[
        int,
        typer.Option(callback=options.within(0, 65535, "ports"), metavar="N", help="Port to listen on; 0 for a free one."),
    ] = 8765,
    host: Annotated[
        str | None,
        typer.Option(
            metavar="ADDR", show_default=False,
            help="Another address than this machine's own (127.0.0.1), at which others reach the page. Needs --token.",
        ),
    ] = None,
    token: Annotated[
        str | None,
        typer.Option(
            metavar="TOKEN", envvar="HEADWAY_APP_TOKEN", show_default=False,
            help="What whoever opens the page must give: new to have one made, or 22 random characters or more.",
        ),
    ] = None,
    workers: options.Workers = None,
    results: Annotated[
        Path, typer.Option(metavar="DIR", help="Folder in which saved comparisons are kept.")
    ] = Path("results"),
) -> None:  # fmt: skip
    """Open a page to ask "what if": choose programmes, move levers, and see differences as runs come in.

    Only this machine can reach it, and it needs no internet.
    """
    from analysis.app.server import serve

    serve(port, host, token, workers, results)
