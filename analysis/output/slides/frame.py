"""The frame of a deck: 16:9, one layout with a title and a number on every slide, and what is put into it."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import Any

from lxml import etree
from pptx import Presentation
from pptx.dml.color import RGBColor
from pptx.enum.shapes import MSO_SHAPE
from pptx.enum.text import MSO_ANCHOR, MSO_AUTO_SIZE, PP_ALIGN
from pptx.oxml.ns import qn
from pptx.util import Inches, Pt

from analysis.charts.drawing.style import DARK_BLUE
from analysis.figures.tables import Table
from analysis.output.inert import clean

WIDTH, HEIGHT = 13.333, 7.5
LEFT, RIGHT, TOP, BOTTOM = 0.6, 12.733, 1.75, 6.85
"""Inches: where the content of a slide may stand."""
FONT = "Arial"
INK = "0B0C0C"
SMALLEST = 9
"""Points below which a table is not shrunk."""
MOST_PROPERTY = 255
"""Characters that a property of a file may have; two titles of scenarios can be longer."""
NUMBER = "{B6F15528-21DE-4FAA-801E-634DDDAF4B2B}"
"""Names the field that holds a slide's number."""
DECORATIVE = "http://schemas.microsoft.com/office/drawing/2017/decorative"


class Frame:
    """A presentation that slides are added to."""

    def __init__(self, title: str) -> None:
        """Start an empty one."""
        self.file = Presentation()
        self.file.slide_width, self.file.slide_height = Inches(WIDTH), Inches(HEIGHT)
        properties, named = self.file.core_properties, clean(title)
        named = named if len(named) <= MOST_PROPERTY else f"{named[: MOST_PROPERTY - 1]}…"
        properties.title, properties.author, properties.language = named, "", "en-GB"
        properties.comments = "Made with Headway"
        self._layout = self._own_layout()

    def _own_layout(self) -> Any:
        """The layout of every slide; all others of the library's template are taken out."""
        layouts = self.file.slide_layouts
        chosen: Any = layouts.get_by_name("Title Only")
        for layout in list(layouts):
            if layout is not chosen:
                layouts.remove(layout)
        for part in (self.file.slide_master, chosen):
            for shape in list(part.placeholders):
                kind = str(shape.placeholder_format.type)
                if kind.startswith("TITLE"):
                    _place(shape, LEFT, 0.45, RIGHT - LEFT, 1.1)
                    frame = shape.text_frame
                    frame.word_wrap, frame.auto_size = True, MSO_AUTO_SIZE.NONE
                    frame.vertical_anchor = MSO_ANCHOR.BOTTOM
                elif part is chosen or not kind.startswith("BODY"):
                    shape._element.getparent().remove(shape._element)
                else:
                    _place(shape, LEFT, TOP, RIGHT - LEFT, BOTTOM - TOP)
        chosen.name = "Headway"
        return chosen

    def slide(self, title: str, notes: Sequence[str]) -> Any:
        """A new slide: its title says the message, its notes what a speaker must know."""
        slide = self.file.slides.add_slide(self._layout)
        holder = slide.shapes.title
        holder.text_frame.text = clean(title)
        paragraph = holder.text_frame.paragraphs[0]
        _font(paragraph, 28 if len(title) <= 90 else 24 if len(title) <= 150 else 20, DARK_BLUE, bold=True)
        paragraph.alignment = PP_ALIGN.LEFT
        rule = slide.shapes.add_shape(MSO_SHAPE.RECTANGLE, *map(Inches, (LEFT + 0.1, 1.6, 1.2, 0.05)))
        _fill(rule.fill, DARK_BLUE)
        rule.line.fill.background()
        rule.shadow.inherit = False
        _decorative(rule, "Rule")
        box = slide.shapes.add_textbox(*map(Inches, (RIGHT - 1.0, 6.95, 1.0, 0.35)))
        box.name = "Slide number"
        self._number(box.text_frame.paragraphs[0])
        slide.notes_slide.notes_text_frame.text = "\n".join(clean(note) for note in notes)
        return slide

    def _number(self, paragraph: Any) -> None:
        """The slide's number, as a field that follows when slides are moved."""
        paragraph.alignment = PP_ALIGN.RIGHT
        field = etree.SubElement(paragraph._p, qn("a:fld"), id=NUMBER, type="slidenum")
        etree.SubElement(field, qn("a:rPr"), lang="en-GB", sz="1200")
        etree.SubElement(field, qn("a:t")).text = str(len(self.file.slides))

    def text(
        self, slide: Any, paragraphs: Sequence[str], *, left: float = LEFT, top: float = TOP, width: float = RIGHT - LEFT,
        height: float = BOTTOM - TOP, size: int = 18, bullets: bool = False,
    ) -> None:  # fmt: skip
        """Paragraphs in a box; those that end with a colon are bold."""
        frame = slide.shapes.add_textbox(*map(Inches, (left, top, width, height))).text_frame
        frame.word_wrap = True
        for number, words in enumerate(map(clean, paragraphs)):
            paragraph = frame.paragraphs[0] if number == 0 else frame.add_paragraph()
            heading = words.endswith(":")
            paragraph.text = words
            paragraph.space_after = Pt(size * (0.25 if heading else 0.55))
            _font(paragraph, size, INK, bold=heading)
            if bullets and not heading:
                _bullet(paragraph)

    def table(
        self, slide: Any, shown: Table, widths: Sequence[float], *, left: float = LEFT, bottom: float = BOTTOM, size: int = 12,
        alt: str = "", height: float = 0.32,
    ) -> None:  # fmt: skip
        """A native table with a row of headings; ``widths`` in inches.

        Text is ``size`` points, or so much smaller that all rows end above ``bottom``.
        """
        keys = [column.key for column in shown.columns]
        every = [[column.heading for column in shown.columns], *([row[key] for key in keys] for row in shown.rows)]
        while size > SMALLEST and TOP + tall(every, widths, size, height) > bottom:
            size, height = size - 1, min(height, 0.26)
        place = map(Inches, (left, TOP, sum(widths), height * len(every)))
        frame = slide.shapes.add_table(len(every), len(keys), *place)
        _describe(frame, "Table", alt)
        table = frame.table
        table.horz_banding = False
        for column, width in zip(table.columns, widths, strict=True):
            column.width = Inches(width)
        for r, row in enumerate(every):
            table.rows[r].height = Inches(height)
            for c, words in enumerate(row):
                _cell(table.cell(r, c), clean(words), size, header=r == 0)

    def chart(self, slide: Any, kind: Any, data: Any, alt: str, place: Sequence[float]) -> Any:
        """A native chart; ``alt`` is its text alternative, ``place`` its left, top, width and height in inches."""
        frame = slide.shapes.add_chart(kind, *map(Inches, place), data)
        _describe(frame, "Chart", alt)
        return frame.chart


def tall(rows: Sequence[Sequence[str]], widths: Sequence[float], size: int, least: float) -> float:
    """About how many inches the rows of a table take, given that text of a cell breaks into lines."""
    character, line = 0.52 * size / 72, 1.2 * size / 72  # Arial, on average
    most = [max(1, int((width - 0.12) / character)) for width in widths]
    lines = (max(len(textwrap.wrap(words, n)) for words, n in zip(row, most, strict=True)) for row in rows)
    return sum(max(least, 0.05 + line * n) for n in lines)


def rgb(colour: str) -> RGBColor:
    """A colour of the house palette."""
    return RGBColor.from_string(colour.removeprefix("#"))


def _place(shape: Any, *place: float) -> None:
    shape.left, shape.top, shape.width, shape.height = map(Inches, place)


def _fill(fill: Any, colour: str) -> None:
    fill.solid()
    fill.fore_color.rgb = rgb(colour)


def _describe(shape: Any, name: str, alt: str) -> Any:
    """Give a shape its name and text alternative, for which the library has no function."""
    properties = shape._element._nvXxPr.cNvPr
    properties.set("name", f"{name} {shape.shape_id}")
    properties.set("descr", clean(alt))


def _decorative(shape: Any, name: str) -> None:
    """Mark a shape as decoration, which a screen reader leaves out."""
    shape.name = name
    extensions = etree.SubElement(shape._element._nvXxPr.cNvPr, qn("a:extLst"))
    extension = etree.SubElement(extensions, qn("a:ext"), uri="{C183D7F6-B498-43B3-948B-1728B52AA6E4}")
    etree.SubElement(extension, f"{{{DECORATIVE}}}decorative", {"val": "1"}, nsmap={"adec": DECORATIVE})


def _font(paragraph: Any, size: int, colour: str, bold: bool = False) -> None:
    paragraph.font.size, paragraph.font.bold, paragraph.font.name = Pt(size), bold, FONT
    paragraph.font.color.rgb = rgb(colour)


def _bullet(paragraph: Any) -> None:
    properties = paragraph._p.get_or_add_pPr()
    properties.attrib.update({"marL": "285750", "indent": "-285750"})
    for old in properties.findall(qn("a:buNone")):
        properties.remove(old)
    mark = etree.Element(qn("a:buChar"), char="•")
    defaults = properties.find(qn("a:defRPr"))
    properties.append(mark) if defaults is None else defaults.addprevious(mark)


def _cell(cell: Any, words: str, size: int, header: bool) -> None:
    cell.text = words
    cell.margin_left = cell.margin_right = Inches(0.06)
    cell.margin_top = cell.margin_bottom = Inches(0.025)
    _fill(cell.fill, DARK_BLUE if header else "FFFFFF")
    for paragraph in cell.text_frame.paragraphs:
        _font(paragraph, size, "FFFFFF" if header else INK, bold=header)
