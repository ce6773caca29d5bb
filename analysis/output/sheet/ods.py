"""Sheets as OpenDocument: a zip of XML, written here because what writes ODS for Python does not mark tables."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from xml.sax.saxutils import escape, quoteattr

from analysis.output.inert import inert
from analysis.output.sheet.sheet import SHORTHAND, Cell, Number, Sheet

MIME = "application/vnd.oasis.opendocument.spreadsheet"
SPACES = " ".join(
    f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for short, name in (
        ("office", "office"), ("table", "table"), ("text", "text"), ("style", "style"), ("number", "datastyle"),
        ("meta", "meta"), ("manifest", "manifest"),
    )
) + (
    ' xmlns:fo="urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0" xmlns:xlink="http://www.w3.org/1999/xlink"'
    ' xmlns:dc="http://purl.org/dc/elements/1.1/"'
)  # fmt: skip
START = '<?xml version="1.0" encoding="UTF-8"?>\n'
TITLE, HEADING, PLAIN, WIDE, HEADER, HEADER_RIGHT, RIGHT = (
    "title", "heading", "plain", "wide", "header", "header-right", "right",
)  # fmt: skip
STAMP = (2000, 1, 1, 0, 0, 0)


def workbook(sheets: Sequence[Sheet], title: str) -> bytes:
    """The file's bytes: the same for the same sheets."""
    parts = {
        "content.xml": _content(sheets),
        "styles.xml": f'{START}<office:document-styles {SPACES} office:version="1.3"><office:styles>'
        '<style:default-style style:family="table-cell"><style:text-properties style:font-name="Arial" fo:font-family="Arial" '
        'fo:font-size="12pt" fo:language="en" fo:country="GB"/></style:default-style>'
        '<style:style style:name="Heading_20_1" style:display-name="Heading 1" style:family="table-cell">'
        '<style:text-properties fo:font-weight="bold" fo:font-size="16pt"/></style:style></office:styles>'
        '<office:automatic-styles><style:page-layout style:name="page"><style:page-layout-properties fo:page-width="29.7cm" '
        'fo:page-height="21cm" style:print-orientation="landscape" fo:margin="1.5cm" style:scale-to-X="1" style:scale-to-Y="0"/>'
        '</style:page-layout></office:automatic-styles><office:master-styles><style:master-page style:name="Default" '
        'style:page-layout-name="page"/></office:master-styles></office:document-styles>',
        "meta.xml": f'{START}<office:document-meta {SPACES} office:version="1.3"><office:meta><dc:title>{escape(inert(title))}'
        "</dc:title><dc:language>en-GB</dc:language><meta:generator>Headway</meta:generator></office:meta></office:document-meta>",
    }
    entries = "".join(
        f'<manifest:file-entry manifest:full-path="{name}" manifest:media-type="{kind}"/>'
        for name, kind in (("/", MIME), *((name, "text/xml") for name in parts))
    )
    parts["META-INF/manifest.xml"] = (
        f'{START}<manifest:manifest {SPACES} manifest:version="1.3">{entries}</manifest:manifest>'
    )
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, text, how in (("mimetype", MIME, zipfile.ZIP_STORED), *((n, t, zipfile.ZIP_DEFLATED) for n, t in parts.items())):  # fmt: skip
            archive.writestr(zipfile.ZipInfo(name, STAMP), text, how)
    return buffer.getvalue()


def _content(sheets: Sequence[Sheet]) -> str:
    formats = {cell.format: cell for sheet in sheets for row in sheet.rows for cell in row if isinstance(cell, Number)}
    names = {form: f"n{i}" for i, form in enumerate(sorted(formats))}
    every = sorted({width for sheet in sheets for width in sheet.widths})
    styles = "".join(_number_style(formats[form], name) for form, name in names.items()) + _cell_styles()
    styles += "".join(
        f'<style:style style:name="w{width}" style:family="table-column">'
        f'<style:table-column-properties style:column-width="{0.22 * width + 0.3:.2f}cm"/></style:style>'
        for width in every
    )
    ranges = "".join(_range(sheet) for sheet in sheets if sheet.headings)
    body = "".join(_sheet(sheet, names) for sheet in sheets)
    return (
        f'{START}<office:document-content {SPACES} office:version="1.3"><office:automatic-styles>{styles}'
        f"</office:automatic-styles><office:body><office:spreadsheet>{body}<table:database-ranges>{ranges}"
        "</table:database-ranges></office:spreadsheet></office:body></office:document-content>"
    )


def _cell_styles() -> str:
    def style(
        name: str, text: str = "", cell: str = "", wrap: bool = True, align: str = "start", parent: str = ""
    ) -> str:
        above = f' style:parent-style-name="{parent}"' if parent else ""
        wrapped = "wrap" if wrap else "no-wrap"
        return (
            f'<style:style style:name="{name}" style:family="table-cell"{above}><style:table-cell-properties '
            f'fo:wrap-option="{wrapped}" style:vertical-align="top" fo:padding="0.04cm" fo:padding-right="0.2cm"{cell}/><style:paragraph-properties fo:text-align="{align}"/>'
            f"<style:text-properties {text}/></style:style>"
        )

    bold = 'fo:font-weight="bold"'
    return (
        '<style:style style:name="sheet" style:family="table" style:master-page-name="Default"/>'
        + style(TITLE, f'{bold} fo:font-size="16pt"', wrap=False, parent="Heading_20_1") + style(HEADING, f'{bold} fo:font-size="14pt"')
        + style(PLAIN) + style(WIDE, wrap=False) + style(HEADER, bold, ' fo:border-bottom="1pt solid #000000"')
        + style(HEADER_RIGHT, bold, ' fo:border-bottom="1pt solid #000000"', align="end") + style(RIGHT, align="end")
    )  # fmt: skip


def _number_style(cell: Number, name: str) -> str:
    """A number's format, and the style of cells that have it."""
    digits = f'<number:number number:decimal-places="{cell.decimals}" number:min-decimal-places="{cell.decimals}" number:min-integer-digits="1"'
    if cell.kind == "share":
        kind, body = "percentage", f"{digits}/><number:text>%</number:text>"
    else:
        pound = "<number:text>£</number:text>" if cell.kind == "pounds" else ""
        kind, body = "number", f'{pound}{digits} number:grouping="true"/>'
    tag = f"number:{kind}-style"
    if not cell.sign:
        made = f'<{tag} style:name="f{name}">{body}</{tag}>'
    else:
        text = "<number:text>{}</number:text>".format
        maps = f'<style:map style:condition="value()&gt;0" style:apply-style-name="f{name}P"/><style:map style:condition="value()&lt;0" style:apply-style-name="f{name}M"/>'
        made = "".join(f'<{tag} style:name="f{name}{end}" style:volatile="true">{text(mark)}{body}</{tag}>' for end, mark in (("P", "+"), ("M", "-")))  # fmt: skip
        made += f'<{tag} style:name="f{name}">{body}{maps}</{tag}>'
    return (
        f'{made}<style:style style:name="{name}" style:family="table-cell" style:data-style-name="f{name}">'
        '<style:table-cell-properties fo:wrap-option="wrap" style:vertical-align="top" fo:padding="0.04cm" fo:padding-right="0.2cm"/>'
        '<style:paragraph-properties fo:text-align="end"/></style:style>'
    )


def _range(sheet: Sheet) -> str:
    """The mark that makes rows and columns a table with a name and a row of headings."""
    last = f"{column_name(len(sheet.headings) - 1)}{sheet.header_row + 1 + len(sheet.rows)}"
    where = f"'{sheet.name}'.A{sheet.header_row + 1}:'{sheet.name}'.{last}"
    return f'<table:database-range table:name={quoteattr(sheet.called)} table:target-range-address={quoteattr(where)} table:contains-header="true"/>'


def column_name(number: int) -> str:
    """Letters of a column counted from 0: ``27`` → ``AB``."""
    letters = ""
    number += 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def _sheet(sheet: Sheet, names: dict[str, str]) -> str:
    beside = WIDE if sheet.headings else PLAIN
    columns = "".join(f'<table:table-column table:style-name="w{width}"/>' for width in sheet.widths)
    rows = [_row(_text(sheet.table.title, TITLE)), _row(_text(sheet.table.note, beside))]
    rows += [
        _row(_text(line, HEADING if line.endswith(":") and not sheet.headings else beside)) for line in sheet.lines
    ]
    if sheet.headings:
        right = sheet.numeric
        headings = _row("".join(_text(h, HEADER_RIGHT if c in right else HEADER) for c, h in enumerate(sheet.headings)))
        rows.append(f"<table:table-header-rows>{headings}</table:table-header-rows>")
        for r, row in enumerate(sheet.rows):
            link = sheet.links[r] if sheet.links else ""
            rows.append(
                _row("".join(_cell(cell, names, link if c == 0 else "", c in right) for c, cell in enumerate(row)))
            )
    return f'<table:table table:name={quoteattr(inert(sheet.name))} table:style-name="sheet">{columns}{"".join(rows)}</table:table>'


def _row(cells: str) -> str:
    return f"<table:table-row>{cells}</table:table-row>"


def _cell(cell: Cell, names: dict[str, str], link: str, right: bool) -> str:
    if isinstance(cell, Number):
        kind = "percentage" if cell.kind == "share" else "float"
        return f'<table:table-cell table:style-name="{names[cell.format]}" office:value-type="{kind}" office:value="{cell.value!r}"/>'
    return _text(cell, RIGHT if right and cell in SHORTHAND else PLAIN, link)


def _text(text: str, style: str, link: str = "") -> str:
    body = escape(inert(text))
    if link:
        body = f'<text:a xlink:type="simple" xlink:href={quoteattr(f"#{link}.A1")}>{body}</text:a>'
    return f'<table:table-cell table:style-name="{style}" office:value-type="string"><text:p>{body}</text:p></table:table-cell>'
