"""Native charts: bars with error bars, fans of stacked areas, lines, points. All can be edited in the presentation."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from lxml import etree
from pptx.chart.data import CategoryChartData, XyChartData
from pptx.enum.chart import XL_CHART_TYPE, XL_LEGEND_POSITION, XL_MARKER_STYLE, XL_TICK_LABEL_POSITION
from pptx.oxml.ns import qn
from pptx.util import Pt

from analysis.charts.drawing.style import DARK_BLUE, DARK_GREY, DARK_PINK, LIGHT_PURPLE, ORANGE, TURQUOISE
from analysis.figures.rounding import round_step
from analysis.output.inert import label
from analysis.output.slides.frame import FONT, INK, Frame, rgb

COLOURS = (DARK_BLUE, ORANGE, TURQUOISE, DARK_PINK)
UNDER_ERROR_BARS = (TURQUOISE, ORANGE, LIGHT_PURPLE)
"""Light enough for black error bars to be seen on them; bars have a dark edge."""
BANDS = ("#C5D8EA", "#7FA6CB", DARK_BLUE, "#7FA6CB", "#C5D8EA")
"""Of the 90%, 60% and 30% intervals, from the bottom up."""
Place = tuple[float, float, float, float]
"""Left, top, width and height in inches."""


@dataclass(frozen=True)
class Spot:
    """Where a chart goes, and its text alternative."""

    frame: Frame
    slide: Any
    place: Place
    alt: str


@dataclass(frozen=True)
class Bars:
    """A series of bars, with how far each one's range goes below and above it."""

    name: str
    values: Sequence[float]
    below: Sequence[float]
    above: Sequence[float]


def bars(at: Spot, categories: Sequence[str], series: Sequence[Bars], number: str, axis: str) -> Any:
    """Horizontal bars from zero with intervals as error bars; the first category on top."""
    named = [(one.name, one.values) for one in series]
    chart = _chart(at, XL_CHART_TYPE.BAR_CLUSTERED, categories, named, number)
    chart.plots[0].gap_width = 60
    across, values = chart.category_axis, chart.value_axis
    across.reverse_order, across.tick_label_position = True, XL_TICK_LABEL_POSITION.LOW
    across.format.line.color.rgb = rgb(DARK_GREY)
    _numbers(values, "General", XL_TICK_LABEL_POSITION.HIGH)  # reversed categories put low on top
    _axis_title(values, axis)
    for i, (made, one) in enumerate(zip(chart.plots[0].series, series, strict=True)):
        _fill(made, UNDER_ERROR_BARS[i % len(UNDER_ERROR_BARS)])
        made.format.line.color.rgb, made.format.line.width = rgb(INK), Pt(0.75)
        if any(width > 0 for width in (*one.below, *one.above)):
            _error_bars(made, one.below, one.above)
    ends = [(v - b, v + a) for one in series for v, b, a in zip(one.values, one.below, one.above, strict=True)]
    _around(values, [end for both in ends for end in both])
    _legend(chart, len(series) > 1)
    return chart


def columns(at: Spot, categories: Sequence[str], series: Sequence[Bars], axis: str) -> Any:
    """Upright columns with their values above, for counts."""
    named = [(one.name, one.values) for one in series]
    chart = _chart(at, XL_CHART_TYPE.COLUMN_CLUSTERED, categories, named, "0")
    plot = chart.plots[0]
    plot.gap_width, plot.has_data_labels = 60, True
    _size(plot.data_labels.font, 12)
    _axis_title(chart.value_axis, axis)
    for i, made in enumerate(plot.series):
        _fill(made, COLOURS[i % len(COLOURS)])
    _legend(chart, len(series) > 1)
    return chart


def fan(
    at: Spot,
    years: Sequence[str],
    ends: Sequence[Sequence[float]],
    number: str,
    limits: tuple[float, float],
    heading: str,
) -> Any:
    """A fan of stacked areas: ``ends`` are the six quantiles from the 5th to the 95th per cent, year by year.

    The lowest area is clear and reaches up to the 5th per cent; there is no central line.
    """
    names = ("5th per cent (clear)", "5th to 20th", "20th to 35th", "35th to 65th", "65th to 80th", "80th to 95th")
    below = ([0.0] * len(years), *ends)
    areas = [[e - b for e, b in zip(end, under, strict=True)] for under, end in zip(below, ends, strict=False)]
    series = list(zip(names, areas, strict=True))
    chart = _chart(at, XL_CHART_TYPE.AREA_STACKED, years, series, number)
    _course(chart, heading, limits, number, len(years))
    lowest, *bands = chart.plots[0].series
    lowest.format.fill.background()
    lowest.format.line.fill.background()
    for made, colour in zip(bands, BANDS, strict=True):
        _fill(made, colour)
    return chart


def lines(
    at: Spot,
    years: Sequence[str],
    runs: Sequence[Sequence[float]],
    number: str,
    limits: tuple[float, float],
    heading: str,
) -> Any:
    """A thin line for each run: quantiles of so few would say little."""
    series = [(f"Run {i}", run) for i, run in enumerate(runs, 1)]
    chart = _chart(at, XL_CHART_TYPE.LINE, years, series, number)
    _course(chart, heading, limits, number, len(years))
    for made in chart.plots[0].series:
        made.smooth = False
        made.format.line.width, made.format.line.color.rgb = Pt(1.25), rgb(DARK_BLUE)
    return chart


def points(at: Spot, named: Sequence[tuple[str, float, float]], axes: tuple[str, str]) -> Any:
    """A point for each policy; colours and shapes tell them apart."""
    data = XyChartData()
    for name, x, y in named:
        data.add_series(label(name)).add_data_point(x, y)
    chart = _plain(at.frame.chart(at.slide, XL_CHART_TYPE.XY_SCATTER, data, at.alt, at.place))
    shapes = (XL_MARKER_STYLE.CIRCLE, XL_MARKER_STYLE.SQUARE, XL_MARKER_STYLE.DIAMOND, XL_MARKER_STYLE.TRIANGLE)
    for i, made in enumerate(chart.plots[0].series):
        made.marker.style, made.marker.size = shapes[i % 4], 14
        made.marker.format.fill.solid()
        made.marker.format.fill.fore_color.rgb = rgb(COLOURS[i % 4])
        made.format.line.fill.background()
    _, across, up = zip(*named, strict=True)
    for axis, title, values in zip((chart.category_axis, chart.value_axis), axes, (across, up), strict=True):
        _axis_title(axis, title)
        _numbers(axis, "General", XL_TICK_LABEL_POSITION.LOW)
        room = 0.1 * (max(0.0, *values) - min(0.0, *values))
        _around(axis, [v + (room if v > 0 else -room if v < 0 else 0.0) for v in values])
    _legend(chart, True)
    return chart


def _chart(
    at: Spot, kind: Any, categories: Sequence[str], series: Sequence[tuple[str, Sequence[float]]], number: str
) -> Any:
    """A chart over categories, whose numbers are written as ``number`` says."""
    data = CategoryChartData(number_format=number)
    data.categories = [label(category) for category in categories]
    for name, values in series:
        data.add_series(label(name), list(values))
    return _plain(at.frame.chart(at.slide, kind, data, at.alt, at.place))


def _plain(chart: Any) -> Any:
    """The house style: no title inside, light grid lines, text that can be read from the back of a room."""
    chart.has_title, chart.has_legend = False, False
    chart.font.name = FONT
    _size(chart.font, 14)
    chart.value_axis.has_major_gridlines = True
    chart.value_axis.major_gridlines.format.line.color.rgb = rgb("DEE0E2")
    chart.value_axis.format.line.fill.background()
    return chart


def _around(axis: Any, ends: Sequence[float]) -> None:
    """A scale that holds zero and the ends of all error bars, which programs leave out of theirs."""
    low, high = min(0.0, *ends), max(0.0, *ends)
    step = round_step((high - low) / 6 or 1.0)
    axis.minimum_scale, axis.maximum_scale = step * math.floor(low / step - 1e-9), step * math.ceil(high / step + 1e-9)
    axis.major_unit = step


def _course(chart: Any, heading: str, limits: tuple[float, float], number: str, years: int) -> None:
    """Heading and scale of a panel, with labels for few enough school years that they stand upright."""
    if heading:
        chart.has_title = True
        chart.chart_title.text_frame.text = label(heading)
        _bold(chart.chart_title, 14, True)
    axis = chart.value_axis
    axis.minimum_scale, axis.maximum_scale = limits
    _numbers(axis, number)
    across = chart.category_axis._element
    mark = etree.Element(qn("c:tickLblSkip"), val=str(max(1, round(years / 3))))
    after = across.find(qn("c:noMultiLvlLbl"))
    across.append(mark) if after is None else after.addprevious(mark)


def _numbers(axis: Any, form: str, position: Any = None) -> None:
    """How an axis writes its numbers, and where."""
    axis.tick_labels.number_format, axis.tick_labels.number_format_is_linked = form, False
    if position is not None:
        axis.tick_label_position = position


def _axis_title(axis: Any, text: str) -> None:
    axis.has_title = True
    axis.axis_title.text_frame.text = label(text)
    _bold(axis.axis_title, 12, False)


def _bold(title: Any, size: int, bold: bool) -> None:
    font = title.text_frame.paragraphs[0].font
    font.size, font.bold, font.name = Pt(size), bold, FONT


def _size(font: Any, size: int) -> None:
    font.size, font.color.rgb = Pt(size), rgb(INK)


def _legend(chart: Any, there: bool) -> None:
    chart.has_legend = there
    if there:
        chart.legend.position, chart.legend.include_in_layout = XL_LEGEND_POSITION.TOP, False
        _size(chart.legend.font, 12)


def _fill(series: Any, colour: str) -> None:
    series.format.fill.solid()
    series.format.fill.fore_color.rgb = rgb(colour)
    if hasattr(series, "invert_if_negative"):
        series.invert_if_negative = False


def _error_bars(series: Any, below: Sequence[float], above: Sequence[float]) -> None:
    """Error bars that go so far below and above each value, which the library has no function for."""
    made = etree.Element(qn("c:errBars"))
    for name, value in (("errBarType", "both"), ("errValType", "cust"), ("noEndCap", "0")):
        etree.SubElement(made, qn(f"c:{name}"), val=value)
    for side, widths in (("plus", above), ("minus", below)):
        numbers = etree.SubElement(etree.SubElement(made, qn(f"c:{side}")), qn("c:numLit"))
        etree.SubElement(numbers, qn("c:formatCode")).text = "General"
        etree.SubElement(numbers, qn("c:ptCount"), val=str(len(widths)))
        for i, half in enumerate(widths):
            etree.SubElement(etree.SubElement(numbers, qn("c:pt"), idx=str(i)), qn("c:v")).text = repr(float(half))
    line = etree.SubElement(etree.SubElement(made, qn("c:spPr")), qn("a:ln"), w="15875")
    etree.SubElement(etree.SubElement(line, qn("a:solidFill")), qn("a:srgbClr"), val=INK)
    series._element.find(qn("c:cat")).addprevious(made)
