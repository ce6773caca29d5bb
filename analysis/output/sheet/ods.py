"""Sheets as OpenDocument: a zip of XML, written here because what writes ODS for Python does not mark tables."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Sequence
from pathlib import Path

from markupsafe import Markup
from xlsxwriter.utility import xl_rowcol_to_cell

from analysis.figures.templates import templates
from analysis.output.inert import inert
from analysis.output.sheet.sheet import SHORTHAND, Number, Sheet

MIME = "application/vnd.oasis.opendocument.spreadsheet"
PARTS = {
    "content.xml": "content.xml",
    "styles.xml": "styles.xml",
    "meta.xml": "meta.xml",
    "META-INF/manifest.xml": "manifest.xml",
}
"""Files of the zip, and the templates that they are made from."""
OASIS = ("office", "table", "text", "style", "number:datastyle", "meta", "manifest", "fo:xsl-fo-compatible")
OTHERS = 'xmlns:xlink="http://www.w3.org/1999/xlink" xmlns:dc="http://purl.org/dc/elements/1.1/"'
STAMP = (2000, 1, 1, 0, 0, 0)


def workbook(sheets: Sequence[Sheet], title: str) -> bytes:
    """The file's bytes: the same for the same sheets."""
    made = templates(Path(__file__).parent / "templates", inert)
    numbers = {cell.format: cell for sheet in sheets for row in sheet.rows for cell in row if isinstance(cell, Number)}
    names = {form: f"n{i}" for i, form in enumerate(sorted(numbers))}
    spaces = [f'xmlns:{n.split(":")[0]}="urn:oasis:names:tc:opendocument:xmlns:{n.split(":")[-1]}:1.0"' for n in OASIS]
    told = {
        "sheets": sheets,
        "title": title,
        "formats": [(name, numbers[form]) for form, name in names.items()],
        "names": names,
        "widths": sorted({width for sheet in sheets for width in sheet.widths}),
        "shorthand": SHORTHAND,
        "last": lambda sheet: xl_rowcol_to_cell(sheet.header_row + len(sheet.rows), len(sheet.headings) - 1),
        "spaces": Markup(" ".join([*spaces, OTHERS])),
    }
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(zipfile.ZipInfo("mimetype", STAMP), MIME, zipfile.ZIP_STORED)
        for part, template in PARTS.items():
            # Text is on one line, so that lines are the template's own: none may stand between the parts of a cell.
            text = re.sub(r"\n\s*", "", made.get_template(template).render(told))
            archive.writestr(zipfile.ZipInfo(part, STAMP), text, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()
