"""``headway deck``: results as slides."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from analysis import options
from analysis.options import as_path, option

FILE = "The file to write, .pptx. In this folder and named after the results, if not given."


def deck(
    out: options.Results,
    file: Annotated[Path | None, option("FILE", FILE, None, "--out", parser=as_path)] = None,
    allow_partial: options.AllowPartial = False,
    as_json: options.JsonOption = False,
) -> None:
    """Write results as slides that can be edited: native charts, with exact figures and caveats in the speaker notes.

    Exit code 3 if runs are missing, unless --allow-partial; then the first slide says so.
    """
    from analysis.output.slides.deck import target, write
    from analysis.output.terminal import print_json, print_text
    from analysis.store import Store

    store = Store.open(out)
    store.require_complete(allow_partial)
    path = target(store, file)
    slides = write(store, path)
    if as_json:
        print_json({"file": str(path), "slides": slides})
    else:
        print_text(f"{slides} slides: {path}")
