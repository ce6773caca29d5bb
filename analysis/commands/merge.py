"""``headway merge``: join the parts of a study."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def merge(
    folders: Annotated[
        list[Path], typer.Argument(metavar="DIR...", help="Folders with parts of one study.", show_default=False)
    ],
    out: Annotated[Path, typer.Option(metavar="DIR", help="Where the whole goes.", show_default=False)],
) -> None:
    """Join folders that hold parts of one study, such as the shards of a sweep.

    Exit code 3 if runs are missing even so.
    """
    from analysis.store import merge as join

    store = join(folders, out)
    status = store.status()
    print(f"{status.done:,} of {status.expected:,} runs: {out}\nDigest: {store.digest()}")
    store.require_complete()
