"""The frame of a deck: 16:9, one layout with a title and a number on every slide, and what is put into it."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from analysis.charts.drawing.style import DARK_BLUE
from analysis.output.sheet.inert import clean

WIDTH, HEIGHT = 13.333, 7.5
LEFT, RIGHT, TOP, BOTTOM = 0.6, 12.733, 1.75, 6.85
"""Inches: where the content of a slide may stand."""
FONT = "Arial"
INK = "0B0C0C"
RULE = "B1B4B6"
SMALLEST = 9
"""Points below which a table is not shrunk."""
MOST_PROPERTY = 255
"""Characters that a property of a file may have; two titles of scenarios can be longer."""


class Frame:
    """A presentation that slides are added to."""

    def __init__(self, title: str) -> None:
        """Start an empty one."""
        from pptx import Presentation
        from pptx.util import Inches

        self._inches = Inches
        self.file = Presentation()
        self.file.slide_width, self.file.slide_height = Inches(WIDTH), Inches(HEIGHT)
        properties = self.file.core_properties
        named = clean(title)
        named = named if len(named) <= MOST_PROPERTY else f"{named[: MOST_PROPERTY - 1]}…"
        properties.title, properties.author, properties.language = named, "", "en-GB"
        properties.comments = "Made with Headway"
        self._layout = self._own_layout()

    def _own_layout(self) -> Any:
        """The layout of every slide; all others of the library's template are taken out."""
        layouts = self.file.slide_layouts
        chosen = next(layout for layout in layouts if layout.name == "Title Only")
        for layout in list(layouts):
            if layout is not chosen:
                layouts.remove(layout)
        for part in (self.file.slide_master, chosen):
            for shape in list(part.placeholders):
                kind = shape.placeholder_format.type
                if str(kind).startswith("TITLE"):
                    self._place(shape, LEFT, 0.45, RIGHT - LEFT, 1.1)
                    self._style_title(shape)
                elif part is chosen or not str(kind).startswith("BODY"):
                    shape._element.getparent().remove(shape._element)
                else:
                    self._place(shape, LEFT, TOP, RIGHT - LEFT, BOTTOM - TOP)
        chosen.name = "Headway"
        return chosen

    def _style_title(self, shape: Any) -> None:
        from pptx.enum.text import MSO_ANCHOR, MSO_AUTO_SIZE

        frame = shape.text_frame
        frame.word_wrap, frame.vertical_anchor, frame.auto_size = True, MSO_ANCHOR.BOTTOM, MSO_AUTO_SIZE.NONE

    def _place(self, shape: Any, left: float, top: float, width: float, height: float) -> None:
        shape.left, shape.top, shape.width, shape.height = (self._inches(v) for v in (left, top, width, height))

    def slide(self, title: str, notes: Sequence[str]) -> Any:
        """A new slide: its title says the message, its notes what a speaker must know."""
        from pptx.util import Pt

        slide = self.file.slides.add_slide(self._layout)
        holder = slide.shapes.title
        holder.text_frame.text = clean(title)
        paragraph = holder.text_frame.paragraphs[0]
        size = 28 if len(title) <= 90 else 24 if len(title) <= 150 else 20
        _font(paragraph, size, DARK_BLUE, bold=True)
        paragraph.alignment = _left()
        self._bar(slide)
        self._number(slide, Pt(12))
        slide.notes_slide.notes_text_frame.text = "\n".join(clean(note) for note in notes)
        return slide

    def _bar(self, slide: Any) -> None:
        """A rule in the house colour below the title; decoration, so it has no text alternative of its own."""
        shape = slide.shapes.add_shape(1, *(self._inches(v) for v in (LEFT + 0.1, 1.6, 1.2, 0.05)))
        shape.fill.solid()
        shape.fill.fore_color.rgb = rgb(DARK_BLUE)
        shape.line.fill.background()
        shape.shadow.inherit = False
        decorative(shape, "Rule")

    def _number(self, slide: Any, size: Any) -> None:
        """The slide's number, as a field that follows when slides are moved."""
        from lxml import etree
        from pptx.oxml.ns import qn

        box = slide.shapes.add_textbox(*(self._inches(v) for v in (RIGHT - 1.0, 6.95, 1.0, 0.35)))
        box.name = "Slide number"
        paragraph = box.text_frame.paragraphs[0]
        paragraph.alignment = _right()
        number = len(self.file.slides)
        field = etree.SubElement(
            paragraph._p, qn("a:fld"), id="{B6F15528-21DE-4FAA-801E-634DDDAF4B2B}", type="slidenum"
        )
        etree.SubElement(field, qn("a:rPr"), lang="en-GB", sz=str(int(size.pt * 100)))
        etree.SubElement(field, qn("a:t")).text = str(number)

    def text(
        self, slide: Any, paragraphs: Sequence[str], *, left: float = LEFT, top: float = TOP, width: float = RIGHT - LEFT,
        height: float = BOTTOM - TOP, size: int = 18, bullets: bool = False,
    ) -> None:  # fmt: skip
        """Paragraphs in a box; those that end with a colon are bold."""
        from pptx.util import Pt

        box = slide.shapes.add_textbox(*(self._inches(v) for v in (left, top, width, height)))
        frame = box.text_frame
        frame.word_wrap = True
        for number, words in enumerate(paragraphs):
            paragraph = frame.paragraphs[0] if number == 0 else frame.add_paragraph()
            cleaned = clean(words)
            heading = cleaned.endswith(":")
            paragraph.text = cleaned
            paragraph.space_after = Pt(size * (0.25 if heading else 0.55))
            _font(paragraph, size, INK, bold=heading)
            if bullets and not heading:
                _bullet(paragraph)

    def table(
        self, slide: Any, headings: Sequence[str], rows: Sequence[Sequence[str]], widths: Sequence[float], *,
        left: float = LEFT, top: float = TOP, bottom: float = BOTTOM, size: int = 12, alt: str = "", height: float = 0.32,
    ) -> None:  # fmt: skip
        """A native table with a row of headings; ``widths`` in inches.

        Text is ``size`` points, or so much smaller that all rows end above ``bottom``.
        """
        while size > SMALLEST and top + tall([headings, *rows], widths, size, height) > bottom:
            size, height = size - 1, min(height, 0.26)
        frame = slide.shapes.add_table(
            len(rows) + 1, len(headings), *(self._inches(v) for v in (left, top, sum(widths), height * (len(rows) + 1)))
        )
        describe(frame, "Table", alt)
        table = frame.table
        table.horz_banding = False
        for column, width in enumerate(widths):
            table.columns[column].width = self._inches(width)
        for r, row in enumerate([headings, *rows]):
            table.rows[r].height = self._inches(height)
            for c, words in enumerate(row):
                _cell(table.cell(r, c), clean(words), size, header=r == 0)

    def chart(
        self, slide: Any, kind: Any, data: Any, alt: str, left: float, top: float, width: float, height: float
    ) -> Any:
        """A native chart; ``alt`` is its text alternative."""
        frame = slide.shapes.add_chart(kind, *(self._inches(v) for v in (left, top, width, height)), data)
        describe(frame, "Chart", alt)
        return frame.chart

    def save(self, path: Path) -> None:
        """Write the file."""
        with path.open("wb") as file:
            self.file.save(file)


def tall(rows: Sequence[Sequence[str]], widths: Sequence[float], size: int, least: float) -> float:
    """About how many inches the rows of a table take, given that text of a cell breaks into lines."""
    character, line = 0.52 * size / 72, 1.2 * size / 72  # Arial, on average
    lines = (
        max(len(textwrap.wrap(words, max(1, int((width - 0.12) / character)))) for words, width in zip(row, widths, strict=True))
        for row in rows
    )  # fmt: skip
    return sum(max(least, 0.05 + line * n) for n in lines)


def describe(shape: Any, name: str, alt: str) -> None:
    """Give a chart or table its name and text alternative."""
    properties = shape._element.xpath(".//p:cNvPr")[0]
    properties.set("name", f"{name} {shape.shape_id}")
    properties.set("descr", clean(alt))


def decorative(shape: Any, name: str) -> None:
    """Mark a shape as decoration, which a screen reader leaves out."""
    from lxml import etree

    properties = shape._element.xpath(".//p:cNvPr")[0]
    properties.set("name", name)
    space = "http://schemas.openxmlformats.org/drawingml/2006/main"
    mark = "http://schemas.microsoft.com/office/drawing/2017/decorative"
    extensions = etree.SubElement(properties, f"{{{space}}}extLst")
    extension = etree.SubElement(extensions, f"{{{space}}}ext", uri="{C183D7F6-B498-43B3-948B-1728B52AA6E4}")
    etree.SubElement(extension, f"{{{mark}}}decorative", {"val": "1"}, nsmap={"adec": mark})


def rgb(colour: str) -> Any:
    """A colour of the house palette."""
    from pptx.dml.color import RGBColor

    return RGBColor.from_string(colour.removeprefix("#"))


def _font(paragraph: Any, size: int, colour: str, bold: bool = False) -> None:
    from pptx.util import Pt

    paragraph.font.size, paragraph.font.bold, paragraph.font.name = Pt(size), bold, FONT
    paragraph.font.color.rgb = rgb(colour)


def _left() -> Any:
    from pptx.enum.text import PP_ALIGN

    return PP_ALIGN.LEFT


def _right() -> Any:
    from pptx.enum.text import PP_ALIGN

    return PP_ALIGN.RIGHT


def _bullet(paragraph: Any) -> None:
    from lxml import etree
    from pptx.oxml.ns import qn

    properties = paragraph._p.get_or_add_pPr()
    properties.set("marL", "285750")
    properties.set("indent", "-285750")
    for old in properties.findall(qn("a:buNone")):
        properties.remove(old)
    mark = etree.Element(qn("a:buChar"), char="•")
    defaults = properties.find(qn("a:defRPr"))
    if defaults is not None:
        defaults.addprevious(mark)
    else:
        properties.append(mark)


def _cell(cell: Any, words: str, size: int, header: bool) -> None:
    from pptx.util import Inches

    cell.text = words
    cell.margin_left = cell.margin_right = Inches(0.06)
    cell.margin_top = cell.margin_bottom = Inches(0.025)
    cell.fill.solid()
    cell.fill.fore_color.rgb = rgb(DARK_BLUE if header else "FFFFFF")
    for paragraph in cell.text_frame.paragraphs:
        _font(paragraph, size, "FFFFFF" if header else INK, bold=header)
