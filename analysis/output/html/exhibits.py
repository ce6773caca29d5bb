"""Figures and tables of a report: each has a number, words, and the numbers that it shows as plain records."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from analysis.output.html.drawn import Picture

FROM_OTHERS = {"validation", "evaluation"}
"""Charts that rest on what other commands found and not on the runs."""
BROAD = 900
"""Pixels in width of a picture beyond which it is not squeezed into a narrow page."""
Records = Sequence[Mapping[str, Any]]


@dataclass(frozen=True)
class Column:
    """A column of a table."""

    key: str
    heading: str
    numeric: bool = False


@dataclass(frozen=True)
class Exhibit:
    """A figure or a table."""

    id: str
    """``FIG-1``, ``TAB-3``: numbered in order of appearance."""
    title: str
    data: Records = field(repr=False)
    """What it shows, unrounded: what ``headway reproduce`` compares."""
    note: str = ""
    columns: tuple[Column, ...] = ()
    """Of a table; the first holds the heading of each row."""
    rows: Records = ()
    """Of a table, as text. A key ``url`` makes a link of the cell under the key ``link``."""
    subtitle: tuple[str, ...] = ()
    """Of a figure: what is measured, of whom, when, how to read it."""
    svg: str = ""
    """Of a figure."""
    alt: str = ""
    """Of a figure: its text alternative."""
    from_runs: bool = True
    """Whether it rests on runs, or on the scenarios alone."""

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
    def wide(self) -> bool:
        """Whether a narrow screen has to scroll it."""
        return len(self.columns) > 3


class Numbering:
    """Gives figures and tables their numbers, and keeps them in order."""

    def __init__(self) -> None:
        self.all: list[Exhibit] = []

    def figure(self, picture: Picture) -> Exhibit:
        """The next figure."""
        from analysis.output.html.drawn import inline

        key = f"FIG-{1 + sum(e.is_figure for e in self.all)}"
        svg = inline(picture.svg, key.lower(), picture.title, picture.alt)
        return self._kept(
            Exhibit(
                key, picture.title, picture.data, picture.note, subtitle=picture.subtitle, svg=svg, alt=picture.alt,
                from_runs=picture.name not in FROM_OTHERS,
            )
        )  # fmt: skip

    def table(
        self,
        title: str,
        columns: Sequence[Column],
        rows: Records,
        data: Records,
        note: str = "",
        from_runs: bool = True,
    ) -> Exhibit:
        """The next table."""
        number = 1 + sum(not e.is_figure for e in self.all)
        return self._kept(Exhibit(f"TAB-{number}", title, data, note, tuple(columns), rows, from_runs=from_runs))

    def _kept(self, exhibit: Exhibit) -> Exhibit:
        self.all.append(exhibit)
        return exhibit


def data_table(records: Records) -> bytes:
    """Records in the one form in which they are compared: JSON, a record a line, numbers to twelve significant digits."""
    return b"".join(
        json.dumps(_plain(r), sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode()
        + b"\n"
        for r in records
    )


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
