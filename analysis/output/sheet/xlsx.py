"""Sheets as xlsx: every text is a string, every number a number with its format, every table a table."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from analysis.output.sheet.inert import inert
from analysis.output.sheet.sheet import SHORTHAND, Number, Sheet

if TYPE_CHECKING:
    from xlsxwriter.format import Format

FONT = {"font_name": "Arial", "font_size": 12, "text_wrap": True, "valign": "top"}
LINE, HEADING_LINE = 16.0, 26.0
"""Points that a line of text takes: not every program works heights out by itself."""
MADE = "2000-01-01"


def workbook(sheets: Sequence[Sheet], title: str) -> bytes:
    """The file's bytes: the same for the same sheets."""
    from datetime import datetime

    import xlsxwriter

    buffer = io.BytesIO()
    plain = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "in_memory": True}
    book = xlsxwriter.Workbook(buffer, plain)
    book.set_properties(
        {"title": inert(title), "comments": "Made with Headway", "created": datetime.fromisoformat(MADE)}
    )
    formats: dict[Any, Format] = {}

    def form(**more: Any) -> Format:
        key = tuple(sorted(more.items()))
        if key not in formats:
            formats[key] = book.add_format({**FONT, **more})
        return formats[key]

    for sheet in sheets:
        _sheet(book, sheet, form)
    book.close()
    return buffer.getvalue()


def _sheet(book: Any, sheet: Sheet, form: Any) -> None:
    page = book.add_worksheet(inert(sheet.name))
    page.hide_gridlines(2)
    page.set_landscape()
    page.fit_to_pages(1, 0)
    heading = {"bold": True, "font_size": 14}
    long = {} if not sheet.headings else {"text_wrap": False}  # beside a table, the first column is narrow
    page.set_row(0, HEADING_LINE)
    page.write_string(0, 0, inert(sheet.title), form(**{**heading, "font_size": 16, **long}))
    page.write_string(1, 0, inert(sheet.about), form(**long))
    for number, line in enumerate(sheet.lines):
        if not sheet.headings:
            page.set_row(2 + number, (HEADING_LINE if line.endswith(":") else LINE) * sheet.height((line,)))
        page.write_string(2 + number, 0, inert(line), form(**(heading if line.endswith(":") else {}), **long))
    for column, width in enumerate(sheet.widths):
        page.set_column(column, column, width)
    if sheet.headings:
        _table(page, sheet, form)


def _table(page: Any, sheet: Sheet, form: Any) -> None:
    top = sheet.header_row
    right = sheet.numeric
    page.add_table(
        top, 0, top + len(sheet.rows), len(sheet.headings) - 1,
        {
            "name": sheet.table, "style": None, "autofilter": False,
            "columns": [
                {"header": inert(h), "header_format": form(bold=True, bottom=1, **({"align": "right", "indent": 1} if c in right else {}))}
                for c, h in enumerate(sheet.headings)
            ],
        },
    )  # fmt: skip
    page.set_row(top, LINE * sheet.height(sheet.headings))
    for r, row in enumerate(sheet.rows):
        page.set_row(top + 1 + r, LINE * sheet.height(row))
        for c, cell in enumerate(row):
            if isinstance(cell, Number):
                page.write_number(top + 1 + r, c, cell.value, form(num_format=cell.format, align="right", indent=1))
            elif c == 0 and sheet.links:
                page.write_url(top + 1 + r, c, f"internal:'{sheet.links[r]}'!A1", form(font_color="#0563C1", underline=1), inert(cell))  # fmt: skip
            else:
                page.write_string(top + 1 + r, c, inert(cell), form(**({"align": "right", "indent": 1} if c in right and cell in SHORTHAND else {})))  # fmt: skip
    page.freeze_panes(top + 1, 0)
    page.repeat_rows(top)
