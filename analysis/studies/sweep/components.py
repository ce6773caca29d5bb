"""Where the spread of results comes from: chance, which more replicates reduce, and parameters that are not known.

Every draw of parameters is run with the same replicates, and a replicate's random numbers are the same under every draw.
So results form a table of draws by replicates, and a value is a mean, plus what the draw does to it, plus what the
replicate does, plus a rest: the two-way random-effects model without interaction (Searle, Casella & McCulloch,
*Variance Components*, 1992, section 4.3), whose components follow from the mean squares.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Spread:
    """What a table of draws by replicates says."""

    mean: float
    monte_carlo_error: float | None
    """Standard error of the mean that is due to chance; None with fewer than two replicates."""
    parameter_spread: float | None
    """Standard deviation between draws once chance is taken out; None with one draw, or with one replicate, which
    cannot tell the two apart."""
    draws: int
    replicates: int


def components(values: np.ndarray) -> Spread:
    """The spread of ``values``, shape (draws, replicates), all of them finite.

    With D draws and R replicates, MS_R / (D R) is the variance of the mean due to chance, and (MS_D - MS_E) / R that
    between draws, where MS_E is the mean square of the rest; below 0 it is taken as 0.
    """
    draws, replicates = values.shape
    mean = math.fsum(values.ravel()) / values.size
    by_draw, by_replicate = values.mean(axis=1), values.mean(axis=0)
    error = spread = None
    if replicates > 1:
        error = math.sqrt(float(by_replicate.var(ddof=1)) / replicates)
    if draws > 1 and replicates > 1:
        rest = values - by_draw[:, None] - by_replicate[None, :] + mean
        ms_rest = float((rest**2).sum()) / ((draws - 1) * (replicates - 1))
        ms_draws = replicates * float(by_draw.var(ddof=1))
        spread = math.sqrt(max(0.0, (ms_draws - ms_rest) / replicates))
    return Spread(mean, error, spread, draws, replicates)
