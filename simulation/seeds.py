"""Seeds as Mesa and NumPy take them, as the whole number that a run's draws are made from.

The one place where chance from outside comes in, and only for a model that is given no seed: the seed is drawn once, and
kept where it can be read and given again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from simulation.draws import Key

Seed = int | Sequence[int] | np.random.SeedSequence | np.random.Generator | np.random.BitGenerator
"""What a model takes as ``rng``; ``None`` besides."""

Generator = np.random.Generator
"""Mesa's second generator of a model."""

BITS = 53
"""Of a fresh seed, so that spreadsheets and JSON keep it as it is."""


def fresh_seed() -> int:
    """A seed from the operating system's chance, from 0 to 2**53 - 1."""
    return int(np.random.SeedSequence().generate_state(1, np.uint64)[0]) >> (64 - BITS)


def seed_from(rng: Any) -> Any:
    """The seed that ``rng`` stands for: itself if it is a number, and otherwise 64 bits that follow from it.

    A generator is advanced by one draw. What is no seed at all is returned as it is, for
    :class:`~simulation.draws.Key` to refuse.
    """
    if isinstance(rng, np.random.Generator | np.random.BitGenerator):
        return int(np.random.default_rng(rng).integers(2**64, dtype=np.uint64))
    if isinstance(rng, Sequence | np.ndarray) and not isinstance(rng, str | bytes) and np.ndim(rng):
        rng = np.random.SeedSequence(rng)
    if isinstance(rng, np.random.SeedSequence):
        return int(rng.generate_state(1, np.uint64)[0])
    return rng


def start_of_generators(given: Any, key: Key) -> Any:
    """What Mesa's two generators start from: what was given, as in Mesa; or one number for seed and replicate."""
    if isinstance(given, np.random.Generator | np.random.BitGenerator):
        return given
    plain = given is None or isinstance(given, int | np.integer)
    return (key.replicate << 64) | key.seed if plain or key.replicate else given


def generator_from(rng: Seed) -> np.random.Generator:
    """The generator that NumPy makes of ``rng``."""
    return np.random.default_rng(rng)


def generator_at(state: Mapping[str, Any]) -> np.random.Generator:
    """A generator in a state that another of the same kind was in."""
    bits = getattr(np.random, state["bit_generator"])()
    bits.state = state
    return np.random.Generator(bits)
