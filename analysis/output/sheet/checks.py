"""Whether a workbook that was written can be used by everybody, and whether anything in it would run.

The rules are the Government Analysis Function's for statistics in spreadsheets, and that no text is a formula.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from analysis.output.sheet.opened import Book, Page, Table, open_book
from analysis.output.sheet.sheet import SHORTHAND

FRONT = ("Cover", "Contents", "Notes")
LONGEST_NAME = 31
"""Characters of a sheet's name that every program can show."""
RUNS = ("=", "+", "-", "@", "\t", "\r")
"""How text begins that a spreadsheet may take for a formula."""


def check(path: Path) -> list[str]:
    """Open the workbook ``path`` and return a sentence for everything that is wrong with it."""
    book = open_book(path)
    return [*_of_book(book), *(f"{page.name}: {wrong}" for page in book.pages for wrong in _of_page(page))]


def _of_book(book: Book) -> Iterator[str]:
    names = [page.name for page in book.pages]
    if not book.title.strip():
        yield "The file has no title in its properties."
    if tuple(names[:3]) != FRONT:
        yield f"The first sheets must be {', '.join(FRONT)}; they are {', '.join(names[:3])}."
    for name, count in Counter(name.casefold() for name in names).items():
        if count > 1:
            yield f"{count} sheets are called {name}."
    for name in names:
        if len(name) > LONGEST_NAME or re.fullmatch(r"\W*|sheet ?\d*", name, re.IGNORECASE):
            yield f"The name of sheet {name!r} is too long or says nothing."
    tables = Counter(table.name.casefold() for page in book.pages for table in page.tables)
    yield from (f"{count} tables are called {name}." for name, count in tables.items() if count > 1)
    yield from _listed(book)
    yield from _explained(book)


def _listed(book: Book) -> Iterator[str]:
    """Contents name every sheet after them."""
    contents = next((page for page in book.pages if page.name == "Contents"), None)
    if contents is not None:
        named = {cell.text for (_, column), cell in contents.cells.items() if column == 0}
        yield from (f"Contents do not list {p.name}." for p in book.pages if p.name not in (*FRONT[:2], *named))


def _explained(book: Book) -> Iterator[str]:
    """Notes explain every shorthand that is used."""
    told = {cell.text for page in book.pages if page.name == "Notes" for cell in page.cells.values()}
    used = {cell.text for page in book.pages if page.name != "Notes" for cell in page.cells.values()}
    for mark in sorted({*SHORTHAND, *(text for text in used if re.fullmatch(r"\[[a-z]{1,3}\]", text))} & used - told):
        yield f"Notes do not explain {mark}."


def _of_page(page: Page) -> Iterator[str]:
    for row, what in enumerate(("a title", "a sentence on what the sheet holds")):
        cell = page.cells.get((row, 0))
        if cell is None or cell.kind != "text":
            yield f"A{row + 1} must have {what}."
    if page.merged:
        yield f"Cells are merged: {', '.join(page.merged[:3])}."
    for (row, column), cell in page.cells.items():
        where = f"row {row + 1}, column {column + 1}"
        if cell.kind == "formula":
            yield f"There is a formula in {where}."
        elif cell.kind == "text" and cell.text.startswith(RUNS):
            yield f"Text in {where} begins like a formula."
    yield from _of_tables(page)


def _of_tables(page: Page) -> Iterator[str]:
    wide = any(column > 0 for _, column in page.cells)
    if wide and len(page.tables) != 1:
        yield f"There must be one table that is marked as one; there are {len(page.tables)}."
    if not wide and page.name != FRONT[0]:
        yield "There is no table."
    for table in page.tables:
        yield from _of_table(page, table)


def _of_table(page: Page, table: Table) -> Iterator[str]:
    if re.fullmatch(r"table ?\d*", table.name, re.IGNORECASE):
        yield f"The table's name {table.name!r} says nothing."
    outside = [
        (row, column)
        for row, column in page.cells
        if not (table.top <= row <= table.bottom and table.left <= column <= table.right)
        and (column > 0 or row > table.bottom)
    ]
    if outside:
        yield f"Something stands beside or below the table, such as in row {outside[0][0] + 1}, column {outside[0][1] + 1}."
    columns = range(table.left, table.right + 1)
    headings = [page.cells.get((table.top, column)) for column in columns]
    texts = [h.text.strip() if h is not None and h.kind == "text" else "" for h in headings]
    if not table.has_header:
        yield "The table's row of headings is not marked as one."
    if not all(texts):
        yield "A column has no heading."
    if len(set(texts)) < len(texts):
        yield "Two columns have the same heading."
    yield from _of_cells(page, table)


def _of_cells(page: Page, table: Table) -> Iterator[str]:
    rows, columns = range(table.top + 1, table.bottom + 1), range(table.left, table.right + 1)
    if not rows:
        yield "The table has no rows."
    empty_rows = [r for r in rows if not any((r, c) in page.cells for c in columns)]
    empty_columns = [c for c in columns if not any((r, c) in page.cells for r in rows)]
    if empty_rows:
        yield f"Row {empty_rows[0] + 1} of the table is blank."
    if empty_columns:
        yield f"Column {empty_columns[0] + 1} of the table is blank."
    blank = [
        (r, c)
        for r in rows
        for c in columns
        if (r, c) not in page.cells and r not in empty_rows and c not in empty_columns
    ]
    if blank:
        yield f"A cell of the table is blank, in row {blank[0][0] + 1}, column {blank[0][1] + 1}."
    for r in range(table.top, table.bottom + 1):
        for c in columns:
            cell = page.cells.get((r, c))
            if cell is not None and cell.kind == "text" and not cell.wrapped:
                yield f"Text in row {r + 1}, column {c + 1} is not wrapped."
                return
