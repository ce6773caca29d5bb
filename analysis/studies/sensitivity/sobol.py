"""Sobol's indices: which share of an outcome's variance each input explains, by itself and with all others.

Saltelli's design of (inputs + 2) × rows (Saltelli et al., *Computer Physics Communications* 181, 2010) and Jansen's estimators (ibid. 117,
1999). Chance is an input like others that nobody lists: B has its own in each row, and A shares its with the points made from it.
What no input explains is then what chance does.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

BLOCKS = 16
"""Parts of the rows that are left out in turn for errors."""


def design(u: np.ndarray) -> np.ndarray:
    """Rows × (inputs + 2) × inputs from points of the unit cube of twice as many dimensions: A, B, and A with one input of B's."""
    inputs = u.shape[1] // 2
    a, b = u[:, :inputs], u[:, inputs:]
    found = np.repeat(a[:, None, :], inputs + 2, axis=1)
    found[:, 1] = b
    for j in range(inputs):
        found[:, 2 + j, j] = b[:, j]
    return found


@dataclass(frozen=True)
class Indices:
    """Shares of the variance, an entry for each input, with standard errors."""

    first: np.ndarray
    """By the input alone."""
    total: np.ndarray
    """By the input with all that it does together with others."""
    first_error: np.ndarray
    total_error: np.ndarray
    variance: float
    """Of the outcome."""


def indices(outcomes: np.ndarray) -> Indices:
    """Indices from the outcome at each point of :func:`design`: rows × (inputs + 2)."""
    first, total = _jansen(outcomes)
    parts = np.array_split(np.arange(len(outcomes)), min(BLOCKS, len(outcomes)))
    without = np.array([_jansen(np.delete(outcomes, part, axis=0)) for part in parts if len(part) < len(outcomes) - 1])
    n = len(without)
    errors = np.sqrt((n - 1) * without.var(axis=0)) if n > 1 else np.full((2, outcomes.shape[1] - 2), np.nan)
    return Indices(first, total, errors[0], errors[1], float(outcomes[:, :2].var()))


def _jansen(outcomes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    a, b, mixed = outcomes[:, :1], outcomes[:, 1:2], outcomes[:, 2:]
    variance = float(outcomes[:, :2].var())
    if variance == 0:
        return np.zeros(mixed.shape[1]), np.zeros(mixed.shape[1])
    first = 1 - ((b - mixed) ** 2).mean(axis=0) / (2 * variance)
    return first, ((a - mixed) ** 2).mean(axis=0) / (2 * variance)
