"""What a workbook is made of, whatever it is written as: sheets with one table each, of text and of rounded numbers."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass

from analysis.figures.numbers import SHARE_UNITS
from analysis.figures.rounding import step

SUPPRESSED, UNAVAILABLE, NOT_APPLICABLE = "[c]", "[x]", "[z]"
"""Shorthand of the Government Analysis Function: not published as it is small; not available; not applicable."""
SHORTHAND = (SUPPRESSED, UNAVAILABLE, NOT_APPLICABLE)


@dataclass(frozen=True)
class Number:
    """A number rounded to what is known of it, with how it is to be shown."""

    value: float
    decimals: int
    kind: str
    """``share`` (shown in per cent), ``pounds`` or ``plain``."""
    sign: bool = False
    """Show a plus before what is above 0: for differences."""

    @property
    def format(self) -> str:
        """The number format, as spreadsheets write it."""
        places = f".{'0' * self.decimals}" if self.decimals else ""
        pound = "£" if self.kind == "pounds" else ""
        body = f"0{places}%" if self.kind == "share" else f"{pound}#,##0{places}"
        return f"+{body};-{body};{body}" if self.sign else body


Cell = str | Number


@dataclass(frozen=True)
class Sheet:
    """A sheet: title in A1, what it holds in A2, more lines below, then a table if there is one."""

    name: str
    title: str
    about: str
    lines: tuple[str, ...] = ()
    """Lines of text, one a row, below A2; those that end with a colon are headings on the cover."""
    headings: tuple[str, ...] = ()
    rows: tuple[tuple[Cell, ...], ...] = ()
    widths: tuple[int, ...] = ()
    """Characters, one a column."""
    table: str = ""
    """Name of the table; none without one."""
    links: tuple[str, ...] = ()
    """Sheets that the first column of the rows leads to."""

    @property
    def header_row(self) -> int:
        """Row of the table's headings, from 0."""
        return 2 + len(self.lines)

    @property
    def numeric(self) -> frozenset[int]:
        """Columns that hold numbers; shorthand in them stands to the right, as they do."""
        return frozenset(c for row in self.rows for c, cell in enumerate(row) if isinstance(cell, Number))

    def height(self, row: Sequence[Cell]) -> int:
        """Lines of text that the longest cell of a row takes."""
        return max((lines_of(cell, self.widths[c]) for c, cell in enumerate(row) if isinstance(cell, str)), default=1)


def lines_of(text: str, width: int) -> int:
    """Lines that a text takes in a column, roughly: words are not broken unless they are longer than the column."""
    return max(1, len(textwrap.wrap(text, max(4, int(1.08 * width)))))


def figure(value: float, error: float, unit: str, largest: float | None = None, sign: bool = False) -> Cell:
    """A mean rounded to its standard error, as the comparison rounds it; a difference in shares is in percentage points.

    ``[x]`` for NaN. ``largest`` is the largest of the numbers that are rounded alike.
    """
    if math.isnan(value):
        return UNAVAILABLE
    place = step(error, unit, abs(value) if largest is None else largest)
    return rounded(value, place, unit, sign)


def rounded(value: float, place: float, unit: str, sign: bool = False) -> Cell:
    """``value`` rounded to ``place``, in the unit's form."""
    if math.isnan(value):
        return UNAVAILABLE
    share = unit in SHARE_UNITS
    shown, scale = (value * 100, place * 100) if share and sign else (value, place)
    per_cent = 100 if share and not sign else 1
    digits = max(0, -math.floor(math.log10(scale) + 1e-9))
    kind = "share" if share and not sign else "pounds" if unit == "GBP" else "plain"
    decimals = max(0, -math.floor(math.log10(scale * per_cent) + 1e-9))
    value = round(round(shown / scale) * scale, digits) + 0.0  # no minus zero
    return Number(value, decimals, kind, sign)


def unit_of_difference(unit: str) -> str:
    """Shares differ in percentage points."""
    return "percentage points" if unit in SHARE_UNITS else unit


def widths(headings: Sequence[str], rows: Sequence[Sequence[Cell]], most: int = 48) -> tuple[int, ...]:
    """Widths of columns that hold what is in them, wrapped if it is long."""
    found = []
    for column, heading in enumerate(headings):
        texts = [row[column] if isinstance(row[column], str) else "£1,000,000,000" for row in rows]
        longest = max((len(str(text)) for text in texts), default=0)
        word = max((len(w) for w in heading.split()), default=0)
        found.append(min(most, max(9, word + 3, min(longest + 2, most))))
    return tuple(found)
