"""Old names, until output takes the new ones."""

from analysis.figures.words import small_counts_below as threshold
from analysis.figures.words import small_counts_warning as warning

__all__ = ["threshold", "warning"]
