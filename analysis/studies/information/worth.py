"""What it is worth to know something before a decision is made.

A decision is to take an option or to leave it; its net benefit is uncertain. Whoever had to decide today would go by the mean; whoever knew a
figure first would go by the mean given the figure, and would now and then decide otherwise. What that saves on average is
the most that knowing the figure can be worth (expected value of partial perfect information). The mean given the figure is that of a regression
on the draws: Strong, Oakley & Brennan, *Medical Decision Making* 34 (2014), 311-326.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analysis.studies.surface import Surface


@dataclass(frozen=True)
class Worth:
    """What knowing something is worth, in the unit of the net benefit."""

    value: float
    error: float
    """Standard error, from what the regression leaves open."""


def of_knowing(net: np.ndarray, rows: np.ndarray) -> Worth:
    """What it is worth to know the inputs in the columns of ``rows`` before the option is taken or left.

    ``net`` is the option's net benefit, over leaving it, in each draw. Bends are looked for if the inputs are few.
    """
    surface = Surface(_bent(rows) if rows.shape[1] == 1 else rows, net)
    mean, error = surface.at(surface.rows)
    return Worth(_gain(mean), _spread(mean, error))


def _bent(rows: np.ndarray) -> np.ndarray:
    """A single input with its square and cube, each rid of those before: Legendre's polynomials of its ranks."""
    n = len(rows)
    place = np.unique(rows[:, 0], return_inverse=True)[1]
    x = 2 * (place + 0.5) / max(place.max() + 1, 1) - 1
    z = (rows[:, 0] - rows[:, 0].mean()) / (rows[:, 0].std() or 1.0)
    return np.stack([z, 1.5 * x**2 - 0.5], axis=1) if n >= 8 else z[:, None]


def _gain(mean: np.ndarray) -> float:
    return float(np.maximum(mean, 0.0).mean() - max(float(mean.mean()), 0.0))


def _spread(mean: np.ndarray, error: np.ndarray) -> float:
    """How far the value would move if the regression's slope were otherwise, by so much as it leaves open."""
    away = np.sqrt(np.maximum(error**2 - float(error.min()) ** 2, 0.0))
    direction = np.sign(mean - mean.mean())
    ends = [_gain(mean + sign * away * direction) for sign in (-1.0, 1.0)]
    return abs(ends[1] - ends[0]) / 2
