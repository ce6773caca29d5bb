"""Morris's effects and Sobol's indices against functions whose answers are known."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.studies.sensitivity.designs import STEP, design, effects, indices, trajectories
from scenarios.sweeps.sampling import unit_points


def ishigami(x: np.ndarray) -> np.ndarray:
    """On the unit cube, with the usual constants 7 and 0.1."""
    a, b, c = np.moveaxis(2 * np.pi * x - np.pi, -1, 0)
    return np.sin(a) + 7 * np.sin(b) ** 2 + 0.1 * c**4 * np.sin(a)


def g_function(x: np.ndarray, of: np.ndarray) -> np.ndarray:
    """Sobol's g-function."""
    return np.prod((np.abs(4 * x - 2) + of) / (1 + of), axis=-1)


def test_the_indices_of_ishigami_are_found():
    """First and total indices within 0.02 of 0.3139, 0.4424, 0 and 0.5576, 0.4424, 0.2437; errors cover them."""
    found = indices(ishigami(design(unit_points("sobol", 4096, 6, 1))))
    assert found.first == pytest.approx([0.3139, 0.4424, 0.0], abs=0.02)
    assert found.total == pytest.approx([0.5576, 0.4424, 0.2437], abs=0.02)
    assert found.first_error.max() < 0.03
    assert found.variance == pytest.approx(13.845, rel=0.03)


def test_the_indices_of_the_g_function_are_found():
    """First and total within 0.02 of the closed form."""
    of = np.array([0.0, 1.0, 4.5, 9.0])
    partial = 1 / (3 * (1 + of) ** 2)
    whole = np.prod(1 + partial) - 1
    found = indices(g_function(design(unit_points("sobol", 4096, 8, 2)), of))
    assert found.first == pytest.approx(partial / whole, abs=0.02)
    others = np.prod(1 + partial) / (1 + partial)
    assert found.total == pytest.approx(partial * others / whole, abs=0.02)


def test_chance_of_its_own_is_explained_by_no_input():
    """Half of the variance is chance, which A and B have apart: inputs have 0.4 and 0.1, first and total, within 0.05."""
    rng = np.random.default_rng(1)
    points = design(unit_points("sobol", 2048, 4, 3))
    chance = np.sqrt(5 / 12) * rng.standard_normal((len(points), 2))
    noise = np.repeat(chance[:, :1], 4, axis=1)
    noise[:, 1] = chance[:, 1]
    found = indices(points[..., 0] * 2 + points[..., 1] + noise)
    assert found.first == pytest.approx([0.4, 0.1], abs=0.05)
    assert found.total == pytest.approx([0.4, 0.1], abs=0.05)


def test_nothing_varies_and_nothing_is_explained():
    """No division by no variance."""
    found = indices(np.ones((8, 5)))
    assert not found.first.any()
    assert not found.total.any()


def test_trajectories_move_each_input_once_on_the_grid():
    """Every point on four levels, every input moved by two thirds once, in an order and a direction by chance."""
    points = trajectories(unit_points("random", 20, 15, 1))
    assert points.shape == (20, 6, 5)
    assert np.isclose(points * 3, np.rint(points * 3)).all()
    assert points.min() >= 0
    assert points.max() <= 1
    moves = np.diff(points, axis=1)
    assert np.isclose(np.abs(moves).sum(axis=1), STEP).all()
    assert np.isclose(np.abs(moves).sum(axis=2), STEP).all()
    assert 0.2 < (moves.sum(axis=1) > 0).mean() < 0.8
    assert len({tuple(np.abs(m).argmax(axis=1)) for m in moves}) > 10


def test_effects_of_a_linear_function_are_its_coefficients():
    """Exactly, without spread; an interaction has spread; an input that does nothing has neither."""
    points = trajectories(unit_points("random", 12, 12, 2))
    a, b, c, _ = np.moveaxis(points, -1, 0)
    found = effects(points, 3 * a - 2 * b + 0 * c)
    assert found.mean == pytest.approx([3, -2, 0, 0])
    assert found.size == pytest.approx([3, 2, 0, 0])
    assert found.spread == pytest.approx([0, 0, 0, 0], abs=1e-9)
    assert found.error == pytest.approx([0, 0, 0, 0], abs=1e-9)
    both = effects(points, a * b)
    assert both.spread[0] > 0.1
    assert both.size[3] == 0


def test_morris_ranks_the_g_function():
    """Inputs come out in the order of their constants."""
    of = np.array([0.0, 1.0, 4.5, 99.0])
    points = trajectories(unit_points("random", 40, 12, 3))
    found = effects(points, g_function(points, of))
    assert np.argsort(-found.size, kind="stable").tolist() == [0, 1, 2, 3]
