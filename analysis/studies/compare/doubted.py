"""The whole doubt about a difference: what the evidence allows, its parts, and what it hinges on, from the draws alone.

A pair's difference is what its draw of parameters makes of it, plus what its draw of the programme's figures makes, plus
chance. Replicates that repeat a draw tell chance by itself. The part of the programme's figures is what a regression on them,
their squares and their products explains of the draws' means, by the R² adjusted for the degrees of freedom that it takes (ridge, the
penalty by generalised cross-validation: Golub, Heath & Wahba 1979); the model's part is the rest, so that the three add up. What is too
bent for that counts as the model's where parameters are drawn, and as the programme's where none are.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from analysis.figures.estimates import FEWEST_FOR_INTERVAL
from scenarios.doubt import Input

FEWEST_QUANTILES = 20
"""Pairs from which the range is read off the pairs; with fewer it is that of Student's distribution."""
LEVEL = 0.9
"""What the range holds: from the 5th to the 95th percentile."""
CHANCE, MODEL, PROGRAMME = range(3)
PARTS = ("chance", "model", "programmes")
"""Names of the parts, in order."""
PRODUCTS = 0.5
"""How much squares and products of figures count beside the figures themselves, all in standard deviations."""
MOST_FOLDS = 20
"""Groups of draws that are left out in turn for the errors of the parts."""
SURE = 0.01
"""The chance at which a figure that does nothing is named, among all that are drawn; a comparison asks it of some twenty lines."""
SHARE = 0.2
"""The least share of the spread between draws that a figure must explain to be named."""
MOST_NAMED = 2

Bases = dict[bytes, tuple[np.ndarray, np.ndarray]]
"""What draws of figures vary in, by the draws."""


@dataclass(frozen=True)
class Parts:
    """Where the spread of a figure comes from: shares of its variance in the order of :data:`PARTS`, which add up to 1."""

    shares: tuple[float, float, float]
    errors: tuple[float, float, float]
    """Standard errors of the shares, by leaving draws out in turn."""
    spread: float
    """Standard deviation of the whole, in the figure's unit."""
    repeats: int
    """Pairs of replicates of one draw, which tell chance."""


@dataclass(frozen=True)
class Hinge:
    """Something that a difference hinges on."""

    drawn: Input
    share: float
    """Of the spread between draws, 0 to 1."""
    error: float
    """Standard error of the share."""
    upward: bool
    """Whether the difference rises with it."""


@dataclass(frozen=True)
class Doubted:
    """Differences of pairs, and what was drawn in each."""

    differences: np.ndarray
    """A row a pair, a column a cell; NaN where there is none."""
    draws: np.ndarray | None
    """Number of each pair's draw; None where everything stands at its value: then nothing here is told."""
    inputs: tuple[Input, ...]
    """All that is drawn, with its value in each pair."""

    @classmethod
    def nothing(cls) -> Doubted:
        """Of no pairs."""
        return cls(np.empty((0, 0)), None, ())

    def only(self, cells: Sequence[int]) -> Doubted:
        """The same of these cells alone."""
        return replace(self, differences=self.differences[:, cells])

    @cached_property
    def _matrix(self) -> np.ndarray:
        return np.stack([one.values for one in self.inputs], axis=1)

    def _of(self, cell: int) -> tuple[np.ndarray, np.ndarray, np.ndarray] | None:
        """Differences of a cell, their draws and what is drawn, in the pairs that count; None where nothing can be told."""
        if self.draws is None or not self.inputs:
            return None
        x = self.differences[:, cell]
        known = ~np.isnan(x)
        if known.sum() < FEWEST_FOR_INTERVAL or np.ptp(x[known]) == 0:
            return None
        return x[known], self.draws[known], self._matrix[known]

    def range(self, cell: int) -> tuple[float, float]:
        """What the evidence allows: from the 5th to the 95th percentile of the difference, chance in it; NaN where nothing can be said."""
        from analysis.figures.estimates import critical

        x = self.differences[:, cell]
        x = x[~np.isnan(x)]
        if self.draws is None or len(x) < FEWEST_FOR_INTERVAL:
            return math.nan, math.nan
        if len(x) >= FEWEST_QUANTILES:
            low, high = np.quantile(x, [0.5 - LEVEL / 2, 0.5 + LEVEL / 2])
            return float(low), float(high)
        half = float(critical(len(np.unique(self.draws)), LEVEL)) * float(x.std(ddof=1)) * math.sqrt(1 + 1 / len(x))
        return float(x.mean()) - half, float(x.mean()) + half

    @cached_property
    def _bases(self) -> Bases:
        return {}  # the same draws of figures are looked at for every cell

    @cached_property
    def _told(self) -> tuple[dict[int, Parts | None], dict[int, list[Hinge]]]:
        return {}, {}  # of each cell once it is asked for: every output asks for the same

    def chance(self, cell: int) -> float:
        """Standard deviation of the difference that chance alone makes; NaN where it cannot be told."""
        of = self._of(cell)
        if of is None or len(np.unique(of[1])) == len(of[1]):
            return math.nan
        return math.sqrt(float(_split(*of, np.ones(len(self.inputs), bool), {})[CHANCE]))

    def parts(self, cell: int) -> Parts | None:
        """Where the spread comes from; None without a draw that is repeated, and where nothing varies."""
        known, _ = self._told
        if cell not in known:
            known[cell] = self._find_parts(cell)
        return known[cell]

    def _find_parts(self, cell: int) -> Parts | None:
        of = self._of(cell)
        if of is None or len(np.unique(of[1])) == len(of[1]):
            return None
        x, draws, matrix = of
        is_figure = np.array([one.figure is not None for one in self.inputs])
        whole = _split(x, draws, matrix, is_figure, self._bases)
        numbers = np.unique(draws)
        folds = np.array_split(numbers, min(MOST_FOLDS, len(numbers)))
        without = [
            _split(x[k], draws[k], matrix[k], is_figure, self._bases)
            for fold in folds
            if _tells(draws, k := ~np.isin(draws, fold))
        ]
        shares = np.array([one / one.sum() for one in without if one.sum() > 0])
        errors = np.sqrt((len(shares) - 1) * shares.var(axis=0)) if len(shares) > 1 else np.full(3, math.nan)
        total = float(whole.sum())
        if total <= 0:
            return None
        first, second, third = (float(v) for v in whole / total)
        one, two, three = (float(v) for v in errors)
        return Parts(
            (first, second, third), (one, two, three), math.sqrt(total), len(draws) - len(numbers)
        )  # fmt: skip

    def hinges(self, cell: int) -> list[Hinge]:
        """What the difference hinges on, most first: at most two, and none that chance could as well have named.

        Each is tried by its rank correlation with the draws' means, once what is named already is taken out, against the value that the best
        of so many that do nothing would reach once in a hundred (Bonferroni).
        """
        _, known = self._told
        if cell not in known:
            known[cell] = self._find_hinges(cell)
        return known[cell]

    def _find_hinges(self, cell: int) -> list[Hinge]:
        of = self._of(cell)
        if of is None:
            return []
        y, rows = _means(of[0], of[1], of[2])
        if len(y) < FEWEST_FOR_INTERVAL:
            return []
        left, found = _ranks(y), list[Hinge]()
        ranks = np.stack([_ranks(column) for column in rows.T], axis=1)
        total = float(left @ left)
        for _ in range(MOST_NAMED):
            sizes = (ranks**2).sum(axis=0)
            at = np.divide(ranks.T @ left, sizes, out=np.zeros(len(sizes)), where=sizes > 1e-9)
            explained = at**2 * sizes
            best = int(np.argmax(explained))
            share = float(explained[best]) / total
            if share < SHARE or not _beyond_chance(
                float(explained[best]) / float(left @ left), len(y) - len(found), ranks.shape[1]
            ):
                break
            error = 2 * math.sqrt(share) * (1 - share) / math.sqrt(max(len(y) - 2, 1))
            found.append(Hinge(self.inputs[best], share, error, bool(at[best] > 0)))
            taken = ranks[:, best]
            left = left - at[best] * taken
            ranks = ranks - np.outer(taken, taken @ ranks / float(taken @ taken))
        return found


def _tells(draws: np.ndarray, kept: np.ndarray) -> bool:
    """Whether chance can be told from the replicates that are kept."""
    some = draws[kept]
    return len(np.unique(some)) < len(some)


def _means(x: np.ndarray, draws: np.ndarray, matrix: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Means of the draws, and what is drawn in each."""
    _, first, place = np.unique(draws, return_index=True, return_inverse=True)
    return np.bincount(place, x) / np.bincount(place), matrix[first]


def _split(x: np.ndarray, draws: np.ndarray, matrix: np.ndarray, is_figure: np.ndarray, bases: Bases) -> np.ndarray:
    """Variances due to chance, to the model's parameters and to programmes' figures; they sum to that of ``x``."""
    y, rows = _means(x, draws, matrix)
    _, place = np.unique(draws, return_inverse=True)
    within = float(((x - y[place]) ** 2).sum()) / (len(x) - len(y))
    whole = float(x.var(ddof=1))
    chance = min(within, whole)
    rest = whole - chance
    if is_figure.all() or not is_figure.any():
        programme = rest if is_figure.all() else 0.0
    else:
        programme = min(rest, max(0.0, _explained(y, rows[:, is_figure], bases)) * float(y.var(ddof=1)))
    return np.array([chance, rest - programme, programme])


def _explained(y: np.ndarray, rows: np.ndarray, bases: Bases) -> float:
    """The adjusted share of the variance of ``y`` that goes with ``rows``, their squares and their products.

    How many heads a programme keeps is how many take part, times how far it keeps each: a sum of figures alone leaves much of that
    to the model's parameters.
    """
    n, y = len(y), y - y.mean()
    total = float(y @ y)
    if n < 4 or total == 0 or not np.ptp(rows, axis=0).any():
        return 0.0
    known = rows.tobytes()
    if known not in bases:
        bases[known] = _basis(rows)
    u, s = bases[known]
    aim, best, found = u.T @ y, math.inf, 0.0
    for penalty in n * 10.0 ** np.arange(-3, 3.25, 0.25):
        shrunk = s**2 / (s**2 + penalty)
        free = n - 1 - float(shrunk.sum())
        if free < 2:
            continue
        residual = total - float(((2 * shrunk - shrunk**2) * aim**2).sum())
        score = residual / free**2
        if score < best:
            best, found = score, 1 - (residual / free) / (total / (n - 1))
    return found


def _basis(rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Directions, and how long they are, of what varies of ``rows``, their squares and their products."""
    spread = rows.std(axis=0)
    rows = (rows[:, spread > 0] - rows.mean(axis=0)[spread > 0]) / spread[spread > 0]
    first, second = np.triu_indices(rows.shape[1])
    rows = np.hstack([rows, PRODUCTS * rows[:, first] * rows[:, second]])
    u, s, _ = np.linalg.svd(rows - rows.mean(axis=0), full_matrices=False)
    return u, s


def _ranks(values: np.ndarray) -> np.ndarray:
    """Ranks from the middle on; equal values have the mean of theirs."""
    _, place, count = np.unique(values, return_inverse=True, return_counts=True)
    ends = np.cumsum(count)
    ranks = (ends - (count - 1) / 2)[place]
    return ranks - ranks.mean()


def _beyond_chance(squared: float, count: int, tried: int) -> bool:
    """Whether a squared correlation over ``count`` values is more than the best of so many ``tried`` shows by chance."""
    from scipy.special import stdtr

    if count < 4:
        return False
    t = math.sqrt(squared * (count - 2) / max(1 - squared, 1e-12))
    return 2 * float(stdtr(count - 2, -t)) * tried < SURE
