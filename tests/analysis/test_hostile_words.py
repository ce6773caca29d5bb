"""Markup, formulas and links in every word that a user can write: they come out as text, and nothing runs or is fetched.

One small study is really run, with a scenario, programmes and a register of schools of a user's own, and everything that
can be made of it is made.
"""

from __future__ import annotations

import csv
import io
import re
import shutil
import struct
import sys
import xml.etree.ElementTree as ET
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from analysis import cli
from analysis.charts import draw
from analysis.charts.drawing import Source
from analysis.store import Store
from tests.analysis import hostile
from tests.analysis.output.html import browser
from tests.analysis.output.html.parsed import parse

SVG = "{http://www.w3.org/2000/svg}"
HARMLESS = {"svg", "g", "path", "text", "tspan", "line", "rect", "circle", "title", "desc", "defs", "clipPath", "linearGradient", "stop"}  # fmt: skip
RUNS = tuple("=+-@\t\r\n＝＋－＠")
"""How text begins that some spreadsheet takes for a formula."""
NOWHERE = ("school-name", "authority-name", "cluster-name")
"""Words of the register that results do not have: only the page's view of the pipeline shows them."""


@dataclass(frozen=True)
class Made:
    """What was made: everything but pictures and report beside the results."""

    folder: Path
    results: Path


def call(*arguments: object) -> None:
    """The command line, as a shell calls it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "argv", ["headway", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            cli.main()
    assert ended.value.code == 0, arguments


def run(folder: Path, policies: list[str]) -> None:
    """Run england and the policies in the register, and draw charts; a second time nothing is run."""
    call("run", "england", *policies, "--replicates", 3, "--years", 3, "--schools", folder / "schools.csv", "--scale", 1,
         "--workers", 1, "--out", folder / "results")  # fmt: skip


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    folder = tmp_path_factory.mktemp("hostile")
    results = folder / "results"
    run(folder, hostile.write_files(folder))
    call("report", results)
    for kind in ("xlsx", "ods"):
        call("workbook", results, "--out", folder / f"book.{kind}")
    call("deck", results, "--out", folder / "deck.pptx")
    call("export", results, "--measure", "headcount", "--csv", folder / "export.csv")
    sql = "SELECT region, '=1+1' AS \"=2+2\", [region] AS listed, '=3'::BLOB AS bytes, -1.5 AS below, year FROM results"
    call("query", results, f"{sql} WHERE measure = 'headcount' AND region IS NOT NULL", "--csv", folder / "query.csv")
    return Made(folder, results)


def figures(made: Made) -> list[tuple[str, str]]:
    """Every picture, as its file has it and as it stands in a notebook."""
    written = [
        (path.name, path.read_text(encoding="utf-8")) for path in sorted((made.results / "charts").glob("*.svg"))
    ]
    with Source.of(Store.open(made.results)) as source:
        return written + [(f"{name} in a notebook", figure._repr_svg_()) for name, figure in draw(source).items()]


def test_every_picture_has_known_elements_only_and_the_words_as_text(made: Made) -> None:
    """Charts of run and notebook alike: every title and name is there, as text."""
    found = figures(made)
    drawn = {name.removesuffix(".svg") for name, _ in found if name.endswith(".svg")}
    assert {"outlook", "scenarios", "differences", "gains", "flows", "cost-effect"} <= drawn
    shown = ""
    for name, text in found:
        svg = ET.fromstring(text)
        assert {one.tag.removeprefix(SVG) for one in svg.iter()} <= HARMLESS, name
        for one in svg.iter():
            for key, value in one.attrib.items():
                assert not key.startswith("on"), name
                assert not key.endswith("href"), name
                assert key.startswith("aria-") or not re.search("javascript:|canary|document", value), name
        shown += "".join(svg.itertext())
    flat = "".join(shown.split())
    for title in hostile.TITLES:
        assert "".join(title.split()) in flat
    assert "region-name" in shown
    assert not any(word in shown for word in NOWHERE)


def test_every_picture_opens_as_png(made: Made) -> None:
    """Of some size, and more than a blank."""
    for path in sorted((made.results / "charts").glob("*.png")):
        width, height, pixels = opened_png(path.read_bytes())
        assert min(width, height) > 100
        assert len(set(pixels)) > 2, path


def opened_png(data: bytes) -> tuple[int, int, bytes]:
    """Width, height and filtered pixels; checks every part's sum."""
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    at, packed, size = 8, b"", (0, 0)
    while at < len(data):
        length, kind = struct.unpack(">I4s", data[at : at + 8])
        body = data[at + 8 : at + 8 + length]
        assert struct.unpack(">I", data[at + 8 + length : at + 12 + length]) == (zlib.crc32(kind + body),)
        if kind == b"IHDR":
            size = struct.unpack(">II", body[:8])
        packed += body if kind == b"IDAT" else b""
        at += 12 + length
    return *size, zlib.decompress(packed)


def test_the_report_has_the_words_as_text_and_nothing_else(made: Made) -> None:
    """Titles, summaries, notes and findings whole; no element, link or address comes of them."""
    page = parse((made.results / "report" / "report.html").read_text(encoding="utf-8"))
    assert not {tag for tag, _ in page.tags} & {
        "script", "img", "image", "link", "iframe", "object", "embed", "form", "base", "animate", "foreignobject", "use",
    }  # fmt: skip
    for _, attributes in page.tags:
        assert not [
            key
            for key in attributes
            if key.startswith("on") or key in ("src", "style", "xlink:href", "srcdoc", "background")
        ]
    assert all(a["href"].startswith(("#", "https://")) for a in page.all("a"))
    assert not any("canary" in a["href"] for a in page.all("a"))
    assert sum(tag == "style" for tag, _ in page.tags) == 1
    assert "1337" not in page.text
    flat = " ".join(page.text.split())
    for text in (*hostile.TITLES, hostile.SUMMARY, hostile.ABOUT, hostile.ASSUMES, hostile.FINDINGS, hostile.REMARK):
        assert " ".join(text.split()) in flat, text
    assert "region-name" in page.text
    assert not any(word in page.text for word in NOWHERE)


@pytest.mark.parametrize("kind", ["xlsx", "ods"])
def test_a_workbook_has_the_words_as_text_and_leads_nowhere(made: Made, kind: str) -> None:
    """No formula, no link and no part that points outside, in either format."""
    from analysis.output.sheet.check import open_book

    book = open_book(made.folder / f"book.{kind}")
    cells = [cell for page in book.pages for cell in page.cells.values()]
    assert not [c for c in cells if c.kind == "formula" or (c.kind == "text" and c.text.startswith(RUNS))]
    text = "\n".join(c.text for c in cells if c.kind == "text")
    for word in (*hostile.TITLES, hostile.SUMMARY, hostile.NOTE, hostile.REMARK):
        assert " ".join(word.split()) in text, word
    assert not any(word in text for word in NOWHERE)
    for name, part in parts(made.folder / f"book.{kind}"):
        assert_leads_nowhere(name, part)


def test_a_deck_has_the_words_as_text_and_leads_nowhere(made: Made) -> None:
    """Every part of the file is looked at."""
    text = ""
    for name, part in parts(made.folder / "deck.pptx"):
        assert_leads_nowhere(name, part)
        text += "".join(part.itertext())
    for title in hostile.TITLES:
        assert title in text
    assert not any(word in text for word in NOWHERE)


def parts(path: Path | io.BytesIO) -> Iterator[tuple[str, ET.Element]]:
    """The XML of every part of an office file, and of the workbooks in it; every part must be well formed."""
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        for name in archive.namelist():
            data = archive.read(name)
            if name.endswith((".xml", ".rels", ".rdf")):
                yield name, ET.fromstring(data)
            elif name.endswith((".xlsx", ".xlsm")):
                yield from parts(io.BytesIO(data))
            else:
                assert name.endswith(("mimetype", ".jpeg", ".png", "printerSettings1.bin")), name


def assert_leads_nowhere(name: str, part: ET.Element) -> None:
    """No formula, no macro, no link but to a sheet, no text left that a program would run."""
    for one in part.iter():
        tag = one.tag.rpartition("}")[2]
        assert tag not in {"hlinkHover", "oleObject", "script", "event-listener", "externalLink"}, name
        if tag == "definedName":  # what is printed on every page
            assert re.fullmatch(r"'?[A-Z][a-z]+( [a-z]+)*'?!\$[\d$:]+", one.text or ""), one.text
        if tag == "f":  # in a chart, this names the cells of its numbers
            assert "charts/" in name, name
            assert re.fullmatch(r"Sheet1!\$[A-Z]+\$\d+(:\$[A-Z]+\$\d+)?", one.text or ""), one.text
        if tag == "Relationship" and one.get("TargetMode") == "External":
            assert one.get("Target", "").startswith("https://"), one.attrib
            assert "canary" not in one.get("Target", "")
        for key, value in one.attrib.items():
            if key.endswith("}href"):
                assert value.startswith("#") or re.match(r"https?://", value), (name, value)
            assert not key.endswith("}formula"), name


def test_tables_for_other_tools_start_no_formula_and_keep_numbers(made: Made) -> None:
    """Exports and query answers: text is defused and negative numbers are not."""
    for name in ("export.csv", "query.csv"):
        with (made.folder / name).open(encoding="utf-8", newline="") as file:
            headings, *rows = list(csv.reader(file))
        assert rows
        started = [cell for row in (headings, *rows) for cell in row if cell.startswith(RUNS)]
        assert [cell for cell in started if not re.fullmatch(r"-\d+(\.\d+)?(e-\d+)?", cell)] == []
        assert any("'@A1 region-name" in cell for row in rows for cell in row)
        assert not any(word in cell for row in rows for cell in row for word in NOWHERE)
    assert "-1.5" in rows[0]
    assert {"'=2+2", "region"} <= set(headings)


@pytest.mark.parametrize("name", ["policy-1.yaml", "policy-2.yaml", "own-1.yaml", "own-2.yaml"])
def test_explain_prints_the_words_as_they_are(made: Made, name: str, capsys: pytest.CaptureFixture[str]) -> None:
    """No code for the terminal is passed on, and nothing is worked out."""
    call("explain", made.folder / name)
    out = capsys.readouterr().out
    assert "\x1b" not in out
    title = hostile.TITLES[0 if "1" in name else 1]
    assert " ".join(title.split()) in " ".join(out.split())
    assert "1337" not in out


def test_tables_in_a_terminal_take_no_brackets_for_their_own(made: Made, capsys: pytest.CaptureFixture[str]) -> None:
    """What looks like markup of the table printer is printed."""
    run(made.folder, [str(made.folder / f"policy-{n}.yaml") for n in (1, 2)])
    assert "".join(hostile.TITLES[1].split()) in "".join(capsys.readouterr().out.split())
    call("query", made.results, "SELECT '[/x]' AS \"[/y]\", '[red]' AS \"[bold]z\"")
    out = capsys.readouterr().out
    assert all(word in out for word in ("[/x]", "[/y]", "[red]", "[bold]z"))


@pytest.mark.parametrize("mark", ["\u202e", "\u2066", "\u200f", "\x1b", "\x9b", "\x00", "\u200b"])
def test_marks_that_hide_or_turn_text_are_refused_wherever_a_user_writes(
    tmp_path: Path, mark: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """In scenario, programme and register: the file is named, the mark not repeated."""
    monkeypatch.chdir(tmp_path)
    hostile.write_files(tmp_path)
    for name, old in (("policy-1.yaml", "title: '"), ("own-1.yaml", "note: '"), ("schools.csv", "school-name")):
        path = tmp_path / name
        whole = path.read_text(encoding="utf-8")
        assert old in whole
        path.write_text(whole.replace(old, f"{old}{mark}"), encoding="utf-8")
        monkeypatch.setattr(sys, "argv", ["headway", "run", "policy-1.yaml", "--schools", "schools.csv", "--out", "x"])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        err = capsys.readouterr().err
        assert ended.value.code == 2
        assert name in err
        assert mark not in err
        assert not (tmp_path / "x").exists()
        path.write_text(whole, encoding="utf-8")


@pytest.mark.skipif(browser.CHROMIUM is None, reason="there is no Chromium here")
def test_in_a_browser_nothing_runs_and_nothing_is_fetched(made: Made, tmp_path: Path) -> None:
    """Each page and picture asks for itself alone; the same words unescaped do run."""
    pytest.importorskip("playwright", reason="playwright is not installed")
    site = tmp_path / "site"
    site.mkdir()
    shutil.copy(made.results / "report" / "report.html", site)
    found = figures(made)
    for name, text in found:
        if name.endswith(".svg"):
            (site / name).write_text(text, encoding="utf-8")
    inline = "".join(f"<div>{text}</div>" for name, text in found if not name.endswith(".svg"))
    (site / "notebook.html").write_text(f"<!DOCTYPE html><title>notebook</title>{inline}", encoding="utf-8")
    control = " ".join((*hostile.TITLES, hostile.NOTE))
    (site / "control.html").write_text(f"<!DOCTYPE html><body>{control}", encoding="utf-8")
    (site / "control.svg").write_text(
        f'<svg xmlns="http://www.w3.org/2000/svg"><script>{hostile.RAN}</script><image href="/canary"/></svg>'
    )
    pages = sorted(path.name for path in site.iterdir() if not path.name.startswith("control"))
    assert len(pages) >= 9
    with browser.Served(site) as served, browser.watched(served) as look:
        for name in pages:
            assert look(name) == ([], [f"/{name}"]), name
        # The same words, not escaped, do run: so this can fail.
        for name in ("control.html", "control.svg"):
            happened, asked = look(name)
            assert any("canary" in one for one in asked)
            assert happened
