"""Charts, one file each; the folder is the list.

A file here holds ``CHART``, a :class:`~analysis.charts.drawing.Chart`: its name, the question it answers, and ``draw(source)``,
which gives a :class:`~analysis.charts.drawing.Figure`, or None where the source does not hold what the chart needs.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

from analysis.charts.drawing import Chart, Figure, Source
from analysis.store import files

ORDER = (
    "outlook", "scenarios", "differences", "cost-effect", "gains", "regions", "retention", "flows", "origins", "chains",
    "validation", "back-test", "evaluation",
)  # fmt: skip
"""In which order they are shown; charts that are not named here come after these, by name."""


@cache
def charts() -> dict[str, Chart]:
    """All charts by name, in order. Raise :exc:`TypeError` for a file of this folder that declares none."""
    found = {}
    for module in pkgutil.iter_modules(__path__):
        if module.ispkg:  # parts that charts share
            continue
        chart = getattr(importlib.import_module(f"{__name__}.{module.name}"), "CHART", None)
        if not isinstance(chart, Chart):
            raise TypeError(f"analysis/charts/{module.name}.py declares no CHART")
        found[chart.name] = chart
    place = {name: i for i, name in enumerate(ORDER)}
    return {name: found[name] for name in sorted(found, key=lambda n: (place.get(n, len(place)), n))}


def draw(source: Source, names: Sequence[str] | None = None) -> dict[str, Figure]:
    """The figures of all charts (or those named) that ``source`` holds enough for. Raise :exc:`KeyError` for no chart."""
    chosen = [charts()[name] for name in (charts() if names is None else names)]
    source.gather(need for chart in chosen for need in chart.needs)
    drawn = {chart.name: chart.draw(source) for chart in chosen}
    return {name: figure for name, figure in drawn.items() if figure is not None}


def draw_all(source: Source, folder: Path) -> list[dict[str, Any]]:
    """Write every figure into ``folder`` as SVG and PNG; return name, title, text alternative and files of each.

    Files are listed with their SHA-256 by path from the folder that ``folder`` is in. A chart of results that are not
    complete says so, if the manifest has the ``stamp``.
    """
    drawn = []
    for name, figure in draw(source).items():
        files.folder(folder)
        written = {
            path.relative_to(folder.parent).as_posix(): files.sha256(path) for path in figure.save(folder / name)
        }
        drawn.append({
            "name": name, "title": figure.title, "subtitle": list(figure.subtitle), "text": figure.alt, "note": figure.note,
            "files": written,
        })  # fmt: skip
    return drawn
