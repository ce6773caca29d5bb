"""``headway workbook``: what the files hold, that nothing in them runs, and what suppression takes out of them."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from analysis.cli import app
from analysis.output.inert import clean, inert, label
from analysis.output.sheet import ods, xlsx
from analysis.output.sheet.assumed import IN_FILES
from analysis.output.sheet.check import Book, open_book
from analysis.output.sheet.sheet import Number, Sheet, figure, rounded
from analysis.output.sheet.workbook import sheets, write
from analysis.output.study import Study
from analysis.store import Store
from analysis.studies.compare.report import records

RUNS = ("=", "+", "-", "@", "\t", "\r")


def made(results: Path, target: Path) -> Book:
    done = CliRunner().invoke(app, ["workbook", str(results), "--out", str(target)])
    assert done.exit_code == 0, done.output
    assert "accessibility checked" in done.output
    return open_book(target)


def table(book: Book, name: str) -> list[dict[str, str]]:
    page = next(page for page in book.pages if page.name == name)
    (area,) = page.tables
    columns = range(area.left, area.right + 1)
    return [
        {page.cells[area.top, c].text: page.cells[r, c].text for c in columns}
        for r in range(area.top + 1, area.bottom + 1)
    ]


@pytest.fixture(scope="module", params=["xlsx", "ods"])
def book(request, results, tmp_path_factory) -> Book:
    return made(results, tmp_path_factory.mktemp("book") / f"book.{request.param}")


def test_it_has_the_sheets_in_order(book) -> None:
    """Cover, contents and notes first, then what is asked about most."""
    names = [page.name for page in book.pages]
    assert names == [
        "Cover", "Contents", "Notes", "Answer", "Who gets it", "Comparison", "Headlines", "Who gains", "Costs", "Programmes", "Assumptions",
        "Evidence",
    ]  # fmt: skip


def test_no_text_begins_like_a_formula_and_numbers_stay_numbers(book) -> None:
    """Hostile text is defused, and negative numbers are not taken for it."""
    cells = [cell for page in book.pages for cell in page.cells.values()]
    assert not [c for c in cells if c.kind == "formula" or (c.kind == "text" and c.text.startswith(RUNS))]
    assert any("'=HYPERLINK" in c.text for c in cells)
    assert any(c.kind == "number" and float(c.text) < 0 for c in cells)


def test_the_comparison_is_that_of_compare(book, results) -> None:
    """Row by row the words, pairs and differences of the command, rounded to their error."""
    with Study.of(Store.open(results)) as study:
        wanted = {(r["label"], r["years"]): r for r in records(study.comparison)}
    rows = table(book, "Comparison")
    assert len(rows) == len(wanted)
    for row in rows:
        found = wanted[row["Measure"], row["School years"]]
        assert row["What can be said"] == found["words"]
        assert row["Pairs of runs"] in (str(found["pairs"]), f"{found['pairs']}.0")
        scale = 100 if row["Unit of difference"] == "percentage points" else 1
        known = found["standard_error"] or 0.0
        assert float(row["Difference, policy less base"]) == pytest.approx(
            scale * found["difference"], abs=scale * max(known, 0.5e-4) + (0.5 if row["Unit"] != "per cent" else 0)
        )


@pytest.fixture(scope="module")
def as_sheets(results) -> list[Sheet]:
    with Study.of(Store.open(results)) as study:
        return sheets(study)


def test_both_forms_say_the_same(as_sheets, tmp_path) -> None:
    """Cell by cell, xlsx and ODS agree in place, kind and content."""
    books = []
    for kind in ("xlsx", "ods"):
        assert write(as_sheets, tmp_path / f"book.{kind}", "title") == []
        books.append(open_book(tmp_path / f"book.{kind}"))
    for a, b in zip(books[0].pages, books[1].pages, strict=True):
        assert a.cells.keys() == b.cells.keys()
        for place, cell in a.cells.items():
            other = b.cells[place]
            assert cell.kind == other.kind
            same = (
                float(cell.text) == pytest.approx(float(other.text))
                if cell.kind == "number"
                else cell.text == other.text
            )
            assert same, (a.name, place)


def test_a_library_that_others_read_workbooks_with_finds_the_same(as_sheets, tmp_path) -> None:
    """openpyxl, which is not what wrote it: the sheets in order, numbers as numbers, text as text, nothing to run."""
    openpyxl = pytest.importorskip("openpyxl")

    assert write(as_sheets, tmp_path / "book.xlsx", "title") == []
    theirs = openpyxl.load_workbook(tmp_path / "book.xlsx")
    assert theirs.sheetnames == [page.name for page in open_book(tmp_path / "book.xlsx").pages]
    for page in open_book(tmp_path / "book.xlsx").pages:
        seen = {(c.row, c.column): c for row in theirs[page.name].iter_rows() for c in row if c.value is not None}
        ours = {place: cell for place, cell in page.cells.items() if cell.text}
        assert len(seen) == len(ours)
        for (_, cell), (_, other) in zip(sorted(ours.items()), sorted(seen.items()), strict=True):
            assert other.data_type == {"number": "n", "text": "s"}[cell.kind]
            assert other.value == (pytest.approx(float(cell.text)) if cell.kind == "number" else cell.text)


def test_the_same_sheets_give_the_same_bytes(as_sheets) -> None:
    """No times or chance in either file."""
    assert xlsx.workbook(as_sheets, "title") == xlsx.workbook(as_sheets, "title")
    assert ods.workbook(as_sheets, "title") == ods.workbook(as_sheets, "title")


def test_a_changed_parameter_is_among_the_assumptions(book) -> None:
    """Once, with its new value and who set it."""
    rows = [row for row in table(book, "Assumptions") if row[IN_FILES] == "leave.per_wellbeing"]
    assert [row["Set by"] for row in rows] == ["this scenario: chosen"]
    assert float(rows[0]["Value"]) == pytest.approx(0.3)


def test_the_costs_of_a_programme_are_there_in_all_and_by_item(book) -> None:
    """The total of a programme is not crowded out by the same figure under another label, and its parts add up to it."""
    costs = {r["Item"]: float(r["Mean of runs"]) for r in table(book, "Costs") if r["Scenario"].startswith("'=")}
    total = costs.pop("Excellence in Leadership: all")
    items = [value for item, value in costs.items() if item.startswith("Excellence in Leadership: ")]
    assert total > 0
    assert sum(items) == pytest.approx(total, rel=0.2)  # each is rounded to what three runs can tell


def test_a_threshold_reaches_the_manifest_and_takes_small_counts_out(strict_results, tmp_path) -> None:
    """Of headlines, comparison and programmes, with what would give them away."""
    store = Store.open(strict_results)
    assert store.manifest["scenarios"][1]["resolved"]["suppress_below"] == 10
    assert "suppress_below" not in store.manifest["scenarios"][0]["resolved"]
    book = made(strict_results, tmp_path / "book.ods")
    counts = [r for r in table(book, "Headlines") if r["Unit"] == "people"]
    assert any(r["Mean of runs"] == "[c]" for r in counts)
    assert all(float(r["Range from"]) >= 10 for r in counts if r["Mean of runs"] != "[c]")
    assert all(r["Range from"] == r["Range to"] == "[c]" for r in counts if r["Mean of runs"] == "[c]")
    for row in table(book, "Comparison"):
        if row["Unit"] == "people" and row["Base"] != "[c]":
            assert min(float(row["Base"]), float(row["Policy"])) >= 10
    for row in table(book, "Programmes"):
        starts = row["Starts"]
        assert starts == "[c]" or float(starts) >= 10
        if starts == "[c]":
            assert row["Cost, GBP"] == row["Cost per start, GBP"] == "[c]"


def test_a_total_is_hidden_where_one_of_its_years_is(strict_results) -> None:
    """Otherwise the year follows by subtraction."""
    with Study.of(Store.open(strict_results)) as study:
        levels = study.levels
        away = {(s, name) for s, name, _ in levels.away}
        assert away
        for line in levels.lines:
            for name in levels.names:
                assert levels.is_hidden(name, line, None) == ((name, line.name) in away)


def test_without_a_threshold_nothing_is_hidden(as_sheets) -> None:
    """The mark stands nowhere but in the notes that explain it."""
    assert not any(cell == "[c]" for sheet in as_sheets if sheet.name != "Notes" for row in sheet.rows for cell in row)


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@A1", "\t=1", "\r=1", "\n=1", " =1"])
def test_text_that_a_spreadsheet_would_run_gets_an_apostrophe(text) -> None:
    """Also behind tabs, line ends and blanks."""
    assert inert(text).startswith("'")


def test_text_is_on_one_line_without_marks_that_turn_it() -> None:
    """Addresses become no links, and an equals sign inside is left alone."""
    assert clean("a\tb\r\nc\x00\u202ed") == "a b cd"
    assert label("https://evil.example") == "'https://evil.example"
    assert inert("a = b") == "a = b"


@pytest.mark.parametrize(
    ("cell", "value", "form"),
    [
        (figure(0.08613, 0.002, "share"), 0.086, "0.0%"),
        (figure(-0.0124, 0.001, "share", sign=True), -1.2, "+#,##0.0;-#,##0.0;#,##0.0"),
        (figure(1_234_567.0, 20_000.0, "GBP"), 1_230_000.0, "£#,##0"),
        (figure(133.4, 0.4, "people"), 133.0, "#,##0"),
        (rounded(0.00071, 0.0001, "standard deviations"), 0.0007, "#,##0.0000"),
    ],
)
def test_numbers_are_rounded_to_their_error(cell, value, form) -> None:
    """Value and format agree on the digits that are known."""
    assert isinstance(cell, Number)
    assert (cell.value, cell.format) == (pytest.approx(value), form)


def test_another_kind_of_file_is_refused(results, tmp_path) -> None:
    """With the two endings that a workbook has."""
    done = CliRunner().invoke(app, ["workbook", str(results), "--out", str(tmp_path / "book.csv")])
    assert done.exit_code != 0
    assert "a workbook is .xlsx or .ods" in str(done.exception)
