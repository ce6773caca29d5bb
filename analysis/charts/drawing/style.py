"""How charts look: palette, font and layout of the Government Analysis Function.

A title that states the message, a subtitle that says what is measured of whom and when, horizontal text, light grid
lines. Colour never says anything alone: shape, dash, place or words say it too.
"""

from __future__ import annotations

import textwrap
from typing import Any

DARK_BLUE, ORANGE, TURQUOISE, DARK_PINK, DARK_GREY, LIGHT_PURPLE = (
    "#12436D", "#F46A25", "#28A197", "#801650", "#3D3D3D", "#A285D1",
)  # fmt: skip
"""Government Analysis Function categorical palette."""
MIDDLE_BLUE, LIGHT_BLUE, PALE_BLUE = "#2073BC", "#6BACE6", "#C5D8EA"
"""With dark blue, its sequential palette; the last for backgrounds only."""
BLACK, MIDDLE_GREY, GRID, PALE_GREY = "#0B0C0C", "#6F777B", "#DEE0E2", "#EEEFF0"

FONT = "Liberation Sans, Arial, Helvetica, sans-serif"
"""The font that the converter carries, then those that browsers have."""


def config() -> dict[str, Any]:
    """Vega-Lite configuration that every chart shares."""
    return {
        "background": "white",
        "padding": {"left": 16, "right": 16, "top": 16, "bottom": 14},
        "font": FONT,
        "view": {"stroke": None},
        "title": {
            "anchor": "start", "color": BLACK, "fontSize": 20, "fontWeight": "bold", "lineHeight": 26,
            "subtitleColor": DARK_GREY, "subtitleFontSize": 13.5, "subtitleLineHeight": 19, "subtitlePadding": 6, "offset": 14,
        },
        "axis": {
            "domain": False, "ticks": False, "gridColor": GRID, "labelColor": DARK_GREY, "labelFontSize": 12.5,
            "labelPadding": 6, "titleColor": DARK_GREY, "titleFontSize": 12.5, "titleFontWeight": "normal", "labelLimit": 400,
        },
        "axisX": {"grid": False, "domain": True, "domainColor": "#505A5F", "ticks": True, "tickColor": "#505A5F"},
        "legend": {"labelFontSize": 12.5, "titleFontSize": 12.5, "labelColor": DARK_GREY, "titleColor": DARK_GREY},
    }  # fmt: skip


def heading(text: str | list[str], subtitle: str | list[str] | None = None) -> dict[str, Any]:
    """The title of one panel of several."""
    return {
        "text": text, "fontSize": 14, "lineHeight": 18, "subtitleFontSize": 12, "subtitleLineHeight": 16,
        "subtitlePadding": 3, "offset": 8, "frame": "group", "anchor": "start",
        **({} if subtitle is None else {"subtitle": subtitle}),
    }  # fmt: skip


def data(records: list[dict[str, Any]]) -> Any:
    """Records as inline data."""
    import altair as alt

    return alt.Data(values=records)


def layered(layers: list[Any], *, width: int, height: int, title: dict[str, Any] | None) -> dict[str, Any]:
    """Layers as one panel. Plain Vega-Lite: Altair copies every layer several times over, which takes most of the time."""
    return {
        "layer": [_plain(layer) for layer in layers], "width": width, "height": height,
        **({} if title is None else {"title": title}),
    }  # fmt: skip


def grid(panels: list[Any], *, columns: int, row: int = 30, column: int = 30, **more: Any) -> dict[str, Any]:
    """Panels side by side, so many in a row, with so much space between rows and columns."""
    title = {"title": more.pop("title")} if "title" in more else {}
    return {"concat": panels, "columns": columns, "spacing": {"row": row, "column": column}, **title, **more}


def _plain(chart: Any) -> dict[str, Any]:
    made: dict[str, Any] = chart.to_dict(validate=False)
    return {key: value for key, value in made.items() if key not in ("$schema", "config")}


def wrap(text: str, width: int) -> list[str]:
    """``text`` in as few lines of at most ``width`` characters as will do, of about equal length."""
    fewest = len(textwrap.wrap(text, width, break_long_words=False))
    for narrower in range(len(text) // max(1, fewest), width):
        lines = textwrap.wrap(text, narrower, break_long_words=False)
        if len(lines) <= fewest:
            return lines
    return textwrap.wrap(text, width, break_long_words=False)
