"""Old names, until output takes the new ones."""

from analysis.figures.rounding import SHARE_UNITS, number

__all__ = ["SHARE_UNITS", "number"]
