"""``headway deck``: titles, notes, text alternatives, native charts with the true quantiles, and nothing that runs."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pptx
import pytest
from pptx.util import Inches
from typer.testing import CliRunner

from analysis.cli import app
from analysis.figures.tables import headed
from analysis.output.slides import native
from analysis.output.slides.frame import BOTTOM, LEFT, TOP, WIDTH, Frame, tall
from tests.analysis.output.html import stores


def made(results: Path, target: Path) -> Any:
    done = CliRunner().invoke(app, ["deck", str(results), "--out", str(target)])
    assert done.exit_code == 0, done.output
    return pptx.Presentation(str(target))


@pytest.fixture(scope="module")
def path(results, tmp_path_factory) -> Path:
    target = tmp_path_factory.mktemp("deck") / "deck.pptx"
    made(results, target)
    return target


@pytest.fixture(scope="module")
def deck(path) -> Any:
    return pptx.Presentation(str(path))


def test_it_has_eight_to_seventeen_wide_slides_that_differ_in_title(deck) -> None:
    """Enough to tell it and few enough to show it, each with a message of its own."""
    titles = [slide.shapes.title.text_frame.text for slide in deck.slides]
    assert 8 <= len(titles) <= 17
    assert len(set(titles)) == len(titles)
    assert all(titles)
    assert round(deck.slide_width / deck.slide_height, 2) == 1.78


def test_what_cannot_be_told_is_not_said_to_be_too_small(tmp_path, monkeypatch) -> None:
    """Of six pairs nothing can be told, so no title says that nothing differs by enough, of one policy or of two."""
    real = stores.rows
    monkeypatch.setattr(stores, "rows", lambda r, effect, *more: real(r, effect * (-1) ** r * 0.01, *more))
    names = {"base": "As it is", "one": "One policy", "other": "Another policy"}
    for policies in (2, 3):
        store = stores.write(tmp_path / f"study {policies}", dict(list(names.items())[:policies]), replicates=6)
        titles = [slide.shapes.title.text_frame.text for slide in made(store.folder, tmp_path / "deck.pptx").slides]
        assert sum("othing that would be noticed can be told" in title for title in titles) >= 2
        assert not any("enough to notice" in title or "none would be noticed" in title for title in titles)


def test_every_slide_has_a_number_and_notes_with_caveats_or_how_to_read(deck) -> None:
    """The number is shown as it counts, and no slide stands without its doubt."""
    for number, slide in enumerate(deck.slides, 1):
        (shown,) = slide._element.xpath(".//a:fld[@type='slidenum']/a:t")
        assert shown.text == str(number)
        notes = slide.notes_slide.notes_text_frame.text
        assert "How wrong the model is" in notes or "all figures of the comparison at once" in notes


def test_charts_are_native_and_say_in_words_what_they_show(deck) -> None:
    """They can be edited, have a text alternative, and no picture stands in for text."""
    frames = [shape for slide in deck.slides for shape in slide.shapes if shape.has_chart or shape.has_table]
    assert sum(f.has_chart for f in frames) >= 3
    for shape in frames:
        assert len(shape._element.xpath(".//p:cNvPr/@descr")[0]) > 40
    assert not [s for slide in deck.slides for s in slide.shapes if s.shape_type == 13]  # no pictures of text


def test_everything_stays_on_the_slide(deck) -> None:
    """No shape leaves its edges."""
    for slide in deck.slides:
        for shape in slide.shapes:
            assert shape.left >= 0
            assert shape.left + shape.width <= deck.slide_width
            assert shape.top + shape.height <= deck.slide_height


def test_text_from_files_is_text_on_slides_and_in_the_workbooks_of_charts(path) -> None:
    """No formula, link or markup comes of it, in the embedded sheets either."""
    with zipfile.ZipFile(path) as archive:
        books = [name for name in archive.namelist() if name.endswith(".xlsx")]
        assert books
        for name in books:
            with zipfile.ZipFile(io.BytesIO(archive.read(name))) as book:
                sheet = book.read("xl/worksheets/sheet1.xml").decode()
                assert "<f>" not in sheet
                assert "<hyperlink" not in sheet
        slides = "".join(
            archive.read(n).decode() for n in archive.namelist() if re.match(r"ppt/slides/slide\d+\.xml", n)
        )
        links = "".join(archive.read(n).decode() for n in archive.namelist() if n.endswith(".rels"))
    assert "&lt;script&gt;" in slides
    assert "<script" not in slides
    assert "evil.example" not in links


def test_a_fan_stacks_up_to_the_true_quantiles(tmp_path) -> None:
    """Areas are differences of quantiles, the lowest without a fill."""
    ends = np.sort(np.random.default_rng(1).random((6, 4)), axis=0)
    frame = Frame("t")
    slide = frame.slide("t", [])
    years = ["2026/27", "2027/28", "2028/29", "2029/30"]
    chart = native.fan(native.Spot(frame, slide, (1, 2, 5, 4), "words"), years, ends.tolist(), "0%", (0.0, 1.0), "")
    heights = np.array([list(series.values) for series in chart.plots[0].series])
    np.testing.assert_allclose(np.cumsum(heights, axis=0), ends, rtol=1e-12)
    assert "noFill" in chart.plots[0].series[0]._element.xml.split("<c:cat>")[0]


def test_error_bars_are_the_intervals(tmp_path) -> None:
    """Half-widths as given, an axis that holds them, and a name that starts no formula."""
    frame = Frame("t")
    slide = frame.slide("t", [])
    chart = native.bars(
        native.Spot(frame, slide, (1, 2, 5, 4), "w"),
        ["a", "b"],
        [native.Bars("=x", [1.0, -2.0], [0.5, 0.25], [0.5, 0.25])],
        "0.0",
        "axis",
    )
    series = chart.plots[0].series[0]
    assert series._element.xpath(".//c:errBars/c:plus//c:v/text()") == ["0.5", "0.25"]
    assert series.name == "'=x"
    assert chart.value_axis.minimum_scale <= -2.25
    assert chart.value_axis.maximum_scale >= 1.5


def test_small_counts_are_on_no_slide(strict_results, tmp_path) -> None:
    """Neither in shapes nor in notes, which say that counts are left out."""
    deck = made(strict_results, tmp_path / "deck.pptx")
    words = "\n".join(s.notes_slide.notes_text_frame.text for s in deck.slides)
    words += "\n".join(s.text_frame.text for slide in deck.slides for s in slide.shapes if s.has_text_frame)
    assert "Heads who leave, 20" not in words
    assert "Counts of people below 10 are left out" in words


def test_another_kind_of_file_is_refused(results, tmp_path) -> None:
    """With the ending that a deck has."""
    done = CliRunner().invoke(app, ["deck", str(results), "--out", str(tmp_path / "deck.odp")])
    assert "a deck is .pptx" in str(done.exception)


def test_titles_that_are_too_long_for_the_properties_of_a_file_are_cut_there() -> None:
    """At 254 characters with an ellipsis; shorter ones stay."""
    title = "A" * 120 + " and " + "B" * 120 + ", compared with C"
    assert Frame("A short title").file.core_properties.title == "A short title"
    assert Frame(title * 2).file.core_properties.title == f"{(title * 2)[:254]}…"


def test_a_table_is_shrunk_until_it_ends_above_the_foot_of_the_slide():
    """Many long rows take smaller letters, few short ones keep theirs."""
    rows, widths = [["A figure with a name", "+1.23 pts (+1.01 to +1.45)"]] * 12, (2.35, 1.6)
    assert TOP + tall(rows, widths, 12, 0.3) > BOTTOM
    sizes = []
    for many in (12, 3):
        frame = Frame("Deck")
        slide = frame.slide("Title", [])
        made = headed("Made", [dict(zip(("Figure", "Difference"), row, strict=True)) for row in rows[:many]])
        frame.table(slide, made, widths, size=12, height=0.3)
        table = next(shape.table for shape in slide.shapes if shape.has_table)
        sizes.append(table.cell(1, 0).text_frame.paragraphs[0].font.size.pt)
    assert sizes[0] < 12 == sizes[1]
    assert TOP + tall(rows, widths, int(sizes[0]), 0.26) <= BOTTOM


OFFICE, TEXT = shutil.which("soffice"), shutil.which("pdftotext")


def words_of(deck: Path, folder: Path) -> list[list[tuple[str, float, float]]]:
    """The words of each slide as LibreOffice sets them: what, how far right and how far down they reach, in inches."""
    assert OFFICE is not None
    assert TEXT is not None
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    done = [OFFICE, profile, "--headless", "--convert-to", "pdf", "--outdir", str(folder), str(deck)]
    subprocess.run(done, check=True, capture_output=True)
    shown = subprocess.run(
        [TEXT, "-bbox", str(folder / f"{deck.stem}.pdf"), "-"], check=True, capture_output=True, text=True
    )
    word = re.compile(r'<word xMin="[\d.]+" yMin="[\d.]+" xMax="([\d.]+)" yMax="([\d.]+)">(.*?)</word>')
    return [
        [(text, float(right) / 72, float(down) / 72) for right, down, text in word.findall(page)]
        for page in shown.stdout.split("<page ")[1:]
    ]


@pytest.mark.skipif(OFFICE is None or TEXT is None, reason="LibreOffice or pdftotext is not here")
def test_no_text_leaves_its_slide_or_reaches_into_the_foot(path, tmp_path) -> None:
    """As LibreOffice sets it: all words end within the slide, and none but its number stands in the foot."""
    deck = pptx.Presentation(str(path))
    more = deck.slides.add_slide(deck.slide_layouts[0])  # a slide with too much on it, to see that it is found
    more.shapes.title.text_frame.text = "Too much"
    box = more.shapes.add_textbox(Inches(LEFT), Inches(TOP), Inches(6), Inches(4)).text_frame
    box.text = "\n".join(["A paragraph that is one of many."] * 30)
    deck.save(str(tmp_path / "deck.pptx"))
    *slides, much = words_of(tmp_path / "deck.pptx", tmp_path)
    assert len(slides) >= 8
    for number, words in enumerate(slides, 1):
        assert words, number
        assert max(right for _, right, _ in words) <= WIDTH - 0.2, number
        assert {text for text, _, down in words if down > BOTTOM + 0.1} == {str(number)}
    assert any(down > BOTTOM + 0.1 for _, _, down in much)
