"""A chart as a thing to hand on: words, picture and the numbers behind it. Vega-Lite to SVG and PNG, with no browser.

Charts are laid out with the widths of Liberation Sans, which are those of Arial. Where neither is there, another font is taken, which
may be a sixth wider, and labels would run into each other: each word of a picture says how wide it is meant to be.
"""

from __future__ import annotations

import hashlib
import re
import textwrap
import xml.etree.ElementTree as ET
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from analysis.charts.drawing.style import config, wrap
from analysis.store import files

SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json"
"""Names the language; nothing is fetched from there."""

PNG_SCALE = 2.0
"""Pixels of the PNG per unit of the drawing: sharp on slides."""

PAGE_WIDTH = 880
"""Pixels across the output of a notebook in a window of usual size."""


SVG = "{http://www.w3.org/2000/svg}"
KNOWN = re.compile(
    f"{re.escape(SVG)}(svg|g|path|text|tspan|rect|line|circle|title|desc|defs|clipPath|linearGradient|stop)"
)
"""Elements that a picture may have: none that runs, loads or links."""


@dataclass(frozen=True, repr=False)
class Figure:
    """A chart of one source."""

    title: str
    """The message, written from the data."""
    subtitle: tuple[str, ...]
    """Lines: what is measured, of whom, when, how to read it; first, if runs are missing, that they are."""
    alt: str
    """Text alternative: what a reader who cannot see the picture needs to know, with the figures."""
    note: str
    """What to bear in mind, for a caption; not in the picture."""
    chart: dict[str, Any]
    """The picture in Vega-Lite, without title."""
    data: list[dict[str, Any]]
    """The numbers that are drawn, as a table: a record a row, keys as headings."""
    characters: int = 90
    """Width of the title, in characters."""

    @cached_property
    def spec(self) -> dict[str, Any]:
        """The Vega-Lite specification, self-contained, with title, subtitle and text alternative."""
        title = {
            "text": wrap(self.title, self.characters),
            "subtitle": [line for part in self.subtitle for line in textwrap.wrap(part, int(self.characters * 1.65))],
        }
        return {"$schema": SCHEMA, "title": title, "description": self.alt, "config": config(), **self.chart}

    @cached_property
    def svg(self) -> str:
        """The picture as SVG, named and described, to be written to a file or set into a page as it is."""
        import vl_convert

        svg = vl_convert.vegalite_to_svg(self.spec)
        key = hashlib.sha256(f"{self.title}\0{self.alt}\0{svg}".encode()).hexdigest()[:12]
        return inline(svg, f"chart-{key}", self.title, self.alt)

    def png(self, scale: float = PNG_SCALE) -> bytes:
        """The picture as PNG, ``scale`` pixels per unit."""
        import vl_convert

        return bytes(vl_convert.svg_to_png(self.svg, scale=scale))

    def save(self, stem: Path) -> tuple[Path, Path]:
        """Write ``stem``.svg and ``stem``.png and return their paths. Raise :exc:`UserError` if that cannot be done."""
        as_svg, as_png = stem.with_suffix(".svg"), stem.with_suffix(".png")
        files.put(as_svg, self.svg.encode())
        files.put(as_png, self.png())
        return as_svg, as_png

    def __repr__(self) -> str:
        return f"<Figure: {self.title}>"

    def _repr_svg_(self) -> str:
        """How a notebook shows it: as wide as its page, because many notebooks cut off what is wider."""
        return narrowed(self.svg, PAGE_WIDTH)


def narrowed(svg: str, most: int) -> str:
    """The same picture drawn at most so many pixels wide."""
    size = re.match(r'<svg\b[^>]*? width="(\d+)" height="(\d+)"', svg)
    if size is None or (width := int(size[1])) <= most:
        return svg
    height = round(int(size[2]) * most / width)
    return svg.replace(f' width="{width}" height="{size[2]}"', f' width="{most}" height="{height}"', 1)


def inline(svg: str, key: str, title: str, alt: str) -> str:
    """A picture that can stand in a page: known elements only, ids of its own, a name and a text alternative.

    What could run, load or link is left out, whatever made the picture. Words are as wide as they were laid out to be.
    """
    ET.register_namespace("", SVG.strip("{}"))
    root = ET.fromstring(svg)
    _clean(root, key)
    fitted(root, SVG)
    for child in [child for child in root if child.tag in (f"{SVG}title", f"{SVG}desc")]:
        root.remove(child)
    root.attrib |= {"role": "img", "aria-labelledby": f"{key}-title {key}-desc"}
    for place, (tag, text) in enumerate((("title", title), ("desc", alt))):
        element = ET.Element(f"{SVG}{tag}", {"id": f"{key}-{tag}"})
        element.text = text
        root.insert(place, element)
    return ET.tostring(root, encoding="unicode")


def _clean(element: ET.Element, key: str) -> None:
    for child in list(element):
        if KNOWN.fullmatch(child.tag):
            _clean(child, key)
        else:
            element.remove(child)
    for name, value in list(element.attrib.items()):
        if name.startswith(("on", "{", "aria-")) or name in {"href", "style", "role"} or "javascript:" in value.lower():
            del element.attrib[name]
        elif name == "id":
            element.set(name, f"{key}-{value}")
        elif "url(" in value:
            inside = re.fullmatch(r"url\(['\"]?#([\w-]+)['\"]?\)", value)
            element.set(name, f"url(#{key}-{inside[1]})") if inside else element.attrib.pop(name)


REGULAR: Mapping[int, str] = {
    191: "'", 222: "ijl’‘", 260: "|", 278: " !,./:;I[\\]ft·", 333: "()-`r“”", 334: "{}", 355: '"', 389: "*", 469: "^",
    500: "Jcksvxyz", 549: "±≤≥", 556: "#$0123456789?L_abdeghnopqu£–é", 584: "+<=>~−×", 611: "FTZ", 667: "&ABEKPSVXY",
    722: "CDHNRUw", 778: "GOQ", 833: "Mm", 889: "%", 944: "W", 1000: "—…", 1015: "@",
}  # fmt: skip
"""Characters by their width in thousandths of the size of letters (horizontal metrics of Liberation Sans 2.1)."""
BOLD: Mapping[int, str] = {
    238: "'", 278: " ,./I\\ijl’‘·", 280: "|", 333: "!()-:;[]`ft", 389: "*r{}", 474: '"', 500: "z“”", 549: "±≤≥",
    556: "#$0123456789J_aceksvxy£–é", 584: "+<=>^~−×", 611: "?FLTZbdghnopqu", 667: "EPSVXY", 722: "&ABCDHKNRU",
    778: "GOQw", 833: "M", 889: "%m", 944: "W", 975: "@", 1000: "—…",
}  # fmt: skip
OTHER = 556
"""Of any other character: that of a digit."""
WIDTHS = {
    bold: {character: width for width, of in table.items() for character in of}
    for bold, table in ((False, REGULAR), (True, BOLD))
}


def wide(words: str, size: float, bold: bool = False) -> float:
    """How wide words are in letters of ``size``, in the unit of the size."""
    of = WIDTHS[bold]
    return sum(of.get(character, OTHER) for character in words) * size / 1000


def fitted(element: ET.Element, svg: str, size: float = 0.0, bold: bool = False) -> None:
    """Say of all words below an element of a picture how wide they are; ``svg`` is the namespace of its tags."""
    size = float(element.get("font-size", f"{size}px").removesuffix("px"))
    weight = element.get("font-weight")
    bold = bold if weight is None else weight in ("bold", "600", "700", "800", "900")
    words = element.text or ""
    if element.tag in (f"{svg}text", f"{svg}tspan") and size and len(words.strip()) > 1:
        element.set("textLength", f"{wide(words, size, bold):.1f}")
        element.set("lengthAdjust", "spacingAndGlyphs")
    for child in element:
        fitted(child, svg, size, bold)
