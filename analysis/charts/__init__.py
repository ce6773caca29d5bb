"""Charts of a study, one file each; the folder is the list.

A file here holds ``draw(db, manifest) -> Drawing | None``: from results opened with :func:`analysis.store.read` and
their manifest it makes a drawing, or None where the results hold nothing to draw. The file's name is the chart's.
"""

from __future__ import annotations

import importlib
import pkgutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analysis.drawing import save

if TYPE_CHECKING:
    import duckdb


def draw_all(db: duckdb.DuckDBPyConnection, manifest: dict[str, Any], folder: Path) -> list[dict[str, str]]:
    """Write every chart into ``folder`` as SVG and PNG; return name, title and text alternative of each."""
    drawn = []
    for found in sorted(pkgutil.iter_modules(__path__), key=lambda module: module.name):
        drawing = importlib.import_module(f"{__name__}.{found.name}").draw(db, manifest)
        if drawing is not None:
            folder.mkdir(exist_ok=True)
            save(drawing, folder / found.name.replace("_", "-"))
            drawn.append({"name": found.name, "title": drawing.title, "text": drawing.description})
    return drawn
