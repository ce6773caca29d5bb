"""Random numbers of a calibration: keyed by seed, stage, member and coordinate, so that stopping and going on changes none."""

from __future__ import annotations

import numpy as np

from simulation.draws import Decision, Key
from simulation.numerics import normals


def uniforms(seed: int, stage: int, first: int, members: int, coordinates: int) -> np.ndarray:
    """Draws in (0, 1) of members ``first`` and on, shape (members, coordinates)."""
    agents = np.repeat(np.arange(first, first + members, dtype=np.uint64), coordinates)
    subs = np.tile(np.arange(coordinates, dtype=np.uint64), members)
    drawn = Key(seed).uniform(Decision.CALIBRATE, stage, agents, subs)
    return drawn.reshape(members, coordinates)


def scores(seed: int, stage: int, first: int, members: int, coordinates: int) -> np.ndarray:
    """The same as standard normal scores."""
    return normals(uniforms(seed, stage, first, members, coordinates).ravel()).reshape(members, coordinates)
