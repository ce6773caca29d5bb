"""The check of a workbook's accessibility finds what is wrong, whichever rule is broken and whatever it is written as."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from analysis.figures.tables import Table, columns
from analysis.output.sheet.check import check
from analysis.output.sheet.sheet import Number, Sheet
from analysis.output.sheet.workbook import write


def sheet(name: str, title: str, about: str, headings=(), rows=(), lines=(), links=()) -> Sheet:
    """A sheet as it is asked for, with nothing mended: blank cells stay blank."""
    numeric = [h for c, h in enumerate(headings) if any(isinstance(row[c], Number) for row in rows)]
    cells = [dict(zip(headings, row, strict=True)) for row in rows]
    table = Table(title, columns({h: h for h in headings}, numeric), cells, note=about)
    return Sheet(name, table, lines, (20,) * len(headings) or (80,), links)


ROWS = (("heads", Number(12.0, 0, "plain")), ("deputies", Number(-0.5, 1, "plain", True)))
GOOD = (
    {"name": "Cover", "title": "A title", "about": "What this is.", "lines": ("Limits:", "None.")},
    {"name": "Contents", "title": "Contents", "about": "The sheets.", "headings": ("Sheet", "What"),
     "rows": (("Notes", "notes"), ("Figures", "figures")), "links": ("Notes", "Figures")},
    {"name": "Notes", "title": "Notes", "about": "Shorthand.", "headings": ("Term", "Meaning"), "rows": (("[c]", "suppressed"),)},
    {"name": "Figures", "title": "Figures", "about": "Counts of people.", "lines": ("More.",), "headings": ("Who", "Count"),
     "rows": ROWS},
)  # fmt: skip
KINDS = [pytest.param(".xlsx", id="xlsx"), pytest.param(".ods", id="ods")]


def wrong(tmp_path: Path, kind: str, sheets: Sequence[dict], title: str = "A title") -> list[str]:
    return write([sheet(**told) for told in sheets], tmp_path / f"made{kind}", title)


def changed(number: int, **changes) -> list[dict]:
    return [{**told, **changes} if i == number else told for i, told in enumerate(GOOD)]


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_is_wrong_with_a_good_workbook(tmp_path, kind) -> None:
    """The sheets that the other tests break pass every rule, in both formats."""
    assert wrong(tmp_path, kind, list(GOOD)) == []


BROKEN = {
    "no title": (changed(3, title=""), "A1 must have a title"),
    "nothing in A2": (changed(3, about=""), "A2 must have"),
    "no cover": (list(GOOD[1:]), "first sheets must be"),
    "not in contents": ([*GOOD, {**GOOD[3], "name": "More"}], "Contents do not list More"),
    "name says nothing": (changed(3, name="Sheet4"), "says nothing"),
    "table name says nothing": (changed(3, name="Table 1"), "'Table1' says nothing"),
    "a heading is empty": (changed(3, headings=("Who", " ")), "no heading"),
    "headings alike": (changed(3, headings=("Who", "Who ")), "same heading"),
    "a blank row": (changed(3, rows=(ROWS[0], ("", ""), ROWS[1])), "Row 6 of the table is blank"),
    "a blank column": (changed(3, rows=(("heads", ""), ("deputies", ""))), "Column 2 of the table is blank"),
    "a blank cell": (changed(3, rows=(ROWS[0], ("", Number(1.0, 0, "plain")))), "cell of the table is blank"),
    "no rows": (changed(3, rows=()), "no rows"),
    "shorthand not explained": (changed(3, rows=(*ROWS, ("others", "[x]"))), "do not explain [x]"),
}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", BROKEN)
def test_each_broken_rule_is_found(tmp_path, kind, name) -> None:
    """With the sentence that names the sheet and the rule."""
    sheets, sentence = BROKEN[name]
    if name in ("headings alike", "a heading is empty", "no rows") and kind == ".xlsx":
        pytest.skip("XlsxWriter does not write such a table")
    assert any(sentence in found for found in wrong(tmp_path, kind, sheets)), wrong(tmp_path, kind, sheets)


def edited(path: Path, part: str, old: str, new: str) -> Path:
    """A workbook with some of its XML changed."""
    import zipfile

    with zipfile.ZipFile(path) as archive:
        texts = {name: archive.read(name) for name in archive.namelist()}
    before = texts[part].decode()
    assert old in before
    texts[part] = before.replace(old, new).encode()
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in texts.items():
            archive.writestr(name, data)
    return path


XLSX = {
    "merged": ("xl/worksheets/sheet4.xml", "</sheetData>", '</sheetData><mergeCells><mergeCell ref="A5:B5"/></mergeCells>', "merged"),
    "formula": ("xl/worksheets/sheet4.xml", "<v>12</v>", "<f>1+11</f><v>12</v>", "formula"),
    "not wrapped": ("xl/styles.xml", ' wrapText="1"', "", "not wrapped"),
    "table not marked": ("xl/worksheets/sheet4.xml", "<tablePart ", "<other ", "one table that is marked"),
    "headings not marked": ("xl/tables/table3.xml", "<table ", '<table headerRowCount="0" ', "not marked"),
    "text like a formula": ("xl/sharedStrings.xml", "<t>deputies", "<t>=deputies", "like a formula"),
    "a heading is empty": ("xl/sharedStrings.xml", "<t>Count<", '<t xml:space="preserve"> <', "no heading"),
    "headings alike": ("xl/sharedStrings.xml", "<t>Count<", '<t xml:space="preserve">Who <', "same heading"),
    "table names alike": ("xl/tables/table3.xml", 'displayName="Figures"', 'displayName="Notes"', "2 tables are called"),
    "no title of the file": ("docProps/core.xml", "<dc:title>A title", "<dc:title>", "no title in its properties"),
}  # fmt: skip
ODS = {
    "merged": ('office:value="12.0"', 'office:value="12.0" table:number-columns-spanned="2"', "merged"),
    "formula": ('office:value="12.0"', 'office:value="12.0" table:formula="of:=1+11"', "formula"),
    "not wrapped": ('fo:wrap-option="wrap"', 'fo:wrap-option="no-wrap"', "not wrapped"),
    "table not marked": ("<table:database-range ", "<table:other ", "one table that is marked"),
    "headings not marked": ('contains-header="true"', 'contains-header="false"', "not marked"),
    "text like a formula": ("<text:p>deputies", "<text:p>@deputies", "like a formula"),
    "sheets alike": ('table:table table:name="Figures"', 'table:table table:name="notes"', "2 sheets are called"),
}


@pytest.mark.parametrize("name", XLSX)
def test_what_another_program_broke_in_an_xlsx_is_found(tmp_path, name) -> None:
    """The check reads the file itself, not what was meant to be written."""
    assert wrong(tmp_path, ".xlsx", list(GOOD)) == []
    part, old, new, sentence = XLSX[name]
    assert any(sentence in found for found in check(edited(tmp_path / "made.xlsx", part, old, new)))


@pytest.mark.parametrize("name", ODS)
def test_what_another_program_broke_in_an_ods_is_found(tmp_path, name) -> None:
    """The same of the OpenDocument form."""
    assert wrong(tmp_path, ".ods", list(GOOD)) == []
    old, new, sentence = ODS[name]
    assert any(sentence in found for found in check(edited(tmp_path / "made.ods", "content.xml", old, new)))
