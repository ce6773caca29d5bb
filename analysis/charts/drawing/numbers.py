"""An old name, until output takes the new one."""

from analysis.figures.rounding import round_step

__all__ = ["round_step"]
