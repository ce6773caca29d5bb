"""``headway merge``: join the parts of a study."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from analysis.options import JsonOption, argument, as_path, option


def merge(
    folders: Annotated[list[Path], argument("DIR...", "Folders with parts of one study.", parser=as_path)],
    out: Annotated[Path, option("DIR", "Where the whole goes.", parser=as_path)],
    as_json: JsonOption = False,
) -> None:
    """Join folders that hold parts of one study, such as the shards of a sweep.

    Exit code 3 if runs are missing even so.
    """
    from analysis.output.terminal import print_json, print_text
    from analysis.store import merge as join
    from analysis.store import telling_what_is_kept

    with telling_what_is_kept(out):
        store = join(folders, out)
    status = store.status()
    if as_json:
        print_json({"folder": str(out), "done": status.done, "expected": status.expected, "digest": store.digest()})
    else:
        print_text(f"{status.done:,} of {status.expected:,} runs: {out}\nDigest: {store.digest()}")
    store.require_complete()
