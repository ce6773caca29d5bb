"""From a folder of results to a presentation."""

from __future__ import annotations

from pathlib import Path

from analysis.errors import UserError
from analysis.output.sheet.make import ready
from analysis.output.sheet.study import Study
from analysis.output.slides.slides import deck
from analysis.store import Store, files


def target(store: Store, out: Path | None) -> Path:
    """The file to write. Raise :exc:`UserError` for a place that cannot be written, and for another kind of file."""
    if out is None:
        return Path(f"{store.folder.resolve().name}.pptx")
    if out.suffix.lower() != ".pptx":
        raise UserError(str(out), "a deck is .pptx", f"Write {out.with_suffix('.pptx').name}.")
    return ready(out)


def write(store: Store, path: Path) -> int:
    """Write the deck of ``store`` and return how many slides it has."""
    with store.connect() as db:
        frame = deck(Study(store, db))
    aside = files.temporary(path)
    with files.storing(path, 0, aside):
        frame.save(aside)
        files.publish(aside, path)
    return len(frame.file.slides)
