"""What charts are made with: a source of results, the house style, parts that several share, and figures that become files."""

from analysis.drawing.figure import Chart, Figure
from analysis.drawing.source import Source

__all__ = ["Chart", "Figure", "Source"]
