"""Figures and tables of a report: each has a number, words, and the numbers that it shows as plain records."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from analysis.charts.drawing import Figure
from analysis.charts.drawing.figure import inline
from analysis.figures.tables import Records, Table

FROM_OTHERS = {"validation", "back-test", "evaluation"}
"""Charts that rest on what other commands found and not on the runs."""
BROAD = 900
"""Pixels in width of a picture beyond which it is not squeezed into a narrow page."""
TALL = 700
"""Pixels in height of a picture beyond which it has most of a printed page."""
MOST_ROWS = 400
"""Rows of the numbers behind a figure that stand in the page; all of them are in ``tables.json``."""


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
        return self._pixels("width") > BROAD

    @property
    def tall(self) -> bool:
        """Whether a picture is so tall that its words would be too small in half a printed page."""
        return self._pixels("height") > TALL

    def _pixels(self, side: str) -> int:
        size = re.match(rf'<svg\b[^>]*? {side}="(\d+)', self.svg)
        return 0 if size is None else int(size[1])

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
