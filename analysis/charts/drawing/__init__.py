"""What charts are made with: a source of results, the house style, parts that several share, and figures that become files."""

from analysis.charts.drawing.figure import Figure
from analysis.charts.drawing.source import Chart, Source

__all__ = ["Chart", "Figure", "Source"]
