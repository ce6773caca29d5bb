"""The figures of a folder of results, ready to be set into a page."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from analysis.charts.drawing.figure import Figure
    from analysis.charts.drawing.source import Need, Source
    from analysis.store import Store

SVG = "http://www.w3.org/2000/svg"
KNOWN = {
    "svg", "g", "path", "text", "tspan", "rect", "line", "circle", "title", "desc", "defs", "clipPath",
    "linearGradient", "stop",
}  # fmt: skip
"""Elements that a picture may have: none that runs, loads or links."""


@dataclass(frozen=True)
class Picture:
    """A chart as a report needs it."""

    name: str
    title: str
    subtitle: tuple[str, ...]
    svg: str
    alt: str
    note: str
    data: list[dict[str, Any]]


def needs() -> list[Need]:
    """All that charts and tables read of the results: one pass for all of them, and one extract."""
    from analysis.charts import charts
    from analysis.output.html import lines

    return [*lines.needs(), *(need for chart in charts().values() for need in chart.needs)]


def prepare(store: Store) -> None:
    """Keep an extract of what a report reads, so that it is there at once however many runs there are.

    Nothing is kept while runs are missing.
    """
    from analysis.charts.drawing.source import Source

    if not store.status().complete:
        return
    with Source.of(store) as source:
        source.gather(needs())


def figures(source: Source) -> list[Picture]:
    """All charts that the source holds enough for, without title and subtitle, which the page has as text."""
    from altair.utils.schemapi import debug_mode

    from analysis.charts import draw

    source.gather(needs())
    # To check charts against their schema, which their tests do, takes longer than to draw them.
    with debug_mode(False):
        drawn = draw(source)
    return [
        Picture(name, figure.title, figure.subtitle, _svg(figure), figure.alt, figure.note, figure.data)
        for name, figure in drawn.items()
    ]


def _svg(figure: Figure) -> str:
    import vl_convert

    return str(vl_convert.vegalite_to_svg({key: part for key, part in figure.spec.items() if key != "title"}))


def inline(svg: str, key: str, title: str, alt: str) -> str:
    """A picture that can stand in a page: known elements only, ids of its own, a name and a text alternative.

    What could run, load or link is left out, whatever made the picture.
    """
    ET.register_namespace("", SVG)
    root = ET.fromstring(svg)
    _clean(root, key)
    for child in [child for child in root if child.tag in {f"{{{SVG}}}title", f"{{{SVG}}}desc"}]:
        root.remove(child)
    for name in [name for name in root.attrib if name == "role" or name.startswith("aria-")]:
        del root.attrib[name]
    root.set("role", "img")
    root.set("aria-labelledby", f"{key}-title {key}-desc")
    for place, (tag, text) in enumerate((("title", title), ("desc", alt))):
        element = ET.Element(f"{{{SVG}}}{tag}", {"id": f"{key}-{tag}"})
        element.text = text
        root.insert(place, element)
    return ET.tostring(root, encoding="unicode")


def _clean(element: ET.Element, key: str) -> None:
    for child in list(element):
        if child.tag not in {f"{{{SVG}}}{name}" for name in KNOWN}:
            element.remove(child)
        else:
            _clean(child, key)
    for name, value in list(element.attrib.items()):
        if name.startswith(("on", "{", "aria-")) or name in {"href", "style", "role"} or "javascript:" in value.lower():
            del element.attrib[name]
        elif name == "id":
            element.set(name, f"{key}-{value}")
        elif "url(" in value:
            inside = re.fullmatch(r"url\(['\"]?#([\w-]+)['\"]?\)", value)
            element.set(name, f"url(#{key}-{inside[1]})") if inside else element.attrib.pop(name)
