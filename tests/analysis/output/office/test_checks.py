"""The check of a workbook's accessibility finds what is wrong, whichever rule is broken and whatever it is written as."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from analysis.output.sheet.checks import check
from analysis.output.sheet.make import write
from analysis.output.sheet.sheet import Number, Sheet

ROWS = (("heads", Number(12.0, 0, "plain")), ("deputies", Number(-0.5, 1, "plain", True)))
GOOD = (
    Sheet("Cover", "A title", "What this is.", ("Limits:", "None."), widths=(80,)),
    Sheet("Contents", "Contents", "The sheets.", (), ("Sheet", "What"), (("Notes", "notes"), ("Figures", "figures")),
          (20, 20), "Contents", ("Notes", "Figures")),
    Sheet("Notes", "Notes", "Shorthand.", (), ("Term", "Meaning"), (("[c]", "suppressed"),), (20, 20), "Notes"),
    Sheet("Figures", "Figures", "Counts of people.", ("More.",), ("Who", "Count"), ROWS, (20, 20), "Figures"),
)  # fmt: skip
KINDS = [pytest.param(".xlsx", id="xlsx"), pytest.param(".ods", id="ods")]


def wrong(tmp_path: Path, kind: str, sheets: list[Sheet], title: str = "A title") -> list[str]:
    if kind == ".xlsx":
        pytest.importorskip("xlsxwriter", reason="the extra office is not installed")
    return write(sheets, tmp_path / f"made{kind}", title)


def changed(number: int, **changes) -> list[Sheet]:
    return [replace(sheet, **changes) if i == number else sheet for i, sheet in enumerate(GOOD)]


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_is_wrong_with_a_good_workbook(tmp_path, kind) -> None:
    """The sheets that the other tests break pass every rule, in both formats."""
    assert wrong(tmp_path, kind, list(GOOD)) == []


BROKEN = {
    "no title": (changed(3, title=""), "A1 must have a title"),
    "nothing in A2": (changed(3, about=""), "A2 must have"),
    "no cover": (list(GOOD[1:]), "first sheets must be"),
    "not in contents": ([*GOOD, replace(GOOD[3], name="More", table="More")], "Contents do not list More"),
    "name says nothing": (changed(3, name="Sheet4"), "says nothing"),
    "table name says nothing": (changed(3, table="Table1"), "'Table1' says nothing"),
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
