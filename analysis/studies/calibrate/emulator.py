"""An emulator of simulated figures: ridge regression on parameters and on those of their products that matter.

The mean of every figure is a quadratic function of the parameters' scores. Products are screened by how they go with what
a linear function leaves; how strongly coefficients are held back is chosen for each figure by leaving one run out (PRESS, in
closed form). What runs left out show beyond their chance is lack of fit, and is added to the variance of a prediction.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

RIDGES = 10.0 ** np.arange(-2, 5)
MOST_PRODUCTS = 150
RUNS_A_PRODUCT = 8
"""Runs that there are to be for each product."""
ENOUGH = 0.8
"""Share of what parameters do to a figure from which on the emulator explains it."""


@dataclass(frozen=True)
class Emulator:
    """Figures as functions of parameters' scores."""

    pairs: np.ndarray
    """Parameters that are multiplied, shape (products, 2); squares among them."""
    centre: np.ndarray
    spread: np.ndarray
    """Of the features."""
    mean: np.ndarray
    weights: np.ndarray
    """Shape (features, figures)."""
    turn: np.ndarray
    """Turns features so that their weights are uncorrelated."""
    doubt: np.ndarray
    """Variances of the turned weights, shape (features, figures)."""
    lack: np.ndarray
    """Variance of each figure's lack of fit."""
    explained: np.ndarray
    """R² of each figure: the share that is explained of what parameters do to it, runs left out one by one."""
    acts: np.ndarray
    """Whether parameters do anything to a figure that stands out from chance."""

    def features(self, scores: np.ndarray) -> np.ndarray:
        """Features of rows of scores, standardised."""
        found = np.concatenate([scores, scores[:, self.pairs[:, 0]] * scores[:, self.pairs[:, 1]]], axis=1)
        return (found - self.centre) / self.spread

    def means(self, scores: np.ndarray) -> np.ndarray:
        """The mean of every figure, shape (rows, figures)."""
        return self.mean + self.features(scores) @ self.weights

    def predict(self, scores: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Mean and variance of the mean of every figure, lack of fit included."""
        features = self.features(scores)
        return self.mean + features @ self.weights, self.lack + (features @ self.turn) ** 2 @ self.doubt

    def slopes(self, score: np.ndarray) -> np.ndarray:
        """How every figure changes with each parameter at one row of scores, shape (parameters, figures)."""
        p = len(score)
        along = np.zeros((p, len(self.centre)))
        along[np.arange(p), np.arange(p)] = 1.0
        for j, (a, b) in enumerate(self.pairs, start=p):
            along[a, j] += score[b]
            along[b, j] += score[a]
        return along / self.spread @ self.weights


def emulate(scores: np.ndarray, simulated: np.ndarray, noise: np.ndarray, repeats: int) -> Emulator:
    """Fit an emulator to runs at ``scores`` (runs, parameters) that gave ``simulated`` (runs, figures).

    ``noise`` is the variance of chance in a run of each figure, told from so many ``repeats``.
    """
    pairs = _screened(scores, simulated)
    raw = np.concatenate([scores, scores[:, pairs[:, 0]] * scores[:, pairs[:, 1]]], axis=1)
    centre, spread = raw.mean(axis=0), raw.std(axis=0)
    features, mean = (raw - centre) / spread, simulated.mean(axis=0)
    left, singular, turn = np.linalg.svd(features, full_matrices=False)
    turned = left.T @ (simulated - mean)
    n, figures = simulated.shape
    best = np.full(figures, np.inf)
    weights, doubt = np.empty((features.shape[1], figures)), np.empty((len(singular), figures))
    for ridge in RIDGES:
        kept = singular**2 / (singular**2 + ridge)
        fitted = left @ (kept[:, None] * turned)
        lever = np.minimum((left**2 @ kept) + 1 / n, 0.999)
        errors = (simulated - mean - fitted) / (1 - lever)[:, None]
        press = (errors**2).mean(axis=0)
        better = press < best
        best = np.where(better, press, best)
        weights[:, better] = (turn.T @ ((kept / singular)[:, None] * turned))[:, better]
        doubt[:, better] = np.outer(1 / (singular**2 + ridge), press[better])
    # Of two estimates that differ by no more than twice their errors nobody can say that they differ.
    error = np.hypot(noise * np.sqrt(2 / max(1, repeats - 1)), best * np.sqrt(2 / n))
    lack = np.maximum(0.0, best - noise - 2 * error)
    does = simulated.var(axis=0) - noise
    acts = does > 2 * np.hypot(noise * np.sqrt(2 / max(1, repeats - 1)), simulated.var(axis=0) * np.sqrt(2 / n))
    explained = np.clip(1 - (best - noise) / np.where(acts, does, 1.0), 0.0, 1.0)
    return Emulator(pairs, centre, spread, mean, weights, turn.T, doubt, lack, explained, acts)


def _screened(scores: np.ndarray, simulated: np.ndarray) -> np.ndarray:
    """The products that go best with what a linear function leaves of any figure."""
    n, p = scores.shape
    first, second = np.triu_indices(p)
    most = min(MOST_PRODUCTS, n // RUNS_A_PRODUCT, len(first))
    with_one = np.concatenate([np.ones((n, 1)), scores], axis=1)
    gram = with_one.T @ with_one + np.diag([0.0, *np.ones(p)])
    beside = np.concatenate([scores[:, first] * scores[:, second], simulated], axis=1)
    rest = beside - with_one @ np.linalg.solve(gram, with_one.T @ beside)
    rest = rest / np.maximum(rest.std(axis=0), 1e-300)
    products, figures = rest[:, : len(first)], rest[:, len(first) :]
    strength = np.abs(products.T @ figures / n).max(axis=1)
    chosen = np.sort(np.argsort(-strength, kind="stable")[:most])
    return np.column_stack([first[chosen], second[chosen]])
