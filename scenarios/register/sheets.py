"""Reads the CSV files that people have: in the encodings and with the separators that offices save them in.

What is read is text, cell by cell, under the headers of the file; what it means is for :mod:`scenarios.register.kinds`.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from scenarios.register.csv_text import UNSEEN, Problems, read_bytes, refuse_binary

SEPARATORS = ",;\t|"
ROWS_ABOVE_HEADER = 20
"""Rows of titles and notes that may stand above the header, as spreadsheets of statistics have them."""
TOP = 4_000
"""Characters at the top of a file by which its separator is told."""
_LONGEST_CELL = 1_000_000


@dataclass(frozen=True)
class Sheet:
    """The columns of one file that were asked for, as cleaned text, and the line on which each row starts."""

    path: Path
    headers: tuple[str, ...]
    """Every header of the file, also of columns that were not asked for."""
    columns: dict[str, list[str]]
    """By header."""
    lines: list[int]
    notes: int = 0
    """Rows of notes below the table, which are left out."""

    def __len__(self) -> int:
        return len(self.lines)


def same(header: str) -> str:
    """``header`` without capitals, spaces, signs, words in square brackets and a year at its end: these do not tell it."""
    words = re.sub(r"\[.*?\]|\d{4}[-/]\d\d(\d\d)?\s*$", "", header)
    return re.sub(r"[^a-z0-9%]", "", words.casefold())


def clean(cell: str) -> str:
    """A cell as it reads: without invisible characters, with plain spaces, and without a spreadsheet's ``="..."``."""
    if cell.isascii() and cell.isprintable() and not cell.startswith("="):
        return cell.strip()
    text = UNSEEN.sub("", unicodedata.normalize("NFC", cell))
    if quoted := re.fullmatch(r'="(.*)"', text.strip()):
        text = quoted.group(1)
    return " ".join(text.split())


def read_sheet(path: Path, wanted: Callable[[Sequence[str]], Sequence[str] | None], problems: Problems) -> Sheet | None:
    """Read the columns of ``path`` that ``wanted`` names when it is shown the header; None if it knows none of the rows.

    ``wanted`` is shown each of the first rows, cleaned, until it gives the headers of the columns to read.
    Raise :exc:`~scenarios.problems.InputError` if the file cannot be read or a row has cells too many or too few.
    """
    text = _decode(read_bytes(path, problems), problems)
    if not text.strip():
        raise problems.stop("E0203", None, "the file is empty")
    rows = _rows(text, problems)
    for count, (row, _) in enumerate(rows):
        headers = tuple(map(clean, row))
        if (names := wanted(headers)) is not None:
            return _read_columns(path, headers, names, rows, problems)
        if count >= ROWS_ABOVE_HEADER:
            break
    return None


def _read_columns(
    path: Path,
    headers: tuple[str, ...],
    names: Sequence[str],
    rows: Iterator[tuple[list[str], int]],
    problems: Problems,
) -> Sheet:
    at = {name: headers.index(name) for name in dict.fromkeys(names)}
    columns: dict[str, list[str]] = {name: [] for name in at}
    lines: list[int] = []

    def add(row: list[str], line: int) -> None:
        if len(row) < len(headers) or any(cell.strip() for cell in row[len(headers) :]):
            hint = "A text with a comma in it must stand in quotation marks." if len(row) > len(headers) else None
            problems.add("E0205", line, f"the row has {len(row)} cells, the header has {len(headers)}", hint)
            return
        lines.append(line)
        for name, i in at.items():
            columns[name].append(clean(row[i]))

    below: list[tuple[list[str], int]] = []  # notes, unless more of the table comes
    for row, line in rows:
        if not any(cell.strip() for cell in row):
            continue
        below.append((row, line))
        if not _is_note(row, len(headers)):
            for held in below:
                add(*held)
            below.clear()
    problems.check()
    if not lines:
        raise problems.stop("E0203", None, "the file has a header and no rows")
    return Sheet(path, headers, columns, lines, len(below))


def _is_note(row: Sequence[str], columns: int) -> bool:
    """Whether a row reads like a note that stands below a table: words at its beginning, and most of its cells empty."""
    return bool(re.match(r"\W*[^\W\d]+\W*\s", row[0])) and 2 * sum(bool(cell.strip()) for cell in row) <= columns


def _decode(raw: bytes, problems: Problems) -> str:
    """UTF-8 or UTF-16 by its mark, or else UTF-8, or else the Windows-1252 in which the DfE and Excel write CSV files."""
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return raw.decode("utf-16", errors="replace")
    refuse_binary(raw, problems)
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("cp1252", errors="replace")


def _rows(text: str, problems: Problems) -> Iterator[tuple[list[str], int]]:
    """Rows that are not empty and the lines on which they start, cut at the separator that the top of the file has most."""
    top = text[:TOP]
    separator = max(SEPARATORS, key=lambda sign: (top.count(sign), -SEPARATORS.index(sign)))
    csv.field_size_limit(_LONGEST_CELL)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    start = 1
    try:
        for row in reader:
            if row:
                yield row, start
            start = reader.line_num + 1
    except csv.Error as error:
        hint = "Is a quotation mark missing, or is there text after a closing one?"
        raise problems.stop("E0202", start, f"the row that starts here is not proper CSV: {error}", hint) from None
