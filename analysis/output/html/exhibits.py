"""Figures and tables of a report: each has a number, words, and the numbers that it shows as plain records."""

from __future__ import annotations

import json
import math
import re
import xml.etree.ElementTree as ET
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from analysis.charts.drawing import Figure
from analysis.figures.tables import Records, Table

FROM_OTHERS = {"validation", "evaluation"}
"""Charts that rest on what other commands found and not on the runs."""
BROAD = 900
"""Pixels in width of a picture beyond which it is not squeezed into a narrow page."""
MOST_ROWS = 400
"""Rows of the numbers behind a figure that stand in the page; all of them are in ``tables.json``."""
SVG = "{http://www.w3.org/2000/svg}"
KNOWN = re.compile(
    f"{re.escape(SVG)}(svg|g|path|text|tspan|rect|line|circle|title|desc|defs|clipPath|linearGradient|stop)"
)
"""Elements that a picture may have: none that runs, loads or links."""


@dataclass(frozen=True)
class Exhibit:
    """A figure or a table, with its number."""

    id: str
    """``FIG-1``, ``TAB-3``: numbered in order of appearance."""
    shown: Table | Figure
    """Rows of a table may have a key ``url``, which makes a link of the cell under the key ``link``."""
    from_runs: bool = True
    """Whether it rests on runs, or on the scenarios alone."""
    svg: str = ""
    """Of a figure: the picture as it can stand in a page."""

    @property
    def title(self) -> str:
        """What it shows, in words."""
        return self.shown.title

    @property
    def data(self) -> Records:
        """What it shows, unrounded: what ``headway reproduce`` compares."""
        return self.shown.records if isinstance(self.shown, Table) else self.shown.data

    @property
    def is_figure(self) -> bool:
        """Whether it is a picture."""
        return self.id.startswith("FIG-")

    @property
    def anchor(self) -> str:
        """Its id in the page."""
        return self.id.lower()

    @property
    def broad(self) -> bool:
        """Whether a picture is so wide that its words would be too small in a narrow page: there it scrolls."""
        size = re.match(r'<svg\b[^>]*? width="(\d+)', self.svg)
        return size is not None and int(size[1]) > BROAD

    @property
    def numbers(self) -> dict[str, Any]:
        """The numbers behind a figure as a table to read: headings, rows, and how many rows are left out."""
        headings = list(dict.fromkeys(key for record in self.data for key in record))
        rows = [[_cell(record.get(key)) for key in headings] for record in self.data[:MOST_ROWS]]
        return {"headings": headings, "rows": rows, "left_out": max(0, len(self.data) - MOST_ROWS)}


def _cell(value: Any) -> str:
    if value is None:
        return ""
    return f"{value:.6g}" if isinstance(value, float) else str(value)


class Numbering:
    """Gives figures and tables their numbers, and keeps them in order."""

    def __init__(self) -> None:
        self.all: list[Exhibit] = []

    def figure(self, name: str, drawn: Figure) -> Exhibit:
        """The next figure: a chart, without title and subtitle in the picture, as the page has them as text."""
        import vl_convert

        key = f"FIG-{1 + sum(e.is_figure for e in self.all)}"
        svg = str(vl_convert.vegalite_to_svg({part: of for part, of in drawn.spec.items() if part != "title"}))
        return self._kept(
            Exhibit(key, drawn, name not in FROM_OTHERS, inline(svg, key.lower(), drawn.title, drawn.alt))
        )

    def table(self, made: Table, from_runs: bool = True) -> Exhibit:
        """The next table."""
        return self._kept(Exhibit(f"TAB-{1 + sum(not e.is_figure for e in self.all)}", made, from_runs))

    def _kept(self, exhibit: Exhibit) -> Exhibit:
        self.all.append(exhibit)
        return exhibit


def inline(svg: str, key: str, title: str, alt: str) -> str:
    """A picture that can stand in a page: known elements only, ids of its own, a name and a text alternative.

    What could run, load or link is left out, whatever made the picture.
    """
    ET.register_namespace("", SVG.strip("{}"))
    root = ET.fromstring(svg)
    _clean(root, key)
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


def data_table(records: Records) -> bytes:
    """Records in the one form in which they are compared: JSON, a record a line, numbers to twelve significant digits."""
    form: dict[str, Any] = {"sort_keys": True, "separators": (",", ":"), "ensure_ascii": False, "allow_nan": False}
    return b"".join(json.dumps(_plain(record), **form).encode() + b"\n" for record in records)


def _plain(value: Any) -> Any:
    """``value`` as JSON can hold it; processors differ in the last bits of numbers, so these do not count."""
    if isinstance(value, Mapping):
        return {str(key): _plain(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(part) for part in value]
    value = getattr(value, "item", lambda: value)()
    if isinstance(value, float):
        return float(f"{value:.12g}") if math.isfinite(value) else None
    return value
