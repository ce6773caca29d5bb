"""A workbook as a reader's program finds it: opened from the file, whatever wrote it."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree import ElementTree as Xml


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


MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
LINKED = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
TITLE = "{http://purl.org/dc/elements/1.1/}title"


def open_book(path: Path) -> Book:
    """Open an xlsx or ODS file."""
    with zipfile.ZipFile(path) as archive:
        return _ods(archive) if "content.xml" in archive.namelist() else _xlsx(archive)


def _xml(archive: zipfile.ZipFile, name: str) -> Xml.Element:
    return Xml.fromstring(archive.read(name))


def _related(archive: zipfile.ZipFile, name: str) -> dict[str, str]:
    """Files that a part refers to, by id."""
    folder, _, base = name.rpartition("/")
    rels = f"{folder}/_rels/{base}.rels"
    if rels not in archive.namelist():
        return {}
    found = {}
    for one in _xml(archive, rels):
        target = one.attrib["Target"]
        parts = [] if target.startswith("/") else folder.split("/")
        for step in target.strip("/").split("/"):
            parts = parts[:-1] if step == ".." else [*parts, step]
        found[one.attrib["Id"]] = "/".join(parts)
    return found


def _area(reference: str) -> tuple[int, int, int, int]:
    """``B3:D9`` as top, left, bottom, right."""
    ends = [re.fullmatch(r"\$?([A-Z]+)\$?(\d+)", end) for end in reference.split(":")]
    places = []
    for end in ends:
        if end is None:
            raise ValueError(f"no cell: {reference}")
        column = 0
        for letter in end[1]:
            column = 26 * column + ord(letter) - 64
        places.append((int(end[2]) - 1, column - 1))
    return (*places[0], *places[-1])


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


def _space(name: str) -> str:
    return f"{{urn:oasis:names:tc:opendocument:xmlns:{name}:1.0}}"


TABLE, OFFICE, STYLE, FO = _space("table"), _space("office"), _space("style"), _space("xsl-fo-compatible")


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
