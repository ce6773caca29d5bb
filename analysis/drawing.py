"""How charts look, and how one becomes files: Altair to SVG and PNG, with a text alternative, and no browser.

Colours and layout follow the Government Analysis Function: its palette, a title that states the message, a subtitle
that says what is measured of whom and when, horizontal text, light grid lines.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

DARK_BLUE, ORANGE, TURQUOISE, DARK_PINK, DARK_GREY, LIGHT_PURPLE = (
    "#12436D", "#F46A25", "#28A197", "#801650", "#3D3D3D", "#A285D1",
)  # fmt: skip
"""Government Analysis Function categorical palette."""

FONT = "Liberation Sans, Arial, Helvetica, sans-serif"
"""The font that the converter carries, then those that browsers have."""

PNG_SCALE = 2.0
"""Pixels of the PNG per unit of the drawing: sharp on slides."""


@dataclass(frozen=True)
class Drawing:
    """A chart ready to be written."""

    chart: Any
    """The Altair chart."""
    title: str
    """The message, as the chart's title has it."""
    description: str
    """Text alternative: what a reader who cannot see the chart needs to know."""


def theme() -> dict[str, Any]:
    """Vega-Lite configuration that every chart shares."""
    return {
        "background": "white",
        "padding": {"left": 16, "right": 16, "top": 16, "bottom": 14},
        "font": FONT,
        "view": {"stroke": None},
        "title": {
            "anchor": "start", "color": "#0B0C0C", "fontSize": 20, "fontWeight": "bold", "lineHeight": 26,
            "subtitleColor": DARK_GREY, "subtitleFontSize": 13.5, "subtitleLineHeight": 19, "subtitlePadding": 6, "offset": 14,
        },
        "axis": {
            "domain": False, "ticks": False, "gridColor": "#DEE0E2", "labelColor": DARK_GREY, "labelFontSize": 12.5,
            "labelPadding": 6, "titleColor": DARK_GREY, "titleFontSize": 12.5, "titleFontWeight": "normal",
        },
        "axisX": {"grid": False, "domain": True, "domainColor": "#505A5F", "ticks": True, "tickColor": "#505A5F"},
        "legend": {"labelFontSize": 12.5, "titleFontSize": 12.5, "labelColor": DARK_GREY, "titleColor": DARK_GREY},
    }  # fmt: skip


def save(drawing: Drawing, stem: Path) -> tuple[Path, Path]:
    """Write ``stem``.svg and ``stem``.png and return their paths."""
    import vl_convert

    spec = drawing.chart.configure(**theme()).to_json(indent=None)
    svg = name_svg(vl_convert.vegalite_to_svg(spec), drawing.title, drawing.description)
    as_svg, as_png = stem.with_suffix(".svg"), stem.with_suffix(".png")
    as_svg.write_text(svg, encoding="utf-8")
    as_png.write_bytes(vl_convert.vegalite_to_png(spec, scale=PNG_SCALE))
    return as_svg, as_png


def name_svg(svg: str, title: str, description: str) -> str:
    """Give an SVG its name and text alternative, which the converter drops: role, ``<title>`` and ``<desc>``.

    The ids are taken from the text, so that many charts can stand on one page.
    """
    key = hashlib.sha256(f"{title}\0{description}\0{svg}".encode()).hexdigest()[:12]
    opened = re.match(r"<svg\b([^>]*)>", svg)
    if opened is None:
        raise ValueError("not an SVG")
    attributes = re.sub(r'\s(?:role|aria-[a-z]+)="[^"]*"', "", opened.group(1))
    start = (
        f'<svg{attributes} role="img" aria-labelledby="title-{key} desc-{key}">'
        f'<title id="title-{key}">{escape(title)}</title><desc id="desc-{key}">{escape(description)}</desc>'
    )
    return start + svg[opened.end() :]
