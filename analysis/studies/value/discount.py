"""Present values, as HM Treasury's Green Book has them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

RATES = ((30, 0.035), (75, 0.030), (None, 0.025))
"""Social time preference rate in real terms, and the last year after the first in which it holds: HM Treasury, *The Green Book*
(2022), annex 6, as its *Review of discounting in the Green Book: terms of reference* (December 2025) restates it."""


def factors(years: Sequence[int], rate: float | None = None) -> np.ndarray:
    """What a pound, or one of anything, in each of ``years`` is worth in the first of them.

    ``rate`` is one rate for all years, as a share; None for the Green Book's, which falls after 30 years.
    """
    found, value = [], 1.0
    for since in range(years[-1] - years[0] + 1):
        if since:
            due = next(r for last, r in RATES if last is None or since <= last) if rate is None else rate
            value /= 1 + due
        found.append(value)
    return np.array([found[year - years[0]] for year in years])
