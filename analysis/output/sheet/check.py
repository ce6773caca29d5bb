"""Whether a workbook that was written can be used by everybody, and whether anything in it would run.

The file is opened as a reader's program finds it, whatever wrote it. The rules are the Government Analysis Function's for
statistics in spreadsheets, and that no text is a formula.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree import ElementTree as Xml

from xlsxwriter.utility import xl_cell_to_rowcol

from analysis.output.sheet.sheet import SHORTHAND

FRONT = ("Cover", "Contents", "Notes")
LONGEST_NAME = 31
"""Characters of a sheet's name that every program can show."""
MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
LINKED = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
TITLE = "{http://purl.org/dc/elements/1.1/}title"
TABLE, OFFICE, STYLE, FO = (
    f"{{urn:oasis:names:tc:opendocument:xmlns:{name}:1.0}}"
    for name in ("table", "office", "style", "xsl-fo-compatible")
)
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
        yield from _of_headings(page, table)
        yield from _of_cells(page, table)


def _of_headings(page: Page, table: Table) -> Iterator[str]:
    if re.fullmatch(r"table ?\d*", table.name, re.IGNORECASE):
        yield f"The table's name {table.name!r} says nothing."
    for row, column in page.cells:
        inside = table.top <= row <= table.bottom and table.left <= column <= table.right
        if not inside and (column > 0 or row > table.bottom):
            yield f"Something stands beside or below the table, such as in row {row + 1}, column {column + 1}."
            break
    headings = [page.cells.get((table.top, column)) for column in table.columns]
    texts = [h.text.strip() if h is not None and h.kind == "text" else "" for h in headings]
    if not table.has_header:
        yield "The table's row of headings is not marked as one."
    if not all(texts):
        yield "A column has no heading."
    if len(set(texts)) < len(texts):
        yield "Two columns have the same heading."


def _of_cells(page: Page, table: Table) -> Iterator[str]:
    rows = range(table.top + 1, table.bottom + 1)
    if not rows:
        yield "The table has no rows."
    empty_rows = [r for r in rows if not any((r, c) in page.cells for c in table.columns)]
    empty_columns = [c for c in table.columns if not any((r, c) in page.cells for r in rows)]
    for what, empty in (("Row", empty_rows), ("Column", empty_columns)):
        if empty:
            yield f"{what} {empty[0] + 1} of the table is blank."
    full = [(r, c) for r in rows if r not in empty_rows for c in table.columns if c not in empty_columns]
    if blank := [place for place in full if place not in page.cells]:
        yield f"A cell of the table is blank, in row {blank[0][0] + 1}, column {blank[0][1] + 1}."
    for r, c in ((r, c) for r in (table.top, *rows) for c in table.columns):
        cell = page.cells.get((r, c))
        if cell is not None and cell.kind == "text" and not cell.wrapped:
            yield f"Text in row {r + 1}, column {c + 1} is not wrapped."
            return


@dataclass(frozen=True)
class Found:
    """A cell that holds something."""

    kind: str
    """``text``, ``number`` or ``formula``."""
    text: str
    wrapped: bool
    """Whether long text is broken into lines."""


@dataclass(frozen=True)
class Table:
    """An area that is marked as a table; rows and columns from 0, the last included."""

    name: str
    top: int
    left: int
    bottom: int
    right: int
    has_header: bool

    @property
    def columns(self) -> range:
        """Its columns."""
        return range(self.left, self.right + 1)


@dataclass
class Page:
    """A sheet."""

    name: str
    cells: dict[tuple[int, int], Found] = field(default_factory=dict)
    merged: list[str] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)


@dataclass(frozen=True)
class Book:
    """A workbook."""

    title: str
    """Of its properties."""
    pages: list[Page]


def open_book(path: Path) -> Book:
    """Open an xlsx or ODS file."""
    with zipfile.ZipFile(path) as archive:
        return _ods(archive) if "content.xml" in archive.namelist() else _xlsx(archive)


def _xml(archive: zipfile.ZipFile, name: str) -> Xml.Element:
    return Xml.fromstring(archive.read(name))


def _related(archive: zipfile.ZipFile, name: str) -> dict[str, str]:
    """Files that a part refers to, by id."""
    folder, base = posixpath.split(name)
    rels = f"{folder}/_rels/{base}.rels"
    if rels not in archive.namelist():
        return {}
    targets = {one.attrib["Id"]: posixpath.join("/", folder, one.attrib["Target"]) for one in _xml(archive, rels)}
    return {key: posixpath.normpath(target).lstrip("/") for key, target in targets.items()}


def _area(reference: str) -> tuple[int, int, int, int]:
    """``B3:D9`` as top, left, bottom, right."""
    ends = [xl_cell_to_rowcol(end) for end in reference.split(":")]
    return (*ends[0], *ends[-1])


def _xlsx(archive: zipfile.ZipFile) -> Book:
    strings = []
    if "xl/sharedStrings.xml" in archive.namelist():
        strings = ["".join(t.text or "" for t in one.iter(f"{MAIN}t")) for one in _xml(archive, "xl/sharedStrings.xml")]
    forms = _xml(archive, "xl/styles.xml").find(f"{MAIN}cellXfs")
    wraps = [any(a.attrib.get("wrapText") == "1" for a in form.iter(f"{MAIN}alignment")) for form in forms or ()]
    files = _related(archive, "xl/workbook.xml")
    pages = []
    for one in _xml(archive, "xl/workbook.xml").iter(f"{MAIN}sheet"):
        name = files[one.attrib[LINKED]]
        page, root = Page(one.attrib["name"]), _xml(archive, name)
        for cell in root.iter(f"{MAIN}c"):
            if (read := _xlsx_cell(cell, strings, wraps)) is not None:
                page.cells[_area(cell.attrib["r"])[:2]] = read
        page.merged = [merge.attrib["ref"] for merge in root.iter(f"{MAIN}mergeCell")]
        linked = _related(archive, name)
        for part in root.iter(f"{MAIN}tablePart"):
            table = _xml(archive, linked[part.attrib[LINKED]])
            has_header = table.attrib.get("headerRowCount", "1") != "0"
            page.tables.append(Table(table.attrib["displayName"], *_area(table.attrib["ref"]), has_header))
        pages.append(page)
    return Book(_xml(archive, "docProps/core.xml").findtext(TITLE) or "", pages)


def _xlsx_cell(cell: Xml.Element, strings: list[str], wraps: list[bool]) -> Found | None:
    value, kind = cell.findtext(f"{MAIN}v"), cell.attrib.get("t", "n")
    wrapped = wraps[int(cell.attrib.get("s", "0"))]
    if cell.find(f"{MAIN}f") is not None:
        return Found("formula", cell.findtext(f"{MAIN}f") or "", wrapped)
    if kind == "inlineStr":
        return Found("text", "".join(t.text or "" for t in cell.iter(f"{MAIN}t")), wrapped)
    if value is None:
        return None
    text = strings[int(value)] if kind == "s" else value
    return Found("text" if kind in ("s", "str") else "number", text, wrapped) if text else None


def _ods(archive: zipfile.ZipFile) -> Book:
    root = _xml(archive, "content.xml")
    wraps = {
        style.attrib[f"{STYLE}name"]: any(p.attrib.get(f"{FO}wrap-option") == "wrap" for p in style)
        for style in root.iter(f"{STYLE}style")
    }
    pages = {}
    for one in root.iter(f"{TABLE}table"):
        page = pages[one.attrib[f"{TABLE}name"]] = Page(one.attrib[f"{TABLE}name"])
        for r, row in enumerate(one.iter(f"{TABLE}table-row")):
            for c, cell in _ods_cells(row):
                _ods_cell(page, r, c, cell, wraps)
    for area in root.iter(f"{TABLE}database-range"):
        sheet, reference = _ods_area(area.attrib[f"{TABLE}target-range-address"])
        has_header = area.attrib.get(f"{TABLE}contains-header") == "true"
        if sheet in pages:
            pages[sheet].tables.append(Table(area.attrib[f"{TABLE}name"], *_area(reference), has_header))
    return Book(_xml(archive, "meta.xml").findtext(f".//{TITLE}") or "", list(pages.values()))


def _ods_cells(row: Xml.Element) -> Iterator[tuple[int, Xml.Element]]:
    column = 0
    for cell in row:
        yield column, cell
        column += int(cell.attrib.get(f"{TABLE}number-columns-repeated", "1"))


def _ods_cell(page: Page, row: int, column: int, cell: Xml.Element, wraps: dict[str, bool]) -> None:
    spans = [int(cell.attrib.get(f"{TABLE}number-{what}-spanned", "1")) for what in ("columns", "rows")]
    if max(spans) > 1 or cell.tag.endswith("covered-table-cell"):
        page.merged.append(f"row {row + 1}, column {column + 1}")
    text = "".join(cell.itertext())
    value = cell.attrib.get(f"{OFFICE}value")
    formula = cell.attrib.get(f"{TABLE}formula")
    wrapped = wraps.get(cell.attrib.get(f"{TABLE}style-name", ""), False)
    if formula is not None:
        page.cells[row, column] = Found("formula", formula, wrapped)
    elif value is not None:
        page.cells[row, column] = Found("number", value, wrapped)
    elif text:
        page.cells[row, column] = Found("text", text, wrapped)


def _ods_area(address: str) -> tuple[str, str]:
    """``'A b'.A1:'A b'.C9`` as the sheet's name and ``A1:C9``."""
    ends = re.findall(r"(?:'([^']*)'|([^'.:]*))\.\$?([A-Z]+)\$?(\d+)", address)
    return ends[0][0] or ends[0][1], ":".join(letters + digits for _, _, letters, digits in ends)
