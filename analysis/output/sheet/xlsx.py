"""Sheets as xlsx: every text is a string, every number a number with its format, every table a table."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Any

import xlsxwriter

from analysis.output.inert import inert
from analysis.output.sheet.sheet import SHORTHAND, Number, Sheet

FONT = {"font_name": "Arial", "font_size": 12, "text_wrap": True, "valign": "top"}
RIGHT = {"align": "right", "indent": 1}
LINE, HEADING_LINE = 16.0, 26.0
"""Points that a line of text takes: not every program works heights out by itself."""
TITLE = 1.45
"""How much wider a title's letters are than those of text."""
MADE = datetime(2000, 1, 1)
PLAIN = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "in_memory": True}


def workbook(sheets: Sequence[Sheet], title: str) -> bytes:
    """The file's bytes: the same for the same sheets."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, PLAIN)
    book.set_properties({"title": inert(title), "comments": "Made with Headway", "created": MADE})
    form = cache(lambda **more: book.add_format({**FONT, **more}))
    for sheet in sheets:
        _sheet(book.add_worksheet(inert(sheet.name)), sheet, form)
    book.close()
    return buffer.getvalue()


def _sheet(page: Any, sheet: Sheet, form: Any) -> None:
    page.hide_gridlines(2)
    page.set_landscape()
    page.fit_to_pages(1, 0)
    heading = {"bold": True, "font_size": 14}
    long = {"text_wrap": False} if sheet.headings else {}  # beside a table, the first column is narrow
    page.set_row(0, HEADING_LINE * (1 if sheet.headings else sheet.height((sheet.table.title,), TITLE)))
    page.write_string(0, 0, inert(sheet.table.title), form(bold=True, font_size=16, **long))
    page.write_string(1, 0, inert(sheet.table.note), form(**long))
    for row, line in enumerate(sheet.lines, 2):
        head = line.endswith(":")
        if not sheet.headings:
            page.set_row(row, (HEADING_LINE if head else LINE) * sheet.height((line,)))
        page.write_string(row, 0, inert(line), form(**(heading if head else {}), **long))
    for column, width in enumerate(sheet.widths):
        page.set_column(column, column, width)
    if sheet.headings:
        _table(page, sheet, form)


def _table(page: Any, sheet: Sheet, form: Any) -> None:
    top, right = sheet.header_row, sheet.numeric
    columns = [
        {"header": inert(heading), "header_format": form(bold=True, bottom=1, **(RIGHT if c in right else {}))}
        for c, heading in enumerate(sheet.headings)
    ]
    area = {"name": sheet.called, "style": None, "autofilter": False, "columns": columns}
    page.add_table(top, 0, top + len(sheet.rows), len(sheet.headings) - 1, area)
    page.set_row(top, LINE * sheet.height(sheet.headings))
    for r, row in enumerate(sheet.rows, top + 1):
        page.set_row(r, LINE * sheet.height(row))
        for c, cell in enumerate(row):
            if isinstance(cell, Number):
                page.write_number(r, c, cell.value, form(num_format=cell.format, **RIGHT))
            elif c == 0 and sheet.links:
                link = form(font_color="#0563C1", underline=1)
                page.write_url(r, c, f"internal:'{sheet.links[r - top - 1]}'!A1", link, inert(cell))
            else:
                page.write_string(r, c, inert(cell), form(**(RIGHT if c in right and cell in SHORTHAND else {})))
    page.freeze_panes(top + 1, 0)
    page.repeat_rows(top)
