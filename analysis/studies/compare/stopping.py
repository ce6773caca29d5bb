"""When to stop: enough pairs, narrow enough, and still narrow enough a few pairs later.

An interval that is looked at again and again until it is narrow is narrow by luck too often. Thirty pairs before the
first look, and five more over which the width must hold, keep its coverage. Hoad, Robinson & Davies, "Automated
selection of the number of replications for a discrete-event simulation", J. Opl Res. Soc. 61 (2010).
"""

from __future__ import annotations

import numpy as np

from analysis.figures.paired import critical

FEWEST = 30
"""Pairs before the first look."""
HOLD = 5
"""Further pairs over which the half-width must stay within the target."""


def half_widths(differences: np.ndarray, level: float) -> np.ndarray:
    """Half-width of the interval of the mean after each pair, down the rows of ``differences``; NaN rows are skipped.

    Further dimensions are other comparisons. NaN until there are two values.
    """
    counts = ~np.isnan(differences)
    n = counts.cumsum(axis=0)
    first = np.where(counts.any(axis=0), np.take_along_axis(differences, counts.argmax(axis=0)[None], 0)[0], 0.0)
    shifted = np.where(counts, differences - first, 0.0)
    sums, squares = shifted.cumsum(axis=0), (shifted**2).cumsum(axis=0)
    some = np.maximum(n, 2)
    variance = np.maximum(squares - sums**2 / some, 0.0) / (some - 1)
    return np.where(n > 1, critical(some, level) * np.sqrt(variance / some), np.nan)


def stops_after(differences: np.ndarray, target: float, level: float) -> int | None:
    """The number of pairs (rows) after which to stop, the look-ahead included; None if there are too few.

    Further dimensions are other comparisons, each of which must be narrow enough over the same pairs.
    """
    half = half_widths(differences, level).reshape(len(differences), -1)
    narrow = np.all(half <= target, axis=1)
    counted = (~np.isnan(differences)).cumsum(axis=0).reshape(len(narrow), -1).min(axis=1, initial=len(narrow))
    run = 0
    for row, holds in enumerate(narrow & (counted >= FEWEST)):
        run = run + 1 if holds else 0
        if run == HOLD + 1:
            return row + 1
    return None
