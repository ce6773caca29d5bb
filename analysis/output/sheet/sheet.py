"""What a workbook is made of, whatever it is written as: sheets with one table each, of text and of rounded numbers."""

from __future__ import annotations

import math
import textwrap
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from analysis.figures.rounding import SHARE_UNITS, digits, step
from analysis.figures.tables import Table, headed

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
    """A sheet: a table's title in A1 and its note, which says what it holds, in A2; more lines below, then its columns."""

    name: str
    table: Table
    """Cells are text or :class:`Number`; the cover has a title and a note alone."""
    lines: tuple[str, ...] = ()
    """Lines of text, one a row, below A2; those that end with a colon are headings on the cover."""
    widths: tuple[int, ...] = ()
    """Characters, one a column."""
    links: tuple[str, ...] = ()
    """Sheets that the first column of the rows leads to."""

    @property
    def headings(self) -> tuple[str, ...]:
        """Of the columns."""
        return tuple(column.heading for column in self.table.columns)

    @property
    def rows(self) -> list[list[Cell]]:
        """Cells in the order of the columns."""
        return [[row[column.key] for column in self.table.columns] for row in self.table.rows]

    @property
    def header_row(self) -> int:
        """Row of the table's headings, from 0."""
        return 2 + len(self.lines)

    @property
    def called(self) -> str:
        """The name of the table, after the sheet's."""
        return "".join(word.capitalize() for word in self.name.split())

    @property
    def numeric(self) -> frozenset[int]:
        """Columns that hold numbers; shorthand in them stands to the right, as they do."""
        return frozenset(c for c, column in enumerate(self.table.columns) if column.numeric)

    def height(self, row: Sequence[Cell], broad: float = 1.0) -> int:
        """Lines of text that the longest cell of a row takes, roughly: words break that are longer than the column.

        ``broad`` is how wide letters are against those of text.
        """
        texts = [
            (cell, max(4, int(1.08 * self.widths[c] / broad))) for c, cell in enumerate(row) if isinstance(cell, str)
        ]
        return max((max(1, len(textwrap.wrap(text, width))) for text, width in texts), default=1)


WORDS = tomllib.loads((Path(__file__).parent / "sheets.toml").read_text(encoding="utf-8"))


def make(
    name: str, rows: Sequence[Mapping[str, Cell]], widths: Sequence[int] = (), links: Sequence[str] = (), **known: str | float
) -> Sheet:  # fmt: skip
    """A sheet of rows, each with the same headings, in the words that ``sheets.toml`` has for it, what is ``known`` filled in.

    ``widths`` follow what is in the columns if not given.
    """
    told = {"lines": (), **WORDS["sheets"][name]}
    known["rounding"] = WORDS["rounding"]
    title, about, *lines = (words.format(**known) for words in (told["title"], told["about"], *told["lines"]))
    fixed = [{h: NOT_APPLICABLE if cell == "" else cell for h, cell in row.items()} for row in rows]
    numeric = {h for row in fixed for h, cell in row.items() if isinstance(cell, Number)}
    table = headed(title, fixed, numeric, about)
    wide = tuple(widths) or tuple(_width(c.heading, [row[c.key] for row in fixed]) for c in table.columns)
    return Sheet(name, table, tuple(lines), wide, tuple(links))


def _width(heading: str, cells: Sequence[Cell], most: int = 48) -> int:
    """The width of a column that holds what is in it, wrapped if it is long."""
    longest = max((len(c if isinstance(c, str) else "£1,000,000,000") for c in cells), default=0)
    word = max((len(w) for w in heading.split()), default=0)
    return min(most, max(9, word + 3, min(longest + 2, most)))


def figure(value: float, error: float, unit: str, sign: bool = False) -> Cell:
    """A mean rounded to its standard error, as the comparison rounds it; a difference in shares is in percentage points.

    ``[x]`` for NaN.
    """
    return UNAVAILABLE if math.isnan(value) else rounded(value, step(error, unit, abs(value)), unit, sign)


def rounded(value: float | None, place: float, unit: str, sign: bool = False) -> Cell:
    """``value`` rounded to ``place``, in the unit's form; ``[x]`` for None and NaN."""
    if value is None or math.isnan(value):
        return UNAVAILABLE
    share = unit in SHARE_UNITS
    shown, scale = (value * 100, place * 100) if share and sign else (value, place)
    per_cent = 100 if share and not sign else 1
    kind = "share" if share and not sign else "pounds" if unit == "GBP" else "plain"
    value = round(round(shown / scale) * scale, digits(scale)) + 0.0  # no minus zero
    return Number(value, digits(scale * per_cent), kind, sign)


def count(value: float) -> Cell:
    """A whole number."""
    return rounded(float(value), 1.0, "people")
