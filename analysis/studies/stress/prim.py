"""A box of futures in which something is likelier than elsewhere: the patient rule induction method.

Friedman & Fisher, *Statistics and Computing* 9 (1999), as Bryant & Lempert use it for scenario discovery (*Technological Forecasting & Social
Change* 77, 2010): thin slices are peeled off the side whose loss raises the mean within most, until too little is left; of all boxes on
the way, the one is taken that has most of the mean beyond that of all futures, weighed by its share of them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

PEEL = 0.05
"""Share of what is left that is peeled off at a time."""
LEAST = 0.1
"""Share of all futures that a box holds at least."""
TELLING = 0.05
"""Share of its range by which a side must be cut to be named."""
WORTH = 0.1
"""Share of what the box has beyond the mean of all that a cut must add to be kept."""

ROUNDING = 1e-9
"""By which a box must be better than another to count as better."""


@dataclass(frozen=True)
class Box:
    """A box of the unit cube."""

    low: np.ndarray
    high: np.ndarray
    within: float
    """Mean of what is sought within it."""
    everywhere: float
    """The same over all futures."""
    share: float
    """Of all futures that are in it."""
    caught: float
    """Share of what is sought that is in it."""

    @property
    def sides(self) -> list[int]:
        """The dimensions that it is cut in."""
        cut = (self.low > TELLING) | (self.high < 1 - TELLING)
        return np.flatnonzero(cut).tolist()


def find(points: np.ndarray, sought: np.ndarray) -> Box:
    """The box; ``points`` of the unit cube, and how much of what is sought (0 to 1) there is at each."""
    n, dimensions = points.shape
    low, high = np.zeros(dimensions), np.ones(dimensions)
    best = _box(points, sought, low, high)
    inside = np.ones(n, bool)
    while True:
        cuts = []
        for j in range(dimensions):
            column = points[inside, j]
            for end, quantile in ((0, PEEL), (1, 1 - PEEL)):
                at = float(np.quantile(column, quantile))
                kept = inside & (points[:, j] >= at if end == 0 else points[:, j] <= at)
                if LEAST * n <= kept.sum() < inside.sum():
                    cuts.append((float(sought[kept].mean()), -j, end, at, kept))
        if not cuts:
            break
        _, j, end, at, inside = max(cuts, key=lambda cut: cut[:3])
        (low if end == 0 else high)[-j] = at
        box = _box(points, sought, low.copy(), high.copy())
        if _gain(box) > _gain(best) + ROUNDING:
            best = box
    return _simplest(points, sought, best)


def _gain(box: Box) -> float:
    return (box.within - box.everywhere) * np.sqrt(box.share)


def _box(points: np.ndarray, sought: np.ndarray, low: np.ndarray, high: np.ndarray) -> Box:
    inside = ((points >= low) & (points <= high)).all(axis=1)
    whole = float(sought.sum())
    caught = float(sought[inside].sum()) / whole if whole > 0 else 0.0
    within = float(sought[inside].mean()) if inside.any() else 0.0
    return Box(low, high, within, float(sought.mean()), float(inside.mean()), caught)


def _simplest(points: np.ndarray, sought: np.ndarray, box: Box) -> Box:
    """The box without cuts that add little: the least telling is undone first."""
    while True:
        ends = [
            (j, end)
            for j in range(points.shape[1])
            for end in (0, 1)
            if (box.low[j] > 0 if end == 0 else box.high[j] < 1)
        ]
        looser = []
        for j, end in ends:
            low, high = box.low.copy(), box.high.copy()
            (low if end == 0 else high)[j] = float(end)
            looser.append(_box(points, sought, low, high))
        if not looser:
            return box
        best = max(looser, key=_gain)
        if _gain(best) < (1 - WORTH) * _gain(box):
            return box
        box = best
