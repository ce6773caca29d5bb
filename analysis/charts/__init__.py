"""Charts of a study, one file each; the folder is the list.

A file here holds ``draw(db, manifest) -> Drawing | None``: from results opened with :meth:`analysis.runstore.Store.connect` and
their manifest it makes a drawing, or None where the results hold nothing to draw. The file's name is the chart's.
"""

from __future__ import annotations

import importlib
import pkgutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analysis.drawing import save
from analysis.runstore.files import sha256

if TYPE_CHECKING:
    import duckdb


def draw_all(db: duckdb.DuckDBPyConnection, manifest: dict[str, Any], folder: Path) -> list[dict[str, Any]]:
    """Write every chart into ``folder`` as SVG and PNG; return name, title, text alternative and files of each.

    Files are listed with their SHA-256 by path from the folder that ``folder`` is in. A chart of results that are not
    complete says so, if the manifest has the ``stamp``.
    """
    drawn = []
    for found in sorted(pkgutil.iter_modules(__path__), key=lambda module: module.name):
        drawing = importlib.import_module(f"{__name__}.{found.name}").draw(db, manifest)
        if drawing is not None:
            folder.mkdir(exist_ok=True)
            paths = save(drawing, folder / found.name.replace("_", "-"))
            written = {path.relative_to(folder.parent).as_posix(): sha256(path) for path in paths}
            drawn.append({"name": found.name, "title": drawing.title, "text": drawing.description, "files": written})
    return drawn
