"""``headway app``: a page on this machine to ask "what if"."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from analysis import options
from analysis.options import as_path, option

HOST = "Another address than this machine's own (127.0.0.1), at which others reach the page. Needs --token."
TOKEN = "What whoever opens the page must give: new to have one made, or 22 random characters or more."


def app(
    port: Annotated[int, option("N", "Port to listen on; 0 for a free one.", options.within(0, 65535, "ports"))] = 8765,
    host: Annotated[str | None, option("ADDR", HOST)] = None,
    token: Annotated[str | None, option("TOKEN", TOKEN, envvar="HEADWAY_APP_TOKEN")] = None,
    workers: options.Workers = None,
    results: Annotated[Path, option("DIR", "Folder in which saved comparisons are kept.", parser=as_path)] = Path(
        "results"
    ),
) -> None:
    """Open a page to ask "what if": choose programmes, move levers, and see differences as runs come in.

    Only this machine can reach it, and it needs no internet.
    """
    from analysis.app.server import serve

    serve(port, host, token, workers, results)
