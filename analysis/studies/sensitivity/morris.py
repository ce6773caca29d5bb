"""Elementary effects: which of many inputs matter, in few runs.

Morris, *Technometrics* 33 (1991), with the mean of absolute effects of Campolongo, Cariboni & Saltelli, *Environmental Modelling &
Software* 22 (2007). Four levels, steps of two thirds of the range, each input moved once in every trajectory.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

LEVELS = 4
STEP = LEVELS / (2 * (LEVELS - 1))
"""Two thirds."""


def trajectories(u: np.ndarray) -> np.ndarray:
    """Trajectories × (inputs + 1) × inputs, points of the unit cube, from uniforms of shape trajectories × 3 inputs."""
    count, inputs = len(u), u.shape[1] // 3
    found = np.empty((count, inputs + 1, inputs))
    for t, row in enumerate(u):
        start, way, order = row.reshape(3, inputs)
        lower = np.minimum((start * LEVELS / 2).astype(int), LEVELS // 2 - 1) / (LEVELS - 1)
        upward = way < 0.5
        here = np.where(upward, lower, lower + STEP)
        found[t, 0] = here
        for i, j in enumerate(np.argsort(order, kind="stable"), 1):
            here = here.copy()
            here[j] += STEP if upward[j] else -STEP
            found[t, i] = here
    return found


@dataclass(frozen=True)
class Effects:
    """Elementary effects, an entry for each input: change of the outcome per width of the input's range."""

    mean: np.ndarray
    size: np.ndarray
    """Mean of absolute effects: how much it matters."""
    spread: np.ndarray
    """Standard deviation: how far its effect hangs on the others, or on chance."""
    error: np.ndarray
    """Standard error of :attr:`size`; NaN for one trajectory."""


def effects(points: np.ndarray, outcomes: np.ndarray) -> Effects:
    """Effects from trajectories and the outcome at each of their points: trajectories × (inputs + 1)."""
    moves = np.diff(points, axis=1)
    which = np.abs(moves).argmax(axis=2)
    step = np.take_along_axis(moves, which[..., None], axis=2)[..., 0]
    each = np.empty((len(points), points.shape[2]))
    np.put_along_axis(each, which, np.diff(outcomes, axis=1) / step, axis=1)
    n = len(each)
    sizes = np.abs(each)
    several = n > 1
    spread = each.std(axis=0, ddof=1) if several else np.full(each.shape[1], np.nan)
    error = sizes.std(axis=0, ddof=1) / np.sqrt(n) if several else np.full(each.shape[1], np.nan)
    return Effects(each.mean(axis=0), sizes.mean(axis=0), spread, error)
