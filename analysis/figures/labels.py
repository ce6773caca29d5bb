"""Old names, until output takes the new ones."""

from analysis.figures.words import within

__all__ = ["within"]
